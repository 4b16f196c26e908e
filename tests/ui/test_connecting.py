"""The dialog Connect against everything that can be wrong with an address or with keys."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLineEdit
from shiboken6 import isValid

from tests.servers.fault_proxy import FaultProxy, fault_proxy_before
from tests.servers.faults import Fault, Stall, captive_portal, error, expired_token, time_too_skewed
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst
from tests.ui.screen_reader import Role, find

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The analyst's ~/.aws/config."""
    path = tmp_path / "aws-config"
    path.touch()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    return path


@pytest.fixture
def dialog(unconnected: Analyst, config: Path) -> QDialog:
    """The dialog, opened by its keys."""
    unconnected.press("Ctrl+K")
    return unconnected.dialog("Connect")


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def fill(me: Analyst, dialog: QDialog, server: ServerInfo, **other: str) -> None:
    """Write keys and address, right ones unless told otherwise."""
    me.write("Access key ID", other.get("access_key", server.access_key), dialog)
    me.write("Secret access key", other.get("secret_key", server.secret_key), dialog)
    me.write("Endpoint URL", other.get("endpoint_url", server.endpoint_url), dialog)


def outcome(me: Analyst, dialog: QDialog) -> str:
    """Click Test and read what came of it."""
    me.click("Test", dialog)
    me.until(lambda: me.words("Test result", dialog))
    return me.words("Test result", dialog)


def test_keys_are_tried_before_connecting(
    unconnected: Analyst, dialog: QDialog, server: ServerInfo, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    me = unconnected
    assert not me.button("Test", dialog).isEnabled()
    assert not me.button("Connect", dialog).isEnabled()
    fill(me, dialog, server, access_key="NOSUCHKEY12345")
    assert outcome(me, dialog).startswith(
        "The server refuses these keys, or only their right to list buckets"  # Ceph 16 does not say which
        if server.name == "ceph"
        else "The server does not know this access key ID."
    )
    fill(me, dialog, server, secret_key="wrong" * 8)
    assert outcome(me, dialog).startswith(
        "The server refuses these keys, or only their right to list buckets"
        if server.name == "ceph"
        else "The secret access key does not match the access key ID."
    )
    for slip in ("s3.example.com", "http://127.0.0.1:8333http://127.0.0.1:9000", "https://a b", "http://host:port"):
        me.write("Endpoint URL", slip, dialog)
        assert me.words("Notice", dialog) == "Write the endpoint URL like https://s3.example.com"
    fill(me, dialog, server)
    assert me.words("Test result", dialog) == "", "what was typed meanwhile has not been tried"
    count = len(server_client.list_buckets()["Buckets"])
    assert outcome(me, dialog) == ("It works: 1 bucket." if count == 1 else f"It works: {count:,} buckets.")

    me.click("Remember in keychain", dialog)
    me.click("Connect", dialog)
    me.arrive()
    assert bucket in me.names()
    trouble = me.dialog("Error")
    me.expect("There is no keychain on this computer that can be used.", trouble)
    me.expect("The keys are kept in memory only, until the window closes.", trouble)
    me.click("Close", trouble)
    assert me.words("Connected to").endswith("signed in")
    kept = (tmp_path / "settings.ini").read_text()
    assert server.endpoint_url in kept
    assert server.secret_key not in kept
    assert server.access_key not in kept

    me.do("Disconnect")
    me.until(lambda: me.desk.navigator.place is None)
    me.expect("Connect to see your files")
    assert me.words("Connected to") == "Not connected"


def test_addresses_that_lead_nowhere(
    unconnected: Analyst, dialog: QDialog, seaweedfs: ServerInfo, free_port: int
) -> None:
    me = unconnected
    fill(me, dialog, seaweedfs, endpoint_url="http://no-such-host.invalid:9000")
    assert outcome(me, dialog).startswith("There is no server named “no-such-host.invalid:9000”.")
    fill(me, dialog, seaweedfs, endpoint_url=f"http://127.0.0.1:{free_port}")
    assert outcome(me, dialog).startswith(f"Nothing answers at 127.0.0.1:{free_port}.")
    me.click("Cancel", dialog)


def test_a_certificate_nobody_knows(unconnected: Analyst, dialog: QDialog, ceph: ServerInfo) -> None:
    me = unconnected
    assert ceph.tls_endpoint_url
    fill(me, dialog, ceph, endpoint_url=ceph.tls_endpoint_url)
    sentence = outcome(me, dialog)
    assert sentence.startswith(
        f"The secure connection (TLS) to {ceph.tls_endpoint_url.removeprefix('https://')} failed."
    )
    assert "Its certificate is not trusted here" in sentence
    me.click("Cancel", dialog)


FAULTS: dict[str, Fault] = {
    "Your computer's clock is wrong": time_too_skewed(),
    "Your sign-in has expired.": expired_token(),
    "What answers there is not S3.": captive_portal(),
}


def test_answers_that_say_no(
    unconnected: Analyst, dialog: QDialog, server: ServerInfo, fault_proxy: FaultProxy
) -> None:
    me = unconnected
    fill(me, dialog, server, endpoint_url=fault_proxy.endpoint_url)
    me.write("Session token", "a temporary one", dialog)
    for sentence, fault in FAULTS.items():
        fault_proxy.rules.clear()
        fault_proxy.on(lambda _: True, fault)
        assert outcome(me, dialog).startswith(sentence)
        me.write("Region", f"region-{len(sentence)}", dialog)  # what was found out is not about other words
        assert me.words("Test result", dialog) == ""
    me.click("Cancel", dialog)


def test_keys_that_may_not_list_buckets(
    unconnected: Analyst, dialog: QDialog, server: ServerInfo, fault_proxy: FaultProxy, bucket: str
) -> None:
    me = unconnected
    fault_proxy.on(
        lambda request: request.path == "/" and server.access_key in request.headers.get("authorization", ""),
        error(403, "AccessDenied"),
    )
    fill(me, dialog, server, endpoint_url=fault_proxy.endpoint_url)
    assert outcome(me, dialog).startswith(
        "The server refuses these keys, or only their right to list buckets"
        if server.name == "ceph"
        else "The keys work, but listing buckets is not allowed. Open one with “Go to location…”."
    )
    me.click("Connect", dialog)
    me.arrive()
    me.expect("You are not allowed to list the buckets")
    me.click("Go to location…", me.objects)
    question = me.dialog("Go to location")
    me.write("S3 location", f"s3://{bucket}", question)
    me.click("Go", question)
    me.arrive(bucket)
    me.expect("Drop files here to upload")
    assert me.buckets.currentIndex().data() == bucket, "a bucket that no list shows stands in the tree"


def test_nobody_at_all(unconnected: Analyst, dialog: QDialog, server: ServerInfo) -> None:
    me = unconnected
    fill(me, dialog, server)
    me.click("Anonymous", dialog)
    for name in ("Access key ID", "Secret access key", "Session token"):
        assert not find(Role.EditableText, name, dialog).isEnabled()
    assert outcome(me, dialog).startswith(("The server answers, but listing buckets is not allowed.", "It works: "))
    me.click("Connect", dialog)
    me.arrive()
    assert me.words("Connected to").endswith("anonymous")


def test_a_pasted_block_fills_the_fields(unconnected: Analyst, dialog: QDialog) -> None:
    me = unconnected
    lines = ("ACCESS_KEY_ID=ASIAPASTED", 'SECRET_ACCESS_KEY="sec/ret+1"', "SESSION_TOKEN='t=='")
    QGuiApplication.clipboard().setText("".join(f"export AWS_{line}\n" for line in lines))
    field = find(Role.EditableText, "Access key ID", dialog)
    me.press("Ctrl+V", field)
    texts = {}
    for name in ("Access key ID", "Secret access key", "Session token"):
        edit = find(Role.EditableText, name, dialog)
        assert isinstance(edit, QLineEdit)
        texts[name] = edit.text()
        assert (edit.echoMode() is QLineEdit.EchoMode.Password) is (name != "Access key ID")
    assert texts == {"Access key ID": "ASIAPASTED", "Secret access key": "sec/ret+1", "Session token": "t=="}
    me.click("Cancel", dialog)


def test_a_profile_says_what_it_would_run(
    unconnected: Analyst, config: Path, server: ServerInfo, bucket: str, tmp_path: Path
) -> None:
    me = unconnected
    keys = {"Version": 1, "AccessKeyId": server.access_key, "SecretAccessKey": server.secret_key}
    program = tmp_path / "program.py"
    program.write_text(f"import json; print(json.dumps({keys!r}))")
    config.write_text(
        f"[profile runs]\ncredential_process = {sys.executable} {program}\n[profile bare]\nregion = eu-west-3\n"
    )
    me.do("Connect…")
    dialog = me.dialog("Connect")
    me.until(lambda: "runs" in me.items("AWS profile", dialog))
    me.choose("AWS profile", "bare", dialog)
    me.expect("Region eu-west-3.", dialog)
    me.choose("AWS profile", "runs", dialog)
    me.expect(f"Signs in by program. Connecting runs this program: {sys.executable} {program}", dialog)
    assert not find(Role.EditableText, "Secret access key", dialog).isEnabled()
    assert not me.button("Remember in keychain", dialog).isEnabled()
    me.write("Endpoint URL", server.endpoint_url, dialog)
    assert outcome(me, dialog).startswith("It works: ")
    me.click("Connect", dialog)
    me.arrive()
    assert bucket in me.names()


def test_a_dialog_closed_during_its_test_is_not_missed(
    unconnected: Analyst, dialog: QDialog, seaweedfs: ServerInfo
) -> None:
    me = unconnected
    with fault_proxy_before(seaweedfs.endpoint_url) as proxy:
        hold = Stall()
        stalled = proxy.on(lambda _: True, hold)
        fill(me, dialog, seaweedfs, endpoint_url=proxy.endpoint_url)
        me.click("Test", dialog)
        me.until(lambda: stalled.fired)
        me.click("Cancel", dialog)
        me.until(lambda: not isValid(dialog))
        hold.release.set()
        me.until(lambda: not me.desk.background._running)
    me.expect("Connect to see your files")


def test_refused_keys_are_corrected_where_they_were_refused(
    unconnected: Analyst, dialog: QDialog, seaweedfs: ServerInfo
) -> None:
    """Even the same keys once more leave one connection, not none."""
    me = unconnected
    fill(me, dialog, seaweedfs, secret_key="wrong")
    me.click("Connect", dialog)
    for secret, standing in (("wrong", "not signed in"), (seaweedfs.secret_key, "signed in")):
        me.until(lambda: me.words("Connected to").endswith("not signed in") and not me.desk.objects.loading)
        me.press("Ctrl+K")
        again = me.dialog("Connect")
        me.write("Secret access key", secret, again)
        me.click("Connect", again)
        me.until(
            lambda end=f"· {standing}": not me.desk.objects.loading and me.words("Connected to").endswith(end)  # type: ignore[misc]
        )
        assert len(me.desk.tree.buckets.connections) == 1

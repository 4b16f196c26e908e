"""Who can read this, and why was I denied: what the window shows of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from s3desk.s3.errors import S3Error
from s3desk.s3.explain import explaining
from s3desk.ui.access.decision_view import DecisionView
from s3desk.ui.access.denial_dialog import explain_denial
from tests.s3.conftest import connect
from tests.servers.faults import Stall, error
from tests.ui.analyst import Analyst, clipboard

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.conftest import AwaitOnQt
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo
    from tests.ui.conftest import OpenDesk

KEY = "reports/january.csv"


@pytest.fixture
def shared(server_client: S3Client, bucket: str) -> Iterator[str]:
    """A bucket with one object that anyone may read, as a policy says."""
    server_client.put_object(Bucket=bucket, Key=KEY, Body=b"a,b\n")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    server_client.put_bucket_policy(Bucket=bucket, Policy=policy)
    yield bucket
    server_client.delete_bucket_policy(Bucket=bucket)


@pytest.fixture
def view(unconnected: Analyst) -> Iterator[DecisionView]:
    made = DecisionView(unconnected.desk.background, unconnected.desk.theme)
    made.resize(760, 560)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def refusal(connection: Connection, operation: str, bucket: str, **more: Any) -> S3Error:
    with pytest.raises(S3Error) as caught, explaining("see what is in here", bucket=bucket, key=more.get("Key", "")):
        getattr(connection.client(bucket), operation)(Bucket=bucket, **more)
    return caught.value


def test_who_can_read_an_object(
    unconnected: Analyst, view: DecisionView, server: ServerInfo, server_client: S3Client, shared: str
) -> None:
    with unconnected.qtbot.waitSignal(view.settled, timeout=40_000):
        view.show(connect(server), shared, KEY)
    assert unconnected.words("Verdict", view) == "Anyone on the internet can read this object."
    assert unconnected.words("Who", view) == "Anyone on the internet: yes"
    assert "You: yes" in unconnected.words("Who else", view)
    assert unconnected.words("Proof", view).startswith("Without signing in: Tried without keys")
    assert unconnected.words("Proof with your keys", view).startswith("Signed in as you: Tried with your keys")
    steps = unconnected.column(0, "Steps", view)
    assert steps[0] == "Temporary links"
    assert "Lets anyone on the internet in." in unconnected.column(2, "Steps", view)
    server_client.delete_bucket_policy(Bucket=shared)
    with unconnected.qtbot.waitSignal(view.settled, timeout=40_000):
        unconnected.click("Check again", view)
    assert unconnected.words("Verdict", view).startswith("Nobody can read this object without signing in.")
    assert "Anyone on the internet: no" in unconnected.words("Who", view)
    server_client.put_bucket_policy(Bucket=shared, Policy=_empty(shared))


def _empty(bucket: str) -> str:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/no"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_a_newer_question_takes_the_place_of_an_older_one(
    unconnected: Analyst, view: DecisionView, server: ServerInfo, fault_proxy: FaultProxy, shared: str
) -> None:
    stall = Stall()
    fault_proxy.on(lambda _: True, stall)
    view.show(connect(server, fault_proxy.endpoint_url), shared, "never answered")
    unconnected.until(lambda: fault_proxy.requests)
    assert unconnected.words("Verdict", view) == "Finding out who can read this…"
    with unconnected.qtbot.waitSignal(view.settled, timeout=40_000):
        view.show(connect(server), shared, KEY)
    assert unconnected.words("Verdict", view) == "Anyone on the internet can read this object."
    stall.release.set()


def test_no_word_of_the_steps_is_cut_off(
    unconnected: Analyst, view: DecisionView, server: ServerInfo, shared: str
) -> None:
    view.resize(520, 500)
    with unconnected.qtbot.waitSignal(view.settled, timeout=40_000):
        view.show(connect(server), shared, KEY)
    table = unconnected.table("Steps", view)
    model = table.model()

    def fits(row: int, column: int) -> bool:
        index = model.index(row, column)
        room = table.visualRect(index).adjusted(12, 0, -12, 0)
        room.setHeight(100_000)
        needed = table.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, str(index.data()))
        return needed.height() <= table.rowHeight(row)

    unconnected.until(lambda: all(fits(row, column) for row in range(model.rowCount()) for column in range(3)))


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_why_was_i_denied(
    unconnected: Analyst, await_on_qt: AwaitOnQt, server: ServerInfo, server_client: S3Client, shared: str
) -> None:
    """The owner is denied by a policy they can see."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{shared}/*"}
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "Closed", **statement}]}
    server_client.put_bucket_policy(Bucket=shared, Policy=json.dumps(document))
    connection = connect(server)
    said = refusal(connection, "get_object", shared, Key=KEY)
    await_on_qt(explain_denial(unconnected.window, unconnected.desk, connection, said))
    dialog = unconnected.dialog("Why was I denied?")
    assert unconnected.words("Why", dialog) == "The bucket policy does not let you do this."
    assert unconnected.words("Layer", dialog) == "The bucket policy (known)"
    assert unconnected.words("S3 action", dialog) == "s3:GetObject"
    assert unconnected.words("Resource", dialog) == f"arn:aws:s3:::{shared}/{KEY}"
    assert "“Closed”" in unconnected.words("Facts", dialog)
    unconnected.click("Copy message to an administrator", dialog)
    assert f"s3:GetObject on arn:aws:s3:::{shared}/{KEY}" in clipboard()
    assert "Request ID: tx" in clipboard()
    assert "ARN: arn:aws:iam:::user/owner" in clipboard()
    assert server.secret_key not in clipboard()
    assert server.access_key not in clipboard()
    assert "holds no keys" in unconnected.said
    unconnected.click("Close", dialog)


def test_the_permission_to_ask_for(
    unconnected: Analyst, await_on_qt: AwaitOnQt, server: ServerInfo, shared: str
) -> None:
    """Somebody else, who may see nothing at all, still learns what to ask for."""
    connection = connect(server, other=True)
    said = refusal(connection, "list_objects_v2", shared)
    await_on_qt(explain_denial(unconnected.window, unconnected.desk, connection, said))
    dialog = unconnected.dialog("Why was I denied?")
    wanted = json.loads(unconnected.words("Permission to ask for", dialog))
    assert wanted == {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{shared}"}
    assert unconnected.words("Layer", dialog) == "Cannot be told from here"
    assert "Not allowed to see" in unconnected.words("Facts", dialog)
    unconnected.click("Copy permission", dialog)
    assert json.loads(clipboard()) == wanted
    unconnected.click("Close", dialog)


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_asking_why_a_place_cannot_be_listed(open_desk: OpenDesk, server: ServerInfo, shared: str) -> None:
    desk = open_desk(shared, account=connect(server, other=True).account)
    desk.do("Why was I denied?")
    dialog = desk.dialog("Why was I denied?")
    desk.until(lambda: desk.words("S3 action", dialog) == "s3:ListBucket")
    assert desk.words("Resource", dialog) == f"arn:aws:s3:::{shared}"
    desk.click("Close", dialog)


def test_closing_the_dialog_ends_the_search(open_desk: OpenDesk, fault_proxy: FaultProxy, shared: str) -> None:
    denied = fault_proxy.on(lambda seen: "list-type" in seen.query, error(403, "AccessDenied", "Access Denied"))
    desk = open_desk(shared, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.rules.remove(denied)
    stalled = fault_proxy.on(lambda _: True, Stall())
    desk.do("Why was I denied?")
    dialog = desk.dialog("Why was I denied?")
    desk.until(lambda: stalled.fired)
    assert desk.words("Why", dialog) == "Finding out why…"
    assert not desk.button("Copy message to an administrator", dialog).isEnabled()
    desk.click("Close", dialog)
    desk.until(lambda: not _is_there("Why was I denied?"))


def _is_there(title: str) -> bool:
    return any(isinstance(top, QDialog) and top.windowTitle() == title for top in QApplication.topLevelWidgets())

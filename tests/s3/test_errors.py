"""Errors speak to people, and never tell a secret."""

from __future__ import annotations

import errno
import logging
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.errors import (
    AccessDeniedError,
    DiskError,
    ExpiredError,
    Failure,
    NotFoundError,
    S3Error,
    SignInError,
    UnreachableError,
)
from s3desk.s3.explain import explaining, noting
from s3desk.s3.job import Job
from s3desk.s3.profiles import check_connection, profiles
from s3desk.s3.redact import RedactingFormatter, redact
from tests.s3.conftest import connect
from tests.servers.fault_proxy import fault_proxy_before
from tests.servers.faults import captive_portal, error, expired_token, time_too_skewed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00"


def account(endpoint_url: str, access_key: str = "AKIAXXXXXXXXXXXXXXXX") -> Account:
    return Account("x", access_key=access_key, secret_key=SECRET, endpoint_url=endpoint_url, region="us-east-1")


def refusal(connection: Connection) -> S3Error:
    with pytest.raises(S3Error) as caught:
        check_connection(Job(), connection)
    assert SECRET not in caught.value.details
    assert caught.value.advice
    return caught.value


def test_a_good_connection_says_so(connection: Connection) -> None:
    assert check_connection(Job(), connection).startswith("It works")


def test_an_unknown_host() -> None:
    said = refusal(Connection(account("http://nowhere.invalid")))
    assert isinstance(said, UnreachableError)
    assert str(said) == "There is no server named “nowhere.invalid”."


def test_a_port_where_nothing_listens() -> None:
    assert "Nothing answers" in str(refusal(Connection(account("http://127.0.0.1:9"))))


def test_a_wrong_key(server: ServerInfo) -> None:
    said = refusal(Connection(account(server.endpoint_url)))
    assert isinstance(said, SignInError)
    # Ceph with its token service switched on gives unknown keys and missing rights the same answer.
    assert ("does not say which" if server.name == "ceph" else "does not know this access key") in str(said)


def test_a_wrong_secret(server: ServerInfo) -> None:
    said = refusal(Connection(account(server.endpoint_url, server.access_key)))
    assert ("does not say which" if server.name == "ceph" else "secret access key does not match") in str(said)


def test_a_wrong_clock(server: ServerInfo, fault_proxy: FaultProxy) -> None:
    fault_proxy.on(lambda _: True, time_too_skewed())
    said = refusal(connect(server, fault_proxy.endpoint_url))
    assert "clock is wrong" in str(said)


def test_an_expired_token(server: ServerInfo, fault_proxy: FaultProxy) -> None:
    fault_proxy.on(lambda _: True, expired_token())
    assert isinstance(refusal(connect(server, fault_proxy.endpoint_url)), ExpiredError)


def test_a_captive_portal(server: ServerInfo, fault_proxy: FaultProxy) -> None:
    fault_proxy.on(lambda _: True, captive_portal())
    assert "is not S3" in str(refusal(connect(server, fault_proxy.endpoint_url)))


def test_no_permission_to_list_buckets_is_fine(seaweedfs: ServerInfo) -> None:
    with fault_proxy_before(seaweedfs.endpoint_url) as proxy:
        ours = f"Credential={seaweedfs.access_key}"
        proxy.on(lambda r: ours in r.headers["authorization"], error(403, "AccessDenied", "Access Denied"))
        words = check_connection(Job(), connect(seaweedfs, proxy.endpoint_url))
    assert words.startswith("The keys work, but")
    assert "Go to location" in words


def test_an_untrusted_certificate(ceph: ServerInfo) -> None:
    said = refusal(Connection(account(str(ceph.tls_endpoint_url), ceph.access_key)))
    assert "(TLS)" in str(said)


def test_every_kind_of_profile_is_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(
        "[profile keys]\naws_access_key_id = AKIAXXXXXXXXXXXXXXXX\naws_secret_access_key = s\nregion = eu-west-1\n"
        "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = keys\n"
        "[profile sso]\nsso_session = s\n[profile run]\ncredential_process = /bin/keys --all\n"
        "[profile own]\nendpoint_url = http://127.0.0.1:9\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    found = {profile.name: profile for profile in profiles(Job())}
    kinds = {name: profile.kind for name, profile in found.items()}
    assert kinds == {"keys": "keys", "role": "role", "sso": "single sign-on", "run": "program", "own": "environment"}
    assert found["run"].runs == "/bin/keys --all"
    assert found["own"].endpoint_url == "http://127.0.0.1:9"
    assert found["keys"].region == "eu-west-1"


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "does not let you"), (errno.EROFS, "read-only")],
)
def test_disk_errors_name_the_file(number: int, words: str) -> None:
    with pytest.raises(DiskError, match=words), explaining("save"):
        raise OSError(number, "raw", "/data/x.csv")


def test_bugs_and_cancel_pass_unchanged() -> None:
    for passing in (KeyError("bug"), CancelledError(), TypeError("bug")):
        with pytest.raises(type(passing)), explaining("work"):
            raise passing


def test_a_batch_notes_what_failed_and_goes_on(connection: Connection, bucket: str) -> None:
    failures: list[Failure] = []
    for key in ("one{braces}", "two"):
        with noting(failures, key, doing="read this", bucket=bucket):
            connection.client(bucket).get_object(Bucket=bucket, Key=key)
    assert [failure.key for failure in failures] == ["one{braces}", "two"]
    assert all(isinstance(failure.error, NotFoundError) for failure in failures)
    assert "one{braces}" in str(failures[0].error)


def test_denied_names_what_was_not_allowed(other_connection: Connection, bucket: str) -> None:
    with pytest.raises(AccessDeniedError, match="not allowed to read this"), explaining("read this", bucket=bucket):
        other_connection.client(bucket).list_objects_v2(Bucket=bucket)


SIGNED = (
    "https://h/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F2026&"
    f"X-Amz-Security-Token={SECRET}tok&X-Amz-Signature={'d' * 64}"
)


@pytest.mark.parametrize(
    "text",
    [
        SIGNED,
        f"https://h/b/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature={SECRET}&Expires=1",
        f"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/2026, Signature={SECRET}",
        f"{{'x-amz-security-token': b'{SECRET}', 'Authorization': b'AWS4 Signature={SECRET}'}}",
        f"aws_secret_access_key = {SECRET}\naws_session_token = {SECRET}",
        f'"SecretAccessKey": "{SECRET}", "SessionToken": "{SECRET}"',
        f"x-amz-security-token:{SECRET}\nhost:h",
        "https://mail.example/check?url=" + quote(SIGNED, safe=""),
        "https://mail.example/check?url=" + quote(quote(SIGNED, safe=""), safe=""),
    ],
)
def test_secrets_never_stand_in_text(text: str) -> None:
    shown = redact(text)
    assert SECRET not in shown
    assert "d" * 64 not in shown
    assert "AKIAIOSFODNN7EXAMPLE" not in shown


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_botocores_own_debug_log_comes_out_clean(
    connection: Connection, server: ServerInfo, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(RedactingFormatter("%(message)s"))
    with caplog.at_level(logging.DEBUG):
        check_connection(Job(), connection)
    lines = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert "ListBuckets" in lines
    assert server.secret_key not in lines
    assert "Signature=[hidden]" in lines or "authorization" in lines.lower()
    assert f"Credential={server.access_key}" not in lines

"""Servers that go away, and what may be told about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Drop, error
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk
from tests.ui.content import put

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def test_a_place_that_fails_says_why_and_recovers(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    put(server_client, bucket, "a.txt", "f/x")
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.on(lambda request: "list-type=2" in request.query, Drop())
    me.press("F5")
    me.until(lambda: me.desk.objects.incomplete)
    assert me.names() == []
    me.expect("broke off", me.objects)
    me.expect("Try again; nothing half-done is kept.", me.objects)

    fault_proxy.rules.clear()
    me.click("Refresh", me.objects)
    me.until(lambda: me.names() == ["f", "a.txt"])
    me.until(lambda: "1 object, 1 B" in me.counts)
    assert not any("broke off" in sentence for sentence in me.sentences())


def test_a_list_that_ends_early_says_so(open_desk: OpenDesk, fault_proxy: FaultProxy, big_bucket: str) -> None:
    fault_proxy.on(lambda request: "continuation-token" in request.query, error(403, "AccessDenied"))
    me = open_desk(big_bucket, endpoint_url=fault_proxy.endpoint_url)
    assert len(me.names()) == 1000
    assert "incomplete: You are not allowed to see what is in here." in me.counts


def test_details_tell_no_secret(server: ServerInfo, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> None:
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    signature, token = "0123456789abcdef" * 4, "FwoGZXIvYXdzEBYaDtokentokentoken"
    echo = (
        f"Authorization: AWS4-HMAC-SHA256 Credential={server.access_key}/20260101/us-east-1/s3/aws4_request, "
        f"Signature={signature}\nX-Amz-Security-Token: {token}\naws_secret_access_key = {server.secret_key}"
    )
    fault_proxy.on(
        lambda request: request.method == "PUT", error(400, "ExpiredToken", echo, x_amz_request_id="REQUEST1")
    )
    me.do("New folder…")
    question = me.dialog("New folder")
    me.write("Folder name", "new", question)
    me.click("Create", question)
    trouble = me.dialog("Error")
    assert not trouble.isModal()
    me.expect("Your sign-in has expired.", trouble)
    me.expect("Sign in again, or paste new keys in Connect…", trouble)
    assert me.words("Error details", trouble) == "", "folded away"
    me.click("Details", trouble)
    me.click("Copy details", trouble)
    told = clipboard() + me.words("Error details", trouble) + "".join(me.sentences(trouble))
    assert "ExpiredToken" in told
    assert "Request id: REQUEST1" in told
    for secret in (signature, token, server.secret_key):
        assert secret not in told
    me.press("F5", me.objects)  # the window goes on below the dialog
    me.until(lambda: me.is_listed)
    me.click("Close", trouble)


def test_an_error_leaves_the_place_alone(desk_window: Analyst, bucket: str) -> None:
    me = desk_window
    me.write("Location", "https://elsewhere.example.com/x", enter=True)
    trouble = me.dialog("Error")
    me.expect("elsewhere.example.com is not an S3 server this program is connected to.", trouble)
    me.click("Close", trouble)
    assert me.desk.location.bucket == bucket

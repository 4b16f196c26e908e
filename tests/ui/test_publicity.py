"""Made public and private in the window, for one file and for two thousand, and taken back; the Access column."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QMenu, QPushButton

from s3desk.models.object_model import Column
from tests.conftest import BucketFactory
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Seen, Stall, error
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk, account_of
from tests.ui.content import put

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ON_CEPH = pytest.mark.parametrize("server", ["ceph"], indirect=True)  # which does what access lists say
ON_SEAWEEDFS = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)  # which has them switched off
MANY = 1200  # more than a page of a listing


def status(server: ServerInfo, bucket: str, key: str) -> int:
    """What somebody without keys is answered."""
    try:
        with urllib.request.urlopen(f"{server.endpoint_url}/{bucket}/{key}", timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def agree(me: Analyst, title: str, *sentences: str) -> None:
    """Read what the dialog says, and say yes."""
    question = me.dialog(title)
    for sentence in sentences:
        me.expect(sentence, question)
    me.click(title, question)
    me.until(lambda: not question.isVisible())


def dismiss(me: Analyst, title: str, *sentences: str) -> None:
    """Read what the dialog says, and press Enter, which is no."""
    question = me.dialog(title)
    for sentence in sentences:
        me.expect(sentence, question)
    me.press("Return", question)
    me.until(lambda: not question.isVisible())


def show_access(me: Analyst) -> None:
    """Choose the column from the header's menu."""
    menu = QMenu()
    me.desk.objects.header.fill(menu)
    next(action for action in menu.actions() if action.text() == "Access").trigger()
    menu.deleteLater()
    assert not me.objects.isColumnHidden(Column.ACCESS)


def access(me: Analyst) -> dict[str, str]:
    return dict(zip(me.names(), me.column(Column.ACCESS), strict=True))


def asks_for_acl(request: Seen) -> bool:
    return request.method == "GET" and request.query == "acl"


# one file, a folder, and what stands in the way


@ON_CEPH
def test_one_file_is_made_public_private_and_public_again(
    desk_window: Analyst, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    me = desk_window
    put(server_client, bucket, "report.csv", "other.csv")
    me.press("F5")
    me.until(lambda: me.names() == ["other.csv", "report.csv"])
    assert not me.verb("Make public…").isEnabled()
    assert not me.verb("Undo permission change").isEnabled()
    me.select("report.csv")
    me.do("Make public…")
    question = me.dialog("Make public")
    yes, no = me.button("Make public", question), me.button("Cancel", question)
    assert isinstance(yes, QPushButton)
    assert isinstance(no, QPushButton)
    assert no.isDefault()
    assert not yes.isDefault(), "one Enter too many would show it to the world"
    agree(me, "Make public", "Anyone on the internet can read “report.csv”")
    me.until(lambda: "Tried “report.csv” without signing in: it works." in me.said)
    assert me.said.startswith("Anyone on the internet can read 1 file now.")
    assert status(server, bucket, "report.csv") == 200
    assert status(server, bucket, "other.csv") == 403

    me.do("Make private…")
    agree(me, "Make private", "Nobody can read “report.csv” without signing in")
    me.until(lambda: me.said == "1 file made private.")
    assert status(server, bucket, "report.csv") == 403

    me.do("Undo permission change")
    agree(me, "Undo permission change", "Anyone on the internet can read this 1 file again, once you undo it.")
    me.until(lambda: "is as it was before" in me.said)
    assert status(server, bucket, "report.csv") == 200
    me.do("Undo permission change")  # which only closes it, so nothing is asked
    me.until(lambda: status(server, bucket, "report.csv") == 403)
    me.until(lambda: not me.verb("Undo permission change").isEnabled())


@ON_CEPH
def test_changes_follow_one_another_and_old_versions_are_spoken_of(
    server: ServerInfo, server_client: S3Client, new_bucket: BucketFactory, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    bucket = new_bucket(versioned=True)
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"1", ACL="public-read")
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    me.select("a.csv")
    me.do("Make private…")
    agree(me, "Make private", "This bucket keeps old versions: those stay as open as they are.")
    me.until(lambda: me.verb("Undo permission change").isEnabled())

    hold = Stall()
    fault_proxy.on(lambda request: request.method == "PUT" and request.query == "acl", hold, times=1)
    me.do("Undo permission change")
    agree(me, "Undo permission change")
    me.until(lambda: any(rule.fired for rule in fault_proxy.rules))
    for verb in ("Undo permission change", "Make public…", "Make private…"):
        assert not me.verb(verb).isEnabled(), "a second change would overtake the first"
    hold.release.set()
    me.until(lambda: me.said.startswith("Access of 1 file is as it was before."))
    me.until(lambda: me.verb("Make public…").isEnabled())
    assert not me.verb("Undo permission change").isEnabled()


@ON_CEPH
def test_a_no_changes_nothing(desk_window: Analyst, server: ServerInfo, server_client: S3Client, bucket: str) -> None:
    me = desk_window
    put(server_client, bucket, "f/a.csv", "f/b.csv")
    me.press("F5")
    me.until(lambda: me.names() == ["f"])
    me.select("f")
    me.do("Make public…")
    dismiss(me, "Make public", "Anyone on the internet can read these 2 files")
    assert me.work() == []
    assert status(server, bucket, "f/a.csv") == 403


@ON_CEPH
def test_where_it_cannot_work_it_is_said_and_something_else_offered(
    desk_window: Analyst, server_client: S3Client, bucket: str
) -> None:
    me = desk_window
    put(server_client, bucket, "report.csv")
    server_client.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True}
    )
    me.press("F5")
    me.until(lambda: me.names() == ["report.csv"])
    me.select("report.csv")
    me.do("Make public…")
    question = me.dialog("Make public")
    me.expect("This bucket does not let you make “report.csv” public.", question)
    me.expect("The public access block of this bucket refuses to make files public.", question)
    names = [button.text() for button in question.findChildren(QPushButton) if button.isVisible()]
    assert set(names) == {"Temporary link…", "Bucket policy…", "Close"}
    me.click("Temporary link…", question)
    share = me.dialog("Share")
    assert me.work() == []
    share.close()


@ON_SEAWEEDFS
def test_where_access_lists_are_switched_off_nothing_is_tried(
    desk_window: Analyst, server_client: S3Client, bucket: str
) -> None:
    me = desk_window
    put(server_client, bucket, "a.csv", "b.csv")
    me.press("F5")
    me.until(lambda: me.names() == ["a.csv", "b.csv"])
    me.select("a.csv", "b.csv")
    for verb in ("Make public", "Make private"):
        me.do(f"{verb}…")
        dismiss(me, verb, "This bucket does not let you make these 2 files", "“bucket owner enforced”")
    assert me.work() == []


@ON_SEAWEEDFS
def test_a_public_url_that_does_not_open_is_said(desk_window: Analyst, server_client: S3Client, bucket: str) -> None:
    """SeaweedFS keeps the access list of an object, and does not let anybody in for it."""
    server_client.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    me = desk_window
    put(server_client, bucket, "a.csv")
    me.press("F5")
    me.until(lambda: me.names() == ["a.csv"])
    me.select("a.csv")
    me.do("Make public…")
    agree(me, "Make public")
    error = me.dialog("Error")
    me.expect("The server took the change, but strangers still cannot read “a.csv”.", error)
    me.click("Close", error)
    me.do("Undo permission change")
    me.until(lambda: me.said == "Access of 1 file is as it was before.")


# more than a thousand


@pytest.fixture
def many(open_desk: OpenDesk, big_bucket: str, fault_proxy: FaultProxy) -> Analyst:
    """The first files of a bucket, selected; the way to it can be broken."""
    me = open_desk(big_bucket, endpoint_url=fault_proxy.endpoint_url)
    model, chosen = me.objects.model(), me.objects.selectionModel()
    last = model.columnCount() - 1
    flags = QItemSelectionModel.SelectionFlag
    chosen.select(QItemSelection(model.index(0, 0), model.index(MANY - 1, last)), flags.ClearAndSelect)
    return me


@ON_CEPH
def test_more_than_a_thousand_are_made_public_and_undone_with_one_failure_among_them(
    many: Analyst, big_bucket: str, fault_proxy: FaultProxy, server: ServerInfo, server_client: S3Client
) -> None:
    me, refused = many, "00834.txt"

    def is_the_one(request: Seen) -> bool:
        return request.method == "PUT" and request.query == "acl" and request.path.endswith(refused)

    fault_proxy.on(is_the_one, error(403, "AccessDenied"))
    sample = [f"{number:05}.txt" for number in range(0, MANY, 97)]
    me.do("Make public…")
    agree(me, "Make public", f"Anyone on the internet can read these {MANY:,} files")
    me.until(lambda: me.work() and me.work()[0][1].startswith("1 failed"), 60_000)
    summary = me.dialog("Error")
    me.expect("1 file could not be changed and stayed as they were.", summary)
    me.click("Details", summary)
    assert me.words("Error details", summary).startswith(refused)
    me.click("Close", summary)
    me.until(lambda: "it works." in me.said, 60_000)
    assert me.said.startswith(f"Anyone on the internet can read {MANY - 1:,} files now.")
    assert me.work()[0][0] == f"Make public: {MANY:,} files"
    assert f"1 failed: {refused}" in me.work()[0][1]
    assert {status(server, big_bucket, key) for key in sample} == {200}
    assert status(server, big_bucket, refused) == 403
    assert status(server, big_bucket, f"{MANY:05}.txt") == 403, "it was not selected"

    me.do("Undo permission change")
    me.until(lambda: me.said == f"Access of {MANY - 1:,} files is as it was before.", 60_000)
    assert {status(server, big_bucket, key) for key in [*sample, refused]} == {403}
    owner = server_client.get_bucket_acl(Bucket=big_bucket)["Owner"]["ID"]
    for key in (sample[0], sample[-1], refused):
        (grant,) = server_client.get_object_acl(Bucket=big_bucket, Key=key)["Grants"]
        assert (grant["Grantee"]["ID"], grant["Permission"]) == (owner, "FULL_CONTROL")


@ON_CEPH
def test_a_cancel_stops_it_and_what_was_done_can_be_undone(
    many: Analyst, big_bucket: str, fault_proxy: FaultProxy, server: ServerInfo
) -> None:
    me = many
    hold = Stall()
    stalled = fault_proxy.on(lambda request: request.method == "PUT" and request.path.endswith("00100.txt"), hold)
    me.do("Make public…")
    agree(me, "Make public")
    me.until(lambda: stalled.fired)
    me.select(f"Make public: {MANY:,} files", table=me.table("Transfers"))
    me.press("Del", me.table("Transfers"))
    me.until(lambda: me.work()[0][1].startswith("Cancelled"))
    hold.release.set()
    assert status(server, big_bucket, "00000.txt") == 200
    assert status(server, big_bucket, f"{MANY - 1:05}.txt") == 403
    me.do("Undo permission change")
    me.until(lambda: "is as it was before" in me.said, 60_000)
    assert {status(server, big_bucket, f"{number:05}.txt") for number in (*range(90, 110), 0)} == {403}


# the column


@ON_CEPH
def test_the_access_column_says_who_can_read_what_is_in_sight(
    open_desk: OpenDesk, bucket: str, fault_proxy: FaultProxy, server_client: S3Client
) -> None:
    put(server_client, bucket, "f/a.csv", "private.csv", "public.csv", "policy.csv")
    server_client.put_object_acl(Bucket=bucket, Key="public.csv", ACL="public-read")
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = {**allowed, "Resource": f"arn:aws:s3:::{bucket}/policy.csv"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    server_client.put_bucket_policy(Bucket=bucket, Policy=policy)
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    assert not [request for request in fault_proxy.requests if "list-type" not in request.query and request.query]

    show_access(me)
    said = {
        "f": "",
        "policy.csv": "Anyone with the URL",
        "private.csv": "Only signed in",
        "public.csv": "Anyone with the URL",
    }
    me.until(lambda: access(me) == said)
    tips = {name: me.index(name).siblingAtColumn(Column.ACCESS).data(Qt.ItemDataRole.ToolTipRole) for name in said}
    assert tips["public.csv"] == "Its access list lets anyone read it."
    assert tips["policy.csv"] == "The bucket policy lets anyone read it."
    asked = sorted(request.path.rpartition("/")[2] for request in fault_proxy.requests if asks_for_acl(request))
    assert [name for name in asked if name != bucket] == ["private.csv", "public.csv"]

    me.select("private.csv")
    me.do("Make public…")
    agree(me, "Make public")
    me.until(lambda: access(me)["private.csv"] == "Anyone with the URL")
    server_client.put_object_acl(Bucket=bucket, Key="public.csv", ACL="private")
    me.press("F5", me.objects)
    me.until(lambda: access(me)["public.csv"] == "Only signed in")


@ON_CEPH
def test_only_rows_in_sight_are_asked_about_and_never_more_than_eight_at_once(
    open_desk: OpenDesk, big_bucket: str, fault_proxy: FaultProxy
) -> None:
    me = open_desk(big_bucket, endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    stalled = fault_proxy.on(lambda request: asks_for_acl(request) and ".txt" in request.path, hold)
    show_access(me)
    me.until(lambda: stalled.fired == 8)
    hold.release.set()
    shown = me.objects.viewport().height() // me.objects.rowHeight(0) + 1
    me.until(lambda: all(me.column(Column.ACCESS)[: shown - 1]))
    assert not any(me.column(Column.ACCESS)[shown + 1 :])
    asked = {request.path for request in fault_proxy.requests if asks_for_acl(request) and ".txt" in request.path}
    assert len(asked) <= shown + 1

    me.objects.scrollToBottom()
    me.until(lambda: me.column(Column.ACCESS)[-1] == "Only signed in")
    assert not any(me.column(Column.ACCESS)[shown + 1 : -shown - 1]), "what was scrolled past was not asked for"
    assert len({one.path for one in fault_proxy.requests if asks_for_acl(one) and ".txt" in one.path}) <= 2 * shown + 2


@ON_CEPH
def test_what_may_not_be_seen_is_said_in_the_cell(
    open_desk: OpenDesk, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    put(server_client, bucket, "a.csv")
    listing = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam:::user/other"}, "Action": "s3:ListBucket"}
    statement = {**listing, "Resource": f"arn:aws:s3:::{bucket}"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    server_client.put_bucket_policy(Bucket=bucket, Policy=policy)
    stranger = replace(account_of(server), access_key=server.other_access_key, secret_key=server.other_secret_key)
    me = open_desk(bucket, account=stranger)
    show_access(me)
    me.until(lambda: access(me) == {"a.csv": "Not allowed to see"})

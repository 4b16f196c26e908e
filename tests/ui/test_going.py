"""Going from place to place, by mouse, keys and addresses; what is late is dropped."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMenu

from s3desk.s3.account import Account, SignIn
from s3desk.s3.location import Location
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Latency, Seen, Stall
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import put
from tests.ui.screen_reader import Role, find

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def test_folders_open_by_enter_and_double_click_and_keys_lead_back(
    server_client: S3Client, bucket: str, open_desk: OpenDesk
) -> None:
    put(server_client, bucket, "a/b/c.txt", "top.txt")
    me = open_desk(bucket)
    assert me.names() == ["a", "top.txt"]

    me.select("a")
    me.press("Return", me.objects)
    me.arrive(bucket, "a/")
    assert me.names() == ["b"]
    assert me.words("Location") == f"s3://{bucket}/a/"
    assert me.window.windowTitle() == f"{bucket}/a — S3 Desk"

    me.double_click("b")
    me.arrive(bucket, "a/b/")
    assert me.names() == ["c.txt"]

    me.press("Alt+Left")
    me.arrive(bucket, "a/")
    me.press("Alt+Right")
    me.arrive(bucket, "a/b/")
    me.press("Alt+Up")
    me.arrive(bucket, "a/")
    me.click("Up")
    me.arrive(bucket)
    me.click("Back")
    me.arrive(bucket, "a/")

    put(server_client, bucket, "a/new.txt")
    me.press("F5")
    me.until(lambda: me.names() == ["b", "new.txt"])
    server_client.delete_object(Bucket=bucket, Key="a/new.txt")
    me.do("Refresh")
    me.until(lambda: me.names() == ["b"])


def test_the_tree_leads_and_follows(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "a/b/c.txt")
    me = open_desk()
    assert bucket in me.names()
    assert me.counts.endswith(("bucket", "buckets"))

    me.double_click(bucket)
    me.arrive(bucket)
    assert me.buckets.currentIndex().data() == bucket
    folder = me.buckets.model().index(0, 0, me.buckets.currentIndex())
    assert folder.data() == "a"
    me.buckets.setFocus()
    me.press("Right", me.buckets)  # to the folder "a" below the open bucket
    me.arrive(bucket, "a/")
    me.press("Left", me.buckets)
    me.press("Left", me.buckets)


def test_addresses_typed_and_pasted(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "a/b/c.txt", "a/b/d.txt")
    me = open_desk()

    me.write("Location", f"s3://{bucket}/a/", enter=True)
    me.arrive(bucket, "a/")
    assert QApplication.focusWidget() is me.objects

    link = server_client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a/b/d.txt"})
    me.write("Location", link, enter=True)
    me.arrive(bucket, "a/b/")
    me.until(lambda: [index.data() for index in me.objects.selectionModel().selectedRows()] == ["d.txt"])
    assert me.words("Location") == f"s3://{bucket}/a/b/"

    me.write("Location", "ftp://nowhere/at/all", enter=True)
    error = me.dialog("Error")
    assert not error.isModal()
    me.expect("“ftp://nowhere/at/all” is not an S3 address. Write s3://bucket/folder/", error)
    me.click("Close", error)
    assert me.desk.location.prefix == "a/b/"

    me.write("Location", f"s3://{bucket}/not/there", enter=True)
    error = me.dialog("Error")
    me.expect(f"There is nothing at s3://{bucket}/not/there", error)
    me.click("Close", error)

    me.press("Ctrl+L")
    question = me.dialog("Go to location")
    assert not me.button("Go", question).isEnabled() or me.words("S3 location", question) == f"s3://{bucket}/a/b/"
    me.write("S3 location", f"s3://{bucket}/a/b", question)
    me.click("Go", question)
    me.arrive(bucket, "a/b/")


def test_a_bucket_that_is_not_there_says_so_in_the_table(desk_window: Analyst) -> None:
    me = desk_window
    me.write("Location", "s3://no-such-bucket-anywhere/", enter=True)
    me.arrive("no-such-bucket-anywhere")
    me.expect("There is no bucket named “no-such-bucket-anywhere”.")
    assert me.button("Refresh", me.objects).isVisible()


def test_a_public_object_opens_by_its_address_where_nothing_may_be_listed(
    server: ServerInfo, server_client: S3Client, bucket: str, unconnected: Analyst
) -> None:
    put(server_client, bucket, "in/report.csv", "in/secret.csv")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement["Resource"] = f"arn:aws:s3:::{bucket}/in/report.csv"
    server_client.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    nobody = Account("public", SignIn.ANONYMOUS, endpoint_url=server.endpoint_url)
    me = unconnected
    me.window.verbs.connection.open(nobody, Location())
    me.until(lambda: not me.desk.objects.loading)
    me.write("Location", f"{server.endpoint_url}/{bucket}/in/report.csv")
    me.press("Return", find(Role.EditableText, "Location", me.window))
    me.until(lambda: me.names() == ["report.csv"] and not me.desk.objects.loading)
    assert "not allowed" in me.counts
    me.until(lambda: me.words("Preview facts"))


def test_sorting_and_filtering(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "b.csv", "c.txt", "a.json", "zz/inside.txt", "aa/inside.txt")
    me = open_desk(bucket)
    assert me.names() == ["aa", "zz", "a.json", "b.csv", "c.txt"]
    me.click_header("Name")
    assert me.names() == ["zz", "aa", "c.txt", "b.csv", "a.json"]
    me.click_header("Size")
    assert me.column(1) == ["—", "—", "1 B", "2 B", "3 B"]
    me.click_header("Size")
    assert me.column(1) == ["—", "—", "3 B", "2 B", "1 B"]
    me.click_header("Type")
    assert me.column(2) == ["Folder", "Folder", "CSV table", "JSON", "Text"]
    me.click_header("Modified")
    moments = [datetime.strptime(words, "%d %b %Y, %H:%M").astimezone() for words in me.column(3)[2:]]
    assert moments == sorted(moments)
    me.click_header("Storage class")
    assert me.column(4) == ["", "", "Standard", "Standard", "Standard"]
    me.click_header("Name")

    me.write("Filter", ".C")
    assert me.names() == ["b.csv"]
    assert "filter hides 4" in me.counts
    me.write("Filter", "?*.t*t")
    assert me.names() == ["c.txt"]
    me.write("Filter", "nothing has this")
    assert me.names() == []
    me.expect("Nothing matches the filter")
    me.write("Filter", "*")
    me.press("Backspace")
    assert len(me.names()) == 5
    assert me.counts.startswith("3 objects, 6 B · 2 folders")


def test_the_newest_place_wins(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    put(server_client, bucket, "slow/late.txt", "fast/here.txt")
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    slow = fault_proxy.on(lambda request: "prefix=slow" in request.query, Latency(0.5))
    me.double_click("slow")
    me.until(lambda: slow.fired)
    me.expect("Loading…")
    me.press("Alt+Up")
    me.arrive(bucket)
    me.double_click("fast")
    me.arrive(bucket, "fast/")
    late = [request for request in fault_proxy.requests if "prefix=slow" in request.query]
    me.until(lambda: not late or all(request.status for request in late))
    assert me.names() == ["here.txt"]
    assert me.words("Location") == f"s3://{bucket}/fast/"
    assert me.counts.startswith("1 object, 2 B")


def test_refreshing_twice_never_looks_complete_too_early(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    put(server_client, bucket, "one.txt")
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    stalled = fault_proxy.on(lambda request: "list-type=2" in request.query, hold)
    me.press("F5")
    me.until(lambda: stalled.fired == 1)
    me.press("F5")
    me.until(lambda: stalled.fired == 2)
    assert me.desk.objects.loading
    assert me.counts == "1 object so far…"
    hold.release.set()
    me.until(lambda: me.is_listed and me.counts.startswith("1 object, 1 B"))


def test_many_objects_arrive_page_by_page(open_desk: OpenDesk, fault_proxy: FaultProxy, big_bucket: str) -> None:
    def later_page(request: Seen) -> bool:
        return "list-type=2" in request.query and "continuation-token" in request.query

    hold = Stall()
    stalled = fault_proxy.on(later_page, hold, times=1)
    me = open_desk(endpoint_url=fault_proxy.endpoint_url)
    me.write("Location", f"s3://{big_bucket}/", enter=True)
    me.until(lambda: stalled.fired)
    me.until(lambda: me.counts == "1,000 objects so far…")
    assert len(me.names()) == 1000
    hold.release.set()
    me.arrive(big_bucket)
    assert me.counts == "2,500 objects, 2.4 KB"
    assert len(me.names()) == 2500


def test_a_bookmark_leads_back(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "a/b.txt")
    me = open_desk(bucket, "a/")
    me.do("Bookmark this place")
    assert me.said == f"Bookmarked s3://{bucket}/a/: see the menu Go."
    me.press("Alt+Up")
    me.arrive(bucket)
    menu = me.window.menuBar().actions()[0].menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()  # as it does when it opens
    next(action for action in menu.actions() if action.text().startswith(f"s3://{bucket}/a/")).trigger()
    me.arrive(bucket, "a/")

"""Looking for objects below a place: what is asked, what is found, what one does with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QDialog, QLineEdit, QWidget

from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Seen, Stall, error
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk
from tests.ui.content import keys_of, put
from tests.ui.screen_reader import Role, find, tree
from tests.ui.test_accessible import nameless, tab_through

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

KEYS = ("top.csv", "d/2023/sales.csv", "d/2024/03/Sales two.csv.gz", "d/2024/ä.json", "d/other.csv", "d/none/")


def opened(me: Analyst) -> QDialog:
    """The dialog, by its keys."""
    me.press("Ctrl+Shift+F", me.objects)
    return me.dialog("Find")


def search(me: Analyst, name: str) -> None:
    """Look for a name and wait for the end."""
    dialog = opened(me)
    me.write("Name", name, dialog)
    finish(me, dialog)


def finish(me: Analyst, dialog: QDialog) -> None:
    """Press the default button and wait for the end of another search than the one shown."""
    before = me.desk.navigator.place
    me.click("Find", dialog)
    me.until(lambda: me.desk.navigator.place is not before)
    me.until(lambda: shows_search(me) and me.is_listed)


def shows_search(me: Analyst) -> bool:
    """Whether what was found is shown."""
    place = me.desk.navigator.place
    return place is not None and place.search is not None


def bar(me: Analyst) -> QWidget | None:
    """The bar over what was found, while it is there."""
    return next((w for role, name, w in tree(me.window) if name == "Search" and role == Role.Client), None)


def told(me: Analyst) -> str:
    """What the bar says."""
    shown = bar(me)
    return shown.accessibleDescription() if shown is not None else ""


def day(name: str, within: QWidget) -> QDateEdit:
    """The field for a day."""
    found = next(w for _, its, w in tree(within) if its == name and isinstance(w, QDateEdit))
    assert isinstance(found, QDateEdit)
    return found


def typed(name: str, within: QWidget) -> str:
    """What is in a field."""
    field = find(Role.EditableText, name, within)
    assert isinstance(field, QLineEdit)
    return field.text()


def is_followup(seen: Seen) -> bool:
    """Whether this lists what comes after a first page."""
    return "continuation-token" in seen.query or "start-after" in seen.query


def test_what_is_found_is_a_place(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, *KEYS)
    me = open_desk(bucket, "d/")
    dialog = opened(me)
    me.expect(f"Looks at every object below s3://{bucket}/d/; nothing is downloaded.", dialog)
    me.write("Name", "*.csv*", dialog, enter=True)
    me.until(lambda: shows_search(me) and me.is_listed)
    assert me.names() == ["2023/sales.csv", "2024/03/Sales two.csv.gz", "other.csv"]
    assert me.counts.startswith("3 found, 10 B · looked at ")
    assert me.counts.endswith("5 objects in 1 request") or "4 objects in 1 request" in me.counts
    assert told(me) == f"Searched s3://{bucket}/d/ for names like “*.csv*”"
    assert me.window.windowTitle() == f"{bucket}/d — S3 Desk"
    assert me.words("Location") == f"s3://{bucket}/d/"
    assert nameless(me.window) == []

    me.select("2024/03/Sales two.csv.gz")
    me.press("Ctrl+Shift+O", me.objects)
    me.arrive(bucket, "d/2024/03/")
    me.until(lambda: [row.data() for row in me.objects.selectionModel().selectedRows()] == ["Sales two.csv.gz"])
    assert bar(me) is None
    assert not me.verb("Show in folder").isEnabled()

    me.press("Alt+Left", me.objects)
    me.until(lambda: shows_search(me) and me.is_listed)
    assert len(me.names()) == 3
    me.press("Alt+Up", me.objects)
    me.arrive(bucket, "d/")
    assert bar(me) is None
    assert "other.csv" in me.names()
    assert "2023" in me.names()


def test_the_search_ends_by_escape_by_close_and_by_an_address(
    server_client: S3Client, bucket: str, open_desk: OpenDesk
) -> None:
    put(server_client, bucket, *KEYS)
    me = open_desk(bucket, "d/")

    def ended() -> bool:
        return not shows_search(me) and me.is_listed and me.names() == ["2023", "2024", "none", "other.csv"]

    search(me, "sales")
    me.press("Esc", me.objects)
    me.until(ended)
    search(me, "sales")
    me.click("Close")
    me.until(ended)
    assert me.window.focusWidget() is me.objects
    search(me, "sales")
    me.write("Location", f"s3://{bucket}/d/", enter=True)
    me.until(ended)
    search(me, "sales")
    me.select("2023/sales.csv")
    me.press("Return", me.objects)
    assert shows_search(me), "Enter opens the preview"
    me.until(lambda: "Preview" in {name for _, name, _ in tree(me.window)})


def test_every_wish_counts(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, *KEYS)
    server_client.put_object(Bucket=bucket, Key="d/big.csv", Body=b"x" * 3000)
    me = open_desk(bucket)
    dialog = opened(me)
    assert me.items("Type", dialog)[:3] == ["Any type", "Tables", "JSON"]
    assert me.items("Storage class", dialog)[:3] == ["Any storage class", "Standard", "Standard IA"]
    assert not day("Changed after", dialog).isEnabled()
    assert nameless(dialog) == []
    buttons = {name for role, name, w in tree(dialog) if role == Role.Button and w.isEnabled()}
    fields = {"Name", "Type", "Larger than", "Smaller than", "Changed after", "Changed before", "Storage class"}
    assert buttons | fields <= tab_through(dialog)

    me.choose("Type", "Tables", dialog)
    me.write("Larger than", "0.5", dialog)
    me.choose("Larger than: unit", "KB", dialog)
    me.click("Changed after", dialog)
    day("Changed after", dialog).setDate(QDate.currentDate().addDays(-1))
    me.choose("Storage class", "Standard", dialog)
    finish(me, dialog)
    assert me.names() == ["d/big.csv"]
    assert told(me).startswith(f"Searched s3://{bucket}/ for tables, larger than 512 B, changed since ")
    assert told(me).endswith(", stored as Standard")

    me.click("Change…")
    dialog = me.dialog("Find")
    assert typed("Larger than", dialog) == "0.5"
    box = find(Role.ComboBox, "Larger than: unit", dialog)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "KB"
    me.write("Larger than", "", dialog)
    me.write("Smaller than", "3", dialog)
    me.choose("Smaller than: unit", "B", dialog)
    me.click("Changed after", dialog)
    finish(me, dialog)
    assert me.names() == ["d/2023/sales.csv", "top.csv"]

    me.press("Esc", me.objects)
    me.until(lambda: not shows_search(me) and me.is_listed)
    dialog = opened(me)
    assert typed("Smaller than", dialog) == "3", "the last search of the session is remembered"
    me.write("Smaller than", "", dialog)
    me.choose("Type", "Any type", dialog)
    me.choose("Storage class", "Any storage class", dialog)
    finish(me, dialog)
    assert sorted(me.names()) == sorted(["d/big.csv", *KEYS[:-1]]), "an empty search finds every object"
    assert told(me) == f"Searched s3://{bucket}/ for all objects"


def test_what_cannot_be_meant_is_said(desk_window: Analyst) -> None:
    me = desk_window
    dialog = opened(me)
    find_button = me.button("Find", dialog)

    def says(words: str) -> bool:
        return words in me.words("Notice", dialog)

    me.write("Larger than", "1,5", dialog)
    assert says("Write a size as a number")
    assert not find_button.isEnabled()
    me.write("Larger than", "1,024", dialog)
    assert find_button.isEnabled()
    me.write("Smaller than", "2", dialog)
    assert says("No object has such a size")
    me.write("Smaller than", "2000", dialog)
    assert find_button.isEnabled()
    me.click("Changed after", dialog)
    me.click("Changed before", dialog)
    day("Changed after", dialog).setDate(QDate(2024, 3, 2))
    day("Changed before", dialog).setDate(QDate(2024, 3, 2))
    assert says("No day is between")
    day("Changed before", dialog).setDate(QDate(2024, 3, 3))
    assert find_button.isEnabled()
    me.click("Cancel", dialog)
    assert not shows_search(me)


def test_nothing_found_is_said_with_a_way_on(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, *KEYS)
    me = open_desk(bucket)
    search(me, "elsewhere")
    assert me.names() == []
    me.expect("Nothing was found", me.objects)
    me.expect(f"No object below s3://{bucket}/ fits: names with “elsewhere”.", me.objects)
    assert me.counts.startswith("Nothing found · looked at ")
    me.click("Find…", me.objects)
    dialog = me.dialog("Find")
    assert typed("Name", dialog) == "elsewhere"
    me.write("Name", "top", dialog)
    finish(me, dialog)
    assert me.names() == ["top.csv"]


def test_all_verbs_work_on_what_is_found(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, tmp_path: Path
) -> None:
    put(server_client, bucket, *KEYS)
    me = open_desk(bucket, "d/")
    search(me, "*.csv*")
    me.select("2023/sales.csv", "other.csv")
    me.do("Copy S3 URI")
    assert clipboard() == f"s3://{bucket}/d/2023/sales.csv\ns3://{bucket}/d/other.csv"

    me.do("Download…")
    me.choose_files("Download", tmp_path)
    me.until(lambda: me.finished(1))
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.csv")) == [
        "2023/sales.csv",
        "other.csv",
    ]

    me.select("other.csv")
    me.do("Delete…")
    me.click("Delete", me.dialog("Delete"))
    me.until(lambda: me.is_listed and me.names() == ["2023/sales.csv", "2024/03/Sales two.csv.gz"])
    assert "d/other.csv" not in keys_of(server_client, bucket)

    server_client.put_object(Bucket=bucket, Key="d/2025/new.csv", Body=b"")
    me.press("F5", me.objects)
    me.until(lambda: "2025/new.csv" in me.names())


def test_a_found_object_is_renamed_where_it_is(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "d/x/a.csv", "d/a.csv", "d/x/taken.csv")
    me = open_desk(bucket, "d/")
    search(me, "a.csv")
    me.select("x/a.csv")
    me.do("Rename…")
    dialog = me.dialog("Rename")
    field = find(Role.EditableText, "New name", dialog)
    assert isinstance(field, QLineEdit)
    assert field.text() == "a.csv"
    me.write("New name", "ba.csv", dialog)
    me.click("Rename", dialog)
    me.until(lambda: "d/x/ba.csv" in keys_of(server_client, bucket))
    me.until(lambda: me.is_listed and me.names() == ["a.csv", "x/ba.csv"])
    assert "d/x/a.csv" not in keys_of(server_client, bucket)


def test_stop_keeps_what_was_found(open_desk: OpenDesk, fault_proxy: FaultProxy, big_bucket: str) -> None:
    me = open_desk(big_bucket, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.on(is_followup, Stall())
    dialog = opened(me)
    me.write("Name", "*00.txt", dialog)
    me.click("Find", dialog)
    me.until(lambda: me.names() == [f"{number:03}00.txt" for number in range(10)])
    assert told(me) == f"Searching s3://{big_bucket}/ for names like “*00.txt”"
    assert me.counts == "10 found so far, looked at 1,000 objects in 1 request…"
    me.click("Stop")
    me.until(lambda: me.is_listed)
    assert len(me.names()) == 10
    assert told(me) == f"Search stopped early in s3://{big_bucket}/ for names like “*00.txt”"
    assert me.counts == "10 found, 10 B · stopped after 1,000 objects in 1 request"
    assert not any(name == "Stop" for _, name, _ in tree(me.window))
    fault_proxy.rules.clear()
    me.press("F5", me.objects)
    me.until(lambda: me.is_listed and len(me.names()) == 25)
    assert me.counts.startswith("25 found, 25 B · looked at 2,500 objects in ")


def test_a_search_stopped_before_its_first_find(open_desk: OpenDesk, fault_proxy: FaultProxy, big_bucket: str) -> None:
    me = open_desk(big_bucket, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.on(is_followup, Stall())
    dialog = opened(me)
    me.write("Name", "02499*", dialog)
    me.click("Find", dialog)
    me.until(lambda: me.counts == "0 found so far, looked at 1,000 objects in 1 request…")
    me.click("Stop")
    me.until(lambda: me.is_listed)
    assert me.counts == "Nothing found · stopped after 1,000 objects in 1 request"
    me.expect("Nothing was found before you stopped", me.objects)


def test_an_error_in_the_middle_is_said(open_desk: OpenDesk, fault_proxy: FaultProxy, big_bucket: str) -> None:
    me = open_desk(big_bucket, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.on(is_followup, error(403, "AccessDenied"))
    search(me, "*00.txt")
    assert len(me.names()) == 10
    assert "incomplete: You are not allowed to see what is in here." in me.counts


def test_a_newer_place_ends_a_search(open_desk: OpenDesk, fault_proxy: FaultProxy, big_bucket: str) -> None:
    me = open_desk(big_bucket, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.on(is_followup, Stall(), times=1)
    dialog = opened(me)
    me.write("Name", "*00.txt", dialog)
    me.click("Find", dialog)
    me.until(lambda: len(me.names()) == 10)
    me.click("Close")
    me.until(lambda: me.is_listed and len(me.names()) == 2500)
    assert bar(me) is None
    assert me.counts == "2,500 objects, 2.4 KB"

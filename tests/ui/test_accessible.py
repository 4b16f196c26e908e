"""With a screen reader and without a mouse: everything has its name and can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QListWidget, QWidget

from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import put
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

VERBS = """Back|Forward|Up|Refresh|Go to location…|Bookmark this place|Connect…|Disconnect|New bucket…|Delete bucket…
Upload files…|Upload folder…|Download…|Open|New folder…|Rename…|Delete…|Share…|Copy link|Copy S3 URI|Copy public URL
Transfers|Preview|Theme|Cancel|Clear finished|Stop loading|Find…|Folder size|What takes the space…"""
KEYS = {
    "Back": "Alt+Left",
    "Forward": "Alt+Right",
    "Up": "Alt+Up",
    "Refresh": "F5",
    "Go to location…": "Ctrl+L",
    "Connect…": "Ctrl+K",
    "Upload files…": "Ctrl+U",
    "Download…": "Ctrl+D",
    "Open": "Return",
    "Rename…": "F2",
    "Delete…": "Del",
    "Share…": "Ctrl+Shift+C",
    "Copy link": "Ctrl+C",
    "Preview": "Space",
}
CONNECT = """AWS profile|Access key ID|Secret access key|Session token|Endpoint URL|Region|Path-style addresses
Anonymous|Remember in keychain|Test|Connect"""
SHARE = "Link type|Expires in|Unit|Format|Link|Expiry|Copy|Close"


def split(names: str) -> set[str]:
    return set(names.replace("\n", "|").split("|"))


def names_in(window: QWidget) -> set[str]:
    return {name for _, name, _ in tree(window)}


def nameless(window: QWidget) -> list[str]:
    """What the keyboard can be on without a name to read out."""
    controls = [(name, widget) for _, name, widget in tree(window) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [repr(widget) for name, widget in controls if not name.strip() and widget.focusProxy() is None]


def test_the_window_says_what_everything_is(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"x,y\n1,2\n")
    server_client.put_object(Bucket=bucket, Key="b.txt", Body=b"text")
    me = open_desk(bucket)
    me.do("Transfers")
    me.select("a.csv")
    me.until(lambda: "Preview table" in names_in(me.window))
    for role, name in [
        (Role.Tree, "Buckets"),
        (Role.Table, "Objects"),
        (Role.EditableText, "Location"),
        (Role.EditableText, "Filter"),
        (Role.Table, "Transfers"),
        (Role.Client, "Preview"),
        (Role.Table, "Preview table"),
        (Role.StaticText, "Preview facts"),
        (Role.StatusBar, "Status"),
    ]:
        assert find(role, name, me.window).isVisible()
    facts = find(Role.StaticText, "Preview facts", me.window)
    assert facts.accessibleDescription() == me.words("Preview facts"), "the name says what it is, this what it says"
    assert nameless(me.window) == []
    header = me.objects.model()
    assert [header.headerData(n, me.horizontal) for n in range(5)] == [
        "Name",
        "Size",
        "Type",
        "Modified",
        "Storage class",
    ]
    me.select("b.txt")
    me.until(lambda: "Preview text" in names_in(me.window))


def test_every_verb_is_in_the_menus_with_its_keys(unconnected: Analyst) -> None:
    me = unconnected
    assert split(VERBS) <= {action.text() for action in me.verbs()}
    for text, keys in KEYS.items():
        shortcuts = [key.toString() for action in me.verbs() if action.text() == text for key in action.shortcuts()]
        assert keys in shortcuts, text
    me.press("Ctrl+Shift+P")
    palette = me.dialog("Commands")
    assert nameless(palette) == []
    QTest.keyClicks(find(Role.EditableText, "Command", palette), "connect")
    me.press("Return", find(Role.EditableText, "Command", palette))
    me.click("Cancel", me.dialog("Connect"))


def test_a_command_that_cannot_be_used_is_found_and_says_what_it_needs(unconnected: Analyst) -> None:
    me = unconnected
    assert not me.verb("Compare…").isEnabled()
    me.press("Ctrl+Shift+P")
    palette = me.dialog("Commands")
    commands = find(Role.List, "Commands", palette)
    assert isinstance(commands, QListWidget)
    items = [commands.item(row) for row in range(commands.count())]
    dimmed = [item.foreground().style() is not Qt.BrushStyle.NoBrush for item in items]
    assert dimmed == sorted(dimmed), "those that can be used come first"
    field = find(Role.EditableText, "Command", palette)
    QTest.keyClicks(field, "compare")
    (found,) = [item for item in items if not item.isHidden()]
    assert found.text().startswith("Data: Compare…")
    assert found.data(Qt.ItemDataRole.AccessibleTextRole).endswith("not possible here")
    me.press("Return", field)
    assert me.said.startswith("“Compare” is not possible here: See which rows and cells differ between two selected")
    assert not palette.isVisible()


def test_dialogs_name_their_fields(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "a.csv")
    me = open_desk(bucket)
    me.select("a.csv")

    def look(verb: str, title: str, names: set[str], way_out: str = "Cancel") -> None:
        me.do(verb)
        dialog = me.dialog(title)
        me.until(lambda: names <= names_in(dialog))
        assert nameless(dialog) == []
        reachable = tab_through(dialog)
        buttons = {name for role, name, w in tree(dialog) if role == Role.Button and w.isEnabled()}
        assert buttons <= reachable
        me.click(way_out, dialog)
        me.until(lambda: not dialog.isVisible())

    look("Connect…", "Connect", split(CONNECT))
    look("New bucket…", "New bucket", {"Bucket name", "Region", "Create"})
    look("New folder…", "New folder", {"Folder name", "Create"})
    look("Rename…", "Rename", {"New name", "Rename"})
    look("Delete…", "Delete", {"Delete"})
    look("Share…", "Share", split(SHARE), "Close")
    me.write("Location", "wrong://", enter=True)
    error = me.dialog("Error")
    assert {"Details", "Copy details", "Close"} <= names_in(error)
    assert nameless(error) == []
    me.click("Close", error)


def tab_through(window: QWidget) -> set[str]:
    """The names of everything Tab comes to."""
    names: set[str] = set()
    with_name = {id(widget): name for _, name, widget in tree(window)}
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        if at is not None and at.window() is window.window():
            names.add(with_name.get(id(at), at.accessibleName()))
    return names


def test_the_keyboard_reaches_every_view(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"x,y\n1,2\n")
    me = open_desk(bucket)
    assert QApplication.focusWidget() is me.objects, "one can begin at once"
    me.press("Down", me.objects)
    me.press("Up", me.objects)
    me.until(lambda: "Preview table" in names_in(me.window))
    assert {"Buckets", "Objects", "Location", "Filter", "Preview table", "Upload"} <= tab_through(me.window)


def test_dialogs_end_by_escape(desk_window: Analyst) -> None:
    for text, title in [("Connect…", "Connect"), ("New folder…", "New folder"), ("Go to location…", "Go to location")]:
        desk_window.do(text)
        dialog: QDialog = desk_window.dialog(title)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        desk_window.until(lambda dialog=dialog: not dialog.isVisible())  # type: ignore[misc]  # each its own

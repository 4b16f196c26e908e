"""A bucket policy written, read back in words, looked over and handed on to be saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from s3desk.s3.access.saving import Subject
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.offers import Feature
from s3desk.ui.access.permission_changes import ChangeReview
from s3desk.ui.access.policy_editor import NO_POLICY, NOT_READABLE, PolicyEditor
from s3desk.ui.slots import async_slot
from s3desk.ui.theme import Colors, ThemeChoice, contrast, mix
from tests.ui.analyst import Analyst
from tests.ui.screen_reader import Role, find

OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Mine", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/a/*"}
    ],
}
NONE: Seen[str] = Seen(Standing.NOT_SET)


class Desk(QObject):
    """The editor in a window of its own, and what was reviewed and is to be saved."""

    def __init__(self, me: Analyst, window: QWidget, editor: PolicyEditor) -> None:
        super().__init__(window)
        self.me, self.window, self.editor = me, window, editor
        self.there, self.secure = "", True
        self.saved: list[str] = []
        editor.save_wanted.connect(self._review)

    @async_slot()
    async def _review(self, written: str) -> None:
        review = ChangeReview(self.window, self.me.desk.theme, secure=self.secure)
        if await review.agreed(Subject("b", Feature.POLICY), self.there, written, whole=True):
            self.saved.append(written)

    @property
    def text(self) -> QPlainTextEdit:
        found = find(Role.EditableText, "Policy", self.window)
        assert isinstance(found, QPlainTextEdit)
        return found

    def type_over(self, words: str) -> None:
        """Everything is replaced, as by Ctrl+A and Ctrl+V."""
        self.text.setFocus()
        self.text.selectAll()
        self.text.insertPlainText(words)

    def use(self, template: str) -> None:
        button = self.me.button("Template", self.window)
        assert isinstance(button, QPushButton)
        menu = button.menu()
        assert isinstance(menu, QMenu)
        next(action for action in menu.actions() if action.text() == template).trigger()

    def can(self, name: str) -> bool:
        return self.me.button(name, self.window).isEnabled()

    def problem(self) -> str:
        label = self.editor.findChild(QLabel)
        assert isinstance(label, QLabel)
        assert label.accessibleName() == "Policy problem"
        return label.text()


@pytest.fixture
def desk(unconnected: Analyst) -> Iterator[Desk]:
    window = QWidget()
    window.resize(1000, 600)
    editor = PolicyEditor(unconnected.desk.theme)
    QVBoxLayout(window).addWidget(editor)
    with unconnected.qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield Desk(unconnected, window, editor)
    window.close()
    window.deleteLater()


def test_what_is_there_is_shown_and_said_in_words(desk: Desk) -> None:
    desk.editor.set_document(Seen(Standing.FOUND, json.dumps(OPEN)), "b")
    assert json.loads(desk.text.toPlainText()) == OPEN
    assert desk.text.blockCount() > 5, "written over several lines"
    assert desk.me.words("In words", desk.window) == "Anyone on the internet may read every file under a/."
    assert not desk.can("Save…"), "nothing changed"
    assert not desk.editor.changed
    assert not desk.can("Undo")
    desk.editor.set_undo("Put back what was there")
    assert desk.me.button("Undo", desk.window).toolTip() == "Put back what was there"
    with desk.me.qtbot.waitSignal(desk.editor.undo_wanted):
        desk.me.click("Undo", desk.window)


def test_a_mistake_is_marked_at_its_line_while_one_types(desk: Desk) -> None:
    desk.editor.set_document(Seen(Standing.FOUND, json.dumps(OPEN)), "b")
    lines = desk.text.toPlainText().split("\n")
    at = next(number for number, line in enumerate(lines) if "Effect" in line)
    cursor = QTextCursor(desk.text.document().findBlockByNumber(at))
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
    desk.text.setTextCursor(cursor)
    QTest.keyClick(desk.text, Qt.Key.Key_Backspace)
    desk.me.until(lambda: desk.problem() == f"Line {at + 1}: A comma is missing here.")
    (mark,) = desk.text.extraSelections()
    assert mark.cursor.block().blockNumber() == at
    assert not desk.can("Save…")
    assert not desk.can("Template"), "a template cannot be put into what cannot be read"
    QTest.keyClicks(desk.text, ",")
    desk.me.until(lambda: not desk.problem())
    assert desk.text.extraSelections() == []
    assert not desk.editor.changed


def test_advice_does_not_keep_one_from_saving(desk: Desk) -> None:
    desk.editor.set_document(NONE, "b")
    assert desk.me.words("In words", desk.window) == NO_POLICY
    desk.type_over(json.dumps(OPEN).replace("s3:GetObject", "s3:GetObjct"))
    desk.me.until(lambda: "Did you mean “s3:GetObject”?" in desk.problem())
    assert desk.can("Save…")


def test_templates_review_and_save(desk: Desk) -> None:
    desk.editor.set_document(NONE, "b", "reports/")
    desk.use("Anyone may read…")
    dialog = desk.me.dialog("Policy template")
    folder = find(Role.EditableText, "Folder", dialog)
    assert isinstance(folder, QLineEdit)
    assert folder.text() == "reports/"
    desk.me.write("Folder", "repo*ts", dialog)
    assert "cannot be named exactly" in desk.me.words("Notice", dialog)
    assert not desk.me.button("Add", dialog).isEnabled()
    desk.me.write("Folder", "reports", dialog)
    desk.me.click("Add", dialog)
    desk.me.until(lambda: "reports/*" in desk.text.toPlainText())
    desk.use("Deny plain HTTP")
    desk.me.until(lambda: "DenyPlainHttp" in desk.text.toPlainText())
    words = desk.me.words("In words", desk.window)
    assert "1. Anyone on the internet may read every file under reports/." in words
    assert "2. Nobody may do anything with this bucket and any file in it — when over plain http." in words

    desk.me.click("Save…", desk.window)
    review = desk.me.dialog("Review change")
    assert "New: Anyone on the internet may read every file under reports/." in desk.me.words("What changes", review)
    assert "anyone on the internet can read what begins with reports/" in desk.me.words("Notice", review)
    assert all(line.startswith("+ ") for line in desk.me.words("Change", review).splitlines())
    desk.me.click("Cancel", review)
    desk.me.until(lambda: not review.isVisible())
    assert desk.saved == []
    desk.me.click("Save…", desk.window)
    desk.me.click("Save", desk.me.dialog("Review change"))
    desk.me.until(lambda: desk.saved)
    names = [one["Sid"] for one in json.loads(desk.saved[0])["Statement"]]
    assert names == ["PublicRead", "DenyPlainHttp", "DenyHttpUntold"]
    desk.editor.set_document(Seen(Standing.FOUND, desk.saved[0]), "b")
    assert not desk.editor.changed


def test_a_template_is_taken_back_with_ctrl_z(desk: Desk) -> None:
    desk.editor.set_document(Seen(Standing.FOUND, json.dumps(OPEN)), "b")
    before = desk.text.toPlainText()
    desk.use("Deny plain HTTP")
    desk.me.until(lambda: "DenyPlainHttp" in desk.text.toPlainText())
    desk.me.press("Ctrl+Z", desk.text)
    assert desk.text.toPlainText() == before


def test_a_text_of_megabytes_does_not_stop_the_window(desk: Desk) -> None:
    """S3 takes 20 KB: it is said how much this is, and nothing is read out of it."""
    desk.editor.set_document(NONE, "b")
    statement = OPEN["Statement"][0]
    desk.type_over(json.dumps({"Statement": [statement] * 2_000}))
    desk.me.until(lambda: "A policy can have 20,480 bytes" in desk.problem())
    assert desk.me.words("In words", desk.window) == NOT_READABLE


def test_shutting_oneself_out_is_told(desk: Desk) -> None:
    desk.editor.set_document(NONE, "b")
    desk.secure = False
    desk.use("Deny plain HTTP")
    desk.me.until(lambda: desk.can("Save…"))
    desk.me.click("Save…", desk.window)
    review = desk.me.dialog("Review change")
    assert "This shuts you out, too" in desk.me.words("Notice", review)
    desk.me.click("Cancel", review)
    desk.me.until(lambda: not review.isVisible())


def test_an_empty_text_removes_the_policy(desk: Desk) -> None:
    desk.there = json.dumps(OPEN)
    desk.editor.set_document(Seen(Standing.FOUND, desk.there), "b")
    desk.type_over("")
    desk.me.until(lambda: desk.me.words("In words", desk.window) == NO_POLICY)
    desk.me.click("Save…", desk.window)
    review = desk.me.dialog("Review change")
    desk.me.expect("Remove the policy of b?", review)
    assert desk.me.words("What changes", review) == "No longer: Anyone on the internet may read every file under a/."
    desk.me.click("Save", review)
    desk.me.until(lambda: desk.saved == [""])


def test_what_cannot_be_seen_cannot_be_changed(desk: Desk) -> None:
    desk.editor.set_document(Seen(Standing.NOT_ALLOWED), "b")
    assert desk.problem() == "not allowed to see"
    assert not any(desk.can(name) for name in ("Save…", "Template", "Undo"))
    assert not desk.text.isEnabled()
    assert desk.me.words("In words", desk.window) == ""
    desk.editor.set_document(NONE, "b")
    desk.editor.set_busy(busy=True)
    assert desk.text.isReadOnly()
    assert not desk.can("Template")


def test_a_new_line_keeps_the_indent(desk: Desk) -> None:
    desk.editor.set_document(NONE, "b")
    desk.text.setFocus()
    QTest.keyClicks(desk.text, "{")
    QTest.keyClick(desk.text, Qt.Key.Key_Return)
    QTest.keyClicks(desk.text, '"a": [')
    QTest.keyClick(desk.text, Qt.Key.Key_Return)
    QTest.keyClicks(desk.text, "1")
    assert desk.text.toPlainText() == '{\n  "a": [\n    1'
    desk.me.until(lambda: desk.problem().startswith("Line 3: A “]” is missing at the end; it was opened in line 2."))


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_every_colour_of_the_text_can_be_read(desk: Desk, choice: ThemeChoice) -> None:
    colors = desk.me.desk.theme
    colors.set_choice(choice)
    desk.editor.set_document(Seen(Standing.FOUND, json.dumps(OPEN)), "b")
    desk.type_over(desk.text.toPlainText() + " 12")
    desk.me.until(lambda: desk.problem() != "")
    shown: list[tuple[str, Any]] = []
    block = desk.text.document().begin()
    while block.isValid():
        for each in block.layout().formats():
            shown.append((block.text()[each.start : each.start + each.length], each.format.foreground().color()))
        block = block.next()
    marked = mix(colors.colors.window, colors.colors.warning, 0.25)
    assert {'"Sid"', '"Allow"', '"*"', "12"} <= {words for words, _ in shown}
    for words, color in shown:
        assert isinstance(color, QColor)
        assert contrast(color, colors.colors.side) >= 4.2, words
    assert contrast(colors.colors.text, marked) >= 4.5
    assert Colors.of(dark=choice is ThemeChoice.DARK).dark == (choice is ThemeChoice.DARK)

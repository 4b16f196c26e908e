"""Publishes a text, for instance with links in it, to everybody who subscribed to an SNS topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from s3desk.s3.errors import AccessDeniedError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature
from s3desk.s3.topics import Topic, as_subject, check_message, check_subject, check_topic, publish, topics
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.slots import ask, show_error

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk


@dataclass(frozen=True)
class Letter:
    """What is to be published, and where."""

    topic_arn: str
    subject: str
    message: str


class SnsDialog(FormDialog):
    """Collects a Letter. Any ARN may be typed: who may publish to a topic may often not list it."""

    def __init__(
        self, parent: QWidget | None, found: Sequence[Topic], letter: Letter, remark: str = "", trouble: str = ""
    ) -> None:
        super().__init__(parent, "Publish to SNS topic", "Publish", "Publish to everybody who subscribed to a topic")
        self.setMinimumWidth(580)
        self._topic, self._subject, self._message = QComboBox(), QLineEdit(letter.subject), QPlainTextEdit()
        self._topic.setEditable(True)
        self._topic.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for topic in found:
            self._topic.addItem(topic.name, topic.arn)
        self._choose(letter.topic_arn)
        self._message.setPlainText(letter.message)
        self._message.setTabChangesFocus(True)
        self._message.setMinimumHeight(150)
        self._lay_out(remark)
        self._topic.editTextChanged.connect(self.check)
        self._subject.textChanged.connect(self.check)
        self._message.textChanged.connect(self.check)
        self.check()
        if trouble:
            self.say(trouble, "warning")

    def _choose(self, arn: str) -> None:
        row = self._topic.findData(arn) if arn else min(self._topic.count(), 1) - 1
        if row >= 0:
            self._topic.setCurrentIndex(row)
        else:
            self._topic.setEditText(arn)

    def _lay_out(self, remark: str) -> None:
        line = self._topic.lineEdit()
        if line is not None:
            line.setPlaceholderText("arn:aws:sns:region:account:name")
        self.add_field("Topic", self._topic)
        if remark:
            label = words(remark, "dim")
            label.setAccessibleName("About topics")
            self.form.addRow("", label)
        self._subject.setPlaceholderText("only e-mail has one")
        self.add_field("Subject", self._subject)
        self.add_field("Message", self._message)
        self.add_cancel()

    def answer(self) -> Letter:
        """What was written; a topic that was chosen by its name comes with its ARN."""
        typed = self._topic.currentText().strip()
        row = self._topic.findText(typed)
        arn = str(self._topic.itemData(row)) if row >= 0 else typed
        return Letter(arn, self._subject.text(), self._message.toPlainText())

    def problem(self) -> str:
        """What SNS would refuse."""
        letter = self.answer()
        if not letter.topic_arn:
            return " "
        return check_topic(letter.topic_arn) or check_subject(letter.subject) or check_message(letter.message)


async def publish_to_sns(window: QWidget, desk: Desk, connection: Connection, subject: str, message: str) -> bool:
    """Ask for a topic and publish to it; True when it was published. Errors are said, and nothing written is lost.

    Where the server has no SNS that is said at once, and remembered: `connection.offers` has the sentence.
    """
    try:
        found, remark = await _topics(desk, connection)
    except S3Error as error:
        show_error(window if isValid(window) else None, error)
        return False
    letter, trouble = Letter("", as_subject(subject), message), ""
    while isValid(window):
        written: Letter | None = await ask(SnsDialog(window, found, letter, remark, trouble))
        if written is None:
            break
        letter = written
        try:
            await _publish(desk, connection, letter)
        except S3Error as error:
            trouble = f"{error} {error.advice}".strip()
        else:
            desk.news.said.emit(f"Published to the topic {Topic(letter.topic_arn).name}.")
            return True
    return False


async def _topics(desk: Desk, connection: Connection) -> tuple[list[Topic], str]:
    """The topics to choose from, and a remark where there are none to choose."""
    desk.news.said.emit("Looking for SNS topics…")
    try:
        found = await desk.background.run(Job("List SNS topics"), topics, connection)
    except AccessDeniedError:
        return [], "You are not allowed to list the topics. If you know the ARN of one, paste it here."
    if found:
        return found, ""
    return [], f"There is no topic in {connection.region}. If you know the ARN of one elsewhere, paste it here."


async def _publish(desk: Desk, connection: Connection, letter: Letter) -> None:
    job = Job("Publish to SNS")  # no word of the text: it may hold links
    await desk.background.run(job, publish, connection, letter.topic_arn, letter.subject, letter.message)


def sns_missing(connection: Connection) -> str:
    """Why nothing can be published from this connection, as far as that is known; "" when it may be tried."""
    return connection.offers.reason(connection.endpoint_url, Feature.SNS)

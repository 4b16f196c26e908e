"""Publishing to an SNS topic: what was written arrives, and what could not be sent is not lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit

from s3desk.s3.connection import Connection
from s3desk.s3.offers import Feature
from s3desk.ui.sharing.sns_dialog import publish_to_sns, sns_missing
from tests.servers.fault_proxy import FaultProxy, fault_proxy_before
from tests.servers.faults import Answer
from tests.servers.info import ServerInfo
from tests.servers.moto import Mailbox, mailbox
from tests.ui.analyst import Analyst
from tests.ui.conftest import account_of
from tests.ui.screen_reader import Role, find

LINK = "https://lab.example/a%20b.csv?X-Amz-Signature=5ec2e7"
TITLE = "Publish to SNS topic"


@pytest.fixture
def box(moto: ServerInfo) -> Iterator[Mailbox]:
    """A topic and who subscribed to it."""
    with mailbox(moto, f"figures-{uuid4().hex}") as made:
        yield made


@pytest.fixture
def proxy(moto: ServerInfo) -> Iterator[FaultProxy]:
    """A proxy in front of moto."""
    with fault_proxy_before(moto.endpoint_url) as running:
        yield running


def publishing(me: Analyst, connection: Connection, subject: str, message: str) -> asyncio.Task[bool]:
    """Start the flow as the Share dialog does."""
    loop = asyncio.get_event_loop_policy().get_event_loop()
    return loop.create_task(publish_to_sns(me.window, me.desk, connection, subject, message))


def name_of(box: Mailbox) -> str:
    return box.topic_arn.rpartition(":")[2]


def message_of(me: Analyst, dialog: QDialog) -> QPlainTextEdit:
    field = find(Role.EditableText, "Message", dialog)
    assert isinstance(field, QPlainTextEdit)
    return field


def subject_of(dialog: QDialog) -> str:
    field = find(Role.EditableText, "Subject", dialog)
    assert isinstance(field, QLineEdit)
    return field.text()


def test_a_text_with_a_link_is_published(unconnected: Analyst, moto: ServerInfo, box: Mailbox) -> None:
    me, connection = unconnected, Connection(account_of(moto))
    done = publishing(me, connection, "Zürich: figures", f"Here:\n{LINK}")
    dialog = me.dialog(TITLE)
    assert name_of(box) in me.items("Topic", dialog)
    assert subject_of(dialog) == "Zurich: figures"  # SNS takes plain letters only
    assert message_of(me, dialog).toPlainText() == f"Here:\n{LINK}"
    me.choose("Topic", name_of(box), dialog)
    me.write("Subject", "Figures", dialog)
    me.click("Publish", dialog)
    me.until(done.done)
    assert done.result() is True
    (letter,) = box.letters()
    assert (letter["Subject"], letter["Message"]) == ("Figures", f"Here:\n{LINK}")
    assert me.said == f"Published to the topic {name_of(box)}."


def test_what_sns_refuses_is_said_while_one_writes(unconnected: Analyst, moto: ServerInfo, box: Mailbox) -> None:
    me = unconnected
    done = publishing(me, Connection(account_of(moto)), "s" * 300, "m")
    dialog = me.dialog(TITLE)
    publish = me.button("Publish", dialog)
    me.write("Topic", box.topic_arn, dialog)
    assert subject_of(dialog) == "s" * 100
    assert publish.isEnabled()
    me.write("Subject", "é", dialog)
    assert me.words("Notice", dialog).startswith("The subject may only have plain letters")
    assert not publish.isEnabled()
    me.write("Subject", "", dialog)
    assert publish.isEnabled()
    message_of(me, dialog).clear()
    assert me.words("Notice", dialog) == "Write a message."
    message_of(me, dialog).setPlainText("m" * 262_145)
    assert me.words("Notice", dialog) == "The message may have 256 KB at most; it has 256 KB."
    message_of(me, dialog).setPlainText("m")
    me.write("Topic", "figures?", dialog)
    assert me.words("Notice", dialog).startswith("A topic's ARN looks like arn:aws:sns:")
    me.write("Topic", "", dialog)
    assert not publish.isEnabled()
    me.click("Cancel", dialog)
    me.until(done.done)
    assert done.result() is False
    assert box.letters() == []


def test_a_refused_message_is_not_lost(unconnected: Analyst, moto: ServerInfo, box: Mailbox, proxy: FaultProxy) -> None:
    me, connection = unconnected, Connection(account_of(moto, proxy.endpoint_url))
    done = publishing(me, connection, "s", LINK)
    dialog = me.dialog(TITLE)
    me.write("Topic", box.topic_arn + "-gone", dialog)
    me.click("Publish", dialog)
    me.until(lambda: not dialog.isVisible())
    again = me.dialog(TITLE)
    assert me.words("Notice", again) == "There is no such topic. Choose another one, or check the ARN."
    assert message_of(me, again).toPlainText() == LINK
    me.write("Topic", box.topic_arn, again)
    me.click("Publish", again)
    me.until(done.done)
    assert done.result() is True
    assert [letter["Message"] for letter in box.letters()] == [LINK]


def test_who_may_not_list_topics_pastes_one(
    unconnected: Analyst, moto: ServerInfo, box: Mailbox, proxy: FaultProxy
) -> None:
    refusal = (
        b"<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>no</Message></Error>"
        b"</ErrorResponse>"
    )
    proxy.on(lambda _: True, Answer(403, refusal, {"x-amzn-RequestId": "1"}), times=1)
    me = unconnected
    done = publishing(me, Connection(account_of(moto, proxy.endpoint_url)), "s", "m")
    dialog = me.dialog(TITLE)
    assert me.words("About topics", dialog).startswith("You are not allowed to list the topics.")
    assert not me.button("Publish", dialog).isEnabled()
    me.write("Topic", f" {box.topic_arn} ", dialog)
    me.click("Publish", dialog)
    me.until(done.done)
    assert done.result() is True
    assert len(box.letters()) == 1


def test_there_is_no_topic_yet(unconnected: Analyst, moto: ServerInfo) -> None:
    me = unconnected
    done = publishing(me, Connection(replace(account_of(moto), region="sa-east-1")), "s", "m")
    dialog = me.dialog(TITLE)
    assert me.items("Topic", dialog) == []
    assert me.words("About topics", dialog).startswith("There is no topic in sa-east-1.")
    me.click("Cancel", dialog)
    me.until(done.done)


def test_a_server_without_sns_says_so_and_is_asked_once(unconnected: Analyst, server: ServerInfo) -> None:
    """Ceph has topics for its own use: that shows only when one publishes."""
    me, connection = unconnected, Connection(account_of(server))
    assert sns_missing(connection) == ""
    done = publishing(me, connection, "s", "m")
    if server.name == "ceph":
        dialog = me.dialog(TITLE)
        me.write("Topic", "arn:aws:sns:default::news", dialog)
        me.click("Publish", dialog)
        me.until(lambda: not dialog.isVisible())
        again = me.dialog(TITLE)
        assert me.words("Notice", again) == "This server has SNS topics, but takes no messages from people."
        me.click("Cancel", again)
    else:
        error = me.dialog("Error")
        assert me.words("What happened", error) == "This server does not have notifications (SNS)."
        error.close()
    me.until(done.done)
    assert done.result() is False
    assert connection.offers.has(server.endpoint_url, Feature.SNS) is False
    assert "SNS" in sns_missing(connection)


def test_no_word_of_it_in_titles_and_jobs(unconnected: Analyst, moto: ServerInfo, box: Mailbox) -> None:
    me = unconnected
    done = publishing(me, Connection(account_of(moto)), "s", LINK)
    dialog = me.dialog(TITLE)
    me.write("Topic", box.topic_arn, dialog)
    me.click("Publish", dialog)
    titles = [top.windowTitle() for top in QApplication.topLevelWidgets()]
    jobs = [job.title for job in me.desk.background._running]
    assert "5ec2e7" not in " ".join([*titles, *jobs, me.said])
    me.until(done.done)
    assert "5ec2e7" not in me.said

"""SNS: what is published arrives word for word with who subscribed, and its links arrive nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError, BadNameError, NotFoundError, UnsupportedError
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature
from s3desk.s3.redact import RedactingFormatter
from s3desk.s3.topics import Topic, as_subject, check_message, check_subject, check_topic, publish, topics
from tests.s3.conftest import connect
from tests.servers.fault_proxy import fault_proxy_before
from tests.servers.faults import Answer
from tests.servers.info import ServerInfo
from tests.servers.moto import Mailbox, mailbox, moto_client

LINK = "https://lab.example/reports/a%20b.csv?X-Amz-Expires=60&X-Amz-Signature=5ec2e7"
REFUSAL = (
    b'<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>'
    b"<Code>AuthorizationError</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"
)
NEWS = "arn:aws:sns:us-east-1:123456789012:news"


@pytest.fixture
def new_mailbox(moto: ServerInfo) -> Iterator[Callable[..., Mailbox]]:
    """Makes topics, each with a queue that subscribed to it."""
    with ExitStack() as opened:
        yield lambda name, region="us-east-1": opened.enter_context(mailbox(moto, name, region))


@pytest.fixture
def sns(moto: ServerInfo) -> Iterator[Any]:
    """The owner's plain boto3 client of SNS."""
    client = moto_client(moto, "sns")
    yield client
    client.close()


def test_a_message_arrives_as_it_was_written(
    moto: ServerInfo, job: Job, new_mailbox: Callable[..., Mailbox], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    box, connection = new_mailbox(f"news-{uuid4().hex}"), connect(moto)
    found = next(topic for topic in topics(job, connection) if topic.arn == box.topic_arn)
    assert found == Topic(box.topic_arn)
    assert box.topic_arn.endswith(f":{found.name}")
    assert found.region == "us-east-1"
    message = f"Zürich’s figures <b>&amp;\n{LINK}\n"
    message_id = publish(job, connection, found.arn, "Figures, as asked", message)
    (letter,) = box.letters()
    assert (letter["MessageId"], letter["Subject"], letter["Message"]) == (message_id, "Figures, as asked", message)
    publish(job, connection, found.arn, "", "without a subject")
    (letter,) = box.letters()
    assert letter["Message"] == "without a subject"
    lines = "\n".join(map(RedactingFormatter().format, caplog.records))
    assert "Publish" in lines
    assert "5ec2e7" not in lines
    assert connection.offers.has(moto.endpoint_url, Feature.SNS)


def test_a_topic_of_another_region_and_one_that_keeps_an_order(
    moto: ServerInfo, job: Job, new_mailbox: Callable[..., Mailbox]
) -> None:
    far, ordered = new_mailbox(f"far-{uuid4().hex}", "eu-central-1"), new_mailbox(f"line-{uuid4().hex}.fifo")
    connection = connect(moto)
    assert far.topic_arn not in [topic.arn for topic in topics(job, connection)]
    for box in (far, ordered):
        assert publish(job, connection, box.topic_arn, "s", "m")
        assert [letter["Message"] for letter in box.letters()] == ["m"]


def test_topics_come_in_pages(moto: ServerInfo, job: Job, sns: Any) -> None:
    prefix = f"many-{uuid4().hex[:8]}-"
    made = sorted(sns.create_topic(Name=f"{prefix}{number:03}")["TopicArn"] for number in range(120))
    found = [topic.arn for topic in topics(job, connect(moto)) if topic.name.startswith(prefix)]
    for arn in made:
        sns.delete_topic(TopicArn=arn)
    assert found == made


def test_a_topic_that_is_gone(moto: ServerInfo, job: Job) -> None:
    with pytest.raises(NotFoundError, match="no such topic") as gone:
        publish(job, connect(moto), NEWS + "-gone", "s", LINK)
    assert "bucket" not in str(gone.value) + gone.value.advice
    assert "5ec2e7" not in gone.value.details


def test_servers_without_sns_are_asked_once(server: ServerInfo, job: Job) -> None:
    """Ceph has topics for its own use, which shows when one publishes; SeaweedFS takes it for something else."""
    with fault_proxy_before(server.endpoint_url) as proxy:
        connection = connect(server, proxy.endpoint_url)
        for _ in range(2):
            with pytest.raises(UnsupportedError, match="SNS") as missing:
                _publish_to_one_of_them(job, connection)
        assert connection.offers.reason(proxy.endpoint_url, Feature.SNS) == str(missing.value)
        asked = [request for request in proxy.requests if "/sns/" in request.headers.get("authorization", "")]
        assert len(asked) == (2 if server.name == "ceph" else 1)


def _publish_to_one_of_them(job: Job, connection: Connection) -> None:
    topics(job, connection)
    publish(job, connection, NEWS, "s", "m")


def test_not_being_allowed_is_not_the_servers_fault(moto: ServerInfo, job: Job) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(lambda _: True, Answer(403, REFUSAL, {"x-amzn-RequestId": "1"}))
        connection = connect(moto, proxy.endpoint_url)
        with pytest.raises(AccessDeniedError, match="not allowed to list SNS topics"):
            topics(job, connection)
        with pytest.raises(AccessDeniedError, match="not allowed to publish") as refused:
            publish(job, connection, NEWS, "s", LINK)
        assert "bucket" not in refused.value.advice
        assert "5ec2e7" not in refused.value.details
        assert connection.offers.has(proxy.endpoint_url, Feature.SNS) is None


def test_nobody_publishes_without_keys(moto: ServerInfo, job: Job) -> None:
    account = Account("public", SignIn.ANONYMOUS, endpoint_url=moto.endpoint_url, region="us-east-1")
    with pytest.raises(UnsupportedError, match="Nobody is signed in"):
        topics(job, Connection(account))
    with pytest.raises(UnsupportedError, match="Nobody is signed in"):
        publish(job, Connection(account), NEWS, "", "m")


@pytest.mark.parametrize(
    ("arn", "subject", "message"),
    [
        ("", "s", "m"),
        ("news", "s", "m"),
        ("arn:aws:s3:::bucket", "s", "m"),
        (NEWS + "\n", "s", "m"),
        (NEWS, "Zürich", "m"),
        (NEWS, "two\nlines", "m"),
        (NEWS, " s", "m"),
        (NEWS, "s" * 101, "m"),
        (NEWS, "s", " \n"),
        (NEWS, "s", "ü" * 131_073),
    ],
)
def test_what_sns_would_refuse_is_not_sent(moto: ServerInfo, job: Job, arn: str, subject: str, message: str) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        with pytest.raises(BadNameError) as refused:
            publish(job, connect(moto, proxy.endpoint_url), arn, subject, message)
        assert str(refused.value) == (check_topic(arn) or check_subject(subject) or check_message(message))
        assert proxy.requests == []


def test_the_longest_that_sns_takes(moto: ServerInfo, job: Job, new_mailbox: Callable[..., Mailbox]) -> None:
    box = new_mailbox(f"long-{uuid4().hex}")
    publish(job, connect(moto), box.topic_arn, "s" * 100, "ü" * 100_000)
    (letter,) = box.letters()
    assert (len(letter["Subject"]), len(letter["Message"])) == (100, 100_000)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Zürich, été", "Zurich, ete"),
        ("  two\nlines\t ", "two lines"),
        ("报告.csv", "??.csv"),
        ("x" * 200, "x" * 100),
        ("\u202egpj.exe", "?gpj.exe"),
        ("", ""),
    ],
)
def test_a_subject_made_from_any_text(text: str, subject: str) -> None:
    assert as_subject(text) == subject
    assert check_subject(as_subject(text)) == ""


def test_a_cancelled_job_sends_nothing(moto: ServerInfo) -> None:
    job = Job()
    job.cancel()
    with fault_proxy_before(moto.endpoint_url) as proxy:
        connection = connect(moto, proxy.endpoint_url)
        with pytest.raises(CancelledError):
            topics(job, connection)
        with pytest.raises(CancelledError):
            publish(job, connection, NEWS, "s", "m")
        assert proxy.requests == []

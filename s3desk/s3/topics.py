"""SNS topics: which there are, and a message to everybody who subscribed to one."""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from s3desk.s3 import beside
from s3desk.s3.errors import BadNameError, NotFoundError, UnsupportedError
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

SUBJECT_LETTERS = 100
MESSAGE_BYTES = 256 * 1024
_ARN = re.compile(r"arn:[a-z0-9-]*:sns:(?P<region>[a-z0-9-]*):[^:\s]*:(?P<name>[A-Za-z0-9_-]{1,256}(\.fifo)?)")
_FIFO = ".fifo"


@dataclass(frozen=True)
class Topic:
    """A topic, by the name SNS knows it by everywhere."""

    arn: str

    @property
    def name(self) -> str:
        """The last part of the ARN, which people chose."""
        return self.arn.rpartition(":")[2]

    @property
    def region(self) -> str:
        """Where it lives; "" where the ARN names none."""
        found = _ARN.fullmatch(self.arn)
        return found["region"] if found else ""


def topics(job: Job, connection: Connection) -> list[Topic]:
    """All topics of the connection's region that we may list, by name.

    Raises UnsupportedError where the server has no SNS, AccessDeniedError where it does not tell. API: ListTopics.
    """
    sns, found, token = connection.service("sns"), list[Topic](), ""
    seen: set[str] = set()
    while token not in seen:
        seen.add(token)
        job.check()
        options = {"NextToken": token} if token else {}
        request = partial(sns.list_topics, **options)
        page = beside.ask(job, connection, Feature.SNS, "list SNS topics", request, lambda told: "Topics" in told)
        found += [Topic(each["TopicArn"]) for each in page["Topics"]]
        token = page.get("NextToken") or ""
    return sorted(found, key=lambda topic: topic.name)


def publish(job: Job, connection: Connection, topic_arn: str, subject: str, message: str) -> str:
    """Send a message to everybody who subscribed to a topic; returns the id SNS gives it.

    Raises BadNameError for what SNS would refuse anyhow, AccessDeniedError, NotFoundError, and UnsupportedError,
    remembered, where a server has topics for its own use only. API: SNS Publish.
    """
    if problem := check_topic(topic_arn) or check_subject(subject) or check_message(message):
        raise BadNameError(problem)
    options = {"Subject": subject} if subject else {}
    if topic_arn.endswith(_FIFO):  # these keep an order within a group, and drop what they saw before
        options |= {"MessageGroupId": "s3desk", "MessageDeduplicationId": uuid.uuid4().hex}
    sns = connection.service("sns", Topic(topic_arn).region)
    request = partial(sns.publish, TopicArn=topic_arn, Message=message, **options)
    doing = "publish to this SNS topic"
    try:
        answer = beside.ask(job, connection, Feature.SNS, doing, request, lambda told: told.get("MessageId"))
    except UnsupportedError as error:
        if not beside.signs(connection):
            raise
        raise _lists_only(connection) from error
    except NotFoundError as error:
        raise NotFoundError("There is no such topic.", "Choose another one, or check the ARN.") from error
    return str(answer["MessageId"])


def _lists_only(connection: Connection) -> UnsupportedError:
    """Some servers have topics to tell about their buckets, and take no message from people."""
    own = connection.endpoint_url
    if own and connection.offers.has(own, Feature.SNS):
        connection.offers.note(own, Feature.SNS, "This server has SNS topics, but takes no messages from people.")
    return UnsupportedError(connection.offers.reason(own, Feature.SNS) or "SNS did not take the message.")


def check_topic(arn: str) -> str:
    """Why this cannot be a topic's ARN, "" when it can."""
    if not arn:
        return "Choose a topic."
    if not _ARN.fullmatch(arn):
        return "A topic's ARN looks like arn:aws:sns:eu-west-1:123456789012:name."
    return ""


def check_subject(subject: str) -> str:
    """Why SNS would not take this subject, "" when it would; a message needs none."""
    if len(subject) > SUBJECT_LETTERS:
        return f"The subject may have {SUBJECT_LETTERS} letters at most; it has {len(subject):,}."
    strange = next((letter for letter in subject if not " " <= letter <= "~"), "")
    if strange:
        return "The subject may only have plain letters, digits and signs: no accents, no line breaks."
    return "The subject may not begin with a space." if subject.startswith(" ") else ""


def check_message(message: str) -> str:
    """Why SNS would not take this message, "" when it would."""
    if not message.strip():
        return "Write a message."
    size = len(message.encode("utf-8", "replace"))
    if size > MESSAGE_BYTES:
        return f"The message may have 256 KB at most; it has {size / 1024:,.0f} KB."
    return ""


def as_subject(text: str) -> str:
    """A subject SNS takes, made from any text: accents drop off, what is left without a letter becomes a `?`."""
    apart = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    plain = " ".join(apart.split())
    return "".join(one if " " <= one <= "~" else "?" for one in plain)[:SUBJECT_LETTERS].strip()

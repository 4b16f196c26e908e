"""moto, for what no real server here has: STS, IAM, SNS, and the settings only AWS keeps. It enforces nothing.

`python -m tests.servers.moto` is the child process: it says its port on stdout and ends with its stdin, so it never
outlives the tests. moto stays out of the tests' own interpreter: it patches botocore there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s3desk.demo.seaweedfs import HOST, end, parent_death_kills
from tests.servers.info import ServerInfo

ACCOUNT = "123456789012"
OWNER, OTHER = "analyst", "colleague"
_READY_WITHIN_S = 60.0


class MotoFailedError(Exception):
    """moto did not come up; the text is the end of its log."""


@contextmanager
def moto_server(folder: Path) -> Iterator[ServerInfo]:
    """Run moto with two IAM users in one account, `analyst` and `colleague`; all of it lives in memory.

    Any other keys are taken too, temporary ones of `assume_role` as well. Raises MotoFailedError.
    """
    log = folder / "moto.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.moto"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=Path(__file__).parents[2],
            preexec_fn=parent_death_kills(),  # noqa: PLW1509 - one C call, no locks
        )
    with process:
        try:
            endpoint_url = f"http://{HOST}:{_port_of(process, log)}"
            _wait_for_an_answer(endpoint_url, process, log)
            owner, other = _make_user(endpoint_url, OWNER), _make_user(endpoint_url, OTHER)
            yield ServerInfo("moto", endpoint_url, *owner, *other, folder=folder)
        finally:
            end(process)


def moto_client(server: ServerInfo, service: str, *, other: bool = False, region: str = "us-east-1") -> Any:
    """A plain boto3 client of any service moto has, for the owner or for someone else; the caller closes it."""
    if other:
        return _client(server.endpoint_url, service, server.other_access_key, server.other_secret_key, region)
    return _client(server.endpoint_url, service, server.access_key, server.secret_key, region)


@dataclass
class Mailbox:
    """A topic, and a queue that subscribed to it."""

    topic_arn: str
    sqs: Any
    queue_url: str

    def letters(self) -> list[dict[str, Any]]:
        """What was published since it was asked last, as SNS delivers it: MessageId, Subject, Message …"""
        found = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for each in found:
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(each["Body"]) for each in found]


@contextmanager
def mailbox(server: ServerInfo, name: str, region: str = "us-east-1") -> Iterator[Mailbox]:
    """A topic of this name with a queue of its own, both gone afterwards; a name that ends in .fifo makes such."""
    sns, sqs = (moto_client(server, service, region=region) for service in ("sns", "sqs"))
    fifo = {"FifoTopic": "true"} if name.endswith(".fifo") else {}
    topic_arn = sns.create_topic(Name=name, Attributes=fifo)["TopicArn"]
    queue_url = sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if fifo else {})["QueueUrl"]
    wanted = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=wanted["Attributes"]["QueueArn"])
    try:
        yield Mailbox(topic_arn, sqs, queue_url)
    finally:
        sns.delete_topic(TopicArn=topic_arn)
        sqs.delete_queue(QueueUrl=queue_url)
        for client in (sns, sqs):
            client.close()


def _client(endpoint_url: str, service: str, access_key: str, secret_key: str, region: str = "us-east-1") -> Any:
    import boto3

    session = boto3.Session(access_key, secret_key, region_name=region)
    return session.client(service, endpoint_url=endpoint_url)  # type: ignore[call-overload]  # the name is no literal


def _make_user(endpoint_url: str, name: str) -> tuple[str, str]:
    """An IAM user's access key and secret key."""
    iam = _client(endpoint_url, "iam", "root", "root")
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    iam.close()
    return made["AccessKeyId"], made["SecretAccessKey"]


def _port_of(process: subprocess.Popen[bytes], log: Path) -> int:
    said = process.stdout.readline() if process.stdout else b""
    if not said.strip().isdigit():
        raise MotoFailedError(log.read_text(errors="replace")[-3000:])
    return int(said)


def _wait_for_an_answer(endpoint_url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not _answers(endpoint_url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise MotoFailedError(log.read_text(errors="replace")[-3000:])
        time.sleep(0.02)


def _answers(endpoint_url: str) -> bool:
    try:
        with urllib.request.urlopen(endpoint_url, timeout=30) as answer:
            return b"<" in answer.read()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return True
    except OSError:
        return False


def _serve() -> None:
    """What the child does: serve on a port of its own choice until stdin ends."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    server = ThreadedMotoServer(HOST, port=0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)
    sys.stdin.buffer.read()
    os._exit(0)  # requests in flight are nobody's any more


if __name__ == "__main__":
    _serve()

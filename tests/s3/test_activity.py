"""What was asked of S3 can be read again, copied and run; and no secret is in any of it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from s3desk.s3.account import Account, SignIn
from s3desk.s3.activity import Activity, Call
from s3desk.s3.activity_code import as_notebook, as_script
from s3desk.s3.connection import Connection
from s3desk.s3.redact import redact
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ODD = 'a b/it\'s a “$(touch pwned)” {1}\\n""" ünï 😀.csv'


def run(script: str, server: ServerInfo, folder: Path) -> str:
    """What a script prints that is run with keys of the environment."""
    (folder / "script.py").write_text(script, encoding="utf-8")
    keys = {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
    ended = subprocess.run(
        [sys.executable, "-X", "utf8", "script.py"],
        cwd=folder,
        env={**os.environ, **keys},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stderr}\n{script}"
    return ended.stdout


def operations(connection: Connection) -> list[tuple[str, int]]:
    return [(call.operation, call.count) for call in connection.activity.calls()]


def test_a_script_reads_what_was_read_and_changes_nothing(
    server: ServerInfo, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    client = connection.client(bucket)
    for key in ("a.csv", "b.csv", "c/d.csv", ODD):
        client.put_object(Bucket=bucket, Key=key, Body=b"top secret body", ContentType="text/csv")
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}
    )
    assert len(list(pages)) == 4
    for start in (0, 4):
        client.get_object(Bucket=bucket, Key="a.csv", Range=f"bytes={start}-{start + 3}")["Body"].read()
    client.get_object(Bucket=bucket, Key=ODD)["Body"].read()
    client.head_object(Bucket=bucket, Key="b.csv")
    with pytest.raises(ClientError):
        client.get_object(Bucket=bucket, Key="gone")
    client.delete_object(Bucket=bucket, Key="a.csv")
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"top secret body")

    called = operations(connection)
    assert called[:4] == [("put_object", 1)] * 4, "changes are never folded"
    assert called[4:7] == [("list_objects_v2", 4), ("get_object", 2), ("get_object", 1)]
    calls = connection.activity.calls()
    refused = calls[-2]
    assert (refused.status, refused.error, refused.changes) == (404, "NoSuchKey", False)
    assert calls[-1].changes
    assert all(call.milliseconds > 0 and call.status for call in calls)
    printed = run(as_script(calls), server, tmp_path).split("\n")
    assert {"a.csv", "b.csv", "c/", "15 bytes", "bytes=0-3 4 bytes", "bytes=4-7 4 bytes"} <= set(printed)
    assert any(ODD.split("/", maxsplit=1)[0] + "/" == line for line in printed)
    assert "top secret" not in as_script(calls)
    assert server_client.head_object(Bucket=bucket, Key="a.csv")["ContentLength"] == 15, "the delete must not have run"


def test_a_notebook_is_the_script_in_cells(
    server: ServerInfo, connection: Connection, bucket: str, tmp_path: Path
) -> None:
    connection.client().put_object(Bucket=bucket, Key="x", Body=b"1")
    connection.client().list_objects_v2(Bucket=bucket)
    text = as_notebook(connection.activity.calls())
    notebook = json.loads(text)
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    wanted = {
        "cell_type",
        "execution_count",
        "metadata",
        "outputs",
        "source",
    }  # no less and no more in a code cell of 4.4
    assert all(set(cell) == wanted and cell["cell_type"] == "code" for cell in notebook["cells"])
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert len(cells) == 3
    assert run("\n\n".join(cells), server, tmp_path) == "x\n"


def test_an_upload_in_parts_is_one_line_of_boto3(connection: Connection, bucket: str) -> None:
    client = connection.client(bucket)
    for key in ("big.bin", "other.bin"):
        upload = client.create_multipart_upload(Bucket=bucket, Key=key, ContentType="text/plain")["UploadId"]
        parts = []
        for number in (1, 2):
            body = b"x" * ((5 << 20) if number == 1 else 1)
            tag = client.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body)["ETag"]
            parts.append({"ETag": tag, "PartNumber": number})
        client.complete_multipart_upload(
            Bucket=bucket,
            Key=key,
            UploadId=upload,
            MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]
        )
    one = [("create_multipart_upload", 1), ("upload_part", 2), ("complete_multipart_upload", 1)]
    assert operations(connection) == one * 2
    script = "".join(line.strip("# ") for line in as_script(connection.activity.calls()).split("\n"))
    for key in ("big.bin", "other.bin"):
        sent = f's3.upload_file("the file on your disk","{bucket}","{key}",ExtraArgs={{"ContentType": "text/plain"}},)'
        assert script.count(sent) == 1
    assert script.count("s3.upload_file") == 2
    assert "upload_part" not in script


def test_what_failed_without_an_answer_is_told() -> None:
    connection = Connection(Account("nowhere", access_key="k", secret_key="s", endpoint_url="http://127.0.0.1:9"))
    with pytest.raises(Exception, match="connect"):
        connection.client().list_buckets()
    (call,) = connection.activity.calls()
    assert (call.status, call.error, call.retries) == (0, "EndpointConnectionError", 3)
    assert "# s3.list_buckets()" in as_script([call])


# what nobody may see

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
secrets = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", min_size=20, max_size=40)


class _Answer:
    status_code = 200


@cache
def _session() -> boto3.Session:
    return boto3.Session("AKIAABCDEFGHIJKLMNOP", "k", region_name="us-east-1")


def _silent() -> Any:
    """A real client whose events are emitted without a request."""
    return _session().client("s3")


def _note(activity_client: Any, operation: str, **parameters: Any) -> None:
    events, context = activity_client.meta.events, {}  # type: ignore[var-annotated]
    model = activity_client.meta.service_model.operation_model(operation)
    events.emit(f"provide-client-params.s3.{operation}", params=parameters, model=model, context=context)
    answer = {"http_response": _Answer(), "parsed": {}}
    events.emit(f"after-call.s3.{operation}", **answer, model=model, context=context)


@settings(max_examples=30, deadline=None)
@given(key=texts, name=texts, secret=secrets)
def test_no_secret_is_kept_and_any_key_is_valid_python(key: str, name: str, secret: str) -> None:
    assume(secret not in key + name)
    secret = f"={secret}="
    silent, activity = _silent(), Activity()
    account = Account(name, SignIn.PROFILE, "p", secret, secret, secret)
    activity.attach(silent, account, f"http://{secret[1:-1].replace('/', '')}:pw@127.0.0.1:9/?X-Amz-Signature{secret}")
    _note(
        silent, "PutObject", Bucket="b", Key=key, Body=secret.encode(), SSECustomerKey=secret, SSECustomerKeyMD5=secret
    )
    _note(silent, "CopyObject", Bucket="b", Key=key, CopySource={"Bucket": key}, CopySourceSSECustomerKey=secret)
    link = f"https://x/?X-Amz-Credential={secret[1:-1]}&X-Amz-Signature={secret[1:-1]}"
    _note(silent, "PutObject", Bucket="b", Key=key, WebsiteRedirectLocation=link, Metadata={"a": [link]})
    _note(silent, "ListObjectsV2", Bucket="b", Prefix=key, ContinuationToken=secret)
    _note(silent, "DeleteObject", Bucket="b", Key=key, MFA=secret)
    calls = activity.calls()
    assert len(calls) == 5
    for text in (
        as_script(calls),
        as_notebook(calls),
        repr(calls),
        json.dumps([asdict(one) for one in calls], default=str),
    ):
        assert secret[1:-1] not in text
        assert "pw@" not in text
    compile(as_script(calls), "script", "exec")
    assert [call.parameters["Key"] for call in calls if call.operation == "delete_object"] == [redact(key)]
    running = [
        line for line in as_script(calls).split("\n") if line and not line.startswith(("#", " ", "import", "from"))
    ]
    assert {line.split("(")[0].split(" ")[0] for line in running} <= {"s3", "for", ")", "]", ")]:"}, running


def test_the_ring_is_bounded_and_a_call_costs_next_to_nothing() -> None:
    bare, watched = _silent(), _silent()
    activity = Activity(most=100)
    activity.attach(watched, Account("me"), "")

    def seconds(client: Any, number: int) -> float:
        start = time.perf_counter()
        _note(client, "GetObject", Bucket="bucket", Key=f"folder/{number}.csv", Range="bytes=0-99", IfMatch="e")
        return time.perf_counter() - start

    costs = [seconds(watched, number) - seconds(bare, number) for number in range(2000)]
    calls = activity.calls()
    assert len(calls) == 100
    assert calls[-1].number == 2000
    assert len(activity._open) <= 64
    cost = statistics.median(costs) * 1e6
    print(f"{cost:.1f} µs a call")
    assert cost < 60, "twice what it may cost on a machine with nothing else to do"


def test_who_clears_it_starts_anew() -> None:
    activity = Activity()
    client = _silent()
    activity.attach(client, Account("me"), "")
    for _ in range(3):
        _note(client, "HeadBucket", Bucket="b")
    (call,) = activity.calls()
    assert isinstance(call, Call)
    assert call.count == 3
    version = activity.version
    activity.clear()
    assert activity.calls() == []
    assert activity.version != version
    _note(client, "HeadBucket", Bucket="b")
    assert [call.count for call in activity.calls()] == [1]

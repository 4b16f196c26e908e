"""Upload links: a stranger with curl puts a file here, and only what the rules allow."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import BadNameError, SignInError
from s3desk.s3.job import Job
from s3desk.s3.sharing.links import LinkKind
from s3desk.s3.sharing.pages import upload_page
from s3desk.s3.sharing.upload_links import UploadRules, presign_post, presign_put
from tests.s3.conftest import stored
from tests.servers.chromium import opened

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

HOUR = timedelta(hours=1)


def curl(*arguments: str, folder: Path) -> tuple[int, str]:
    """The HTTP status and the body curl got."""
    command = ["curl", "-sS", "--max-time", "20", "-w", "\n%{http_code}", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=30)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


class Form(HTMLParser):
    """What a browser would send: the address and the fields in the order they stand on the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
        elif tag == "input" and found.get("type") == "hidden":
            self.fields[found["name"]] = found["value"]
        elif tag == "option":
            self.fields.setdefault("Content-Type", found["value"])


def send(action: str, fields: Mapping[str, str], file: Path) -> tuple[int, str]:
    """Send a form with curl, the file last."""
    parts = [part for name, value in fields.items() for part in ("--form-string", f"{name}={value}")]
    return curl(*parts, "-F", f"file=@{file.name}", action, folder=file.parent)


def written(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("key", ["in/plain.csv", "in/with space+plus & ünï 😀.csv"])
def test_anyone_can_put_one_file(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path, key: str
) -> None:
    link = presign_put(job, connection, bucket, key, HOUR)
    written(tmp_path, "mine", b"1,2\n")
    assert curl("-T", "mine", link.url, folder=tmp_path)[0] == 200
    assert stored(server_client, bucket) == {key: b"1,2\n"}
    assert link.kind is LinkKind.UPLOAD
    assert abs(link.ends - datetime.now(UTC) - HOUR) < timedelta(minutes=1)
    assert "Signature" not in repr(link)
    assert curl(link.url, folder=tmp_path)[0] == 403, "what lets people write does not let them read"


def test_a_type_that_was_asked_for_is_required(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    link = presign_put(job, connection, bucket, "a.csv", HOUR, "text/csv")
    written(tmp_path, "mine", b"1,2\n")
    assert curl("-T", "mine", "-H", "Content-Type: text/html", link.url, folder=tmp_path)[0] == 403
    assert stored(server_client, bucket) == {}
    assert curl("-T", "mine", "-H", "Content-Type: text/csv", link.url, folder=tmp_path)[0] == 200
    assert server_client.head_object(Bucket=bucket, Key="a.csv")["ContentType"] == "text/csv"


def test_the_page_as_it_is_takes_a_file_into_the_folder(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    form = presign_post(job, connection, bucket, UploadRules("from others", 10), HOUR)
    page = Form(upload_page("Send us your file", form))
    assert page.fields == form.fields
    status, body = send(page.action, page.fields, written(tmp_path, "x y.csv", b"1,2\n"))
    assert status == 201, body
    assert "x y.csv" in body or "x%20y.csv" in body or "x+y.csv" in body
    assert stored(server_client, bucket) == {"from others/x y.csv": b"1,2\n"}
    assert not re.search("Signature|signature|policy", repr(form))


def test_a_file_of_the_wrong_size_is_refused(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    form = presign_post(job, connection, bucket, UploadRules("", 10), HOUR)
    for content in (b"12345678901", b""):
        status, body = send(form.url, form.fields, written(tmp_path, "a.csv", content))
        assert status in (400, 403, 413), (content, body)
    assert stored(server_client, bucket) == {}
    assert send(form.url, form.fields, written(tmp_path, "a.csv", b"1234567890"))[0] == 201
    assert stored(server_client, bucket) == {"a.csv": b"1234567890"}


@pytest.mark.parametrize(("wanted", "sent"), [("image/", "image/jpeg"), ("text/csv", "text/csv")])
def test_a_file_of_the_wrong_type_is_refused(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path, wanted: str, sent: str
) -> None:
    form = presign_post(job, connection, bucket, UploadRules("in/", 100, wanted), HOUR)
    fields = Form(upload_page("t", form)).fields
    file = written(tmp_path, "file", b"x")
    assert send(form.url, {**fields, "Content-Type": "text/html"}, file)[0] == 403
    assert stored(server_client, bucket) == {}
    assert send(form.url, fields, file)[0] == 201
    assert server_client.head_object(Bucket=bucket, Key="in/file")["ContentType"] == sent


def test_a_form_sent_with_another_folder_is_refused(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    form = presign_post(job, connection, bucket, UploadRules("in", 100), HOUR)
    file = written(tmp_path, "file", b"x")
    assert send(form.url, {**form.fields, "key": "elsewhere/${filename}"}, file)[0] == 403
    assert stored(server_client, bucket) == {}


def test_a_form_ends(job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path) -> None:
    form = presign_post(job, connection, bucket, UploadRules("", 100), timedelta(seconds=1))
    file = written(tmp_path, "file", b"x")
    while (status := send(form.url, form.fields, file)[0]) == 201:  # until the fact; the test has its own time limit
        assert datetime.now(UTC) < form.ends + timedelta(seconds=20)
    assert status == 403
    assert datetime.now(UTC) >= form.ends


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (UploadRules("in", 0), "1 byte to 5 GB"),
        (UploadRules("in", 6 * 1024**3), "1 byte to 5 GB"),
        (UploadRules("in", 1, "csv"), "not a content type"),
        (UploadRules("in", 1, "image//"), "not a content type"),
        (UploadRules("a${filename}", 1), "replace"),
        (UploadRules("a/../b", 1), "browsers change"),
        (UploadRules("x" * 1024, 1), "too long"),
    ],
)
def test_impossible_rules_are_refused_in_words(connection: Connection, rules: UploadRules, words: str) -> None:
    with pytest.raises(BadNameError, match=words):
        presign_post(Job(), connection, "any", rules, HOUR)


@pytest.mark.parametrize("key", ["", "a/../b", "x" * 1025])
def test_impossible_keys_are_refused(connection: Connection, key: str) -> None:
    with pytest.raises(BadNameError):
        presign_put(Job(), connection, "any", key, HOUR)


def test_impossible_types_and_lifetimes_are_refused(connection: Connection) -> None:
    with pytest.raises(BadNameError, match="content type"):
        presign_put(Job(), connection, "any", "k", HOUR, "text/csv\nX: y")
    for make in (
        lambda life: presign_put(Job(), connection, "any", "k", life),
        lambda life: presign_post(Job(), connection, "any", UploadRules("", 1), life),
    ):
        with pytest.raises(BadNameError, match="7 days"):
            make(timedelta(days=8))


def test_without_keys_nobody_can_let_others_upload() -> None:
    nobody = Connection(Account("public", SignIn.ANONYMOUS, endpoint_url="http://127.0.0.1:9"))
    with pytest.raises(SignInError, match="needs keys"):
        presign_put(Job(), nobody, "any", "k", HOUR)
    with pytest.raises(SignInError, match="needs keys"):
        presign_post(Job(), nobody, "any", UploadRules("", 1), HOUR)


def test_temporary_keys_sign_with_their_token_and_say_that_they_end() -> None:
    connection = Connection(Account("aws", access_key="ASIAXXXX", secret_key="s" * 40, session_token="t" * 40))
    connection._regions["some-bucket"] = "eu-west-1"
    form = presign_post(Job(), connection, "some-bucket", UploadRules("", 1), HOUR)
    assert form.url == "https://some-bucket.s3.eu-west-1.amazonaws.com/"
    assert form.fields["x-amz-security-token"] == "t" * 40
    assert "may end sooner" in form.shortened
    assert "keys that do not expire" in form.advice


def test_a_browser_sends_the_form(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    form = presign_post(job, connection, bucket, UploadRules("in", 100, "image/"), HOUR)
    page = upload_page("Send us your file", form).replace("default-src 'none';", "script-src 'unsafe-inline';")
    choose_and_press = """<script>
    const chosen = new DataTransfer(), form = document.forms[0];
    chosen.items.add(new File(["1,2"], "ünï <b>.png"));
    document.getElementById("file").files = chosen.files;
    form.target = "_self";
    form.requestSubmit(form.querySelector("button"));
    </script>"""
    answer = opened(page.replace("</body>", choose_and_press + "</body>"), tmp_path, wait_ms=5_000)
    assert "PostResponse" in answer, answer
    assert stored(server_client, bucket) == {"in/ünï <b>.png": b"1,2"}


@pytest.mark.parametrize(("folder", "prefix"), [("", ""), ("in", "in/"), ("in/", "in/"), ("x//", "x//"), ("/", "/")])
def test_a_file_lands_in_exactly_the_folder_that_was_meant(folder: str, prefix: str) -> None:
    assert UploadRules(folder, 1).prefix == prefix

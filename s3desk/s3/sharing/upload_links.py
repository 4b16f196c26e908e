"""Links that let other people put a file here: a presigned PUT, and a form with limits (presigned POST)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import BadNameError
from s3desk.s3.explain import explaining
from s3desk.s3.names import check_key
from s3desk.s3.sharing.links import Link, LinkKind, advice_on, check_linkable, signed_life
from s3desk.s3.sharing.overrides import is_content_type

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

MOST_BYTES = 5 * 1024**3  # what S3 takes in one request
_FILE_NAME = "${filename}"  # the server puts the uploaded file's own name here


@dataclass(frozen=True)
class UploadRules:
    """What a form takes.

    Files land in the prefix `folder` under their own names ("" is the bucket's top). `content_type` "" takes
    anything, "image/" any image, "text/csv" exactly that; it is what the sender says, S3 does not look inside.
    """

    folder: str
    most_bytes: int
    content_type: str = ""

    @property
    def problem(self) -> str:
        """ "" when S3 can keep to these rules, else the sentence that says why not."""
        if not 1 <= self.most_bytes <= MOST_BYTES:
            return "A form takes files of 1 byte to 5 GB."
        if self.content_type and not is_content_type(self.content_type.removesuffix("/") + "/x" * self._any_of_a_kind):
            return f"“{self.content_type}” is not a content type; one looks like text/csv."
        if _FILE_NAME in self.folder:
            return f"The folder's name contains “{_FILE_NAME}”, which S3 would replace."
        return ""

    @property
    def _any_of_a_kind(self) -> bool:
        return self.content_type.endswith("/")

    @property
    def prefix(self) -> str:
        """The folder as keys begin: with its "/" at the end, "" for the bucket's top."""
        return self.folder if not self.folder or self.folder.endswith("/") else f"{self.folder}/"


@dataclass(frozen=True)
class UploadForm:
    """Where a form is sent and what it carries; `fields` are secrets. `ends` is aware, UTC."""

    bucket: str
    url: str
    fields: Mapping[str, str] = field(repr=False)
    rules: UploadRules
    ends: datetime
    shortened: str = ""
    made: datetime | None = None

    @property
    def advice(self) -> str:
        """What to do where the form ends sooner than asked; "" where it does not."""
        return advice_on(self.shortened)


def presign_put(
    job: Job, connection: Connection, bucket: str, key: str, lifetime: timedelta, content_type: str = ""
) -> Link:
    """A link by which anyone can put one file as `key` until it ends, replacing what is there (presigned PutObject).

    With a `content_type` the sender has to send exactly that header. Raises what `signed_life` raises, and
    BadNameError for a key or type that cannot be.
    """
    check_key(key)
    check_linkable(key)
    if content_type and not is_content_type(content_type):
        raise BadNameError(f"“{content_type}” is not a content type.", "Write one like text/csv, or none.")
    with connection.interrupting(job), explaining("let others upload here", bucket=bucket, key=key):
        life = signed_life(job, connection, lifetime)
        client = connection.signing_client(bucket)
        params = {"Bucket": bucket, "Key": key, **({"ContentType": content_type} if content_type else {})}
        seconds = int(lifetime.total_seconds())
        url = client.generate_presigned_url("put_object", Params=params, ExpiresIn=seconds)
    return Link(bucket, key, url, life.ends, life.shortened, LinkKind.UPLOAD, made=life.made)


def presign_post(job: Job, connection: Connection, bucket: str, rules: UploadRules, lifetime: timedelta) -> UploadForm:
    """A form by which anyone can put files into a folder until it ends, under the rules, which the server enforces.

    This is S3's browser-based upload (presigned POST). Raises what `signed_life` raises, and BadNameError for rules
    that cannot be.
    """
    if rules.problem:
        raise BadNameError(rules.problem, "Change it, then try again.")
    check_key(rules.prefix + "x")
    check_linkable(rules.prefix)
    with connection.interrupting(job), explaining("let others upload here", bucket=bucket):
        life = signed_life(job, connection, lifetime)
        client = connection.signing_client(bucket)
        # An empty file is what browsers send when none was chosen.
        conditions: list[Any] = [["content-length-range", 1, rules.most_bytes]]
        fields = {"success_action_status": "201"}  # with 204 browsers show nothing at all
        if rules.content_type.endswith("/"):
            conditions.append(["starts-with", "$Content-Type", rules.content_type])
        elif rules.content_type:
            fields["Content-Type"] = rules.content_type
        post = client.generate_presigned_post(
            bucket,
            rules.prefix + _FILE_NAME,
            Fields=dict(fields),
            Conditions=conditions + [{name: value} for name, value in fields.items()],
            ExpiresIn=int(lifetime.total_seconds()),
        )
    return UploadForm(bucket, post["url"], post["fields"], rules, life.ends, life.shortened, life.made)

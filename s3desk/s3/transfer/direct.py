"""The short way to the objects of a bucket: GetObject, PutObject and UploadPart without boto3's client around them.

A request costs a tenth of the client's processor time, which is what bounds many small files. Whatever does not succeed
this way is asked of the client again, which knows of redirects, retries, proxies and errors.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict
from urllib.parse import parse_qs, quote, urlsplit

from s3desk.s3.transfer.direct_answer import Answer
from s3desk.s3.transfer.kept_connection import KeptConnection, NoAnswerError
from s3desk.s3.transfer.signing import Signer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from botocore.credentials import Credentials
    from types_boto3_s3 import S3Client

    from s3desk.s3.activity import Note
    from s3desk.s3.interrupt import Lines

_HEADERS = {"Range": "range", "IfMatch": "if-match", "ChecksumMode": "x-amz-checksum-mode"}
_ANY = "x"  # a key; only what stands before it in an address is used
_SIGNATURE = "AWS4-HMAC-SHA256"
_MOST_IDLE = 32  # connections
_MOST_REFUSED = 8


class Conditions(TypedDict, total=False):
    """What GetObject is asked beside bucket and key, in boto3's spelling."""

    IfMatch: str
    Range: str
    ChecksumMode: Literal["ENABLED"]


@dataclass
class Direct:
    """Asks for the objects of one bucket. Safe to use from any thread."""

    bucket: str
    _scheme: str
    _host: str  # with the port
    _base: str  # the path before the key
    _signer: Signer | None
    context: ssl.SSLContext | None
    _lines: Lines
    note: Note
    _stored: int = 0  # counted without a lock: that it is not zero is all that matters
    _refused: int = 0
    _idle: list[KeptConnection] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self, key: str, conditions: Conditions) -> Answer | None:
        """Send GetObject; the body is not read yet. None where the answer is not the object, for whatever reason."""
        headers = {_HEADERS[name]: str(value) for name, value in conditions.items()}
        given = {"Bucket": self.bucket, "Key": key, **conditions}
        return self._asked(("GET", "get_object"), key, "", headers, b"", given)

    def head(self, key: str, conditions: Conditions) -> Mapping[str, str]:
        """Send HeadObject and return the headers of the good answer; empty where there was none."""
        headers = {_HEADERS[name]: str(value) for name, value in conditions.items()}
        given = {"Bucket": self.bucket, "Key": key, **conditions}
        answer = self._asked(("HEAD", "head_object"), key, "", headers, b"", given)
        if answer is None:
            return {}
        answer.close()
        return answer.headers if answer.headers.get("etag", "").strip('"') else {}

    def copy(self, key: str, headers: Mapping[str, str], given: Mapping[str, Any]) -> bytes:
        """Send CopyObject and return the body of the good answer, which may hold an error all the same.

        Empty where there was none: then the object may have been copied nevertheless.
        """
        answer = self._asked(("PUT", "copy_object"), key, "", headers, b"", given, chunks=True)
        if answer is None:
            return b""
        try:
            return answer.read()
        finally:
            answer.close()

    @property
    def puts(self) -> bool:
        """Whether it is worth trying to store this way: not where it never went well."""
        return self._stored > 0 or self._refused < _MOST_REFUSED

    def put(
        self,
        key: str,
        body: bytes,
        headers: Mapping[str, str],
        given: Mapping[str, Any],
        take: Callable[[int], object] | None = None,
    ) -> Mapping[str, str]:
        """Send PutObject and return the headers of the good answer; `given` is the call in boto3's spelling.

        Empty where there was none: then the object may have been stored all the same. `take(n)` waits until n bytes
        more may go.
        """
        return self._ended(self._asked(("PUT", "put_object"), key, "", headers, body, given, take))

    def put_part(
        self,
        key: str,
        upload: tuple[str, int],
        body: bytes | memoryview,
        headers: Mapping[str, str],
        take: Callable[[int], object] | None = None,
    ) -> Mapping[str, str]:
        """Send UploadPart of an upload id and a number; as `put`."""
        upload_id, number = upload
        query = f"partNumber={number}&uploadId={quote(upload_id, safe='~')}"
        given = {"Bucket": self.bucket, "Key": key, "UploadId": upload_id, "PartNumber": number}
        return self._ended(self._asked(("PUT", "upload_part"), key, query, headers, body, given, take))

    def _ended(self, answer: Answer | None) -> Mapping[str, str]:
        """The headers of an answer that carries nothing else."""
        told = self.stored({} if answer is None else answer.headers)
        if answer is not None:
            answer.close()
        return told

    def stored(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The headers of an answer to PutObject or UploadPart, empty where it is none; counted for `puts`.

        They come with an ETag and without a body: anything else is something else.
        """
        if headers.get("etag", "").strip('"') and headers.get("content-length", "0") == "0":
            self._stored += 1
            return headers
        self._refused += 1
        return {}

    def keep(self, connection: KeptConnection) -> None:
        """For the next request."""
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def _asked(
        self,
        names: tuple[str, str],
        key: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes | memoryview,
        given: Mapping[str, Any],
        take: Callable[[int], object] | None = None,
        *,
        chunks: bool = False,
    ) -> Answer | None:
        (method, operation), connection = names, self._connection()
        started, at = datetime.now(UTC), time.monotonic()
        try:
            connection.send(self.request(method, key, query, headers, len(body)), body, take)
            status, told = connection.answer()
        except NoAnswerError:
            return None
        length = "" if "transfer-encoding" in told and not chunks else told.get("content-length", "0" if chunks else "")
        if status not in (200, 206) or not length.isdecimal():
            connection.close()
            return None
        self.note(operation, given, started, at, status)
        return Answer(self.keep, connection, told, 0 if method == "HEAD" else int(length))

    def _connection(self) -> KeptConnection:
        while True:
            with self._lock:
                if not self._idle:
                    break
                connection = self._idle.pop()
            if connection.is_usable:
                return connection
            connection.close()
        return KeptConnection(self.address, self.context, self._lines)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the server."""
        host, _, port = self._host.rpartition(":") if _has_port(self._host) else (self._host, "", "")
        usual = 443 if self._scheme == "https" else 80
        return host.strip("[]"), int(port or usual)

    def request(self, method: str, key: str, query: str, headers: Mapping[str, str], length: int = 0) -> bytes:
        """The head of a request, signed; a body of `length` bytes is to follow."""
        path = self._base + quote(key, safe="/~")
        told = {"host": self._host, **headers}
        if self._signer is not None:
            told = self._signer.signed(method, path, query, told)
        if method == "PUT":
            told["content-length"] = str(length)
        lines = "".join([f"{name}: {value}\r\n" for name, value in told.items()])
        return f"{method} {path}{'?' if query else ''}{query} HTTP/1.1\r\n{lines}\r\n".encode("ascii")


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdecimal() and not host.endswith("]")


def direct(client: S3Client, bucket: str, credentials: Credentials | None, note: Note, lines: Lines) -> Direct | None:
    """The short way to a bucket; None behind a proxy, and where requests are signed in another way than usual."""
    from botocore.utils import get_environ_proxies  # noqa: PLC0415  # heavy

    link = urlsplit(client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": _ANY}))
    if not link.path.endswith(f"/{_ANY}") or get_environ_proxies(f"{link.scheme}://{link.netloc}"):
        return None
    signer = None
    if credentials is not None:
        query = parse_qs(link.query)
        if query.get("X-Amz-Algorithm") != [_SIGNATURE]:
            return None
        _, _, region, service, _ = query["X-Amz-Credential"][0].split("/")
        if service != "s3":
            return None
        signer = Signer(credentials, region, service)
    try:
        context = _context(client) if link.scheme == "https" else None
    except (AttributeError, OSError):
        return None
    base = link.path.removesuffix(_ANY)
    return Direct(bucket, link.scheme, link.netloc, base, signer, context, lines, note)


def _context(client: S3Client) -> ssl.SSLContext:
    """TLS as the client has it, with the CA certificates of the environment."""
    from botocore.httpsession import create_urllib3_context, get_cert_path  # noqa: PLC0415  # heavy

    verify = client._endpoint.http_session._verify  # type: ignore[attr-defined]  # noqa: SLF001
    if not verify:
        raise AttributeError("certificates are not checked: the client says so to whoever uses it")
    context: ssl.SSLContext = create_urllib3_context()
    context.check_hostname = True
    context.load_verify_locations(get_cert_path(verify))
    return context

"""From what botocore, urllib3 and the disk raise to an S3Error: `with explaining(...)` around every request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError, Failure, Refusal, S3Error
from s3desk.s3.redact import redact
from s3desk.s3.words import (
    CODES,
    DISK,
    EXCEPTIONS,
    EXPIRED,
    GONE_BUCKET,
    GONE_KEY,
    HOST,
    NOT_S3,
    REFUSED,
    STATUS,
    URL,
    Words,
)

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


@contextmanager
def noting(failures: list[Failure], key: str, *, doing: str = "", bucket: str = "") -> Iterator[None]:
    """One bad item never stops the rest: what goes wrong inside is noted, and the batch goes on."""
    try:
        with explaining(doing, bucket=bucket, key=key):
            yield
    except S3Error as error:
        failures.append(Failure(key, error))


@contextmanager
def explaining(doing: str = "", *, bucket: str = "", key: str = "") -> Iterator[None]:
    """Inside, errors of botocore, the network and the disk come out as S3Error; bugs and cancel pass unchanged."""
    try:
        yield
    except S3Error:
        raise
    except Exception as error:
        typed = typed_error(error, doing, bucket=bucket, key=key)
        if typed is None:
            raise
        raise typed from error


def typed_error(error: BaseException, doing: str = "", *, bucket: str = "", key: str = "") -> S3Error | None:
    """The S3Error that speaks for `error`, or None when it is a bug or a cancel and nobody's business here."""
    context = _Context(doing, bucket, key, error)
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        return _from_answer(context, error)  # type: ignore[arg-type]  # only ClientError carries such a response
    for link in _chain(error):
        if words := _words_of(link):
            return context.say(words)
    if isinstance(error, OSError):
        return context.say(Words(DiskError, "{file} cannot be read or written: {original}", "Check the disk."))
    if type(error).__module__.startswith(("botocore.", "urllib3.", "boto3.", "http.client")):
        return context.say(Words(S3Error, "The request failed: {original}", "Try again, or copy the details."))
    return None


def _words_of(error: BaseException) -> Words | None:
    """What one link of a chain of causes says by itself."""
    name = type(error).__name__
    if name in ("EndpointConnectionError", "NewConnectionError", "NameResolutionError", "gaierror"):
        return HOST if _is_unknown_host(error) else REFUSED
    if name == "ValueError" and "Invalid endpoint" in str(error):
        return URL
    if name == "RuntimeError" and "refreshed credentials" in str(error):
        return EXPIRED  # botocore has no class of its own for a program or profile that hands out dead keys
    if words := EXCEPTIONS.get(name):
        return words
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return DISK.get(error.errno or 0)
    return None


def _is_unknown_host(error: BaseException) -> bool:
    words = ("resolve", "Name or service", "nodename nor", "getaddrinfo", "name resolution")
    return any(type(link).__name__ in ("NameResolutionError", "gaierror") for link in _chain(error)) or any(
        word in str(error) for word in words
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it wraps, outermost first: botocore keeps the original in `kwargs["error"]`."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        inner = getattr(link, "kwargs", {}).get("error") if isinstance(getattr(link, "kwargs", None), dict) else None
        reason = getattr(link, "reason", None)
        link = next((x for x in (inner, reason, link.__cause__) if isinstance(x, BaseException)), None)


def _from_answer(context: _Context, error: ClientError) -> S3Error:
    """From an error the server sent: its code first, then its HTTP status."""
    answer = error.response["Error"]
    metadata = error.response.get("ResponseMetadata", {})
    status = metadata.get("HTTPStatusCode", 0)
    code = str(answer.get("Code", ""))
    headers = metadata.get("HTTPHeaders", {})
    if "html" in headers.get("content-type", "") and code not in CODES:
        words = NOT_S3
    elif code in ("404", "NotFound", "NoSuchEntity") or (status == 404 and code not in CODES):
        words = GONE_KEY if context.key else GONE_BUCKET
    elif code == "400":  # a HEAD without a body: most often an expired token, or a malformed one
        words = Words(S3Error, "The server refused to {doing}.", "Your sign-in may have expired; sign in again.")
    else:
        words = CODES.get(code) or STATUS.get(status) or Words(S3Error, "The server said: {original}", "")
    typed = context.say(words, original=_brief(str(answer.get("Message") or code), 300))
    typed.code, typed.status = code, status
    typed.request_id = str(metadata.get("RequestId") or headers.get("x-amz-request-id", ""))
    said = _brief(str(answer.get("Message") or ""), 4_000)
    typed.refusal = Refusal(error.operation_name, context.bucket, context.key, said, dict(headers))
    return typed


def _brief(message: str, most: int) -> str:
    """What a server says, as much of it as a person would read."""
    return message if len(message) <= most else message[:most] + "…"


@dataclass(frozen=True)
class _Context:
    """What a sentence may mention."""

    doing: str
    bucket: str
    key: str
    error: BaseException

    def say(self, words: Words, original: str = "") -> S3Error:
        """Fill the blanks of a sentence; what is opaque stays opaque, so braces in a key do no harm."""
        blanks = {
            "doing": self.doing or "do this",
            "bucket": self.bucket,
            "key": self.key,
            "name": self.key or self.bucket,
            "host": self._host(),
            "file": self._file(),
            "original": redact(original or str(self.error)),
            "times": self._times(),
        }
        typed = words.kind(words.message.format(**blanks), words.advice.format(**blanks))
        typed.code = type(self.error).__name__
        return typed

    def _host(self) -> str:
        for link in _chain(self.error):
            fields = getattr(link, "kwargs", None)
            if isinstance(fields, dict) and "endpoint_url" in fields:
                return str(fields["endpoint_url"]).split("://")[-1].split("/")[0]
        return "the server"

    def _times(self) -> str:
        """Both clocks, where the server's answer is dated; "" else."""
        response = getattr(self.error, "response", None)
        headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {}) if isinstance(response, dict) else {}
        try:
            server = parsedate_to_datetime(headers.get("date", "")).astimezone()
        except ValueError:
            return ""
        here = datetime.now().astimezone()
        return f": it is {here:%H:%M} here and {server:%H:%M} there"

    def _file(self) -> str:
        name = getattr(self.error, "filename", None)
        if name and Path(str(name)).name.startswith(".s3desk-"):  # a temporary file: its folder is what matters
            name = Path(str(name)).parent
        return f"“{name}”" if name else "the file"

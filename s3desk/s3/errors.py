"""The errors of s3desk: what S3, the network or the disk refused, in words for the user."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field

from s3desk.s3.redact import redact


@dataclass(frozen=True)
class Refusal:
    """What was asked and what the server answered, word for word, for whoever explains it: never shown as it is.

    `operation` is S3's name for the request (GetObject); `headers` are the answer's, names in lower case.
    """

    operation: str
    bucket: str = ""
    key: str = ""
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class S3Error(Exception):
    """S3, the network or the disk said no.

    `str()` is one sentence for the user, `advice` says what to do, `code` and `request_id` are the server's, `status`
    is the HTTP status (0 when there was no answer). `refusal` is there when a server answered. The original exception
    is the `__cause__`.
    """

    def __init__(
        self, message: str, advice: str = "", *, code: str = "", request_id: str = "", status: int = 0
    ) -> None:
        super().__init__(message)
        self.advice = advice
        self.code = code
        self.request_id = request_id
        self.status = status
        self.refusal: Refusal | None = None

    @property
    def is_denial(self) -> bool:
        """Whether a server said no to who asked, rather than to what was asked: something one can ask why about."""
        return self.refusal is not None and (self.status in (401, 403) or isinstance(self, _DENIALS))

    @property
    def details(self) -> str:
        """Everything a colleague or a server's owner needs, without secrets."""
        facts = {"Code": self.code, "HTTP status": self.status or "", "Request id": self.request_id}
        lines = [str(self), self.advice, *(f"{name}: {value}" for name, value in facts.items() if value)]
        if self.__cause__ is not None:
            lines += ["", *traceback.format_exception(self.__cause__)]
        return redact("\n".join(line.rstrip() for line in lines).strip())


class AccessDeniedError(S3Error):
    """Signed in, but not allowed to do this."""


class NotFoundError(S3Error):
    """The bucket or object is not there."""


class AlreadyThereError(S3Error):
    """Something of this name exists and was not to be replaced."""


class SignInError(S3Error):
    """The keys themselves were refused: unknown, wrong secret, expired, or there are none."""


class ExpiredError(SignInError):
    """The keys were good once; a new sign-in is needed."""


class UnreachableError(S3Error):
    """No S3 answer: unknown host, refused, TLS, timeout, cut connection, or something that is not S3."""


_DENIALS = (AccessDeniedError, SignInError)


class BusyError(S3Error):
    """The server asks to slow down."""


class UnsupportedError(S3Error):
    """This server does not know this request."""


class BadNameError(S3Error):
    """A name that S3 or the disk cannot hold."""


class NotEmptyError(S3Error):
    """A bucket that still holds something."""


class ChangedError(S3Error):
    """The object or the local file was replaced while it was being moved."""


class DiskError(S3Error):
    """The local disk or file said no."""


@dataclass(frozen=True)
class Failure:
    """One item of a batch that did not work, and why."""

    key: str
    error: S3Error

"""What could be seen of one setting: most people may look at some and not at others, and that is no error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from s3desk.s3.errors import S3Error

T = TypeVar("T")


class Standing(Enum):
    """How far one came; the value is what the user reads."""

    FOUND = "found"
    NOT_SET = "not set"
    NOT_ALLOWED = "not allowed to see"
    UNSUPPORTED = "this server does not have it"
    FAILED = "could not be read"


@dataclass(frozen=True)
class Seen(Generic[T]):
    """A setting as it was read: `value` is there only where `standing` is FOUND, `error` where the server said no."""

    standing: Standing
    value: T | None = None
    error: S3Error | None = None

    @property
    def words(self) -> str:
        """Why there is no value, for a line of a panel; "" when there is one."""
        if self.standing is Standing.FOUND:
            return ""
        if self.standing is Standing.FAILED and self.error is not None:
            return f"{self.standing.value}: {self.error}"
        return str(self.standing.value)

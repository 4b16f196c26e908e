"""Activity: what was asked of S3, as the boto3 calls it was, in order and without anything secret."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3desk.s3.account import Account, SignIn
from s3desk.s3.redact import redact
from s3desk.s3.told import bare, told

if TYPE_CHECKING:
    from botocore.client import BaseClient

MOST_CALLS = 5_000
MOST_RANGES = 16  # of one line
_TOGETHER = 10.0  # seconds between calls that belong to one line
_MOST_LINES_OPEN = 64  # to which more of the same may come
_NOTE = "s3desk.activity"
# Where in a listing a page begins, which part this is: calls that differ only in these are one line.
_WITHIN = frozenset(
    {
        "Range",
        "PartNumber",
        "StartAfter",
        "Marker",
        "KeyMarker",
        "VersionIdMarker",
        "UploadIdMarker",
        "PartNumberMarker",
    }
    | {"CopySourceRange", "ContentLength", "ContentMD5"}
)
_READING = ("get_", "head_", "list_", "describe_", "simulate_", "select_", "decode_")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked and as whom, as far as a script has to know; never with keys. "" means as boto3 decides."""

    connection: str
    service: str
    endpoint_url: str
    region: str
    profile: str
    anonymous: bool
    path_style: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One call in boto3's spelling, or `count` alike ones, of which these are the first's parameters.

    `error` is the server's code or the name of what went wrong, `status` 0 where nothing answered. `milliseconds` and
    `retries` are of all `count` together; `ranges` are the first 16. `left_out` names the parameters that are not told.
    """

    number: int
    asked: Asked
    operation: str
    parameters: Mapping[str, Any] = field(repr=False)
    left_out: tuple[str, ...]
    started: datetime
    milliseconds: float
    status: int
    error: str
    retries: int
    count: int = 1
    ranges: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it was to change anything on the server."""
        return not self.operation.startswith(_READING)


# Method, parameters, when it began by the calendar and by the steady clock, status.
Note = Callable[[str, Mapping[str, Any], datetime, float, int], None]


class Activity:
    """Keeps the last 5,000 lines of what the clients it is attached to were asked. Safe to use from any thread."""

    def __init__(self, most: int = MOST_CALLS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._calls: OrderedDict[int, Call] = OrderedDict()
        self._open: OrderedDict[tuple[Any, ...], tuple[int, float]] = OrderedDict()  # line, and when it last grew
        self._number = 0
        self.version = 0  # another one whenever `calls()` gives something else

    def attach(self, client: BaseClient, account: Account, endpoint_url: str) -> Note:
        """Watch a client of boto3, by its public events; `endpoint_url` is "" on AWS.

        Who asks beside the client notes its calls with what this returns.
        """
        asked = Asked(
            connection=redact(account.name),
            service=client.meta.service_model.service_name,
            endpoint_url=bare(endpoint_url),
            region=client.meta.region_name or "",
            profile=account.profile if account.sign_in is SignIn.PROFILE else "",
            anonymous=account.sign_in is SignIn.ANONYMOUS,
            path_style=bool(endpoint_url) if account.path_style is None else account.path_style,
        )
        methods = {api: method for method, api in client.meta.method_to_api_mapping.items()}

        def ended(model: Any, context: dict[str, Any], **event: Any) -> None:
            begun = context.pop(_NOTE, None)
            if begun is not None:
                name = methods.get(model.name, model.name)
                self._take(asked, name, begun, _outcome(event), _retries(context))

        def failed(context: dict[str, Any], exception: BaseException, **_event: Any) -> None:
            begun = context.pop(_NOTE, None)
            if begun is not None:
                name = methods.get(begun[0], begun[0])
                self._take(asked, name, begun, (0, type(exception).__name__), _retries(context))

        events = client.meta.events
        events.register_first("provide-client-params", _begin)
        events.register_last("after-call", ended)
        events.register_last("after-call-error", failed)

        def note(operation: str, given: Mapping[str, Any], started: datetime, at: float, status: int) -> None:
            self._take(asked, operation, (operation, given, started, at), (status, ""), 0)

        return note

    def calls(self) -> list[Call]:
        """The lines from the oldest to the newest."""
        with self._lock:
            return list(self._calls.values())

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._calls.clear()
            self._open.clear()
            self.version += 1

    def _take(self, asked: Asked, operation: str, begun: _Begun, outcome: tuple[int, str], retries: int) -> None:
        _, given, started, at = begun
        now = time.monotonic()
        parameters, left_out = told(given)
        span = str(parameters.get("Range", ""))
        call = Call(
            number=0,
            asked=asked,
            operation=operation,
            parameters=parameters,
            left_out=left_out,
            started=started,
            milliseconds=(now - at) * 1000,
            status=outcome[0],
            error=outcome[1],
            retries=retries,
            ranges=(span,) if span else (),
        )
        alike = _alike(call)
        with self._lock:
            self.version += 1
            number, last = self._open.get(alike, (0, 0.0))
            if (before := self._calls.get(number)) and at - last < _TOGETHER:
                self._calls[number] = _folded(before, call)
            else:
                number = self._add(call)
            self._open[alike] = number, now
            self._open.move_to_end(alike)
            if len(self._open) > _MOST_LINES_OPEN:
                self._open.popitem(last=False)

    def _add(self, call: Call) -> int:
        """A new line. After a change nothing is added to the lines before it, or the order would be a lie."""
        if call.changes and call.operation not in ("upload_part", "upload_part_copy"):
            for alike in [one for one in self._open if one[1] not in ("upload_part", "upload_part_copy")]:
                del self._open[alike]
        self._number += 1
        self._calls[self._number] = _with(call, self._number)
        if len(self._calls) > self._most:
            self._calls.popitem(last=False)
        return self._number


_Begun = tuple[str, Mapping[str, Any], datetime, float]  # API name, parameters, when, and on the steady clock


def _begin(params: Mapping[str, Any], model: Any, context: dict[str, Any], **_event: Any) -> None:
    # A copy: handlers after this one write into it, a customer's key among other things.
    context[_NOTE] = (model.name, dict(params), datetime.now(UTC), time.monotonic())


def _outcome(event: Mapping[str, Any]) -> tuple[int, str]:
    answer, parsed = event.get("http_response"), event.get("parsed")
    status = int(getattr(answer, "status_code", 0))
    error = parsed.get("Error") if isinstance(parsed, dict) and (status >= 300 or "Error" in parsed) else None
    code = str((error or {}).get("Code", "")) if status >= 300 or error else ""
    # The code is the server's word, and goes into scripts.
    return status, "".join(one for one in code[:64] if one.isalnum() or one in "._-")


def _retries(context: Mapping[str, Any]) -> int:
    return max(int(context.get("retries", {}).get("attempt", 1)) - 1, 0)


def _alike(call: Call) -> tuple[Any, ...]:
    if call.changes and not call.parameters.get("UploadId"):
        return (call.asked, call.operation, object())  # a change is a line of its own
    told = tuple((name, repr(value)) for name, value in sorted(call.parameters.items()) if name not in _WITHIN)
    return (call.asked, call.operation, call.error, told)


def _with(call: Call, number: int) -> Call:
    object.__setattr__(call, "number", number)  # nobody has it yet
    return call


def _folded(before: Call, call: Call) -> Call:
    """One line for both."""
    return Call(
        number=before.number,
        asked=before.asked,
        operation=before.operation,
        parameters=before.parameters,
        left_out=before.left_out,
        started=before.started,
        milliseconds=before.milliseconds + call.milliseconds,
        status=call.status,
        error=call.error,
        retries=before.retries + call.retries,
        count=before.count + 1,
        ranges=before.ranges if len(before.ranges) >= MOST_RANGES else before.ranges + call.ranges,
    )

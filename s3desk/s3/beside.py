"""The services beside S3 (STS, IAM, SNS): most servers have none of them, and answer something else instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from s3desk.s3.account import SignIn
from s3desk.s3.errors import AccessDeniedError, BusyError, S3Error, SignInError, UnreachableError, UnsupportedError
from s3desk.s3.explain import explaining, typed_error

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.offers import Feature

Answer = Mapping[str, Any]
_ELSE = "Something else answered than the service that was asked."
_PROVES_NOTHING = (SignInError, BusyError, UnreachableError)


def ask(
    job: Job,
    connection: Connection,
    feature: Feature,
    doing: str,
    request: Callable[[], Answer],
    proof: Callable[[Answer], object] = lambda answer: answer is not None,
) -> Answer:
    """What a service answers; `proof` tells whether that is an answer of this service.

    On an own endpoint the first answer decides whether the service is there, and is remembered in `offers`.
    Raises UnsupportedError with that sentence where it is not, and the typed errors of any request.
    """
    own = connection.endpoint_url
    _check(connection, feature)
    try:
        with connection.interrupting(job), explaining(doing):
            job.check()
            answer = _answered(request)
    except UnsupportedError as error:
        if own:
            raise _missing(connection, feature, remember=error.code != "ResponseParserError") from error
        raise
    except AccessDeniedError as error:
        error.advice = "Ask whoever runs the account for permission; the details name the request."
        raise
    if own and not proof(answer):
        raise _missing(connection, feature)
    if own:
        connection.offers.note(own, feature)
    return answer


def _check(connection: Connection, feature: Feature) -> None:
    """Raises UnsupportedError where the answer is known beforehand."""
    if not signs(connection):
        raise UnsupportedError("Nobody is signed in here, so the server knows nobody.", "Connect with keys.")
    if missing := connection.offers.reason(connection.endpoint_url, feature):
        raise UnsupportedError(missing)


def signs(connection: Connection) -> bool:
    """Whether there is anybody to ask about: nobody is behind unsigned requests."""
    return connection.account.sign_in is not SignIn.ANONYMOUS


def _answered(request: Callable[[], Answer]) -> Answer:
    """The answer. Raises UnsupportedError where somebody else answered than the service that was asked."""
    from botocore.exceptions import ClientError  # noqa: PLC0415  # heavy
    from botocore.parsers import ResponseParserError  # noqa: PLC0415

    try:
        return request()
    except KeyError as error:  # botocore looks for the result by its name and finds another document
        raise UnsupportedError(_ELSE) from error
    except (ResponseParserError, ValueError, OverflowError) as error:  # the latter for dates that are none
        raise UnsupportedError(_ELSE, code="ResponseParserError") from error
    except ClientError as error:
        by_s3 = _is_said_by_s3(error)
        typed = typed_error(error)
        if by_s3 and isinstance(typed, S3Error) and not isinstance(typed, _PROVES_NOTHING):
            raise UnsupportedError(_ELSE) from error
        if error.response["Error"].get("Code") == "InvalidAction":
            raise UnsupportedError(_ELSE) from error
        raise


def _is_said_by_s3(error: ClientError) -> bool:
    """Whether S3 itself refused what it took for a request of its own.

    Its errors have no <ErrorResponse> around them, where botocore then finds no error at all, and its answers are
    numbered in another header.
    """
    answer: dict[str, Any] = error.response  # type: ignore[assignment]  # S3's document is not what is declared
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if "Error" not in answer:
        answer["Error"] = {"Code": answer.get("Code") or "", "Message": answer.get("Message") or ""}
        return True
    return "x-amz-request-id" in headers and "x-amzn-requestid" not in headers


def _missing(connection: Connection, feature: Feature, *, remember: bool = True) -> UnsupportedError:
    """The error that says so; remembered unless the service has answered before, which was no chance."""
    sentence = f"This server does not have {feature.value}."
    if remember and not connection.offers.has(connection.endpoint_url, feature):
        connection.offers.note(connection.endpoint_url, feature, sentence)
    return UnsupportedError(sentence)

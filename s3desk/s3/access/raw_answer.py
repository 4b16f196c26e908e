"""The body of an answer as it came, beside what botocore makes of it: botocore does not mind a wrong root element."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from s3desk.s3.errors import UnreachableError
from s3desk.s3.words import NOT_S3

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_FIELD = "s3desk.raw"
_registering = threading.Lock()


@dataclass(frozen=True)
class Raw:
    """The body of an answer, and its type in small letters."""

    body: bytes
    content_type: str

    @property
    def is_page(self) -> bool:
        """Whether it is a web page, such as a guest network's sign-in, which says nothing about the server."""
        return "html" in self.content_type

    @property
    def root(self) -> str:
        """The name of the root element, in whatever namespace; "" for what is no XML, or has a document type."""
        from xml.parsers.expat import ExpatError, ParserCreate  # noqa: PLC0415

        names: list[str] = []
        doctypes: list[object] = []
        parser = ParserCreate(namespace_separator="}")
        parser.StartElementHandler = lambda name, _attributes: names.append(name)
        parser.StartDoctypeDeclHandler = lambda *declared: doctypes.append(declared)
        try:
            parser.Parse(self.body, True)
        except ExpatError:
            return ""
        return names[0].rpartition("}")[2] if names and not doctypes else ""

    def is_json_object(self) -> bool:
        """Whether it is JSON with an object outermost. Raises RecursionError where it is nested too deeply."""
        try:
            return isinstance(json.loads(self.body), dict)
        except ValueError:
            return False


def keep_raw(client: S3Client, method: str) -> None:
    """From now on the answers of a client's `method` carry their body, for `raw_in`."""
    operation = client.meta.method_to_api_mapping[method]
    with _registering:  # botocore knows by the id that it is there already
        client.meta.events.register_first(f"before-parse.s3.{operation}", _keep, unique_id=f"s3desk-raw-{operation}")


def raw_in(response: Mapping[str, Any]) -> Raw:
    """The body of a response of a method that `keep_raw` was told of."""
    return cast("Raw", response[_FIELD])


def settled(answer: Mapping[str, Any]) -> None:
    """Look whether a change was answered by S3: a network's sign-in page comes with 200 too, and nothing was done.

    Raises UnreachableError for a web page.
    """
    head = answer["ResponseMetadata"]
    headers = head["HTTPHeaders"]
    empty = head["HTTPStatusCode"] == 204 or headers.get("content-length") == "0"  # of which some servers say html, too
    if "html" in headers.get("content-type", "").lower() and not empty:
        raise UnreachableError(NOT_S3.message, NOT_S3.advice)


def _keep(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_event: object) -> None:
    content_type = response_dict["headers"].get("content-type", "")
    customized_response_dict[_FIELD] = Raw(response_dict["body"], content_type.lower())

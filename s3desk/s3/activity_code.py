"""Calls as code: a script or a notebook of boto3 that reads again what was read, and only shows what was changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from s3desk.s3.sharing.code import quoted

if TYPE_CHECKING:
    from s3desk.s3.activity import Asked, Call

_FIRST = """\
# What was asked of S3, as boto3 calls in their order. No keys are in it: boto3 finds yours in the environment
# (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or in ~/.aws. What changes something is commented out.
import boto3
from botocore import UNSIGNED
from botocore.config import Config"""
_LISTS = {
    "list_objects_v2": ("CommonPrefixes", "Contents"),
    "list_objects": ("CommonPrefixes", "Contents"),
    "list_object_versions": ("CommonPrefixes", "Versions", "DeleteMarkers"),
    "list_multipart_uploads": ("Uploads",),
    "list_parts": ("Parts",),
}
_OF_UPLOADS = ("create_multipart_upload", "upload_part", "upload_part_copy", "complete_multipart_upload")
_ON_PAGES = frozenset({"StartAfter", "Marker", "KeyMarker", "VersionIdMarker", "UploadIdMarker", "PartNumberMarker"})
_CODING = "EncodingType"  # without it boto3 asks for it and decodes by itself
_OF_PARTS = frozenset({"Bucket", "Key", "UploadId", "PartNumber", "MultipartUpload", "IfNoneMatch", "ContentLength"})
_WIDEST = 100


def as_script(calls: Sequence[Call]) -> str:
    """Python that runs as pasted. Changes and failed calls are in it as comments that say why."""
    return "\n\n".join(_pieces(calls)) + "\n"


def as_notebook(calls: Sequence[Call]) -> str:
    """The same as a Jupyter notebook, a cell for each piece: the text of an .ipynb file."""
    import json  # noqa: PLC0415  # not before somebody saves one

    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": piece}
        for piece in _pieces(calls)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}, indent=1
    )


def _pieces(calls: Sequence[Call]) -> Iterator[str]:
    names = _names(calls)
    yield "\n".join([_FIRST, "", *(_client(asked, name) for asked, name in names.items())])
    copied = {_object(call) for call in calls if call.operation == "upload_part_copy"}
    sent = set()
    for call in calls:
        if call.operation in _OF_UPLOADS and not call.error:
            if _object(call) not in sent:
                sent.add(_object(call))
                yield _commented(_head(call), _upload(call, names[call.asked], copied=_object(call) in copied))
            if call.operation == "complete_multipart_upload":
                sent.discard(_object(call))  # the next one is another upload
            continue
        yield _piece(call, names[call.asked])


def _names(calls: Sequence[Call]) -> dict[Asked, str]:
    """A variable for each client: s3, s3_2, sts."""
    found: dict[Asked, str] = {}
    for call in calls:
        if call.asked not in found:
            alike = sum(asked.service == call.asked.service for asked in found)
            found[call.asked] = call.asked.service + (f"_{alike + 1}" if alike else "")
    return found


def _client(asked: Asked, name: str) -> str:
    options = {"region_name": asked.region, "endpoint_url": asked.endpoint_url}
    config = ["signature_version=UNSIGNED"] if asked.anonymous else []
    if asked.service == "s3":
        config += ['s3={"addressing_style": "path"}'] if asked.path_style else []
        if asked.endpoint_url:  # checksums at the end of a body break several servers that are not Amazon's
            config += [f'{one}_checksum_{rest}="when_required"' for one, rest in _CHECKSUMS]
    given = [quoted(asked.service), *(f"{option}={quoted(value)}" for option, value in options.items() if value)]
    given += [f"config=Config({', '.join(config)})"] if config else []
    session = f"boto3.Session(profile_name={quoted(asked.profile)})" if asked.profile else "boto3"
    whose = f"# connection {quoted(asked.connection)}"
    return f"{whose}\n{_written(f'{name} = {session}.client', given)}"


_CHECKSUMS = (("request", "calculation"), ("response", "validation"))


def _head(call: Call) -> str:
    """When it was, and how it went."""
    many = f", {call.count:,} calls" if call.count > 1 else ""
    outcome = " ".join(str(one) for one in (call.status or "", call.error) if one)
    return f"# {call.started.isoformat(sep=' ', timespec='seconds')}{many}: {outcome or 'no answer'}"


def _piece(call: Call, client: str) -> str:
    if why := _why_not(call):
        plain = _written(f"{client}.{call.operation}", _given(call.parameters, *call.left_out))
        return _commented(f"{_head(call)}\n# {why}", plain)
    return f"{_head(call)}\n{_reading(call, client)}"


def _why_not(call: Call) -> str:
    """Why a call is not to be run with the others; "" where it is."""
    if call.changes:
        return "Not run: it changes something. Take the # away if that is what you want."
    if call.error or call.status >= 300 or not call.status:
        return "Not run: it failed the last time."
    if call.left_out:
        return f"Not run: what is secret or too long was left out ({', '.join(dict.fromkeys(call.left_out))})."
    return ""


def _commented(head: str, lines: str) -> str:
    return "\n".join([head, *(f"# {line}" for line in lines.split("\n"))])


def _reading(call: Call, client: str) -> str:
    if call.operation in _LISTS:
        return _listing(call, client)
    if call.operation == "get_object":
        return _body(call, client)
    return f"print({_written(f'{client}.{call.operation}', _given(call.parameters))})"


def _listing(call: Call, client: str) -> str:
    """Several pages by boto3's own paginator; one page as it was asked for."""
    paged = call.count > 1
    left_out = {_CODING, *(_ON_PAGES if paged else ())}
    given = _given({name: value for name, value in call.parameters.items() if name not in left_out})
    pages = f'{client}.get_paginator("{call.operation}").paginate' if paged else f"{client}.{call.operation}"
    asked = _written(pages, given)
    entries = " + ".join(f'page.get("{one}", [])' for one in _LISTS[call.operation])
    show = 'print(entry.get("Key") or entry.get("Prefix") or entry)'
    return f"for page in {asked if paged else f'[{asked}]'}:\n    for entry in {entries}:\n        {show}"


def _body(call: Call, client: str) -> str:
    told = {name: value for name, value in call.parameters.items() if name != "Range"}
    if call.count == 1 or len(set(call.ranges)) < 2:
        get = _written(f"{client}.get_object", _given(call.parameters))
        return f'body = {get}["Body"].read()\nprint(len(body), "bytes")'
    spans = [f"    {quoted(span)}," for span in dict.fromkeys(call.ranges)]
    rest = call.count - len(call.ranges)
    spans += [f"    # and {rest:,} more"] if rest > 0 else []
    get = _written(f"{client}.get_object", [*_given(told), "Range=span"]).replace("\n", "\n    ")
    loop = ["]:", f'    body = {get}["Body"].read()', '    print(span, len(body), "bytes")']
    return "\n".join(["for span in [", *spans, *loop])


def _object(call: Call) -> tuple[Asked, str, str]:
    return call.asked, str(call.parameters.get("Bucket")), str(call.parameters.get("Key"))


def _upload(call: Call, client: str, *, copied: bool) -> str:
    """The one line of boto3 that begins an upload in parts, sends them and puts them together."""
    bucket, key = quoted(str(call.parameters.get("Bucket"))), quoted(str(call.parameters.get("Key")))
    extra = {name: value for name, value in call.parameters.items() if name not in _OF_PARTS | {"CopySource"}}
    options = [f"ExtraArgs={_literal(extra)}"] if extra and call.operation == "create_multipart_upload" else []
    what = ['{"Bucket": "…", "Key": "…"}', bucket, key] if copied else ['"the file on your disk"', bucket, key]
    why = "Not run: it changes something. An upload in parts is one line in boto3."
    method = "copy" if copied else "upload_file"
    return f"{why}\n{_written(f'{client}.{method}', [*what, *options])}"


def _given(parameters: Any, *left_out: str) -> list[str]:
    """The arguments of a call; the names of those that are not told, with `...` for a value."""
    told = [f"{name}={_literal(value)}" for name, value in parameters.items() if name not in left_out]
    return told + [f"{name}=..." for name in dict.fromkeys(left_out)]


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(str(name))}: {_literal(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return repr(value)


def _written(call: str, given: list[str]) -> str:
    """On one line where that is short, else an argument a line."""
    line = f"{call}({', '.join(given)})"
    return line if len(line) <= _WIDEST else "\n".join([f"{call}(", *(f"    {one}," for one in given), ")"])

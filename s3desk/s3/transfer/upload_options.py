"""What may be asked for with an upload beside its bytes: how it is kept, who may read it, how it describes itself.

Nothing is sent that was not asked for; an access list least of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import AlreadyThereError, S3Error

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_METADATA = 2048  # bytes of all names and values
MOST_TAGS = 10
_TAG_NAME, _TAG_VALUE = 128, 256  # characters
_KMS = "aws:kms"
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # a token of RFC 9110
_CONTENT_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;.*)?", re.ASCII)
_TAG_SIGNS = frozenset(" +-=._:/@")
_REFUSALS = (400, 403, 405, 409, 422, 501)  # servers do not agree how to say that they do not know an option


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """What is empty is left to the bucket and the server, the Content-Type to the name of each file.

    `storage_class`, `acl` (a canned one) and `encryption` ("AES256", "aws:kms") are S3's own words. Metadata names
    are small letters to S3.
    """

    storage_class: str = ""
    acl: str = ""
    encryption: str = ""
    kms_key: str = ""
    content_type: str = ""
    cache_control: str = ""
    content_encoding: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def are_plain(self) -> bool:
        """Whether nothing is asked for."""
        return self == PLAIN

    # as they are sent

    def headers(self) -> dict[str, str]:
        """For a request that is signed here, names in small letters; the Content-Type is the sender's business."""
        named = {header: getattr(self, name) for name, (header, _) in _SENT.items()}
        named["x-amz-tagging"] = self._tagging()
        told = {header: value for header, value in named.items() if value}
        return told | {f"x-amz-meta-{name.lower()}": value for name, value in self.metadata}

    def given(self) -> dict[str, Any]:
        """The same for PutObject and CreateMultipartUpload in boto3's spelling."""
        named: dict[str, Any] = {field: getattr(self, name) for name, (_, field) in _SENT.items()}
        named["Tagging"] = self._tagging()
        named["Metadata"] = {name.lower(): value for name, value in self.metadata}
        return {field: value for field, value in named.items() if value}

    def _tagging(self) -> str:
        from urllib.parse import quote, urlencode  # noqa: PLC0415  # not before the first paint

        return urlencode(self.tags, quote_via=quote)

    # as they are kept

    def written(self) -> str:
        """As text for the journal; "" for nothing."""
        import json  # noqa: PLC0415  # not before the first paint

        asked = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(asked) if asked else ""

    @staticmethod
    def read(written: str) -> UploadOptions:
        """From the journal. Raises S3Error where it cannot be read: nothing is sent otherwise than it was asked for."""
        import json  # noqa: PLC0415

        if not written:
            return PLAIN
        try:
            kept = json.loads(written)
            found: dict[str, Any] = {name: str(kept[name]) for name in kept.keys() - _LISTS}
            for name in kept.keys() & _LISTS:
                found[name] = tuple((str(key), str(value)) for key, value in kept[name])
            return UploadOptions(**found)
        except (ValueError, TypeError, AttributeError) as error:
            raise S3Error("The options of this upload cannot be read any more.", "Start the upload again.") from error

    # what is wrong with them

    def problem(self) -> str:
        """What S3 would not take, in a sentence; "" when all is well."""
        for name, value in self._texts():
            if sentence := _text_problem(name, value):
                return sentence
        if self.kms_key and self.encryption != _KMS:
            return "A KMS key is only used with encryption by KMS."
        if self.content_type and not _CONTENT_TYPE.fullmatch(self.content_type):
            return "A Content-Type is written like text/csv or text/plain; charset=utf-8."
        return self._metadata_problem() or self._tag_problem()

    def _texts(self) -> Iterator[tuple[str, str]]:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                yield _NAMES.get(field.name, field.name), value
        for name, value in self.metadata:
            yield f"metadata “{_shown(name)}”", value

    def _metadata_problem(self) -> str:
        if twice := _named_twice([name.lower() for name, _ in self.metadata]):
            return f"Metadata “{_shown(twice)}” is there twice; capital and small letters are the same to S3."
        for name, _ in self.metadata:
            if not _HEADER_NAME.fullmatch(name):
                return f"Metadata “{_shown(name)}”: a name has letters a-z, digits and hyphens, and no spaces."
        size = sum(len(name.encode()) + len(value.encode()) for name, value in self.metadata)
        if size > MOST_METADATA:
            return f"All metadata together may have {MOST_METADATA:,} bytes; this has {size:,}."
        return ""

    def _tag_problem(self) -> str:
        if len(self.tags) > MOST_TAGS:
            return f"An object may have {MOST_TAGS} tags; these are {len(self.tags)}."
        if twice := _named_twice([name for name, _ in self.tags]):
            return f"The tag “{_shown(twice)}” is there twice."
        for name, value in self.tags:
            if sentence := _one_tag_problem(name, value):
                return f"Tag “{_shown(name)}”: {sentence}"
        return ""


PLAIN = UploadOptions()
_LISTS = {"metadata", "tags"}
_SENT = {
    "storage_class": ("x-amz-storage-class", "StorageClass"),
    "acl": ("x-amz-acl", "ACL"),
    "encryption": ("x-amz-server-side-encryption", "ServerSideEncryption"),
    "kms_key": ("x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId"),
    "cache_control": ("cache-control", "CacheControl"),
    "content_encoding": ("content-encoding", "ContentEncoding"),
}
_NAMES = {
    "storage_class": "Storage class",
    "acl": "Access",
    "kms_key": "KMS key ID",
    "content_type": "Content-Type",
    "cache_control": "Cache-Control",
    "content_encoding": "Content-Encoding",
}


def _named_twice(names: Sequence[str]) -> str:
    return next((name for number, name in enumerate(names) if name in names[:number]), "")


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text)


def _text_problem(name: str, value: str) -> str:
    """A line break would let a value pass for another header; the rest is what headers cannot carry unchanged."""
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        return f"{name[0].upper()}{name[1:]} has a line break or another control character, which cannot be sent."
    if not value.isascii():
        return f"{name[0].upper()}{name[1:]} can only have plain letters, digits and signs (ASCII)."
    if value != " ".join(value.split()):
        return f"{name[0].upper()}{name[1:]} has spaces at an end, or several in a row, which S3 does not keep."
    return ""


def _one_tag_problem(name: str, value: str) -> str:
    if not name:
        return "it has a value but no name."
    if len(name) > _TAG_NAME or len(value) > _TAG_VALUE:
        return f"a name may have {_TAG_NAME} characters and a value {_TAG_VALUE}."
    if name.lower().startswith("aws:"):
        return "names that begin with aws: belong to AWS."
    if any(not (char.isalnum() or char in _TAG_SIGNS) for char in name + value):
        return "only letters, digits, spaces and + - = . _ : / @ are allowed."
    return ""


@contextmanager
def telling(options: UploadOptions) -> Iterator[None]:
    """What a server refuses because of an option is told as that: they have codes of their own for it, or none."""
    try:
        yield
    except S3Error as error:
        sentence = "" if isinstance(error, AlreadyThereError) or options.are_plain else _refused(options, error)
        if not sentence:
            raise
        said = error.refusal.message if error.refusal else ""
        told = S3Error(f"{sentence} It said: {said}" if said and said != error.code else sentence, _ADVICE)
        told.code, told.status = error.code, error.status
        told.request_id, told.refusal = error.request_id, error.refusal
        raise told from error


def _refused(options: UploadOptions, error: S3Error) -> str:
    """The sentence for an option the server does not take; "" where the error is about something else."""
    said = f"{error.code} {error.refusal.message if error.refusal else ''}".lower()
    asked = [name for name in _CLUES if getattr(options, name)]
    named = [name for name in asked if any(word in said for word in _CLUES[name])]
    if named and error.status in _REFUSALS:
        return _sentence(options, named[0])
    if error.code == "InternalError" and options.encryption == _KMS:
        return _sentence(options, "encryption")  # SeaweedFS, where no keys are set up
    if not asked or error.code not in _VAGUE:
        return ""
    return _sentence(options, asked[0]) if len(asked) == 1 else "The server does not take one of the upload options."


def _sentence(options: UploadOptions, name: str) -> str:
    value = options.kms_key or options.encryption if name == "encryption" else getattr(options, name)
    which = f" “{value}”" if isinstance(value, str) else ""
    return f"The server does not take the {_WHAT[name]}{which}."


_ADVICE = "Choose something else in Upload options, or leave it as the bucket does."
_CLUES = {
    "storage_class": ("storageclass", "storage class", "storage-class"),
    "encryption": ("encryption", "kms", "sse"),
    "tags": ("tag",),
    "metadata": ("metadata",),
    "acl": ("acl", "accesscontrollist"),
}
_VAGUE = ("InvalidArgument", "InvalidRequest", "NotImplemented", "MethodNotAllowed")
_WHAT = {
    "storage_class": "storage class",
    "encryption": "encryption",
    "tags": "tags",
    "metadata": "metadata",
    "acl": "access list",
}

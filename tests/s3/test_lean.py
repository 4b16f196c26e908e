"""The lean parser reads what botocore's parser reads, and leaves to botocore what is no listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from botocore.handlers import decode_list_object, decode_list_object_v2, decode_list_object_versions
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3.columns import entries
from s3desk.s3.lean import OPERATIONS, Answer, _by_element, _by_pattern, read

_DECODE = dict(zip(OPERATIONS, (decode_list_object_v2, decode_list_object, decode_list_object_versions), strict=True))
_SETTINGS = settings(max_examples=150, deadline=None)

# ---------------------------------------------------------------- what botocore says


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("s3", "service-2"), "s3")


def by_botocore(operation: str, body: bytes) -> dict[str, Any]:
    """As a plain client gives it: parsed, and names decoded. Raises whatever botocore raises."""
    shape = _model().operation_model(operation).output_shape
    assert shape is not None
    parsed: dict[str, Any] = create_parser("rest-xml").parse({"status_code": 200, "headers": {}, "body": body}, shape)
    if "CommonPrefixes" in parsed:
        parsed["CommonPrefixes"] = [one for one in parsed["CommonPrefixes"] if one]  # an empty element says nothing
    _DECODE[operation](parsed, context={"encoding_type_auto_set": True})
    return parsed


Facts = tuple[str, int, datetime | None, str, str, str]


def _facts(item: Mapping[str, Any]) -> Facts:
    modified = item.get("LastModified")
    if modified is not None:
        modified = modified.replace(tzinfo=modified.tzinfo or UTC).astimezone(UTC)
        modified = modified.replace(microsecond=modified.microsecond // 1000 * 1000)
    owner = item.get("Owner", {})
    return (
        item["Key"],
        item.get("Size", 0),
        modified,
        item.get("StorageClass", "STANDARD"),
        item.get("ETag", "").strip('"'),
        owner.get("DisplayName") or owner.get("ID") or "",
    )


def _facts_read(answer: Answer) -> list[Facts]:
    rows = entries(answer.objects)
    return [(one.key, one.size, one.modified, one.storage_class, one.etag, one.owner) for one in rows]


def assert_same(answer: Answer, parsed: Mapping[str, Any]) -> None:
    """All that is kept of a listing, side by side."""
    assert answer.prefixes.to_pylist() == [one["Prefix"] for one in parsed.get("CommonPrefixes", ())]
    assert answer.truncated >= parsed.get("IsTruncated", False)  # " true" is truer to us
    assert answer.token == parsed.get("NextContinuationToken", "")
    found = _facts_read(answer)
    if answer.versions is None:
        assert found == [_facts(item) for item in parsed.get("Contents", ())]
        assert not parsed.get("Versions")
        assert not parsed.get("DeleteMarkers")
        return
    told = zip(found, answer.versions.to_pylist(), strict=True)
    rows = [(row["is_marker"], fact, row["version_id"], row["is_latest"]) for fact, row in told]
    for marker, name in ((False, "Versions"), (True, "DeleteMarkers")):
        expected = [(_facts(i), i.get("VersionId", ""), i.get("IsLatest", False)) for i in parsed.get(name, ())]
        assert [row[1:] for row in rows if row[0] == marker] == expected


# ---------------------------------------------------------------- bodies as servers write them

_XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
_NAMES = st.one_of(
    st.sampled_from(["a", "a b", "a+b", "a%2Fb", "x\ny", "\r", '"', "'", "<&>", "é/\U0010ffff", "]]>", "&amp;", " "]),
    _XML_TEXT,
)
_ANY_NAMES = _NAMES | st.text(st.characters(codec="utf-8"))
_TIMES = st.one_of(
    st.datetimes(timezones=st.just(UTC)).map(lambda at: f"{at:%Y-%m-%dT%H:%M:%S.%f}Z".zfill(27)),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.000Z".zfill(24)),
    st.sampled_from(["2024-02-29T23:59:59Z", "2024-05-06T07:08:09+02:00", "2024-05-06T07:08:09", "1700000000"]),
    st.just("Wed, 12 Oct 2022 17:50:00 GMT"),
)
_ETAGS = st.sampled_from(["", "d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f-17", "né"])


@dataclass(frozen=True)
class Style:
    """How one server writes."""

    operation: str
    encoded: bool
    pretty: bool
    namespace: bool
    self_closes: bool
    prefixes_first: bool
    quote: str
    order: Sequence[str]

    def element(self, name: str, text: str) -> str:
        """One leaf."""
        if not text and self.self_closes:
            return f"<{name}/>"
        return f"<{name}>{text}</{name}>"

    def name(self, text: str) -> str:
        """A key or prefix."""
        written = quote(text, safe="/") if self.encoded else text
        return escape(written, {'"': "&quot;", "\r": "&#13;"})


_STYLES = st.builds(
    Style,
    st.sampled_from(OPERATIONS),
    *[st.booleans()] * 5,
    st.sampled_from(["&quot;", "&#34;", '"', ""]),
    st.permutations(["Key", "Size", "LastModified", "ETag", "StorageClass", "Owner", "ChecksumAlgorithm", "Type"]),
)


@st.composite
def _fields(draw: st.DrawFn, style: Style, absent: frozenset[str]) -> dict[str, str]:
    owner = draw(st.sampled_from([("ID", "0"), ("DisplayName", "me & you"), ("DisplayName", "")]))
    fields = {
        "Key": style.element("Key", style.name(draw(_ANY_NAMES if style.encoded else _NAMES))),
        "Size": style.element("Size", str(draw(st.integers(0, 2**63 - 1)))),
        "LastModified": style.element("LastModified", draw(_TIMES)),
        "ETag": style.element("ETag", style.quote + draw(_ETAGS) + style.quote),
        "StorageClass": style.element("StorageClass", draw(st.sampled_from(["STANDARD", "GLACIER", ""]))),
        "Owner": f"<Owner>{style.element(owner[0], escape(owner[1]))}{style.element('ID', '1') * (owner[0] != 'ID')}"
        "</Owner>",
        "ChecksumAlgorithm": "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>" * draw(st.integers(1, 2)),
        "Type": "<Type>Normal</Type>",
    }
    return {name: text for name, text in fields.items() if name not in absent}


@st.composite
def _rows(draw: st.DrawFn, style: Style) -> list[str]:
    optional = ["Size", "LastModified", "ETag", "StorageClass", "Owner", "ChecksumAlgorithm", "Type"]
    absent = draw(st.frozensets(st.sampled_from(optional)))
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        lacks = draw(st.frozensets(st.sampled_from(optional))) if draw(st.integers(0, 9)) == 0 else absent
        tag = "Contents"
        if style.operation == "ListObjectVersions":
            tag = draw(st.sampled_from(["Version", "DeleteMarker"]))
        if tag == "DeleteMarker":
            lacks |= {"Size", "ETag", "StorageClass", "ChecksumAlgorithm"}
        fields = draw(_fields(style, lacks))
        leaves = [fields[name] for name in style.order if name in fields]
        if tag != "Contents":
            leaves += [style.element("VersionId", draw(st.sampled_from(["v1", "null"])))]
            leaves += [f"<IsLatest>{draw(st.sampled_from(['true', 'false']))}</IsLatest>"]
        rows.append(_wrapped(tag, leaves, "\n    " if style.pretty else ""))
    return rows


def _wrapped(tag: str, leaves: Sequence[str], gap: str) -> str:
    return f"<{tag}>{gap}{gap.join(leaves)}{gap}</{tag}>"


@st.composite
def bodies(draw: st.DrawFn, style: Style) -> bytes:
    """A listing as a server of this style writes it."""
    root = "ListVersionsResult" if style.operation == "ListObjectVersions" else "ListBucketResult"
    rows = draw(_rows(style))
    names = draw(st.lists(_ANY_NAMES if style.encoded else _NAMES, max_size=3))
    folders = [f"<CommonPrefixes>{style.element('Prefix', style.name(name))}</CommonPrefixes>" for name in names]
    head = [style.element("Name", "bucket"), style.element("Prefix", ""), style.element("Marker", "")]
    head += ["<EncodingType>url</EncodingType>"] * style.encoded
    truncated = draw(st.sampled_from(["true", "false", None]))
    head += [f"<IsTruncated>{truncated}</IsTruncated>"] if truncated else []
    if style.operation == "ListObjectsV2" and draw(st.booleans()):
        head += ["<NextContinuationToken>1/a+b=&amp;</NextContinuationToken>"]
    parts = [*folders, *rows] if style.prefixes_first else [*rows, *folders]
    written = _wrapped("ROOT", [*head, *parts] if draw(st.booleans()) else [*parts, *head], "\n  " * style.pretty)
    named = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"' if style.namespace else ""
    declared = draw(st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?>\n']))
    return (declared + written.replace("<ROOT>", f"<{root}{named}>").replace("</ROOT>", f"</{root}>")).encode()


@given(_STYLES.flatmap(lambda style: st.tuples(st.just(style.operation), bodies(style))))
@_SETTINGS
def test_a_listing_is_read_as_botocore_reads_it(written: tuple[str, bytes]) -> None:
    operation, body = written
    answer = read(body)
    assert answer is not None
    parsed = by_botocore(operation, body)
    assert_same(answer, parsed)
    assert answer.truncated == parsed.get("IsTruncated", False)
    quick = _by_pattern(body)
    if quick is not None:
        assert_equal(quick, _by_element(body))


def assert_equal(one: Answer, other: Answer | None) -> None:
    """Two answers in columns."""
    assert other is not None
    assert one.objects.equals(other.objects)
    assert one.prefixes.equals(other.prefixes)
    assert (one.truncated, one.token) == (other.truncated, other.token)


# ---------------------------------------------------------------- bodies nobody should send

EVEN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Name>b</Name><Prefix>p/</Prefix><NextContinuationToken>t</NextContinuationToken>"
    b"<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
    + b"".join(
        b"<Contents><Key>p/%b</Key><LastModified>2024-01-02T03:04:05.678Z</LastModified>"
        b"<ETag>&quot;0a&quot;</ETag><Size>17</Size><StorageClass>STANDARD</StorageClass></Contents>" % key
        for key in (b"a", b"b+c", b"%C3%A9")
    )
    + b"<CommonPrefixes><Prefix>p/d/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>p/e/</Prefix></CommonPrefixes>"
    + b"</ListBucketResult>"
)
_INSERTED = (
    b"\0 \1 & < > / ]]> \xff \r <x/> <x> <Key>q</Key> <!----> <![CDATA[x]]> &#65; <Contents> </Contents> <Contents/> "
    b"<CommonPrefixes/> 1 %25"
).split(b" ")


def assert_no_worse(body: bytes) -> None:
    """What the lean parser answers is what botocore would; where botocore finds nothing, neither does it."""
    try:
        answer = read(body)
    except ValueError:
        return
    if answer is not None:
        assert_same(answer, by_botocore("ListObjectsV2", body))
        quick = _by_pattern(body)
        if quick is not None:
            assert_equal(quick, _by_element(body))


def test_an_even_listing_takes_the_quick_way() -> None:
    quick = _by_pattern(EVEN)
    assert quick is not None
    assert quick.objects["key"].to_pylist() == ["p/a", "p/b c", "p/é"]
    assert quick.prefixes.to_pylist() == ["p/d/", "p/e/"]
    assert_no_worse(EVEN)


def test_a_listing_cut_at_any_byte_is_none() -> None:
    for cut in range(len(EVEN)):
        assert read(EVEN[:cut]) is None


@given(
    st.lists(
        st.tuples(st.integers(0, len(EVEN)), st.integers(0, 12), st.sampled_from([b"", b" ", b"\n", *_INSERTED])),
        max_size=3,
    )
)
@settings(max_examples=300, deadline=None)
@pytest.mark.filterwarnings("ignore::dateutil.parser.UnknownTimezoneWarning")
def test_a_damaged_listing_is_never_misread(damages: list[tuple[int, int, bytes]]) -> None:
    body = EVEN
    for at, length, inserted in damages:
        body = body[:at] + inserted + body[at + length :]
    assert_no_worse(body)

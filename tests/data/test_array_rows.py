"""A window over a long JSON array: its elements in order, however they are written."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.data.looking.preview import preview
from s3desk.data.windows.array_rows import ArrayRows
from s3desk.data.windows.kept import Kept
from s3desk.data.windows.opening import window_over
from s3desk.data.windows.window import RowWindow
from s3desk.s3.connection import Connection
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.job import Job
from tests.servers.fault_proxy import FaultProxy
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

RECORDS = [{"id": n, "name": f"Zürich }},{{ {n}", "deep": [{"id": -n}, {"x": "]"}]} for n in range(15_000)]

KEPT = 10_000  # rows at a time, fewer than there are


@pytest.fixture
def server(seaweedfs: ServerInfo) -> ServerInfo:
    """One server is enough: what differs between them is tested with the ranged file."""
    return seaweedfs


def ids(kept: Kept) -> list[int]:
    found = [int(row[0] or 0) for block in kept.blocks for row in block.rows]
    assert found == list(range(kept.number, kept.number + len(found)))
    return found


@pytest.mark.parametrize("write", ["one line", "indented", "gzip"])
def test_an_array_is_scrolled_to_its_end_and_back(
    watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy, write: str
) -> None:
    text = json.dumps(RECORDS, ensure_ascii=False, indent=2 if write == "indented" else None)
    body = gzip.compress(text.encode()) if write == "gzip" else text.encode()
    key = "x.json.gz" if write == "gzip" else "x.json"
    server_client.put_object(Bucket=bucket, Key=key, Body=body)
    window = window_over(preview(Job(), watched, bucket, key), watched, bucket, key)
    assert isinstance(window, RowWindow)
    window._most = KEPT
    fault_proxy.forget()
    kept = window.more(Job(), window.opening)
    assert len(fault_proxy.requests) == 1
    assert kept.blocks[-1].rows[3] == ("3", "Zürich },{ 3", '[{"id": -3}, {"x": "]"}]')
    seen = ids(kept)
    while not kept.at_end:
        kept = window.more(Job(), kept)
        seen = seen[: kept.number] + ids(kept)
    assert seen == list(range(len(RECORDS)))
    assert kept.number > 0, "the first rows were let go"
    while not kept.at_start:
        kept = window.back(Job(), kept)
        ids(kept)
    hit = window.search(Job(), f"{{ {KEPT}", kept.mark(0))
    assert hit is not None
    assert (hit.number, hit.exact) == (KEPT, True)
    with pytest.raises(UnsupportedError, match="from its start on"):
        window.jump(Job(), 1)


values = st.recursive(st.none() | st.integers() | st.text() | st.booleans(), lambda v: st.lists(v, max_size=3))


@given(st.lists(st.dictionaries(st.text(max_size=5), values, max_size=3), max_size=8), st.floats(0, 1), st.booleans())
def test_a_part_has_its_complete_elements(records: list[dict[str, object]], share: float, plain: bool) -> None:
    body = json.dumps(records, ensure_ascii=plain, indent=None if plain else 1).encode()[1:].lstrip()
    form = ArrayRows(("id",))
    whole = form.split(body, whole=True)
    assert (len(whole.rows), whole.bad) == (len(records), frozenset())
    part = form.split(body[: int(len(body) * share)], whole=False)
    rest = form.split(body[part.ends[-1] if part.ends else 0 :], whole=True)
    assert part.rows + rest.rows == whole.rows


def test_what_is_no_array_any_more_is_shown_as_written() -> None:
    found = ArrayRows(("id", "x")).split(b'{"id": 1, "x": "\xff"}, {"id": 2}, oops]', whole=True)
    assert found.rows == [("1", "\ufffd"), ("2", None), ("oops]", None)]
    assert found.bad == {2}

"""The file of a receipt: every name comes back as it was, any number of lines, and what is none is refused."""

from __future__ import annotations

import csv
import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from s3desk.s3.account import Account
from s3desk.s3.errors import AccessDeniedError, DiskError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import ItemState, Kind, Outline, Planned, Sum
from s3desk.s3.journal.journal import Journal
from s3desk.s3.journal.record import Result
from s3desk.s3.receipts.lines import COLUMNS, Line, line_of, plain_endpoint
from s3desk.s3.receipts.reading import MOST, NotAReceiptError, is_local, read_receipt
from s3desk.s3.receipts.saving import save_receipt

ME = Account("mine")


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal(None)
    yield made
    made.close()


def test_every_state_and_every_name_comes_back_as_it_was(journal: Journal, tmp_path: Path) -> None:
    names = ['=HYPERLINK("x")', "+1", "-1", "@x", "'", "''x", "a,b", 'c"d', "line\nbreak\r", "ü", "\ttab", "plain"]
    items = [Planned(name, Path("/data") / f"{number}", number) for number, name in enumerate(names)]
    items.append(Planned("left", state=ItemState.SKIPPED, size=3, again=False))
    gesture = journal.begin(Outline(Kind.UPLOAD, "Upload", ME, "b"), items)
    for number, name in enumerate(names[:-2]):
        gesture.ended(name, Result("done", number, "CRC64NVME:x", "e", "=v"))
    gesture.ended("\ttab", Result("failed", error=AccessDeniedError("=No.", "Ask.")))
    path = tmp_path / "r.csv"
    assert save_receipt(Job(), path, gesture, plain_endpoint("https://me:secret@Example.org:9000/")) == len(items)
    with path.open(encoding="utf-8-sig", newline="") as file:
        raw = list(csv.reader(file))[1:]
    assert not [cell for row in raw for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    lines = [Line.read(row) for row in raw]
    assert [line.key for line in lines] == [*names, "left"]
    assert [line.result for line in lines] == [*["done"] * (len(names) - 2), "failed", "not done", "skipped"]
    assert lines[-3].error == "=No."
    assert {line.endpoint for line in lines} == {"https://example.org:9000"}
    assert lines[0].version_id == "=v"
    assert path.read_bytes().count(b"\r\n") == len(items) + 1


def test_a_receipt_of_many_items_is_streamed(journal: Journal, tmp_path: Path) -> None:
    count = 12_000
    gesture = journal.begin(Outline(Kind.DELETE, "Delete", ME, "b"), ())
    for start in range(0, count, 1000):
        gesture.ended_many([f"folder/{number:06}.csv" for number in range(start, start + 1000)], Result("done"))
    journal.flush()
    assert gesture.sum == Sum(done=count)
    tracemalloc.start()
    try:
        assert save_receipt(Job(), tmp_path / "r.csv", gesture, plain_endpoint("")) == count
        receipt = read_receipt(Job(), tmp_path / "r.csv")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 << 20, "only a window of it"
    assert (receipt.count, receipt.done, receipt.endpoints) == (count, count, ("https://s3.amazonaws.com",))


def test_what_cannot_be_written_leaves_what_was_there(journal: Journal, tmp_path: Path) -> None:
    gesture = journal.begin(Outline(Kind.DELETE, "Delete", ME, "b"), [Planned("a")])
    with pytest.raises(DiskError, match="cannot be written"):
        save_receipt(Job(), tmp_path / "none" / "r.csv", gesture, "")
    (tmp_path / "r.csv").write_text("before")
    job = Job()
    job.cancel()
    with pytest.raises(CancelledError):
        save_receipt(job, tmp_path / "r.csv", gesture, "")
    assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]
    assert (tmp_path / "r.csv").read_text() == "before"


HEAD = ",".join(COLUMNS) + "\r\n"
GOOD = "delete,b,k,,,,,done,,,,https://x\r\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "does not name the column “action”"),
        (b"name,size\r\na,1\r\n", "does not name the column “action”"),
        (HEAD.encode(), "it has no lines"),
        ((HEAD + GOOD + "delete,b,k\r\n").encode(), "Line 3 of .* has 3 cells where 12 belong"),
        ((HEAD + "steal,b,k,,,,,done,,,,\r\n").encode(), "Line 2 .* “steal” is not something"),
        ((HEAD + "upload,b,k,,1e3,,,done,,,,\r\n").encode(), "“1e3” is not a size"),
        ((HEAD + "upload,b,k,,1,,,fine,,,,\r\n").encode(), "“fine” is not a result"),
        ((HEAD + GOOD + GOOD.replace("//x", "//y")).encode(), "speaks of several servers"),
        ((HEAD + GOOD).encode("utf-16"), "not text in UTF-8"),
        ((HEAD + GOOD.replace("k", "ü")).encode("latin-1"), "not text in UTF-8"),
        ((HEAD + GOOD).replace(",", ";").encode(), "saved again by a spreadsheet"),
        ((HEAD + GOOD + '"delete,b,' + GOOD * 20).encode(), "damaged near line"),
        (b"x" * 300_000, "lines that no receipt has"),
        (os.urandom(5000), "is not|damaged"),
        (HEAD.encode() + b"\0\0\0\r\n", "1 cells|damaged"),
    ],
)
def test_what_is_no_receipt_is_refused_in_a_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes(content)
    with pytest.raises(NotAReceiptError, match=sentence) as told:
        read_receipt(Job(), tmp_path / "r.csv")
    assert told.value.advice


def test_files_that_are_too_large_gone_or_folders_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "r.csv").open("wb") as file:
        file.truncate(MOST + 1)
    with pytest.raises(NotAReceiptError, match="too large for a receipt"):
        read_receipt(Job(), tmp_path / "r.csv")
    with pytest.raises(NotAReceiptError, match="is not a file"):
        read_receipt(Job(), tmp_path)
    with pytest.raises(S3Error):
        read_receipt(Job(), tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("direction", "item", "action", "is_here"),
    [
        ("up", Planned("k", Path("/d/k")), "upload", False),
        ("up", Planned("k"), "delete", False),
        ("down", Planned("p/k", Path("/d/k"), source="p/k"), "download", True),
        ("down", Planned("/d/k", Path("/d/k")), "delete", True),
        ("across", Planned("k", source="p/k"), "copy", False),
        ("across", Planned("k"), "delete", False),
    ],
)
def test_a_sync_is_made_of_the_other_actions(
    journal: Journal, direction: str, item: Planned, action: str, is_here: bool
) -> None:
    folder = None if direction == "across" else Path("/d")
    gesture = journal.begin(Outline(Kind.SYNC, "Sync", ME, "b", folder=folder, options=direction), [item])
    (kept,) = gesture.in_order()
    line = line_of(gesture.outline, kept, "https://x")
    assert (line.action, is_local(line)) == (action, is_here)

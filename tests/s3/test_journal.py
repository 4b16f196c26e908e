"""The journal: what is in the file before it counts, and what becomes of a file that is damaged, taken or gone."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from s3desk.s3.account import Account
from s3desk.s3.errors import AccessDeniedError, AlreadyThereError, Failure
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import ItemState, Kind, Outline, Planned, Standing, Sum
from s3desk.s3.journal.going_on import keep
from s3desk.s3.journal.journal import Journal
from s3desk.s3.journal.record import Part, Record, Result, Signature

SECRET = "a-very-secret-key"
ACCOUNT = Account("mine", access_key="AKIAEXAMPLEEXAMPLE12", secret_key=SECRET, session_token="a-token")
ROOT = Path(__file__).parents[2]
DONE = Result("done", 5, "CRC64NVME:abc", "e1", "v1")


def upload_of(*keys: str) -> tuple[Outline, list[Planned]]:
    return Outline(Kind.UPLOAD, "Upload survey/", ACCOUNT, "b", "in/"), [
        Planned(f"in/{key}", Path(f"/home/{key}"), 5) for key in keys
    ]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal on disk."""
    made = Journal(tmp_path)
    yield made
    made.close()


def reopened(journal: Journal, folder: Path) -> Journal:
    """As the next start finds it."""
    journal.close()
    return Journal(folder)


def test_a_gesture_comes_back_with_its_sum_and_what_was_begun(journal: Journal, tmp_path: Path) -> None:
    outline, items = upload_of("a", "b", "c", "d", "e")
    items.append(Planned("in/left", state=ItemState.SKIPPED, size=7, again=False))
    gesture = journal.begin(outline, items)
    assert gesture.sum == Sum(0, 1, 0, 5, 32, 0)
    assert [item.key for item in gesture.left()] == ["in/a", "in/b", "in/c", "in/d", "in/e"]
    assert gesture.begun("in/a") is None, "nothing was ever begun"
    gesture.ended("in/a", DONE)
    gesture.ended("in/b", Result("failed", error=AccessDeniedError("No.", "Ask.", code="AccessDenied")))
    signature = Signature(5, 1_700_000_000_000_000_001, 2**63 + 5)
    gesture.will_create("in/c")
    gesture.created("in/c", "upload-1", signature)
    gesture.part("in/c", Part(1, 0, 3, "etag", "CRC64NVME:x"))
    gesture.will_create("in/d")

    following = reopened(journal, tmp_path)
    (again,) = following.gestures()
    assert again.standing is Standing.OPEN
    assert again.sum == Sum(done=1, skipped=1, failed=1, open=3, bytes_planned=32, bytes_done=5)
    assert again.outline.account == Account("mine")
    assert (again.outline.bucket, again.outline.prefix, again.outline.kind) == ("b", "in/", Kind.UPLOAD)
    assert [item.key for item in again.left()] == ["in/c", "in/d", "in/e"]
    begun = again.begun("in/c")
    assert begun is not None
    assert (begun.upload_id, begun.signature) == ("upload-1", signature)
    assert begun.parts == (Part(1, 0, 3, "etag", "CRC64NVME:x"),)
    assert again.begun("in/d") is not None, "something may have been made that nobody heard of"
    assert [key for key, _ in again.unanswered()] == ["in/d"]
    assert [item.state for item in again.items()] == sorted(item.state for item in again.items())
    (failed,) = again.failed(10)
    assert (failed.key, failed.error, failed.advice) == ("in/b", "No.", "Ask.")
    done = again.items()[-1]
    assert (done.checksum, done.etag, done.version_id) == ("CRC64NVME:abc", "e1", "v1")
    assert done.ended is not None
    assert (datetime.now(UTC) - done.ended).total_seconds() < 60

    assert again.open_failed() == 1
    assert again.sum.failed == 0
    for key in ("in/b", "in/c", "in/d", "in/e"):
        again.ended(key, DONE)
    again.set_standing(Standing.ENDED)
    assert again.sum == Sum(done=5, skipped=1, bytes_planned=32, bytes_done=25)
    assert not again.unfinished_uploads()
    assert not again.unanswered()
    following.clear([again])
    assert following.gestures() == []
    following.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert SECRET.encode() not in kept
    assert b"AKIA" not in kept
    assert b"a-token" not in kept


def test_the_file_is_the_owners_only(journal: Journal, tmp_path: Path) -> None:
    journal.begin(*upload_of("a"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_many_threads_end_many_items_each_once(journal: Journal) -> None:
    keys = [f"{number:05}" for number in range(4000)]
    gesture = journal.begin(*upload_of(*keys))
    gesture.left()

    def end(of: int) -> None:
        for key in keys[of::8]:
            gesture.ended(f"in/{key}", DONE if of else Result("failed", error=AlreadyThereError("There.")))

    threads = [threading.Thread(target=end, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.flush()
    assert gesture.sum == Sum(done=3500, failed=500, bytes_planned=20_000, bytes_done=17_500)
    assert [item.key for item in gesture.items(498, 4)] == ["in/03984", "in/03992", "in/00001", "in/00002"]


def test_a_damaged_journal_is_set_aside(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin(*upload_of("a"))
    journal.close()
    file = tmp_path / "transfers.sqlite"
    file.write_bytes(b"this is no database at all, whatever its name says" * 100)
    following = Journal(tmp_path)
    assert following.gestures() == []
    assert following.begin(*upload_of("b")).sum.open == 1
    assert following.trouble == ""
    following.close()
    assert (tmp_path / "transfers.sqlite.damaged").exists()


def test_damage_in_the_middle_is_seen_at_the_start(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin(*upload_of(*(str(number) for number in range(3000))))
    journal.close()
    file = tmp_path / "transfers.sqlite"
    content = bytearray(file.read_bytes())
    content[8192:40_000] = bytes(40_000 - 8192)
    file.write_bytes(content)
    following = Journal(tmp_path)
    assert following.gestures() == []
    following.close()
    assert (tmp_path / "transfers.sqlite.damaged").exists()


def test_a_folder_that_cannot_be_used_blocks_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    journal = Journal(tmp_path / "file")
    gesture = journal.begin(*upload_of("a"))
    assert not gesture.keep
    assert "cannot be written" in journal.trouble
    journal.close()


def test_a_second_copy_keeps_its_own_and_a_later_start_finds_both(journal: Journal, tmp_path: Path) -> None:
    journal.begin(*upload_of("first"))
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\n"
        "from tests.s3.test_journal import Journal, upload_of\n"
        "second = Journal(Path(sys.argv[1]))\n"
        "second.begin(*upload_of('second'))\n"
        "print(second.is_second, [one.outline.title for one in second.gestures()])\n"
        "import os; os._exit(0)\n"  # as a kill would
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(ROOT)], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "True ['Upload survey/']", said.stderr
    assert (tmp_path / "transfers-2.sqlite").exists()

    following = reopened(journal, tmp_path)
    found = following.gestures()
    assert [gesture.left()[0].key for gesture in found] == ["in/first", "in/second"]
    assert not following.is_second
    following.clear(found)
    assert following.gestures() == []
    following.close()
    last = Journal(tmp_path)
    assert last.gestures() == []
    last.close()
    assert not (tmp_path / "transfers-2.sqlite").exists()


def test_a_gesture_whose_plan_was_not_written_to_its_end_is_forgotten(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    outline, items = upload_of("a")

    def broken() -> Iterator[Planned]:
        yield from items
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.begin(outline, broken())
    following = reopened(journal, tmp_path)
    assert following.gestures() == []
    following.close()


def test_what_cannot_be_gone_on_with_keeps_its_results_and_ends_with_the_program(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    outline = Outline(Kind.DELETE, "Delete old/", ACCOUNT, "b")
    kept = journal.begin(outline, [])

    def delete(_job: Job, record: Record) -> list[Failure]:
        record.ended_many(["old/a", "old/b"], Result("done", 3))
        return []

    assert keep(Job(), kept, delete) == []
    assert kept.sum == Sum(done=2, bytes_planned=6, bytes_done=6)
    assert [item.key for item in kept.items(in_plan_order=True)] == ["old/a", "old/b"]
    broken = journal.begin(outline, [])
    broken.ended("old/c", DONE)
    assert not broken.keep
    following = reopened(journal, tmp_path)
    assert [gesture.standing for gesture in following.gestures()] == [Standing.ENDED, Standing.STOPPED]
    following.close()


def test_an_upload_is_known_as_ours_and_at_work_until_it_is_done(journal: Journal, tmp_path: Path) -> None:
    gesture = journal.begin(*upload_of("a", "b"))
    for key in ("in/a", "in/b"):
        gesture.will_create(key)
        gesture.created(key, f"id of {key}", Signature(5, 1, 1))
    gesture.ended("in/a", DONE)
    assert journal.uploads() == {"id of in/b": True}
    following = reopened(journal, tmp_path)
    assert following.uploads() == {"id of in/b": True}
    (again,) = following.gestures()
    again.set_standing(Standing.STOPPED)
    assert following.uploads() == {"id of in/b": False}
    following.close()


def test_a_new_gesture_is_never_taken_for_one_that_was_cleared(journal: Journal) -> None:
    first = journal.begin(*upload_of("a"))
    first.ended("in/a", DONE)
    first.set_standing(Standing.ENDED)
    journal.clear([first])
    second = journal.begin(Outline(Kind.DOWNLOAD, "Download b", ACCOUNT, "b", "", Path("/home")), [Planned("b")])
    assert second is not first
    assert second.id != first.id
    assert second.outline.kind is Kind.DOWNLOAD
    assert [item.key for item in second.left()] == ["b"]
    (kept,) = journal.gestures()
    assert kept is second

"""The line below a preview says what it cost and what was guessed."""

from __future__ import annotations

import pytest

from s3desk.data.looking.facts import Facts
from s3desk.data.sizes import size_words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (340, "340 bytes"), (131072, "128 KB"), (5_452_595, "5.2 MB"), (3 << 40, "3 TB")],
)
def test_sizes_read_as_in_a_file_manager(size: int, words: str) -> None:
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            Facts("CSV table", 131072, 5_452_595, 1, 1000, 41_289, False, "utf-8", ",", True),
            "1,000 of about 41,300 rows · 128 KB of 5.2 MB read, 1 request · UTF-8 · comma · header",
        ),
        (
            Facts("CSV table", 34, 34, 1, 1, 1, True, "cp1252", ";", False, 1),
            "1 row · 34 bytes read, 1 request · Windows-1252 · semicolon · no header · 1 uneven row",
        ),
        (
            Facts("CSV table", 60_000, 60_000, 1, 1000, 3400, True, "utf-16", "\t", True, 20),
            "1,000 of 3,400 rows · 58.6 KB read, 1 request · UTF-16 · tab · header · 20 uneven rows",
        ),
        (Facts("PNG image", 4096, 4096, 2), "4 KB read, 2 requests · PNG image"),
    ],
)
def test_the_sentence(facts: Facts, sentence: str) -> None:
    assert facts.sentence == sentence


def test_the_lie_comes_before_other_remarks() -> None:
    assert Facts("text", 1, 1, 1, lie="It lies.", notes=("A note.",)).remarks == ("It lies.", "A note.")
    assert Facts("text", 1, 1, 1, notes=("A note.",)).remarks == ("A note.",)

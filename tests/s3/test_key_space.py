"""Guesses of where keys lie: always between the ends asked for, and near enough to be of use."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3.key_space import KeySpace, common_length, successor
from tests.data.texts import any_text

_TEXTS = any_text(6) | st.text("ab0\U0010ffff\U0010fffd/", max_size=6)


@given(st.lists(_TEXTS, max_size=20), _TEXTS, st.none() | _TEXTS, st.integers(1, 16), st.sampled_from(["", "p/"]))
@settings(max_examples=300, deadline=None)
def test_cuts_lie_between_the_ends_in_order(
    keys: list[str], low: str, high: str | None, count: int, prefix: str
) -> None:
    space = KeySpace(prefix)
    space.learn(prefix + key for key in keys)
    low, high = prefix + low, None if high is None else prefix + high
    if high is not None and not low < high:
        return
    cuts = space.cuts(low, high, count)
    assert cuts == sorted(set(cuts))
    assert len(cuts) <= count
    for cut in cuts:
        assert low < cut
        assert high is None or cut < high
        assert cut.encode()  # no half of a surrogate pair, which could not be sent
    assert space.share_left(low, low, high) >= 0


def test_digits_and_hex_are_cut_evenly() -> None:
    for digits, written in (("0123456789", "{:04}"), ("0123456789abcdef", "{:04x}")):
        space = KeySpace("p/")
        space.learn("p/" + written.format(number) for number in range(0, len(digits) ** 4, 97))
        space.cuts("p/0000", None, 4)  # the question whether there is anything beyond what all share comes first
        cuts = space.cuts("p/0000", None, 4)
        assert [cut[:2] for cut in cuts] == ["p/"] * len(cuts)
        places = [digits.index(cut[2]) / len(digits) for cut in cuts]
        assert len(places) == 4
        assert all(abs(place - (2 * n + 1) / 8) < 0.15 for n, place in enumerate(places))
        half = written.format(len(digits) ** 4 // 2)
        assert 0.6 < space.share_left("p/0000", f"p/{half}", None) < 1.6


def test_what_all_share_is_never_cut() -> None:
    space = KeySpace("p/")
    space.learn(f"p/2024-run-{number:03}.csv" for number in range(0, 500, 7))
    first = space.cuts("p/2024-run-003.csv", None, 4)
    assert len(first) == 1
    assert first[0] > "p/2024-run-999.csv"
    later = space.cuts("p/2024-run-003.csv", first[0], 4)
    assert later
    assert all(cut.startswith("p/2024-run-") for cut in later)


@given(_TEXTS, _TEXTS)
@settings(max_examples=300, deadline=None)
def test_what_two_keys_share(one: str, other: str) -> None:
    length = common_length(one, other)
    assert one[:length] == other[:length]
    assert length == min(len(one), len(other)) or one[length] != other[length]


@given(_TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_successor_comes_after_all_that_starts_alike(stem: str) -> None:
    following = successor(stem)
    assert following.encode()
    if any(character < "\U0010fffd" for character in stem):
        assert following > stem + "\U0010ffff"

"""Addresses as people write and paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3.location import Location

ENDPOINT = "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("text", "bucket", "prefix"),
    [
        ("s3://b", "b", ""),
        ("s3://b/", "b", ""),
        ("S3://b/a/c", "b", "a/c"),
        ("  s3://b/a b/ ", "b", "a b/ "),
        ("b/a%20b/", "b", "a%20b/"),
        ("s3a://b//lead/", "b", "/lead/"),
        ("arn:aws:s3:::b/k", "b", "k"),
        ("https://b.s3.eu-west-1.amazonaws.com/a%20b/c.csv?X-Amz-Signature=1", "b", "a b/c.csv"),
        ("https://b.s3.amazonaws.com/", "b", ""),
        ("https://my.dotted.name.s3.us-east-1.amazonaws.com/k", "my.dotted.name", "k"),
        ("https://s3.eu-west-1.amazonaws.com/b/a%2Bb", "b", "a+b"),
        ("https://s3.amazonaws.com/b", "b", ""),
        (f"{ENDPOINT}/b/2019/x.csv?X-Amz-Expires=1", "b", "2019/x.csv"),
        ("https://eu-west-1.console.aws.amazon.com/s3/buckets/b?region=eu-west-1&prefix=a/b%20c/", "b", "a/b c/"),
    ],
)
def test_what_people_paste(text: str, bucket: str, prefix: str) -> None:
    assert Location.parse(text, ENDPOINT) == Location(bucket, prefix)


@pytest.mark.parametrize("text", ["ftp://b/k", "https://example.com/b/k", "s3:///k", "https://example.com:9000/b"])
def test_what_is_no_place_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]{3,} .*\."):
        Location.parse(text, ENDPOINT)


@given(
    st.from_regex(r"[a-z0-9][a-z0-9.-]{1,40}", fullmatch=True), st.text(max_size=50).filter(lambda t: t == t.strip())
)
def test_an_address_reads_as_it_was_written(bucket: str, prefix: str) -> None:
    assert Location.parse(Location(bucket, prefix).uri) == Location(bucket, prefix)


@given(st.text(alphabet="ab/ .", max_size=12))
def test_going_up_always_ends_at_the_root(prefix: str) -> None:
    at = Location("b", prefix)
    for _ in range(20):
        assert at.prefix.startswith(at.parent.prefix)
        at = at.parent
    assert at == Location()


def test_up_and_down() -> None:
    assert Location("b", "a/").child("") == Location("b", "a//")
    assert Location("b", "a//").parent == Location("b", "a/")
    assert Location("b", "/").parent == Location("b")
    assert Location("b", "a//").name == ""

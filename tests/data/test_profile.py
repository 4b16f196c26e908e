"""A profile tells the truth about each column, of any type; a sample comes from all over a file; a plot keeps peaks."""

from __future__ import annotations

import csv
import io
import random
import subprocess
import sys
from concurrent.futures import CancelledError
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from s3desk.data.looking.head_sheet import head_sheet
from s3desk.data.profiling.bins import Scale, bins
from s3desk.data.profiling.drawing import Drawing, PlotKind, Together, Wish
from s3desk.data.profiling.plotting import MOST_BARS, MOST_POINTS, draw, scales_of
from s3desk.data.profiling.profile import MOST_COLUMNS, ColumnProfile, profile, profile_column
from s3desk.data.profiling.spread import RANGE, RANGES, spread_sample
from s3desk.data.profiling.typed import typed_column
from s3desk.data.reading.reading_plan import delimited_plan
from s3desk.data.reading.typed_csv import read_delimited
from s3desk.data.sniff import Guess, sniff
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ChangedError, UnsupportedError
from s3desk.s3.job import Job, Unit
from s3desk.s3.sharing.formats import Reading
from tests.servers.fault_proxy import FaultProxy

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def of(values: Any, kind: pa.DataType | None = None) -> ColumnProfile:
    """The profile of one column."""
    array = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([pa.array(values, kind)])
    return profile_column("x", array)


# columns


def test_numbers_have_all_figures() -> None:
    found = of([3, 1, None, 3, 2, 3])
    assert (found.type_words, found.rows, found.nulls, found.distinct) == ("whole number", 6, 1, 3)
    assert (found.low, found.high, found.mean) == (1, 3, 2.4)
    assert [(top.words, top.count) for top in found.top] == [("3", 3), ("1", 1), ("2", 1)]
    assert [(bin_.low, bin_.count) for bin_ in found.bins] == [(0.5, 1), (1.5, 1), (2.5, 3)]


def test_nan_and_infinity_spoil_no_figure() -> None:
    found = of([1.0, float("nan"), 3.0, float("inf"), float("-inf"), None])
    assert (found.odd, found.nulls, found.distinct) == (3, 1, 2)
    assert (found.low, found.high, found.mean) == (1.0, 3.0, 2.0)
    assert sum(bin_.count for bin_ in found.bins) == 2


def test_texts_have_order_and_frequent_values_and_no_scale() -> None:
    found = of(["b", "", "a", "b", None, ""])
    assert (found.type_words, found.empty, found.low, found.high) == ("text", 2, "", "b")
    assert [(top.words, top.count) for top in found.top] == [("b", 2), ("", 2), ("a", 1)]
    assert (found.bins, found.mean, found.scale) == ((), None, Scale.NONE)


def test_dates_lie_on_a_calendar() -> None:
    found = of([date(2024, 1, 1), date(2024, 3, 1), date(2024, 12, 31)])
    assert (found.type_words, found.low, found.high) == ("date", "2024-01-01", "2024-12-31")
    assert sum(bin_.count for bin_ in found.bins) == 3
    assert found.bins[1].low - found.bins[0].low == 30 * 86_400


def test_values_are_told_apart_to_the_last_digit() -> None:
    cents = pa.array([Decimal("12345678901234567.89"), Decimal("12345678901234567.88")], pa.decimal128(30, 2))
    assert of(pa.chunked_array([cents])).distinct == 2
    assert of([1, 2], pa.timestamp("ns")).distinct == 2
    assert of([2, 2], pa.timestamp("ns", "Nowhere")).top[0].words == "1970-01-01 00:00:00.000000002"
    assert [of([0.0, -0.0, 1.5], kind).distinct for kind in (pa.float64(), pa.float32())] == [2, 2]


def test_ids_are_told_to_be_all_different_without_top_values() -> None:
    found = of([f"{number:05}" for number in range(1000)])
    assert (found.distinct, found.distinct_is_least, found.top) == (1000, False, ())


def test_too_many_different_values_are_only_bounded() -> None:
    found = of(np.arange(1_000_001))
    assert found.distinct_is_least
    assert found.distinct == 1_000_000
    assert (found.low, found.high, sum(bin_.count for bin_ in found.bins)) == (0, 1_000_000, 1_000_001)


@pytest.mark.parametrize(
    ("array", "words", "distinct"),
    [
        (pa.array([[1], [2, 3], None]), "list", None),
        (pa.array([{"a": 1}, None]), "record", None),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "map", None),
        (pa.array([None, None]), "empty", None),
        (pa.array(["a", "b", "a", None]).dictionary_encode(), "text", 2),
        (pa.array(["a", "b", "a"], pa.string_view()), "text", 2),
        (pa.array([b"a", b"\xff", b"a"]), "bytes", 2),
        (pa.array([True, False, True]), "true or false", 2),
        (pa.array([Decimal("1.10"), Decimal("2.20")]), "decimal number", 2),
        (pa.array([1.5, 2.5], pa.float16()), "number", 2),
        (pa.array([1, 2], pa.duration("s")), "duration", 2),
        (pa.array([1, 2], pa.time64("us")), "time of day", 2),
        (pa.RunEndEncodedArray.from_arrays([2, 3], [7, 8]), "", 2),
        (pa.array([0, 2**64 - 1], pa.uint64()), "whole number", 2),
        (pa.array([b"x" * 16] * 2, pa.uuid()), "", 1),
        (pa.array([2**62, -(2**62)], pa.timestamp("s")), "date and time", None),
        (pa.array([2**62, -(2**62)], pa.timestamp("ns", "Not/A_Zone")), "date and time (UTC)", 2),
        (pa.array([2**31 - 1, -(2**31)], pa.date32()), "date", 2),
        (pa.array([], pa.int64()), "whole number", None),
        (pa.array([1e308, -1e308, 5e-324]), "number", 3),
        (pa.array([1.0, 1.0 + 2**-52]), "number", 2),
        (pa.array([5e-324, 0.0]), "number", 2),
        (pa.array([-(2**63), 2**63 - 1, 0]), "whole number", 3),
    ],
    ids=str,
)
def test_no_type_and_no_value_is_too_strange(array: pa.Array, words: str, distinct: int | None) -> None:
    found = of(pa.chunked_array([array, array.slice(0, 0)]))
    assert (found.rows, found.distinct) == (len(array), distinct)
    assert found.type_words == words or not words
    assert all(bin_.high > bin_.low for bin_ in found.bins)
    assert len(found.bins) <= 60
    if found.bins:
        assert sum(bin_.count for bin_ in found.bins) == found.values - found.odd


@pytest.mark.parametrize("scale", [Scale.NUMBER, Scale.WHOLE, Scale.MOMENT])
def test_bins_count_every_value_once_and_where_it_lies(scale: Scale) -> None:
    dice = random.Random(7)  # noqa: S311
    for _ in range(60):
        spread, shift = 10 ** dice.uniform(-3, 9), 10 ** dice.uniform(-2, 9) * dice.choice((-1, 1))
        values = np.array([dice.gauss(shift, spread) for _ in range(50)])
        values = values.round() if scale is Scale.WHOLE else values
        found = bins(pa.chunked_array([values]), scale)
        assert sum(bin_.count for bin_ in found) == (50 if len(set(values)) > 1 else 0)
        assert len(found) <= 60
        for bin_ in found:
            slack = (bin_.high - bin_.low) * 1e-6
            inside = np.sum((values >= bin_.low + slack) & (values < bin_.high - slack))
            near = np.sum((values >= bin_.low - slack) & (values <= bin_.high + slack))
            assert inside <= bin_.count <= near


def test_a_table_is_profiled_column_by_column_and_can_be_stopped() -> None:
    table = pa.table({"a": [1, 2], "b": ["x", None]})
    job = Job()
    found = profile(job, table, "the first 2 rows")
    assert (found.part, found.rows, [column.name for column in found.columns]) == ("the first 2 rows", 2, ["a", "b"])
    assert (job.done, job.total) == (2, 2)
    job.cancel()
    with pytest.raises(CancelledError):
        profile(job, table, "")


def test_of_too_many_columns_some_are_left_out() -> None:
    table = pa.table([pa.array([1])] * (MOST_COLUMNS + 3), names=[f"c{n}" for n in range(MOST_COLUMNS + 3)])
    found = profile(Job(), table, "")
    assert (len(found.columns), found.columns_left_out) == (MOST_COLUMNS, 3)
    assert profile(Job(), pa.table({}), "").columns == ()


# types of texts


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", " 2 ", "NA", None], pa.int64()),
        (["1.5", "2", "1e5"], pa.float64()),
        (["007", "12"], pa.string()),
        (["12345678901234567"], pa.string()),
        (["1,234"], pa.string()),
        (["true", "False", ""], pa.bool_()),
        (["2024-01-02", "null"], pa.date32()),
        (["2024-01-02 03:04:05", "2024-01-02T03:04:05"], pa.timestamp("us")),
        (["2024-01-02T03:04:05Z"], pa.timestamp("us", "UTC")),
        (["NaN", "inf", "x"], pa.string()),
        (["NA"], pa.string()),
        ([], pa.string()),
    ],
    ids=str,
)
def test_texts_get_the_type_that_loses_nothing(cells: list[str | None], kind: pa.DataType) -> None:
    column = typed_column(cells)
    assert column.type == kind
    if kind == pa.string():
        assert column.to_pylist() == [None if cell in ("NA", "NaN") else cell for cell in cells]


@pytest.mark.parametrize("cells", [["NA", "1", "-"], ["n/a", "x", "nil", ""], ["NULL", "2"], ["None", "1.5"]], ids=str)
def test_a_sample_misses_what_the_whole_file_misses(cells: list[str]) -> None:
    body = "name\n" + "".join(f'"{cell}"\n' for cell in cells)
    guess = sniff(body.encode(), "a.csv", whole=True, delimiter=",", header=True)
    whole = read_delimited(body.encode(), delimited_plan(body.encode(), guess, whole=True)).table
    assert typed_column(cells).to_pylist() == whole.column(0).to_pylist()


# a sample from all over a file


def stored(client: S3Client, bucket: str, body: bytes, key: str = "folder/big.csv") -> Guess:
    client.put_object(Bucket=bucket, Key=key, Body=body)
    return sniff(body[:65536], key, whole=len(body) <= 65536)


def rows_of(count: int) -> list[tuple[str, ...]]:
    """Rows whose quoted cells hold line ends, delimiters and what looks like other rows."""
    trap = "said:\n1,2,3,4\n5,6,7,8\nend"
    return [(f"{n:07}", str(n * 2), trap if n % 3 == 0 else f"text {n}", "2024-01-01") for n in range(count)]


def written(rows: list[tuple[str, ...]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("id", "double", "words", "day"))
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sample_holds_true_rows_from_beginning_to_end(
    watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy, encoding: str
) -> None:
    rows = rows_of(90_000)
    body = written(rows, encoding)
    guess = stored(server_client, bucket, body)
    fault_proxy.forget()
    job = Job(unit=Unit.BYTES)
    sheet = spread_sample(job, watched, bucket, "folder/big.csv", guess)
    assert len(fault_proxy.requests) == RANGES
    assert job.done == fault_proxy.downloaded <= RANGES * (RANGE + 4)
    assert sheet.table.schema.types == [pa.string(), pa.int64(), pa.string(), pa.date32()]
    taken = sheet.table.column("id").to_pylist()
    assert len(set(taken)) == len(taken) > 1_000
    everything = {row[0]: row for row in rows}
    for id_, double, words, _day in zip(*(sheet.table.column(n).to_pylist() for n in range(4)), strict=True):
        assert everything[id_][1:3] == (str(double), words)
    assert (taken[0], taken[-1]) == ("0000000", "0089999")
    quarters = {int(id_) * 4 // 90_000 for id_ in taken}
    assert quarters == {0, 1, 2, 3}
    assert sheet.part in {
        f"a sample from 16 places spread over about {about:,} rows" for about in (89000, 90000, 91000)
    }
    assert (sheet.title, sheet.notes) == ("big.csv", ())


def test_a_small_file_is_read_whole(watched: Connection, server_client: S3Client, bucket: str) -> None:
    rows = rows_of(9_000)
    guess = stored(server_client, bucket, written(rows))
    sheet = spread_sample(Job(), watched, bucket, "folder/big.csv", guess)
    assert (sheet.rows, sheet.part) == (9_000, "")


def test_uneven_rows_are_counted_and_twins_get_other_names(
    watched: Connection, server_client: S3Client, bucket: str
) -> None:
    guess = stored(server_client, bucket, b"a,a,\n" + b"1,2,3\n" * 20 + b"1,2\n")
    sheet = spread_sample(Job(), watched, bucket, "folder/big.csv", guess)
    assert sheet.table.column_names == ["a", "a (2)", "Column 3"]
    assert (sheet.rows, sheet.notes) == (20, ("1 row of another width is left out.",))


def test_what_cannot_be_sampled_is_said(watched: Connection, server_client: S3Client, bucket: str) -> None:
    guess = stored(server_client, bucket, b"a,b\n1,2\n3,4\n5,6\n")
    server_client.put_object(Bucket=bucket, Key="packed.csv", Body=b"\x1f\x8b" + b"x" * 100)
    with pytest.raises(UnsupportedError, match="only from its start"):
        spread_sample(Job(), watched, bucket, "packed.csv", guess)
    text = stored(server_client, bucket, b"Dear all,\nno table here.\n", "letter.txt")
    with pytest.raises(UnsupportedError, match="Only delimited text"):
        spread_sample(Job(), watched, bucket, "letter.txt", text)
    server_client.put_object(Bucket=bucket, Key="empty.csv", Body=b"")
    assert spread_sample(Job(), watched, bucket, "empty.csv", guess).rows == 0


def test_a_file_replaced_meanwhile_is_said(
    watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy
) -> None:
    body = written(rows_of(90_000))
    guess = stored(server_client, bucket, body)

    class Replacing(Job):
        """Replaces the file when the first places are read."""

        def advance(self, n: int) -> None:
            super().advance(n)
            if self.done == RANGE:
                server_client.put_object(Bucket=bucket, Key="folder/big.csv", Body=body[:-7])

    with pytest.raises(ChangedError):
        spread_sample(Replacing(), watched, bucket, "folder/big.csv", guess)


# the first rows


def test_the_first_rows_are_typed_and_say_which_they_are(
    watched: Connection, server_client: S3Client, bucket: str
) -> None:
    guess = stored(server_client, bucket, written(rows_of(90_000)))
    head = head_sheet(Job(), watched, bucket, "folder/big.csv", limit=500)
    assert (head.sheet.rows, head.sheet.title, head.complete, head.can_be_sampled) == (500, "big.csv", False, True)
    assert head.sheet.part.startswith("the first 500 of about ")
    assert (head.guess.delimiter, guess.delimiter) == (",", ",")
    assert head.sheet.table.schema.types == [pa.string(), pa.int64(), pa.string(), pa.date32()]
    server_client.put_object(Bucket=bucket, Key="small.csv", Body=b"a;b\n1;x\n2;y\n3;z\n")
    reading = Reading(encoding="utf-8", delimiter=",", header=False)
    small = head_sheet(Job(), watched, bucket, "small.csv")
    assert (small.sheet.table.column_names, small.sheet.part, small.complete) == (["a", "b"], "", True)
    assert not small.can_be_sampled
    other = head_sheet(Job(), watched, bucket, "small.csv", reading=reading)
    assert (other.sheet.table.num_columns, other.sheet.rows) == (1, 4)
    server_client.put_object(Bucket=bucket, Key="letter.txt", Body=b"Dear all,\nthere is no table here.\n")
    with pytest.raises(UnsupportedError, match="holds no table"):
        head_sheet(Job(), watched, bucket, "letter.txt")


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    modules = ("profile_actions", "profile_panel", "profile_window", "plot_dialog")
    imports = "; ".join(f"import s3desk.ui.table.{name}" for name in modules)
    heavy = ("pyarrow", "numpy", "pyqtgraph", "botocore", "pandas")
    program = f"{imports}; import sys; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# plots

N = 100_000


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Noise with one peak, a third of the values of `gaps` missing, names of very different number."""
    noise = np.random.default_rng(1).normal(size=N)
    noise[77_777] = 1_000.0
    return pa.table(
        {
            "noise": noise,
            "gaps": pa.array(noise, mask=np.arange(N) % 3 == 0),
            "day": pa.array((np.arange(N) // 100).astype("int32")).cast(pa.date32()),
            "name": [f"n{int(number**0.5)}" for number in range(N)],
            "region": ["north", "south", None, "north"] * (N // 4),
            "one": [1] * N,
        }
    )


def drawn(table: pa.Table, kind: PlotKind, x: int | None, y: int | None = None, **more: Any) -> Drawing:
    return draw(Job(), table, Wish(kind, x, y, **more))


def test_a_line_keeps_its_peaks_and_says_what_it_leaves_out(table: pa.Table) -> None:
    found = drawn(table, PlotKind.LINE, None, 0)
    assert found.x is not None
    assert found.y is not None
    assert len(found.x) == len(found.y) <= 4_010
    assert found.y.max() == 1_000.0
    assert found.x[found.y.argmax()] == 77_778
    assert (found.x[0], found.x[-1]) == (1, N)
    assert found.note == "Of 100,000 points the smallest and largest of each 50 in a row are drawn."


def test_a_line_over_a_time_is_in_its_order(table: pa.Table) -> None:
    found = drawn(table.take(np.random.default_rng(2).permutation(N)[:500]), PlotKind.LINE, 2, 0)
    assert found.x is not None
    assert (np.diff(found.x) >= 0).all()
    assert (found.x_scale, found.note, len(found.x)) == (Scale.MOMENT, "", 500)


def test_a_cloud_is_thinned_the_same_way_each_time(table: pa.Table) -> None:
    found, again = (drawn(table, PlotKind.SCATTER, 0, 1) for _ in range(2))
    assert found.x is not None
    assert len(found.x) == MOST_POINTS
    assert again.x is not None
    assert (again.x == found.x).all()
    assert found.note == "5,000 of 66,666 points are drawn, chosen at random. 33,334 rows without a value are left out."


def test_bars_count_and_sum(table: pa.Table) -> None:
    found = drawn(table, PlotKind.BAR, 4)
    assert (found.labels[0], set(found.labels[1:])) == ("north", {"south", "no value"})
    assert found.y is not None
    assert found.y.tolist() == [N / 2, N / 4, N / 4]
    sums = drawn(table, PlotKind.BAR, 4, 5, together=Together.MEAN)
    assert sums.y is not None
    assert sums.y.tolist() == [1, 1, 1]


def test_of_many_bars_the_largest_are_drawn_in_the_order_of_their_scale(table: pa.Table) -> None:
    found = drawn(table, PlotKind.BAR, 2, 0)
    assert found.y is not None
    assert len(found.labels) == len(found.y) == MOST_BARS
    assert list(found.labels) == sorted(found.labels)
    assert found.y.max() > 900
    assert found.note.startswith("The 40 largest of 1,000 are drawn.")


def test_a_histogram_is_that_of_the_profile(table: pa.Table) -> None:
    found = drawn(table, PlotKind.HISTOGRAM, 1)
    assert found.bins == profile(Job(), table, "").columns[1].bins
    assert found.note == "33,334 rows without a value are left out."


@pytest.mark.parametrize(
    ("kind", "x", "y"),
    [
        (PlotKind.LINE, None, 3),
        (PlotKind.LINE, 0, None),
        (PlotKind.SCATTER, 3, 0),
        (PlotKind.HISTOGRAM, 3, None),
        (PlotKind.HISTOGRAM, 5, None),
        (PlotKind.HISTOGRAM, None, None),
        (PlotKind.BAR, None, 0),
        (PlotKind.BAR, 3, 3),
    ],
)
def test_what_cannot_be_drawn_is_said(table: pa.Table, kind: PlotKind, x: int | None, y: int | None) -> None:
    with pytest.raises(UnsupportedError) as said:
        drawn(table, kind, x, y)
    assert said.value.advice


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1e308, -1e308]),
        pa.array([5e-324, 0.0]),
        pa.array([1e101, 2e101]),
        pa.array([1.0, 1.0 + 2**-52]),
        pa.array([2**31 - 1, -(2**31)], pa.int32()).cast(pa.date32()),
    ],
    ids=["far apart", "close to zero", "large", "close together", "far in time"],
)
@pytest.mark.parametrize("kind", [PlotKind.LINE, PlotKind.SCATTER, PlotKind.HISTOGRAM])
def test_values_that_would_end_the_program_are_not_drawn(values: pa.Array, kind: PlotKind) -> None:
    with pytest.raises(UnsupportedError):
        drawn(pa.table({"x": [1, 2], "y": values}), kind, 1 if kind is PlotKind.HISTOGRAM else 0, 1)


def test_nothing_but_nulls_is_said() -> None:
    table = pa.table({"x": pa.array([None, None], pa.int64()), "l": [[1], [2]]})
    for kind, y in ((PlotKind.LINE, 0), (PlotKind.SCATTER, 0), (PlotKind.HISTOGRAM, None), (PlotKind.BAR, 0)):
        with pytest.raises(UnsupportedError):
            drawn(table, kind, 0, y)
    with pytest.raises(UnsupportedError, match="lists"):
        drawn(table, PlotKind.BAR, 1)
    assert scales_of(table) == [Scale.WHOLE, Scale.NONE]

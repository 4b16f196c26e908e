"""SQL over tables in memory: right answers, nothing else within reach, and an end on cancel."""

from __future__ import annotations

import resource
import threading
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from s3desk.data import sql
from s3desk.data.sheet import Sheet
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.job import Job

SALES = Sheet("sales", pa.table({"shop": ["n", "s", "n", None], "amount": [1, 2, 3, 4]}), code="df = 1")
SHOPS = Sheet("shops", pa.table({"shop": ["n", "s"], "town": ["Oslo", "Rome"]}), part="the first 2 of 9 rows")

pytest.importorskip("duckdb")


def test_answers_are_tables() -> None:
    found = sql.run(Job(), "SELECT shop, sum(amount) AS sum FROM t GROUP BY shop ORDER BY shop", {"t": SALES})
    assert found.table.to_pydict() == {"shop": ["n", "s", None], "sum": [4, 2, 4]}
    assert found.table.schema.field("sum").type == pa.int64()
    assert (found.part, found.notes) == ("", ())


def test_several_tables_and_twins_of_names() -> None:
    query = "SELECT town, town, amount FROM t JOIN shops USING (shop) ORDER BY amount"
    found = sql.run(Job(), query, {"t": SALES, "shops": SHOPS})
    assert found.table.to_pydict() == {
        "town": ["Oslo", "Rome", "Oslo"],
        "town (2)": ["Oslo", "Rome", "Oslo"],
        "amount": [1, 2, 3],
    }
    assert found.notes == ("“shops” is only the first 2 of 9 rows.",)


def test_nothing_else_is_within_reach(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    variable = pa.table({"a": [1]})  # DuckDB would find it by its name
    assert variable.num_rows == 1
    for query in (
        f"FROM '{secret}'",
        f"FROM read_text('{secret}')",
        f"COPY t TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'out.db'}'",
        "SELECT * FROM variable",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://127.0.0.1/x.csv'",
    ):
        with pytest.raises(UnsupportedError):
            sql.run(Job(), query, {"t": SALES})
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT nothing FROM t", "nothing"),
        ("", "gives no table"),
        ("SELECT * FROM u", "does not exist"),
    ],
)
def test_a_wrong_query_is_told_in_a_sentence(query: str, words: str) -> None:
    with pytest.raises(UnsupportedError, match=words) as refused:
        sql.run(Job(), query, {"t": SALES})
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_large_answer_is_cut_and_says_so() -> None:
    found = sql.run(Job(), "SELECT range, 'x' AS x FROM range(10000000)", {"t": SALES}, most_bytes=16 << 20)
    assert 0 < found.rows < 10_000_000
    assert found.part.startswith(f"the first {found.rows:,} rows")


def test_a_query_over_the_memory_is_refused() -> None:
    with pytest.raises(UnsupportedError):
        sql.run(
            Job(),
            "SELECT range, range::VARCHAR || repeat('x', 100) AS b FROM range(20000000) ORDER BY b",
            {"t": SALES},
            most_bytes=1 << 20,
        )


def test_cancel_interrupts() -> None:
    job = Job()
    threading.Timer(0.3, job.cancel).start()
    query = "SELECT count(*) FROM range(1000000000000) WHERE hash(range) % 7 = 3"
    with pytest.raises(CancelledError):
        sql.run(job, query, {"t": SALES})


def test_a_cancel_between_two_statements_is_not_forgotten() -> None:
    """DuckDB clears an interrupt when the next statement begins."""
    job = Job()

    def furnish(connection: Any) -> None:
        connection.register("t", SALES.table)
        job.cancel()

    with pytest.raises(CancelledError):
        sql.answer(job, "SELECT count(*) FROM range(1000000000000) WHERE hash(range) % 7 = 3", furnish)


def test_without_duckdb_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "is_installed", lambda: False)
    with pytest.raises(sql.NotInstalledError, match="DuckDB") as refused:
        sql.run(Job(), "SELECT 1", {"t": SALES})
    assert "s3desk[sql]" in refused.value.advice


def test_the_code_gives_the_same() -> None:
    made = Sheet("t", SALES.table, code='import pandas as pd\ndf = pd.DataFrame({"a": [1, 2], "b": ["x", "\\\\"]})')
    query = 'SELECT b, \'"""\\n\' AS q\nFROM t WHERE a > 1'
    coded = sql.with_code(SALES, query, made.code)
    names: dict[str, object] = {}
    exec(compile(coded.code, "pasted", "exec"), names)  # noqa: S102  # what the user would paste
    frame = names["df"]
    assert frame.to_dict("records") == [{"b": "\\", "q": '"""\\n'}]  # type: ignore[attr-defined]  # a DataFrame
    assert sql.with_code(SALES, query, "") is SALES


@pytest.mark.parametrize(
    "query",
    [
        "SELECT repeat('x', 2000000000)",
        "SELECT length(repeat(shop, 2000000000)) FROM t",
        "SELECT lpad('x', 2000000000, 'y')",
        "SELECT rpad('x', 2000000000, 'y')",
        "SELECT range(2000000000)",
        "SELECT generate_series(0, 2000000000)",
        "SELECT list_resize([1], 2000000000)",
    ],
)
def test_one_value_cannot_take_the_memory(query: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnsupportedError, match="would have more than 100,000"):
        sql.run(Job(), query, {"t": SALES}, most_bytes=256 << 20)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10  # KiB


def test_functions_with_bounds_do_what_they_did() -> None:
    query = (
        "SELECT repeat('ab', 2) AS a, repeat([1], 2) AS b, repeat('x', NULL) AS c, lpad('7', 3, '0') AS d,"
        " range(3) AS e, range(DATE '2024-01-01', DATE '2024-01-03', INTERVAL 1 DAY)[2]::VARCHAR AS f,"
        " range(2, 9, 3) AS g, generate_series(1, 2) AS h, (SELECT count(*) FROM range(1000000)) AS i,"
        " list_resize([1], 2, 9) AS j"
    )
    (row,) = sql.run(Job(), query, {"t": SALES}).table.to_pylist()
    assert list(row.values()) == [
        "abab", [1, 1], None, "007", [0, 1, 2], "2024-01-02 00:00:00", [2, 5, 8], [1, 2], 1_000_000, [1, 9],
    ]  # fmt: skip

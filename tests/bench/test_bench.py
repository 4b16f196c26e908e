"""The benches run and say what they promise; how fast they are is never a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.peers import installed

FIGURES = {"wall_s", "cpu_s", "rss_mb", "requests", "most_at_once"}


def lines_of(*options: str) -> list[dict[str, Any]]:
    """What a bench prints with --json."""
    command = [sys.executable, "-m", "tests.bench", *options, "--json"]
    root = Path(__file__).parent.parent.parent
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=100).stdout
    return [json.loads(line) for line in said.splitlines()]


def test_startup_prints_a_line_a_case() -> None:
    cases = lines_of("startup", "--runs", "1")
    assert [case["case"] for case in cases] == ["first paint", "all views and verbs"]
    for case in cases:
        assert case["bench"] == "startup"
        assert case["s3desk"]["wall_s"] > 0
        assert case["ratio"].keys() == case["peers"].keys() == {"bare PySide6 window"}


def test_listing_measures_the_window_and_a_peer() -> None:
    (case,) = lines_of("listing", "--case", "asked", "--keys", "3500", "--runs", "2", "--peers", "boto3")
    assert (case["bench"], case["case"], case["runs"]) == ("listing", "3500 keys, 0 ms", 2)
    assert case["s3desk"].keys() == FIGURES
    assert case["s3desk"]["requests"] >= 4
    assert case["s3desk"]["rss_mb"] > 30
    assert case["peers"]["boto3"].keys() == FIGURES | {"runs"}
    assert (case["peers"]["boto3"]["requests"], case["peers"]["boto3"]["most_at_once"]) == (4, 1)
    assert case["ratio"].keys() == {"boto3"}
    assert case["ratio"]["boto3"] > 0


def test_the_window_lists_the_same_keys_in_every_space() -> None:
    cases = lines_of("listing", "--case", "same-keys", "--same-keys", "2500")
    names = [f"same keys, {space}, 2500 keys" for space in ("even", "skewed", "shared", "unicode")]
    assert [case["case"] for case in cases] == names
    assert [case["s3desk"]["same_keys"] for case in cases] == [True] * 4


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3DESK_BENCH_S5CMD", "/nowhere/s5cmd")
    found, missing = installed(["s5cmd", "boto3"])
    assert [peer.name for peer in found] == ["boto3"]
    assert missing == ["s5cmd"]


def test_frames_are_told_for_four_loads() -> None:
    cases = lines_of("frames", "--keys", "2500", "--latency-ms", "5")
    loads = ("arriving", "sorting", "filtering", "scrolling")
    assert [case["case"] for case in cases] == [f"{load}, 2500 keys, 5 ms" for load in loads]
    for case in cases:
        told = case["s3desk"]
        assert 0 < told["p50_ms"] <= told["p99_ms"] <= told["max_ms"]
        assert case["peers"] == case["ratio"] == {}
    arriving, sorting, filtering, _ = (case["s3desk"] for case in cases)
    assert arriving["round_trip_ms"] >= 5
    assert arriving["first_rows_ms"] / 1000 <= arriving["last_row_s"] + 0.002
    assert arriving["peak_growth_mb"] >= 0
    assert sorting["result_ms"] == max(value for name, value in sorting.items() if name.startswith("column_"))
    assert filtering["result_ms"] == max(filtering["typed_ms"], filtering["cleared_ms"])


def test_previews_cost_the_same_at_any_size() -> None:
    cases = lines_of("preview", "--runs", "2", "--case", "csv", "--case", "growth", "--case", "jumps")
    kinds = ("csv", "jsonl", "gzip", "parquet")
    names = [f"csv, {size}" for size in ("1 MB", "1 GB", "100 GB")] + [f"{kind}, 100 GB to 1 MB" for kind in kinds]
    assert [case["case"] for case in cases] == [*names, "csv, 100 GB, jump to 50 %", "csv, 100 GB, jump to the end"]
    for case in cases[:3]:
        assert case["s3desk"]["requests"] <= 2
        assert case["s3desk"]["bytes"] <= 256 * 1024
        assert case["peers"]["pandas nrows=1000"]["requests"] == 1
    for case in cases[3:7]:
        assert case["s3desk"]["bytes_ratio"] <= 1.5
        assert case["s3desk"]["requests_ratio"] <= 1.5
    for case in cases[7:]:
        assert case["s3desk"]["requests"] <= 2
        assert case["s3desk"]["wall_s"] > 0


def test_transfers_are_measured_on_both_servers_and_arrive() -> None:
    small = ("--case", "small", "--files", "30", "--case", "deletes", "--deletes", "15")
    cases = lines_of("transfers", "--runs", "1", "--peers", "rclone", *small)
    on_disk = [case["case"] for case in cases if not case["case"].endswith("to memory")]
    assert [name.split(", ")[0] for name in on_disk] == ["sink"] * 2 + ["seaweedfs"] * 3
    for case in cases:
        assert case["s3desk"]["same"] is True
        assert case["s3desk"]["wall_s"] > 0
        assert case["s3desk"]["cpu_s"] > 0
        assert case["s3desk"]["rss_mb"] > 30
        assert case["ratio"].keys() == case["peers"].keys()


def test_the_window_moves_files_between_its_pictures() -> None:
    cases = lines_of("transfer-frames", "--server", "sink", "--case", "small", "--files", "40")
    assert [case["case"] for case in cases] == [f"sink, 40 files of 4096 bytes {way}" for way in ("up", "down")]
    for case in cases:
        told = case["s3desk"]
        assert told["same"] is True
        assert told["done"] >= 40
        assert 0 < told["p50_ms"] <= told["p99_ms"] <= told["max_ms"]
        assert told["peak_mb"] < 300

"""`python -m tests.bench NAME [options] [--json]`: measures against named peers, in one run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace

from tests.bench import listing
from tests.bench.case import Case
from tests.bench.combine import CombineWish, combine
from tests.bench.data_frames import data_frames
from tests.bench.frames import KEYS, LATENCY_MS, frames
from tests.bench.kill import kill
from tests.bench.peers import PEERS
from tests.bench.preview import CASES as PREVIEWS
from tests.bench.preview import preview_bench
from tests.bench.startup import startup
from tests.bench.transfer_frames import CASES as FRAMES
from tests.bench.transfer_frames import FramesWish, transfer_frames
from tests.bench.transfers import CASES as TRANSFERS
from tests.bench.transfers import SERVERS, TransfersWish, transfers


def main() -> int:
    """Run one bench; with --json one line a case and nothing else on stdout. 1 where a list was not the right one."""
    read = _arguments()
    wrong = False
    for case in _cases(read):
        print(case.as_json() if read.json else case.as_text(), flush=True)
        wrong = wrong or not (case.s3desk.get("same_keys", True) and case.s3desk.get("same_frame", True))
        wrong = wrong or bool(case.s3desk.get("wrong"))
        wrong = wrong or not case.s3desk.get("same", True)
    return int(wrong)


def _cases(read: argparse.Namespace) -> Iterator[Case]:  # noqa: PLR0911  # one a bench
    if read.name == "startup":
        return startup(read.runs)
    if read.name == "preview":
        return preview_bench(read.runs, read.case or PREVIEWS)
    if read.name == "kill":
        return kill(read.times, read.seed)
    if read.name == "combine":
        return combine(CombineWish(read.files, read.size, read.runs))
    if read.name == "data-frames":
        return data_frames(read.files, read.size)
    if read.name == "transfers":
        cases, servers = read.case or TRANSFERS, read.server or SERVERS
        wish = TransfersWish(read.runs, cases, servers, TransfersWish.peers if read.peers is None else read.peers)
        return transfers(
            replace(wish, large=read.large, small_files=read.files, copies=read.copies, deletes=read.deletes)
        )
    if read.name == "transfer-frames":
        moved = FramesWish(read.case or FRAMES, read.server or SERVERS, read.large, read.files, read.many)
        return transfer_frames(moved)
    if read.name == "frames":
        return frames(read.keys, read.latency_ms)
    peers = PEERS if read.peers is None else read.peers
    cases = read.case or [case for case in listing.CASES if case != "million" or not read.quick]
    return listing.listing(listing.Wish(read.keys, read.latency_ms, read.runs, cases, peers, read.same_keys))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench")
    benches = parser.add_subparsers(dest="name", required=True)
    start = benches.add_parser("startup", help="process start to first paint")
    _add_runs(start, 15)
    _add_listing(benches.add_parser("listing", help="a folder with many keys, from Enter to its last row"))
    looking = benches.add_parser("preview", help="the first rows of objects from 1 MB to 100 GB, and jumps in them")
    _add_runs(looking, 9)
    looking.add_argument("--case", choices=PREVIEWS, action="append", help="only this one; may be repeated")
    many = benches.add_parser("combine", help="many CSV files as one table")
    _add_runs(many, 1)
    many.add_argument("--files", type=int, default=1000)
    many.add_argument("--size", type=int, default=1_000_000, help="bytes of each")
    data = benches.add_parser("data-frames", help="the same while files are looked into and combined")
    data.add_argument("--files", type=int, default=1000)
    data.add_argument("--size", type=int, default=1_000_000, help="bytes of each")
    killing = benches.add_parser("kill", help="the program is killed while it moves files, and must lose none")
    killing.add_argument("--times", type=int, default=200)
    killing.add_argument("--seed", type=int, default=1)
    moving = benches.add_parser("frames", help="the gaps between the pictures of the window under load")
    moving.add_argument("--keys", type=int, default=KEYS)
    moving.add_argument("--latency-ms", type=float, default=LATENCY_MS, help="of each request")
    _add_transfers(benches.add_parser("transfers", help="uploads, downloads, copies and deletes"))
    pictures = benches.add_parser("transfer-frames", help="the gaps between the pictures while files go up and down")
    pictures.add_argument("--case", choices=FRAMES, action="append", help="only this one; may be repeated")
    pictures.add_argument("--server", choices=SERVERS, action="append", help="only this one; may be repeated")
    pictures.add_argument("--large", type=int, default=FramesWish.large, help="bytes of the large file")
    pictures.add_argument("--files", type=int, default=FramesWish.small_files, help="how many small ones")
    pictures.add_argument("--many", type=int, default=FramesWish.many_files, help="how many in the case `many`")
    for bench in benches.choices.values():
        bench.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser.parse_args()


def _add_runs(parser: argparse.ArgumentParser, usual: int) -> None:
    parser.add_argument("--runs", type=int, default=usual, help="counted runs of each side, interleaved")


def _add_transfers(parser: argparse.ArgumentParser) -> None:
    _add_runs(parser, 3)
    usual = TransfersWish()
    parser.add_argument("--case", choices=TRANSFERS, action="append", help="only this one; may be repeated")
    parser.add_argument("--server", choices=SERVERS, action="append", help="only this one; may be repeated")
    parser.add_argument("--peers", choices=usual.peers, nargs="*", help="only these")
    parser.add_argument("--large", type=int, default=usual.large, help="bytes of the large file")
    parser.add_argument("--files", type=int, default=usual.small_files, help="how many small ones")
    parser.add_argument("--copies", type=int, default=usual.copies)
    parser.add_argument("--deletes", type=int, default=usual.deletes)


def _add_listing(parser: argparse.ArgumentParser) -> None:
    _add_runs(parser, 3)
    usual = listing.Wish()
    parser.add_argument("--keys", type=int, default=usual.keys, help="of the case `asked`")
    parser.add_argument("--latency-ms", type=float, default=usual.latency_ms, help="of each request in `asked`")
    parser.add_argument("--same-keys", type=int, default=usual.same_keys, help="keys of each space in `same-keys`")
    parser.add_argument("--case", choices=listing.CASES, action="append", help="only this one; may be repeated")
    parser.add_argument("--quick", action="store_true", help="without the case `million`, which takes minutes")
    parser.add_argument("--peers", choices=PEERS, nargs="*", help="only these")


if __name__ == "__main__":
    sys.exit(main())

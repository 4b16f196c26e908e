"""`python -m tests.bench.list_in_window URL KEYS [hash]`: from Enter in the real window to the last row."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import asdict

from tests.bench.children import Figures, peak_mb
from tests.bench.keys import hash_of
from tests.bench.serving import Served
from tests.bench.window import Visitor, visit


async def _list(visitor: Visitor, served: Served, keys: int) -> Figures:
    served.reset()
    wall, cpu = time.monotonic(), time.process_time()
    visitor.press_enter()
    await visitor.until_listed(keys)
    wall_s, cpu_s = time.monotonic() - wall, time.process_time() - cpu
    counts = served.counts()
    return Figures(
        wall_s=round(wall_s, 4),
        cpu_s=round(cpu_s, 4),
        rss_mb=peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss),
        requests=counts["requests"],
        most_at_once=counts["most_at_once"],
    )


def _hash_of_rows(visitor: Visitor) -> str:
    """What a verb would get if all rows were selected, put into S3's order."""
    visitor.table.selectAll()
    selection = visitor.desk.objects.selection()
    return hash_of(sorted((*selection.keys, *selection.folders), key=str.encode))


def main() -> int:
    """Print the figures, and with `hash` the SHA-256 of the keys in the table."""
    url, keys, hashed = sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["hash"]

    async def gestures(visitor: Visitor) -> dict[str, object]:
        took = await _list(visitor, Served(url), keys)
        return asdict(took) | ({"sha256": _hash_of_rows(visitor)} if hashed else {})

    return visit(url, gestures)


if __name__ == "__main__":
    sys.exit(main())

"""One line of a bench's result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Case:
    """Medians of one case: ours, the peers', and the ratios of ours to theirs, pair by pair."""

    bench: str
    case: str
    s3desk: Mapping[str, float]
    peers: Mapping[str, Mapping[str, float]]
    ratio: Mapping[str, float]
    runs: int
    missing: Sequence[str] = field(default=())
    left_out: Mapping[str, str] = field(default_factory=dict)  # peers that are there, and why they did not run

    def as_json(self) -> str:
        """The line `--json` prints."""
        fields = {name: value for name, value in vars(self).items() if name not in ("missing", "left_out") or value}
        return json.dumps(fields)

    def as_text(self) -> str:
        """The line for people."""
        said = [", ".join(f"{name} {value:g}" for name, value in self.s3desk.items())]
        said += [f"{value:.2f} of {name}" for name, value in self.ratio.items()]
        said += [f"not installed: {name}" for name in self.missing]
        said += [f"without {name}: {why}" for name, why in self.left_out.items()]
        runs = f"medians of {self.runs} runs" if self.runs > 1 else "one run"
        return f"{self.bench}, {self.case}: {'; '.join(said)} ({runs})"


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median ratio of runs made one after the other, so that a drifting machine weighs little."""
    return round(median(mine / other for mine, other in zip(ours, theirs, strict=True)), 3)

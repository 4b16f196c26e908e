"""Sample: one object of the demo before it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """Where an object goes and what is in it."""

    bucket: str
    key: str
    body: bytes = field(repr=False)
    content_type: str

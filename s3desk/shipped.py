"""Finds what ships beside the code: the same call works from a wheel and from a checkout."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """The path of a file under `resources/`; in a wheel that folder lies inside the package."""
    package = Path(__file__).parent
    inside = package / "resources" / name
    return inside if inside.exists() else package.parent / "resources" / name

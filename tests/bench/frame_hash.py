"""Whether two frames hold the same: a number that depends on every cell, its place and its column's name."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

_SLICE = 500_000  # rows hashed at a time, because hashing makes Python objects of text


def frame_hash(frame: pd.DataFrame) -> str:
    """Numbers by value, all else by its text, so that a day and its ISO text are the same."""
    total = hashlib.sha256()
    for name in frame.columns:
        kind = "number" if pd.api.types.is_numeric_dtype(frame[name].dtype) else "text"
        total.update(f"{name} {kind} {len(frame)}".encode())
        for start in range(0, len(frame), _SLICE):
            total.update(_cells(frame[name].iloc[start : start + _SLICE]).tobytes())
    return total.hexdigest()


def _cells(cells: pd.Series[Any]) -> np.ndarray[Any, Any]:
    if not pd.api.types.is_numeric_dtype(cells.dtype):
        plain = cells.map(lambda cell: cell.isoformat() if isinstance(cell, date) else str(cell))
    else:
        plain = cells.astype("float64")
    hashed: np.ndarray[Any, Any] = pd.util.hash_pandas_object(plain, index=False).to_numpy()
    return hashed

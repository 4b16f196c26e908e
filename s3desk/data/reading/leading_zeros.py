"""Whether some cell of a delimited text begins with a zero and a digit, or with `0x`: the marks of ids, no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BLOCK = 1 << 17  # bytes looked at in one go, so that what is in between stays in the processor's cache
_FRONT = 64  # bytes; the first ones have nothing before them
_ZERO, _LETTER, _MINUS, _X = ord("0"), ord("A"), ord("-"), ord("x")
_CASE = 0x20  # the bit that makes a capital letter a small one
_BEFORE = b"\n\r\"' \t+"  # what stands before a cell's first character, beside the delimiter
_INSIDE = b"-./0123456789:"  # what stands before a zero inside numbers, days and times: one range of bytes


def has_leading_zero(data: bytes | bytearray, delimiter: int, *, negative: bool = True) -> bool:
    """A third of a millisecond for a MB. `delimiter` is a byte. Times after a space are taken for such a cell too.

    Zeros after a minus are looked for only with `negative`: it takes half as long again, and few tables have any.
    """
    import numpy as np  # noqa: PLC0415  # heavy

    text = np.frombuffer(data, np.uint8)
    look = _Look(delimiter, hexadecimal=b"x" in data or b"X" in data, negative=negative and delimiter != _MINUS)
    front = np.frombuffer(b"\n\n" + bytes(data[:_FRONT]).removeprefix(b"\xef\xbb\xbf"), np.uint8)
    return look.finds(front) or any(
        look.finds(text[start - 2 : start + _BLOCK + 1]) for start in range(2, len(text) - 1, _BLOCK)
    )


class _Look:
    """Looks at blocks, with the same memory for each."""

    def __init__(self, delimiter: int, *, hexadecimal: bool, negative: bool) -> None:
        import numpy as np  # noqa: PLC0415

        self._delimiter, self._hexadecimal, self._negative = delimiter, hexadecimal, negative
        inside = b"0123456789" if delimiter in b"-./:" else _INSIDE
        self._first, self._least = inside[0], len(inside) if delimiter > inside[0] else 256 - inside[0]
        self._starts = np.frombuffer(bytes([delimiter, *_BEFORE]), np.uint8)
        self._place, self._found, self._other = (
            np.empty(_BLOCK, np.uint8),
            np.empty(_BLOCK, bool),
            np.empty(_BLOCK, bool),
        )

    def finds(self, text: npt.NDArray[np.uint8]) -> bool:
        """Whether such a zero is among these bytes; the first two and the last are only what stands around it."""
        import numpy as np  # noqa: PLC0415

        count = len(text) - 3
        if count < 1:
            return False
        place, is_id, fits = self._place[:count], self._found[:count], self._other[:count]
        before = text[1:-2]
        np.equal(text[2:-1], _ZERO, out=is_id)
        is_id &= self._begins_id(text[3:], place, fits)
        if self._negative and self._has_negative(text, is_id):
            return True
        np.subtract(before, self._first, out=place)  # unsigned: what is below is above all else
        is_id &= np.greater_equal(place, self._least, out=fits)
        if _INSIDE[-1] < self._delimiter < _LETTER:
            is_id &= np.less(before, _LETTER, out=fits)
        return self._starts_cell(before, is_id)

    def _begins_id(
        self, after: npt.NDArray[np.uint8], place: npt.NDArray[np.uint8], fits: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.bool_]:
        """Where a digit stands, or the x of a number that Arrow would read as a hexadecimal one."""
        import numpy as np  # noqa: PLC0415

        np.subtract(after, _ZERO, out=place)
        np.less(place, 10, out=fits)
        if self._hexadecimal:
            np.bitwise_or(after, _CASE, out=place)
            fits |= np.equal(place, _X)
        return fits

    def _has_negative(self, text: npt.NDArray[np.uint8], is_id: npt.NDArray[np.bool_]) -> bool:
        """Whether a minus before the zero begins a cell; in days a digit stands before it."""
        import numpy as np  # noqa: PLC0415

        before = text[:-3]
        place, fits = self._place[: len(is_id)], self._other[: len(is_id)]
        signed = np.equal(text[1:-2], _MINUS)
        signed &= is_id
        np.subtract(before, _ZERO, out=place)
        signed &= np.greater_equal(place, 10, out=fits)
        return self._starts_cell(before, signed)

    def _starts_cell(self, before: npt.NDArray[np.uint8], candidates: npt.NDArray[np.bool_]) -> bool:
        import numpy as np  # noqa: PLC0415

        return bool(candidates.any() and np.isin(before[candidates], self._starts).any())

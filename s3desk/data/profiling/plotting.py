"""From the columns of a table to what a plot draws: few enough points, and a sentence where they are not all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s3desk.data.profiling.bins import Scale, bins
from s3desk.data.profiling.drawing import Drawing, PlotKind, Together, Wish, check_extent
from s3desk.data.profiling.values import plain, positions, scale_of
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.profiling.drawing import Numbers
    from s3desk.s3.job import Job

MOST_POINTS = 5_000  # drawn by a scatter plot
STRETCHES = 2_000  # of a line, each drawn from its smallest to its largest value
MOST_BARS = 40
CROWDED = 500  # rows from which on bars of groups tell more than a line
_LOOKED_AT = 1_000  # rows
_LONGEST = 60  # characters of a bar's name


def draw(job: Job, table: pa.Table, wish: Wish) -> Drawing:
    """What this plot shows. Rows without a value, NaN and infinite numbers are not drawn, and the note counts them.

    Lines keep their extremes, scatter plots of more than 5,000 points show a random but repeatable choice, of many
    bars the 40 largest are drawn. Raises UnsupportedError with a sentence where nothing can be drawn.
    """
    job.check()
    if wish.kind is PlotKind.HISTOGRAM:
        drawing = _histogram(table, wish)
    else:
        drawing = _bars(job, table, wish) if wish.kind is PlotKind.BAR else _points(job, table, wish)
    check_extent(drawing)
    return drawing


def scales_of(table: pa.Table) -> list[Scale]:
    """For each column of a table the scale of its values; NONE for what can only name bars."""
    import pyarrow as pa  # noqa: PLC0415  # 0.3 s, and the window starts without it

    def value_type(kind: pa.DataType) -> pa.DataType:
        return value_type(kind.value_type) if pa.types.is_dictionary(kind) else kind

    return [scale_of(value_type(field.type)) for field in table.schema]


def groups_of(table: pa.Table) -> list[int]:
    """The columns whose values repeat, as kinds, shops and states do; by the first 1,000 rows."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    rows = table.slice(0, _LOOKED_AT)

    def is_group(column: pa.ChunkedArray) -> bool:
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_boolean(kind) or pa.types.is_large_string(kind):
            return 2 <= int(pc.count_distinct(column).as_py()) <= MOST_BARS
        return False

    return [at for at, column in enumerate(rows.columns) if is_group(column)]


def _histogram(table: pa.Table, wish: Wish) -> Drawing:
    if wish.x is None:
        raise UnsupportedError("A histogram needs a column.", "Choose one as X.")
    places, scale = _places(table, wish.x)
    values = _finite(places)
    found = bins(values, scale)
    if not found:
        raise UnsupportedError("All values of this column are the same, or it has none.", "Choose another column as X.")
    return Drawing(wish, bins=found, x_scale=scale, note=_left_out(len(places) - len(values)))


def _points(job: Job, table: pa.Table, wish: Wish) -> Drawing:
    import numpy as np  # noqa: PLC0415

    if wish.y is None:
        raise UnsupportedError("This plot needs a column of numbers.", "Choose one as Y.")
    y_places, y_scale = _places(table, wish.y)
    y = _numbers(y_places)
    x, x_scale = np.arange(1.0, len(y) + 1), Scale.WHOLE
    if wish.x is not None:
        x_places, x_scale = _places(table, wish.x)
        x = _numbers(x_places)
    job.check()
    there = np.isfinite(x) & np.isfinite(y)
    drawing = Drawing(wish, x[there], y[there], x_scale, y_scale, note=_left_out(int(np.sum(~there))))
    if not there.any():
        raise UnsupportedError("No row has a value in both columns.", "Choose other columns.")
    job.check()
    return _thinned_line(drawing) if wish.kind is PlotKind.LINE else _thinned_cloud(drawing)


def _thinned_line(drawing: Drawing) -> Drawing:
    """In the order of x; of each stretch of a long line its smallest and its largest value, so that no peak is lost."""
    import numpy as np  # noqa: PLC0415

    x, y = _both(drawing)
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    size = len(x) // STRETCHES
    if size <= 2:
        return replace(drawing, x=x, y=y)
    used = len(x) // size * size
    stretches = y[:used].reshape(-1, size)
    start = np.arange(0, used, size)
    ends = (start + stretches.argmin(1), start + stretches.argmax(1))
    kept = np.unique(np.concatenate((*ends, np.arange(used, len(x)), [0, len(x) - 1])))
    note = f"Of {len(x):,} points the smallest and largest of each {size:,} in a row are drawn."
    return replace(drawing, x=x[kept], y=y[kept], note=_joined(note, drawing.note))


def _thinned_cloud(drawing: Drawing) -> Drawing:
    import numpy as np  # noqa: PLC0415

    x, y = _both(drawing)
    if len(x) <= MOST_POINTS:
        return drawing
    kept = np.sort(np.random.default_rng(0).choice(len(x), MOST_POINTS, replace=False))
    note = f"{MOST_POINTS:,} of {len(x):,} points are drawn, chosen at random."
    return replace(drawing, x=x[kept], y=y[kept], note=_joined(note, drawing.note))


def _both(drawing: Drawing) -> tuple[Numbers, Numbers]:
    if drawing.x is None or drawing.y is None:
        raise ValueError("a drawing of points has both coordinates")
    return drawing.x, drawing.y


def _bars(job: Job, table: pa.Table, wish: Wish) -> Drawing:
    """A bar for each value of x: on a scale in its order, else the largest first."""
    import pyarrow as pa  # noqa: PLC0415

    if wish.x is None:
        raise UnsupportedError("Bars need a column whose values they stand for.", "Choose one as X.")
    names, scale = _plain(table, wish.x), scales_of(table)[wish.x]
    if pa.types.is_nested(names.type):
        raise UnsupportedError("This column holds lists or records.", "Choose another column as X.")
    together = Together.COUNT if wish.y is None else wish.together
    heights = names if together is Together.COUNT or wish.y is None else _places(table, wish.y)[0]
    rows = pa.table({"x": names, "y": heights})
    job.check()
    function: tuple[Any, str] = ([], "count_all") if together is Together.COUNT else ("y", together.value)
    grouped = rows.group_by("x").aggregate([function])
    name = next(column for column in grouped.column_names if column != "x")
    grouped = pa.table({"x": grouped["x"], "y": grouped[name].cast(pa.float64())})
    job.check()
    return _sorted_bars(grouped, wish, scale)


def _sorted_bars(grouped: pa.Table, wish: Wish, scale: Scale) -> Drawing:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    count = grouped.num_rows
    there = grouped.filter(pc.fill_null(pc.is_finite(grouped["y"]), fill_value=False))
    if not there.num_rows:
        raise UnsupportedError("There is no value to draw.", "Choose other columns.")
    shown = there.sort_by([("y", "descending")]).slice(0, MOST_BARS)
    note = f"The {MOST_BARS} largest of {there.num_rows:,} are drawn." if there.num_rows > MOST_BARS else ""
    if note and scale is not Scale.NONE:
        note += " A line or a histogram shows all."
    if scale is not Scale.NONE:
        shown = shown.sort_by("x")
    labels = tuple(_label(value) for value in shown["x"].cast(pa.string()).to_pylist())
    left = count - there.num_rows
    missing = f"{left:,} without a value are left out." if left else ""
    return Drawing(wish, y=shown["y"].to_numpy(), x_scale=scale, labels=labels, note=_joined(note, missing))


def _label(value: str | None) -> str:
    if value is None:
        return "no value"
    value = value.removesuffix(".000000")
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"


def _places(table: pa.Table, column: int) -> tuple[pa.ChunkedArray, Scale]:
    values = _plain(table, column)
    scale = scale_of(values.type)
    if scale is Scale.NONE:
        name = table.field(column).name
        raise UnsupportedError(f"“{name}” has no numbers or dates.", "Choose another column, or draw bars.")
    return positions(values), scale


def _plain(table: pa.Table, column: int) -> pa.ChunkedArray:
    import pyarrow as pa  # noqa: PLC0415

    try:
        return plain(table.column(column))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        name = table.field(column).name
        raise UnsupportedError(f"The values of “{name}” cannot be drawn.", "Choose another column.") from error


def _finite(places: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow.compute as pc  # noqa: PLC0415

    values = places.drop_null()
    return values.filter(pc.is_finite(values))


def _numbers(places: pa.ChunkedArray) -> Numbers:
    """As numpy has them, null as NaN."""
    import pyarrow.compute as pc  # noqa: PLC0415

    numbers: Numbers = pc.fill_null(places, float("nan")).to_numpy()
    return numbers


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f"{count:,} {'row' if count == 1 else 'rows'} without a value {'is' if count == 1 else 'are'} left out."


def _joined(first: str, second: str) -> str:
    return " ".join(part for part in (first, second) if part)

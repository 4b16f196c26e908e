"""The picture of a plot, drawn by pyqtgraph in the theme's colours."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from s3desk.data.profiling.bins import Scale
from s3desk.data.profiling.drawing import Drawing, PlotKind
from s3desk.models import text
from s3desk.models.profile_model import place_words, value_words
from s3desk.ui.theme import mix

if TYPE_CHECKING:
    from s3desk.s3.job import Job
    from s3desk.ui.theme import Theme

_SHARPNESS = 2  # pixels of a saved picture for each on the screen
_MOST_NAMES = 8  # under upright bars
_WIDE = 220  # pixels for the names of lying bars
_LONGEST_NAME = 32


def load(job: Job) -> None:
    """Import pyqtgraph, which takes half a second: on a worker, before the first picture."""
    job.check()
    import pyqtgraph  # noqa: F401, PLC0415


class PlotView(QWidget):
    """Shows one drawing, which the mouse can move and enlarge; draw only after `load` is done."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plot: Any = None
        self._drawing: Drawing | None = None
        self._names = ("", "")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._draw)
        self.setMinimumSize(360, 240)

    @property
    def drawing(self) -> Drawing | None:
        """What is shown."""
        return self._drawing

    def show_drawing(self, drawing: Drawing | None, x_name: str = "", y_name: str = "") -> None:
        """Draw this, with words at the axes; None leaves an empty picture."""
        self._drawing, self._names = drawing, (x_name, y_name)
        self._draw()

    def png(self) -> bytes:
        """The picture as a PNG file, twice as fine as on the screen."""
        image = QImage(self.size() * _SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(_SHARPNESS)
        image.fill(self._theme.colors.window)
        self.render(image)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(buffer.data().data())

    def sizeHint(self) -> QSize:
        """As one would print it."""
        return QSize(760, 440)

    # inside

    def _draw(self) -> None:
        """All anew: other scales and colours need other axes anyway."""
        if self._plot is not None:
            self._column.removeWidget(self._plot)
            self._plot.close()
            self._plot.deleteLater()
            self._plot = None
        if self._drawing is None:
            return
        self._plot = self._make_plot(self._drawing)
        {
            PlotKind.LINE: self._draw_line,
            PlotKind.SCATTER: self._draw_cloud,
            PlotKind.HISTOGRAM: self._draw_histogram,
            PlotKind.BAR: self._draw_bars,
        }[self._drawing.wish.kind](self._drawing)
        self._keep_in_sight()
        self._column.addWidget(self._plot)
        self._plot.show()  # at once: the layout would only do it later, and `png` may be asked for before
        self._column.activate()

    def _make_plot(self, drawing: Drawing) -> Any:
        import pyqtgraph as pg  # noqa: PLC0415  # half a second, loaded by a worker before

        colors = self._theme.colors
        is_bar = drawing.wish.kind is PlotKind.BAR
        axes = {}
        for side, scale in (("bottom", drawing.x_scale), ("left", drawing.y_scale)):
            is_moment = scale is Scale.MOMENT and not is_bar
            axes[side] = pg.DateAxisItem(side, utcOffset=0) if is_moment else pg.AxisItem(side)
        plot = pg.PlotWidget(self, background=colors.window, axisItems=axes, enableMenu=False)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.hideButtons()
        x_name, y_name = self._names
        if is_bar and drawing.x_scale is Scale.NONE:
            x_name, y_name = y_name, x_name
        for side, name in (("bottom", x_name), ("left", y_name)):
            axis = plot.getAxis(side)
            axis.enableAutoSIPrefix(False)
            if not isinstance(axis, pg.DateAxisItem):
                axis.tickStrings = _ticks
            axis.setPen(pg.mkPen(colors.outline))
            axis.setTextPen(pg.mkPen(colors.dim))
            axis.setLabel(html.escape(_short(name)), color=colors.dim.name())  # which pyqtgraph takes for HTML
        plot.showGrid(x=True, y=True, alpha=0.12)
        plot.setAccessibleName("Plot picture")
        plot.setAccessibleDescription(self._words(drawing))
        return plot

    def _keep_in_sight(self) -> None:
        """The mouse moves and enlarges, but neither loses the picture nor comes to where numbers have no digits."""
        box = self._plot.getViewBox()
        bounds = box.childrenBoundingRect()
        limits = {}
        for name, low, high in (("x", bounds.left(), bounds.right()), ("y", bounds.top(), bounds.bottom())):
            span = (high - low) or 1.0
            limits[f"{name}Min"], limits[f"{name}Max"] = low - span, high + span
            limits[f"min{name.upper()}Range"] = max(span * 1e-6, max(abs(low), abs(high)) * 1e-12)
        box.setLimits(**limits)

    def _draw_line(self, drawing: Drawing) -> None:
        import pyqtgraph as pg  # noqa: PLC0415

        few = drawing.x is not None and len(drawing.x) <= 60
        marks = {"symbol": "o", "symbolSize": 6, "symbolPen": None, "symbolBrush": self._theme.colors.accent}
        pen = pg.mkPen(self._theme.colors.accent, width=1)  # wider lines are drawn many times slower
        self._plot.plot(drawing.x, drawing.y, pen=pen, **(marks if few else {}))

    def _draw_cloud(self, drawing: Drawing) -> None:
        color = QColor(self._theme.colors.accent)
        color.setAlpha(150)
        self._plot.plot(
            drawing.x, drawing.y, pen=None, symbol="o", symbolSize=5, symbolPen=None, symbolBrush=color, pxMode=True
        )

    def _draw_histogram(self, drawing: Drawing) -> None:
        left = [bin_.low for bin_ in drawing.bins]
        right = [bin_.high for bin_ in drawing.bins]
        self._add_bars(x0=left, x1=right, y0=0, y1=[bin_.count for bin_ in drawing.bins])

    def _draw_bars(self, drawing: Drawing) -> None:
        """Names are read more easily beside bars that lie; places on a scale belong below."""
        heights = drawing.y.tolist() if drawing.y is not None else []
        count = len(heights)
        if drawing.x_scale is not Scale.NONE:
            self._add_bars(x=list(range(count)), height=heights, width=0.8)
            every = -(-count // _MOST_NAMES)
            names = [(at, drawing.labels[at]) for at in range(0, count, max(every, 1))]
            self._plot.getAxis("bottom").setTicks([names])
            return
        at = list(range(count))
        self._add_bars(x0=0, y=at, width=heights, height=0.8)
        self._plot.invertY(True)
        axis = self._plot.getAxis("left")
        axis.setTicks([[(place, _short(drawing.labels[place])) for place in at]])
        longest = max((self.fontMetrics().horizontalAdvance(_short(label)) for label in drawing.labels), default=0)
        axis.setWidth(min(longest + 40, _WIDE))

    def _add_bars(self, **places: Any) -> None:
        import pyqtgraph as pg  # noqa: PLC0415

        colors = self._theme.colors
        pen = pg.mkPen(colors.window)
        self._plot.addItem(pg.BarGraphItem(pen=pen, brush=mix(colors.window, colors.accent, 0.75), **places))

    def _words(self, drawing: Drawing) -> str:
        """For who cannot see it."""
        x_name, y_name = self._names
        kind = drawing.wish.kind
        if kind is PlotKind.HISTOGRAM:
            return f"Histogram of {x_name}, {text.count(len(drawing.bins), 'bar')}"
        count = len(drawing.y) if drawing.y is not None else 0
        what = text.count(count, "bar" if kind is PlotKind.BAR else "point")
        return f"{kind.value} of {y_name} over {x_name}, {what}. {drawing.note}".strip()


def _ticks(values: list[float], scale: float, spacing: float) -> list[str]:
    """Numbers at an axis, written like everywhere else."""
    return [place_words(value * scale, Scale.NUMBER, spacing * scale) for value in values]


def _short(name: str) -> str:
    shown = value_words(name)
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"

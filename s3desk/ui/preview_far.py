"""Reading on in a long file: what scrolling, the slider and a search ask for, and where they put the view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from s3desk.data.sizes import size_words
from s3desk.s3.errors import S3Error, UnsupportedError
from s3desk.s3.job import Job, Unit
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3desk.background import Background
    from s3desk.data.looking.facts import Facts
    from s3desk.data.windows.far import FarWindow
    from s3desk.data.windows.kept import Kept
    from s3desk.data.windows.searching import Mark
    from s3desk.ui.preview_bar import PreviewBar
    from s3desk.ui.preview_grid import PreviewGrid
    from s3desk.ui.preview_text import PreviewText

    View: TypeAlias = PreviewGrid | PreviewText

_ABOVE = 3  # rows over the place jumped to, so that one can scroll back
_PROGRESS_MS = 150


class FarReading(QObject):
    """Joins a window over a file with the view of its rows and the bar; one thing is read at a time, the newest."""

    read_on = Signal()  # other rows are shown, or more was read

    def __init__(self, background: Background, bar: PreviewBar, views: tuple[View, ...]) -> None:
        super().__init__(bar)
        self._background = background
        self._bar = bar
        self._window: FarWindow | None = None
        self._view: View = views[0]
        self._kept: Kept | None = None
        self._job: Job | None = None
        self._searched = ""
        self._found = -1
        self._progress = QTimer(self)
        self._progress.setInterval(_PROGRESS_MS)
        self._progress.timeout.connect(self._say_progress)
        bar.jump_wanted.connect(self._jump)
        bar.find_wanted.connect(self._find)
        bar.stop_wanted.connect(self.stop)
        for view in views:
            view.ends.below.connect(self._more)
            view.ends.above.connect(self._back)
            view.ends.moved.connect(self._show_position)

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._job is not None

    def open(self, window: FarWindow | None, view: View) -> None:
        """Another file, whose first rows the view shows already; None for one that is shown whole."""
        self.stop()
        self._window, self._view = window, view
        self._kept = window.opening if window else None
        self._searched, self._found = "", -1
        self._bar.show_position(0)

    def stop(self) -> None:
        """Give up what is being read."""
        if self._job is not None:
            self._job.cancel()
        self._be_done(self._job)

    def facts(self, before: Facts) -> str:
        """The facts line: which rows are here, and what all looks at this file cost together."""
        if self._window is None or self._kept is None or not self._window.requests:
            return before.sentence
        read = before.bytes_fetched + self._window.bytes_fetched
        cost = replace(
            before,
            rows=None,
            bytes_fetched=min(read, before.bytes_total),
            requests=before.requests + self._window.requests,
        )
        return f"{rows_words(self._kept, self._window)} · {cost.sentence}"

    def _more(self) -> None:
        window, kept = self._window, self._kept
        if window is not None and kept is not None and not kept.at_end and not self.busy:
            self._begin(Job("Read on"), lambda job: window.more(job, kept), self._stay)

    def _back(self) -> None:
        window, kept = self._window, self._kept
        if window is not None and kept is not None and not kept.at_start and not self.busy:
            self._begin(Job("Read back"), lambda job: window.back(job, kept), self._stay)

    def _jump(self, fraction: float) -> None:
        window = self._window
        if window is not None:
            self.stop()
            self._found = -1
            self._bar.say("")
            place = self._to_start if fraction <= 0 else self._to_end if fraction >= 1 else self._to_middle
            self._begin(Job("Jump"), lambda job: window.jump(job, fraction), place)

    def _find(self, text: str) -> None:
        window, kept = self._window, self._kept
        if window is None or kept is None or window.why_no_search:
            return
        self.stop()
        found = self._found - kept.number
        goes_on = text == self._searched and self._found >= 0 and 0 <= found < kept.count
        mark = kept.mark(found + 1 if goes_on else self._view.top_row)
        self._searched = text
        self._bar.be_busy()
        self._progress.start()
        job = Job(f"Find “{text}”", total=window.bytes_to_search(mark), unit=Unit.BYTES)
        self._begin(job, lambda job: _found_with_rows_above(job, window, text, mark), self._to_found)

    def _begin(self, job: Job, read: Callable[[Job], Kept | None], place: Callable[[Kept | None], None]) -> None:
        self._job = job  # at once: what is scrolled before the slot runs must not replace it
        self._go(job, read, place)

    @async_slot(newest=True)
    async def _go(self, job: Job, read: Callable[[Job], Kept | None], place: Callable[[Kept | None], None]) -> None:
        window = self._window
        try:
            kept = await self._background.run(job, read)
        except S3Error as error:
            if self._job is job:
                self._bar.say(f"{error} {error.advice}".strip(), "warning")
        else:
            if self._job is job and window is self._window:
                self._be_done(job)
                if window is not None and window.note:
                    self._bar.say(window.note)
                place(kept)
                self._show_position()
        finally:
            self._be_done(job)
            self.read_on.emit()

    def _be_done(self, job: Job | None) -> None:
        if self._job is job:
            self._job = None
            self._progress.stop()
            self._bar.be_idle()

    def _take(self, kept: Kept) -> None:
        self._kept = kept
        self._view.show_rows(kept)

    def _stay(self, kept: Kept | None) -> None:
        if kept is not None:
            self._take(kept)

    def _to_start(self, kept: Kept | None) -> None:
        self._stay(kept)
        self._view.place(0)

    def _to_end(self, kept: Kept | None) -> None:
        self._stay(kept)
        if kept is not None:
            self._view.place(kept.count - 1)

    def _to_middle(self, kept: Kept | None) -> None:
        self._stay(kept)
        if kept is not None:
            self._view.place(0 if kept.at_start else min(_ABOVE, kept.count - 1))

    def _to_found(self, kept: Kept | None) -> None:
        if kept is None:
            self._bar.say(f"“{self._searched[:60]}” does not stand between here and the end.", "warning")
            return
        self._take(kept)
        row = len(kept.blocks[0].rows) if len(kept.blocks) > 1 else 0
        self._found = kept.number + row
        self._view.place(row, self._searched)
        mark = "" if kept.exact else "≈ "
        self._bar.say(f"Found in row {mark}{self._found + 1:,}.")

    def _say_progress(self) -> None:
        if self._job is not None:
            self._bar.say(f"{size_words(self._job.done)} of {size_words(self._job.total or 0)} searched…")

    def _show_position(self) -> None:
        window, kept = self._window, self._kept
        if window is not None and kept is not None and kept.count:
            self._bar.show_position(window.position(kept, min(self._view.top_row, kept.count - 1)))


def rows_words(kept: Kept, window: FarWindow) -> str:
    """Which rows these are: `rows 1 to 3,204 of about 41,300,000`."""
    first, last = kept.number + 1, kept.number + kept.count
    if not kept.count:
        return "no rows"
    if kept.exact and window.rows_counted is not None:
        return f"rows {first:,} to {last:,} of {window.rows_counted:,}"
    if not kept.exact:
        return f"rows ≈ {first:,} to {last:,}"
    if kept.at_end:
        return f"rows {first:,} to {last:,}, the last"
    return f"rows {first:,} to {last:,} of about {_rounded(max(window.rows_in_all(), last)):,}"


def _rounded(count: int) -> int:
    """Three digits: an estimate should not look like a count."""
    unit = 10 ** max(len(str(count)) - 3, 0)
    return int(round(count / unit) * unit)


def _found_with_rows_above(job: Job, window: FarWindow, text: str, mark: Mark) -> Kept | None:
    """The row found, and some before it, which explain it; the first block are those, if there are two."""
    hit = window.search(job, text, mark)
    try:
        return window.back(job, hit) if hit is not None else None
    except UnsupportedError:  # nothing readable stands before it
        return hit

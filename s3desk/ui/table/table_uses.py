"""What else can be made of the rows that the window `Table` shows: a profile, a plot, a web page, a question in SQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3desk.models.grid_filter import words
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3desk.background import Background
    from s3desk.data.exporting.arrange import Filter
    from s3desk.data.sheet import Sheet
    from s3desk.ui.desk import Desk
    from s3desk.ui.table.table_face import TableFace
    from s3desk.ui.table.table_window import TableWindow
    from s3desk.ui.theme import Theme


class TableUses(QObject):
    """Takes the rows shown as a sheet of their own, on a worker, and hands them on."""

    picture_to_s3 = Signal(object, bytes, str)  # the window it comes from, the PNG, a name for it

    def __init__(
        self, window: TableWindow, face: TableFace, background: Background, theme: Theme, desk: Desk | None
    ) -> None:
        super().__init__(window)
        self._window, self._face, self._background = window, face, background
        self._theme, self._desk = theme, desk
        self._profiled: tuple[Filter, ...] | None = None  # what the profile is of
        self._offers: list[tuple[str, Callable[[Job], Sheet]]] = []
        face.profile_button.toggled.connect(self._show_profile)
        face.plot_button.clicked.connect(lambda _=False: self._plot())
        if desk is not None:
            ask = face.add_button("SQL…", "Ask for rows and sums in SQL", "ph.database")
            ask.clicked.connect(lambda _=False: self._ask_sql(desk))
            publish = face.add_button("Publish…", "Make a web page of what is shown", "ph.globe")
            publish.clicked.connect(lambda _=False: self._publish(desk))

    def offer(self, rows: str, read: Callable[[Job], Sheet]) -> None:
        """Let the user also profile other rows of the same file, which an operation reads."""
        self._offers.append((rows, read))
        self._profiled = None
        self._profile()

    def show_column(self, column: int) -> None:
        """Profile, and the column in it."""
        name = self._window.sheet.table.column_names[column]
        self._face.profile_button.setChecked(True)
        self._face.profile_panel().show_column(name)

    def follow(self) -> None:
        """Other rows are shown."""
        self._profile()

    async def _taken(self, *, all_columns: bool) -> Sheet:
        """The rows shown as a sheet; with `all_columns` also the hidden ones. Only the taking is for a worker."""
        sheet, shown = self._window.sheet, self._window.shown()
        if all_columns:
            shown = replace(shown, columns=tuple(range(sheet.table.num_columns)))
            if not self._window.filters:
                return sheet
        part = self._part()

        def take(job: Job) -> Sheet:
            job.check()
            return replace(sheet, table=shown.whole(), part=part, code="")

        return await self._background.run(Job("Take the rows"), take)

    def _part(self) -> str:
        sheet, filters = self._window.sheet, self._window.filters
        if not filters:
            return sheet.part
        which = f"only rows where {' and '.join(words(wish, sheet.table) for wish in filters)}"
        return f"{sheet.part}; {which}" if sheet.part else which

    def _show_profile(self, wanted: bool) -> None:
        self._face.show_side(visible=wanted)
        self._profile()

    @async_slot(newest=True)
    async def _profile(self) -> None:
        filters = self._window.filters
        if not self._face.profile_button.isChecked() or self._profiled == filters:
            return
        sheet = await self._taken(all_columns=True)
        self._profiled = filters
        panel = self._face.profile_panel()
        panel.show_sheet(sheet)
        for rows, read in self._offers:
            panel.offer(rows, read)

    @async_slot()
    async def _plot(self) -> None:
        from s3desk.ui.table.plot_dialog import PlotDialog  # noqa: PLC0415  # not needed to look at a table

        sheet = await self._taken(all_columns=True)
        folder = self._desk.settings.current.download_folder if self._desk else ""
        dialog = PlotDialog(self._window, self._theme, sheet, self._background, folder=folder)
        if self._desk is not None and self._desk.navigator.place is not None:  # else its button is not shown
            dialog.save_to_s3_wanted.connect(lambda png, name: self.picture_to_s3.emit(dialog, png, name))
        dialog.show()

    @async_slot()
    async def _ask_sql(self, desk: Desk) -> None:
        from s3desk.ui.combining.sql_dialog import ask_sql  # noqa: PLC0415  # not needed to look at a table

        ask_sql(self._window, desk, await self._taken(all_columns=True))

    @async_slot()
    async def _publish(self, desk: Desk) -> None:
        from s3desk.ui.publishing.publish_actions import publish_sheet  # noqa: PLC0415  # not needed to look

        publish_sheet(self._window, desk, await self._taken(all_columns=False))

"""What is in the selected object: a grid, a text or a picture, and what it cost to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QImage, QPixmap
from PySide6.QtWidgets import QStackedWidget, QTextBrowser, QVBoxLayout, QWidget

from s3desk.data.looking.preview import ImagePreview, NothingToShow, Preview, TablePreview, TextPreview, preview
from s3desk.data.windows.opening import window_over
from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.sharing.formats import Reading
from s3desk.ui.empty_state import EmptyState, Message
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.icons import IconRole, Icons
from s3desk.ui.preview_bar import PreviewBar
from s3desk.ui.preview_far import FarReading
from s3desk.ui.preview_grid import PreviewGrid
from s3desk.ui.preview_guesses import GuessBar
from s3desk.ui.preview_text import PreviewText
from s3desk.ui.preview_views import ScaledPicture
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.ui.navigator import Place
    from s3desk.ui.theme import Theme

WAIT_MS = 120  # walking through a list with the arrow keys asks only where one stays


@dataclass(frozen=True)
class Subject:
    """The object to look into."""

    place: Place
    key: str
    name: str


class PreviewPane(QWidget):
    """Reads the beginning of one object at a time; the newest one wins."""

    settled = Signal()  # nothing is being read
    load_all_wanted = Signal(object)  # the Subject; what it costs was said and accepted

    def __init__(self, background: Background, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._background = background
        self._subject: Subject | None = None
        self._found: Preview | None = None
        self.loading = False
        self.error: S3Error | None = None  # why the object shown cannot be looked into
        self.why: QAction | None = None  # the verb that explains a denial
        self.setAccessibleName("Preview")
        self._title, self._facts = words("", "title"), words("", "dim")
        self._remarks = words("", "warning")
        self._remarks.setAccessibleName("Preview remarks")
        self._facts.setAccessibleName("Preview facts")
        self._pages = QStackedWidget()
        self._grid = PreviewGrid(theme)
        self._text = PreviewText(background, theme)
        self._picture = ScaledPicture()
        self._nothing = QTextBrowser()
        self._nothing.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._nothing.setAccessibleName("Preview message")
        self._nothing.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing.setStyleSheet("QTextBrowser { background: transparent; border: none; }")
        for page in (self._nothing, self._grid, self._text, self._picture):
            self._pages.addWidget(page)
        self._empty = EmptyState(self._nothing, icons)
        self._guesses = GuessBar()
        self._guesses.corrected.connect(self._look)
        self._bar = PreviewBar()
        self._bar.load_all_wanted.connect(self._ask_to_load_all)
        self.far = FarReading(background, self._bar, (self._grid, self._text))
        self.far.read_on.connect(self._say_facts)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._look)
        self.show_subject(None)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(14, 14, 14, 8)
        head.setSpacing(5)
        for widget in (self._title, self._facts, self._remarks, self._guesses):
            head.addWidget(widget)
        self._title.setSizePolicy(self._title.sizePolicy().Policy.Ignored, self._title.sizePolicy().Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        column.addWidget(self._bar)
        self.setMinimumWidth(220)

    def show_subject(self, subject: Subject | None) -> None:
        """Look into another object in a moment; None when there is nothing single to look into."""
        same = subject is not None and subject == self._subject
        self._subject = subject
        if same:
            return
        self._found = self.error = None
        self._guesses.forget()
        self._say(subject.name if subject else "", "", ())
        self._guesses.hide()
        self._offer_more(None)
        self._show_message(Message("ph.eye", "Select a file to look into it", "Only its beginning is read."))
        if subject is None:
            self._timer.stop()
            self.loading = False
        else:
            self.loading = True
            self._timer.start()

    def show_several(self, words_: str) -> None:
        """Several things are selected: say how much that is."""
        self.show_subject(None)
        self._show_message(Message("ph.files", words_, "Select a single file to look into it."))

    def reading(self, key: str) -> Reading | None:
        """How the table of this object was read, if it is the one shown."""
        found = self._found
        if self._subject is None or self._subject.key != key or not isinstance(found, TablePreview):
            return None
        return Reading(found.facts.encoding, found.facts.delimiter, found.facts.header)

    @async_slot(newest=True)
    async def _look(self) -> None:
        subject = self._subject
        if subject is None:
            return
        self.loading, self.error = True, None
        self._offer_more(None)
        self._show_message(Message("ph.spinner", "Reading…"))
        try:
            found = await self._background.run(
                Job(f"Preview {subject.name}"),
                preview,
                subject.place.connection,
                subject.place.location.bucket,
                subject.key,
                **self._guesses.choices(),
            )
        except S3Error as error:
            if subject == self._subject:
                self.error = error
                why = self.why if error.is_denial else None
                self._show_message(Message("ph.warning-circle", str(error), error.advice, why, IconRole.WARNING))
        else:
            if subject == self._subject:
                self._show(subject, found)
        finally:
            if subject == self._subject:
                self.loading = False
                self.settled.emit()

    def _show(self, subject: Subject, found: Preview) -> None:
        self._found = found
        self._guesses.show_found(found)
        self._say(subject.name, found.facts.sentence, found.facts.remarks)
        if isinstance(found, TablePreview):
            self._show_table(found)
        elif isinstance(found, TextPreview):
            self._show_text(found)
        elif isinstance(found, ImagePreview):
            self._show_picture(found)
        else:
            self._show_nothing(found)
        self._offer_more(found)

    def _offer_more(self, found: Preview | None) -> None:
        """What the bar can do with what is shown."""
        subject, window = self._subject, None
        if found is not None and subject is not None:
            place = subject.place
            window = window_over(found, place.connection, place.location.bucket, subject.key)
        is_part = isinstance(found, TablePreview) and not found.is_all
        self.far.open(window, self._grid if isinstance(found, TablePreview) else self._text)
        jumps, finds = (window.why_no_jump, window.why_no_search) if window is not None else ("", "")
        self._bar.offer(places=window is not None, load_all=is_part, why_no_jump=jumps, why_no_search=finds)

    def _say_facts(self) -> None:
        if self._found is not None:
            set_words(self._facts, self.far.facts(self._found.facts), "dim")

    @async_slot(newest=True)
    async def _ask_to_load_all(self) -> None:
        from s3desk.ui.preview_load import LoadAllDialog  # noqa: PLC0415  # rarely needed

        subject, found = self._subject, self._found
        if subject is None or found is None:
            return
        if await ask(LoadAllDialog(self.window(), subject.name, found.facts)):
            self.load_all_wanted.emit(subject)

    def _say(self, name: str, facts: str, remarks: tuple[str, ...]) -> None:
        self._title.setText(text.visible(name) if name else "")
        self._title.setToolTip(self._title.text())
        self._title.setVisible(bool(name))
        set_words(self._facts, facts, "dim")
        set_words(self._remarks, " ".join(remarks), "warning")

    def _show_table(self, found: TablePreview) -> None:
        self._grid.show_table(found)
        self._pages.setCurrentWidget(self._grid)

    def _show_text(self, found: TextPreview) -> None:
        notes = self._text.show_beginning(found)
        set_words(self._remarks, " ".join((*found.facts.remarks, *notes)), "warning")
        self._pages.setCurrentWidget(self._text)

    def _show_picture(self, found: ImagePreview) -> None:
        image = QImage.fromData(found.data)
        if image.isNull():
            self._show_message(Message("ph.image", "This picture cannot be drawn", "Its content is damaged."))
            return
        self._picture.set_picture(QPixmap.fromImage(image))
        self._picture.setAccessibleName(f"Picture, {found.width:,} × {found.height:,} pixels")
        set_words(self._facts, f"{found.width:,} × {found.height:,} pixels · {found.facts.sentence}", "dim")
        self._pages.setCurrentWidget(self._picture)

    def _show_nothing(self, found: NothingToShow) -> None:
        self._show_message(Message("ph.file", found.sentence, found.advice))

    def _show_message(self, message: Message) -> None:
        self._empty.show_message(message)
        self._pages.setCurrentWidget(self._nothing)

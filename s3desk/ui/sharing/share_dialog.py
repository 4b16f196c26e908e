"""Makes links to paste: how long they live, in which form, when they really end, and whether they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from s3desk.s3.sharing.formats import READERS, LinkFormat
from s3desk.s3.sharing.links import LinkKind
from s3desk.ui.form_dialog import FormDialog, set_words, tab_in_reading_order, words
from s3desk.ui.sharing.giving_bar import GivingBar
from s3desk.ui.sharing.link_box import LinkBox
from s3desk.ui.sharing.share_fields import ShareFields
from s3desk.ui.sharing.share_text import share_text
from s3desk.ui.sharing.share_wish import OWN_KEYS, Made, SharedThings, ShareWish
from s3desk.ui.sharing.share_words import (
    HAND_ON,
    LOOKING,
    NOT_TRIED,
    NOTHING,
    OWN_KEYS_WORDS,
    PAGE_NOT_TRIED,
    TAKEN,
    TRYING,
    Words,
    expiry_words,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from PySide6.QtGui import QIcon, QShowEvent

    from s3desk.s3.sharing.formats import Readings
    from s3desk.ui.icons import Icons


class ShareDialog(FormDialog):
    """Shows links for what was chosen. `wish_changed` asks for them; whoever makes them calls `show_made`.

    A link is copied once it was tried: `show_trial` says how that went. Copying is the default button and the dialog
    stays open: `copied` asks for it, and `giving` for the other ways out.
    """

    wish_changed = Signal(object)  # ShareWish
    look_wanted = Signal(object)  # Made, whose tables code is to read
    copied = Signal()
    qr_wanted = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        icons: Icons,
        things: SharedThings,
        lasts: timedelta,
        kind: LinkKind = LinkKind.TEMPORARY,
    ) -> None:
        super().__init__(parent, "Share", "Copy")
        self.setMinimumWidth(600)
        self.things = things
        self._made: Made | None = None
        self._seen: tuple[str, Readings] | None = None  # with the version that was looked at
        self._content = ""
        self._visible: list[bool] = []
        self._end = self._tested = NOTHING
        self._trying, self._copy_when_tried, self._works = False, False, True
        self._headline = words("", "title")
        self._box, self.giving = LinkBox(icons), GivingBar()
        self.column.insertWidget(0, self._headline)
        self._choices = ShareFields(self, icons, things, lasts, kind)
        self.options = self._choices.options
        self.column.insertLayout(self.column.indexOf(self.notice), self._box)
        self.notice.setAccessibleName("Tested")
        self.column.removeWidget(self.buttons)
        self.giving.addWidget(self.buttons)  # other ways on the left, the usual one on the right
        self.column.addLayout(self.giving)
        self.add_cancel("Close")
        self._choices.changed.connect(self.ask)
        self._choices.reformed.connect(self._write)
        self.options.folded.connect(self._fit)
        self._box.qr.clicked.connect(self.qr_wanted)

    # what it says now

    @property
    def wish(self) -> ShareWish:
        """What is asked for right now."""
        return self._choices.wish

    @property
    def made(self) -> Made | None:
        """What is shown, if it fits what is asked for."""
        return self._made

    @property
    def content(self) -> str:
        """The whole text, "" while there is none."""
        return self._content

    @property
    def expiry(self) -> str:
        """The sentence about the end."""
        return self._choices.expiry.text()

    @property
    def form_of_text(self) -> LinkFormat:
        """How the links are written."""
        return self._choices.form

    # what the flow behind the dialog tells it

    def show_made(self, made: Made) -> None:
        """Show what was made; an answer to an older wish is dropped."""
        if made.wish != self.wish:
            return
        self._made = made
        self._trying = made.wish.kind is not LinkKind.UPLOAD
        self._end = expiry_words(made, self._choices.asked)
        self._tested = TRYING if self._trying else PAGE_NOT_TRIED if made.form else NOT_TRIED
        self._write()

    def show_trial(self, made: Made, said: Words, *, works: bool) -> None:
        """How trying it went; what waited for that is copied now, unless it does not work."""
        if made is not self._made:
            return
        self._trying, self._works, self._tested = False, works, said
        self._show_words()
        self._name_copy()
        if self._copy_when_tried and works:
            self.accept()
        self._copy_when_tried = False

    def show_taken(self, made: Made) -> None:
        """What is uploaded by this link replaces a file."""
        if made is self._made:
            self._tested = TAKEN
            self._show_words()

    def show_seen(self, made: Made, readings: Readings) -> None:
        """How the tables are to be read, for code; it holds for all links to the same version."""
        self._seen = made.wish.version_id, readings
        self._write()

    def show_qr(self, icon: QIcon | None) -> None:
        """The QR code of the link; None where it is too long for one."""
        self._box.show_qr(icon)

    def show_problem(self, sentence: str) -> None:
        """Nothing could be made, and why."""
        self._forget()
        self._end = sentence, "warning"
        self._show_words()

    def ask(self) -> None:
        """Ask for what the fields say, the first time once somebody listens."""
        wish = self.wish
        set_words(self._headline, self.things.headline(wish), "title")
        self._choices.show(wish)
        self._forget()
        if problem := self._choices.problem(wish):
            self.show_problem(problem)
        else:
            self._end = "Making the link…", "dim"
            self._show_words()
            self.wish_changed.emit(wish)

    # inside

    def _fit(self) -> None:
        """As high as what is shown, however wide somebody made it; the Tab key follows the rows."""
        rows = [self.form.isRowVisible(row) for row in range(self.form.rowCount())]
        self.column.activate()
        needed = self.column.totalHeightForWidth(self.width())
        if rows != self._visible or needed > self.height():
            self.resize(self.width(), needed)
            self._visible = rows
            tab_in_reading_order(self)

    @property
    def _has_no_link(self) -> bool:
        """What is shown signs in by itself, whatever the link would do."""
        return self._made is not None and self.form_of_text in OWN_KEYS

    def _show_words(self) -> None:
        """Until when it works and how trying it went, as far as there is a link in what is shown."""
        looking = self._made is not None and not self._content
        said = (OWN_KEYS_WORDS, "dim") if self._has_no_link else self._tested
        if self.form_of_text is LinkFormat.PAGE and self._made is not None and self._made.links:
            said = f"{said[0]} {HAND_ON}", said[1]
        set_words(self._choices.expiry, *(NOTHING if self._has_no_link else self._end))
        self.say(*(LOOKING if looking else said))
        self._fit()

    def _forget(self) -> None:
        """What was made is not what is asked for."""
        self._made = None
        self._trying, self._copy_when_tried, self._works = False, False, True
        self._tested = NOTHING
        self.show_qr(None)
        self._write()

    def _write(self) -> None:
        made, form = self._made, self.form_of_text
        seen = self._seen if self._seen and made and self._seen[0] == made.wish.version_id else None
        unseen = form in READERS and self._choices.kind is not LinkKind.UPLOAD and made is not None and seen is None
        self._content = share_text(made, form, seen[1] if seen else {}, self.things) if made and not unseen else ""
        self._box.show_text(self._content)
        self._box.qr.setVisible(self._has_qr)
        self.accept_button.setEnabled(bool(self._content))
        self.giving.allow(anything=bool(self._content), page=form is LinkFormat.PAGE)
        (self.giving.save if form is LinkFormat.PAGE else self.accept_button).setDefault(True)
        self._show_words()
        self._name_copy()
        if unseen:
            self.look_wanted.emit(made)

    @property
    def _has_qr(self) -> bool:
        """A picture holds one link."""
        single = len(self._made.links) == 1 if self._made else bool(self.things.file_name)
        return single and self._choices.kind is not LinkKind.UPLOAD and not self._has_no_link

    @property
    def failed(self) -> bool:
        """Whether the link was tried and does not work."""
        return not self._works and not self._has_no_link

    def _name_copy(self) -> None:
        name = "Copy anyway" if self.failed else "Copy"
        self.accept_button.setText(name)
        self.accept_button.setAccessibleName(name)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard starts where there is something to choose."""
        super().showEvent(event)
        if not self.things.has_objects:
            self._choices.focus_uploads()

    def accept(self) -> None:
        """Copy, once it was tried; the dialog stays for another form."""
        if self._made is None or self._made.has_ended:
            self.ask()
        elif self._trying and not self._has_no_link:
            self._copy_when_tried = True
            self.accept_button.setText("Copying…")
        else:
            self.copied.emit()
            self.accept_button.setText("Copied")

    def answer(self) -> None:
        """Nothing: what was copied was told by `copied`."""

"""Makes links to paste: how long they live, in which form, when they really end, and whether they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from s3desk.s3.sharing.formats import LinkFormat, Reading
from s3desk.s3.sharing.links import LinkKind
from s3desk.ui.form_dialog import FormDialog, set_words, tab_in_reading_order, words
from s3desk.ui.sharing.expiry_fields import ExpiryFields
from s3desk.ui.sharing.giving_bar import GivingBar
from s3desk.ui.sharing.link_box import LinkBox
from s3desk.ui.sharing.option_fields import OptionFields
from s3desk.ui.sharing.share_text import share_text
from s3desk.ui.sharing.share_wish import Made, SharedThings, ShareWish
from s3desk.ui.sharing.share_words import NOT_TRIED, PAGE_NOT_TRIED, TRYING, Words, expiry_words
from s3desk.ui.sharing.upload_fields import UploadFields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from PySide6.QtGui import QIcon

    from s3desk.ui.icons import Icons


class ShareDialog(FormDialog):
    """Shows links for what was chosen. `wish_changed` asks for them; whoever makes them calls `show_made`.

    A link is copied once it was tried: `show_trial` says how that went. Copying is the default button and the dialog
    stays open: `copied` asks for it, and `giving` for the other ways out.
    """

    wish_changed = Signal(object)  # ShareWish
    copied = Signal()
    qr_wanted = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        icons: Icons,
        things: SharedThings,
        lasts: timedelta,
        reading: Reading | None = None,
        kind: LinkKind = LinkKind.TEMPORARY,
    ) -> None:
        super().__init__(parent, "Share", "Copy", things.headline)
        self.setMinimumWidth(600)
        self.things, self._reading = things, reading
        self._made: Made | None = None
        self._content = ""
        self._rows: list[bool] = []
        self._trying = self._copy_when_tried = False
        self._type, self._format = QComboBox(), QComboBox()
        self._type.addItems([one.value for one in things.kinds])
        self._type.setCurrentText(kind.value)
        self._expiry, self._expires = words(), ExpiryFields(lasts)
        self._box, self.giving = LinkBox(icons), GivingBar()
        self._lay_out(icons)
        self._connect()

    # what it is made of

    def _lay_out(self, icons: Icons) -> None:
        self.add_field("Link type", self._type)
        self._uploads = UploadFields(self, self.things)
        self._expires_caption = QLabel("Expires in")
        self._expires_caption.setBuddy(self._expires.number)
        self.form.addRow(self._expires_caption, self._expires)
        self._expiry.setAccessibleName("Expiry")
        self.form.addRow("", self._expiry)
        self.add_field("Format", self._format)
        self.options = OptionFields(self, icons, single=bool(self.things.file_name))
        self.column.insertLayout(self.column.indexOf(self.notice), self._box)
        self.notice.setAccessibleName("Tested")
        self._lay_out_buttons()

    def _lay_out_buttons(self) -> None:
        """Other ways on the left, the usual one on the right."""
        self.column.removeWidget(self.buttons)
        self.giving.addWidget(self.buttons)
        self.column.addLayout(self.giving)
        self.add_cancel("Close")

    def _connect(self) -> None:
        self._type.currentTextChanged.connect(self._ask)
        self._format.currentTextChanged.connect(self._write)
        for fields in (self._expires, self.options, self._uploads):
            fields.changed.connect(self._ask)
        self.options.folded.connect(self._fit)
        self._box.qr.clicked.connect(self.qr_wanted)

    # what it says now

    @property
    def wish(self) -> ShareWish:
        """What is asked for right now."""
        kind, expires = LinkKind(self._type.currentText()), self._expires
        match kind:
            case LinkKind.TEMPORARY:
                options = self.options
                return ShareWish(kind, expires.lasts, expires.until, options.overrides, options.version_id)
            case LinkKind.UPLOAD:
                key, rules = self._uploads.key, self._uploads.rules
                return ShareWish(kind, expires.lasts, expires.until, key=key, rules=rules)
        return ShareWish(kind)

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
        return self._expiry.text()

    @property
    def form_of_text(self) -> LinkFormat:
        """How the links are written."""
        return LinkFormat(self._format.currentData())

    # what the flow behind the dialog tells it

    def ask_first(self) -> None:
        """Ask for the first links, once somebody listens."""
        self._ask()

    def show_made(self, made: Made) -> None:
        """Show what was made; an answer to an older wish is dropped."""
        if made.wish != self.wish:
            return
        self._made = made
        self._trying = made.wish.kind is not LinkKind.UPLOAD
        self._say_end(*expiry_words(made, self._expires.words))
        self.say(*(TRYING if self._trying else PAGE_NOT_TRIED if made.form else NOT_TRIED))
        self._write()

    def show_trial(self, made: Made, said: Words, *, works: bool) -> None:
        """How trying it went; what waited for that is copied now, unless it does not work."""
        if made is not self._made:
            return
        self._trying = False
        self.say(*said)
        self._name_copy("Copy" if works else "Copy anyway")
        if self._copy_when_tried and works:
            self.accept()
        self._copy_when_tried = False

    def show_qr(self, icon: QIcon | None) -> None:
        """The QR code of the first link; None where it is too long for one."""
        self._box.show_qr(icon)

    def show_problem(self, sentence: str) -> None:
        """Nothing could be made, and why."""
        self._forget()
        self._say_end(sentence, "warning")

    # inside

    def _ask(self) -> None:
        wish = self.wish
        self._show_fields(wish)
        self._forget()
        expiry = self._expires.problem if wish.kind is not LinkKind.PUBLIC else ""
        uploads = self._uploads.problem if wish.kind is LinkKind.UPLOAD else ""
        if problem := expiry or uploads or wish.overrides.problem:
            self.show_problem(problem)
        else:
            self._say_end("Making the link…", "dim")
            self.wish_changed.emit(wish)

    def _show_fields(self, wish: ShareWish) -> None:
        """Only what means something for this kind of link."""
        signed = wish.kind is not LinkKind.PUBLIC
        self._expires.setEnabled(signed)
        self._expires_caption.setEnabled(signed)
        self._uploads.show_rows(wish.kind is LinkKind.UPLOAD)
        self.options.for_reading(wish.kind is LinkKind.TEMPORARY)
        self._box.qr.setVisible(wish.kind is not LinkKind.UPLOAD)
        self._offer(wish.formats, upload=wish.kind is LinkKind.UPLOAD)

    def _fit(self) -> None:
        """As high as what is shown, however wide somebody made it; the Tab key follows the rows."""
        rows = [self.form.isRowVisible(row) for row in range(self.form.rowCount())]
        self.column.activate()
        needed = self.column.totalHeightForWidth(self.width())
        if rows != self._rows or needed > self.height():
            self.resize(self.width(), needed)
            self._rows = rows
            tab_in_reading_order(self)

    def _say_end(self, sentence: str, kind: str) -> None:
        set_words(self._expiry, sentence, kind)
        self._fit()

    def _offer(self, formats: Sequence[LinkFormat], *, upload: bool) -> None:
        """These formats; what is chosen stays if it is among them."""
        chosen = self._format.currentData()
        self._format.blockSignals(True)
        self._format.clear()
        for form in formats:
            self._format.addItem("Python" if upload and form is LinkFormat.PANDAS else form.value, form)
        self._format.setCurrentIndex(max(self._format.findData(chosen), 0))
        self._format.setEnabled(len(formats) > 1)
        self._format.blockSignals(False)

    def _forget(self) -> None:
        """What was made is not what is asked for."""
        self._made = None
        self._trying = self._copy_when_tried = False
        self.show_qr(None)
        self.say("", "dim")
        self._write()
        self._name_copy("Copy")

    def _write(self) -> None:
        self._content = share_text(self._made, self.form_of_text, self._reading) if self._made else ""
        self._box.show_text(self._content)
        self.accept_button.setEnabled(bool(self._content))
        self.giving.allow(anything=bool(self._content), page=self.form_of_text is LinkFormat.PAGE)
        if self.accept_button.text() == "Copied":
            self._name_copy("Copy")

    def _name_copy(self, name: str) -> None:
        self.accept_button.setText(name)
        self.accept_button.setAccessibleName(name)

    def accept(self) -> None:
        """Copy, once it was tried; the dialog stays for another form."""
        if self._made is None or self._made.has_ended:
            self._ask()
        elif self._trying:
            self._copy_when_tried = True
            self.accept_button.setText("Copying…")
        else:
            self.copied.emit()
            self.accept_button.setText("Copied")

    def answer(self) -> None:
        """Nothing: what was copied was told by `copied`."""

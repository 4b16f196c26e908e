"""`Upload options`: only for who asks for them; what is left alone is left to the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from s3desk.s3.transfer.upload_options import UploadOptions
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.uploading.key_value_rows import KeyValueRows

if TYPE_CHECKING:
    from collections.abc import Mapping

_AS_BUCKET = "As the bucket does"
_CLASSES = {
    _AS_BUCKET: "",
    "Standard": "STANDARD",
    "Standard-IA: cheaper to keep, costs to read": "STANDARD_IA",
    "One Zone-IA: cheaper still, in one place only": "ONEZONE_IA",
    "Intelligent-Tiering: moves by itself to what is cheaper": "INTELLIGENT_TIERING",
    "Glacier Instant Retrieval: archive that can be read at once": "GLACIER_IR",
    "Glacier: archive, minutes to hours until it can be read": "GLACIER",
    "Glacier Deep Archive: cheapest, half a day until it can be read": "DEEP_ARCHIVE",
}
_ACCESS = {
    "As the bucket does (no access list is sent)": "",
    "Only the owner": "private",
    "Everyone on the internet can read": "public-read",
    "Anyone with an AWS account can read": "authenticated-read",
    "The owner of the bucket gets full control": "bucket-owner-full-control",
}
_ENCRYPTION = {
    _AS_BUCKET: "",
    "SSE-S3: keys of the storage": "AES256",
    "SSE-KMS: a key of the key service": "aws:kms",
}
_TYPES = ("", "text/csv", "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json", "image/png")
_CACHE = ("", "no-cache", "max-age=3600", "public, max-age=31536000, immutable")
_ENCODINGS = ("", "gzip", "br", "zstd")


class OptionsDialog(FormDialog):
    """`what` is what goes up. On an own endpoint, which may know other words, a storage class can be typed too."""

    def __init__(self, parent: QWidget | None, what: str, *, own_endpoint: bool) -> None:
        super().__init__(parent, "Upload options", "Upload", f"Upload {what} with options")
        self.setMinimumWidth(620)
        self._class, self._acl, self._encryption = _combo(_CLASSES), _combo(_ACCESS), _combo(_ENCRYPTION)
        if own_endpoint:
            _make_typed(self._class)
        self._key = QLineEdit()
        self._type, self._cache, self._encoding = _typed(_TYPES), _typed(_CACHE), _typed(_ENCODINGS)
        self._metadata, self._tags = KeyValueRows("Name", "Value"), KeyValueRows("Tag", "Value")
        self._lay_out()
        if own_endpoint:
            note = "Not every server knows all of these. Where it refuses or drops one, you are told."
            self.column.insertWidget(1, words(note, "dim"))
        self._connect()
        self.add_cancel()
        self._show_key()
        self.check()

    def _lay_out(self) -> None:
        for name, field in {
            "Storage class": self._class,
            "Access": self._acl,
            "Encryption": self._encryption,
            "KMS key ID": self._key,
            "Content-Type": self._type,
            "Cache-Control": self._cache,
            "Content-Encoding": self._encoding,
            "Metadata": self._metadata,
            "Tags": self._tags,
        }.items():
            self.add_field(name, field)
        hints = {self._type: "by the name of each file", self._cache: "none", self._encoding: "none"}
        for combo, hint in hints.items():
            line = combo.lineEdit()
            if line is not None:
                line.setPlaceholderText(hint)
        self._key.setPlaceholderText("the account's own key, unless you name another")
        self._encoding.setToolTip("Says that the files are compressed already; it does not compress them")
        self._metadata.setToolTip("Sent as x-amz-meta-… and kept with the object; 2 KB in all")
        self._tags.setToolTip("Up to 10; rules and bills can go by them")

    def _connect(self) -> None:
        for combo in (self._class, self._acl, self._encryption, self._type, self._cache, self._encoding):
            combo.currentTextChanged.connect(lambda _: self.check())
        self._encryption.currentIndexChanged.connect(lambda _: self._show_key())
        self._key.textChanged.connect(lambda _: self.check())
        self._metadata.changed.connect(self.check)
        self._tags.changed.connect(self.check)

    def _show_key(self) -> None:
        self.form.setRowVisible(self._key, self._encryption.currentData() == "aws:kms")
        self.check()

    def problem(self) -> str:
        """What S3 would not take."""
        return self.answer().problem()

    def check(self) -> None:
        """Beside what is wrong, say what one should know of a choice that is right."""
        super().check()
        if not self.problem() and self._acl.currentData() == "public-read":
            self.say("Everyone who knows the address will be able to read these files.", "warning")

    def answer(self) -> UploadOptions:
        """What was chosen; what was left alone is empty."""
        encryption = str(self._encryption.currentData())
        return UploadOptions(
            storage_class=self._storage_class(),
            acl=str(self._acl.currentData()),
            encryption=encryption,
            kms_key=self._key.text().strip() if encryption == "aws:kms" else "",
            content_type=self._type.currentText().strip(),
            cache_control=self._cache.currentText().strip(),
            content_encoding=self._encoding.currentText().strip(),
            metadata=self._metadata.pairs(),
            tags=self._tags.pairs(),
        )

    def _storage_class(self) -> str:
        typed = self._class.currentText().strip()
        return _CLASSES.get(typed, typed)


def _combo(choices: Mapping[str, str]) -> QComboBox:
    box = QComboBox()
    for words_, value in choices.items():
        box.addItem(words_, value)
    return box


def _typed(offered: tuple[str, ...]) -> QComboBox:
    box = QComboBox()
    _make_typed(box)
    box.addItems(list(offered))
    return box


def _make_typed(box: QComboBox) -> None:
    """Without a completer: it would end a word with something nobody typed."""
    box.setEditable(True)
    box.setCompleter(None)  # type: ignore[arg-type]  # Qt's way to say none

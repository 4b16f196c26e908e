"""The tab `Bucket settings`: public access block, object ownership and default encryption."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from s3desk.s3.access.settings import Block, Encryption, Ownership
from s3desk.s3.offers import Feature
from s3desk.ui.access.setting_section import SettingSection

_BLOCK = (
    "Refuse new access lists (ACLs) that let everyone in",
    "Ignore access lists (ACLs) that let everyone in",
    "Refuse a bucket policy that lets everyone in",
    "Where the bucket policy lets everyone in, let in this account only",
)
_NOT_SET = "Not set"
_ALGORITHMS = {
    "AES256": "S3's own keys (AES-256)",
    "aws:kms": "Keys of KMS",
    "aws:kms:dsse": "Keys of KMS, in two layers",
}


class BlockSection(SettingSection[Block]):
    """Four locks that stand above all lists and policies."""

    def __init__(self) -> None:
        super().__init__(
            "Public access block", "Locks above all lists and policies. With all four on, nothing here is public."
        )
        self._boxes = [QCheckBox(words) for words in _BLOCK]
        column = QVBoxLayout(self.fields)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for box, words in zip(self._boxes, _BLOCK, strict=True):
            box.setAccessibleName(words)
            box.toggled.connect(self.refresh)
            column.addWidget(box)

    @property
    def changed(self) -> bool:
        """Nothing set and all four off are the same."""
        return self._open and self.setting() != (self._saved or Block())

    def setting(self) -> Block:
        """The boxes as they are."""
        return Block(*(box.isChecked() for box in self._boxes))

    def fill(self, setting: Block | None) -> None:
        """Check the boxes."""
        block = setting or Block()
        values = (block.block_acls, block.ignore_acls, block.block_policy, block.restrict_buckets)
        for box, value in zip(self._boxes, values, strict=True):
            box.setChecked(value)


class OwnershipSection(SettingSection[Ownership]):
    """Who owns what others upload, and whether access lists count."""

    def __init__(self) -> None:
        super().__init__("Object ownership", "Who owns what others upload, and whether access lists (ACLs) count.")
        self._choice = _combo("Ownership", [(one.words, one) for one in Ownership], self)
        _form(self.fields).addRow(_caption("Ownership", self._choice), self._choice)

    def setting(self) -> Ownership | None:
        """What is chosen."""
        chosen: Ownership | None = self._choice.currentData()
        return chosen

    def fill(self, setting: Ownership | None) -> None:
        """Choose it."""
        self._choice.setCurrentIndex(self._choice.findData(setting))


class EncryptionSection(SettingSection[Encryption]):
    """How new objects are encrypted when nobody says otherwise."""

    def __init__(self) -> None:
        super().__init__("Default encryption", "How new objects are encrypted when whoever uploads says nothing.")
        self._rows = _form(self.fields)
        items = [(words, algorithm) for algorithm, words in _ALGORITHMS.items()]
        self._key, self._bucket_key = QLineEdit(), QCheckBox("One key for the bucket saves requests to KMS")
        self._choice = _combo("Encryption", items, self)
        self._key.setAccessibleName("KMS key")
        self._key.setPlaceholderText("ID or ARN; empty for AWS's own key")
        self._bucket_key.setAccessibleName("Bucket key")
        self._key.textChanged.connect(self.refresh)
        self._bucket_key.toggled.connect(self.refresh)
        self._rows.addRow(_caption("Encryption", self._choice), self._choice)
        self._rows.addRow(_caption("KMS key", self._key), self._key)
        self._rows.addRow("", self._bucket_key)
        self.refresh()

    def setting(self) -> Encryption | None:
        """What the fields say; the key counts only with KMS."""
        algorithm: str | None = self._choice.currentData()
        if algorithm is None:
            return None
        of_kms = algorithm.startswith("aws:kms")
        return Encryption(
            algorithm, self._key.text().strip() if of_kms else "", of_kms and self._bucket_key.isChecked()
        )

    def fill(self, setting: Encryption | None) -> None:
        """Fill the fields; an algorithm of a later year is offered as it is called."""
        if setting is not None and self._choice.findData(setting.algorithm) < 0:
            self._choice.addItem(setting.algorithm, setting.algorithm)
        self._choice.setCurrentIndex(self._choice.findData(setting.algorithm if setting else None))
        self._key.setText(setting.kms_key if setting else "")
        self._bucket_key.setChecked(bool(setting and setting.bucket_key))

    @property
    def changed(self) -> bool:
        """A bucket key without KMS means nothing, though AWS tells one."""
        saved = self._saved
        if saved is not None and not saved.algorithm.startswith("aws:kms"):
            saved = Encryption(saved.algorithm)
        return self._open and self.setting() != saved

    def refresh(self) -> None:
        """The key is asked for only where there is one."""
        super().refresh()
        of_kms = str(self._choice.currentData()).startswith("aws:kms")
        for field in (self._key, self._bucket_key):
            self._rows.setRowVisible(field, of_kms)


class SettingsTab(QScrollArea):
    """The three settings below each other."""

    def __init__(self) -> None:
        super().__init__()
        self._block, self._ownership, self._encryption = BlockSection(), OwnershipSection(), EncryptionSection()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 12, 4, 0)
        column.setSpacing(12)
        for section in self.sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields scroll it
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def sections(self) -> dict[Feature, SettingSection[Any]]:
        """Each by what it sets."""
        return {
            Feature.PUBLIC_ACCESS_BLOCK: self._block,
            Feature.OWNERSHIP: self._ownership,
            Feature.ENCRYPTION: self._encryption,
        }

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return any(section.changed for section in self.sections.values())


def _combo(name: str, items: list[tuple[str, Any]], section: SettingSection[Any]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.addItem(_NOT_SET, None)
    for words, data in items:
        combo.addItem(words, data)
    combo.currentIndexChanged.connect(section.refresh)
    return combo


def _caption(text: str, field: QWidget) -> QLabel:
    caption = QLabel(text)
    caption.setBuddy(field)
    return caption


def _form(within: QWidget) -> QFormLayout:
    form = QFormLayout(within)
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(16)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form

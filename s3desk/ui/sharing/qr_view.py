"""A link as a QR code, for whoever has only a phone at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QWidget

from s3desk.ui.form_dialog import FormDialog, set_words

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_BORDER = 4  # modules, as readers want it
_SAVED_MODULE = 8  # pixels
_SIDE = 440

Modules = tuple[bytes, ...]  # a row a line, 1 is dark


def qr_modules(job: Job, link: str) -> Modules:
    """The modules of the QR code of a link, with its border; () when the link is too long for one. Takes 60 ms."""
    import segno  # noqa: PLC0415  # rarely needed

    job.check()
    try:
        code = segno.make_qr(link, error="l", boost_error=False)
    except segno.DataOverflowError:
        return ()
    return tuple(bytes(row) for row in code.matrix_iter(border=_BORDER))


def qr_image(modules: Modules) -> QImage:
    """A pixel a module, black on white in every theme: that is what cameras read."""
    image = QImage(len(modules), len(modules), QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                image.setPixel(x, y, 0)
    return image


def qr_icon(modules: Modules, side: int, ratio: float) -> QIcon:
    """An icon of `side` pixels of the screen."""
    size = QSize(side, side) * ratio
    smooth = Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(qr_image(modules).scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
    pixmap.setDevicePixelRatio(ratio)
    return QIcon(pixmap)


class QrDialog(FormDialog):
    """Shows a QR code large enough for a camera; `save_wanted` carries it as a PNG."""

    save_wanted = Signal(bytes)

    def __init__(self, parent: QWidget, modules: Modules, expiry: str) -> None:
        super().__init__(parent, "QR code", "Close")
        self._image = qr_image(modules)
        picture = QLabel()
        picture.setAccessibleName("QR code of the link")
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        module = max(_SIDE // len(modules), 3)
        picture.setPixmap(self._scaled(module))
        self.column.insertWidget(0, picture)
        set_words(self.notice, expiry, "dim")
        save = self.add_button("Save…", QDialogButtonBox.ButtonRole.ActionRole)
        save.clicked.connect(self._save)

    def answer(self) -> None:
        """Nothing: it only shows."""

    def _scaled(self, module: int) -> QPixmap:
        return QPixmap.fromImage(self._image.scaled(self._image.size() * module))

    def _save(self) -> None:
        png = QByteArray()
        buffer = QBuffer(png)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._scaled(_SAVED_MODULE).toImage().save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes
        self.save_wanted.emit(png.data())

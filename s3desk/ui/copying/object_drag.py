"""Objects under the mouse: to other places in the window, and as files to the desktop and other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QDrag, QGuiApplication, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QTableView

from s3desk.models import text
from s3desk.models.object_model import Column
from s3desk.ui.copying.drag_files import DragFiles, FilesOnTheirWay
from s3desk.ui.copying.object_clip import MOST_NAMES, ObjectClip

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

_LOOK_MS = 50
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class ObjectDrag(QObject):
    """Starts a drag from a name, or from anywhere on what is selected; elsewhere the mouse selects rows as ever."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._view: QTableView = desk.objects.view
        self._pressed: QPoint | None = None
        self._held: QMouseEvent | None = None  # a press that would take the selection apart, kept back
        self._passing = False
        self._inside = False
        self._files = DragFiles(window, desk)
        self._view.viewport().installEventFilter(self)

    def taken_inside(self) -> None:
        """What is dragged was dropped in this window: nobody needs files of it."""
        self._inside = True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Presses and moves of the left button over the rows."""
        if self._passing or not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind is QEvent.Type.MouseButtonPress:
            return self._press(event)
        if kind is QEvent.Type.MouseMove and self._pressed is not None:
            return self._move(event)
        if kind is QEvent.Type.MouseButtonRelease:
            self._pressed = None
            if self._held is not None:
                self._let_through(self._held)
        return False

    def _press(self, event: QMouseEvent) -> bool:
        self._pressed = self._held = None
        point = event.position().toPoint()
        index = self._view.indexAt(point)
        if event.button() != _LEFT or event.modifiers() != _NONE or not index.isValid():
            return False
        chosen = self._view.selectionModel()
        selected = chosen.isRowSelected(index.row())
        if not self._desk.location.bucket or not (selected or index.column() == Column.NAME):
            return False
        self._pressed = point
        if selected and self._desk.objects.chosen.count > 1:
            self._held = event.clone()
            self._view.setFocus(Qt.FocusReason.MouseFocusReason)
            return True
        return False

    def _move(self, event: QMouseEvent) -> bool:
        if not event.buttons() & _LEFT or self._pressed is None:
            self._pressed = None
            return False
        far = (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far:
            self._pressed = self._held = None
            self._start()
        return True

    def _let_through(self, press: QMouseEvent) -> None:
        """It was a click after all."""
        self._held, self._passing = None, True
        QApplication.sendEvent(self._view.viewport(), press)
        self._passing = False

    # the drag

    def _start(self) -> None:
        desk, chosen = self._desk, self._desk.objects.chosen
        if not 0 < chosen.count <= MOST_NAMES:
            return
        clip = ObjectClip.of(desk.connection, chosen.selection(), desk.location.prefix)
        data = self._files.offer(desk.connection, clip, chosen.bytes)
        clip.put_into(data)
        drag = QDrag(self._view)
        drag.setMimeData(data)
        drag.setPixmap(self._picture(_what(clip)))
        drag.setHotSpot(QPoint(-12, -8))
        self._inside = False
        outside = self._drag_until_dropped(drag, data)
        if self._inside:
            data.forget()
        elif outside:
            self._files.take_leave(desk.connection, clip, data)

    def _drag_until_dropped(self, drag: QDrag, data: FilesOnTheirWay) -> bool:
        """Whether it was let go outside of our windows; files begin to come as soon as the mouse leaves them.

        QDrag.exec runs Qt's events inside, and with them everything else that goes on: no coroutine waits here.
        """
        timer = QTimer()
        timer.setInterval(_LOOK_MS)
        timer.timeout.connect(lambda: data.start() if _is_outside() else None)
        timer.start()
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)
        timer.stop()
        return _is_outside()

    def _picture(self, words: str) -> QPixmap:
        """A label that goes with the mouse."""
        metrics, ratio, colors = self._view.fontMetrics(), self._view.devicePixelRatioF(), self._desk.theme.colors
        words = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, 280)
        width, height = metrics.horizontalAdvance(words) + 20, metrics.height() + 10
        picture = QPixmap(round(width * ratio), round(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._view.font())
        painter.setPen(colors.accent)
        painter.setBrush(colors.selection)
        painter.drawRoundedRect(1, 1, width - 2, height - 2, 6, 6)
        painter.setPen(colors.text)
        painter.drawText(10, 5 + metrics.ascent(), words)
        painter.end()
        return picture


def _is_outside() -> bool:
    return QGuiApplication.topLevelAt(QCursor.pos()) is None


def _what(clip: ObjectClip) -> str:
    names = (*clip.selection.folders, *clip.selection.keys)
    if len(names) == 1:
        return text.visible(names[0].removesuffix("/").rpartition("/")[2])
    return text.count(len(names), "name")

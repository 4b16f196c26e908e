"""The bar at the top: where we are, the filter, and the verbs used most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton

from s3desk.ui.icons import IconRole, Icons

if TYPE_CHECKING:
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.verb_groups import VerbGroups


NARROW = 1060


def fill_toolbar(window: MainWindow, verbs: VerbGroups, icons: Icons) -> None:
    """Put the verbs around the fields of the bar; a button drops the … of its verb's text."""
    bar, go = window.bar, verbs.go
    bar.setIconSize(QSize(18, 18))
    fields = bar.actions()
    for action in (go.back, go.forward, go.up, go.refresh):
        bar.insertWidget(fields[0], _button(action, words=False))
    named = (verbs.transfer.download, verbs.share.copy_link, verbs.share.share, verbs.object.delete)
    buttons = [_button(action, words=True) for action in named]
    for button in buttons:
        bar.addWidget(button)
    transfer = verbs.transfer
    others = [transfer.upload_folder, transfer.upload_with, transfer.upload_folder_with]
    bar.addWidget(_upload_button(transfer.upload_files, others, icons))
    Compact(bar, buttons)


class Compact(QObject):
    """In a narrow window the buttons give up their words, so that none of them falls off the end of the bar."""

    def __init__(self, bar: QToolBar, buttons: Sequence[QToolButton]) -> None:
        super().__init__(bar)
        self._buttons = buttons
        bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the width whenever it changes."""
        if isinstance(event, QResizeEvent):
            styles = Qt.ToolButtonStyle
            style = styles.ToolButtonIconOnly if event.size().width() < NARROW else styles.ToolButtonTextBesideIcon
            for button in self._buttons:
                button.setToolButtonStyle(style)
        return super().eventFilter(watched, event)


def _upload_button(files: QAction, others: Sequence[QAction], icons: Icons) -> QToolButton:
    """The one filled button of the window; its menu offers folders too, and options."""
    upload = QToolButton()
    upload.setText("Upload")
    upload.setAccessibleName("Upload")
    upload.setToolTip(files.toolTip())
    upload.setProperty("primary", True)
    upload.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    upload.setIcon(icons.icon("ph.upload-simple", IconRole.ON_ACCENT))
    upload.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    menu = QMenu(upload)
    menu.addActions([files, *others])
    upload.setMenu(menu)
    upload.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    files.changed.connect(lambda: upload.setEnabled(files.isEnabled()))
    upload.setEnabled(files.isEnabled())
    return upload


def _button(action: QAction, *, words: bool) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(action.text().rstrip("…"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if words:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText(action.text().rstrip("…"))
        action.changed.connect(lambda: button.setText(action.text().rstrip("…")))
    return button

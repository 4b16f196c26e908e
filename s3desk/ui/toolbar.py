"""The bar at the top: where we are, the filter, and the verbs used most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from s3desk.ui.icons import IconRole, Icons

if TYPE_CHECKING:
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.verb_groups import VerbGroups


def fill_toolbar(window: MainWindow, verbs: VerbGroups, icons: Icons) -> None:
    """Put the verbs around the fields of the bar; a button drops the … of its verb's text."""
    bar, go = window.bar, verbs.go
    bar.setIconSize(QSize(18, 18))
    fields = bar.actions()
    for action in (go.back, go.forward, go.up, go.refresh):
        bar.insertWidget(fields[0], _button(action, words=False))
    for action in (verbs.transfer.download, verbs.share.copy_link, verbs.share.share, verbs.object.delete):
        bar.addWidget(_button(action, words=True))
    bar.addWidget(_upload_button(verbs.transfer.upload_files, verbs.transfer.upload_folder, icons))


def _upload_button(files: QAction, folder: QAction, icons: Icons) -> QToolButton:
    """The one filled button of the window; its menu offers folders too."""
    upload = QToolButton()
    upload.setText("Upload")
    upload.setAccessibleName("Upload")
    upload.setToolTip(files.toolTip())
    upload.setProperty("primary", True)
    upload.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    upload.setIcon(icons.icon("ph.upload-simple", IconRole.ON_ACCENT))
    upload.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    menu = QMenu(upload)
    menu.addActions([files, folder])
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

"""The bar at the top: where we are, the filter, and the verbs used most."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QToolBar, QToolButton

from s3desk.ui.icons import IconRole, Icons
from s3desk.ui.verb_groups import VerbGroups


def fill_toolbar(bar: QToolBar, verbs: VerbGroups, location: QLineEdit, filter_: QLineEdit, icons: Icons) -> None:
    """Put verbs and fields into the bar; a button drops the … of its verb's text."""
    bar.setIconSize(QSize(18, 18))
    go, moving, share, objects = verbs.go, verbs.transfer, verbs.share, verbs.object
    for action in (go.back, go.forward, go.up, go.refresh):
        _button(bar, action, words=False)
    location.setAccessibleName("Location")
    location.setPlaceholderText("s3://bucket/folder/")
    location.setMinimumWidth(160)
    location.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    location.addAction(icons.icon("ph.hard-drives"), QLineEdit.ActionPosition.LeadingPosition)
    bar.addWidget(location)
    filter_.setAccessibleName("Filter")
    filter_.setPlaceholderText("Filter")
    filter_.setToolTip("Show only names that contain this; * and ? work")
    filter_.setClearButtonEnabled(True)
    filter_.setMaximumWidth(170)
    filter_.addAction(icons.icon("ph.funnel"), QLineEdit.ActionPosition.LeadingPosition)
    bar.addWidget(filter_)
    for action in (moving.download, share.copy_link, share.share, objects.delete):
        _button(bar, action, words=True)
    bar.addWidget(_upload_button(moving.upload_files, moving.upload_folder, icons))


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


def _button(bar: QToolBar, action: QAction, *, words: bool) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(action.text().rstrip("…"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if words:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText(action.text().rstrip("…"))
        action.changed.connect(lambda: button.setText(action.text().rstrip("…")))
    bar.addWidget(button)
    return button

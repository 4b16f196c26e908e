"""The bar at the top: where we are, the filter, and the verbs used most."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QToolBar, QToolButton

from s3desk.ui.icons import IconRole, Icons
from s3desk.ui.verb_groups import VerbGroups


def fill_toolbar(bar: QToolBar, verbs: VerbGroups, location: QLineEdit, filter_: QLineEdit, icons: Icons) -> None:
    """Put verbs and fields into the bar; a button drops the … of its verb's text."""
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
    upload = _button(bar, moving.upload_files, words=True)
    upload.setText("Upload")
    upload.setProperty("primary", True)
    upload.setIcon(icons.icon("ph.upload-simple", IconRole.ON_ACCENT))
    upload.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    menu = QMenu(upload)
    menu.addActions([moving.upload_files, moving.upload_folder, moving.paste])
    upload.setMenu(menu)
    upload.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)


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

"""The composition root: arguments, the window painted first, then everything else."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from s3desk.arguments import Arguments, read_arguments
from s3desk.background import Background
from s3desk.display import missing_display
from s3desk.models.transfer_model import TransferModel
from s3desk.settings import SettingsFile
from s3desk.shipped import shipped
from s3desk.ui.bucket_pane import BucketPane
from s3desk.ui.desk import Desk, News
from s3desk.ui.icons import Icons
from s3desk.ui.main_window import MainWindow
from s3desk.ui.messages import Messages
from s3desk.ui.navigator import Navigator
from s3desk.ui.object_pane import ObjectPane
from s3desk.ui.preview_pane import PreviewPane
from s3desk.ui.theme import Theme, ThemeChoice
from s3desk.ui.transfers_pane import TransfersPane
from s3desk.ui.work import Work


def run(argv: list[str]) -> int:
    """Run the program; returns the exit code: 0, or 2 when it could not start as asked."""
    arguments = read_arguments(argv)
    if arguments.screenshot and sys.platform not in ("win32", "darwin"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen" if missing_display() else "xcb")
    if problem := missing_display():
        print(f"s3desk: {problem}; --screenshot FILE.png works without one", file=sys.stderr)  # noqa: T201
        return 2
    app = QApplication(["s3desk"])
    window, desk = compose(app, arguments)
    window.show()
    app.processEvents()  # the first paint; whatever takes longer is imported after it

    from s3desk.session import Session  # noqa: PLC0415

    return Session(app, window, desk, arguments).run()


def compose(app: QApplication, arguments: Arguments, settings: SettingsFile | None = None) -> tuple[MainWindow, Desk]:
    """Build the window and everything in it; nothing is connected and nothing slow is imported yet."""
    QCoreApplication.setOrganizationName("s3desk")
    QCoreApplication.setApplicationName("s3desk")
    app.setDesktopFileName("s3desk")
    app.setWindowIcon(QIcon(str(shipped("s3desk.png"))))
    settings = settings or SettingsFile(
        QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "s3desk", "s3desk"),
        writes=not arguments.screenshot,
    )
    theme = Theme(app, ThemeChoice(arguments.theme or settings.current.theme))
    icons, messages = Icons(theme), Messages()
    background, navigator, news = Background(), Navigator(), News()
    work = Work(background, TransferModel())
    window = MainWindow()
    desk = Desk(
        background=background,
        work=work,
        navigator=navigator,
        settings=settings,
        theme=theme,
        icons=icons,
        news=news,
        messages=messages,
        tree=BucketPane(background, navigator, theme, icons),
        objects=ObjectPane(background, theme, icons, messages),
        preview=PreviewPane(background, theme, icons),
        transfers=TransfersPane(work.model, theme),
    )
    window.furnish(desk)
    return window, desk

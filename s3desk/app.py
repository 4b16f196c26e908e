"""The composition root: arguments, the window painted first, then everything else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from s3desk.arguments import Arguments, read_arguments
from s3desk.display import missing_display
from s3desk.settings import SettingsFile
from s3desk.shipped import shipped
from s3desk.ui.icons import Icons
from s3desk.ui.main_window import MainWindow
from s3desk.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.ui.desk import Desk


def run(argv: list[str]) -> int:
    """Run the program; returns the exit code: 0, or 2 when it could not start as asked."""
    arguments = read_arguments(argv)
    if arguments.screenshot and missing_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if problem := missing_display():
        print(f"s3desk: {problem}; --screenshot FILE.png works without one", file=sys.stderr)  # noqa: T201
        return 2
    qInstallMessageHandler(_log_qt)
    app = QApplication(["s3desk", "-style", "fusion"])  # setStyle() would take Qt's bindings 10 ms
    window, theme, icons = open_window(app, arguments)
    window.show()
    app.processEvents()  # the first paint; whatever takes longer is imported after it
    desk = furnish(window, theme, icons, None if arguments.screenshot else _data_folder())

    from s3desk.session import Session  # noqa: PLC0415  # after the first paint

    return Session(app, window, desk, arguments).run()


def _log_qt(kind: QtMsgType, _context: object, message: str) -> None:
    """Qt's own messages belong into the log; only what ends the program also to the terminal."""
    import logging  # noqa: PLC0415  # rarely needed

    if kind is QtMsgType.QtFatalMsg:
        print(f"s3desk: {message}", file=sys.stderr)  # noqa: T201
    level = logging.INFO if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    if "This plugin does not support" not in message:  # a remark of the platform about itself
        logging.getLogger("qt").log(level, message)


def open_window(
    app: QApplication, arguments: Arguments, settings: SettingsFile | None = None
) -> tuple[MainWindow, Theme, Icons]:
    """The empty window in its colours; nothing slow is imported for it."""
    QCoreApplication.setOrganizationName("s3desk")
    QCoreApplication.setApplicationName("s3desk")
    app.setDesktopFileName("s3desk")
    settings = settings or SettingsFile(
        QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "s3desk", "s3desk"),
        writes=not arguments.screenshot,
    )
    theme = Theme(app, ThemeChoice(arguments.theme or settings.current.theme))
    icons = Icons(theme)
    return MainWindow(settings, icons), theme, icons


def _data_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415  # after the first paint

    return user_data_path("s3desk", appauthor=False)


def furnish(window: MainWindow, theme: Theme, icons: Icons, data: Path | None = None) -> Desk:
    """Build the views and verbs and put them into the window; nothing is connected yet.

    `data` is the folder for what is remembered of links and permissions; None remembers it for this run.
    """
    # After the first paint, because all operations come with the verbs.
    from s3desk.background import Background  # noqa: PLC0415
    from s3desk.models.transfer_model import TransferModel  # noqa: PLC0415
    from s3desk.s3.access.former import Former  # noqa: PLC0415
    from s3desk.s3.journal.journal import Journal  # noqa: PLC0415
    from s3desk.s3.sharing.ledger import Ledger  # noqa: PLC0415
    from s3desk.ui.bucket_pane import BucketPane  # noqa: PLC0415
    from s3desk.ui.desk import Desk, News  # noqa: PLC0415
    from s3desk.ui.joints import Joints  # noqa: PLC0415
    from s3desk.ui.messages import Messages  # noqa: PLC0415
    from s3desk.ui.navigator import Navigator  # noqa: PLC0415
    from s3desk.ui.object_pane import ObjectPane  # noqa: PLC0415
    from s3desk.ui.preview_pane import PreviewPane  # noqa: PLC0415
    from s3desk.ui.transfers.transfers_pane import TransfersPane  # noqa: PLC0415
    from s3desk.ui.transfers.work import Work  # noqa: PLC0415

    # Paused work keeps its thread, and others have their turn meanwhile (ui/turns.py).
    background, navigator, messages = Background(long=32), Navigator(), Messages()
    work = Work(background, TransferModel(), Journal(data))
    desk = Desk(
        background=background,
        work=work,
        navigator=navigator,
        settings=window.settings,
        theme=theme,
        icons=icons,
        news=News(),
        messages=messages,
        tree=BucketPane(background, navigator, theme, icons),
        objects=ObjectPane(background, theme, icons, messages),
        preview=PreviewPane(background, theme, icons),
        transfers=TransfersPane(work.model, theme, icons),
        ledger=Ledger(data and data / "links.sqlite"),
        former=Former(data and data / "permissions.sqlite"),
    )
    Joints(window, desk)
    QApplication.setWindowIcon(QIcon(str(shipped("s3desk.png"))))  # of all windows
    return desk


def compose(
    app: QApplication, arguments: Arguments, settings: SettingsFile, data: Path | None = None
) -> tuple[MainWindow, Desk]:
    """The whole window at once, not yet shown."""
    window, theme, icons = open_window(app, arguments, settings)
    return window, furnish(window, theme, icons, data)

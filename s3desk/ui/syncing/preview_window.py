"""`Sync preview`: what a sync would do, a check box a row; nothing is changed before `Sync` is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from s3desk.models import sync_words as say
from s3desk.models.sync_model import SyncModel
from s3desk.s3.syncing.plan import Action
from s3desk.ui.empty_state import EmptyState, Message
from s3desk.ui.form_dialog import set_words, tab_in_reading_order, words
from s3desk.ui.icons import IconRole
from s3desk.ui.syncing.preview_table import PreviewTable

if TYPE_CHECKING:
    from s3desk.s3.errors import S3Error
    from s3desk.s3.syncing.plan import Sync, SyncPlan
    from s3desk.s3.syncing.sides import Looked
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

FIRST_SIZE, LEAST_SIZE = (1160, 620), (940, 420)
EVERY_MS = 200
_ALL = Qt.CheckState.Checked
_BOXES = {Action.COPY: "All new", Action.REPLACE: "All replaced", Action.DELETE: "All deleted"}
_LOOKING = Message("ph.arrows-left-right", "Comparing…", "Nothing is changed by this.")
_SAME = Message("ph.check-circle", "Everything is the same", "There is nothing to do.", role=IconRole.GOOD)
_NOTHING = Message("ph.check-circle", "There is nothing to do", role=IconRole.GOOD)
_FILTERED = Message("ph.funnel", "No name fits the filter")
_FAILED = Message("ph.warning-circle", "They could not be compared", "Nothing was changed.", role=IconRole.WARNING)


class PreviewWindow(QDialog):
    """Not modal, and with no window above it. Samples a comparison until `show_plan` or `show_failure`.

    `plan` is what was found; `model` knows what of it is ticked.
    """

    compare_wanted = Signal()
    sync_wanted = Signal()
    details_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons, sync: Sync) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Sync preview")
        self.model = SyncModel()
        self.plan: SyncPlan | None = None
        self._sync = sync
        self._looked: Looked | None = None
        self._busy, self._message = False, _LOOKING
        self._total, self._note, self._trouble = words("", "title"), words("", "dim"), words("", "warning")
        self._places, self._chosen, self._filter = words("", "dim"), words("", "dim"), QLineEdit()
        self._table = PreviewTable(self.model, theme)
        self._empty = EmptyState(self._table, icons)
        self._boxes = {action: self._make_box(action, name) for action, name in _BOXES.items()}
        self._again, self._details = _button("Compare again"), _button("What was left alone…")
        self._cancel, self._start = _button("Cancel"), _button("Sync")
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._sample)
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*FIRST_SIZE)
        self._table.setFocus()

    # what it looks like

    def _make_box(self, action: Action, name: str) -> QCheckBox:
        """Ticks all of an action, or none; says how many there are."""
        box = QCheckBox(name)
        box.setAccessibleName(name)
        box.clicked.connect(lambda: self.model.tick(action, on=self.model.state_of(action)[1] is not _ALL))
        return box

    def _lay_out(self) -> None:
        named = (self._total, "Total"), (self._places, "Places"), (self._note, "About"), (self._trouble, "Notice")
        for label, name in (*named, (self._chosen, "Chosen")):
            label.setAccessibleName(name)
        self._filter.setAccessibleName("Filter names")
        self._filter.setPlaceholderText("Filter names")
        self._filter.setClearButtonEnabled(True)
        self._filter.setMaximumWidth(280)
        middle, bottom = QHBoxLayout(), QHBoxLayout()
        middle.setSpacing(16)
        for box in self._boxes.values():
            middle.addWidget(box)
        middle.addStretch(1)
        middle.addWidget(self._filter)
        for button in (self._again, self._details):
            bottom.addWidget(button)
        bottom.addWidget(self._chosen, 1)
        self._chosen.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for other in (self._cancel, self._start):
            bottom.addWidget(other)
        self._start.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        for top in (self._total, self._places, self._note, self._trouble):
            column.addWidget(top)
        column.addLayout(middle)
        column.addWidget(self._table, 1)
        column.addLayout(bottom)
        tab_in_reading_order(self)

    def _connect(self) -> None:
        self.model.changed.connect(self._update)
        self._filter.textChanged.connect(self.model.set_filter)
        self._again.clicked.connect(self.compare_wanted)
        self._details.clicked.connect(self.details_wanted)
        self._start.clicked.connect(self.sync_wanted)
        self._cancel.clicked.connect(self.close)
        QShortcut(QKeySequence("F5"), self).activated.connect(self._again.click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in the filter or the table must not begin anything."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not isinstance(self.focusWidget(), QPushButton):
            return
        super().keyPressEvent(event)

    # what is known

    def show_looking(self, looked: Looked) -> None:
        """Forget what was found, and show how far a comparison is from now on."""
        self._looked, self.plan, self._message = looked, None, _LOOKING
        self._set_busy(busy=True)
        places = map(say.place_words, (self._sync.source, self._sync.target))
        set_words(self._places, " → ".join(places), "dim")
        set_words(self._trouble, "", "warning")
        set_words(self._note, "", "dim")
        self._name_cancel("Cancel")
        self._timer.start()
        self.model.show_rows(())
        self._sample()

    def show_plan(self, plan: SyncPlan) -> None:
        """The comparison is over."""
        self._end_looking()
        self.plan = plan
        self._message = _SAME if plan.same and not plan.stays else _NOTHING
        self._total.setText(say.headline(plan))
        set_words(self._note, say.left_out_words(plan), "dim")
        set_words(self._trouble, say.warning_words(plan), "warning")
        self.model.show_rows(plan.rows)
        self._table.make_room_for({row.why for row in plan.rows})
        self._set_busy(busy=False)

    def show_failure(self, error: S3Error) -> None:
        """It could not be compared: nothing is offered."""
        self._end_looking()
        self._message = _FAILED
        self._total.setText("They could not be compared")
        set_words(self._trouble, f"{error} {error.advice}".strip(), "warning")
        self._set_busy(busy=False)

    def show_running(self) -> None:
        """What is ticked is being done; the window may be closed meanwhile."""
        self._set_busy(busy=True)
        self._name_cancel("Close")
        set_words(self._trouble, "Syncing: Transfers shows how far it is.", "dim")

    def show_done(self, counts: list[int], failed: int) -> None:
        """It came to its end."""
        sentence = say.done_words(counts, failed)
        if failed and counts[Action.DELETE]:
            sentence += " Nothing is deleted unless every copy went well."
        self._show_end(sentence, "warning" if failed else "good")

    def show_stopped(self) -> None:
        """Somebody, or an error, broke it off."""
        self._show_end("Stopped: what was done until then stays.", "warning")

    def _show_end(self, sentence: str, kind: str) -> None:
        self._set_busy(busy=False, done=True)
        set_words(self._trouble, f"{sentence} Compare again to see what is left.", kind)

    def _name_cancel(self, name: str) -> None:
        self._cancel.setText(name)
        self._cancel.setAccessibleName(name)

    def _end_looking(self) -> None:
        self._timer.stop()
        self._looked = None

    def _set_busy(self, *, busy: bool, done: bool = False) -> None:
        self._busy, self.model.locked = busy, busy or done
        self._update()

    def _sample(self) -> None:
        if self._looked is not None:
            self._total.setText(say.looking_words(self._looked))

    def _update(self) -> None:
        model, plan = self.model, self.plan
        counts, open_ = model.counts, not model.locked
        self._total.setAccessibleDescription(self._total.text())
        for action, box in self._boxes.items():
            count, state = model.state_of(action)
            box.setText(f"{_BOXES[action]} ({count:,})")
            box.setTristate(state is Qt.CheckState.PartiallyChecked)
            box.setCheckState(state)
            box.setEnabled(open_ and count > 0)
        self._again.setEnabled(not self._busy)
        self._details.setVisible(plan is not None and bool(plan.left_alone))
        self._start.setEnabled(open_ and any(counts))
        chosen = say.counts_words(counts, model.size)
        ticked = f"Ticked: {chosen}" if chosen else "Nothing is ticked"
        self._chosen.setText(ticked if plan is not None and plan.rows and open_ else "")
        if model.rowCount():
            self._empty.hide()
        else:
            self._empty.show_message(_FILTERED if plan is not None and plan.rows else self._message)


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button

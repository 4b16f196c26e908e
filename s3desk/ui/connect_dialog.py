"""Asks who and where: a profile, typed keys, an own server, or nobody at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialogButtonBox, QLineEdit, QWidget

from s3desk.s3.account import Account, SignIn
from s3desk.ui.form_dialog import FormDialog, set_words, words
from s3desk.ui.name_dialogs import region_field

if TYPE_CHECKING:
    from s3desk.s3.profiles import Profile

TYPED = "Keys typed below"
ENVIRONMENT = "Environment variables (AWS_…)"
# A whole “export AWS_…” block, as portals give it, may be pasted into any of the key fields.
_HOST = re.compile(r"[\w.-]+")
_PASTED = {
    "access": re.compile(r"aws_access_key_id[\"']?\s*[=:]\s*[\"']?([^\s\"']+)", re.I),
    "secret": re.compile(r"aws_secret_access_key[\"']?\s*[=:]\s*[\"']?([^\s\"']+)", re.I),
    "token": re.compile(r"aws_session_token[\"']?\s*[=:]\s*[\"']?([^\s\"']+)", re.I),
}


@dataclass(frozen=True)
class NewConnection:
    """What the Connect dialog collects."""

    account: Account
    remember: bool


class ConnectDialog(FormDialog):
    """Collects an Account; `test_wanted` asks the flow behind it to try, `show_result` says how that went."""

    test_wanted = Signal(object)  # Account

    def __init__(self, parent: QWidget | None, *, environment: bool) -> None:
        super().__init__(parent, "Connect", "Connect", "Connect to S3")
        self.setMinimumWidth(540)
        self._profiles: dict[str, Profile] = {}
        self._kept: NewConnection | None = None
        self._profile = QComboBox()
        self._profile.addItem(TYPED)
        if environment:
            self._profile.addItem(ENVIRONMENT)
        self._access, self._secret, self._token = QLineEdit(), QLineEdit(), QLineEdit()
        for secret in (self._secret, self._token):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._token.setPlaceholderText("only for temporary keys")
        self._endpoint, self._region = QLineEdit(), region_field()
        self._endpoint.setPlaceholderText("empty for Amazon; https://… for MinIO, Ceph, R2, Wasabi and others")
        self._region_edit().setPlaceholderText("as the profile or the server says")
        self._path_style, self._anonymous = QCheckBox("Path-style addresses"), QCheckBox("Anonymous")
        self._remember = QCheckBox("Remember in keychain")
        self._note = words(" ", "dim")
        self._result = words()
        self._result.setAccessibleName("Test result")
        self._result.setMinimumHeight(self.notice.minimumHeight())
        self._result.hide()
        self.column.insertWidget(self.column.indexOf(self.notice) + 1, self._result)
        self._lay_out()
        self._connect()
        self.check()

    def _lay_out(self) -> None:
        self.add_field("AWS profile", self._profile)
        self.form.addRow("", self._note)
        self.add_field("Access key ID", self._access)
        self.add_field("Secret access key", self._secret)
        self.add_field("Session token", self._token)
        self.add_field("Endpoint URL", self._endpoint)
        self.add_field("Region", self._region)
        for box, tip in (
            (self._path_style, "Write the bucket into the path: most servers that are not Amazon's need this."),
            (self._anonymous, "No keys at all: for public buckets with open data."),
            (self._remember, "Keep these keys in this computer's keychain. Otherwise they are forgotten at the end."),
        ):
            box.setAccessibleName(box.text())
            box.setToolTip(tip)
            self.form.addRow("", box)
        self._test = self.add_button("Test", QDialogButtonBox.ButtonRole.ActionRole)
        self.add_cancel()

    def _connect(self) -> None:
        self._test.clicked.connect(self._ask_for_test)
        for field in (self._access, self._secret, self._token):
            field.textChanged.connect(self._take_pasted)
            field.textChanged.connect(self.check)
        self._endpoint.textChanged.connect(self._guess_path_style)
        self._region.currentTextChanged.connect(self.check)
        self._profile.currentTextChanged.connect(self.check)
        self._anonymous.toggled.connect(self.check)
        self._path_style.toggled.connect(self.check)

    def _region_edit(self) -> QLineEdit:
        edit = self._region.lineEdit()
        if edit is None:
            raise LookupError("the region combo box is editable")
        return edit

    # what the flow behind the dialog tells it

    def show_profiles(self, profiles: Sequence[Profile]) -> None:
        """Offer these profiles; called once they are read."""
        for profile in profiles:
            self._profiles[profile.name] = profile
            self._profile.addItem(profile.name)

    def show_result(self, text: str, *, good: bool) -> None:
        """How the test went, in words."""
        set_words(self._result, text, "good" if good else "warning")
        self.notice.hide()  # the result takes its room
        self._test.setText("Test")

    def prefill(self, account: Account) -> None:
        """Start from an account, for instance one whose keys were not kept."""
        self._access.setText(account.access_key)
        self._endpoint.setText(account.endpoint_url)
        self._region.setCurrentText(account.region)
        self._anonymous.setChecked(account.sign_in is SignIn.ANONYMOUS)
        if account.path_style is not None:
            self._path_style.setChecked(account.path_style)
        refused = bool(account.access_key)
        why = "were refused. Correct them." if refused else "were not kept. Enter them once more."
        set_words(self._note, f"The keys of “{account.name}” {why}", "warning" if refused else "dim")

    # inside

    def _ask_for_test(self) -> None:
        self._test.setText("Testing…")
        self.test_wanted.emit(self.answer().account)

    def _take_pasted(self, text: str) -> None:
        found = {part: pattern.search(text) for part, pattern in _PASTED.items()}
        fields = {"access": self._access, "secret": self._secret, "token": self._token}
        if not any(found.values()):
            return
        for field in fields.values():
            field.clear()
        for part, match in found.items():
            fields[part].setText(match[1].rstrip(";") if match else "")

    def _guess_path_style(self, endpoint: str) -> None:
        self._path_style.setChecked(bool(endpoint.strip()))
        self.check()

    def check(self) -> None:
        """Grey out what the choice makes pointless, and explain the choice."""
        set_words(self._result, "", "")
        super().check()
        chosen = self._profile.currentText()
        typed = chosen == TYPED
        self._anonymous.setEnabled(typed)
        for field in (self._access, self._secret, self._token, self._remember):
            field.setEnabled(typed and not self._anonymous.isChecked())
        if profile := self._profiles.get(chosen):
            set_words(self._note, _described(profile), "warning" if profile.runs else "dim")
        elif not typed or not self._note.text().startswith("The keys of"):
            set_words(self._note, " ", "dim")
        self._test.setEnabled(not self.problem())

    def problem(self) -> str:
        """Missing keys and addresses that cannot be."""
        endpoint = self._endpoint.text().strip()
        if endpoint and not _is_address(endpoint):
            return "Write the endpoint URL like https://s3.example.com"
        if self._profile.currentText() == TYPED and not self._anonymous.isChecked():
            if not self._access.text().strip() and not self._secret.text().strip():
                return " "
            if not self._access.text().strip():
                return "The access key ID is missing."
            if not self._secret.text().strip():
                return "The secret access key is missing."
        return ""

    def answer(self) -> NewConnection:
        """The account as typed, and whether its keys go to the keychain."""
        return self._kept or self._typed()

    def _typed(self) -> NewConnection:
        chosen = self._profile.currentText()
        typed = chosen == TYPED
        anonymous = typed and self._anonymous.isChecked()
        sign_in = SignIn.ANONYMOUS if anonymous else SignIn.KEYS if typed else SignIn.PROFILE
        if chosen == ENVIRONMENT:
            sign_in = SignIn.ENVIRONMENT
        keys = sign_in is SignIn.KEYS
        endpoint = self._endpoint.text().strip()
        account = Account(
            name=_name(chosen, endpoint, sign_in),
            sign_in=sign_in,
            profile=chosen if sign_in is SignIn.PROFILE else "",
            access_key=self._access.text().strip() if keys else "",
            secret_key=self._secret.text().strip() if keys else "",
            session_token=self._token.text().strip() if keys else "",
            endpoint_url=endpoint,
            region=self._region.currentText().strip(),
            path_style=self._path_style.isChecked() if endpoint or self._path_style.isChecked() else None,
        )
        return NewConnection(account, keys and self._remember.isChecked())

    def done(self, result: int) -> None:
        """Typed secrets do not outlive the dialog on the screen."""
        self._kept = self._typed()
        for field in (self._secret, self._token):
            field.clear()
        super().done(result)


def _is_address(endpoint: str) -> bool:
    """Whether it is one address of a server, not two pasted into one another."""
    try:
        parts = urlsplit(endpoint)
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        return False
    host = (parts.hostname or "").replace(":", "")  # IPv6
    return parts.scheme in ("http", "https") and bool(_HOST.fullmatch(host)) and "://" not in endpoint[8:]


def _name(chosen: str, endpoint: str, sign_in: SignIn) -> str:
    """What the tree calls the connection: whose keys, and where if not at Amazon."""
    host = urlsplit(endpoint).netloc
    if sign_in is SignIn.PROFILE:
        return f"{chosen} at {host}" if host else chosen
    if sign_in is SignIn.ENVIRONMENT:
        return host or "Amazon S3 (environment)"
    if sign_in is SignIn.ANONYMOUS:
        return f"{host or 'Amazon S3'} (anonymous)"
    return host or "Amazon S3"


def _described(profile: Profile) -> str:
    parts = [f"Signs in by {profile.kind}."]
    if profile.runs:
        parts.append(f"Connecting runs this program: {profile.runs}")
    if profile.endpoint_url:
        parts.append(f"Goes to {profile.endpoint_url}")
    if profile.region:
        parts.append(f"Region {profile.region}.")
    return " ".join(parts)

"""Settings: what is remembered between two starts; never a secret."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSettings

if TYPE_CHECKING:
    from s3desk.s3.account import Account

_THEMES = ("system", "light", "dark")
_LINK_LIFE = (1, 7 * 24 * 60)
_BOUNDS = {
    "object_column_count": (0, 1000),
    "transfers_at_once": (1, 8),
    "files_at_once": (1, 64),
    "parts_at_once": (1, 16),
    "kilobytes_per_second": (0, 10_000_000),
}


@dataclass(frozen=True)
class Settings:
    """A snapshot. `accounts` carry no keys; those live in the keychain, or nowhere."""

    geometry: QByteArray = field(default_factory=QByteArray)
    outer_splitter: QByteArray = field(default_factory=QByteArray)
    inner_splitter: QByteArray = field(default_factory=QByteArray)
    object_columns: QByteArray = field(default_factory=QByteArray)
    object_column_count: int = 0  # of which `object_columns` speaks
    preview_shown: bool = True
    theme: str = "system"
    download_folder: str = ""
    upload_folder: str = ""
    link_minutes: int = 7 * 24 * 60
    transfers_at_once: int = 3
    files_at_once: int = 8
    parts_at_once: int = 4
    kilobytes_per_second: int = 0  # 0 is no limit
    upload_conflicts: str = ""  # what happens to taken names, in the words of s3.transfers.Decision; "" asks
    download_conflicts: str = ""
    copy_conflicts: str = ""
    accounts: tuple[Account, ...] = ()
    remembered: tuple[str, ...] = ()  # names of the accounts whose keys are in the keychain
    bookmarks: tuple[tuple[str, str], ...] = ()  # (account name, s3:// address)
    syncs: tuple[str, ...] = ()  # how places were synced the last time, the newest first
    last_account: str = ""
    last_uri: str = ""

    def account(self, name: str) -> Account | None:
        """The account of this name."""
        return next((account for account in self.accounts if account.name == name), None)


class SettingsFile:
    """The current Settings and where they are kept: loaded once, written whenever they change, unless not to."""

    def __init__(self, store: QSettings, *, writes: bool = True) -> None:
        self._store = store
        self.writes = writes
        self.current = _load(store)

    def update(self, **changes: Any) -> None:
        """Replace fields and write them."""
        self.current = replace(self.current, **changes)
        for name in changes if self.writes else ():
            self._store.setValue(name, _written(getattr(self.current, name)))
        self._store.sync()


def _load(store: QSettings) -> Settings:
    """Read what is there; a field that cannot be read falls back to its default and blocks nothing."""
    found: dict[str, Any] = {}
    for known in fields(Settings):
        value = store.value(known.name)
        if value is None:
            continue
        try:
            found[known.name] = _read(known.name, value)
        except (ValueError, TypeError, KeyError):
            continue
    return Settings(**found)


def _written(value: Any) -> Any:
    import json  # noqa: PLC0415  # not before the first paint

    if isinstance(value, tuple):
        return json.dumps([item if isinstance(item, (str, tuple)) else _without_secrets(item) for item in value])
    return value


def _without_secrets(account: Account) -> dict[str, Any]:
    kept = asdict(replace(account, access_key="", secret_key="", session_token=""))
    return kept | {"sign_in": account.sign_in.value}


def _read(name: str, value: Any) -> Any:
    default = getattr(Settings(), name)
    if isinstance(default, QByteArray):
        return QByteArray(value)
    if isinstance(default, bool):
        return str(value).lower() == "true"
    if name == "theme" and value not in _THEMES:
        raise ValueError(value)
    if isinstance(default, int):
        least, most = _BOUNDS.get(name, _LINK_LIFE)
        return min(max(int(value), least), most)
    if isinstance(default, str):
        return str(value)
    import json  # noqa: PLC0415  # not before the first paint, unless there is something to read

    return _read_list(name, json.loads(str(value)))


def _read_list(name: str, items: list[Any]) -> Any:
    if name == "accounts":
        from s3desk.s3.account import Account, SignIn  # noqa: PLC0415  # as json above

        return tuple(Account(**item | {"sign_in": SignIn(item["sign_in"])}) for item in items)
    if name == "bookmarks":
        return tuple((str(account), str(uri)) for account, uri in items)
    return tuple(str(item) for item in items)

"""Keys in the operating system's keychain, and what happens where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from s3desk.s3 import keychain
from s3desk.s3.account import Account
from s3desk.s3.job import Job
from s3desk.s3.keychain import NoKeychainError

ACCOUNT = Account("mine", access_key="AKIAX", secret_key="hush", session_token="psst", endpoint_url="http://h:1")
BARE = replace(ACCOUNT, access_key="", secret_key="", session_token="")


class MemoryKeychain(KeyringBackend):
    """A keychain as keyring wants one, for the tests of a machine that has none."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.locked = False
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[(service, username)]


@pytest.fixture
def chain() -> Iterator[MemoryKeychain]:
    before, made = keyring.get_keyring(), MemoryKeychain()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_what_was_remembered_is_recalled_and_forgotten(chain: MemoryKeychain) -> None:
    keychain.remember(Job(), ACCOUNT)
    assert keychain.recall(Job(), BARE) == ACCOUNT
    keychain.forget(Job(), BARE)
    assert keychain.recall(Job(), BARE) == BARE
    keychain.forget(Job(), BARE)  # once more does no harm
    assert not chain.kept


def test_a_locked_keychain_says_so(chain: MemoryKeychain) -> None:
    chain.locked = True
    with pytest.raises(NoKeychainError, match="no keychain") as refusal:
        keychain.remember(Job(), ACCOUNT)
    assert "memory only" in refusal.value.advice
    assert "hush" not in refusal.value.details


def test_no_keychain_says_so() -> None:
    with pytest.raises(NoKeychainError):
        keychain.recall(Job(), BARE)

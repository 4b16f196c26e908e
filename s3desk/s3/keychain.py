"""Keeps typed keys in the operating system's keychain, when the user asked for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.s3.errors import S3Error

if TYPE_CHECKING:
    from s3desk.s3.account import Account
    from s3desk.s3.job import Job

_SERVICE = "s3desk"


class NoKeychainError(S3Error):
    """There is no keychain here, or it is locked."""


def remember(job: Job, account: Account) -> None:
    """Store the account's keys under its name. Raises NoKeychainError; nothing is stored elsewhere then."""
    job.check()
    secret = {"access_key": account.access_key, "secret_key": account.secret_key, "token": account.session_token}
    _keyring_call("set_password", _SERVICE, account.name, json.dumps(secret))


def recall(job: Job, account: Account) -> Account:
    """The account with its keys from the keychain; without them when none are stored. Raises NoKeychainError."""
    job.check()
    stored = _keyring_call("get_password", _SERVICE, account.name)
    if not stored:
        return account
    secret = json.loads(stored)
    return replace(
        account, access_key=secret["access_key"], secret_key=secret["secret_key"], session_token=secret["token"]
    )


def forget(job: Job, account: Account) -> None:
    """Remove the account's keys from the keychain, if they are there. Raises NoKeychainError."""
    if recall(job, account).secret_key:
        _keyring_call("delete_password", _SERVICE, account.name)


def _keyring_call(function: str, *args: str) -> str | None:
    import keyring  # noqa: PLC0415  # loads every backend
    from keyring.backends import fail, null  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    words = "There is no keychain on this computer that can be used."
    advice = "The keys are kept in memory only, until the window closes."
    if isinstance(keyring.get_keyring(), (fail.Keyring, null.Keyring)):
        raise NoKeychainError(words, advice)
    try:
        result: str | None = getattr(keyring, function)(*args)
    except (KeyringError, RuntimeError, OSError) as error:  # locked, or its bus is gone
        raise NoKeychainError(words, advice) from error
    return result

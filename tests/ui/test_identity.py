"""Who am I: as much as each server tells, in a panel and in the status bar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDialog

from s3desk.models.identity_words import FACTS, NOBODY, facts, told
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ExpiredError
from s3desk.s3.identity import Identity, KeyFacts, Me
from s3desk.s3.location import Location
from s3desk.ui.identity_actions import Identities
from tests.servers.fault_proxy import fault_proxy_before
from tests.servers.faults import Stall
from tests.servers.info import ServerInfo
from tests.servers.moto import ACCOUNT, OWNER, moto_client
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk, account_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NOT_SET: Seen[str] = Seen(Standing.NOT_SET)
ROLE = Identity("1", "arn", "id", "assumed role", "ann as Reader", temporary=True)


@pytest.fixture
def at_moto(unconnected: Analyst, moto: ServerInfo) -> Analyst:
    """The window, connected to moto, at the list of buckets."""
    return opened(unconnected, account_of(moto))


def opened(me: Analyst, account: Account) -> Analyst:
    """Connect and wait for the buckets."""
    me.connection = me.window.verbs.connection.open(account, Location())
    me.arrive()
    return me


def asked(me: Analyst) -> QDialog:
    """The panel, once it is filled."""
    me.do("Who am I…")
    dialog = me.dialog("Who am I")
    me.until(lambda: me.words("Name", dialog) != "Asking…")
    return dialog


def test_an_iam_user(at_moto: Analyst, moto: ServerInfo) -> None:
    dialog = asked(at_moto)
    assert not dialog.isModal()
    says = {name: at_moto.words(name, dialog) for name in FACTS}
    assert says["Name"] == f"{OWNER} (IAM user)"
    assert says["Account"] == ACCOUNT
    assert says["ARN"] == f"arn:aws:iam::{ACCOUNT}:user/{OWNER}"
    assert says["Session"] == "Does not end by itself"
    assert says["Access key"].startswith(f"AKIA…{moto.access_key[-4:]}, made today (")
    assert says["Last use of the key"].endswith(" for IAM in us-east-1")
    at_moto.click("Copy", dialog)
    assert clipboard().splitlines()[:2] == [f"Name: {OWNER} (IAM user)", f"Account: {ACCOUNT}"]
    assert moto.access_key not in clipboard()
    at_moto.until(lambda: at_moto.words("Connected to").endswith(f" · signed in as {OWNER} ({ACCOUNT})"))
    at_moto.click("Close", dialog)


def test_a_role_of_another_account_than_the_window_was_opened_with(unconnected: Analyst, moto: ServerInfo) -> None:
    sts = moto_client(moto, "sts")
    role = f"arn:aws:iam::{ACCOUNT}:role/Reader"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="ann@example.com")["Credentials"]
    sts.close()
    account = replace(
        account_of(moto),
        access_key=keys["AccessKeyId"],
        secret_key=keys["SecretAccessKey"],
        session_token=keys["SessionToken"],
    )
    dialog = asked(opened(unconnected, account))
    assert unconnected.words("Name", dialog) == "ann@example.com as Reader (assumed role)"
    assert unconnected.words("Session", dialog) == "Ends by itself; these keys do not tell when"
    assert unconnected.words("Last use of the key", dialog) == "not told for temporary keys"
    assert unconnected.words("Access key", dialog) == f"ASIA…{keys['AccessKeyId'][-4:]}"
    dialog.close()


def test_the_other_servers(open_desk: OpenDesk, server: ServerInfo) -> None:
    me = open_desk()
    dialog = asked(me)
    name, arn = me.words("Name", dialog), me.words("ARN", dialog)
    if server.name == "ceph":
        assert (name, arn) == ("owner (as S3 calls you)", "this server does not have it")
    else:
        assert (name, arn) == ("owner (IAM user)", "arn:aws:iam::000000000000:user/owner")
        assert me.words("Last use of the key", dialog) == "the server does not tell"
        assert me.words("Connected to").endswith(" · signed in as owner")
    assert me.words("Access key", dialog) == f"…{server.access_key[-4:]}"
    dialog.close()


def test_nobody_is_signed_in(unconnected: Analyst, moto: ServerInfo) -> None:
    assert not unconnected.verb("Who am I…").isEnabled()
    account = Account("public", SignIn.ANONYMOUS, endpoint_url=moto.endpoint_url, region="us-east-1")
    dialog = asked(opened(unconnected, account))
    assert unconnected.words("Name", dialog) == NOBODY
    assert unconnected.words("ARN", dialog) == "—"
    dialog.close()


def test_closing_the_panel_ends_the_question(unconnected: Analyst, moto: ServerInfo) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        me = opened(unconnected, account_of(moto, proxy.endpoint_url))
        rule = proxy.on(lambda request: request.method == "POST", Stall())
        me.do("Who am I…")
        dialog = me.dialog("Who am I")
        me.until(lambda: rule.fired)
        assert me.words("Name", dialog) == "Asking…"
        assert not me.button("Copy", dialog).isEnabled()
        me.click("Close", dialog)
        me.until(lambda: not me.desk.background._running)


def test_on_aws_the_status_bar_knows_by_itself(
    unconnected: Analyst, moto: ServerInfo, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", proxy.endpoint_url)  # S3 itself is AWS's, and is not asked
        keys = Account("aws", access_key=moto.access_key, secret_key=moto.secret_key, region="eu-west-1")
        aws = Connection(keys)
        identities = Identities(unconnected.desk.background, unconnected.window)
        with qtbot.waitSignal(identities.known) as known:
            assert identities.short(aws) == ""
            identities.meet(aws)
            identities.meet(aws)
        assert known.args == [aws]
        assert identities.short(aws) == f"{OWNER} ({ACCOUNT})"
        assert len(proxy.requests) == 1
        identities.meet(Connection(replace(keys, endpoint_url=proxy.endpoint_url)))
        identities.meet(Connection(replace(keys, sign_in=SignIn.ANONYMOUS)))
        assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    ("ends", "temporary", "words"),
    [
        (timedelta(minutes=9, seconds=30), True, ", in 9 min"),
        (timedelta(hours=5, minutes=0, seconds=30), True, ", in 5 h 0 min"),
        (timedelta(minutes=-1), True, ": sign in again"),
        (None, True, "Ends by itself; these keys do not tell when"),
        (None, False, "Does not end by itself"),
    ],
)
def test_when_the_session_ends(ends: timedelta | None, temporary: bool, words: str) -> None:
    moment = None if ends is None else datetime.now(UTC) + ends
    who = replace(ROLE, ends=moment, temporary=temporary)
    session = facts(Me(Seen(Standing.FOUND, who), Seen(Standing.NOT_SET), NOT_SET))[3]
    assert session.name == "Session"
    assert session.words.endswith(words)


def test_what_could_not_be_read_says_why() -> None:
    expired = ExpiredError("Your sign-in has expired.", "Sign in again.")
    lost = facts(Me(Seen(Standing.FAILED, error=expired), Seen(Standing.NOT_SET), NOT_SET, key_hint="AKIA…MPLE"))
    assert [fact.words for fact in lost[:4]] == ["Your sign-in has expired. Sign in again.", "—", "—", "—"]
    assert not any(fact.known for fact in lost[:4])
    assert (lost[4].words, lost[4].known) == ("AKIA…MPLE", True)
    user = replace(ROLE, temporary=False)
    refused = facts(Me(Seen(Standing.FOUND, user), Seen(Standing.NOT_ALLOWED), Seen(Standing.NOT_ALLOWED)))
    assert (refused[5].words, refused[5].known) == ("not allowed to see", False)


def test_the_account_by_its_name_and_the_age_of_the_key() -> None:
    created = datetime.now(UTC) - timedelta(days=1_000, hours=1)
    key = KeyFacts("AKIA…MPLE", created=created)
    user = Identity("123456789012", "arn", "id", "IAM user", "ann")
    me = Me(Seen(Standing.FOUND, user), Seen(Standing.FOUND, key), Seen(Standing.FOUND, "field-lab"), "AKIA…MPLE")
    lines = told(me).splitlines()
    assert "Account: 123456789012 (field-lab)" in lines
    assert any(line.startswith("Access key: AKIA…MPLE, made 1,000 days ago (") for line in lines)
    assert lines[-1] == "This access key is 1,000 days old. Replace keys every 90 days."
    assert not any(line.startswith("Last use") for line in lines)

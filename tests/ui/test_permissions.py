"""The window `Permissions`: what is seen, changed, asked about first, refused, and put back."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QPushButton, QTabBar
from shiboken6 import isValid

from s3desk.models.access_words import opens
from s3desk.s3.access.acl import EVERYONE, SIGNED_IN, AccessList, Grant, Grantee, GranteeKind, Right
from s3desk.s3.access.saving import Subject
from s3desk.s3.access.settings import Block, Ownership
from s3desk.s3.account import Account
from s3desk.s3.offers import Feature
from s3desk.ui.access.permissions_window import PermissionsWindow
from tests.servers.faults import Answer, LoseAnswer, Seen, Stall, captive_portal, error
from tests.ui.screen_reader import Role, find, tree
from tests.ui.test_accessible import nameless

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.conftest import BucketFactory
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo
    from tests.ui.analyst import Analyst
    from tests.ui.conftest import OpenDesk

ON_CEPH = pytest.mark.parametrize("server", ["ceph"], indirect=True)
ON_SEAWEEDFS = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
BLOCK = "Ignore access lists (ACLs) that let everyone in"


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> str:
    """A bucket with a file and a folder."""
    for key in ("a.txt", "b.txt", "folder/c.txt"):
        server_client.put_object(Bucket=bucket, Key=key, Body=b"1")
    return bucket


def opened(me: Analyst, verb: str = "Permissions…") -> QDialog:
    """Open the window and wait until everything is read."""
    me.do(verb)
    window = me.dialog("Permissions")
    me.until(lambda: _is_read(me, window))
    return window


def _is_read(me: Analyst, window: QDialog) -> bool:
    return me.words("Saved", window) not in ("Reading…", "Saving…", "Looking at what is there now…")


def turn_to(window: QDialog, title: str) -> None:
    """Click a tab."""
    bar = next(widget for role, _, widget in tree(window) if role == Role.PageTabList)
    assert isinstance(bar, QTabBar)
    number = [bar.tabText(n) for n in range(bar.count())].index(title)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())
    assert bar.currentIndex() == number


def saved(me: Analyst, window: QDialog, button: str, *, asked: bool = False) -> None:
    """Save, or undo, and wait until it is done; `asked` is whether it opens something and must be confirmed."""
    assert isinstance(window, PermissionsWindow)
    me.until(me.button(button, window).isEnabled)
    with me.qtbot.waitSignal(window.changed, timeout=40_000):
        me.click(button, window)
        if asked:
            question = me.dialog("Open to everyone")
            assert "nyone on the internet" in me.words("What it opens", question)
            me.click("Save anyway", question)
    assert me.words("Saved", window).startswith(("Saved:", "Put back"))


def status_of(server: ServerInfo, bucket: str, key: str) -> int:
    """What a browser without keys gets."""
    try:
        with urllib.request.urlopen(f"{server.endpoint_url}/{bucket}/{key}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


# access lists


@ON_CEPH
def test_an_object_is_opened_to_everyone_and_closed_again(server: ServerInfo, filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled)
    me.select("a.txt")
    window = opened(me)
    turn_to(window, "Access list")
    assert me.column(0, "Grants", window) == ["owner (the owner)"]
    assert not me.button("Save", window).isEnabled()
    me.choose("Grantee", "Everyone on the internet", window)
    me.choose("Right", "read", window)
    me.click("Add", window)
    assert me.column(0, "Grants", window) == ["owner (the owner)", "Everyone on the internet"]
    me.click("Save", window)
    question = me.dialog("Open to everyone")
    assert me.words("What it opens", question) == "With this, anyone on the internet can read “a.txt”."
    QTest.keyClick(question, Qt.Key.Key_Return)  # Enter is Cancel here
    me.until(lambda: not question.isVisible())
    assert status_of(server, filled, "a.txt") == 403
    saved(me, window, "Save", asked=True)
    assert status_of(server, filled, "a.txt") == 200
    assert me.said == "Saved: the access list of a.txt."
    tip = me.button("Undo", window).toolTip()
    assert "until" in tip
    assert tip.endswith(": owner: read, and change this list")  # which version it would put back
    saved(me, window, "Undo")
    me.until(lambda: not me.button("Undo", window).isEnabled())
    assert status_of(server, filled, "a.txt") == 403
    assert me.column(0, "Grants", window) == ["owner (the owner)"]
    window.close()


@ON_CEPH
def test_what_was_saved_can_be_undone_in_a_new_window(server: ServerInfo, filled: str, open_desk: OpenDesk) -> None:
    """And so after a restart: it stands in a file, which tests/s3/test_access.py opens anew."""
    me = open_desk(filled)
    me.select("a.txt")
    window = opened(me)
    turn_to(window, "Access list")
    me.choose("Grantee", "Everyone on the internet", window)
    me.click("Add", window)
    saved(me, window, "Save", asked=True)
    window.close()
    me.until(lambda: not isValid(window))
    window = opened(me)
    turn_to(window, "Access list")
    assert me.column(0, "Grants", window) == ["owner (the owner)", "Everyone on the internet"]
    me.select("Everyone on the internet", table=me.table("Grants", window))
    me.click("Remove", window)
    saved(me, window, "Save")  # it closes: nobody is asked
    assert status_of(server, filled, "a.txt") == 403
    saved(me, window, "Undo", asked=True)
    assert status_of(server, filled, "a.txt") == 200
    saved(me, window, "Undo")
    assert status_of(server, filled, "a.txt") == 403
    window.close()


@ON_CEPH
def test_an_account_is_named_by_its_id(server_client: S3Client, filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled)
    window = opened(me)
    turn_to(window, "Access list")
    me.choose("Grantee", "An account, by its canonical user ID", window)
    assert not me.button("Add", window).isEnabled()
    me.write("Account ID", "123456789012", window)
    assert "account number" in me.words("Account ID problem", window)
    assert not me.button("Add", window).isEnabled()
    me.write("Account ID", "other", window)
    me.choose("Right", "list what is in it", window)
    me.click("Add", window)
    saved(me, window, "Save")
    grants = server_client.get_bucket_acl(Bucket=filled)["Grants"]
    assert ("other", "READ") in [(one["Grantee"].get("ID"), one["Permission"]) for one in grants]
    window.close()


# settings


@ON_CEPH
def test_the_block_is_set_asked_about_and_put_back(
    server: ServerInfo, server_client: S3Client, filled: str, open_desk: OpenDesk
) -> None:
    server_client.put_object_acl(Bucket=filled, Key="a.txt", ACL="public-read")
    me = open_desk(filled)
    window = opened(me)
    turn_to(window, "Bucket settings")
    me.click(BLOCK, window)
    saved(me, window, "Save public access block")
    assert server_client.get_public_access_block(Bucket=filled)["PublicAccessBlockConfiguration"]["IgnorePublicAcls"]
    assert status_of(server, filled, "a.txt") == 403
    saved(me, window, "Undo public access block", asked=True)
    assert status_of(server, filled, "a.txt") == 200
    assert me.words("Object ownership notice", window) == "This server does not have object ownership."
    assert me.words("Default encryption notice", window) == "This server does not have default encryption."
    for name in ("Save object ownership", "Undo object ownership", "Save default encryption"):
        assert not me.button(name, window).isEnabled()
    assert not find(Role.ComboBox, "Ownership", window).isEnabled()
    window.close()


@ON_SEAWEEDFS
def test_ownership_and_encryption_are_set_and_put_back(
    server_client: S3Client, filled: str, open_desk: OpenDesk
) -> None:
    server_client.put_bucket_ownership_controls(
        Bucket=filled, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    me = open_desk(filled)
    window = opened(me)
    turn_to(window, "Access list")
    assert "do not count here" in me.words("Access list notice", window)
    turn_to(window, "Bucket settings")
    assert me.words("Public access block notice", window) == "This server does not have public access block."
    me.choose("Ownership", Ownership.WRITER.words, window)
    saved(me, window, "Save object ownership", asked=True)
    rules = server_client.get_bucket_ownership_controls(Bucket=filled)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "ObjectWriter"}]
    turn_to(window, "Access list")
    assert me.words("Access list notice", window) == ""
    turn_to(window, "Bucket settings")
    saved(me, window, "Undo object ownership")
    me.choose("Encryption", "Keys of KMS", window)
    me.write("KMS key", "some key", window)
    assert me.button("Bucket key", window).isEnabled()
    me.choose("Encryption", "S3's own keys (AES-256)", window)
    assert "KMS key" not in [name for _, name, _ in tree(window)]
    saved(me, window, "Save default encryption")
    rule = server_client.get_bucket_encryption(Bucket=filled)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    saved(me, window, "Undo default encryption")
    with pytest.raises(server_client.exceptions.ClientError, match="NotFound"):
        server_client.get_bucket_encryption(Bucket=filled)
    server_client.head_bucket(Bucket=filled)
    window.close()


# the policy


def test_a_policy_is_reviewed_saved_and_taken_away_again(
    server: ServerInfo, server_client: S3Client, filled: str, open_desk: OpenDesk
) -> None:
    me = open_desk(filled)
    window = opened(me)
    turn_to(window, "Bucket policy")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{filled}/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    field = find(Role.EditableText, "Policy", window)
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(json.dumps(policy))
    me.until(me.button("Save…", window).isEnabled)
    me.click("Save…", window)
    review = me.dialog("Review change")
    me.click("Save", review)
    me.until(lambda: me.words("Saved", window) == "Saved: the bucket policy.")
    assert json.loads(server_client.get_bucket_policy(Bucket=filled)["Policy"]) == policy
    assert status_of(server, filled, "a.txt") == 200
    me.until(me.button("Undo", window).isEnabled)
    me.click("Undo", window)
    me.until(lambda: me.words("Saved", window).startswith("Put back"))
    assert status_of(server, filled, "a.txt") == 403
    server_client.head_bucket(Bucket=filled)
    window.close()


def write_policy(me: Analyst, window: QDialog, policy: str) -> QDialog:
    """Put a policy into the editor and ask to save it; the review is on the screen then."""
    field = find(Role.EditableText, "Policy", window)
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(policy)
    me.until(me.button("Save…", window).isEnabled)
    me.click("Save…", window)
    return me.dialog("Review change")


def policy_of(bucket: str, sid: str, effect: str = "Allow", action: str = "s3:GetObject") -> str:
    """Somebody may, or may not, do something with every file."""
    who = {"AWS": ["arn:aws:iam:::user/other"]}
    resource = f"arn:aws:s3:::{bucket}/*"
    statement = {"Sid": sid, "Effect": effect, "Principal": who, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def sid_of(client: S3Client, bucket: str) -> str:
    """The name of the statement that is there."""
    return str(json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]["Sid"])


@ON_CEPH
def test_a_change_of_somebody_else_is_not_replaced_unseen(
    server_client: S3Client, filled: str, open_desk: OpenDesk
) -> None:
    """By a save, nor by an undo, which keeps what it takes away."""
    server_client.put_bucket_policy(Bucket=filled, Policy=policy_of(filled, "First"))
    me = open_desk(filled)
    window = opened(me)
    turn_to(window, "Bucket policy")
    server_client.put_bucket_policy(Bucket=filled, Policy=policy_of(filled, "Theirs", "Deny", "s3:DeleteObject"))
    review = write_policy(me, window, policy_of(filled, "Mine"))
    assert "Somebody changed the bucket policy meanwhile" in me.words("Notice", review)
    assert any("−" in line and "Theirs" in line for line in me.words("Change", review).splitlines())
    me.press("Return", review)  # Enter is Cancel here
    me.until(lambda: not review.isVisible())
    me.until(me.button("Save…", window).isEnabled)
    assert sid_of(server_client, filled) == "Theirs"
    me.click("Save…", window)
    review = me.dialog("Review change")
    server_client.put_bucket_policy(Bucket=filled, Policy=policy_of(filled, "Latest", "Deny", "s3:DeleteObject"))
    me.click("Save", review)  # too late: what comes is another review
    me.until(lambda: not isValid(review))
    review = me.dialog("Review change")
    assert "Latest" in me.words("Change", review)
    with me.qtbot.waitSignal(window.changed, timeout=40_000):  # type: ignore[attr-defined]
        me.click("Save", review)
    assert sid_of(server_client, filled) == "Mine"

    server_client.put_bucket_policy(Bucket=filled, Policy=policy_of(filled, "Important", "Deny"))
    tip = me.button("Undo", window).toolTip()
    assert tip.endswith(": 1 statement")
    me.click("Undo", window)
    review = me.dialog("Review change")
    assert "Somebody changed the bucket policy since you saved it" in me.words("Notice", review)
    with me.qtbot.waitSignal(window.changed, timeout=40_000):  # type: ignore[attr-defined]
        me.click("Save", review)
    assert sid_of(server_client, filled) == "Latest"
    me.until(me.button("Undo", window).isEnabled)
    saved(me, window, "Undo")  # which takes the undo back
    assert sid_of(server_client, filled) == "Important"
    window.close()


@ON_CEPH
def test_an_access_list_changed_meanwhile_is_asked_about(
    server_client: S3Client, filled: str, open_desk: OpenDesk
) -> None:
    me = open_desk(filled)
    me.select("a.txt")
    window = opened(me)
    turn_to(window, "Access list")
    me.choose("Grantee", "Everyone on the internet", window)
    me.click("Add", window)
    saved(me, window, "Save", asked=True)
    mine = {"GrantFullControl": 'id="owner"', "GrantRead": 'id="other"'}
    server_client.put_object_acl(Bucket=filled, Key="a.txt", **mine)  # type: ignore[arg-type]
    me.click("Undo", window)
    question = me.dialog("Changed meanwhile")
    said = me.words("What changed", question)
    assert "since you saved it" in said
    assert "other: read" in said
    me.click("Cancel", question)
    me.until(lambda: me.words("Saved", window) == "")
    grants = server_client.get_object_acl(Bucket=filled, Key="a.txt")["Grants"]
    assert "other" in [one["Grantee"].get("ID") for one in grants]
    me.until(me.button("Undo", window).isEnabled)
    me.click("Undo", window)
    with me.qtbot.waitSignal(window.changed, timeout=40_000):  # type: ignore[attr-defined]
        me.click("Save anyway", me.dialog("Changed meanwhile"))
    assert me.column(0, "Grants", window) == ["owner (the owner)"]
    saved(me, window, "Undo")
    assert len(me.column(0, "Grants", window)) == 2  # theirs is back
    window.close()


@ON_CEPH
def test_a_save_that_did_not_arrive_is_told_from_one_whose_answer_got_lost(
    server_client: S3Client, filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    window = opened(me)
    turn_to(window, "Bucket policy")
    fault_proxy.on(lambda seen: seen.method == "PUT", captive_portal())
    me.click("Save", write_policy(me, window, policy_of(filled, "Mine")))
    me.expect("What answers there is not S3.", said := me.dialog("Error"))
    me.until(lambda: me.words("Saved", window) == "Not saved.")
    me.click("Close", said)
    assert not me.button("Undo", window).isEnabled()
    fault_proxy.rules.clear()
    fault_proxy.on(lambda seen: seen.method == "PUT", Answer(200))
    me.click("Save", write_policy(me, window, policy_of(filled, "Mine")))
    me.expect("The server said yes, and kept what it had.", said := me.dialog("Error"))
    me.until(lambda: me.words("Saved", window) == "Not saved: the server kept what it had.")
    me.click("Close", said)
    fault_proxy.rules.clear()
    fault_proxy.on(lambda seen: seen.method == "PUT", LoseAnswer())
    me.click("Save", write_policy(me, window, policy_of(filled, "Mine")))
    me.until(lambda: me.words("Saved", window) == "Saved (the answer got lost on the way): the bucket policy.")
    assert sid_of(server_client, filled) == "Mine"
    assert me.said == f"Saved (the answer got lost on the way): the bucket policy of {filled}."
    me.until(me.button("Undo", window).isEnabled)
    fault_proxy.rules.clear()
    lost = fault_proxy.on(lambda seen: seen.method == "PUT", LoseAnswer())
    fault_proxy.on(lambda seen: lost.fired > 0 and seen.query == "policy", error(403, "AccessDenied"))
    me.click("Save", write_policy(me, window, policy_of(filled, "Other")))
    unknown = "It is not known whether it was saved. Read again in a minute."
    me.until(lambda: me.words("Saved", window) == unknown)
    me.click("Close", me.dialog("Error"))
    window.close()
    me.click("Close without saving", me.dialog("Not saved"))
    me.until(lambda: not isValid(window))


@ON_CEPH
def test_closing_waits_for_what_is_being_saved(
    server_client: S3Client, filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    window = opened(me)
    turn_to(window, "Bucket policy")
    stalled = Stall()
    rule = fault_proxy.on(lambda seen: seen.method == "PUT", stalled)
    me.click("Save", write_policy(me, window, policy_of(filled, "Mine")))
    me.until(lambda: rule.fired)
    me.click("Close", window)
    assert me.words("Saved", window) == "It is being saved; this window closes then."
    me.click("Read again", window)
    stalled.release.set()
    me.until(lambda: not isValid(window))
    assert sid_of(server_client, filled) == "Mine"


def test_a_policy_removed_meanwhile_is_no_error(server_client: S3Client, filled: str, open_desk: OpenDesk) -> None:
    server_client.put_bucket_policy(Bucket=filled, Policy=policy_of(filled, "First"))
    me = open_desk(filled)
    window = opened(me)
    turn_to(window, "Bucket policy")
    server_client.delete_bucket_policy(Bucket=filled)
    field = find(Role.EditableText, "Policy", window)
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("")
    me.until(me.button("Save…", window).isEnabled)
    me.click("Save…", window)
    me.until(lambda: me.words("Saved", window) == "It is so already: the bucket policy.")
    assert not me.button("Undo", window).isEnabled()
    window.close()


@ON_CEPH
def test_a_policy_that_cannot_be_read_says_so(filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    bodies = {b'{"a": "\xff"}': "makes no sense", b'{"a": "' + b"x" * 7_600_000 + b'"}': "7,600,009 letters"}
    for body, words in bodies.items():
        fault_proxy.rules.clear()
        fault_proxy.on(lambda seen: seen.query == "policy", Answer(200, body, content_type="application/json"))
        window = opened(me)
        turn_to(window, "Bucket policy")
        assert words in me.words("Policy problem", window)
        assert not me.button("Save…", window).isEnabled()
        window.close()
        me.until(lambda: not isValid(window))  # noqa: B023


@ON_SEAWEEDFS
def test_a_template_begins_with_the_folder_that_is_shown(filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled, "folder/")
    window = opened(me)
    assert me.words("What", window) == f"Folder “folder/” in {filled}"
    turn_to(window, "Bucket policy")
    button = me.button("Template", window)
    assert isinstance(button, QPushButton)
    next(action for action in button.menu().actions() if action.text() == "Anyone may read…").trigger()
    template = me.dialog("Policy template")
    folder = find(Role.EditableText, "Folder", template)
    assert isinstance(folder, QLineEdit)
    assert folder.text() == "folder/"
    me.click("Cancel", template)
    window.close()


# what may not be seen, is refused, or is not there


def test_someone_else_sees_nothing_and_is_told_so(
    server: ServerInfo, server_client: S3Client, filled: str, open_desk: OpenDesk
) -> None:
    stranger = Account(
        "stranger",
        access_key=server.other_access_key,
        secret_key=server.other_secret_key,
        endpoint_url=server.endpoint_url,
        region="us-east-1",
    )
    me = open_desk(filled, account=stranger)
    window = opened(me)
    for tab, buttons in {
        "Access list": ("Add", "Save", "Undo"),
        "Bucket settings": ("Save public access block", "Save object ownership", "Save default encryption"),
    }.items():
        turn_to(window, tab)
        assert not any(me.button(name, window).isEnabled() for name in buttons)
        notice = "Access list notice" if tab == "Access list" else "Public access block notice"
        assert "not allowed to see" in me.words(notice, window)
    window.close()


@ON_SEAWEEDFS
def test_a_refused_save_says_so_and_keeps_what_was_chosen(
    server_client: S3Client, filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    window = opened(me)
    turn_to(window, "Bucket settings")
    me.choose("Encryption", "S3's own keys (AES-256)", window)
    fault_proxy.on(lambda seen: seen.method == "PUT", error(403, "AccessDenied"), times=1)
    me.click("Save default encryption", window)
    said = me.dialog("Error")
    assert "not allowed to change the default encryption" in me.words("What happened", said)
    assert me.button("Why?", said).isEnabled()
    me.click("Close", said)
    me.until(lambda: me.words("Saved", window) == "Not saved.")
    assert not me.button("Undo default encryption", window).isEnabled()
    saved(me, window, "Save default encryption")
    assert server_client.get_bucket_encryption(Bucket=filled)
    window.close()


@ON_CEPH
def test_nothing_is_sent_that_ceph_takes_for_something_else(
    server_client: S3Client, filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    """Whatever can be clicked for a setting that Ceph does not know: only GETs are sent, and the bucket stays."""
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    window = opened(me)
    me.until(lambda: me.words("Who", window))
    asked = len(_asked_for_encryption(fault_proxy))
    turn_to(window, "Bucket settings")
    for setting in ("object ownership", "default encryption"):
        for verb in ("Save", "Undo"):
            QTest.mouseClick(me.button(f"{verb} {setting}", window), Qt.MouseButton.LeftButton)
    before = len(fault_proxy.requests)
    me.click("Read again", window)
    me.until(lambda: len(fault_proxy.requests) > before and _is_read(me, window))
    assert not [seen for seen in fault_proxy.requests if _changes(seen)]
    assert len(_asked_for_encryption(fault_proxy)) == asked  # what is not there is asked for once
    server_client.head_bucket(Bucket=filled)
    window.close()


def _asked_for_encryption(proxy: FaultProxy) -> list[Seen]:
    return [seen for seen in proxy.requests if "encryption" in seen.query]


def _changes(seen: Seen) -> bool:
    return seen.method not in ("GET", "HEAD")


# the window


@ON_SEAWEEDFS
def test_what_is_not_saved_is_asked_about(filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    window = opened(me)
    turn_to(window, "Bucket settings")
    me.choose("Encryption", "S3's own keys (AES-256)", window)
    for gesture in ("Close", "Read again"):
        me.click(gesture, window)
        me.click("Cancel", me.dialog("Not saved"))
    assert window.isVisible()
    me.click("Read again", window)
    me.click("Read again", me.dialog("Not saved"))
    me.until(lambda: not me.button("Save default encryption", window).isEnabled())
    me.until(lambda: _is_read(me, window))
    me.choose("Encryption", "S3's own keys (AES-256)", window)
    me.click("Close", window)
    me.click("Close without saving", me.dialog("Not saved"))
    me.until(lambda: not isValid(window))
    assert not [seen for seen in fault_proxy.requests if _changes(seen)]


@ON_SEAWEEDFS
def test_closing_ends_what_is_being_read(filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    rule = fault_proxy.on(lambda seen: seen.query == "policy", Stall())
    me.do("Permissions…")
    window = me.dialog("Permissions")
    me.until(lambda: rule.fired)
    assert me.words("Saved", window) == "Reading…"
    me.click("Close", window)
    me.until(lambda: not isValid(window))  # and no task or thread is left, which the fixtures look after


@ON_SEAWEEDFS
def test_an_object_that_is_gone_says_so(server_client: S3Client, filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled)
    me.select("a.txt")
    server_client.delete_object(Bucket=filled, Key="a.txt")
    window = opened(me)
    turn_to(window, "Access list")
    assert "“a.txt” is not there any more" in me.words("Access list notice", window)
    assert not me.button("Add", window).isEnabled()
    window.close()


@ON_SEAWEEDFS
def test_it_is_about_the_one_file_selected_else_the_bucket(
    filled: str, open_desk: OpenDesk, new_bucket: BucketFactory
) -> None:
    me = open_desk(filled)
    window = opened(me)
    assert me.words("What", window) == f"Bucket {filled}"
    window.close()
    me.select("a.txt", "b.txt")
    window = opened(me)
    assert me.words("What", window) == f"Bucket {filled}"
    window.close()
    me.select("a.txt")
    window = opened(me, "Who can read this?")
    me.until(lambda: "a.txt" in me.words("Verdict", window) or me.words("Who", window))
    assert me.words("What", window) == f"“a.txt” in {filled}"
    again = opened(me)
    assert again is window
    window.close()
    me.do("Up")
    me.arrive()
    assert not me.verb("Permissions…").isEnabled()
    me.select(filled)
    window = opened(me)
    assert me.words("What", window) == f"Bucket {filled}"
    me.window.close()
    me.until(lambda: not isValid(window) or not window.isVisible())


@ON_SEAWEEDFS
def test_everything_can_be_reached_and_has_a_name(filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled)
    me.select("a.txt")
    window = opened(me)
    for tab in ("Access list", "Bucket policy", "Bucket settings", "Who can read this?"):
        turn_to(window, tab)
        assert nameless(window) == []
        assert me.button("Close", window).isEnabled()
    turn_to(window, "Bucket settings")
    me.press("Tab", on=find(Role.ComboBox, "Ownership", window))
    assert QApplication.focusWidget() is find(Role.ComboBox, "Encryption", window)  # Save and Undo are greyed out
    QTest.keyClick(window, Qt.Key.Key_Escape)
    me.until(lambda: not isValid(window))


def test_what_is_opened_is_said() -> None:
    def acl(*grants: Grant) -> AccessList:
        return AccessList("me", "me", (Grant(Grantee(GranteeKind.USER, "me"), Right.FULL_CONTROL), *grants))

    of_object, of_bucket = Subject("bucket", Feature.ACL, "a.txt"), Subject("bucket", Feature.ACL)
    read, write = Grant(EVERYONE, Right.READ), Grant(SIGNED_IN, Right.WRITE)
    assert opens(of_object, acl(), acl(read)) == "With this, anyone on the internet can read “a.txt”."
    assert opens(of_object, acl(read), acl(read)) == ""
    assert opens(of_object, acl(read), acl()) == ""
    assert opens(of_bucket, acl(), acl(read, write)) == (
        "With this, anyone on the internet can list everything in the bucket “bucket”, and anyone on the internet who "
        "has some AWS account can upload to, replace and delete in the bucket “bucket”."
    )
    block = Subject("bucket", Feature.PUBLIC_ACCESS_BLOCK)
    locked = Block(block_acls=True, ignore_acls=True, block_policy=True, restrict_buckets=True)
    assert "anyone on the internet" in opens(block, locked, Block(block_acls=True))
    assert "anyone on the internet" in opens(block, locked, None)
    assert opens(block, Block(), locked) == opens(block, None, locked) == opens(block, locked, locked) == ""
    owner = Subject("bucket", Feature.OWNERSHIP)
    assert "anyone on the internet" in opens(owner, Ownership.ENFORCED, Ownership.WRITER)
    assert opens(owner, Ownership.WRITER, Ownership.ENFORCED) == ""
    policy = Subject("bucket", Feature.POLICY)
    statement = (
        '{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/open/*"}'
    )
    public = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    assert "nyone on the internet" in opens(policy, None, public)
    assert opens(policy, public, public) == opens(policy, public, None) == ""
    assert "denial is taken away" in opens(policy, public.replace("Allow", "Deny"), None)

"""What a denial is called in one sentence and what helps, by the layer; and the message to an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from s3desk.s3.access.denial_layers import Layer, Request
from s3desk.s3.redact import redact

if TYPE_CHECKING:
    from s3desk.s3.access.policy_verdict import Asker
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import S3Error


@dataclass(frozen=True)
class _Words:
    sentence: str
    advice: str


_ASK_KEYS = "Ask whoever gave you the keys for the permission below."
_ASK_OWNER = "Ask the bucket's owner; the message below says all they need."
_WORDS = {
    Layer.IAM: _Words("Your keys have no permission for this.", _ASK_KEYS),
    Layer.ORGANIZATION: _Words(
        "A rule of your organization forbids this.",
        "No permission of yours changes that: send the message to those who look after your organization's accounts.",
    ),
    Layer.BUCKET_POLICY: _Words(
        "The bucket policy does not let you do this.", "Ask the bucket's owner to change the policy."
    ),
    Layer.BLOCK: _Words(
        "The public access block stops this.",
        "Share with a temporary link instead, or ask the bucket's owner to open the block.",
    ),
    Layer.OWNERSHIP: _Words(
        "Object ownership stops this.",
        "Ask the bucket's owner to look at “Object ownership”; share with a temporary link or a policy meanwhile.",
    ),
    Layer.ACL: _Words("The access list (ACL) does not let you do this.", _ASK_OWNER),
    Layer.KMS: _Words(
        "The encryption key stands in the way, not the object itself.",
        "Ask whoever looks after the encryption key for the permission below.",
    ),
    Layer.REQUESTER_PAYS: _Words(
        "In this bucket whoever asks pays for it.",
        "S3 Desk does not agree to costs for you: ask the owner for another way, or use the aws command with "
        "--request-payer requester.",
    ),
    Layer.REGION: _Words("The bucket lives in another region.", "Set that region in Connect… and try again."),
    Layer.CLOCK: _Words(
        "This computer's clock is wrong.", "Set the date and time of this computer to automatic, then try again."
    ),
    Layer.EXPIRED: _Words("What let you in has expired.", "Sign in again, or ask for a new link."),
    Layer.WRONG_KEY: _Words("The server does not accept the access key.", "Check the keys in Connect…"),
    Layer.WRONG_SECRET: _Words("The secret access key is wrong.", "Paste the secret access key once more in Connect…"),
    Layer.ARCHIVED: _Words("The object is archived.", "Ask for it to be restored first; that takes minutes to hours."),
    Layer.LOCKED: _Words(
        "The object is protected against being deleted or replaced.",
        "Wait until the protection ends, or ask the bucket's owner.",
    ),
    Layer.NO_LIST: _Words(
        "The object does not exist, or may not be seen: without the right to list, the server does not say which.",
        "Check the name letter by letter, and ask for the right to list.",
    ),
    Layer.VPC: _Words(
        "The bucket can only be used from certain networks.",
        "Connect to the company's network or VPN and try again, or ask the bucket's owner.",
    ),
    Layer.SIGN_IN: _Words("You are not signed in, and this is not public.", "Sign in with keys in Connect…"),
    Layer.ACCOUNT: _Words("The account is stopped.", "Ask whoever pays for the account."),
    Layer.UNKNOWN: _Words(
        "The server says no, and nothing that can be seen from here says why.",
        "Copy the message for an administrator, and send it to whoever gave you the keys: they can see the rules.",
    ),
}


def sentence_of(layer: Layer, *, certain: bool) -> str:
    """What said no, in one sentence that tells whether it is known or guessed."""
    sentence = _WORDS[layer].sentence
    if certain or layer is Layer.UNKNOWN:
        return sentence
    return f"Most likely {sentence[0].lower()}{sentence[1:]}"


def advice_of(layer: Layer) -> str:
    """What to do about it."""
    return _WORDS[layer].advice


@dataclass(frozen=True)
class Report:
    """What a message to an administrator is made of."""

    sentence: str
    request: Request
    facts: tuple[str, ...]
    permission: str
    asker: Asker


def message_to_admin(connection: Connection, error: S3Error, report: Report) -> str:
    """All an administrator needs to look it up, and no secret: no key, no token, no signature."""
    refusal = error.refusal
    said = " ".join(part for part in (error.code, f"({error.status})" if error.status else "") if part)
    who = "not signed in" if report.asker.anonymous else report.asker.arn or report.asker.canonical or "not known"
    asked = f"{report.request.action} on {report.request.resource}"
    lines = [
        "Hello,",
        "",
        f"I am not allowed to do this: {asked}" if report.request.action else str(error),
        "",
        f"What stopped it, as far as can be told: {report.sentence}",
        *(f"- {fact}" for fact in report.facts),
        "",
        f"Account: {report.asker.account or 'not known'}",
        f"ARN: {who}",
        f"Server: {connection.endpoint_url or 'Amazon S3'}",
        f"Request: {refusal.operation if refusal else 'not sent'}",
        f"The server said: {said} {refusal.message if refusal else ''}".rstrip(),
        f"Request ID: {error.request_id or 'none'}",
    ]
    if refusal and (host := refusal.headers.get("x-amz-id-2")):
        lines.append(f"Host ID: {host}")
    lines.append(f"Time: {_time(error)}")
    if report.permission:
        lines += ["", "What I need:", report.permission]
    return without_secrets(connection, "\n".join(lines) + "\n")


def without_secrets(connection: Connection, text: str) -> str:
    """The text without anything that signs in; own servers have keys of any shape, so ours are looked for by value."""
    account = connection.account
    for secret in (account.secret_key, account.session_token, account.access_key):
        if secret:
            text = text.replace(secret, "[hidden]")
    return _visible(redact(text))


def _visible(text: str) -> str:
    """Controls and invisible marks of a key written out, so that what is pasted reads as it is."""
    return "".join(c if c.isprintable() or c == "\n" else f"‹U+{ord(c):04X}›" for c in text)


def _time(error: S3Error) -> str:
    """When it happened, by the server's clock where it told."""
    told = error.refusal.headers.get("date", "") if error.refusal else ""
    return told or f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"

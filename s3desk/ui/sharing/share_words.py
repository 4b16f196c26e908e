"""The sentences around links: until when they work, whether they opened, what a mail says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.sharing.links import LinkKind

if TYPE_CHECKING:
    from s3desk.s3.sharing.trial import Trial
    from s3desk.ui.sharing.share_wish import Made

Words = tuple[str, str]  # a sentence, and its kind as in `form_dialog.words`

NOTHING: Words = ("", "dim")
TRYING: Words = ("Trying it without signing in…", "dim")
NOT_TRIED: Words = (
    "Not tried: trying it would put a file there. It takes a program such as curl; for a browser choose the web page.",
    "dim",
)
HAND_ON = "Save the page and hand it on, attached to a mail for instance."
PAGE_NOT_TRIED: Words = (f"Whoever has this page can replace any file in this folder. {HAND_ON}", "dim")
TAKEN: Words = ("A file of this name is there already; whoever has this link replaces it.", "warning")
LOOKING: Words = ("Looking at how the tables are written…", "dim")
OWN_KEYS_WORDS = "This code has no link in it: whoever runs it signs in with keys of their own."
NO_MAIL_PROGRAM = "No mail program is set up on this computer; the text is on the clipboard instead."
_MAKE_PUBLIC = (
    "If “Make public…” in the menu Share did not help, this server lets nobody in without signing in; "
    "use a temporary link."
)


def expiry_words(made: Made, asked: str) -> Words:
    """Until when it really works; `asked` reads like "for 7 days" or "until …", and is told where that is not kept."""
    if made.wish.kind is LinkKind.PUBLIC:
        return "Never ends, but opens only where the object is public.", "dim"
    first = made.first_to_end
    end, advice = text.until(first.ends), f" {first.advice}" if first.advice else ""
    if not first.shortened:
        return f"Works until {end}, for anyone who has it.", "good"
    if first.ends - datetime.now(UTC) < made.lifetime * 0.99:
        minutes = round((first.ends - datetime.now(UTC)).total_seconds() / 60)
        left = text.duration(60 * minutes)
        return f"Works for {left} only, until {end}, not {asked}: {first.shortened}.{advice}", "warning"
    return f"Works until {end} at most: {first.shortened}.{advice}", "warning"


def trial_words(trials: Sequence[Trial], links: int, kind: LinkKind, only: str = "", *, brief: bool = False) -> Words:
    """What came of trying some of so many links, which open `only` "on this computer" or "inside your network".

    The `brief` words are for a status line, without advice.
    """
    failed = [trial for trial in trials if not trial.works]
    if not failed:
        but, good = (f", but {only_words(only)}", "warning") if only else ("", "good")
        if links == 1:
            return f"Tried without signing in: it works{but}.", good
        which = f"{len(trials):,} of the {links:,} links" if len(trials) < links else f"all {links:,} links"
        return f"Tried {which} without signing in: they work{but}.", good
    advice = f" {_MAKE_PUBLIC}" if kind is LinkKind.PUBLIC and failed[0].status == 403 and not brief else ""
    if links == 1:
        return failed[0].sentence + advice, "warning"
    of = f"of the {len(trials):,} links" + (" that were tried" if len(trials) < links else "")
    return f"{_of_several(failed[0].sentence, len(failed), len(trials), of)}{advice}", "warning"


def _of_several(sentence: str, failed: int, tried: int, of: str) -> str:
    """One sentence about all that failed, for the reason the first of them has."""
    head, _, reason = sentence.rpartition(": ")
    untried, all_ = head == "It could not be tried", failed == tried
    if untried:
        verb = "could be tried" if all_ else "could not be tried"
    else:
        verb = "works" if all_ else "does not work" if failed == 1 else "do not work"
    reason = reason if head else after_but(reason)
    if failed > 1:
        reason = reason.replace("the object is", "the objects are").replace("the link has", "the links have")
    return f"{'None' if all_ else f'{failed:,}'} {of} {verb}: {reason}"


def only_words(only: str) -> str:
    """Where alone a link that works here works as well."""
    return f"only {only}"


def after_but(sentence: str) -> str:
    """A sentence to go on with after “but”."""
    return sentence[:1].lower() + sentence[1:]


def mail_text(made: Made, content: str) -> str:
    """What is sent with the links: how long they work, in the sender's time zone, named."""
    if made.wish.kind is LinkKind.PUBLIC:
        return content
    end = made.first_to_end.ends.astimezone()
    one = "This link works" if len(made.links) == 1 else "These links work"
    return f"{content.rstrip()}\n\n{one} until {end:%A} {end.day} {end:%B %Y, %H:%M} ({end:%Z})."


def mail_subject(made: Made, name: str) -> str:
    """What a mail about the things of this name is about."""
    return "Link to upload a file" if made.wish.kind is LinkKind.UPLOAD else f"Link to {name}"


def mail_address(subject: str, body: str) -> str:
    """A mailto: address that opens a new mail to nobody yet (RFC 6068)."""
    from urllib.parse import quote  # noqa: PLC0415  # rarely needed

    lines = "\r\n".join(body.splitlines())
    return f"mailto:?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"

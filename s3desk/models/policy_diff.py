"""What changes between two versions of a policy: line by line, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from s3desk.models import text
from s3desk.s3.access.policy import Effect, Policy, PolicyError, Statement, parse
from s3desk.s3.access.policy_check import LOCKED, regrets
from s3desk.s3.access.policy_templates import pretty
from s3desk.s3.access.policy_verdict import Asker, is_public, public_prefixes, verdict
from s3desk.s3.access.policy_words import statement_words


class Side(Enum):
    """Where a line stands; the value is the sign before it."""

    BOTH = " "
    GONE = "−"
    NEW = "+"


@dataclass(frozen=True)
class DiffLine:
    """A line of the old policy, of the new one, or of both."""

    side: Side
    words: str


def changed_lines(before: str, after: str) -> list[DiffLine]:
    """Both policies as one list of lines; written the same way first, so that spaces make no difference."""
    old, new = _lines(before), _lines(after)
    found: list[DiffLine] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [DiffLine(Side.BOTH, line) for line in old[start:end]]
        else:
            found += [DiffLine(Side.GONE, line) for line in old[start:end]]
            found += [DiffLine(Side.NEW, line) for line in new[new_start:new_end]]
    return found


def change_words(before: str, after: str, bucket: str) -> list[DiffLine]:
    """The sentences that hold no longer, then those that are new."""
    old, new = policy_words(before, bucket), policy_words(after, bucket)
    gone = [DiffLine(Side.GONE, sentence) for sentence in old if sentence not in new]
    return gone + [DiffLine(Side.NEW, sentence) for sentence in new if sentence not in old]


def policy_words(policy: str, bucket: str) -> list[str]:
    """Every statement in words; none of what cannot be read."""
    return [sentence(statement, bucket) for statement in _parsed(policy).statements]


def sentence(statement: Statement, bucket: str) -> str:
    """A statement in words, what the eye cannot see in a name made visible."""
    return text.visible(statement_words(statement, bucket))


SHUT_OUT = "This shuts you out, too: connected as you are, you could not change it back."


def warnings(before: str, after: str, bucket: str, *, secure: bool = True) -> list[str]:
    """What to think about before it is saved: what the change opens to the internet, or takes from everyone.

    `secure` says that we are connected over https.
    """
    old, new = _parsed(before), _parsed(after)
    opened = [prefix for prefix in public_prefixes(new, bucket) if not is_public(old, bucket, prefix or "any~name")]
    known = {problem.sentence for statement in old.statements for problem in regrets(statement)}
    found = [problem.sentence for statement in new.statements for problem in regrets(statement)]
    said = [_opened_words(opened)] if opened else []
    if sum(map(_denies, new.statements)) < sum(map(_denies, old.statements)):
        said.append("A denial is taken away: what it held back is possible again.")
    if not _shuts_out(old, bucket, secure=secure) and _shuts_out(new, bucket, secure=secure):
        said.append(SHUT_OUT)
        known |= {LOCKED}
    return said + [sentence for sentence in dict.fromkeys(found) if sentence not in known]


def _opened_words(opened: Sequence[str]) -> str:
    if "" in opened:
        return "After this, anyone on the internet can read files anywhere in this bucket."
    shown = ", ".join(text.visible_path(prefix) for prefix in opened[:3])
    more = f" and {len(opened) - 3} more places" if len(opened) > 3 else ""
    return f"After this, anyone on the internet can read what begins with {shown}{more}."


def _shuts_out(policy: Policy, bucket: str, *, secure: bool) -> bool:
    """Whether nobody, whoever it is, could write the policy of the bucket the way we are connected."""
    known = {"aws:SecureTransport": str(secure).lower()}
    return verdict(policy, Asker(), "s3:PutBucketPolicy", bucket, "", known).effect is Effect.DENY


def _denies(statement: Statement) -> bool:
    return statement.effect is Effect.DENY


def _parsed(policy: str) -> Policy:
    try:
        return parse(policy)
    except PolicyError:
        return Policy()


def _lines(policy: str) -> list[str]:
    return pretty(policy).splitlines() if policy.strip() else []

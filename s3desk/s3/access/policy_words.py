"""A statement of a policy, read out in plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3desk.s3.access.policy import Effect, Principal, Statement
from s3desk.s3.access.policy_actions import ACTIONS, OF_BUCKETS, OF_OBJECTS, meant_by
from s3desk.s3.access.policy_condition_words import condition_words
from s3desk.s3.access.policy_wildcards import matches

MOST = 4
_ARN = re.compile(r"arn:aws[a-z-]*:s3:::")
_CANONICAL = {name.lower(): name for name in ACTIONS}


def statement_words(statement: Statement, bucket: str) -> str:
    """One sentence: who may (not) do what with which files of `bucket`, and when."""
    denies = statement.effect is Effect.DENY
    who = _who(statement, denies=denies)
    may = "may not" if denies and not who.startswith("Nobody") else "may"
    when = [condition_words(condition) for condition in statement.conditions]
    tail = f" — {'when' if denies else 'only'} {' and '.join(when)}" if when else ""
    if denies:
        tail = tail.replace(" — when if ", " — when ", 1).replace(" and if ", " and ")
    what = _what(statement, bucket)
    return f"{who} {may} {what.replace('every file', 'any file') if denies else what}{tail}."


def principal_words(principal: Principal) -> str:
    """Somebody, as one says it in the middle of a sentence."""
    name = str(principal.name)
    if principal.everyone:
        return "anyone on the internet"
    if principal.kind == "Service":
        return f"the AWS service {name.removesuffix('.amazonaws.com')}"
    if principal.kind == "Federated":
        return f"whoever signs in through {name}"
    if principal.kind == "CanonicalUser":
        return f"the account with the ID {name[:8]}…" if len(name) > 12 else f"the account with the ID {name}"
    if name.isdigit():
        return f"account {name}"
    parts = name.split(":", 5)
    return _arn_words(parts[4], parts[5]) if len(parts) == 6 else f"“{name}”"


def _arn_words(account: str, resource: str) -> str:
    kind, _, name = resource.partition("/")
    of = f" of account {account}" if account else ""
    if kind == "root":
        return f"account {account}" if account else "everybody of the server's own account"
    if kind == "assumed-role":
        role, _, session = name.partition("/")
        return f"“{session}” in the role “{role}”{of}"
    return f"the {kind} “{name.rsplit('/', 1)[-1]}”{of}"


def listed(items: Sequence[str], last: str = "and", most: int = MOST) -> str:
    """a, b and c; of very many the first ones and how many more."""
    if len(items) > most:
        return f"{', '.join(items[: most - 1])} {last} {len(items) - most + 1} more"
    return f" {last} ".join(filter(None, [", ".join(items[:-1]), items[-1] if items else ""]))


def _who(statement: Statement, *, denies: bool) -> str:
    if statement.not_principals:
        named = listed([principal_words(one) for one in statement.not_principals])
        return f"Nobody except {named}" if denies else f"Anyone on the internet except {named}"
    if any(one.everyone for one in statement.principals):
        return "Nobody" if denies else "Anyone on the internet"
    found = listed([principal_words(one) for one in statement.principals])
    return found[:1].upper() + found[1:] or "Nobody named"


def _what(statement: Statement, bucket: str) -> str:
    """What is done with which files, and what with the bucket itself."""
    actions = [_CANONICAL.get(action.lower(), str(action)) for action in statement.actions or statement.not_actions]
    files, buckets = _resources(statement, bucket)
    if statement.not_actions or any(action in ("*", "s3:*") for action in actions):
        both = _together(buckets, files)
        but = [_plain(action) for action in statement.not_actions]
        return f"do anything {f'except {listed(but)} ' if but else ''}with {both}"
    done = []
    for known, things in ((OF_OBJECTS, files), (OF_BUCKETS, buckets)):
        verbs = [verb for action in actions for verb in _verbs(action, known)]
        if verbs and things:
            done.append(_joined(list(dict.fromkeys(verbs)), listed(things)))
    done += [f"do “{action}” with {_together(buckets, files)}" for action in actions if not meant_by(action)]
    return (
        listed(done)
        or f"do nothing: {listed([_plain(action) for action in actions])} does not go with {_together(buckets, files)}"
    )


def _together(buckets: Sequence[str], files: Sequence[str]) -> str:
    inside = ["every file in it" if one == "every file" and buckets == ["this bucket"] else one for one in files]
    return listed([*buckets, *inside]) or "nothing"


def _verbs(action: str, known: dict[str, str]) -> list[str]:
    """How the actions a pattern stands for are said; a pattern for many is said as it is written."""
    found = [name for name in meant_by(action) if name in known]
    if len(found) > MOST:
        return [f"do every “{action}” with {{}}"]
    return [known[name] for name in found]


def _plain(action: str) -> str:
    return "“" + action.removeprefix("s3:") + "”"


def _joined(verbs: Sequence[str], things: str) -> str:
    """`read and delete X` where the thing stands last in all of them, else one after the other."""
    if verbs[0].startswith("upload"):  # what one uploads is not there yet
        things = things.replace("every file", "any file")
    if all(verb.endswith(" {}") and verb.count(" ") == 1 for verb in verbs):
        return f"{listed([verb[:-3] for verb in verbs])} {things}"
    return listed(
        [verb.format(things) if number == 0 else verb.format(_again(things)) for number, verb in enumerate(verbs)]
    )


def _again(things: str) -> str:
    return "it" if things.startswith(("the file ", "this bucket")) and " and " not in things else "them"


def _resources(statement: Statement, bucket: str) -> tuple[list[str], list[str]]:
    """The files and the buckets a statement speaks of, in words."""
    patterns = [_ARN.sub("", one, count=1) for one in statement.resources or statement.not_resources]
    files, buckets = [], []
    for pattern in patterns:
        name, slash, key = pattern.partition("/")
        if slash or name == "*" or (name.endswith("*") and name != bucket):
            files.append(_files(name, key if slash else "*", bucket))
        if not slash:
            buckets.append(_bucket(name, bucket))
    if statement.not_resources:
        return ([f"everything except {_together(buckets, files)}"], ["this bucket"])
    return list(dict.fromkeys(files)), list(dict.fromkeys(buckets))


def _bucket(name: str, bucket: str) -> str:
    if name == bucket:
        return "this bucket"
    return "every bucket" if name == "*" else f"the bucket “{name}”" if "*" not in name else f"buckets like “{name}”"


def _files(name: str, key: str, bucket: str) -> str:
    of = "" if matches(name, bucket) else f" of {_bucket(name, bucket)}"
    folder, last = key[:-1], key[-1:]
    if key == "*":
        return f"every file{of}" if of else "every file"
    if re.search(r"[*?]", key) is None:
        return f"the file {key}{of}"
    if last == "*" and re.search(r"[*?]", folder) is None:
        how = "under" if folder.endswith("/") else "whose name begins with"
        return f"every file {how} {folder}{of}"
    return f"every file like “{key}”{of}"

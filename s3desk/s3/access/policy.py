"""A bucket policy as it is written: who may, or may not, do what to which files, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from s3desk.s3.access.policy_json import Members, Node, PolicyError, Word, read_json

__all__ = ["Condition", "Effect", "Policy", "PolicyError", "Principal", "Problem", "Statement", "Word", "parse", "read"]

NEWEST = "2012-10-17"
OLDEST = "2008-10-17"
_UNNAMED = Word("")


class Effect(Enum):
    """What a statement, or the whole policy, says; a statement only ever says ALLOW or DENY."""

    ALLOW = "Allow"
    DENY = "Deny"
    NONE = "says nothing"
    DEPENDS = "depends"


@dataclass(frozen=True)
class Principal:
    """Somebody: `kind` is AWS, CanonicalUser, Federated or Service, `name` an ARN, an account, an id or "*"."""

    kind: str
    name: Word

    @property
    def everyone(self) -> bool:
        """Whether people who never signed in are meant too."""
        return self.kind == "AWS" and self.name == "*"


@dataclass(frozen=True)
class Condition:
    """One line of a Condition: `operator` StringEquals …, `key` aws:SourceIp …, any one of `values` will do."""

    operator: Word
    key: Word
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """One statement. Of each pair (principals, not_principals …) one is empty; `line` (from 1) is where it begins."""

    effect: Effect
    principals: tuple[Principal, ...] = ()
    not_principals: tuple[Principal, ...] = ()
    actions: tuple[Word, ...] = ()
    not_actions: tuple[Word, ...] = ()
    resources: tuple[Word, ...] = ()
    not_resources: tuple[Word, ...] = ()
    conditions: tuple[Condition, ...] = ()
    sid: Word = _UNNAMED
    line: int = 0


@dataclass(frozen=True)
class Policy:
    """All statements, in their order; `${…}` stands for something only in the newer `version`."""

    statements: tuple[Statement, ...] = ()
    version: str = NEWEST


@dataclass(frozen=True)
class Problem:
    """Something wrong at a place (from 1); with a `fatal` one no server would take the policy, the rest is advice."""

    line: int
    column: int
    sentence: str
    fatal: bool = True


def parse(text: str) -> Policy:
    """The policy, understood. Raises PolicyError at the first place that makes it none."""
    policy, problems = read(text)
    if problems:
        raise PolicyError(problems[0].line, problems[0].column, problems[0].sentence)
    return policy


def read(text: str) -> tuple[Policy, list[Problem]]:
    """What can be understood of it, and everything that is wrong with its form, from top to bottom."""
    try:
        root = read_json(text)
    except PolicyError as error:
        return Policy(), [Problem(error.line, error.column, error.sentence)]
    reader = _Reader()
    policy = reader.policy(root)
    return policy, sorted(reader.problems, key=lambda problem: (problem.line, problem.column))


_PAIRS = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_NAMES = {"Sid", "Effect", "Condition", *(name for pair in _PAIRS for name in pair)}
_KINDS = ("AWS", "CanonicalUser", "Federated", "Service")


class _Reader:
    """Goes through the tree and notes what is wrong instead of stopping at it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def _note(self, at: Node | Word, sentence: str) -> None:
        self.problems.append(Problem(at.line, at.column, sentence))

    def _fields(self, node: Node, what: str) -> dict[str, Node]:
        """The members by name; {} and a problem when it is no object."""
        if not isinstance(node.value, Members):
            self._note(node, f"{what} must be written in braces: {{ … }}")
            return {}
        fields: dict[str, Node] = {}
        for name, value in node.value.pairs:
            if name in fields:
                self._note(name, f"“{name}” stands here twice; only one of them would count.")
            fields[name] = value
        return fields

    def policy(self, root: Node) -> Policy:
        fields = self._fields(root, "A policy")
        version = fields.get("Version")
        if version is not None and version.value not in (NEWEST, OLDEST):
            self._note(version, f'The version must be "{NEWEST}": it names the language, not the day you wrote this.')
        self._known(root, {"Version", "Id", "Statement"}, "A policy")
        if isinstance(root.value, Members) and "Statement" not in fields:
            self._note(root, "“Statement” is missing: the list of what is allowed and denied.")
        if "Statement" not in fields:
            return Policy()
        node = fields["Statement"]
        nodes = node.value if isinstance(node.value, tuple) else (node,)
        if not nodes:
            self._note(node, "The policy has no statement. To have no policy at all, remove it instead.")
        words = OLDEST if version is None else str(version.value)
        return Policy(tuple(found for each in nodes if (found := self._statement(each))), words)

    def _known(self, node: Node, names: set[str], what: str) -> None:
        for name, _ in _pairs(node):
            if name not in names:
                close = next((known for known in names if known.lower() == name.lower()), "")
                hint = f" Did you mean “{close}”?" if close else ""
                self._note(name, f"{what} has no “{name}”.{hint}")

    def _statement(self, node: Node) -> Statement | None:
        fields = self._fields(node, "A statement")
        if not isinstance(node.value, Members):
            return None
        self._known(node, _NAMES, "A statement")
        for one, other in _PAIRS:
            if (one in fields) == (other in fields):
                both = f"A statement can have “{one}” or “{other}”, not both."
                self._note(node, both if one in fields else f"This statement has no “{one}”.")
        effect = self._effect(node, fields)
        if effect is None:
            return None
        return Statement(
            effect,
            self._principals(fields.get("Principal")),
            self._principals(fields.get("NotPrincipal")),
            self._words(fields.get("Action"), "Action"),
            self._words(fields.get("NotAction"), "NotAction"),
            self._words(fields.get("Resource"), "Resource"),
            self._words(fields.get("NotResource"), "NotResource"),
            tuple(self._conditions(fields.get("Condition"))),
            self._sid(fields.get("Sid")),
            node.line,
        )

    def _effect(self, node: Node, fields: dict[str, Node]) -> Effect | None:
        found = fields.get("Effect")
        if found is None:
            self._note(node, "This statement has no “Effect”: “Allow” or “Deny”.")
        elif found.value in (Effect.ALLOW.value, Effect.DENY.value):
            return Effect(found.value)
        else:
            self._note(found, "The effect must be “Allow” or “Deny”, written like this.")
        return None

    def _sid(self, node: Node | None) -> Word:
        if node is None:
            return _UNNAMED
        if not isinstance(node.value, str):
            self._note(node, "“Sid” is a name and must be a text in double quotes.")
            return _UNNAMED
        return Word(node.value, node.line, node.column)

    def _words(self, node: Node | None, what: str) -> tuple[Word, ...]:
        """A text or a list of texts."""
        if node is None:
            return ()
        nodes = node.value if isinstance(node.value, tuple) else (node,)
        if not nodes:
            self._note(node, f"The list of “{what}” is empty.")
        for each in nodes:
            if not isinstance(each.value, str) or not each.value:
                self._note(each, f"“{what}” must be a text in double quotes, or a list of them.")
        return tuple(Word(each.value, each.line, each.column) for each in nodes if isinstance(each.value, str))

    def _principals(self, node: Node | None) -> tuple[Principal, ...]:
        if node is None:
            return ()
        if node.value == "*":
            return (Principal("AWS", Word("*", node.line, node.column)),)
        if not isinstance(node.value, Members):
            self._note(node, '“Principal” must be "*" (everyone) or like {"AWS": "arn:aws:iam::123456789012:root"}.')
            return ()
        if not node.value.pairs:
            self._note(node, "“Principal” names nobody.")
        self._known(node, set(_KINDS), "A principal")
        return tuple(
            Principal(str(kind), name)
            for kind, named in self._fields(node, "").items()
            for name in self._words(named, kind)
        )

    def _conditions(self, node: Node | None) -> Iterator[Condition]:
        for operator, tests in _pairs(node):
            self._fields(tests, "A condition's test")
            for key, values in _pairs(tests):
                yield Condition(operator, key, self._values(values))
        if node is not None:
            self._fields(node, "“Condition”")

    def _values(self, node: Node) -> tuple[str, ...]:
        """Numbers and true or false may stand without quotes here, and mean the same with them."""
        nodes = node.value if isinstance(node.value, tuple) else (node,)
        for each in nodes:
            if each.value is None or isinstance(each.value, Members | tuple):
                self._note(each, "A condition compares with a text, or a list of texts.")
        return tuple(_spelled(each.value) for each in nodes if isinstance(each.value, str | float | bool))


def _pairs(node: Node | None) -> tuple[tuple[Word, Node], ...]:
    return node.value.pairs if node and isinstance(node.value, Members) else ()


def _spelled(value: str | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value

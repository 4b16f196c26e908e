"""Why was I denied? First what the refusal says by itself, then what the settings of the bucket add."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.access.denial_clues import DENIED, first_clue
from s3desk.s3.access.denial_evidence import asker_told, gather, told_more, with_identity
from s3desk.s3.access.denial_layers import Finding, Layer, Request, asked_for, request_of
from s3desk.s3.access.denial_reasons import reason
from s3desk.s3.access.denial_words import Report, advice_of, message_to_admin, sentence_of, without_secrets
from s3desk.s3.errors import Refusal

if TYPE_CHECKING:
    from s3desk.s3.access.policy_verdict import Asker
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import S3Error
    from s3desk.s3.job import Job

_EXPECTED_REGION = re.compile(r"expecting '([\w-]+)'")


@dataclass(frozen=True)
class Denial:
    """Why a request was refused.

    `layer` is what most likely said no, `certain` whether the facts settle it. `permission` is the policy statement
    (JSON) to ask for, "" where none would help; `message` is for an administrator and holds no secret.
    """

    layer: Layer
    certain: bool
    sentence: str
    advice: str
    action: str
    resource: str
    facts: tuple[str, ...]
    permission: str
    message: str


def why_denied(job: Job, connection: Connection, error: S3Error) -> Denial:
    """What refused a request, as far as can be found out with the rights one has.

    A HEAD is answered without a reason, so it is asked once more as a GET of one byte; then the bucket's settings are
    read. Changes nothing. Raises nothing but CancelledError: what cannot be seen is one fact less.
    """
    job.check()
    error, works_now = told_more(job, connection, error)
    if works_now:
        return _works_now(connection, error)
    finding, asker = classify(error), asker_told(connection, error)
    if not finding.certain and error.code in DENIED and error.refusal is not None:
        evidence = gather(job, connection, error.refusal, asker)
        return _denial(connection, error, reason(error, finding, evidence, connection.endpoint_url), evidence.asker)
    if finding.layer.is_permission:
        asker = with_identity(job, connection, asker)
    return _denial(connection, error, finding, asker)


def classify(error: S3Error) -> Finding:
    """What the refusal says by itself: its code, its message and its headers. Asks nobody."""
    refusal = error.refusal or Refusal("")
    clue = first_clue(error.code, refusal.message, refusal.operation)
    if clue is None and _is_elsewhere(error):
        return Finding(Layer.REGION, True, tuple(_region_facts(refusal)))
    if clue is None:
        if refusal.operation and (error.status in (401, 403) or error.code in DENIED):
            return Finding(Layer.UNKNOWN, False, (_no_reason(error),))
        # It is no denial: what the error says is all there is.
        return Finding(Layer.UNKNOWN, False, beyond_permission=True, sentence=str(error), advice=error.advice)
    facts = [clue.fact]
    if clue.layer is Layer.REGION:
        facts += _region_facts(refusal)
    if clue.layer is Layer.CLOCK:
        facts.append(str(error))
    facts += _named_policy(refusal.message)
    return Finding(clue.layer, clue.certain, tuple(facts), beyond_permission="explicit deny" in refusal.message)


def _is_elsewhere(error: S3Error) -> bool:
    return error.status in (301, 307)


def _region_facts(refusal: Refusal) -> list[str]:
    """Where the bucket is, if the answer names it."""
    expected = _EXPECTED_REGION.search(refusal.message)
    region = expected[1] if expected else refusal.headers.get("x-amz-bucket-region", "")
    return [f"The server says the bucket is in {region}."] if region else ["The server does not name the region."]


_POLICY_ARN = re.compile(r"polic(?:y|ies): (arn:aws[\w-]*:[^\s\"]+)")


def _named_policy(message: str) -> list[str]:
    named = _POLICY_ARN.search(message)
    return [f"The rule is {named[1].rstrip('.')}."] if named else []


def _no_reason(error: S3Error) -> str:
    refusal = error.refusal
    said = refusal.message if refusal else ""
    if said.rstrip(".") in ("", "Access Denied", "Forbidden", error.code):
        return "The server gave no reason."
    return f"The server said: {said}"


def _works_now(connection: Connection, error: S3Error) -> Denial:
    request = request_of(error.refusal or Refusal(""))
    sentence = "It was refused before, and it works now."
    advice = "Try again: a permission that was just changed takes a moment to reach every server."
    report = Report(sentence, request, (), "", asker_told(connection, error))
    message = message_to_admin(connection, error, report)
    return Denial(Layer.UNKNOWN, False, sentence, advice, request.action, request.resource, (), "", message)


def _denial(connection: Connection, error: S3Error, finding: Finding, asker: Asker) -> Denial:
    refusal = error.refusal or Refusal("")
    request = request_of(refusal)
    if finding.layer is Layer.NO_LIST:
        request = Request("s3:ListBucket", f"arn:aws:s3:::{refusal.bucket}")
    sentence = finding.sentence or sentence_of(finding.layer, certain=finding.certain)
    permission = _permission(finding, request, asker) if refusal.operation else ""
    facts = tuple(without_secrets(connection, fact) for fact in finding.facts)
    message = message_to_admin(connection, error, Report(sentence, request, facts, permission, asker))
    tried = asked_for(refusal) if finding.layer is Layer.NO_LIST else request
    return Denial(
        finding.layer,
        finding.certain,
        sentence,
        finding.advice or advice_of(finding.layer),
        tried.action,
        tried.resource,
        facts,
        permission,
        message,
    )


def _permission(finding: Finding, request: Request, asker: Asker) -> str:
    """The statement that would allow it; one of a bucket policy names who is meant."""
    if finding.beyond_permission or not finding.layer.is_permission:
        return ""
    statement: dict[str, object] = {"Effect": "Allow"}
    if finding.layer is Layer.BUCKET_POLICY:
        principal = asker.arn or asker.account
        statement["Principal"] = {"AWS": principal} if principal else {"CanonicalUser": asker.canonical or "…"}
    statement["Action"] = request.action
    # A star or a question mark of a key is itself only when written as a variable.
    bucket, slash, key = request.resource.partition("/")
    literal = key.replace("$", "${$}").replace("*", "${*}").replace("?", "${?}")
    is_object = request.resource.startswith("arn:aws") and ":s3:::" in bucket
    statement["Resource"] = bucket + slash + (literal if is_object else key)
    return json.dumps(statement, indent=2, ensure_ascii=False)

"""Takes secrets out of text before it reaches a log, a report or the clipboard."""

from __future__ import annotations

import logging
import re

_SECRETS = (
    # presigned links, SigV4 and SigV2, also inside of other links
    re.compile(
        r"((?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|AWSAccessKeyId)(?:=|%(?:25)*3D))"
        r"(?:(?!%(?:25)*26)[^&\s\"'<>\]}),;])+",
        re.I,
    ),
    # headers, as botocore, http.client and Python dicts print them
    re.compile(r"((?:x-amz-security-token|authorization)['\"]?\s*[:=]\s*b?['\"]?)[^'\"\r\n]+", re.I),
    # settings, environment blocks and JSON from credential processes
    re.compile(
        r"((?:aws_?)?(?:secret_?access_?key|session_?token|secret_key)['\"]?\s*[:=]\s*b?['\"]?)[^\s'\",&}]+", re.I
    ),
    re.compile(r"(Credential=)[^,\s&]+", re.I),
    re.compile(r"(<(?:AWSAccessKeyId|SignatureProvided|StringToSign|CanonicalRequest)>)[^<]*", re.I),
    re.compile(r"()\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"),
)


def redact(text: str) -> str:
    """The text with signatures, keys and tokens replaced by “[hidden]”."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1[hidden]", text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record whole, trace included, and redacts the result; on a handler, so that nothing goes around it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line or lines without secrets."""
        return redact(super().format(record))

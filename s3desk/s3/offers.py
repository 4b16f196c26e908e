"""What each server was seen to offer, so that it is asked once and greyed out with the reason from then on."""

from __future__ import annotations

import threading
from enum import Enum


class Feature(Enum):
    """A part of S3, or a service beside it, that not every server has; the value is what the user reads."""

    ACL = "access lists (ACLs)"
    POLICY = "bucket policies"
    PUBLIC_ACCESS_BLOCK = "public access block"
    OWNERSHIP = "object ownership"
    ENCRYPTION = "default encryption"
    POLICY_STATUS = "policy status"
    WEBSITE = "static websites"
    STS = "identity (STS)"
    IAM = "users and keys (IAM)"
    SNS = "notifications (SNS)"
    CONDITIONAL_COPY = "copies that never replace (If-None-Match)"
    CRC64NVME = "checksums (CRC64NVME)"


class Offers:
    """Remembers by endpoint what was proven to be there and what is missing, for as long as the program runs.

    Not longer: a server may be upgraded. Safe to use from any thread; one is shared by all connections.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, Feature], str] = {}

    def has(self, endpoint_url: str, feature: Feature) -> bool | None:
        """Whether the server has it; None while nobody has asked."""
        with self._lock:
            reason = self._known.get((endpoint_url, feature))
        return None if reason is None else not reason

    def reason(self, endpoint_url: str, feature: Feature) -> str:
        """The sentence that says why something is missing; "" when it is there or was never asked for."""
        with self._lock:
            return self._known.get((endpoint_url, feature), "")

    def note(self, endpoint_url: str, feature: Feature, missing: str = "") -> None:
        """Remember that it is there, or the sentence that says why not."""
        with self._lock:
            self._known[(endpoint_url, feature)] = missing

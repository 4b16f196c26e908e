"""Signature version 4 of a request whose body is proven by a signed checksum header, at a tenth of botocore's cost."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.credentials import Credentials

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"


class Signer:
    """Signs for one region and service with keys that may be renewed meanwhile. Safe to use from any thread."""

    def __init__(self, credentials: Credentials, region: str, service: str) -> None:
        self._credentials = credentials
        self._scope = f"{region}/{service}/aws4_request"
        self._derived: tuple[tuple[str, str], bytes] = (("", ""), b"")  # day and secret, the key they make

    def signed(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers with those of the signature; names are in lower case, "host" is among them.

        `path` and `query` are encoded as they are sent, and the query is in the order of its names.
        """
        keys = self._credentials.get_frozen_credentials()
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        made = {**headers, "x-amz-date": now, "x-amz-content-sha256": _UNSIGNED}
        if keys.token:
            made["x-amz-security-token"] = keys.token
        names = sorted(made)
        listed = ";".join(names)
        lines = [f"{name}:{made[name]}" for name in names]
        asked = "\n".join((method, path, query, *lines, "", listed, _UNSIGNED))
        scope = f"{now[:8]}/{self._scope}"
        text = f"{_ALGORITHM}\n{now}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
        signature = hmac.digest(self._key(now[:8], keys.secret_key or ""), text.encode(), "sha256").hex()
        made["authorization"] = (
            f"{_ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={listed}, Signature={signature}"
        )
        return made

    def _key(self, day: str, secret: str) -> bytes:
        """The key of a day is made of four more; one is kept."""
        made_of, key = self._derived
        if made_of != (day, secret):
            key = f"AWS4{secret}".encode()
            for part in (day, *self._scope.split("/")):
                key = hmac.digest(key, part.encode(), "sha256")
            self._derived = ((day, secret), key)
        return key

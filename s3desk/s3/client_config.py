"""How boto3's clients are set up: signatures, addresses, retries, timeouts and checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from s3desk import __version__
from s3desk.s3.account import Account, SignIn

if TYPE_CHECKING:
    from botocore.config import Config


_READ_TIMEOUT = 40  # seconds


def plain_config(account: Account) -> Config:
    """For a service beside S3."""
    from botocore import UNSIGNED  # noqa: PLC0415  # heavy
    from botocore.config import Config  # noqa: PLC0415

    return Config(
        signature_version=UNSIGNED if account.sign_in is SignIn.ANONYMOUS else None,
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=10,
        read_timeout=20,
        user_agent_extra=f"s3desk/{__version__}",
    )


def s3_config(account: Account, *, own_endpoint: bool, signing: bool) -> Config:
    """For S3. `signing` makes addresses that work anywhere; an own endpoint gets the bucket in the path."""
    from botocore import UNSIGNED  # noqa: PLC0415  # heavy
    from botocore.config import Config  # noqa: PLC0415

    path_style = own_endpoint if account.path_style is None else account.path_style
    style: Literal["path", "virtual", "auto"] = (
        "path" if path_style else "virtual" if signing and not own_endpoint else "auto"
    )
    # Checksum trailers break several servers that are not AWS, once writing the trailer into the file.
    checksums: Literal["when_required", "when_supported"] = "when_required" if own_endpoint else "when_supported"
    return Config(
        signature_version=UNSIGNED if account.sign_in is SignIn.ANONYMOUS else "s3v4",
        s3={"addressing_style": style},
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=10,
        read_timeout=_READ_TIMEOUT,
        max_pool_connections=32,
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        user_agent_extra=f"s3desk/{__version__}",
    )

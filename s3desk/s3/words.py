"""One table from S3 codes, HTTP statuses, exceptions and disk errors to a sentence and what to do about it."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from s3desk.s3.errors import (
    AccessDeniedError,
    AlreadyThereError,
    BadNameError,
    BusyError,
    ChangedError,
    DiskError,
    ExpiredError,
    NotEmptyError,
    NotFoundError,
    S3Error,
    SignInError,
    UnreachableError,
    UnsupportedError,
)


@dataclass(frozen=True)
class Words:
    """The kind of an error, its sentence and the advice; {blanks} are filled with what was being done."""

    kind: type[S3Error]
    message: str
    advice: str = ""


GONE_KEY = Words(NotFoundError, "“{key}” is not there any more.", "Refresh the folder; somebody may have moved it.")
GONE_BUCKET = Words(
    NotFoundError, "There is no bucket named “{bucket}”.", "Check the spelling, or refresh the list of buckets."
)
_DENIED = Words(
    AccessDeniedError,
    "You are not allowed to {doing}.",
    "Ask the owner of the bucket for permission; the details name the request.",
)
_BUSY = Words(BusyError, "The server asks to slow down.", "Wait a minute and try again.")
_BROKEN = Words(UnreachableError, "The server had a problem of its own.", "Try again in a minute.")
CLOCK = Words(
    SignInError,
    "Your computer's clock is wrong, so the server refuses your signature{times}.",
    "Set the date and time of this computer to automatic, then try again.",
)
EXPIRED = Words(ExpiredError, "Your sign-in has expired.", "Sign in again, or paste new keys in Connect…")
_WRONG_KEY = Words(
    SignInError, "The server does not know this access key ID.", "Check the access key ID for missing characters."
)
_WRONG_SECRET = Words(
    SignInError, "The secret access key does not match the access key ID.", "Paste the secret access key once more."
)
_UNSUPPORTED = Words(UnsupportedError, "This server cannot {doing}.", "It does not offer this part of S3.")
_EXISTS = Words(
    AlreadyThereError, "“{name}” exists already and was not replaced.", "Choose another name, or replace it on purpose."
)
_BUCKET_TAKEN = Words(
    AlreadyThereError, "A bucket named “{bucket}” exists already.", "Bucket names are shared by everybody: try another."
)
_BAD_BUCKET = Words(
    BadNameError,
    "“{bucket}” cannot be the name of a bucket.",
    "Use 3 to 63 small letters, digits, dots and hyphens, starting with a letter or digit.",
)
_LONG_KEY = Words(BadNameError, "The name is too long for S3.", "A whole path may have 1,024 bytes at most.")
_ELSEWHERE = Words(
    UnreachableError, "The bucket “{bucket}” lives in another region.", "Set that region in Connect… and try again."
)

_DAMAGED = Words(UnreachableError, "The data was damaged on the way.", "Try again.")

CODES: dict[str, Words] = {
    "NoSuchKey": GONE_KEY,
    "NoSuchVersion": GONE_KEY,
    "NoSuchBucket": GONE_BUCKET,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "AccountProblem": _DENIED,
    "InvalidAccessKeyId": _WRONG_KEY,
    "InvalidClientTokenId": _WRONG_KEY,
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "ExpiredToken": EXPIRED,
    "ExpiredTokenException": EXPIRED,
    "TokenRefreshRequired": EXPIRED,
    "InvalidToken": EXPIRED,
    "RequestTimeTooSkewed": CLOCK,
    "RequestExpired": CLOCK,
    "SlowDown": _BUSY,
    "Throttling": _BUSY,
    "ThrottlingException": _BUSY,
    "TooManyRequests": _BUSY,
    "ServiceUnavailable": _BUSY,
    "InternalError": _BROKEN,
    "BucketAlreadyExists": _BUCKET_TAKEN,
    "BucketAlreadyOwnedByYou": _BUCKET_TAKEN,
    "InvalidBucketName": _BAD_BUCKET,
    "KeyTooLongError": _LONG_KEY,
    "BucketNotEmpty": Words(NotEmptyError, "The bucket “{bucket}” is not empty.", "Delete what is in it first."),
    "PreconditionFailed": _EXISTS,
    "ConditionalRequestConflict": _EXISTS,
    "PermanentRedirect": _ELSEWHERE,
    "AuthorizationHeaderMalformed": _ELSEWHERE,
    "IllegalLocationConstraintException": _ELSEWHERE,
    "InvalidLocationConstraint": Words(BadNameError, "The server does not know this region.", "Choose another region."),
    "NotImplemented": _UNSUPPORTED,
    "MethodNotAllowed": _UNSUPPORTED,
    "InvalidObjectState": Words(
        S3Error, "“{key}” is archived and cannot be read right now.", "Restore it first; that takes minutes to hours."
    ),
    "EntityTooLarge": Words(S3Error, "“{key}” is larger than this server accepts.", "Split the file."),
    "QuotaExceeded": Words(S3Error, "The storage quota is used up.", "Delete something, or ask for more space."),
    "AccessControlListNotSupported": Words(
        S3Error, "This bucket does not allow access lists (ACLs).", "Share with a temporary link instead."
    ),
    "InvalidRange": Words(ChangedError, "“{key}” became shorter while it was read.", "Open it again."),
    "BadDigest": _DAMAGED,
    "InvalidDigest": _DAMAGED,
    "XAmzContentSHA256Mismatch": _DAMAGED,
    "XAmzContentChecksumMismatch": _DAMAGED,
    "TooManyBuckets": Words(
        S3Error, "You have as many buckets as your account allows.", "Delete one, or ask for more."
    ),
}

# HEAD has no body, so botocore reports the bare HTTP status as the code.
STATUS: dict[int, Words] = {
    301: _ELSEWHERE,
    307: _ELSEWHERE,
    401: _DENIED,
    403: _DENIED,
    405: _UNSUPPORTED,
    409: _EXISTS,
    412: _EXISTS,
    413: CODES["EntityTooLarge"],
    416: CODES["InvalidRange"],
    429: _BUSY,
    500: _BROKEN,
    501: _UNSUPPORTED,
    502: _BROKEN,
    503: _BUSY,
    504: _BROKEN,
}

_NO_KEYS = Words(SignInError, "There are no keys to sign in with.", "Open Connect… and enter keys or choose a profile.")
_PROFILE = Words(SignInError, "This AWS profile cannot be used: {original}", "Check ~/.aws/config, or use typed keys.")
_SSO = Words(ExpiredError, "Your single sign-on has expired.", "Run “aws sso login” for this profile, then try again.")
HOST = Words(UnreachableError, "There is no server named “{host}”.", "Check the endpoint URL and your connection.")
REFUSED = Words(
    UnreachableError, "Nothing answers at {host}.", "Is the server running? Check the address and the port number."
)
_TLS = Words(
    UnreachableError,
    "The secure connection (TLS) to {host} failed.",
    "Its certificate is not trusted here, or it does not speak https. AWS_CA_BUNDLE can name an own authority.",
)
_TIMEOUT = Words(UnreachableError, "{host} does not answer in time.", "Check the connection and try again.")
_CUT = Words(UnreachableError, "The connection to {host} broke off.", "Try again; nothing half-done is kept.")
NOT_S3 = Words(
    UnreachableError,
    "What answers there is not S3.",
    "Check the endpoint URL. In a hotel or guest network, sign in to that network in a browser first.",
)
URL = Words(UnreachableError, "This endpoint URL is not valid.", "Write it like https://s3.example.com")
_BAD_PARAMETER = Words(
    BadNameError, "S3 cannot hold this name.", "Choose another one; the details say what is wrong with it."
)

# Exception class names of botocore and urllib3; by name, so that this module never imports them.
EXCEPTIONS: dict[str, Words] = {
    "NoCredentialsError": _NO_KEYS,
    "PartialCredentialsError": _NO_KEYS,
    "CredentialRetrievalError": _PROFILE,
    "ProfileNotFound": _PROFILE,
    "ConfigParseError": _PROFILE,
    "InvalidConfigError": _PROFILE,
    "NoRegionError": Words(SignInError, "A region is missing.", "Choose a region in Connect…"),
    "InvalidRegionError": Words(BadNameError, "This is not the name of a region.", "Write it like eu-west-1."),
    "SSOTokenLoadError": _SSO,
    "UnauthorizedSSOTokenError": _SSO,
    "TokenRetrievalError": _SSO,
    "SSOError": _SSO,
    "RefreshWithMFAUnsupportedError": EXPIRED,
    "SSLError": _TLS,
    "SSLCertVerificationError": _TLS,
    "ConnectTimeoutError": _TIMEOUT,
    "ReadTimeoutError": _TIMEOUT,
    "ConnectionClosedError": _CUT,
    "ProtocolError": _CUT,
    "IncompleteRead": _CUT,
    "IncompleteReadError": _CUT,
    "ResponseStreamingError": _CUT,
    "ConnectionResetError": _CUT,
    "BrokenPipeError": _CUT,
    "RemoteDisconnected": _CUT,
    "ConnectionRefusedError": REFUSED,
    "ProxyConnectionError": Words(UnreachableError, "The proxy does not answer.", "Check HTTPS_PROXY."),
    "ResponseParserError": NOT_S3,
    "InvalidEndpointURLError": URL,
    "ParamValidationError": _BAD_PARAMETER,
    "FlexibleChecksumError": CODES["BadDigest"],
}

DISK: dict[int, Words] = {
    errno.ENOSPC: Words(
        DiskError, "The disk is full.", "Free some space, then try again; nothing half-written is kept."
    ),
    errno.EDQUOT: Words(DiskError, "Your disk quota is used up.", "Free some space, then try again."),
    errno.EACCES: Words(DiskError, "This computer does not let you use {file}.", "Check the file's permissions."),
    errno.EPERM: Words(DiskError, "This computer does not let you use {file}.", "Check the file's permissions."),
    errno.EROFS: Words(DiskError, "{file} is on a read-only disk.", "Choose another folder."),
    errno.ENOENT: Words(DiskError, "{file} is not there any more.", "It was moved or deleted meanwhile."),
    errno.ENAMETOOLONG: Words(DiskError, "The name of {file} is too long for this disk.", "Choose a shorter folder."),
    errno.EISDIR: Words(DiskError, "{file} is a folder, not a file.", "Choose another name."),
    errno.ENOTDIR: Words(DiskError, "A file stands where {file} needs a folder.", "Choose another folder."),
    errno.EFBIG: Words(DiskError, "{file} is too big for this disk.", "Choose another disk."),
}

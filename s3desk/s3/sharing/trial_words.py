"""What a trial of a link says."""

from __future__ import annotations

WORKS = "It works for anyone who has the link."
EXPIRED = "The link has expired."
NOT_YET = "The link is not valid yet: the clock of this computer is wrong."
DENIED_SIGNED = "It does not work: the keys the link was made with may not read this object."
DENIED_UNSIGNED = "It does not work: the object is not public."
DENIED_KMS = "It does not work: the keys the link was made with may not use the KMS key that encrypts the object."
PUBLIC_KMS = "It does not work: the object is encrypted with a KMS key, and only signed links open those."
OTHER_REGION = "It does not work: the bucket is in another region than the link says."
OTHER_PLACE = "It could not be tried: visitors are sent on to {host}. Is there a network sign-in page on the way?"
NOT_S3 = "It could not be tried: what answers is not S3. Is there a network sign-in page or a firewall on the way?"

_GONE = "It does not work: the object is not there any more."
_SIGN_IN_ENDED = "It does not work: the sign-in the link was made with has ended."
_BUSY = "It could not be tried: the server is busy. Try again in a moment."
_CLOCK = "It does not work: the clock of this computer differs too much from the server's."

# By S3's error code.
CODES = {
    "NoSuchKey": _GONE,
    "NoSuchBucket": "It does not work: the bucket is not there any more.",
    "NoSuchVersion": "It does not work: this version of the object is not there any more.",
    "MethodNotAllowed": "It does not work: this version only says that the object was deleted.",
    "SignatureDoesNotMatch": (
        "It does not work: the server refuses the signature. The secret key is wrong, or a proxy changes the address."
    ),
    "InvalidAccessKeyId": "It does not work: the server does not know the access key the link was made with.",
    "ExpiredToken": _SIGN_IN_ENDED,
    "InvalidToken": _SIGN_IN_ENDED,
    "TokenRefreshRequired": _SIGN_IN_ENDED,
    "RequestTimeTooSkewed": _CLOCK,
    "RequestExpired": EXPIRED,
    "ExpiredPresignRequest": EXPIRED,
    "InvalidObjectState": "It does not work: the object is archived and has to be restored first.",
    "PermanentRedirect": OTHER_REGION,
    "TemporaryRedirect": OTHER_REGION,
    "AllAccessDisabled": "It does not work: the server has switched off all access to this object.",
    "AccountProblem": "It does not work: there is a problem with the account that owns the bucket.",
    "SlowDown": _BUSY,
    "KMS.DisabledException": "It does not work: the KMS key that encrypts the object is switched off.",
}

# By HTTP status, where the code says nothing.
STATUS = {
    401: "It does not work: the server wants a sign-in.",
    403: DENIED_UNSIGNED,
    404: _GONE,
    407: "It could not be tried: the proxy of this network wants a sign-in.",
    429: _BUSY,
    500: "It could not be tried: the server has a problem of its own. Try again in a moment.",
    502: "It could not be tried: the server cannot be reached from its own network.",
    503: _BUSY,
    504: "It could not be tried: the server did not answer in time.",
}


# By the name of the exception's class, or of one it derives from; the address itself is never said.
_TROUBLES = {
    "SSLCertVerificationError": "It could not be tried: this computer does not trust the certificate of {host}.",
    "SSLError": "It could not be tried: no secure connection to {host} came about.",
    "gaierror": "It could not be tried: the name {host} is not known in this network.",
    "TimeoutError": "It could not be tried: {host} did not answer in time.",
    "ConnectionRefusedError": "It could not be tried: nothing answers at {host}. Is the server running?",
    "FileNotFoundError": "It could not be tried: the file of certificates that AWS_CA_BUNDLE names is missing.",
    "InvalidURL": "It does not work: this is not a web address.",
    "OverflowError": "It does not work: this is not a web address.",
    "ValueError": "It does not work: this is not a web address.",
}
_BROKE = "It could not be tried: the connection to {host} broke."


def trouble_words(error: BaseException, host: str) -> str:
    """Why there was no answer at all."""
    reason = getattr(error, "reason", None)
    cause = reason if isinstance(reason, BaseException) else error
    if "407" in str(cause):  # http.client: "Tunnel connection failed: 407 ..."
        return STATUS[407]
    known = (_TROUBLES.get(kind.__name__) for kind in type(cause).__mro__)
    return next(filter(None, known), _BROKE).format(host=host)

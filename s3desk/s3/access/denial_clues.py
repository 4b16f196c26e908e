"""What a refusal tells by itself: one table from codes and the words Amazon's answers use to the layer that said no."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from s3desk.s3.access.denial_layers import Layer


@dataclass(frozen=True)
class Clue:
    """One line of the table: it fits where the code is one of `codes` (none: any) and `said` is found in the message.

    `certain` is whether it settles the matter; `fact` is the sentence for the user. `only_for` are the operations
    the clue speaks of, all where it is empty.
    """

    layer: Layer
    certain: bool
    fact: str
    codes: tuple[str, ...] = ()
    said: re.Pattern[str] | None = None
    only_for: frozenset[str] = field(default_factory=frozenset)

    def fits(self, code: str, message: str, operation: str) -> bool:
        """Whether this line speaks of that refusal."""
        return (
            (not self.codes or code in self.codes)
            and (self.said is None or self.said.search(message) is not None)
            and (not self.only_for or operation in self.only_for)
        )


def _said(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


DENIED = ("AccessDenied", "AccessDeniedException", "403", "Forbidden", "Unauthorized", "AuthorizationError")
_READS_ONE = frozenset({"GetObject", "HeadObject", "GetObjectAttributes", "CopyObject", "UploadPartCopy"})

# Asked in this order, and the first that fits is taken: what an answer says in words comes before what its code says.
CLUES: tuple[Clue, ...] = (
    # the keys and the clock, which every request needs first
    Clue(Layer.CLOCK, True, "The server's clock and the clock of this computer differ.", ("RequestTimeTooSkewed",)),
    Clue(
        Layer.EXPIRED,
        True,
        "The keys you signed in with were made for a time, and that time is over.",
        ("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"),
    ),
    Clue(
        Layer.EXPIRED,
        True,
        "The link or form was made for a time, and that time is over.",
        DENIED,
        _said("(request has|policy) expired"),
    ),
    Clue(Layer.EXPIRED, True, "Your single sign-on has ended.", ("SSOTokenLoadError", "UnauthorizedSSOTokenError")),
    Clue(Layer.CLOCK, False, "The request came too late, or the clock of this computer is wrong.", ("RequestExpired",)),
    Clue(Layer.CLOCK, True, "The signature is dated in the future.", (), _said("signature not yet current")),
    Clue(
        Layer.WRONG_KEY,
        True,
        "The session token does not belong to these keys, or a part of it is missing.",
        ("InvalidToken", "InvalidTokenId", "InvalidSecurity"),
    ),
    Clue(
        Layer.WRONG_KEY,
        True,
        "The server has no such access key.",
        ("InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"),
    ),
    Clue(
        Layer.WRONG_SECRET,
        True,
        "The server knows the access key, and the secret key does not belong to it.",
        ("SignatureDoesNotMatch",),
    ),
    Clue(
        Layer.WRONG_KEY,
        True,
        "The access key is empty or malformed.",
        (),
        _said("access key \\(AKID\\) must be provided"),
    ),
    Clue(
        Layer.SIGN_IN,
        True,
        "The request was not signed, and this server lets nobody in without keys.",
        ("MissingAuthenticationToken", "MissingSecurityHeader", "NoCredentialsError", "PartialCredentialsError"),
    ),
    Clue(
        Layer.SIGN_IN, True, "The request was not signed.", DENIED, _said("anonymous (access|users?|principal|caller)")
    ),
    Clue(
        Layer.ACCOUNT,
        True,
        "The account as a whole is stopped: look for unpaid bills or a message from the provider.",
        ("AccountProblem", "AllAccessDisabled", "NotSignedUp", "UserSuspended", "InvalidPayer"),
    ),
    # where the bucket is
    Clue(Layer.REGION, True, "The request was signed for another region.", (), _said(r"region '[\w-]*' is wrong")),
    Clue(
        Layer.REGION,
        True,
        "The bucket lives in another region.",
        ("PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException", "301", "307"),
    ),
    # what is in the way of this one object
    Clue(
        Layer.ARCHIVED,
        True,
        "The object is in an archive class and has to be restored before it can be read.",
        ("InvalidObjectState", "ObjectNotInActiveTierError"),
    ),
    Clue(Layer.LOCKED, True, "The object is protected by object lock.", (), _said("object lock|legal hold|WORM")),
    Clue(Layer.LOCKED, True, "The bucket asks for a second factor (MFA) here.", DENIED, _said(r"\bmfa authentication")),
    # the encryption key
    Clue(Layer.KMS, True, "The right that is missing is one on the encryption key.", (), _said(r"perform: kms:\w+")),
    Clue(
        Layer.KMS,
        True,
        "The encryption key is switched off, deleted or not in this region.",
        (
            "KMS.DisabledException",
            "KMS.NotFoundException",
            "KMS.KMSInvalidStateException",
            "KMS.InvalidKeyUsageException",
            "KMSKeyDisabledException",
        ),
    ),
    Clue(
        Layer.KMS,
        True,
        "The encryption key is not known here, or you may not use it.",
        (),
        _said("ciphertext refers to a customer master key"),
    ),
    Clue(
        Layer.KMS,
        True,
        "The object is encrypted with a key of its owner (SSE-C) that has to be sent along.",
        (),
        _said("stored using a form of server side encryption|encryption with customer provided keys must provide"),
    ),
    Clue(Layer.KMS, True, "It is encrypted with a key strangers cannot use.", (), _said("KMS managed keys require")),
    Clue(
        Layer.KMS,
        True,
        "The bucket takes no uploads with a key of one's own (SSE-C).",
        DENIED,
        _said("blocked upload requests that specify server side encryption with customer"),
    ),
    # public access block and ownership
    Clue(
        Layer.BLOCK,
        True,
        "The public access block refuses access lists that let anyone in.",
        DENIED,
        _said("blocked by the BlockPublicAcls|public acls are blocked|prevented by the BlockPublicAcls"),
    ),
    Clue(
        Layer.BLOCK,
        True,
        "The public access block refuses policies that let anyone in.",
        DENIED,
        _said("(blocked|prevented) by the BlockPublicPolicy"),
    ),
    Clue(
        Layer.BLOCK,
        True,
        "The public access block overrules what the policy lets anyone do.",
        DENIED,
        _said("RestrictPublicBuckets|IgnorePublicAcls|public access block|block public access"),
    ),
    Clue(
        Layer.OWNERSHIP,
        True,
        "The bucket's owner owns everything in it, and access lists (ACLs) are switched off.",
        ("AccessControlListNotSupported", "InvalidBucketAclWithObjectOwnership"),
    ),
    Clue(
        Layer.REQUESTER_PAYS,
        True,
        "Who reads from this bucket pays for it, and has to agree to that with every request.",
        (),
        _said("requester[ -]?pays"),
    ),
    # explicit denials: some rule says no, and a permission does not help
    Clue(
        Layer.VPC,
        True,
        "The rules of the network connection (VPC endpoint) you come through do not allow it.",
        (),
        _said("(explicit deny in an?|no) VPC endpoint polic"),
    ),
    Clue(
        Layer.ORGANIZATION,
        True,
        "A control policy of your organization does not allow it.",
        (),
        _said("(explicit deny in an?|no) (service|resource) control polic"),
    ),
    Clue(
        Layer.BUCKET_POLICY,
        True,
        "A statement of the bucket policy forbids it; that wins over every permission.",
        (),
        _said("explicit deny in an? resource-based policy"),
    ),
    Clue(
        Layer.IAM,
        True,
        "A policy of your own user or role forbids it; that wins over every permission.",
        (),
        _said("explicit deny in an? (identity-based policy|permissions boundary|session policy)"),
    ),
    Clue(Layer.UNKNOWN, False, "Some rule forbids it; the answer does not say which.", (), _said("explicit deny")),
    # missing permissions
    Clue(
        Layer.NO_LIST,
        True,
        "You may not list this bucket, so the server does not tell a missing object from a forbidden one:"
        " this one most likely does not exist.",
        DENIED,
        _said("perform: s3:ListBucket\\b"),
        _READS_ONE,
    ),
    Clue(
        Layer.BUCKET_POLICY,
        True,
        "No statement of the bucket policy allows it to you.",
        (),
        _said("no resource-based polic"),
    ),
    Clue(
        Layer.IAM,
        True,
        "No policy of your own user or role allows it.",
        (),
        _said("no (identity-based policy|permissions boundary|session policy)"),
    ),
    Clue(Layer.IAM, False, "The server names the permission that is missing.", (), _said("not authorized to perform:")),
)


def first_clue(code: str, message: str, operation: str) -> Clue | None:
    """The first line of the table that fits, None where the refusal says nothing."""
    return next((clue for clue in CLUES if clue.fits(code, message, operation)), None)

"""Denials as Amazon words them, one line a case: what it answers, and what is to be found out from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from s3desk.s3.access.denial_layers import Layer
from tests.servers.faults import Answer

ME = "arn:aws:iam::123456789012:user/mary"
BUCKET, KEY = "reports", "2026/january.csv"
OF_BUCKET = f"arn:aws:s3:::{BUCKET}"
OF_OBJECT = f"{OF_BUCKET}/{KEY}"
KMS_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
PLAIN = "Access Denied"
KNOWN, GUESSED = True, False


@dataclass(frozen=True)
class Told:
    """One answer of Amazon's to one request, and the layer it speaks of.

    `beside` are the answers to what is asked afterwards, by the query (`?policy`); all else is denied plainly.
    """

    id: str
    layer: Layer
    certain: bool
    message: str
    operation: str = "get_object"
    code: str = "AccessDenied"
    status: int = 403
    headers: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Answer] = field(default_factory=dict)
    anonymous: bool = False


def may_not(action: str, why: str = "", on: str = OF_OBJECT) -> str:
    """How Amazon words a denial within one account; without a reason: no policy of the user allows it."""
    why = why or f"because no identity-based policy allows the {action} action"
    return f'User: {ME} is not authorized to perform: {action} on resource: "{on}" {why}'


def because_no(kind: str) -> str:
    return f"because no {kind} allows the s3:GetObject action"


def denied_in(kind: str) -> str:
    return f"with an explicit deny in {kind}"


def policy(effect: str, action: str, **condition: object) -> Mapping[str, Answer]:
    """A bucket policy of one statement for everybody."""
    statement = {"Effect": effect, "Principal": "*", "Action": action, "Resource": [OF_BUCKET, OF_BUCKET + "/*"]}
    document = {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
    return {"policy": Answer(200, json.dumps(document).encode(), content_type="application/json")}


def _xml(root: str, inside: str) -> Answer:
    return Answer(200, f'<?xml version="1.0"?><{root}>{inside}</{root}>'.encode())


_ALL_FOUR = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
BLOCKED = {"publicAccessBlock": _xml("PublicAccessBlockConfiguration", "".join(f"<{x}>true</{x}>" for x in _ALL_FOUR))}
ACL_OFF = {
    "ownershipControls": _xml(
        "OwnershipControls", "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"
    )
}
WITH_KMS = {
    "encryption": _xml(
        "ServerSideEncryptionConfiguration",
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>"
        "</ApplyServerSideEncryptionByDefault></Rule>",
    )
}
_QUARANTINE = "an identity-based policy: arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
_CIPHERTEXT = (
    f"User: {ME} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext "
    "because no identity-based policy allows the kms:Decrypt action"
)
_NO_SUCH_KMS_KEY = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are "
    "not allowed to access."
)
_CUSTOMER_KEY = (
    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
    "retrieve the object."
)
_KMS_UNSIGNED = "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
_BLOCKS_ACL = (
    "because public access control lists (ACLs) are blocked by the BlockPublicAcls block public access setting"
)
_BLOCKS_POLICY = "because public policies are blocked by the BlockPublicPolicy block public access setting"
_PAYS = "Access Denied: this is a Requester Pays bucket and the request has no x-amz-request-payer header"
_MALFORMED = "The authorization header is malformed; "
_REGION = _MALFORMED + "the region 'us-east-1' is wrong; expecting 'eu-south-2'"
_NO_KEY = _MALFORMED + "a non-empty Access Key (AKID) must be provided in the credential."
_ELSEWHERE = "The bucket you are attempting to access must be addressed using the specified endpoint."
_IN_SOUTH = {"x-amz-bucket-region": "eu-south-2"}
_SKEWED = "The difference between the request time and the current time is too large."
_EXPIRED = "The provided token has expired."
_BAD_TOKEN = "The provided token is malformed or otherwise invalid."
_UNKNOWN_KEY = "The AWS Access Key Id you provided does not exist in our records."
_MISMATCH = "The request signature we calculated does not match the signature you provided. Check your key."
_ARCHIVED = "The operation is not valid for the object's storage class"
_LOCKED = "Access Denied because object protected by object lock."
_MFA = "Mfa Authentication must be used for this request"
_STOPPED = "All access to this object has been disabled"

TOLD = [
    # the answer says it all
    Told("no-get", Layer.IAM, KNOWN, may_not("s3:GetObject")),
    Told("no-put", Layer.IAM, KNOWN, may_not("s3:PutObject"), "put_object"),
    Told("no-delete", Layer.IAM, KNOWN, may_not("s3:DeleteObject"), "delete_object"),
    Told("no-list", Layer.IAM, KNOWN, may_not("s3:ListBucket", on=OF_BUCKET), "list_objects_v2"),
    Told("no-list-of-buckets", Layer.IAM, KNOWN, may_not("s3:ListAllMyBuckets", on="arn:aws:s3:::*"), "list_buckets"),
    Told("no-get-by-head", Layer.IAM, KNOWN, may_not("s3:GetObject"), "head_object"),
    Told("quarantined-key", Layer.IAM, KNOWN, may_not("s3:GetObject", denied_in(_QUARANTINE))),
    Told("boundary", Layer.IAM, KNOWN, may_not("s3:GetObject", because_no("permissions boundary"))),
    Told("session-policy", Layer.IAM, KNOWN, may_not("s3:GetObject", because_no("session policy"))),
    Told("scp-denies", Layer.ORGANIZATION, KNOWN, may_not("s3:GetObject", denied_in("a service control policy"))),
    Told("scp-silent", Layer.ORGANIZATION, KNOWN, may_not("s3:GetObject", because_no("service control policy"))),
    Told("rcp-denies", Layer.ORGANIZATION, KNOWN, may_not("s3:GetObject", denied_in("a resource control policy"))),
    Told("policy-denies", Layer.BUCKET_POLICY, KNOWN, may_not("s3:GetObject", denied_in("a resource-based policy"))),
    Told("policy-silent", Layer.BUCKET_POLICY, KNOWN, may_not("s3:GetObject", because_no("resource-based policy"))),
    Told("vpc-silent", Layer.VPC, KNOWN, may_not("s3:GetObject", because_no("VPC endpoint policy"))),
    Told("vpc-denies", Layer.VPC, KNOWN, may_not("s3:GetObject", denied_in("a VPC endpoint policy"))),
    Told("missing-without-list", Layer.NO_LIST, KNOWN, may_not("s3:ListBucket", on=OF_BUCKET)),
    Told("missing-without-list-by-head", Layer.NO_LIST, KNOWN, may_not("s3:ListBucket", on=OF_BUCKET), "head_object"),
    Told("kms-decrypt", Layer.KMS, KNOWN, _CIPHERTEXT),
    Told("kms-data-key", Layer.KMS, KNOWN, may_not("kms:GenerateDataKey", on=KMS_KEY), "put_object"),
    Told("kms-unknown-key", Layer.KMS, KNOWN, _NO_SUCH_KMS_KEY),
    Told("kms-disabled", Layer.KMS, KNOWN, f"{KMS_KEY} is disabled.", code="KMS.DisabledException", status=400),
    Told("kms-unsigned", Layer.KMS, KNOWN, _KMS_UNSIGNED, code="InvalidArgument", status=400, anonymous=True),
    Told("customer-key", Layer.KMS, KNOWN, _CUSTOMER_KEY, code="InvalidRequest", status=400),
    Told("customer-key-by-head", Layer.KMS, KNOWN, _CUSTOMER_KEY, "head_object", "InvalidRequest", 400),
    Told("block-of-acls", Layer.BLOCK, KNOWN, may_not("s3:PutObjectAcl", _BLOCKS_ACL), "put_object_acl"),
    Told("block-of-policy", Layer.BLOCK, KNOWN, may_not("s3:PutBucketPolicy", _BLOCKS_POLICY), "put_bucket_policy"),
    Told(
        "acl-off",
        Layer.OWNERSHIP,
        KNOWN,
        "The bucket does not allow ACLs",
        "put_object_acl",
        "AccessControlListNotSupported",
        400,
    ),
    Told("requester-pays", Layer.REQUESTER_PAYS, KNOWN, _PAYS),
    Told("redirect", Layer.REGION, KNOWN, _ELSEWHERE, code="PermanentRedirect", status=301, headers=_IN_SOUTH),
    Told("region-in-signature", Layer.REGION, KNOWN, _REGION, code="AuthorizationHeaderMalformed", status=400),
    Told("clock", Layer.CLOCK, KNOWN, _SKEWED, code="RequestTimeTooSkewed"),
    Told("clock-by-head", Layer.CLOCK, KNOWN, _SKEWED, "head_object", "RequestTimeTooSkewed"),
    Told("expired-token", Layer.EXPIRED, KNOWN, _EXPIRED, code="ExpiredToken", status=400),
    Told("expired-token-by-head", Layer.EXPIRED, KNOWN, _EXPIRED, "head_object", "ExpiredToken", 400),
    Told("expired-link", Layer.EXPIRED, KNOWN, "Request has expired"),
    Told("bad-token", Layer.WRONG_KEY, KNOWN, _BAD_TOKEN, code="InvalidToken", status=400),
    Told("unknown-key", Layer.WRONG_KEY, KNOWN, _UNKNOWN_KEY, code="InvalidAccessKeyId"),
    Told("empty-key", Layer.WRONG_KEY, KNOWN, _NO_KEY, code="AuthorizationHeaderMalformed", status=400),
    Told("wrong-secret", Layer.WRONG_SECRET, KNOWN, _MISMATCH, code="SignatureDoesNotMatch"),
    Told("archived", Layer.ARCHIVED, KNOWN, _ARCHIVED, code="InvalidObjectState"),
    Told("object-lock", Layer.LOCKED, KNOWN, _LOCKED, "delete_object"),
    Told("mfa-delete", Layer.LOCKED, KNOWN, _MFA, "delete_object"),
    Told("account-stopped", Layer.ACCOUNT, KNOWN, _STOPPED, code="AllAccessDisabled"),
    Told("not-signed-up", Layer.ACCOUNT, KNOWN, "Your account is not signed up", code="NotSignedUp"),
    # the answer says nothing, and the settings decide
    Told("read-policy-denies", Layer.BUCKET_POLICY, KNOWN, PLAIN, beside=policy("Deny", "s3:GetObject")),
    Told(
        "read-policy-denies-http",
        Layer.BUCKET_POLICY,
        GUESSED,
        PLAIN,
        beside=policy("Deny", "s3:*", NotIpAddress={"aws:SourceIp": "10.0.0.0/8"}),
    ),
    Told(
        "read-policy-wants-vpc",
        Layer.VPC,
        GUESSED,
        PLAIN,
        beside=policy("Deny", "s3:*", StringNotEquals={"aws:SourceVpce": "vpce-1a2b"}),
    ),
    Told("read-acl-off", Layer.OWNERSHIP, KNOWN, PLAIN, "put_object_acl", beside=ACL_OFF),
    Told("read-block-of-acls", Layer.BLOCK, GUESSED, PLAIN, "put_object_acl", beside=BLOCKED),
    Told("read-block-of-policy", Layer.BLOCK, GUESSED, PLAIN, "put_bucket_policy", beside=BLOCKED),
    Told("read-kms", Layer.KMS, GUESSED, PLAIN, "put_object", beside=WITH_KMS | dict(policy("Allow", "s3:PutObject"))),
    Told("read-no-list", Layer.NO_LIST, KNOWN, PLAIN, beside=policy("Allow", "s3:GetObject")),
    # nothing settles it, and nothing is claimed
    Told("another-account", Layer.BUCKET_POLICY, GUESSED, PLAIN),
    Told("another-account-by-head", Layer.BUCKET_POLICY, GUESSED, PLAIN, "head_object"),
    Told("some-deny", Layer.UNKNOWN, GUESSED, f"User: {ME} was refused with an explicit deny"),
    Told("words-never-seen", Layer.UNKNOWN, GUESSED, "The moon is in the wrong house"),
    Told("code-never-seen", Layer.UNKNOWN, GUESSED, "No.", code="ComputerSaysNo"),
    Told("anonymous-get", Layer.SIGN_IN, GUESSED, PLAIN, anonymous=True),
    Told("anonymous-list", Layer.SIGN_IN, KNOWN, PLAIN, "list_objects_v2", anonymous=True),
]

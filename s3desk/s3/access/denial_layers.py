"""Where a request can be stopped, and which permission each request of S3 needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.s3.errors import Refusal


class Layer(Enum):
    """What said no; the value is what the user reads."""

    IAM = "your own permissions (IAM)"
    ORGANIZATION = "a rule of your organization"
    BUCKET_POLICY = "the bucket policy"
    BLOCK = "the public access block"
    OWNERSHIP = "object ownership"
    ACL = "the access list (ACL)"
    KMS = "the encryption key"
    REQUESTER_PAYS = "requester pays"
    REGION = "the region"
    CLOCK = "this computer's clock"
    EXPIRED = "an expired sign-in or link"
    WRONG_KEY = "the access key"
    WRONG_SECRET = "the secret access key"  # noqa: S105  # words, no secret
    ARCHIVED = "the archive"
    LOCKED = "protection against deleting"
    NO_LIST = "the right to list, without which a missing object looks forbidden"
    VPC = "the network you come from"
    SIGN_IN = "signing in"
    ACCOUNT = "the account"
    UNKNOWN = "cannot be told from here"

    @property
    def is_permission(self) -> bool:
        """Whether a statement that allows more is what helps."""
        return self in _PERMISSIONS


_PERMISSIONS = frozenset({Layer.IAM, Layer.BUCKET_POLICY, Layer.ACL, Layer.KMS, Layer.NO_LIST, Layer.UNKNOWN})


@dataclass(frozen=True)
class Request:
    """What was asked for in the terms of a policy: `s3:GetObject` on `arn:aws:s3:::bucket/key`."""

    action: str
    resource: str


@dataclass(frozen=True)
class Finding:
    """The layer most likely, whether that is settled, and the facts it rests on.

    `beyond_permission` is true where no further permission helps, because a rule forbids it; `sentence` and `advice`
    are there where the facts say it better than the layer's own words.
    """

    layer: Layer
    certain: bool
    facts: tuple[str, ...] = ()
    beyond_permission: bool = False
    sentence: str = ""
    advice: str = ""


_NOT_AUTHORIZED = re.compile(r"not authorized to perform: ([a-z0-9-]+:\w+)", re.IGNORECASE)
_RESOURCE = re.compile(r"on (?:the )?resource:? \"?(arn:[^\s\"]+)", re.IGNORECASE)

# The requests whose permission is not called like them. What stands nowhere here needs `s3:` and its own name.
_ACTIONS = {
    "HeadObject": "GetObject",
    "SelectObjectContent": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "DeleteObjects": "DeleteObject",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "ListTopics": "sns:ListTopics",
    "Publish": "sns:Publish",
    "ListAccessKeys": "iam:ListAccessKeys",
    "GetAccessKeyLastUsed": "iam:GetAccessKeyLastUsed",
    "ListAccountAliases": "iam:ListAccountAliases",
}
WRITES_ACL = frozenset({"PutObjectAcl", "PutBucketAcl"})
READS_OBJECT = frozenset({"GetObject", "HeadObject", "GetObjectAttributes", "CopyObject", "UploadPartCopy"})
WRITES_OBJECT = frozenset(
    {"PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"}
)


def request_of(refusal: Refusal) -> Request:
    """The action and resource that were refused: as the server named them, else as the operation needs them."""
    named, on = _NOT_AUTHORIZED.search(refusal.message), _RESOURCE.search(refusal.message)
    if named is None:
        return asked_for(refusal)
    if on is not None:
        return Request(named[1], on[1])
    # A key is named by what it encrypted only, and its resource is known to whoever owns it.
    return Request(named[1], "*" if named[1].startswith("kms:") else asked_for(refusal).resource)


def asked_for(refusal: Refusal) -> Request:
    """What the operation needs, whatever the server said; empty where nothing was sent."""
    if not refusal.operation:
        return Request("", "")
    named = _ACTIONS.get(refusal.operation, refusal.operation)
    action = named if ":" in named else f"s3:{named}"
    if not refusal.bucket:
        return Request(action, "*")
    on_object = bool(refusal.key) and "Bucket" not in action
    return Request(action, f"arn:aws:s3:::{refusal.bucket}" + (f"/{refusal.key}" if on_object else ""))

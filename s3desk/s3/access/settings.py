"""The settings of a bucket that decide who gets in: policy, public access block, ownership, default encryption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, cast

from s3desk.s3.access.raw_answer import settled
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.access.subresource import converted, look, not_set_code, proving
from s3desk.s3.errors import S3Error
from s3desk.s3.explain import explaining
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ServerSideEncryptionByDefaultTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

MOST_SHOWN = 200_000  # letters of a policy; S3 takes 20 KB, and a window that shows megabytes stands still


@dataclass(frozen=True)
class Block:
    """Public access block: what is refused or overruled although a list or policy would allow it."""

    block_acls: bool = False
    ignore_acls: bool = False
    block_policy: bool = False
    restrict_buckets: bool = False


class Ownership(Enum):
    """Who owns what others upload, and whether access lists count at all; the value is S3's own word."""

    ENFORCED = "BucketOwnerEnforced"
    PREFERRED = "BucketOwnerPreferred"
    WRITER = "ObjectWriter"

    @property
    def words(self) -> str:
        """What it means to a person."""
        return {
            Ownership.ENFORCED: "The bucket's owner owns everything; access lists are off",
            Ownership.PREFERRED: "The bucket's owner owns what is given to it; access lists count",
            Ownership.WRITER: "Who uploads an object owns it; access lists count",
        }[self]


@dataclass(frozen=True)
class Encryption:
    """How new objects are encrypted when nobody says otherwise: AES256, aws:kms or aws:kms:dsse.

    `kms_key` is an id or ARN, "" for AWS's own key; `bucket_key` saves requests to KMS.
    """

    algorithm: str = "AES256"
    kms_key: str = ""
    bucket_key: bool = False


def read_policy(job: Job, connection: Connection, bucket: str) -> Seen[str]:
    """The bucket policy as it was written, JSON (GetBucketPolicy). Raises nothing but CancelledError.

    One far larger than S3 allows is not read: its size is said instead.
    """
    seen = converted(look(job, connection, bucket, Feature.POLICY), lambda answer: str(answer.get("Policy", "")))
    if seen.value is None or len(seen.value) <= MOST_SHOWN:
        return seen
    size = f"This policy has {len(seen.value):,} letters, and S3 takes 20 KB."
    return Seen(Standing.FAILED, error=S3Error(size, "It is too large to be shown or changed here."))


def read_block(job: Job, connection: Connection, bucket: str) -> Seen[Block]:
    """The bucket's public access block (GetPublicAccessBlock). Raises nothing but CancelledError."""
    return converted(look(job, connection, bucket, Feature.PUBLIC_ACCESS_BLOCK), _block)


def read_ownership(job: Job, connection: Connection, bucket: str) -> Seen[Ownership]:
    """The bucket's object ownership (GetBucketOwnershipControls). Raises nothing but CancelledError."""
    return converted(look(job, connection, bucket, Feature.OWNERSHIP), _ownership)


def read_encryption(job: Job, connection: Connection, bucket: str) -> Seen[Encryption]:
    """The bucket's default encryption (GetBucketEncryption). Raises nothing but CancelledError."""
    return converted(look(job, connection, bucket, Feature.ENCRYPTION), _encryption)


def write_policy(job: Job, connection: Connection, bucket: str, text: str | None) -> None:
    """Replace the bucket policy, or with None remove it (PutBucketPolicy, DeleteBucketPolicy).

    Raises UnsupportedError where the server has none, S3Error with the server's own words for what it finds wrong.
    """

    def change(client: S3Client) -> Mapping[str, Any]:
        if text is None:
            return client.delete_bucket_policy(Bucket=bucket)
        return client.put_bucket_policy(Bucket=bucket, Policy=text)

    _change(job, connection, bucket, Feature.POLICY, change)


def write_block(job: Job, connection: Connection, bucket: str, block: Block | None) -> None:
    """Replace the public access block, or with None remove it (PutPublicAccessBlock, DeletePublicAccessBlock)."""

    def change(client: S3Client) -> Mapping[str, Any]:
        if block is None:
            return client.delete_public_access_block(Bucket=bucket)
        return client.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": block.block_acls,
                "IgnorePublicAcls": block.ignore_acls,
                "BlockPublicPolicy": block.block_policy,
                "RestrictPublicBuckets": block.restrict_buckets,
            },
        )

    _change(job, connection, bucket, Feature.PUBLIC_ACCESS_BLOCK, change)


def write_ownership(job: Job, connection: Connection, bucket: str, ownership: Ownership | None) -> None:
    """Replace the ownership, or with None remove it (PutBucketOwnershipControls, DeleteBucketOwnershipControls)."""

    def change(client: S3Client) -> Mapping[str, Any]:
        if ownership is None:
            return client.delete_bucket_ownership_controls(Bucket=bucket)
        return client.put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": ownership.value}]}
        )

    _change(job, connection, bucket, Feature.OWNERSHIP, change)


def write_encryption(job: Job, connection: Connection, bucket: str, encryption: Encryption | None) -> None:
    """Replace the default encryption, or with None remove it (PutBucketEncryption, DeleteBucketEncryption)."""

    def change(client: S3Client) -> Mapping[str, Any]:
        if encryption is None:
            return client.delete_bucket_encryption(Bucket=bucket)
        rule: ServerSideEncryptionByDefaultTypeDef = {
            "SSEAlgorithm": cast("Literal['AES256', 'aws:kms', 'aws:kms:dsse']", encryption.algorithm)
        }
        if encryption.kms_key:
            rule["KMSMasterKeyID"] = encryption.kms_key
        return client.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": encryption.bucket_key}]
            },
        )

    _change(job, connection, bucket, Feature.ENCRYPTION, change)


def _change(
    job: Job, connection: Connection, bucket: str, feature: Feature, change: Callable[[S3Client], Mapping[str, Any]]
) -> None:
    doing = f"change the {feature.value}"
    with connection.interrupting(job):
        proving(job, connection, bucket, feature, doing)
        job.check()
        try:
            with explaining(doing, bucket=bucket):
                settled(change(connection.client(bucket)))
        except S3Error as error:
            if error.code != not_set_code(feature):  # removed by somebody else, or by a request whose answer got lost
                raise _of_the_setting(error, doing) from error.__cause__


def _of_the_setting(error: S3Error, doing: str) -> S3Error:
    """A 404 with a code of the setting's own is not about the bucket, which is there."""
    if error.status != 404 or error.code in ("404", "NotFound", "NoSuchBucket") or error.refusal is None:
        return error
    said = S3Error(
        f"The server refused to {doing}: {error.refusal.message or error.code}",
        "Read again, and look what is there now.",
        code=error.code,
        request_id=error.request_id,
        status=error.status,
    )
    said.refusal = error.refusal
    return said


def _block(answer: Mapping[str, Any]) -> Block:
    found = answer.get("PublicAccessBlockConfiguration", {})
    return Block(
        bool(found.get("BlockPublicAcls")),
        bool(found.get("IgnorePublicAcls")),
        bool(found.get("BlockPublicPolicy")),
        bool(found.get("RestrictPublicBuckets")),
    )


def _ownership(answer: Mapping[str, Any]) -> Ownership | None:
    for rule in answer.get("OwnershipControls", {}).get("Rules", ()):
        return Ownership(rule["ObjectOwnership"])
    return None


def _encryption(answer: Mapping[str, Any]) -> Encryption | None:
    for rule in answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", ()):
        found = rule.get("ApplyServerSideEncryptionByDefault", {})
        return Encryption(
            found.get("SSEAlgorithm", ""), found.get("KMSMasterKeyID", ""), bool(rule.get("BucketKeyEnabled"))
        )
    return None

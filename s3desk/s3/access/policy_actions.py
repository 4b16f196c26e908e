"""What S3 calls its actions, on what they act, and how people say them."""

from __future__ import annotations

from functools import lru_cache

from s3desk.s3.access.policy_wildcards import matches

# {} stands for the files a statement speaks of.
OF_OBJECTS = {
    "s3:GetObject": "read {}",
    "s3:GetObjectVersion": "read old versions of {}",
    "s3:PutObject": "upload or replace {}",
    "s3:DeleteObject": "delete {}",
    "s3:DeleteObjectVersion": "delete old versions of {} for ever",
    "s3:GetObjectAcl": "see the access list of {}",
    "s3:PutObjectAcl": "change the access list of {}",
    "s3:GetObjectVersionAcl": "see the access list of old versions of {}",
    "s3:PutObjectVersionAcl": "change the access list of old versions of {}",
    "s3:GetObjectTagging": "read the tags of {}",
    "s3:PutObjectTagging": "change the tags of {}",
    "s3:DeleteObjectTagging": "remove the tags of {}",
    "s3:GetObjectVersionTagging": "read the tags of old versions of {}",
    "s3:PutObjectVersionTagging": "change the tags of old versions of {}",
    "s3:DeleteObjectVersionTagging": "remove the tags of old versions of {}",
    "s3:GetObjectAttributes": "see the properties of {}",
    "s3:GetObjectVersionAttributes": "see the properties of old versions of {}",
    "s3:AbortMultipartUpload": "give up unfinished uploads of {}",
    "s3:ListMultipartUploadParts": "see the parts of unfinished uploads of {}",
    "s3:RestoreObject": "bring back {} from the archive",
    "s3:GetObjectRetention": "see how long {} must be kept",
    "s3:PutObjectRetention": "set how long {} must be kept",
    "s3:BypassGovernanceRetention": "delete {} though it must be kept",
    "s3:GetObjectLegalHold": "see whether {} is on legal hold",
    "s3:PutObjectLegalHold": "put {} on legal hold",
    "s3:GetObjectTorrent": "get a torrent of {}",
    "s3:ReplicateObject": "replicate {}",
    "s3:ReplicateDelete": "replicate the deletion of {}",
    "s3:ReplicateTags": "replicate the tags of {}",
    "s3:ObjectOwnerOverrideToBucketOwner": "give {} to the bucket's owner when replicating",
    "s3:GetObjectVersionForReplication": "read {} to replicate it",
    "s3:InitiateReplication": "start to replicate {}",
    "s3:PutObjectVersionTorrent": "change the torrent of {}",
    "s3:GetObjectVersionTorrent": "get a torrent of old versions of {}",
    "s3:UpdateObjectEncryption": "change the encryption of {}",
}
# {} stands for the bucket.
OF_BUCKETS = {
    "s3:ListBucket": "list the files of {}",
    "s3:ListBucketVersions": "list old versions of the files of {}",
    "s3:ListBucketMultipartUploads": "list unfinished uploads of {}",
    "s3:GetBucketLocation": "see the region of {}",
    "s3:DeleteBucket": "delete {}",
    "s3:CreateBucket": "create {}",
    "s3:GetBucketAcl": "see the access list of {}",
    "s3:PutBucketAcl": "change the access list of {}",
    "s3:GetBucketPolicy": "see the policy of {}",
    "s3:PutBucketPolicy": "change the policy of {}",
    "s3:DeleteBucketPolicy": "remove the policy of {}",
    "s3:GetBucketPolicyStatus": "see whether {} is public",
    "s3:GetBucketPublicAccessBlock": "see the public access block of {}",
    "s3:PutBucketPublicAccessBlock": "change the public access block of {}",
    "s3:GetBucketOwnershipControls": "see who owns new files in {}",
    "s3:PutBucketOwnershipControls": "change who owns new files in {}",
    "s3:GetBucketVersioning": "see whether {} keeps old versions",
    "s3:PutBucketVersioning": "change whether {} keeps old versions",
    "s3:GetEncryptionConfiguration": "see the encryption of {}",
    "s3:PutEncryptionConfiguration": "change the encryption of {}",
    "s3:GetLifecycleConfiguration": "see the lifecycle rules of {}",
    "s3:PutLifecycleConfiguration": "change the lifecycle rules of {}",
    "s3:GetBucketWebsite": "see the website settings of {}",
    "s3:PutBucketWebsite": "change the website settings of {}",
    "s3:DeleteBucketWebsite": "remove the website settings of {}",
    "s3:GetBucketCORS": "see the CORS rules of {}",
    "s3:PutBucketCORS": "change the CORS rules of {}",
    "s3:GetBucketLogging": "see the access log settings of {}",
    "s3:PutBucketLogging": "change the access log settings of {}",
    "s3:GetBucketNotification": "see the notifications of {}",
    "s3:PutBucketNotification": "change the notifications of {}",
    "s3:GetBucketTagging": "see the tags of {}",
    "s3:PutBucketTagging": "change the tags of {}",
    "s3:GetBucketRequestPayment": "see who pays for requests to {}",
    "s3:PutBucketRequestPayment": "change who pays for requests to {}",
    "s3:GetReplicationConfiguration": "see the replication rules of {}",
    "s3:PutReplicationConfiguration": "change the replication rules of {}",
    "s3:GetBucketObjectLockConfiguration": "see the object lock of {}",
    "s3:PutBucketObjectLockConfiguration": "change the object lock of {}",
    "s3:GetAccelerateConfiguration": "see the acceleration of {}",
    "s3:PutAccelerateConfiguration": "change the acceleration of {}",
    "s3:GetAnalyticsConfiguration": "see the analytics settings of {}",
    "s3:PutAnalyticsConfiguration": "change the analytics settings of {}",
    "s3:GetInventoryConfiguration": "see the inventory settings of {}",
    "s3:PutInventoryConfiguration": "change the inventory settings of {}",
    "s3:GetMetricsConfiguration": "see the metrics settings of {}",
    "s3:PutMetricsConfiguration": "change the metrics settings of {}",
    "s3:GetIntelligentTieringConfiguration": "see the tiering settings of {}",
    "s3:PutIntelligentTieringConfiguration": "change the tiering settings of {}",
}
ACTIONS = {**OF_OBJECTS, **OF_BUCKETS}
_CHANGING = (
    "s3:Put",
    "s3:Delete",
    "s3:Abort",
    "s3:Restore",
    "s3:Bypass",
    "s3:Replicate",
    "s3:Create",
    "s3:Object",
    "s3:Update",
)
CHANGING = tuple(name for name in ACTIONS if name.startswith(_CHANGING))


@lru_cache(1024)
def meant_by(pattern: str) -> tuple[str, ...]:
    """The actions a pattern such as s3:Get* stands for, as far as we know them; big and small letters are one."""
    return tuple(name for name in ACTIONS if matches(pattern.lower(), name.lower()))

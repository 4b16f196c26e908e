"""What the window `Permissions` shows and changes, read and saved by workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3desk.s3.access import saving
from s3desk.s3.access.acl import read_acl
from s3desk.s3.access.overview import bucket_access
from s3desk.s3.access.saving import Subject
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.access.documents import Document
    from s3desk.s3.access.former import Former, FormerDocument
    from s3desk.s3.access.saving import Saved
    from s3desk.s3.access.seen import Seen
    from s3desk.s3.connection import Connection

FEATURES = (Feature.ACL, Feature.POLICY, Feature.PUBLIC_ACCESS_BLOCK, Feature.OWNERSHIP, Feature.ENCRYPTION)


class PermissionDocuments:
    """The access list of an object (without a key: of the bucket) and the settings of its bucket.

    `seen` is what was read last, `kept` what could be put back; both are empty until `read`.
    """

    def __init__(self, background: Background, former: Former, connection: Connection, bucket: str, key: str) -> None:
        self._background, self._former, self._connection = background, former, connection
        self._bucket, self._key = bucket, key
        self.seen: dict[Feature, Seen[Any]] = {}
        self.kept: dict[Feature, FormerDocument | None] = {}

    def subject(self, feature: Feature) -> Subject:
        """What a feature belongs to."""
        return Subject(self._bucket, feature, self._key if feature is Feature.ACL else "")

    async def read(self) -> None:
        """Read everything; what cannot be seen says so in its place."""
        run, connection = self._background.run, self._connection
        access = await run(Job("Permissions"), bucket_access, connection, self._bucket)
        acl = access.acl
        if self._key:
            acl = await run(Job("Permissions"), read_acl, connection, self._bucket, self._key)
        self.seen = {
            Feature.ACL: acl,
            Feature.POLICY: access.policy,
            Feature.PUBLIC_ACCESS_BLOCK: access.block,
            Feature.OWNERSHIP: access.ownership,
            Feature.ENCRYPTION: access.encryption,
        }
        await self.look_for_former()

    async def look_for_former(self) -> None:
        """Which of them can be undone."""
        place, subjects = self._connection.endpoint_url, [self.subject(feature) for feature in FEATURES]

        def newest(_job: Job) -> dict[Feature, FormerDocument | None]:
            kept = {one.feature: self._former.kept(place, one.bucket, one.key, one.feature) for one in subjects}
            return {feature: next(iter(found), None) for feature, found in kept.items()}

        self.kept = await self._background.run(Job("Permissions"), newest)

    async def look(self, feature: Feature) -> Seen[Any]:
        """What is there now; `seen` stays what is shown. Raises S3Error where it cannot be told."""
        there = await self._background.run(Job("Permissions"), saving.read, self._connection, self.subject(feature))
        if there.error is not None:
            raise there.error
        return there

    async def save(self, feature: Feature, document: Document | None, expected: Seen[Any]) -> Saved:
        """Replace one, None removes it; raises S3Error, ChangedError where `expected` is no longer there."""
        job, subject = Job(f"Save {feature.value}"), self.subject(feature)
        run, connection = self._background.run, self._connection
        saved = await run(job, saving.save, connection, self._former, subject, document, expected)
        self.seen[feature] = saved.seen
        return saved

    async def put_back(self, feature: Feature, kept: FormerDocument, expected: Seen[Any]) -> Saved:
        """Replace one by what it was; otherwise like `save`."""
        job, subject = Job(f"Undo {feature.value}"), self.subject(feature)
        run, connection = self._background.run, self._connection
        saved = await run(job, saving.put_back, connection, self._former, subject, kept, expected)
        self.seen[feature] = saved.seen
        return saved

"""Connection: who and where; gives one boto3 client per region and knows when its credentials end."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from s3desk.s3.account import Account, SignIn
from s3desk.s3.activity import Activity, Note
from s3desk.s3.client_config import plain_config, s3_config
from s3desk.s3.explain import explaining
from s3desk.s3.interrupt import Lines
from s3desk.s3.lean import Lean
from s3desk.s3.offers import Offers
from s3desk.s3.transfer.direct import Direct, direct
from s3desk.s3.transfer.limits import Limits

if TYPE_CHECKING:
    import boto3
    from botocore.credentials import Credentials
    from types_boto3_s3 import S3Client

    from s3desk.s3.job import Job
    from s3desk.s3.right_of_way import RightOfWay

DEFAULT_REGION = "us-east-1"


class Connection:
    """A signed-in account. Safe to use from any thread; the first `client()` imports boto3, so call it on a worker."""

    def __init__(self, account: Account, offers: Offers | None = None, activity: Activity | None = None) -> None:
        self.account = account
        self.offers = offers or Offers()
        self.activity = activity or Activity()
        self.limits = Limits()
        self._lock = threading.RLock()  # sessions are not thread-safe, making clients neither
        self._session: boto3.Session | None = None
        self._clients: dict[tuple[str, bool], S3Client] = {}
        self._notes: dict[str, Note] = {}
        self._directs: dict[str, Direct | None] = {}
        self._services: dict[tuple[str, str], Any] = {}
        self._regions: dict[str, str] = {}
        self._endpoint_url: str | None = None
        self._lines = Lines()
        self._lean = Lean()

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.account.name

    @property
    def endpoint_url(self) -> str:
        """The own endpoint if there is one, also where a profile or a variable sets it; "" on AWS.

        Known after the first `client()`; before that, what the account says.
        """
        return self.account.endpoint_url if self._endpoint_url is None else self._endpoint_url

    @property
    def region(self) -> str:
        """The region requests without a bucket go to."""
        if self.account.region:
            return self.account.region
        with self._lock:
            return (self._session and self._session.region_name) or DEFAULT_REGION

    def client(self, bucket: str = "") -> S3Client:
        """The client for a bucket's own region; without a bucket, the one for `region`.

        Raises SignInError when the keys cannot be had, UnreachableError when the region cannot be asked for.
        """
        # On an own endpoint botocore follows a redirect to another region by itself; only links need it beforehand.
        known = "" if not bucket or self._on_own_endpoint() else self.region_of(bucket)
        return self._client_in(known, signing=False)

    def direct(self, bucket: str) -> Direct | None:
        """The short way to a bucket's objects; None where there is none, and only the client knows how."""
        with self._lock, explaining("sign in"):
            if bucket not in self._directs:
                client = self.client(bucket)
                note = self._notes["" if self.endpoint_url else self._regions.get(bucket, "")]
                self._directs[bucket] = direct(client, bucket, self._credentials(), note, self._lines)
            return self._directs[bucket]

    def _on_own_endpoint(self) -> bool:
        self._client_in("", signing=False)  # a profile or a variable may name one, which botocore alone resolves
        return bool(self.endpoint_url)

    def client_in(self, region: str) -> S3Client:
        """The client for a region by name, for buckets that are yet to be made; "" is `region`."""
        return self._client_in(region, signing=False)

    def interrupting(self, job: Job) -> AbstractContextManager[None]:
        """Inside, this thread's requests over this connection end at once with CancelledError on `job.cancel()`."""
        return self._lines.working_for(job)

    def in_columns(self, way: RightOfWay | None = None) -> AbstractContextManager[None]:
        """Inside, this thread's listings over this connection come in Arrow columns (`lean.answer_in`)."""
        return self._lean.reading(way)

    def signing_client(self, bucket: str) -> S3Client:
        """A client whose presigned links work anywhere: SigV4, the bucket's own region, its own host on AWS."""
        # A dot in the name breaks the TLS wildcard of virtual hosts; botocore then writes the bucket into the path.
        return self._client_in(self.region_of(bucket), signing="." not in bucket)

    def region_of(self, bucket: str) -> str:
        """The bucket's own region, learned once by HeadBucket, whose answer names it even when it says no."""
        client = self._client_in("", signing=False)
        with self._lock:
            if bucket in self._regions:
                return self._regions[bucket]
        region = _ask_region(client, bucket) or self.region
        with self._lock:
            return self._regions.setdefault(bucket, region)

    def service(self, name: Literal["sts", "iam", "sns"], region: str = "") -> Any:
        """A boto3 client for a service beside S3, with the same keys; on an own endpoint that very endpoint is asked.

        Who calls it proves that the answer is one (`offers`). Raises SignInError when the keys cannot be had.
        """
        with self._lock, explaining("sign in"):
            own = self.endpoint_url if self._on_own_endpoint() else ""
            client = self._services.get((name, region))
            if client is None:
                client = self._services[(name, region)] = self._opened().client(
                    name, region_name=region or self.region, endpoint_url=own or None, config=plain_config(self.account)
                )
                self._lines.watch(client)
                self.activity.attach(client, self.account, own)
            return client

    def forget(self) -> None:
        """Drop sessions and clients, so that keys renewed outside (a fresh SSO sign-in) are read again."""
        with self._lock:
            self._session = None
            self._clients.clear()
            self._directs.clear()
            self._services.clear()

    def credentials_end(self) -> datetime | None:
        """When the credentials stop working (aware, UTC), None for keys that do not expire or are not known to."""
        with self._lock, explaining("sign in"):
            credentials = self._credentials()
            if credentials is None:
                return None
            credentials.get_frozen_credentials()  # refreshes what is about to end, which moves the end
            end = getattr(credentials, "_expiry_time", None)
            return end if isinstance(end, datetime) else None

    @property
    def is_temporary(self) -> bool:
        """Whether the credentials carry a session token, and so die by themselves."""
        with self._lock, explaining("sign in"):
            credentials = self._credentials()
            return bool(credentials and credentials.get_frozen_credentials().token)

    def _credentials(self) -> Credentials | None:
        if self.account.sign_in is SignIn.ANONYMOUS:
            return None
        credentials: Credentials | None = self._opened().get_credentials()
        return credentials

    def _opened(self) -> boto3.Session:
        """The boto3 session; made under the lock, where the import of boto3 also happens."""
        with self._lock:
            if self._session is None:
                import boto3  # noqa: PLC0415  # heavy: a third of a second

                account = self.account
                typed = account.sign_in is SignIn.KEYS
                self._session = boto3.Session(
                    profile_name=account.profile or None if account.sign_in is SignIn.PROFILE else None,
                    aws_access_key_id=account.access_key or None if typed else None,
                    aws_secret_access_key=account.secret_key or None if typed else None,
                    aws_session_token=account.session_token or None if typed else None,
                    region_name=account.region or None,
                )
            return self._session

    def _client_in(self, region: str, *, signing: bool) -> S3Client:
        with self._lock, explaining("sign in"):
            found = self._clients.get((region, signing))
            if found is None:
                found = self._clients[(region, signing)] = self._make_client(region, signing=signing)
                self._lines.watch(found)
                self._lean.attach(found)
                self._notes[region] = self.activity.attach(found, self.account, self.endpoint_url)
            return found

    def _make_client(self, region: str, *, signing: bool) -> S3Client:
        session = self._opened()

        def make(*, own_endpoint: bool) -> S3Client:
            return session.client(
                "s3",
                region_name=region or self.region,
                endpoint_url=self.account.endpoint_url or None,
                config=s3_config(self.account, own_endpoint=own_endpoint, signing=signing),
            )

        client = make(own_endpoint=bool(self.endpoint_url))
        if self._endpoint_url is None:
            self._endpoint_url = "" if _is_aws(client.meta.endpoint_url) else client.meta.endpoint_url
            if self._endpoint_url and not self.account.endpoint_url:  # set by a profile or a variable
                client = make(own_endpoint=True)
        return client


def _is_aws(endpoint_url: str) -> bool:
    host = urlsplit(endpoint_url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))


def _ask_region(client: S3Client, bucket: str) -> str:
    """HeadBucket's x-amz-bucket-region, which S3 sends with 200, 301, 400 and 403 alike."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with explaining("open this bucket", bucket=bucket):
        try:
            headers = client.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]
        except ClientError as error:
            headers = error.response["ResponseMetadata"]["HTTPHeaders"]
            if "x-amz-bucket-region" not in headers and error.response["Error"]["Code"] == "404":
                raise
        return headers.get("x-amz-bucket-region", "")

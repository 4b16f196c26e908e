"""Our signatures are botocore's, byte for byte; checksums are S3's."""

from __future__ import annotations

import base64
import time
import zlib
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3.transfer.checksums import Running, Told, crc64, crcs, told_by
from s3desk.s3.transfer.signing import Signer

KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
BODIES = st.lists(st.binary(max_size=2000), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(key=KEYS, token=st.sampled_from(["", "t/o+k=en"]), part=st.integers(0, 3))
def test_a_signature_is_botocores(key: str, token: str, part: int) -> None:
    credentials = Credentials("AKID", "se/cr+et", token or None)
    path, query = "/bucket/" + quote(key, safe="/~"), f"partNumber={part}&uploadId=a~b" if part else ""
    headers = {"host": "127.0.0.1:9000", "content-type": "text/csv; charset=utf-8", "content-md5": "x"}
    while True:
        ours = Signer(credentials, "eu-west-1", "s3").signed("PUT", path, query, headers)
        request = AWSRequest("PUT", f"https://127.0.0.1:9000{path}{'?' if query else ''}{query}", headers=headers)
        request.context["payload_signing_enabled"] = False
        S3SigV4Auth(credentials, "s3", "eu-west-1").add_auth(request)
        if request.context["timestamp"] == ours["x-amz-date"]:
            break
    assert ours["authorization"] == request.headers["Authorization"]


def test_renewed_keys_are_used_at_once() -> None:
    credentials = Credentials("A", "one")
    signer = Signer(credentials, "us-east-1", "s3")
    headers = {"host": "h"}
    made = set()
    for secret in ("one", "two"):
        credentials.secret_key = secret
        made.add(signer.signed("GET", "/b/k", "", headers)["authorization"].rpartition("=")[2])
    assert len(made) == 2
    assert time.gmtime().tm_year > 2000


@given(bodies=BODIES)
def test_checksums_of_pieces_make_that_of_the_whole(bodies: list[bytes]) -> None:
    whole = b"".join(bodies)
    for crc in crcs().values():
        joined = crc.joined([(crc.update(body, 0), len(body)) for body in bodies])
        assert joined == crc.update(whole, 0)
        assert crc.read(crc.spelled(joined)) == joined
        assert crc.read("MD5:" + crc.written(joined)) is None


def test_known_checksums() -> None:
    made = crcs()
    assert base64.b64decode(made["CRC64NVME"].written(made["CRC64NVME"].update(b"123456789", 0))).hex() == (
        "ae8b14860a799888"
    )
    assert made["CRC32C"].update(b"123456789", 0) == 0xE3069283
    assert made["CRC32"].update(b"123456789", 0) == zlib.crc32(b"123456789") == 0xCBF43926


@pytest.mark.parametrize("name", ["CRC64NVME", "CRC32C", "CRC32"])
def test_what_a_server_tells_is_read(name: str) -> None:
    crc = crcs()[name]
    header = f"x-amz-checksum-{name.lower()}"
    told = told_by({header: "abc=", "x-amz-checksum-type": "FULL_OBJECT"})
    assert (told.crc, told.written) == (crc, "abc=")
    assert told_by({header: "abc=-3", "x-amz-checksum-type": "COMPOSITE"}) == Told()
    running = Running(told, md5=True)
    running.update(memoryview(b"12345"))
    running.update(memoryview(b"6789"))
    assert running.value(told.crc) == crc.update(b"123456789", 0)
    own = crc64()
    assert own is not None
    assert running.spelled == own.spelled(own.update(b"123456789", 0))

"""Code is pasted and run: every format reads every kind of table from a real server, and saves what is no table."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import io
import lzma
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.data.looking.readings import readings
from s3desk.s3.connection import Connection
from s3desk.s3.job import Job
from s3desk.s3.sharing.formats import LinkFormat, Reading, Where, written
from s3desk.s3.sharing.links import presign, public_links
from s3desk.s3.sharing.upload_links import presign_put
from tests.conftest import BucketFactory, ClientFor
from tests.s3.conftest import connect
from tests.s3.pasting import Pasted, paste_in_python, paste_in_r, paste_in_shell, r_is_balanced, r_is_installed
from tests.servers.cleaning import remove_bucket
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

HOUR = timedelta(hours=1)
ROWS = [[1, "a"], [3, "ö"]]
CSV = "x,y\n1,a\n3,ö\n"
LINES = '{"x":1,"y":"a"}\n{"x":3,"y":"ö"}\n'
ODD = "a b/it's a “$(touch pwned)” `x`; ünï 😀 & 100% [more]{1}.csv"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
IN_PYTHON = (LinkFormat.PANDAS, LinkFormat.POLARS, LinkFormat.DUCKDB, LinkFormat.BOTO3)
READINGS = {
    "semicolon.tsv": Reading("latin-1", ";", True),
    "windows.csv": Reading("cp1252", ",", True),
    "mark.csv": Reading("utf-8-sig", ",", True),
    "bare": Reading("utf-8", "\t", False),
}


def _tables() -> dict[str, bytes]:
    """One table in many forms."""
    import pandas as pd
    import pyarrow as pa

    frame = pd.DataFrame(ROWS, columns=["x", "y"])
    parquet, feather, excel = io.BytesIO(), io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet)
    frame.to_feather(feather)
    frame.to_excel(excel, index=False)
    return {
        "plain.csv": CSV.encode(),
        "tabs.tsv": CSV.replace(",", "\t").encode(),
        "semicolon.tsv": CSV.replace(",", ";").encode("latin-1"),
        "windows.csv": CSV.encode("cp1252"),
        "mark.csv": CSV.encode("utf-8-sig"),
        "bare": CSV.replace(",", "\t").encode()[4:],
        "packed.csv.gz": gzip.compress(CSV.encode()),
        "packed.csv.bz2": bz2.compress(CSV.encode()),
        "packed.csv.xz": lzma.compress(CSV.encode()),
        "packed.csv.zst": pa.compress(CSV.encode(), codec="zstd", asbytes=True),
        "lines.jsonl": LINES.encode(),
        "lines.ndjson.gz": gzip.compress(LINES.encode()),
        "rows.json": f"[{LINES.strip().replace(chr(10), ',')}]".encode(),
        "t.parquet": parquet.getvalue(),
        "t.feather": feather.getvalue(),
        "t.xlsx": excel.getvalue(),
        ODD: CSV.encode(),
    }


@pytest.fixture
def stored(server_client: S3Client, bucket: str) -> dict[str, bytes]:
    """The tables and a picture, in the bucket."""
    bodies = _tables() | {"folder/picture.png": PICTURE}
    for key, body in bodies.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    return bodies


@pytest.fixture
def where(server: ServerInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Where:
    """The server as a colleague knows it, with keys in a profile."""
    keys = f"aws_access_key_id={server.access_key}\naws_secret_access_key={server.secret_key}\n"
    (tmp_path / "config").write_text(f"[profile 'a colleague']\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return Where(server.endpoint_url, "us-east-1", "a colleague")


def check(pasted: Pasted, key: str) -> None:
    """It made the table, or saved the picture."""
    assert pasted.error == "", key
    if key.endswith(".png"):
        assert pasted.files == {"picture.png": PICTURE}
        return
    assert [list(row) for row in pasted.rows["df"]] == ROWS, key
    assert key == "bare" or pasted.columns["df"] == ["x", "y"], key
    assert pasted.files == {}, key


def test_python_as_pasted_reads_every_table(
    job: Job, connection: Connection, bucket: str, stored: dict[str, bytes], where: Where, tmp_path: Path
) -> None:
    cases = [(form, key) for form in IN_PYTHON for key in stored]
    links = {key: presign(job, connection, bucket, key, HOUR) for key in stored}
    texts = [written([links[key]], form, READINGS.get(key), where) for form, key in cases]
    for (_, key), text, pasted in zip(cases, texts, paste_in_python(texts, tmp_path / "py"), strict=True):
        needs = text.partition("\n")[0].partition("pip install ")[2].split()
        if any(importlib.util.find_spec(package) is None for package in needs):
            assert key.endswith(".zst")  # pandas unpacks that with a package that is not in the extra `test`
            assert "ImportError" in pasted.error
        else:
            check(pasted, key)


def test_r_as_pasted_reads_every_table(
    job: Job, connection: Connection, bucket: str, stored: dict[str, bytes], tmp_path: Path
) -> None:
    links = [presign(job, connection, bucket, key, HOUR) for key in stored]
    texts = [written([link], LinkFormat.R, READINGS.get(link.key)) for link in links]
    assert all(map(r_is_balanced, texts))
    if not r_is_installed():
        pytest.skip("R IS NOT INSTALLED: ITS CODE WAS NOT RUN, ONLY ITS STRINGS AND BRACKETS WERE COUNTED")
    for link, pasted in zip(links, paste_in_r(texts, tmp_path / "r"), strict=True):
        if pasted.only_parsed:
            assert link.key.rpartition(".")[2] in ("jsonl", "gz", "json", "parquet", "feather", "xlsx")
        elif link.key.endswith(".zst"):
            assert pasted.files == {link.key: stored[link.key]}
        else:
            check(pasted, link.key)


def test_several_links_are_one_text(
    job: Job, connection: Connection, bucket: str, stored: dict[str, bytes], where: Where, tmp_path: Path
) -> None:
    keys = ["plain.csv", "packed.csv.gz", "folder/picture.png"]
    links = [presign(job, connection, bucket, key, HOUR) for key in keys]
    for pasted in paste_in_python([written(links, form, where=where) for form in IN_PYTHON], tmp_path / "py"):
        assert pasted.error == ""
        assert {name: [list(row) for row in rows] for name, rows in pasted.rows.items()} == {"df1": ROWS, "df2": ROWS}
        assert pasted.files == {"picture.png": PICTURE}
    if r_is_installed():
        (in_r,) = paste_in_r([written(links, LinkFormat.R)], tmp_path / "r")
        assert in_r.rows == {"df1": ROWS, "df2": ROWS}
        assert in_r.files == {"picture.png": PICTURE}
    twins = [*links, replace(links[0], key="other/PLAIN.csv")]
    found = paste_in_shell(written(twins, LinkFormat.CURL), tmp_path / "curl")
    assert found.keys() == {"plain.csv", "packed.csv.gz", "picture.png", "PLAIN (2).csv"}


def test_tables_of_other_countries_are_read_as_they_were_seen(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, where: Where, tmp_path: Path
) -> None:
    """As the demo's September 2019: cp1252, semicolons, decimal commas, numbers of cases with zeros in front."""
    rows = [["0042", 33.25, "Spring Valley"], ["0007", -97.5, "Señor Peña"]]
    september = "".join(f"{case};{str(at).replace('.', ',')};{name}\r\n" for case, at, name in rows)
    ids = "".join(f"{case},{at},{name}\n" for case, at, name in rows)
    bodies = {
        "september.csv": f"case;lat;name\r\n{september}".encode("cp1252"),
        "packed.csv.gz": gzip.compress(f"case,lat,name\n{ids}".encode()),
        "excel.csv": f"sep=;\r\ncase;lat;name\r\n{september}".encode(),
        "bare.csv": ids.encode(),
        "empty.csv": b"",
    }
    for key, body in bodies.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    found = readings(job, connection, bucket, [*bodies, "missing.csv", "picture.png"])
    assert found.keys() == bodies.keys() - {"empty.csv"}
    assert found["september.csv"] == Reading("cp1252", ";", True, ",", ("case",))
    assert found["bare.csv"].ids == (0,)
    links = [presign(job, connection, bucket, key, HOUR) for key in found]
    expected = {f"df{number}": rows for number in range(1, len(links) + 1)}
    texts = [written(links, form, found, where) for form in IN_PYTHON]
    for form, pasted in zip(IN_PYTHON, paste_in_python(texts, tmp_path / "py"), strict=True):
        assert pasted.error == "", form
        if form is LinkFormat.POLARS:  # takes everything for text where nothing has a name
            pasted.rows["df4"] = [[case, float(str(at)), name] for case, at, name in pasted.rows["df4"]]
        assert {name: [list(row) for row in table] for name, table in pasted.rows.items()} == expected, form
    if r_is_installed():
        (in_r,) = paste_in_r([written(links, LinkFormat.R, found)], tmp_path / "r")
        assert in_r.error == ""
        said = {
            name: [[str(case).zfill(4), float(str(at)), name_] for case, at, name_ in in_r.rows[name]]
            for name in expected
        }
        assert said == expected
    assert 'colClasses = c("case" = "character")' in written(links, LinkFormat.R, found)
    half = written(links, LinkFormat.PANDAS, {"september.csv": found["september.csv"]})
    assert half.startswith("# 1 of the 4 tables were looked at; the others are read as UTF-8.\n")


@pytest.mark.parametrize("form", [LinkFormat.CURL, LinkFormat.AWS])
def test_commands_as_pasted_save_the_object(
    job: Job,
    connection: Connection,
    bucket: str,
    stored: dict[str, bytes],
    where: Where,
    tmp_path: Path,
    form: LinkFormat,
) -> None:
    links = [presign(job, connection, bucket, key, HOUR) for key in (ODD, "folder/picture.png")]
    text = written(links, form, where=where)
    assert text.count("\n") == 1
    assert sorted(paste_in_shell(text, tmp_path / "shell").values()) == sorted([CSV.encode(), PICTURE])


def test_old_versions_are_read_by_their_number(
    job: Job, connection: Connection, server_client: S3Client, new_bucket: BucketFactory, where: Where, tmp_path: Path
) -> None:
    bucket = new_bucket(versioned=True)
    old = server_client.put_object(Bucket=bucket, Key="a.csv", Body=CSV.encode())["VersionId"]
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"new\n")
    links = [presign(job, connection, bucket, "a.csv", HOUR, version_id=old)]
    forms = (LinkFormat.PANDAS, LinkFormat.BOTO3)
    for pasted in paste_in_python([written(links, form, where=where) for form in forms], tmp_path / "py"):
        check(pasted, "a.csv")
    for form in (LinkFormat.CURL, LinkFormat.AWS):
        assert paste_in_shell(written(links, form, where=where), tmp_path / form.value) == {"a.csv": CSV.encode()}


def test_upload_links_as_pasted_send_a_file(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    key = "in/it's a file.csv"

    def sent(form: LinkFormat, body: bytes) -> None:
        (text,) = [written([presign_put(job, connection, bucket, key, HOUR)], form)]
        folder = tmp_path / form.name
        folder.mkdir()
        (folder / "it's a file.csv").write_bytes(body)
        command = {LinkFormat.R: "Rscript --vanilla pasted", LinkFormat.PANDAS: "python pasted"}.get(
            form, "bash pasted"
        )
        (folder / "pasted").write_text(text)
        paste_in_shell(command, folder)
        answer = server_client.get_object(Bucket=bucket, Key=key)
        assert answer["Body"].read() == body
        assert answer["ContentType"].startswith("text/csv")

    sent(LinkFormat.CURL, b"by curl")
    sent(LinkFormat.PANDAS, b"by Python")
    if r_is_installed():
        sent(LinkFormat.R, b"by R")
    for form in IN_PYTHON:
        assert 'method="PUT"' in written([presign_put(job, connection, bucket, key, HOUR)], form)
    assert written([presign_put(job, connection, bucket, key, HOUR)], LinkFormat.AWS).startswith("# ")


def test_without_keys_code_reads_what_is_public(ceph: ServerInfo, client_for: ClientFor, tmp_path: Path) -> None:
    client = client_for(ceph)
    client.create_bucket(Bucket="public-code")
    client.put_object(Bucket="public-code", Key="a.csv", Body=CSV.encode(), ACL="public-read")
    links = public_links(Job("test"), connect(ceph), "public-code", ["a.csv"])
    where = Where(ceph.endpoint_url, "us-east-1", anonymous=True)
    try:
        for pasted in paste_in_python([written(links, form, where=where) for form in IN_PYTHON], tmp_path / "py"):
            check(pasted, "a.csv")
        assert paste_in_shell(written(links, LinkFormat.AWS, where=where), tmp_path / "aws") == {"a.csv": CSV.encode()}
    finally:
        remove_bucket(client, "public-code")

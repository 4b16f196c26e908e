"""Code and commands that sign in with the keys of whoever runs them: boto3 and aws. No link stands in them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.s3.sharing.code import Snippet, pandas_call, pandas_needs, python, quoted, upload
from s3desk.s3.sharing.links import LinkKind

if TYPE_CHECKING:
    from s3desk.s3.sharing.code import Paste
    from s3desk.s3.sharing.formats import Where


def boto3_code(pastes: Sequence[Paste], where: Where) -> str:
    """Read every object with boto3; an upload link is used as it is, because it needs no keys."""
    if all(paste.link.kind is LinkKind.UPLOAD for paste in pastes):
        return python([Snippet((), ("# boto3 is not needed to use an upload link.",)), *map(upload, pastes)])
    return python([_client(where), *map(_object, pastes)])


def aws(paste: Paste, where: Where) -> str:
    """Copy an object to a file of its name; a version needs the longer command."""
    link = paste.link
    if link.kind is LinkKind.UPLOAD:
        return "# The aws command cannot use an upload link. Use the curl command."
    file = "./" + paste.file
    if link.version_id:
        words = ["aws", "s3api", "get-object", "--bucket", link.bucket, f"--key={link.key}"]
        words += [f"--version-id={link.version_id}"]
    else:
        words = ["aws", "s3", "cp", f"s3://{link.bucket}/{link.key}"]
    words += [file] if not link.version_id else []
    words += ["--endpoint-url", where.endpoint_url] if where.endpoint_url else []
    words += ["--region", where.region] if where.region else []
    if where.anonymous:
        words += ["--no-sign-request"]
    elif where.profile:
        words += ["--profile", where.profile]
    words += [file] if link.version_id else []
    return shlex.join(words)


def _client(where: Where) -> Snippet:
    session = f"boto3.Session(profile_name={quoted(where.profile)})" if where.profile else "boto3"
    options = ['"s3"']
    options += [f"endpoint_url={quoted(where.endpoint_url)}"] if where.endpoint_url else []
    options += [f"region_name={quoted(where.region)}"] if where.region else []
    imports = ["import boto3"]
    if where.anonymous:
        session = "boto3"
        imports += ["from botocore import UNSIGNED", "from botocore.config import Config"]
        options += ["config=Config(signature_version=UNSIGNED)"]
    return Snippet(tuple(imports), (f"s3 = {session}.client({', '.join(options)})",))


def _object(paste: Paste) -> Snippet:
    link, table = paste.link, paste.table
    if link.kind is LinkKind.UPLOAD:
        return upload(paste)
    named = f"Bucket={quoted(link.bucket)}, Key={quoted(link.key)}"
    version = f", VersionId={quoted(link.version_id)}" if link.version_id else ""
    answer = f's3.get_object({named}{version})["Body"]'
    if table is None:
        lines = (f'with open({quoted(paste.file)}, "wb") as file:', f"    shutil.copyfileobj({answer}, file)")
        return Snippet(("import shutil",), lines)
    line = f"{paste.frame} = {pandas_call(table, f'io.BytesIO({answer}.read())')}"
    return Snippet(("import io", "import pandas as pd"), (line,), pandas_needs(table))

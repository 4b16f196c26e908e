"""Commands for a terminal that fetch or send what a link leads to."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from s3desk.s3.sharing.code import content_type
from s3desk.s3.sharing.links import LinkKind

if TYPE_CHECKING:
    from s3desk.s3.sharing.code import Paste


def curl(paste: Paste) -> str:
    """Save an object under its name, or send the file of that name."""
    url, file = shlex.quote(paste.link.url), shlex.quote(paste.file)
    if paste.link.kind is LinkKind.UPLOAD:
        header = shlex.quote(f"Content-Type: {content_type(paste.link)}")
        return f"curl -fg -T {file} -H {header} {url}"  # without -g, [ ] and { } in a name mean several files
    return f"curl -fgL -o {file} {url}"

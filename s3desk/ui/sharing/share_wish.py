"""What the Share dialog is asked for, and what was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.sharing.formats import LinkFormat, Where
from s3desk.s3.sharing.links import Link, LinkKind, Overrides

if TYPE_CHECKING:
    from s3desk.s3.sharing.upload_links import UploadForm, UploadRules

_AS_STORED = Overrides()
MOST_LINKS = 10_000  # made at once: two seconds


class UploadBy(Enum):
    """How other people put a file here; the value is what the user reads."""

    FORM = "any file, on a web page"
    FILE = "one file, by curl or a program"


@dataclass(frozen=True)
class SharedThings:
    """What the dialog is about: `name` as one calls them, and the folder where uploads land.

    `file_name` is that of the one object chosen, "" for several; without objects only upload links can be made. `group`
    is the folder they are in or are, or the bucket: what a page with links to all of them is called.
    """

    name: str
    folder: str = ""
    file_name: str = ""
    has_objects: bool = True
    group: str = ""

    def headline(self, wish: ShareWish) -> str:
        """What stands on top of the dialog."""
        if wish.kind is not LinkKind.UPLOAD:
            return f"Share {self.name}"
        prefix = wish.rules.prefix if wish.rules else wish.folder
        where = text.visible_path(prefix) or "the top of the bucket"
        return f"A page to put files into {where}" if wish.rules else f"A link to put a file into {where}"

    @property
    def kinds(self) -> list[LinkKind]:
        """What can be made for them."""
        return list(LinkKind) if self.has_objects else [LinkKind.UPLOAD]


@dataclass(frozen=True)
class ShareWish:
    """What the dialog wants made.

    `until` (aware) counts in place of `lasts` where it is given. An upload link is for the one file `key`, or under
    `rules` for a form; `folder` is where that is, also while it has no name.
    """

    kind: LinkKind = LinkKind.TEMPORARY
    lasts: timedelta = timedelta(days=7)
    until: datetime | None = None
    overrides: Overrides = _AS_STORED
    version_id: str = ""
    key: str = ""
    rules: UploadRules | None = None
    folder: str = ""

    @property
    def lifetime(self) -> timedelta:
        """How long from now."""
        return self.until - datetime.now(UTC) if self.until is not None else self.lasts

    @property
    def formats(self) -> list[LinkFormat]:
        """How this can be written; most code reads, and so has no use for an upload link."""
        if self.kind is not LinkKind.UPLOAD:
            return list(LinkFormat)
        return [LinkFormat.PAGE] if self.rules else _FOR_UPLOADS


OWN_KEYS = (LinkFormat.BOTO3, LinkFormat.AWS)  # code without a link: whoever runs it signs in
_FOR_UPLOADS = [LinkFormat.LINK, LinkFormat.CURL, LinkFormat.PANDAS, LinkFormat.R]  # nobody can click on one


@dataclass(frozen=True)
class Made:
    """The links that were made, or the form; `where` is for code that signs in by itself."""

    wish: ShareWish
    lifetime: timedelta
    links: Sequence[Link] = ()
    form: UploadForm | None = None
    where: Where | None = None

    @property
    def first_to_end(self) -> Link | UploadForm:
        """What ends first of all."""
        return self.form or min(self.links, key=lambda link: link.ends)

    @property
    def has_ended(self) -> bool:
        """Whether some of it works no longer."""
        return self.first_to_end.ends <= datetime.now(UTC)

"""What stands in the field `Link`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.sharing.formats import LinkFormat, name_of, written

if TYPE_CHECKING:
    from s3desk.s3.sharing.formats import Readings
    from s3desk.ui.sharing.share_wish import Made, SharedThings


def share_text(made: Made, form: LinkFormat, readings: Readings, things: SharedThings) -> str:
    """The links in a form, or the page with the form to upload by."""
    if made.form is None:
        count = text.count(len(made.links), "file")
        return written(made.links, form, readings, made.where, f"{things.group} — {count}" if things.group else count)
    from s3desk.s3.sharing.pages import upload_page  # noqa: PLC0415  # with its templates not before asked for

    return upload_page(f"Upload to {made.form.rules.folder or made.form.bucket}", made.form)


def file_name(made: Made, form: LinkFormat, things: SharedThings) -> str:
    """What a file with that text is called."""
    if made.form is not None:
        return "upload.html"
    single = len(made.links) == 1
    name = name_of(made.links[0]) if single else things.group
    plain = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name).strip(". ")
    if plain and form is LinkFormat.PAGE and not single:
        return plain + form.ending
    return f"{plain} link{'' if single else 's'}".strip() + form.ending

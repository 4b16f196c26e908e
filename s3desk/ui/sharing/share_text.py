"""What stands in the field `Link`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.sharing.formats import name_of, written

if TYPE_CHECKING:
    from s3desk.s3.sharing.formats import LinkFormat, Reading
    from s3desk.ui.sharing.share_wish import Made


def share_text(made: Made, form: LinkFormat, reading: Reading | None) -> str:
    """The links in a form, or the page with the form to upload by."""
    if made.form is None:
        return written(made.links, form, reading, made.where)
    from s3desk.s3.sharing.pages import upload_page  # noqa: PLC0415  # with its templates not before asked for

    return upload_page(f"Upload to {made.form.rules.folder or made.form.bucket}", made.form)


def file_name(made: Made, form: LinkFormat) -> str:
    """What a file with that text is called."""
    if made.form is not None:
        return "upload.html"
    name = name_of(made.links[0]) if len(made.links) == 1 else ""
    plain = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name).strip(". ")
    return (f"{plain} link" if plain else "links") + form.ending

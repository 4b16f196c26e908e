"""The sentence at the bottom: how much is here, how much is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.models.kinds import Kind

if TYPE_CHECKING:
    from s3desk.ui.object_pane import ObjectPane


def status_words(pane: ObjectPane) -> str:
    """`1,204 objects, 3.2 GB` while complete, `12,000 objects so far…` while loading, and what is selected."""
    rows = pane.model.rows
    if pane.place is None:
        return ""
    if pane.incomplete and not rows:
        return "Not loaded"
    if not pane.place.location.bucket:
        count = text.count(sum(row.kind is Kind.BUCKET for row in rows), "bucket")
        return "Loading…" if pane.loading else count
    objects = sum(not row.is_folder for row in rows)
    folders = len(rows) - objects
    if pane.loading:
        return f"{text.count(objects, 'object')} so far…" if rows else "Loading…"
    parts = [f"{text.count(objects, 'object')}, {text.size(sum(row.entry.size for row in rows if row.entry))}"]
    if folders and not objects:
        parts = [text.count(folders, "folder")]
    elif folders:
        parts.append(text.count(folders, "folder"))
    if pane.model.filtered:
        parts.append(f"filter hides {pane.model.hidden:,}")
    if pane.incomplete and rows:
        parts.append(f"incomplete: {pane.incomplete}")
    if selected := pane.selected_rows():
        sizes = [row.entry.size for row in selected if row.entry]
        parts.append(f"{len(selected):,} selected" + (f", {text.size(sum(sizes))}" if sizes else ""))
    return " · ".join(parts)

"""The sentence at the bottom: how much is here, how much is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.models.search_words import found_words

if TYPE_CHECKING:
    from s3desk.s3.feed import Feed
    from s3desk.ui.object_pane import ObjectPane


def status_words(pane: ObjectPane) -> str:
    """`1,204 objects, 3.2 GB` while complete, `12,000 objects so far…` while loading, and what is selected."""
    rows = pane.model.rows
    if pane.place is None:
        return ""
    if pane.error is not None and not rows.total:
        return "Not loaded"
    if not pane.place.location.bucket:
        return "Loading…" if pane.loading else text.count(rows.shown_folders, "bucket")
    if pane.place.search is not None and pane.feed is not None:
        return _found(pane, pane.feed)
    if pane.loading:
        return _so_far(pane)
    objects, folders = rows.shown_objects, rows.shown_folders
    parts = [f"{text.count(objects, 'object')}, {text.size(rows.shown_bytes)}"]
    if folders and not objects:
        parts = [text.count(folders, "folder")]
    elif folders:
        parts.append(text.count(folders, "folder"))
    if pane.model.filtered:
        parts.append(f"filter hides {pane.model.hidden:,}")
    if pane.incomplete:
        parts.append(f"incomplete: {pane.incomplete}")
    return " · ".join([*parts, *_selected(pane)])


def _selected(pane: ObjectPane) -> list[str]:
    chosen = pane.chosen
    if not chosen.count:
        return []
    return [f"{chosen.count:,} selected" + (f", {text.size(chosen.bytes)}" if chosen.objects else "")]


def _found(pane: ObjectPane, feed: Feed) -> str:
    rows = pane.model.rows
    words = found_words(
        rows.total, rows.bytes, feed.looked_at, feed.requests, loading=pane.loading, stopped=pane.stopped
    )
    parts = [words]
    if pane.model.filtered:
        parts.append(f"filter hides {pane.model.hidden:,}")
    if pane.error is not None:
        parts.append(f"incomplete: {pane.incomplete}")
    return " · ".join([*parts, *_selected(pane)])


def _so_far(pane: ObjectPane) -> str:
    rows = pane.model.rows
    if not rows.total:
        return "Loading…"
    objects, folders = rows.total_objects, rows.total - rows.total_objects
    return f"{text.count(objects, 'object') if objects or not folders else text.count(folders, 'folder')} so far…"

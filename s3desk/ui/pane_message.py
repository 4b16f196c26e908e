"""What the table of objects says where it has no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.models.search_words import search_words
from s3desk.s3.errors import AccessDeniedError, S3Error

if TYPE_CHECKING:
    from s3desk.ui.empty_state import Message
    from s3desk.ui.messages import Messages
    from s3desk.ui.navigator import Place
    from s3desk.ui.object_pane import ObjectPane


def message_for(pane: ObjectPane, messages: Messages) -> Message | None:
    """The sentence for a table without rows, None for one that has some."""
    place = pane.place
    if pane.model.rows.shown:
        return None
    if place is None:
        return messages.welcome()
    if pane.loading:
        return messages.loading()
    if pane.error is not None:
        return _failed(place, pane.error, messages)
    if pane.model.hidden:
        return messages.all_filtered(pane.model.hidden)
    return _empty(pane, place, messages)


def _failed(place: Place, error: S3Error, messages: Messages) -> Message:
    if isinstance(error, AccessDeniedError) and not place.location.bucket:
        return messages.no_bucket_list()
    return messages.failed(error)


def _empty(pane: ObjectPane, place: Place, messages: Messages) -> Message:
    at = place.location
    if place.search is not None:
        return messages.nothing_found(text.visible_path(at.uri), search_words(place.search), stopped=pane.stopped)
    if pane.stopped:
        return messages.stopped()
    if not at.bucket:
        return messages.no_buckets()
    return messages.empty_folder() if pane.known_folder else messages.nothing_there(text.visible_path(at.uri))

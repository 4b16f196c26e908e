"""Makes the page of a folder as the dialog asks for it, and remembers what it links to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from s3desk.data.publishing.index_page import index_of, index_page
from s3desk.models import text
from s3desk.models.kinds import kind_of
from s3desk.s3.retyping import correct_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3desk.data.publishing.index_page import IndexWish
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.ui.publishing.index_page_dialog import IndexPageDialog


class IndexWriter:
    """`operation` is called in the window, what it returns on a worker."""

    def __init__(self, connection: Connection, dialog: IndexPageDialog) -> None:
        self._connection, self._dialog = connection, dialog
        self.keys: tuple[str, ...] = ()  # of the files the last page links to

    def operation(self) -> partial[str]:
        """What makes the page as it is asked for right now."""
        return partial(self._write, wish=self._dialog.index_wish, title=self._dialog.title)

    def correction(self) -> Callable[[Job], str] | None:
        """What corrects the types of the files the page lists, None where nobody asked for that."""
        return self._correct if self._dialog.wants_types else None

    def _correct(self, job: Job) -> str:
        bucket, keys = self._dialog.bucket, self.keys
        corrected, failures = correct_types(job, self._connection, bucket, keys)
        said = f"{text.count(corrected, 'file')} got the right type."
        if not failures:
            return said
        return f"{said} {text.count(len(failures), 'file')} did not: {failures[0].error}"

    def _write(self, job: Job, wish: IndexWish, title: str) -> str:
        page = index_of(job, self._connection, wish, lambda name: kind_of(name)[1])
        self.keys = tuple(wish.prefix + entry.name for entry in page.files)
        return index_page(title, page)

"""What a combination did, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.data.combining.differences import names_words

if TYPE_CHECKING:
    from s3desk.data.combining.combine import Report

_SHOWN = 5


def report_sentences(report: Report) -> tuple[str, ...]:
    """What deserves attention, the worst first."""
    said = [f"“{failure.key}” was left out: {failure.error}" for failure in report.failures[:_SHOWN]]
    if len(report.failures) > _SHOWN:
        said.append(f"{len(report.failures) - _SHOWN:,} more files were left out.")
    for name, count in report.lost:
        said.append(f"{count:,} {'cell' if count == 1 else 'cells'} of “{name}” did not fit its type and became null.")
    if report.became_text:
        said.append(f"{names_words(report.became_text)} became text, because the files disagree about the type.")
    if report.dropped:
        said.append(f"{names_words(report.dropped)} came up too late for the file on disk and was left out.")
    said += [f"“{key}”: {note}" for key, note in report.notes[:_SHOWN]]
    if len(report.notes) > _SHOWN:
        said.append(f"{len(report.notes) - _SHOWN:,} more files were mended.")
    return tuple(said)

"""What a link changes in the answer: the name it is saved under, whether it opens or saves, its type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from s3desk.s3.errors import BadNameError

_CONTENT_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;[ -~]*)?", re.ASCII)


@dataclass(frozen=True)
class Overrides:
    """How the object answers through this one link; the object itself stays as it is.

    `attachment` None is as stored, True has browsers save it, False has them open it where they can. A `file_name`
    alone goes with opening, which is what objects do that say nothing themselves.
    """

    file_name: str = ""
    attachment: bool | None = None
    content_type: str = ""

    @property
    def problem(self) -> str:
        """ "" when a server can send this, else the sentence that says why not."""
        if self.content_type and not is_content_type(self.content_type):
            return f"“{self.content_type}” is not a content type; one looks like text/csv."
        if any(ord(c) < 32 or ord(c) == 127 for c in self.file_name):
            return "A file name is one line without control characters."
        if "/" in self.file_name or "\\" in self.file_name:
            return "A file name has no slashes; whoever saves the file chooses the folder."
        return ""

    def check(self) -> None:
        """Raise BadNameError when no server could send this."""
        if self.problem:
            raise BadNameError(self.problem, "Change it, or leave it empty.")

    def parameters(self) -> dict[str, str]:
        """The parameters of GetObject that ask for this; none for what stays as it is."""
        wanted = {"ResponseContentDisposition": self._disposition(), "ResponseContentType": self.content_type}
        return {name: value for name, value in wanted.items() if value}

    def _disposition(self) -> str:
        """Content-Disposition (RFC 6266): a name every client reads, and where that is not all of it the real one."""
        if not self.file_name and self.attachment is None:
            return ""
        kind = "attachment" if self.attachment else "inline"
        if not self.file_name:
            return kind
        plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in self.file_name)
        exact = f"; filename*=UTF-8''{quote(self.file_name, safe='')}" if plain != self.file_name else ""
        return f'{kind}; filename="{plain}"{exact}'


def is_content_type(text: str) -> bool:
    """Whether this can stand in a Content-Type header."""
    return _CONTENT_TYPE.fullmatch(text) is not None

"""What a server answered on the short way: headers, and a body that is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.transfer.kept_connection import is_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from s3desk.s3.transfer.kept_connection import KeptConnection

_ROOM, _MOST_READ = 1 << 14, 1 << 20  # bytes of an answer that is read whole


class Answer:
    """A good answer: its headers, names in lower case, and its body, which is read once and then closed."""

    def __init__(
        self,
        keep: Callable[[KeptConnection], object],
        connection: KeptConnection,
        headers: Mapping[str, str],
        length: int,
    ) -> None:
        self.headers = headers
        self._keep, self._connection, self._left = keep, connection, length

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill some of the buffer; 0 at the end, or where the connection broke off. Raises UnreachableError."""
        if self._left <= 0:
            return 0
        count = self._connection.read_into(buffer[: self._left])
        self._left -= count
        return count

    def read(self) -> bytes:
        """The whole of a short body, also of one that comes in chunks; what there is of it where it broke off."""
        came, room = bytearray(), memoryview(bytearray(_ROOM))
        if "transfer-encoding" not in self.headers:
            while self._left and (count := self.readinto(room)):
                came += room[:count]
            return bytes(came)
        self._left = -1  # not worth the care to keep the connection, unless it ends as it should
        while len(came) < _MOST_READ and (count := self._connection.read_into(room)):
            came += room[:count]
            if came.endswith(b"\r\n0\r\n\r\n"):
                self._left = 0
                return b"".join(_chunks(bytes(came)))
        return b""

    def close(self) -> None:
        """Keep the connection for the next request if nothing of this answer is left in it."""
        if self._left == 0 and is_kept(self.headers):
            self._keep(self._connection)
        else:
            self._connection.close()
        self._left = -1


def _chunks(came: bytes) -> Iterator[bytes]:
    """The pieces of a body in chunks; nothing after what makes no sense."""
    while came:
        size, _, came = came.partition(b"\r\n")
        try:
            length = int(size.partition(b";")[0], 16)
        except ValueError:
            return
        yield came[:length]
        came = came[length + 2 :]

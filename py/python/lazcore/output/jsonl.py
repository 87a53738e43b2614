"""JSON lines: an order a line, with its items and evidence, in normalized form."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from lazcore._native import PulledOrder

__all__ = ["JsonLines", "write_json_line"]

_BLOCK = 65536


def write_json_line(file: IO[str], order: PulledOrder) -> None:
    """The order with its items and evidence."""
    file.write(order.to_event_json())
    file.write("\n")


class JsonLines:
    """A file that orders are appended to, made for its owner only.

    A process that is killed may leave half a line behind: it is cut off when the file is opened
    again. What was not flushed may be missing then, so save a cursor after `flush` only. An order
    may come again, in a newer or the same version: the last line of an order counts.

    One process at a time has the file, where the system knows locks of POSIX: what another one is
    writing would look torn.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        self._file = open(os.open(path, flags, 0o600), "ab+")  # noqa: SIM115 - closed by close()
        try:
            if stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):
                _lock(self._file.fileno(), path)
                self._mend()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> JsonLines:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def write(self, order: PulledOrder) -> None:
        """Adds an order."""
        self.write_text(order.to_event_json() + "\n")

    def write_text(self, line: str) -> None:
        """Adds a line of your own, with its line end."""
        self._file.write(line.encode())

    def flush(self) -> None:
        """Brings everything to the disk."""
        self._file.flush()
        if stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Brings everything to the disk and closes the file."""
        if not self._file.closed:
            try:
                self.flush()
            finally:
                self._file.close()

    def _mend(self) -> None:
        """Ends a last line that is whole, and cuts off one that is not."""
        end = self._file.seek(0, os.SEEK_END)
        start, last = end, b""
        while start > 0 and b"\n" not in last:
            step = min(_BLOCK, start)
            start = self._file.seek(start - step)
            last = self._file.read(step) + last
        _, newline, torn = last.rpartition(b"\n")
        torn = torn if newline else last
        if not torn:
            return
        try:
            whole = isinstance(json.loads(torn), dict)
        except ValueError:
            whole = False
        if whole:
            self._file.write(b"\n")
        else:
            self._file.truncate(end - len(torn))
        self._file.seek(0, os.SEEK_END)


def _lock(file: int, path: str | os.PathLike[str]) -> None:
    """Takes the file for this process, until it is closed."""
    with contextlib.suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            problem = "is being written by another process"
            raise BlockingIOError(errno.EAGAIN, problem, os.fspath(path)) from None

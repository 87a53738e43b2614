"""The journal of fulfillment in an object of the host's, and one that keeps it in SQLite."""

from __future__ import annotations

import os

# To import `typing` takes longer than to import all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Protocol
else:
    Protocol = object

__all__ = ["Journal", "SqliteJournal"]


class Journal(Protocol):
    """What `client.fulfillment.run(..., journal=...)` needs of an object that keeps a journal.

    One journal is for one store, and outlives the runs. A run calls `try_lock`, then `read`, then
    the others, and `unlock` at its end; one call at a time, but from several threads. What a method
    raises ends the run before anything further is sent, as an IoError with the exception as its
    cause. A `name` attribute, if there is one, stands in messages.
    """

    def try_lock(self) -> bool:
        """Takes the journal for one run; False while another has it, in this process or another.

        Must not wait. The end of the process has to free it, a kill too.
        """
        raise NotImplementedError

    def unlock(self) -> None:
        """Frees the journal."""
        raise NotImplementedError

    def read(self) -> list[str]:
        """All lines, oldest first."""
        raise NotImplementedError

    def append(self, line: str, /) -> None:
        """Adds a line at the end. It need not survive before `sync`."""
        raise NotImplementedError

    def sync(self) -> None:
        """Returns once all lines appended so far survive a power cut, and not before.

        Nothing leaves for the platform until then: this is what keeps an item from being packed
        twice.
        """
        raise NotImplementedError

    def replace(self, lines: list[str], /) -> None:
        """Puts these lines in place of all others: wholly and for good, or not at all."""
        raise NotImplementedError


class SqliteJournal:
    """Keeps the journal of one store in an SQLite file of its own, for its owner alone (0600).

    client.fulfillment.run(orders, journal=lazcore.journal.SqliteJournal("store.sqlite"))

    The file is locked for as long as a run has it, so give it no other tables. SQLite keeps its
    promises on a disk of this machine, not on a network drive. The table `journal` may be read
    between two runs: a line is a JSON object.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.name: str = os.fspath(path)
        self._connection: sqlite3.Connection | None = None
        #: Lines that are not in the file yet. No transaction stays open between two calls, which a
        #: forked child would share.
        self._lines: list[str] = []

    def try_lock(self) -> bool:
        """Opens and locks the file, which is made if there is none; False while it is in use."""
        import sqlite3

        if self._connection is not None:
            return False
        os.close(os.open(self.name, os.O_RDWR | os.O_CREAT, 0o600))
        # Without waiting, in explicit transactions, and from whichever thread the run calls.
        connection = sqlite3.connect(
            self.name, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            # Beyond FULL: the folder is synced as well.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA fullfsync = ON")
            # The lock stays with the connection when the transaction has ended.
            connection.execute("BEGIN EXCLUSIVE")
            _check(connection, self.name)
            connection.execute(
                "CREATE TABLE IF NOT EXISTS journal (n INTEGER PRIMARY KEY, line TEXT NOT NULL)"
            )
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            connection.close()
            if "locked" in str(error):
                return False
            raise
        except BaseException:
            connection.close()
            raise
        self._connection, self._lines = connection, []
        return True

    def unlock(self) -> None:
        """Closes the file, which frees it."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if self._lines:
                _write(connection, self._lines)
        finally:
            self._lines = []
            connection.close()

    def read(self) -> list[str]:
        """All lines, oldest first."""
        rows = self._locked().execute("SELECT line FROM journal ORDER BY n")
        return [line for (line,) in rows]

    def append(self, line: str, /) -> None:
        """Notes a line for the next `sync`."""
        self._lines.append(line)

    def sync(self) -> None:
        """Commits what was noted; SQLite returns when the disk has it."""
        lines, self._lines = self._lines, []
        if lines:
            _write(self._locked(), lines)

    def replace(self, lines: list[str], /) -> None:
        """Puts these lines in place of all others, in one transaction."""
        _write(self._locked(), lines, anew=True)
        self._lines = []

    def _locked(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError(f"{self.name} is not locked")
        return self._connection


def _check(connection: sqlite3.Connection, name: str) -> None:
    """A database of something else would be locked against those it belongs to."""
    tables = {table for (table,) in connection.execute("SELECT name FROM sqlite_master")}
    if tables - {"journal"}:
        raise ValueError(f"{name} holds other tables: a journal has a file of its own")


def _write(connection: sqlite3.Connection, lines: list[str], *, anew: bool = False) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if anew:
            connection.execute("DELETE FROM journal")
        rows = ((line,) for line in lines)
        connection.executemany("INSERT INTO journal (line) VALUES (?)", rows)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

"""Where `lazcore orders` writes."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lazcore import BadRow, PulledOrder
from lazcore.output import JsonLines, OrdersCsv, OrdersDatabase, whole_file, write_json_line

if TYPE_CHECKING:
    from typing import Callable

__all__ = ["FORMATS", "Database", "GrowingFile", "Sink", "Stream", "WholeFile"]

FORMATS = ("jsonl", "csv", "sqlite")
# Orders of one transaction: few enough to be done again, many enough to be fast.
BATCH = 500


class Sink:
    """Takes the events of a pull."""

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: Any) -> None: ...

    def write(self, event: object) -> bool:
        """Writes what is to be written; whether this is a place to keep it."""
        raise NotImplementedError

    def keep(self) -> bool:
        """Brings what was written to where it outlives the process; whether that can be said."""
        return False

    def end(self) -> None:
        """Everything came."""


class Database(Sink):
    """A SQLite database, a batch of orders at a time."""

    def __init__(self, path: Path, currency: str | None) -> None:
        self.database = OrdersDatabase(path, currency=currency)
        self._written = 0

    def __exit__(self, kind: type[BaseException] | None, *exception: Any) -> None:
        self.database.__exit__(kind, *exception)

    def write(self, event: object) -> bool:
        if isinstance(event, BadRow):
            self.database.write_bad_row(event)
        if not isinstance(event, PulledOrder):
            return False
        self.database.write(event)
        self._written += 1
        return self._written % BATCH == 0

    def keep(self) -> bool:
        self.database.commit()
        return True

    def end(self) -> None:
        self.database.commit()


def _writer(file: IO[str], format: str) -> Callable[[object], None]:
    if format == "csv":
        sheet = OrdersCsv(file)

        def row(event: object) -> None:
            if isinstance(event, PulledOrder):
                sheet.write(event)

        return row

    def line(event: object) -> None:
        if isinstance(event, PulledOrder):
            write_json_line(file, event)
        elif isinstance(event, BadRow):
            file.write(bad_row_line(event))

    return line


def bad_row_line(row: BadRow) -> str:
    """A row without its id, as it came, as a line beside the orders'."""
    told = {
        "event": "bad_row",
        "account": row.account,
        "position": row.position,
        "reason": row.reason,
        "json": row.raw_json,
        "request_id": row.evidence.request_id if row.evidence is not None else None,
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


class WholeFile(Sink):
    """A file that is there only when everything came."""

    def __init__(self, path: Path, format: str) -> None:
        self._path = path
        self._format = format
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> WholeFile:
        file = self._stack.enter_context(whole_file(self._path))
        self._write = _writer(file, self._format)
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: Any) -> None:
        self._stack.__exit__(kind, *exception)

    def write(self, event: object) -> bool:
        self._write(event)
        return False

    def end(self) -> None:
        # The cursor is saved next, so the file must have its name.
        self._stack.close()


class Stream(Sink):
    """Standard output."""

    def __init__(self, format: str) -> None:
        # Line ends of CSV are its own.
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", newline="")
        self._write = _writer(sys.stdout, format)

    def write(self, event: object) -> bool:
        self._write(event)
        return False

    def end(self) -> None:
        sys.stdout.flush()


class GrowingFile(Sink):
    """A file of JSON lines that grows."""

    def __init__(self, path: Path) -> None:
        self._lines = JsonLines(path)
        self.flush = self._lines.flush

    def __exit__(self, kind: type[BaseException] | None, *exception: Any) -> None:
        self._lines.close()

    def write(self, event: object) -> bool:
        if isinstance(event, PulledOrder):
            self._lines.write(event)
        elif isinstance(event, BadRow):
            self._lines.write_text(bad_row_line(event))
        return False

    def end(self) -> None:
        self._lines.flush()

"""Output files: private, and there only when they are whole."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cell", "folder", "whole_file"]


def folder(path: Path) -> Path:
    """The folder, made for its owner only if it does not exist."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """A file that gets its name once everything is written; on any failure nothing is left."""
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        with open(os.open(part, flags, 0o600), "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def cell(text: str) -> str:
    """A text as a cell that a spreadsheet leaves alone.

    What would be run as a formula, and an id that would be rounded as a number, begins with an
    apostrophe.
    """
    if text.startswith(("=", "+", "-", "@", "\t", "\r")) or text.isdigit():
        return f"'{text}"
    return text

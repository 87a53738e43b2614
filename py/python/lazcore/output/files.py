"""Output files: private, and there only when they are whole."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["folder", "make_private", "whole_file"]


def folder(path: Path) -> Path:
    """The folder, made for its owner only if it does not exist."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def make_private(path: str | os.PathLike[str]) -> None:
    """Makes an empty file that its owner alone can read, unless there is one."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[IO[str]]:
    """A file that gets its name once everything is written; on any failure nothing is left."""
    path = Path(path)
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        with open(os.open(part, flags, 0o600), "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        _keep_name(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _keep_name(path: Path) -> None:
    """Brings the new name to the disk too, where the system can."""
    if os.name != "posix":
        return
    place = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)

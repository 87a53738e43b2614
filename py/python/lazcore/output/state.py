"""A sync's state in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable

from lazcore.output.files import whole_file

if TYPE_CHECKING:
    import os

__all__ = ["StateFile"]


class StateFile:
    """The state of `client.orders.sync`, or a pull's cursor, in a private file replaced whole.

    `before_save` brings the orders to where they are safe, such as `JsonLines.flush`: a state that
    is ahead of its orders would lose them.
    """

    def __init__(
        self, path: str | os.PathLike[str], before_save: Callable[[], object] | None = None
    ) -> None:
        self._path = Path(path)
        self._before_save = before_save

    def load(self) -> str | None:
        """The state; None when there is none yet."""
        try:
            text = self._path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return text or None

    def save(self, text: str) -> None:
        """Keeps a state in place of the one before."""
        if self._before_save is not None:
            self._before_save()
        with whole_file(self._path) as file:
            file.write(text)
            file.write("\n")

"""Where a host keeps a token pair itself."""

from __future__ import annotations

# To import `typing` takes longer than to import all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object

__all__ = ["TokenStore"]


class TokenStore(Protocol):
    """What `Client(token_store=...)` needs of an object that keeps one pair, as in a database.

    The text of a pair is a password in clear. Methods are called by any thread that uses a client
    of the store. What they raise ends the call as an IoError, with the exception as its cause; its
    text is not repeated.
    """

    def load(self) -> str | None:
        """The text kept, or None when none was stored yet. Raise when it cannot be read."""
        raise NotImplementedError

    def save(self, text: str, /) -> None:
        """Keeps the text in place of what was there.

        When this returns, it must survive the end of the process; until then the old one must.
        Called while the lock is held.
        """
        raise NotImplementedError

    def try_lock(self) -> bool:
        """Takes the lock that keeps others from refreshing the pair; False while another has it.

        Must not wait. What shares the store has to share the lock: a row of the database, not a
        `threading.Lock`, where processes do.
        """
        raise NotImplementedError

    def unlock(self) -> None:
        """Frees the lock."""
        raise NotImplementedError

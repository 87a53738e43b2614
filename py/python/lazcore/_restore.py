"""Where pickled objects come back: pickles name this module, so that the native one may change."""

from __future__ import annotations

from lazcore import _native

__all__ = ["restore"]


def restore(kind: str, *state: object) -> object:
    """The object of this kind with this state. Raises ValueError for a kind of a newer version."""
    return _native._restore(kind, state)  # type: ignore[attr-defined]

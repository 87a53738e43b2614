"""Fills the docstrings of the native module into the reference.

Its stubs have the types, the module itself the texts.
"""

from __future__ import annotations

import inspect
from typing import Any

import griffe

import lazcore._native


class NativeDocs(griffe.Extension):
    """Reads the texts of what the stubs leave without one."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Takes the package's native module, once it is loaded."""
        if pkg.path == "lazcore":
            fill(pkg["_native"], lazcore._native)


def fill(documented: griffe.Object, native: Any) -> None:
    """Gives an object of the stubs, and what is in it, the texts of its native twin."""
    for name, member in documented.members.items():
        twin = getattr(native, name, None)
        if member.is_alias or twin is None:
            continue
        text = inspect.getdoc(twin)
        if not member.has_docstring and text and (not name.startswith("__") or name == "__init__"):
            member.docstring = griffe.Docstring(text, parent=member)
        if member.is_class:
            fill(member, twin)

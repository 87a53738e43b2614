"""What is in the source archive."""

from __future__ import annotations

import re

# Each path is of one of these; a new part of the project is left out unless a build needs it.
NEEDED = (
    r"(Cargo\.toml|Cargo\.lock|pyproject\.toml|README\.md|PKG-INFO|LICENSE-(MIT|APACHE|THIRD-PARTY))",
    r"core/(Cargo\.toml|src/.+\.rs)",
    r"tests/sandbox/(Cargo\.toml|src/.+)",
    r"py/(Cargo\.toml|lazcore\.cyclonedx\.json|src/.+\.rs|python/lazcore/.+)",
    # Cargo reads the manifest of every member and looks for its library.
    r"ffi-c/(Cargo\.toml|build\.rs|src/lib\.rs)",
    r"tests/c/library/Cargo\.toml",
)


def test_it_holds_what_a_build_needs_and_nothing_else(sdist_files: list[str]) -> None:
    wild = [name for name in sdist_files if not any(re.fullmatch(one, name) for one in NEEDED)]
    assert not wild, "add these to `exclude` in pyproject.toml"
    for pattern in NEEDED:
        assert any(re.fullmatch(pattern, name) for name in sdist_files), pattern

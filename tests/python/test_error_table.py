"""The table of docs/errors.md against the exceptions of the package."""

from __future__ import annotations

import pathlib

from lazcore import errors

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "errors.md"


def documented() -> dict[str, str]:
    rows = [line for line in PAGE.read_text().splitlines() if "| LAZ_STATUS_" in line]
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return {cell[1]: cell[5] for cell in cells}


def test_every_kind_stands_in_the_page_with_its_exception() -> None:
    assert documented() == {kind: error.__name__ for kind, error in errors.CLASSES.items()}

"""The code blocks of the documentation, and the table of those that are not run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "examples.md"

FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^`]*)$")


class Block(NamedTuple):
    """A fenced block."""

    page: str
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """What a test calls it."""
        return f"{self.page}:{self.line}-{self.language or 'none'}"


class Left(NamedTuple):
    """A row of the table: a block that is not run here, and who runs it or why nobody does."""

    page: str
    begins: str
    why: str


def pages() -> list[Path]:
    """The pages whose blocks are run."""
    return [
        ROOT / "README.md",
        ROOT / "ffi-c" / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]


def blocks_of(page: Path) -> tuple[list[Block], list[str]]:
    """The blocks of a page, and what is wrong with its blocks."""
    name = str(page.relative_to(ROOT))
    found: list[Block] = []
    wrong: list[str] = []
    opened: tuple[int, str, str] | None = None
    lines: list[str] = []
    before = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if opened is not None:
            if fence and not fence["info"]:
                found.append(Block(name, opened[0], opened[1], "\n".join(lines) + "\n"))
                opened = None
            else:
                lines.append(line.removeprefix(opened[2]))
        elif fence:
            opened, lines = (number + 1, fence["info"].strip(), fence["indent"]), []
            if not opened[1]:
                wrong.append(f"{name}:{number}: say the language of the block; `text` for none")
        elif line.startswith("    ") and not before.strip():
            wrong.append(f"{name}:{number}: fence the block and say its language")
        before = line if not line.startswith("    ") else before
    if opened is not None:
        wrong.append(f"{name}:{opened[0]}: the block is never closed")
    return found, wrong


def everything() -> list[Block]:
    """Every block of every page."""
    return [block for page in pages() for block in blocks_of(page)[0]]


def rows(heading: str, width: int) -> list[list[str]]:
    """The rows of the table below a heading of docs/examples.md."""
    text = TABLE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == width for row in cells), cells
    return cells


def left_out() -> list[Left]:
    """The blocks that are not run here."""
    return [
        Left(page, begins.strip("`"), why)
        for page, begins, why in rows("Blocks that are not run", 3)
    ]


def other_languages() -> dict[str, str]:
    """The languages that a part of tests/run of their own covers, with its name."""
    return {language.strip("`"): part.strip("`") for language, part in rows("Other languages", 2)}


def stand_ins() -> list[str]:
    """What the examples say and the tests replace."""
    return [row[0].strip("`") for row in rows("What the tests put in", 2)]

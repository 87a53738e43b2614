"""Every code block of the documentation is run, parsed, or named in a table with the reason."""

from __future__ import annotations

import configparser
import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlglot
import tomllib
import yaml
from blocks import ROOT, Block, blocks_of, everything, left_out, other_languages, pages, stand_ins
from stage import Stage

DIALECTS = ("sqlite", "postgres", "mysql")
# Blocks that say nothing to a machine.
TEXTS = ("text",)
RUN = (
    "python",
    "sh",
    "cron",
    "c",
    "rust",
    "json",
    "jsonl",
    "sql",
    "csv",
    "toml",
    "yaml",
    "xml",
    "ini",
    "stdio",
)

LEFT = left_out()
ELSEWHERE = other_languages()


def is_left(block: Block) -> bool:
    """Whether the table names the block."""
    return any(block.page == row.page and block.text.startswith(row.begins) for row in LEFT)


def is_run(block: Block) -> bool:
    """Whether it is for this test."""
    return block.language in RUN and not is_left(block)


class Page:
    """The blocks of a page, each run once and after those before it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.stage = Stage(name, folder)
        self.blocks = [block for block in blocks_of(ROOT / name)[0] if is_run(block)]
        self.done: dict[int, BaseException | None] = {}

    def run(self, wanted: Block) -> None:
        """Runs the block, and before it those that were not yet."""
        for block in self.blocks:
            if block.line not in self.done:
                try:
                    play(self.stage, block)
                    self.done[block.line] = None
                except BaseException as error:
                    self.done[block.line] = error
            if block == wanted:
                break
        error = self.done[wanted.line]
        if error is not None:
            raise error


def play(stage: Stage, block: Block) -> None:
    """Runs or parses a block, as its language wants it."""
    if block.language in ("python", "c", "rust"):
        getattr(stage, block.language)(block.text, block.line)
    else:
        ways = {
            "sh": stage.shell,
            "cron": stage.timetable,
            "stdio": stage.dialogue,
            "sql": lambda text: sql(stage, text),
        }
        ways.get(block.language, PARSED.get(block.language))(block.text)


def settings_of_ini(text: str) -> None:
    """Names and values, without sections."""
    parser = configparser.ConfigParser(strict=True)
    parser.read_string("[settings]\n" + text)
    assert parser["settings"]


def rows_of_csv(text: str) -> None:
    """Every row is as long as the first."""
    assert len({len(row) for row in csv.reader(io.StringIO(text), strict=True)}) == 1


PARSED: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
    "toml": tomllib.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
    "xml": ElementTree.fromstring,
    "csv": rows_of_csv,
    "ini": settings_of_ini,
}


def sql(stage: Stage, text: str) -> None:
    """Runs statements on the database that the page made, or parses them in one of the dialects."""
    databases = sorted(stage.work.glob("*.db"))
    if databases and text.lstrip().startswith("SELECT") and ":" not in text:
        with sqlite3.connect(databases[0]) as database:
            for statement in filter(str.strip, text.split(";")):
                assert database.execute(statement).fetchall(), f"no rows: {statement}"
        return
    errors = []
    for dialect in DIALECTS:
        try:
            statements = sqlglot.parse(re.sub(r"%\((\w+)\)s", r":\1", text), read=dialect)
            assert statements
            assert not any(isinstance(one, sqlglot.exp.Command) for one in statements)
            return
        except sqlglot.errors.SqlglotError as error:
            errors.append(str(error))
    raise AssertionError("\n".join(errors))


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Page]]:
    pages_opened: dict[str, Page] = {}
    yield pages_opened
    for page in pages_opened.values():
        page.stage.close()


@pytest.mark.parametrize(
    "block", [block for block in everything() if is_run(block)], ids=lambda block: block.name
)
def test_block(
    block: Block,
    opened: dict[str, Page],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if block.page not in opened:
        opened[block.page] = Page(block.page, tmp_path_factory.mktemp("page"))
    monkeypatch.chdir(opened[block.page].stage.work)
    opened[block.page].run(block)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_says_its_language(page: Path) -> None:
    blocks, wrong = blocks_of(page)
    wrong += [
        f"{block.name}: nobody runs this language; see docs/examples.md"
        for block in blocks
        if block.language not in (*RUN, *TEXTS, *ELSEWHERE) and not is_left(block)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_row_names_one_block() -> None:
    for row in LEFT:
        named = [
            one for one in everything() if one.page == row.page and one.text.startswith(row.begins)
        ]
        assert len(named) == 1, (
            f"docs/examples.md: {row.page} has {len(named)} blocks that begin with {row.begins!r}"
        )
        assert row.why


def test_other_languages_have_a_part_of_their_own() -> None:
    used = {block.language for block in everything()}
    for language, part in ELSEWHERE.items():
        if language in used:
            assert (ROOT / "tests" / part / "run").exists(), f"{language}: there is no part {part}"


def test_the_page_lists_the_stand_ins(tmp_path: Path) -> None:
    stage = Stage("docs/examples.md", tmp_path)
    try:
        for told in stand_ins():
            invented = told.split(": ", 1)[-1]
            stands_in = stage.replace(invented) != invented
            assert stands_in or told in stage.names or "country" in told, told
    finally:
        stage.close()

"""What the command says of itself, and how it prints rows."""

from __future__ import annotations

import csv
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from lazcore.cli.app import app
from lazcore.cli.examples import EXAMPLES

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its words."""
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        for below, inner in getattr(command, "commands", {"": command}).items():
            yield f"{name} {below}".strip(), inner


COMMANDS = dict(commands())


def test_every_command_has_examples() -> None:
    assert set(COMMANDS) == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_stand_in_the_help_and_are_understood(name: str) -> None:
    help_text = CliRunner().invoke(app, [*name.split(), "--help"], terminal_width=200).output
    assert "Examples:" in help_text
    assert "Exit codes:" in help_text
    for example in EXAMPLES[name]:
        assert f"  {example}\n" in help_text
        program, *words = shlex.split(example)
        assert program == "lazcore"
        assert " ".join(words).startswith(name)
        # Raises for an option or an argument that does not exist.
        COMMANDS[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("words", [["apis"], ["doctor"], ["apis", "orders"]])
def test_rows_are_csv_where_nobody_looks(run: Run, words: list[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*words).stdout)))
    assert rows
    column = "check" if words == ["doctor"] else "name"
    assert all(row[column] for row in rows)


@pytest.mark.skipif(os.name != "posix", reason="a terminal of POSIX")
@pytest.mark.parametrize("word", ["apis", "doctor"])
def test_rows_are_a_table_on_a_terminal(settings: dict[str, str], word: str) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "lazcore", word],
        stdout=theirs,
        stderr=subprocess.PIPE,
        env={**settings, "COLUMNS": "300", "TERM": "dumb"},
    ) as process:
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 65536):
                text += part
        except OSError:
            # The end, on Linux.
            pass
        os.close(ours)
    assert process.returncode == 0
    header, first = text.decode().splitlines()[:2]
    assert "," not in header
    # Columns stand below their names.
    name = "name" if word == "apis" else "verdict"
    assert header.index(name) == len(first) - len(first.lstrip())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lazcore do", "doctor"),
        ("lazcore call GetMul", "GetMultipleOrderItems"),
        ("lazcore apis fulf", "fulfillment"),
        ("lazcore auth sta", "status"),
        ("lazcore orders pull --with", "--with-items"),
    ],
)
def test_the_shell_completes(settings: dict[str, str], typed: str, expected: str) -> None:
    words = typed.split()
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lazcore"))],
        env={
            **settings,
            "_LAZCORE_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert expected in done.stdout.split(), done


def test_errors_are_one_line_with_the_request_id(run: Run) -> None:
    done = run("call", "GetOrder", "order_id=1")
    assert done.returncode == 3
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "request_id" in line

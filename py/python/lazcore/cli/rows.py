"""Rows for people and for programs: a table on a terminal, CSV elsewhere, JSON on request."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lazcore.output import cell

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AS_JSON", "tell"]

AS_JSON = typer.Option(False, "--json", help="Print JSON. Without it: CSV where nobody looks.")


def tell(columns: Sequence[str], rows: Sequence[Sequence[str]], told: Any, as_json: bool) -> None:
    """Prints rows on standard output.

    Args:
        columns: Their names.
        rows: Their cells.
        told: The same and more, for JSON.
        as_json: Whether JSON was asked for.
    """
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif sys.stdout.isatty():
        table = Table(box=None)
        for name in columns:
            table.add_column(name, overflow="fold")
        for row in rows:
            # As text: a message of the platform is no markup.
            table.add_row(*map(Text, row))
        Console().print(table)
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(name.replace(" ", "_") for name in columns)
        writer.writerows([cell(one) for one in row] for row in rows)

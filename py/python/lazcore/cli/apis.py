"""`lazcore apis`: what the catalogue knows."""

from __future__ import annotations

import json
from typing import Optional

import typer
from rich.console import Console
from rich.table import Table

from lazcore import _native
from lazcore.cli.exits import USAGE, reported


@reported
def apis(
    group: Optional[str] = typer.Argument(None, help="Only this group, such as orders."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Lists the APIs that can be called by name."""
    rows = _native.apis()
    if group is not None:
        known = sorted({row["group"] for row in rows})
        if group not in known:
            typer.echo(f"lazcore: group: expected one of {', '.join(known)}", err=True)
            raise typer.Exit(USAGE)
        rows = [row for row in rows if row["group"] == group]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(box=None)
    for name in ("name", "group", "path", "effect", "parameters"):
        table.add_column(name, overflow="fold")
    for row in rows:
        params = [param["name"] + ("" if param["required"] else "?") for param in row["params"]]
        table.add_row(row["name"], row["group"], row["path"], row["effect"], " ".join(params))
    Console().print(table)

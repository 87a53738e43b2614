"""`lazcore apis`: what the catalogue knows."""

from __future__ import annotations

from typing import Any, Optional

import typer

from lazcore import _native
from lazcore.cli.exits import USAGE, reported
from lazcore.cli.rows import AS_JSON, tell

__all__ = ["apis", "groups", "names"]


def groups(begun: str) -> list[str]:
    """The groups that begin so, for the shell's completion."""
    return sorted({row["group"] for row in _native.apis() if row["group"].startswith(begun)})


def names(begun: str) -> list[str]:
    """The names of APIs that begin so, for the shell's completion."""
    return sorted(row["name"] for row in _native.apis() if row["name"].startswith(begun))


@reported
def apis(
    group: Optional[str] = typer.Argument(
        None, help="Only this group, such as orders.", autocompletion=groups
    ),
    as_json: bool = AS_JSON,
) -> None:
    """Lists the APIs that can be called by name."""
    rows = _native.apis()
    if group is not None:
        known = sorted({row["group"] for row in rows})
        if group not in known:
            typer.echo(f"lazcore: group: expected one of {', '.join(known)}", err=True)
            raise typer.Exit(USAGE)
        rows = [row for row in rows if row["group"] == group]
    tell(
        ("name", "group", "path", "effect", "parameters"),
        [_cells(row) for row in rows],
        rows,
        as_json,
    )


def _cells(row: dict[str, Any]) -> list[str]:
    params = [param["name"] + ("" if param["required"] else "?") for param in row["params"]]
    return [row["name"], row["group"], row["path"], row["effect"], " ".join(params)]

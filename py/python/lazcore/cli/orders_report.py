"""What `lazcore orders` tells: progress, warnings, the summary and the exit code."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

import typer

from lazcore import BadRow, Done, Notice, Progress, PulledOrder
from lazcore.cli.exits import SOME_FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Callable

__all__ = ["Report", "announced"]

# Ids named in one warning.
NAMED = 10


class Report:
    """What came, and what a person should look at."""

    def __init__(self) -> None:
        self.orders = 0
        self.items = 0
        self.items_differ: list[str] = []
        self.items_unanswered: list[str] = []
        self.bad_rows: list[BadRow] = []
        self.done: Done | None = None

    def note(self, event: object) -> None:
        """Counts an event, and tells at once what must not wait."""
        if isinstance(event, PulledOrder):
            self.orders += 1
            self.items += len(event.items or [])
            if event.items_differ:
                self.items_differ.append(str(event.order_id))
            if event.items_unanswered:
                self.items_unanswered.append(str(event.order_id))
        elif isinstance(event, BadRow):
            self.bad_rows.append(event)
            request_id = event.evidence.request_id if event.evidence is not None else None
            _warn(
                f"a row that cannot be told from others: {event.reason} (request_id {request_id})"
            )
        elif isinstance(event, Notice):
            _warn(f"{event.code}: {event.message}")
        elif isinstance(event, Done):
            self.done = event

    @property
    def unproven(self) -> list[str]:
        """The seconds whose orders could not be proven to be all."""
        return self.done.unproven if self.done is not None else []

    @property
    def complete(self) -> bool:
        """Nothing is to be looked at."""
        return not (self.unproven or self.bad_rows or self.items_differ or self.items_unanswered)

    def end(self, account: str, output: Path | None, as_json: bool) -> None:
        """Prints the summary and ends the command."""
        for what, ids in (
            ("seconds not proven complete, pull them again", self.unproven),
            ("orders whose items are of another version", self.items_differ),
            ("orders whose items were not answered", self.items_unanswered),
        ):
            if ids:
                more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
                _warn(f"{what}: {', '.join(ids[:NAMED])}{more}")
        if as_json:
            typer.echo(json.dumps(self._as_dict(account, output), ensure_ascii=False, indent=2))
        else:
            place = f" in {output}" if output is not None else ""
            # Standard output may hold the orders.
            typer.echo(f"{self.orders} orders, {self.items} items of {account}{place}", err=True)
        if not self.complete:
            raise typer.Exit(SOME_FAILED)

    def _as_dict(self, account: str, output: Path | None) -> dict[str, Any]:
        done = json.loads(self.done.to_json()) if self.done is not None else {}
        done.pop("event", None)
        return {
            "account": account,
            "output": str(output),
            "orders": self.orders,
            "items": self.items,
            "complete": self.complete,
            "unproven": self.unproven,
            "items_differ": self.items_differ,
            "items_unanswered": self.items_unanswered,
            "bad_rows": [
                {
                    "reason": row.reason,
                    "request_id": row.evidence.request_id if row.evidence is not None else None,
                    "json": row.raw_json,
                }
                for row in self.bad_rows
            ],
            "done": done,
        }


def _warn(text: str) -> None:
    print(f"lazcore: {text}", file=sys.stderr)


@contextlib.contextmanager
def announced() -> Iterator[Callable[..., None]]:
    """Shows progress on standard error where a person looks, of several accounts by name."""
    if not sys.stderr.isatty():
        yield lambda event, name="": None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, Any] = {}

    def show(event: object, name: str = "") -> None:
        if isinstance(event, Progress):
            stage = f"{name} {event.stage}".strip()
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=event.done, total=event.total)

    with bars:
        yield show

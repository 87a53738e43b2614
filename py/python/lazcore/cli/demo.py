"""`lazcore demo`: a day's work of a shop against the sandbox, on screen."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import lazcore
from lazcore.cli.exits import reported
from lazcore.cli.fulfill import carry_out
from lazcore.cli.shipment import STATES, Shipment, reasons, states_table
from lazcore.output.files import folder, whole_file
from lazcore.output.jsonl import write_json_line
from lazcore.output.sheet import OrdersCsv
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from lazcore import Outcome

STAGES = {"orders": "orders pulled", "read": "items read", "ship": "orders shipped"}


@reported
def demo(
    orders: int = typer.Option(300, min=1, help="Orders of the invented shop."),
    seed: int = typer.Option(1, min=0, help="Another number is another shop."),
    out: Path = typer.Option(Path("lazcore-demo"), help="Folder for orders and labels."),
    until: str = typer.Option("ready_to_ship", help="packed, labels or ready_to_ship."),
    show_request_ids: bool = typer.Option(False, help="What one would quote to support."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Pulls, packs, labels and ships the orders of an invented shop, without any account.

    The gateway runs inside this process and listens on this machine only. Some of its orders cannot
    be shipped, each for another reason: that is what the second table is about.
    """
    folder(out)
    with Sandbox(orders=orders, seed=seed) as sandbox, sandbox.client(account="demo") as client:
        bars = Progress(
            TextColumn("{task.description:<15}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        with bars:
            order_ids = pull(client, sandbox, out, bars)
            shipment = ship(client, order_ids, until, out, bars)
        calls = Counter(call["path"] for call in sandbox.calls())
    result = Result(len(order_ids), shipment.outcomes, calls, out)
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
    else:
        result.show(Console(), show_request_ids)
    if shipment.interrupted:
        raise KeyboardInterrupt


def pull(client: lazcore.Client, sandbox: Sandbox, out: Path, bars: Progress) -> list[str]:
    """All orders with their items into both files; their ids."""
    order_ids = []
    with whole_file(out / "orders.jsonl") as lines, whole_file(out / "orders.csv") as table:
        rows = OrdersCsv(table)
        job = client.orders.pull(
            created_after=sandbox.created_after,
            created_before=sandbox.created_before,
            with_items=True,
        )
        for event in job.events():
            if isinstance(event, lazcore.PulledOrder):
                write_json_line(lines, event)
                rows.write(event)
                order_ids.append(str(event.order_id))
            elif isinstance(event, lazcore.Progress):
                advance(bars, event)
    return order_ids


def ship(
    client: lazcore.Client, order_ids: list[str], until: str, out: Path, bars: Progress
) -> Shipment:
    """Takes the orders as far as asked for, as `lazcore fulfill` does."""
    journal = out / "demo.journal"
    # An earlier demo's shop ended with it: what was packed there is not packed here.
    journal.unlink(missing_ok=True)
    shipment = Shipment(as_json=False)
    run = client.fulfillment.run(
        order_ids, until=until, labels=folder(out / "labels"), journal=journal
    )

    def show(event: object) -> None:
        if isinstance(event, lazcore.Progress):
            advance(bars, event)

    carry_out(shipment, run, lambda outcome: shipment.tell([outcome]), show)
    return shipment


def advance(bars: Progress, progress: lazcore.Progress) -> None:
    """Moves the bar of the progress's stage, which is made when it is first heard of."""
    description = STAGES.get(progress.stage, progress.stage)
    bar = next((task.id for task in bars.tasks if task.description == description), None)
    if bar is None:
        bar = bars.add_task(description)
    bars.update(bar, completed=progress.done, total=progress.total)


class Result:
    """What happened."""

    def __init__(
        self, orders: int, outcomes: list[Outcome], calls: Counter[str], out: Path
    ) -> None:
        self.orders = orders
        self.outcomes = outcomes
        self.calls = calls
        self.out = out
        self.labels = sorted({one.label for one in outcomes if one.label is not None})

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        states = Counter(outcome.state for outcome in self.outcomes)
        return {
            "orders": self.orders,
            "items": len(self.outcomes),
            "states": {state: states[state] for state in STATES},
            "calls": dict(sorted(self.calls.items())),
            "outcomes": [json.loads(outcome.to_json()) for outcome in self.outcomes],
            "files": {
                "orders_jsonl": str(self.out / "orders.jsonl"),
                "orders_csv": str(self.out / "orders.csv"),
                "labels": self.labels,
            },
        }

    def show(self, console: Console, show_request_ids: bool) -> None:
        """For people."""
        table = states_table(self.outcomes)
        table.add_row("calls made", str(sum(self.calls.values())))
        console.print(table)
        left = [outcome for outcome in self.outcomes if outcome.state != "done"]
        if left:
            console.print(reasons(left, request_ids=show_request_ids))
        console.print(f"Orders: {self.out / 'orders.jsonl'} and {self.out / 'orders.csv'}")
        if self.labels:
            console.print(f"Labels: {len(self.labels)} files in {self.out / 'labels'}")

"""`lazcore orders`: order pull and sync into files and databases."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Optional

import typer

import lazcore
from lazcore.cli import credentials
from lazcore.cli.examples import epilog
from lazcore.cli.exits import EPILOG, reported
from lazcore.cli.orders_report import Report, announced
from lazcore.cli.orders_sinks import FORMATS, Database, GrowingFile, Sink, Stream, WholeFile
from lazcore.errors import from_kind
from lazcore.output import StateFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lazcore import OrderPull

__all__ = ["orders"]

orders = typer.Typer(
    name="orders",
    help="Pulls orders into files and databases.",
    epilog=EPILOG,
    no_args_is_help=True,
)

ACCOUNT = typer.Option(None, help="Name of the store in the rows; Lazada is asked if left out.")
STATUS = typer.Option(None, help="Only orders with an item of this status.")
WITH_ITEMS = typer.Option(False, "--with-items", help="Read the items too.")
OVERLAP = typer.Option(
    None, help="Seconds that the next run reaches back for what shows late; 600 if left out."
)
AS_JSON = typer.Option(False, "--json", help="Print the summary as JSON; needs --output.")


@orders.command(epilog=epilog("orders pull"))
@reported
def pull(
    created_after: Optional[str] = typer.Option(
        None, help="Created at or after, as in 2026-03-01T00:00:00+08:00."
    ),
    created_before: Optional[str] = typer.Option(None, help="Created at or before."),
    update_after: Optional[str] = typer.Option(None, help="Changed at or after."),
    update_before: Optional[str] = typer.Option(None, help="Changed at or before."),
    status: Optional[str] = STATUS,
    with_items: bool = WITH_ITEMS,
    overlap_s: Optional[int] = OVERLAP,
    format: str = typer.Option("jsonl", help="jsonl, csv or sqlite."),
    output: Optional[Path] = typer.Option(None, help="The file; standard output if left out."),
    cursor: Optional[Path] = typer.Option(
        None, help="File to go on from, and to keep how far the pull has come."
    ),
    account: Optional[str] = ACCOUNT,
    as_json: bool = AS_JSON,
) -> None:
    """Pulls the orders of a window.

    A jsonl or csv file is there only when it is whole; a database takes the newest version of each
    order, some hundred at a time. The cursor never runs ahead of them.
    """
    _known("format", format, FORMATS)
    _to_file(as_json, output)
    client, currency = _client(account)
    with client, _database_errors(output):
        place = StateFile(cursor) if cursor is not None else None
        known = place.load() if place is not None else None
        sink = _pull_sink(format, output, known, currency)
        with sink:
            job = client.orders.pull(
                created_after=created_after,
                created_before=created_before,
                update_after=update_after,
                update_before=update_before,
                status=status,
                with_items=with_items,
                cursor=known,
                overlap_s=overlap_s,
            )
            report = _drain(job, sink, place)
    report.end(client.account, output, as_json)


@orders.command(epilog=epilog("orders sync"))
@reported
def sync(
    output: Path = typer.Option(..., help="The database or file."),
    since: Optional[str] = typer.Option(
        None, help="Hold orders created at or after; needed by the first run only."
    ),
    status: Optional[str] = STATUS,
    with_items: bool = WITH_ITEMS,
    overlap_s: Optional[int] = OVERLAP,
    format: str = typer.Option("sqlite", help="sqlite or jsonl."),
    state: Optional[Path] = typer.Option(
        None, help="jsonl: file of the state; OUTPUT.state if left out."
    ),
    account: Optional[str] = ACCOUNT,
    as_json: bool = AS_JSON,
) -> None:
    """Brings a database or file in step with Lazada: run it again and again.

    The first run pulls every order since a time, each later one what has changed. A database keeps
    the state itself, committed with its orders; beside a jsonl file, which grows, it has a file.
    """
    _known("format", format, ("sqlite", "jsonl"))
    client, currency = _client(account)
    with client, _database_errors(output):
        keeper: Any
        sink: Sink
        if format == "sqlite":
            if state is not None:
                _refuse("state", "the database keeps its state itself: expected none")
            sink = Database(output, currency)
            name = f"orders/{client.account}" + (f"/{status}" if status else "")
            keeper = sink.database.state(name)
        else:
            sink = GrowingFile(output)
            path = state or output.with_name(f"{output.name}.state")
            keeper = StateFile(path, before_save=sink.flush)
        with sink:
            job = client.orders.sync(
                since=since,
                state=keeper,
                status=status,
                with_items=with_items,
                overlap_s=overlap_s,
            )
            report = _drain(job, sink, None)
    report.end(client.account, output, as_json)


def _drain(job: OrderPull, sink: Sink, place: StateFile | None) -> Report:
    """Writes what the job tells. The cursor is kept once the sink has kept its orders."""
    report = Report()
    events = job.events()

    def keep() -> None:
        cursor = job.cursor if place is not None else None
        if sink.keep() and place is not None and cursor is not None:
            place.save(cursor)

    with job, announced() as show:
        while True:
            try:
                event = next(events, None)
            except BaseException:
                # Every order that was handed out is written.
                keep()
                raise
            if event is None:
                break
            show(event)
            report.note(event)
            if sink.write(event):
                keep()
    sink.end()
    cursor = job.cursor
    if place is not None and cursor is not None:
        place.save(cursor)
    return report


def _pull_sink(format: str, output: Path | None, cursor: str | None, currency: str | None) -> Sink:
    if format == "sqlite":
        if output is None:
            _refuse("output", "expected the file of the database")
        return Database(output, currency)
    if output is None:
        return Stream(format)
    if cursor is not None and output.exists():
        _refuse("output", f"{output} exists: a pull that goes on would replace what came before")
    return WholeFile(output, format)


def _client(account: str | None) -> tuple[lazcore.Client, str | None]:
    """A client whose account is known, and what orders without items are in."""
    found = credentials.find()
    client = found.client(account=account)
    country: str | None = found.country
    if account is None:
        try:
            country = client.resolve_account().country
        except BaseException:
            client.close()
            raise
    return client, lazcore.currency_of(country) if country else None


@contextlib.contextmanager
def _database_errors(output: Path | None) -> Iterator[None]:
    """What a database cannot do, as a mistake of files."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(f"{output}: {error}") from error


def _known(field: str, word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        _refuse(field, f"expected {', '.join(words[:-1])} or {words[-1]}, got {word!r}")


def _to_file(as_json: bool, output: Path | None) -> None:
    if as_json and output is None:
        _refuse("json", "the summary would stand among the orders: expected --output too")


def _refuse(field: str, problem: str) -> NoReturn:
    text = f"{field}: {problem}"
    raise from_kind("input", text, text, field=field)

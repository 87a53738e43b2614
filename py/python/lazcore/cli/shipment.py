"""Jobs of writes on the command line: Ctrl-C, outcomes, tables and the exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

import lazcore
from lazcore import Notice
from lazcore.cli.exits import (
    CANCELED,
    DEFECT,
    INDETERMINATE,
    NO_ANSWER,
    OK,
    PERSON,
    REFUSED,
    SOME_FAILED,
    USAGE,
    code_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Callable, Optional

    from lazcore import FulfillmentRun, OrderPull, Outcome

__all__ = ["STATES", "Shipment", "ending", "events_of", "reasons", "states_table", "warn"]

STATES = (
    "done",
    "left_out",
    "refused",
    "canceled",
    "unanswered",
    "packed_elsewhere",
    "package_changed",
    "package_shared",
    "indeterminate",
    "stopped_before",
)
# Of several reasons to fail the first of these is told: what is most urgent to look at.
WORST = (
    CANCELED,
    INDETERMINATE,
    DEFECT,
    PERSON,
    USAGE,
    REFUSED,
    NO_ANSWER,
    SOME_FAILED,
)


class Shipment:
    """What the jobs of one command told, account after account."""

    def __init__(self, *, as_json: bool, report: Path | None = None, actor: str | None = None):
        self.outcomes: list[Outcome] = []
        self.interrupted = False
        self._as_json = as_json
        self._report = report
        self._actor = actor
        self._codes: list[int] = []
        self._lock = threading.Lock()
        #: Ends the jobs under way, by thread; `end_all` ends those that are begun later too.
        self._under_way: dict[object, Callable[[], None]] = {}

    @contextlib.contextmanager
    def under_way(self, job: FulfillmentRun | OrderPull) -> Iterator[None]:
        """Ctrl-C reaches a job that runs on another thread than the main one."""
        with self._lock:
            self._under_way[job] = job.cancel
            interrupted = self.interrupted
        if interrupted:
            job.cancel()
        try:
            yield
        finally:
            with self._lock:
                del self._under_way[job]

    def end_all(self) -> None:
        """Ends every job under way; each tells the outcome of every item first."""
        self.interrupted = True
        for cancel in list(self._under_way.values()):
            cancel()

    def events(self, run: FulfillmentRun) -> Iterator[object]:
        """The events of a job. One that was interrupted ends after the outcome of every item."""
        with self.under_way(run):
            yield from self._events(run)

    def _events(self, run: FulfillmentRun) -> Iterator[object]:
        ends: list[int] = []
        try:
            yield from events_of(run, ends)
        finally:
            self.interrupted = self.interrupted or bool(ends)

    def tell(self, outcomes: Iterable[Outcome]) -> None:
        """Adds outcomes; with --json each is a line."""
        for outcome in outcomes:
            with self._lock:
                self.outcomes.append(outcome)
                if self._as_json:
                    typer.echo(outcome.to_json())

    def look_at(self, text: str) -> None:
        """Warns of something that somebody has to look at."""
        warn(text)
        self._codes.append(SOME_FAILED)

    def fail(self, name: str, error: Exception, *, person: bool = False) -> None:
        """Notes what ended the work of an account, in one line; the only one has no name."""
        warn(f"{name}: {error}" if name else str(error))
        if isinstance(error, lazcore.IndeterminateError):
            warn("look at the state before sending it again")
        known = code_of(error) if isinstance(error, lazcore.LazadaError) else USAGE
        self._codes.append(PERSON if person else known)

    def end(self, ranks: dict[str, int]) -> None:
        """Prints the summary, writes the report and ends the command.

        Accounts that were shipped at once are told one after the other.
        """
        self.outcomes.sort(key=lambda outcome: ranks.get(outcome.account, 0))
        # Where nothing came, an error says so, and an earlier report is worth more than none.
        told = bool(self.outcomes) or not self._codes
        if told and not self._as_json:
            show(Console(), self.outcomes)
        if self.interrupted:
            warn("interrupted")
        if told and self._report is not None:
            try:
                write_report(self._report, self.outcomes, self._actor)
            except OSError as error:
                self.fail("report", error)
        raise typer.Exit(self.code)

    @property
    def code(self) -> int:
        """The exit code: the worst of all."""
        codes = {*self._codes, *map(_code, self.outcomes)}
        if self.interrupted:
            codes.add(CANCELED)
        return next((code for code in WORST if code in codes), OK)


def _code(outcome: Outcome) -> int:
    if outcome.state == "done":
        return OK
    return INDETERMINATE if outcome.state == "indeterminate" else SOME_FAILED


def events_of(run: FulfillmentRun, ends: list[int]) -> Iterator[object]:
    """The events of a job. Ctrl-C ends it, is noted in `ends`, and loses no outcome.

    An exception of the signal could come between an outcome and its note. A second Ctrl-C raises
    it all the same, for those who do not want to wait.
    """
    with _ctrl_c(run.cancel, ends):
        try:
            for event in run:
                if isinstance(event, Notice):
                    warn(f"{event.code}: {event.message}")
                yield event
        except lazcore.CanceledError:
            if not ends:
                raise


@contextlib.contextmanager
def _ctrl_c(cancel: Callable[[], None], ends: list[int]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def end(number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        ends.append(number)
        cancel()

    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def ending(end_all: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C ends the jobs of all threads, a second one the process: journals stand that."""

    def second(_number: int, _frame: object) -> None:
        # Threads that wait for an answer would keep the interpreter from its end.
        warn("interrupted")
        os._exit(CANCELED)

    def first(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, second)
        end_all()

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def write_report(path: Path, outcomes: list[Outcome], actor: str | None) -> None:
    """As `FulfillmentRun.report`, of all accounts."""
    from lazcore import report

    report.write(path, outcomes, actor)


def show(console: Console, outcomes: list[Outcome]) -> None:
    """The summary for people."""
    console.print(states_table(outcomes))
    left = [outcome for outcome in outcomes if outcome.state != "done"]
    if left:
        several = len({outcome.account for outcome in outcomes}) > 1
        console.print(reasons(left, accounts=several, request_ids=True))


def states_table(outcomes: list[Outcome]) -> Table:
    """How many items came to which end."""
    states = Counter(outcome.state for outcome in outcomes)
    table = Table("what became of the items", "count", title="Outcome")
    for state in STATES:
        if states[state]:
            table.add_row(state.replace("_", " "), str(states[state]))
    table.add_section()
    orders = len({(outcome.account, outcome.order_id) for outcome in outcomes})
    table.add_row(f"items of {orders} orders", str(len(outcomes)))
    return table


def reasons(outcomes: list[Outcome], *, accounts: bool = False, request_ids: bool = False) -> Table:
    """The items that did not get there, each with its reason."""
    table = Table(title="Not shipped", show_lines=False)
    names = [*(["account"] if accounts else []), "order", "item or package", "state", "code"]
    for name in names:
        table.add_column(name, no_wrap=True)
    table.add_column("reason", overflow="fold")
    if request_ids:
        table.add_column("request id", overflow="fold")
    for one in outcomes:
        row: list[Optional[str]] = [
            *([one.account] if accounts else []),
            one.order_id,
            one.order_item_id or one.package_id,
            one.state.replace("_", " "),
            one.code,
            one.message,
            *([one.request_id] if request_ids else []),
        ]
        # As text: a message of the platform is no markup.
        table.add_row(*(Text(cell or "") for cell in row))
    return table


def warn(text: str) -> None:
    """A line for a person."""
    print(f"lazcore: {text}", file=sys.stderr)

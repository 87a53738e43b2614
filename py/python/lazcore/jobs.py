"""Jobs of many calls, as iterators.

A job does its calls while it is iterated; between two events no request begins (of an
order pull, up to eight reads that were under way come to their end). Ctrl-C and `cancel()` end it.
"""

from __future__ import annotations

from lazcore._native import BadRow, Done, Notice, Outcome, Progress, PulledOrder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import Union

    from lazcore._native import Job
    from lazcore.frames import Frames

    PullEvent = Union[Progress, PulledOrder, BadRow, Notice, Done]
    FulfillmentEvent = Union[Progress, Outcome, Notice, Done]

__all__ = ["FulfillmentResult", "FulfillmentRun", "OrderPull"]


class OrderPull:
    """The orders of a window or a sync, with items if asked for, `account` and `evidence`.

    Iterate it for the orders, or `events()` for everything it tells. Both take from one source.
    As a context manager it is closed at the end.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._bad_rows: list[BadRow] = []
        self._summary: Done | None = None

    def __iter__(self) -> Iterator[PulledOrder]:
        return self

    def __next__(self) -> PulledOrder:
        while (event := self._next()) is not None:
            if isinstance(event, PulledOrder):
                return event
        raise StopIteration

    def events(self) -> Iterator[PullEvent]:
        """Progress, orders, bad rows and notices, and at the end the summary."""
        while (event := self._next()) is not None:
            yield event

    def pages(self, size: int = 100) -> Iterator[list[PulledOrder]]:
        """The orders in lists of 1 to `size`, as they come: for writing them in batches.

        `cursor` counts a list once it is handed out: keep it with the list before.
        """
        while events := self._next_some(size):
            if orders := [event for event in events if isinstance(event, PulledOrder)]:
                yield orders

    def to_pandas(self, *, floats: bool = False) -> Frames:
        """Runs the pull to its end: `orders` and `items` as tables of pandas.

        Needs the extra: `pip install 'lazcore[pandas]'`. Amounts are exact `Decimal`, times are
        aware, ids are texts; columns as in `docs/outputs.md`. All orders are in memory at once.

        Args:
            floats: Amounts as floats, for statistics and plots.

        Raises:
            ImportError: pandas is not installed. Nothing was sent.
        """
        from lazcore.frames import check_pandas, frames

        check_pandas()
        return frames(self, floats=floats)

    def _next(self) -> PullEvent | None:
        event = self._job.next_event()
        if event is not None:
            self._note(event)
        return event  # type: ignore[return-value]

    def _next_some(self, limit: int) -> list[PullEvent]:
        events = self._job.next_events(limit)
        for event in events:
            self._note(event)
        return events  # type: ignore[return-value]

    def _note(self, event: object) -> None:
        if isinstance(event, BadRow):
            self._bad_rows.append(event)
        elif isinstance(event, Done):
            self._summary = event

    def cancel(self) -> None:
        """Ends the pull, from any thread: its iteration then raises CanceledError."""
        self._job.cancel()

    def close(self) -> None:
        """Ends the pull where it stands and frees what it holds, such as the file of its state.

        The cursor can still be read. Closing twice, or at the end, does no harm.
        """
        self._job.close()

    def __enter__(self) -> OrderPull:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def cursor(self) -> str | None:
        """How far the pull has come: a text to give to a later pull, or sync.

        It counts every order that was handed out: keep it once those orders are kept. Take it once
        a batch rather than once an order. None before the first answer.
        """
        return self._job.cursor()

    @property
    def bad_rows(self) -> list[BadRow]:
        """The rows so far that have no id, as they came."""
        return self._bad_rows

    @property
    def summary(self) -> Done | None:
        """What was counted, once the pull has ended."""
        return self._summary


class FulfillmentResult:
    """What became of every item of a run, in the order given. A sequence of outcomes."""

    def __init__(self, outcomes: list[Outcome], summary: Done | None) -> None:
        #: One per item.
        self.outcomes = outcomes
        #: What was counted.
        self.summary = summary

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def __getitem__(self, index: int) -> Outcome:
        return self.outcomes[index]

    # A sequence that may still grow, so it has no hash, as a list has none.
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._told() == other._told()

    def _told(self) -> tuple[object, ...]:
        return (self.outcomes, self.summary)

    def __repr__(self) -> str:
        ok, failed, skipped = len(self.ok), len(self.failed), len(self.skipped)
        return f"<FulfillmentResult {ok} ok, {failed} failed, {skipped} skipped>"

    def _of(self, state: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.state == state]

    @property
    def ok(self) -> list[Outcome]:
        """Items that are where they should be: state `done`."""
        return self._of("done")

    @property
    def failed(self) -> list[Outcome]:
        """Items that did not get there although they should, the indeterminate ones included."""
        return [outcome for outcome in self.outcomes if outcome.state not in ("done", "left_out")]

    @property
    def skipped(self) -> list[Outcome]:
        """Items that are not for this job, state `left_out`; the message says why."""
        return self._of("left_out")

    @property
    def indeterminate(self) -> list[Outcome]:
        """Items of which nobody knows whether a write was executed: look before trying again."""
        return self._of("indeterminate")

    def report(self, path: str | os.PathLike[str], *, actor: str | None = None) -> None:
        """Writes what happened to every item, as CSV or JSON by the ending of the name.

        A row holds account, order, item, state, step, reason, time, package, tracking number,
        carrier, label file and page, request ids and actor. The file is private and written whole.

        Args:
            path: Ends in .csv or .json. In CSV an id, or what a spreadsheet would run as a formula,
                begins with an apostrophe.
            actor: Who is to be named where the outcome names nobody.
        """
        # Imported here: whoever writes none shall not wait for it.
        from lazcore import report

        report.write(path, self.outcomes, actor)


class FulfillmentRun:
    """Items on their way to the carrier.

    Iterate it for its events, or ask for `result()` or one of its parts, such as `failed`: they run
    the job to its end first.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._outcomes: list[Outcome] = []
        self._summary: Done | None = None

    def __iter__(self) -> Iterator[FulfillmentEvent]:
        return self

    def __next__(self) -> FulfillmentEvent:
        event = self._next()
        if event is None:
            raise StopIteration
        return event

    def _next(self) -> FulfillmentEvent | None:
        event = self._job.next_event()
        if isinstance(event, Outcome):
            self._outcomes.append(event)
        elif isinstance(event, Done):
            self._summary = event
        return event  # type: ignore[return-value]

    def result(self) -> FulfillmentResult:
        """Runs the job to its end, and tells what became of every item."""
        for _ in self:
            pass
        return FulfillmentResult(self._outcomes, self._summary)

    def cancel(self) -> None:
        """Ends the run, from any thread. The outcome of every item is still told."""
        self._job.cancel()

    def report(self, path: str | os.PathLike[str], *, actor: str | None = None) -> None:
        """Runs the job to its end and writes what happened: see `FulfillmentResult.report`."""
        self.result().report(path, actor=actor)

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of every item, in the order given."""
        return self.result().outcomes

    @property
    def ok(self) -> list[Outcome]:
        """Items that are where they should be: state `done`."""
        return self.result().ok

    @property
    def failed(self) -> list[Outcome]:
        """Items that did not get there although they should, the indeterminate ones included."""
        return self.result().failed

    @property
    def skipped(self) -> list[Outcome]:
        """Items that are not for this job, state `left_out`; the message says why."""
        return self.result().skipped

    @property
    def indeterminate(self) -> list[Outcome]:
        """Items of which nobody knows whether a write was executed: look before trying again."""
        return self.result().indeterminate

    @property
    def summary(self) -> Done | None:
        """What was counted, once the run has ended."""
        return self._summary

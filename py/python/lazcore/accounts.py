"""Several accounts shipped at once: each on a thread of its own, none held up by another."""

from __future__ import annotations

import os

from lazcore._native import Done, Outcome
from lazcore.errors import LazadaError, from_kind
from lazcore.jobs import FulfillmentResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from queue import Queue
    from threading import Thread
    from typing import Any, Callable, Union

    from lazcore.client import Client
    from lazcore.jobs import FulfillmentEvent, FulfillmentRun
    from lazcore.journal import Journal

    JournalOf = Callable[[str], Union[str, os.PathLike[str], Journal]]

__all__ = ["AccountResult", "AccountsRun", "fulfill_accounts"]

#: Seconds between two looks for Ctrl-C, where a wait of the interpreter cannot be interrupted.
LOOK = 0.2


class AccountResult(FulfillmentResult):
    """What became of the items of one account, and what ended its run, if anything did."""

    def __init__(self, account: str) -> None:
        super().__init__([], None)
        self.account = account
        #: What ended the run early; None when it came to its end.
        self.error: LazadaError | OSError | None = None

    def _note(self, event: FulfillmentEvent) -> None:
        if isinstance(event, Outcome):
            self.outcomes.append(event)
        elif isinstance(event, Done):
            self.summary = event

    def _told(self) -> tuple[object, ...]:
        # Exceptions are equal to themselves alone, and a copy has a copy.
        error = self.error
        why = error and (type(error), error.args, vars(error))
        return (*super()._told(), self.account, why)


def fulfill_accounts(
    shipments: Iterable[tuple[Client, Iterable[Any]]],
    *,
    at_once: int = 8,
    journal: str | os.PathLike[str] | JournalOf | None = None,
    labels: str | os.PathLike[str] | None = None,
    **options: Any,
) -> AccountsRun:
    """Ships the orders of several accounts at once, as `client.fulfillment.run` ships those of one.

    An account that fails, or whose calls stall or are limited, does not hold up the others: each
    has a thread, and its own pace beneath that of the app. Nothing is sent before the run is
    iterated or its results are asked for.

    Args:
        shipments: Pairs of a client and its orders, each account once.
        at_once: How many accounts are shipped at a time; the others follow as these end.
        journal: A folder, where each account has a file named after it, or a function that gives
            the journal of an account. Without one a later process does not know what was sent.
        labels: A folder, in which each account has one of its own.
        options: The others of `client.fulfillment.run`.
    """
    pairs = [(client, orders) for client, orders in shipments]
    check([client.account for client, _ in pairs], at_once)
    return AccountsRun(pairs, at_once, Beginning(journal, labels, options))


def check(accounts: list[str], at_once: int) -> None:
    """Refuses what cannot be meant, before anything is sent."""
    if at_once < 1:
        raise _refused("at_once", "expected at least 1")
    for account in accounts:
        if accounts.count(account) > 1:
            raise _refused("shipments", f"{account} is given twice: expected each once")


def _refused(field: str, problem: str) -> LazadaError:
    text = f"{field}: {problem}"
    return from_kind("input", text, text, field=field)


class Beginning:
    """Begins the run of each account, with a journal and a folder for labels of its own.

    Runs are begun by several threads; `cancel` comes from any, and reaches those too that begin
    later.
    """

    def __init__(
        self,
        journal: str | os.PathLike[str] | JournalOf | None,
        labels: str | os.PathLike[str] | None,
        options: dict[str, Any],
    ) -> None:
        self._journal, self._labels, self._options = journal, labels, options
        self._runs: list[FulfillmentRun] = []
        self._canceled = False

    def run(self, client: Client, orders: Iterable[Any]) -> FulfillmentRun:
        """The run of an account. Its journal is opened here, which may wait for a disk."""
        account = client.account
        run = client.fulfillment.run(
            orders, journal=self._journal_of(account), labels=self._labels_of(account),
            **self._options,
        )  # fmt: skip
        self._runs.append(run)
        if self._canceled:
            run.cancel()
        return run

    def cancel(self) -> None:
        """Ends all runs. Each tells the outcome of every item."""
        self._canceled = True
        for run in list(self._runs):
            run.cancel()

    def _journal_of(self, account: str) -> Any:
        if self._journal is None or callable(self._journal):
            return self._journal and self._journal(account)
        return os.path.join(_folder(self._journal), f"{account}.journal")

    def _labels_of(self, account: str) -> str | None:
        return None if self._labels is None else os.path.join(self._labels, account)


class AccountsRun:
    """Several accounts on their way. Iterate it for pairs of account and event, as they come.

    `results` runs them to their end first. Leaving the loop early cancels the runs, and waits until
    the outcome of every item is known.
    """

    def __init__(
        self,
        shipments: list[tuple[Client, Iterable[Any]]],
        at_once: int,
        beginning: Beginning,
    ) -> None:
        self._waiting = shipments[::-1]
        self._at_once = at_once
        self._beginning = beginning
        self._results = {client.account: AccountResult(client.account) for client, _ in shipments}
        self._events: Iterator[tuple[str, FulfillmentEvent]] | None = None

    def __iter__(self) -> Iterator[tuple[str, FulfillmentEvent]]:
        if self._events is None:
            self._events = self._ship()
        return self._events

    @property
    def results(self) -> dict[str, AccountResult]:
        """What became of every account, in the order given, once all have come to their end."""
        for _ in self:
            pass
        return self._results

    def cancel(self) -> None:
        """Ends all runs, from any thread. The outcome of every item is still told."""
        self._beginning.cancel()

    def _ship(self) -> Iterator[tuple[str, FulfillmentEvent]]:
        from queue import Empty, SimpleQueue
        from threading import Thread

        told: Any = SimpleQueue()
        count = min(self._at_once, len(self._waiting))
        threads = [Thread(target=self._work, args=(told,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        open_threads = count
        try:
            while open_threads:
                try:
                    event = told.get(timeout=LOOK)
                except Empty:
                    continue
                if event is None:
                    open_threads -= 1
                elif isinstance(event, BaseException):
                    raise event
                else:
                    yield event
        except BaseException:
            self.cancel()
            raise
        finally:
            _join(threads)

    def _work(self, told: Queue[Any]) -> None:
        try:
            while True:
                try:
                    client, orders = self._waiting.pop()
                except IndexError:
                    return
                self._one(client, orders, told)
        except BaseException as error:
            # A mistake of the caller, such as an option that there is none of.
            told.put(error)
        finally:
            told.put(None)

    def _one(self, client: Client, orders: Iterable[Any], told: Queue[Any]) -> None:
        result = self._results[client.account]
        try:
            for event in self._beginning.run(client, orders):
                result._note(event)
                told.put((client.account, event))
        except (LazadaError, OSError) as error:
            result.error = error


def _folder(path: str | os.PathLike[str]) -> str:
    """Made for its owner alone, if it does not exist."""
    os.makedirs(path, mode=0o700, exist_ok=True)
    return os.fspath(path)


def _join(threads: list[Thread]) -> None:
    for thread in threads:
        while thread.is_alive():
            thread.join(LOOK)

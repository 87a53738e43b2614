"""Several accounts shipped at once, from an event loop."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

from lazcore.accounts import AccountResult, Beginning, check
from lazcore.aio.jobs import FulfillmentRun
from lazcore.errors import LazadaError

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Iterable

    from lazcore.accounts import JournalOf
    from lazcore.aio.client import Client
    from lazcore.jobs import FulfillmentEvent

__all__ = ["AccountsRun", "fulfill_accounts"]


def fulfill_accounts(
    shipments: Iterable[tuple[Client, Iterable[Any]]],
    *,
    at_once: int = 8,
    journal: str | os.PathLike[str] | JournalOf | None = None,
    labels: str | os.PathLike[str] | None = None,
    **options: Any,
) -> AccountsRun:
    """Ships the orders of several accounts at once: see `lazcore.fulfill_accounts`.

    Nothing is sent before the run is iterated or its results are awaited.

    Args:
        shipments: Pairs of a client of `lazcore.aio` and its orders, each account once.
        at_once: How many accounts are shipped at a time; the others follow as these end.
        journal: A folder, where each account has a file named after it, or a function that gives
            the journal of an account; it is called on a thread of the account's client.
        labels: A folder, in which each account has one of its own.
        options: The others of `client.fulfillment.run`.
    """
    pairs = [(client, orders) for client, orders in shipments]
    check([client.account for client, _ in pairs], at_once)
    return AccountsRun(pairs, at_once, Beginning(journal, labels, options))


class AccountsRun:
    """Several accounts on their way. Iterate it for pairs of account and event, as they come.

    Or await its `results()`. Whoever takes events slowly slows the accounts down. A task that is
    canceled while it waits ends all runs; `results()` then still tells the outcome of every item.
    `async with` cancels them at the end of its block, and waits until these are known.
    """

    def __init__(
        self, shipments: list[tuple[Client, Iterable[Any]]], at_once: int, beginning: Beginning
    ) -> None:
        self._waiting = shipments[::-1]
        self._open = min(at_once, len(shipments))
        self._beginning = beginning
        self._results = {client.account: AccountResult(client.account) for client, _ in shipments}
        self._under_way = False
        # Of the loop that takes the first step. Tasks that nobody refers to may vanish.
        self._told: asyncio.Queue[Any] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def __aiter__(self) -> AsyncIterator[tuple[str, FulfillmentEvent]]:
        return self

    async def __anext__(self) -> tuple[str, FulfillmentEvent]:
        if self._under_way:
            raise RuntimeError("another task waits for this run: one at a time")
        self._under_way = True
        try:
            return await self._step()
        except asyncio.CancelledError:
            self.cancel()
            raise
        finally:
            self._under_way = False

    async def _step(self) -> tuple[str, FulfillmentEvent]:
        if self._told is None:
            # Of one place: an account goes on when its event is taken.
            self._told = asyncio.Queue(1)
            self._tasks = [asyncio.ensure_future(self._work(self._told)) for _ in range(self._open)]
        mistake: Exception | None = None
        while self._open:
            event = await self._told.get()
            if isinstance(event, tuple):
                if mistake is None:
                    return event
            else:
                self._open -= 1
                if event is not None:
                    # As when a loop is left: the others come to their end first.
                    mistake = mistake or event
                    self.cancel()
        if mistake is not None:
            raise mistake
        raise StopAsyncIteration

    async def results(self) -> dict[str, AccountResult]:
        """What became of every account, in the order given, once all have come to their end."""
        async for _ in self:
            pass
        return self._results

    def cancel(self) -> None:
        """Ends all runs. The outcome of every item is still told."""
        self._beginning.cancel()

    async def __aenter__(self) -> AccountsRun:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.cancel()
        if self._told is not None:
            await self.results()

    async def _work(self, told: asyncio.Queue[Any]) -> None:
        mistake = None
        try:
            while self._waiting:
                await self._one(*self._waiting.pop(), told)
        except Exception as error:
            # Of the caller, such as an option that there is none of.
            mistake = error
        await told.put(mistake)

    async def _one(self, client: Client, orders: Iterable[Any], told: asyncio.Queue[Any]) -> None:
        result = self._results[client.account]
        begin = functools.partial(self._beginning.run, client.client, orders)
        try:
            async for event in FulfillmentRun(client._threads, begin):
                result._note(event)
                await told.put((client.account, event))
        except (LazadaError, OSError) as error:
            result.error = error

"""Jobs of many calls, as asynchronous iterators.

A job begins with its first step, and works only while a step is awaited: whoever takes events
slowly slows it down. An event that is there is handed out without a change of thread. A canceled
step ends the job; nothing it brought is lost, as the next steps tell what is there before the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import lazcore
from lazcore._native import Canceler, PulledOrder

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Callable

    from lazcore._native import BadRow, Done
    from lazcore.aio.threads import Threads
    from lazcore.frames import Frames
    from lazcore.jobs import FulfillmentEvent, PullEvent

__all__ = ["FulfillmentRun", "OrderPull"]

Job = TypeVar("Job", bound="lazcore.OrderPull | lazcore.FulfillmentRun")


class _Steps(Generic[Job]):
    """A job of `lazcore`, step by step."""

    def __init__(self, threads: Threads, begin: Callable[[], Job]) -> None:
        self._threads = threads
        self._begin = begin
        self._canceler = Canceler()
        self._under_way = False
        self._job: Job | None = None

    async def _step(self, take: Callable[[Job], Any]) -> Any:
        """What `take` takes of the job, at once if an event is there."""
        if self._under_way:
            raise RuntimeError("another task waits for this job: one at a time")
        self._under_way = True
        try:
            job = self._job
            if job is None:
                # Reads files, and may wait for a disk.
                job = self._job = await self._threads.run(self._begin, self._canceler)
            native = job._job
            if native.ready() or await self._threads.run(native.wait, self._canceler):
                return take(job)
            # The end of a sync saves its state.
            begun: Job = job
            return await self._threads.run(lambda: take(begun), self._canceler)
        finally:
            self._under_way = False

    def cancel(self) -> None:
        """Ends the job: the step that is awaited, or the next one, tells so."""
        self._canceler.cancel()

    def _end(self) -> None:
        if self._job is not None:
            self._job._job.close()


class OrderPull(_Steps["lazcore.OrderPull"]):
    """The orders of a window or a sync: see `lazcore.OrderPull`.

    Iterate it for the orders, `pages()` for lists of them, or `events()` for everything it tells;
    all take from one source. A task that is canceled while it waits ends the pull, and `cursor`
    goes on where it stood. As a context manager it is closed at the end.
    """

    def __aiter__(self) -> AsyncIterator[PulledOrder]:
        return self

    async def __anext__(self) -> PulledOrder:
        while (event := await self._step(lazcore.OrderPull._next)) is not None:
            if isinstance(event, PulledOrder):
                return event
        raise StopAsyncIteration

    async def events(self) -> AsyncIterator[PullEvent]:
        """Progress, orders, bad rows and notices, and at the end the summary."""
        while (event := await self._step(lazcore.OrderPull._next)) is not None:
            yield event

    async def pages(self, size: int = 100) -> AsyncIterator[list[PulledOrder]]:
        """The orders in lists of 1 to `size`, as they come: see `lazcore.OrderPull.pages`."""
        while events := await self._step(lambda job: job._next_some(size)):
            if orders := [event for event in events if isinstance(event, PulledOrder)]:
                yield orders

    async def to_pandas(self, *, floats: bool = False) -> Frames:
        """Runs the pull to its end: tables of pandas, see `lazcore.OrderPull.to_pandas`."""
        from lazcore.frames import check_pandas, frames

        await self._threads.run(check_pandas)
        orders = [order async for order in self]
        return await self._threads.run(lambda: frames(orders, floats=floats))

    async def close(self) -> None:
        """Ends the pull where it stands and frees what it holds, such as the file of its state."""
        await self._threads.run(self._end)

    async def __aenter__(self) -> OrderPull:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    @property
    def cursor(self) -> str | None:
        """How far the pull has come: see `lazcore.OrderPull.cursor`. None before the first step."""
        return None if self._job is None else self._job.cursor

    @property
    def bad_rows(self) -> list[BadRow]:
        """The rows so far that have no id, as they came."""
        return [] if self._job is None else self._job.bad_rows

    @property
    def summary(self) -> Done | None:
        """What was counted, once the pull has ended."""
        return None if self._job is None else self._job.summary


class FulfillmentRun(_Steps["lazcore.FulfillmentRun"]):
    """Items on their way to the carrier: see `lazcore.FulfillmentRun`.

    Iterate it for its events, or await its `result()`. A task that is canceled while it waits ends
    the run; `result()` then still tells the outcome of every item.
    """

    def __aiter__(self) -> AsyncIterator[FulfillmentEvent]:
        return self

    async def __anext__(self) -> FulfillmentEvent:
        event: FulfillmentEvent | None = await self._step(lazcore.FulfillmentRun._next)
        if event is None:
            raise StopAsyncIteration
        return event

    async def result(self) -> lazcore.FulfillmentResult:
        """Runs the job to its end, and tells what became of every item."""
        async for _ in self:
            pass
        job = self._job
        return lazcore.FulfillmentResult(
            [] if job is None else job._outcomes, None if job is None else job.summary
        )

    async def report(self, path: str | os.PathLike[str], *, actor: str | None = None) -> None:
        """Runs the job to its end and writes what happened: see `FulfillmentResult.report`."""
        result = await self.result()
        await self._threads.run(lambda: result.report(path, actor=actor))

    @property
    def summary(self) -> Done | None:
        """What was counted, once the run has ended."""
        return None if self._job is None else self._job.summary

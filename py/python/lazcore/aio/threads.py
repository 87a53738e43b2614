"""Waits of the core on threads, as awaits."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from lazcore._native import Canceler
from lazcore.errors import CanceledError, from_kind

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Threads"]

T = TypeVar("T")

# The core looks at its flag every 50 ms. What does not answer for so long, such as a look-up of a
# name in the system's resolver, comes to its end alone.
LONGEST_END_S = 2.0


class Threads:
    """Threads of one client, begun when they are needed. They belong to no event loop."""

    def __init__(self, limit: int) -> None:
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            text = f"threads: expected a number from 1, got {limit!r}"
            raise from_kind("config", text, text, field="threads")
        self._limit = limit
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    def _executor(self) -> ThreadPoolExecutor:
        # Threads do not survive a fork.
        if self._pool is None or self._process != os.getpid():
            self._pool = ThreadPoolExecutor(self._limit, thread_name_prefix="lazcore")
            self._process = os.getpid()
        return self._pool

    async def run(self, work: Callable[[], T], canceler: Canceler | None = None) -> T:
        """What `work` returns, from a thread. Canceling the task ends what it waits for.

        What the call came to in spite of that, such as IndeterminateError, is the cause of the
        CancelledError.
        """
        if canceler is None:
            canceler = Canceler()
        begun = self._executor().submit(copy_context().run, canceler.run, work)
        future: asyncio.Future[T] = asyncio.wrap_future(begun)
        try:
            # A bare await would cancel the future and leave the thread to itself.
            await asyncio.wait([future])
        except asyncio.CancelledError as canceled:
            canceler.cancel()
            future.add_done_callback(_heard)
            # Not begun yet: never begun.
            if not begun.cancel():
                await asyncio.wait([future], timeout=LONGEST_END_S)
            error = future.exception() if future.done() and not future.cancelled() else None
            if error is not None and type(error) is not CanceledError:
                canceled.__cause__ = error
            raise
        return future.result()

    def end(self) -> None:
        """Ends the threads that wait for work; those at work end after it."""
        pool, self._pool = self._pool, None
        if pool is not None and self._process == os.getpid():
            pool.shutdown(wait=False)


def _heard(future: asyncio.Future[Any]) -> None:
    """What nobody waits for any more needs no warning."""
    if not future.cancelled():
        future.exception()

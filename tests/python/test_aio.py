"""The asyncio face: the same core, from tasks."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

import lazcore
from lazcore import _native, aio
from lazcore.testing import Sandbox

# A wait that is not ended by the cancel would take this long at least.
STALLED_S = 60.0
# How long a thread that hears nothing is waited for here: after 2 s it may be a crowded machine.
DEAF_S = 40.0
PROMPT_S = 15.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazcore.aio.threads.LONGEST_END_S", DEAF_S)


@pytest.fixture
def face(sandbox: Sandbox) -> aio.Client:
    """A client of the first store."""
    return aio.Client.of(sandbox.client(account="store", deadline=STALLED_S))


def working() -> list[str]:
    """Threads of the core's that are in a call."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("lazcore_")]


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(work())


def canceled(
    work: Callable[[], Coroutine[Any, Any, Any]], begun: Callable[[], Any]
) -> tuple[BaseException, float]:
    """What a task raises that is canceled once `work` has begun, and the seconds to its end."""

    async def main() -> tuple[BaseException, float]:
        task = asyncio.ensure_future(work())
        while not begun():
            assert not task.done()
            await asyncio.sleep(0.01)
        # What comes after it, such as a back-off.
        await asyncio.sleep(0.1)
        assert not task.done()
        start = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        return caught.value, time.monotonic() - start

    error, took = asyncio.run(main())
    return error, took


def arrived(sandbox: Sandbox, path: str, more_than: int) -> bool:
    return len(sandbox.calls(path)) > more_than


def test_every_api_is_a_coroutine(face: aio.Client) -> None:
    for row in _native.apis():
        method = getattr(getattr(face, row["group"]), row["id"])
        assert inspect.iscoroutinefunction(method)
        plain = getattr(getattr(face.client, row["group"]), row["id"])
        assert inspect.signature(method) == inspect.signature(plain)
        assert method.__doc__ == plain.__doc__


def test_calls(sandbox: Sandbox, face: aio.Client) -> None:
    async def main() -> None:
        async with face as client:
            name = (await client.seller.get_seller()).data.name
            assert (await client.call("GetSeller")).data.name == name
            assert (await client.request("GET", "/seller/get")).body
            assert (await client.probe()).is_gateway
            page = await client.orders.get_orders(created_after=sandbox.created_after, limit=7)
            assert len(page.rows) == 7
            with pytest.raises(lazcore.InputError):
                await client.call("GetOrder")
            with pytest.raises(lazcore.ApiError):
                await client.orders.get_order(order_id=1)
            account = await client.resolve_account()
            assert account.key == face.client.resolve_account().key
        assert client.app_key == sandbox.app_key
        assert sandbox.app_secret not in repr(client)

    run(main)


def test_a_closed_client_ends_its_threads_and_can_begin_anew(face: aio.Client) -> None:
    async def main() -> None:
        async with face:
            await face.seller.get_seller()
            assert working()
        assert await gone()
        assert (await face.seller.get_seller()).data.name
        await face.close()
        assert await gone()

    run(main)


async def gone() -> bool:
    """Whether no thread of a client is left, after the moment that its end may take."""
    for _ in range(200):
        if not working():
            return True
        await asyncio.sleep(0.01)
    return False


def test_calls_side_by_side_take_the_time_of_one() -> None:
    with Sandbox(orders=3, latency_ms=1000) as sandbox:

        async def main() -> float:
            async with aio.Client.of(sandbox.client()) as client:
                start = time.monotonic()
                replies = await asyncio.gather(*(client.seller.get_seller() for _ in range(8)))
                assert len({reply.data.name for reply in replies}) == 1
                return time.monotonic() - start

        # One after the other would take 8 s.
        assert asyncio.run(main()) < 7


def test_the_threads_are_bounded_and_the_loop_s_own_are_not_used() -> None:
    with Sandbox(orders=3, latency_ms=100) as sandbox:

        async def main() -> None:
            # A default executor of one thread that is taken: nothing may need it.
            loop = asyncio.get_running_loop()
            free = threading.Event()
            taken = loop.run_in_executor(None, free.wait)
            async with aio.Client.of(sandbox.client(), threads=3) as client:
                calls = [asyncio.ensure_future(client.seller.get_seller()) for _ in range(9)]
                await asyncio.sleep(0.05)
                assert 1 <= len(working()) <= 3
                await asyncio.gather(*calls)
                assert len(working()) <= 3
            free.set()
            await taken

        asyncio.run(main())


def test_the_loop_goes_on_while_calls_wait(sandbox: Sandbox, face: aio.Client) -> None:
    sandbox.misbehave("stall", times=1)

    async def main() -> int:
        task = asyncio.ensure_future(face.seller.get_seller())
        turns = 0
        for _ in range(20):
            await asyncio.sleep(0.01)
            turns += 1
        task.cancel()
        return turns

    assert run(main) == 20


@pytest.mark.parametrize("threads", [0, -1, True, 1.5, "8"])
def test_a_number_of_threads_that_is_none(threads: Any) -> None:
    with pytest.raises(lazcore.ConfigError) as caught:
        aio.Client("key", "secret", "SG", threads=threads)
    assert caught.value.field == "threads"


def test_settings_are_those_of_the_client(sandbox: Sandbox) -> None:
    client = aio.Client(
        sandbox.app_key,
        sandbox.app_secret,
        gateway=sandbox.url,
        access_token=sandbox.access_token,
        allow_plain_http=True,
    )
    assert asyncio.run(client.seller.get_seller()).data.name
    with pytest.raises(lazcore.ConfigError):
        aio.Client("key", "secret", "XX")


def test_several_event_loops_share_a_client(face: aio.Client) -> None:
    names: list[str] = []

    async def main() -> None:
        replies = await asyncio.gather(*(face.seller.get_seller() for _ in range(5)))
        names.extend(reply.data.name for reply in replies)

    threads = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One after the other too.
    run(main)
    assert len(names) == 25
    assert len(set(names)) == 1


# Cancelation


def test_a_canceled_call_ends_in_the_core(sandbox: Sandbox, face: aio.Client) -> None:
    sandbox.misbehave("stall", times=1)
    error, took = canceled(face.seller.get_seller, sandbox.calls)
    assert took < PROMPT_S
    assert error.__cause__ is None
    # The thread is free again, or the next call of a client with one thread would wait.
    assert asyncio.run(face.seller.get_seller()).data.name


def test_a_canceled_call_leaves_its_thread_free(sandbox: Sandbox) -> None:
    face = aio.Client.of(sandbox.client(deadline=STALLED_S), threads=1)
    sandbox.misbehave("stall", times=3)
    for count in range(3):
        begun = functools.partial(arrived, sandbox, "/seller/get", count)
        assert canceled(face.seller.get_seller, begun)[1] < PROMPT_S
    start = time.monotonic()
    asyncio.run(face.seller.get_seller())
    assert time.monotonic() - start < PROMPT_S


def test_a_canceled_back_off_ends(sandbox: Sandbox, face: aio.Client) -> None:
    sandbox.misbehave("throttle", seconds=15)
    assert canceled(face.seller.get_seller, sandbox.calls)[1] < PROMPT_S


def test_a_call_that_waits_for_a_thread_is_never_made(sandbox: Sandbox) -> None:
    face = aio.Client.of(sandbox.client(deadline=STALLED_S), threads=1)
    sandbox.misbehave("stall", times=1)

    async def main() -> None:
        first = asyncio.ensure_future(face.seller.get_seller())
        await asyncio.sleep(0.2)
        second = asyncio.ensure_future(face.orders.get_order(order_id=1))
        await asyncio.sleep(0.05)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert not first.done()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        await face.seller.get_seller()

    run(main)
    assert not sandbox.calls("/order/get")


def test_a_time_limit_ends_the_call(sandbox: Sandbox, face: aio.Client) -> None:
    sandbox.misbehave("stall", times=1)

    async def main() -> float:
        start = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(face.seller.get_seller(), 0.2)
        return time.monotonic() - start

    assert run(main) < 0.2 + PROMPT_S


def test_a_canceled_write_tells_that_it_may_have_been_executed(
    sandbox: Sandbox, face: aio.Client
) -> None:
    sandbox.misbehave("stall", path="/order/package/rts")
    packages = [{"package_id": "FP1"}]
    error, took = canceled(lambda: face.call("ReadyToShip", packages=packages), sandbox.calls)
    assert took < PROMPT_S
    assert isinstance(error.__cause__, lazcore.IndeterminateError)


def test_tasks_that_nobody_awaits_leave_no_warning(
    sandbox: Sandbox, face: aio.Client, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.misbehave("stall", times=1)

    async def main() -> None:
        task = asyncio.ensure_future(face.seller.get_seller())
        await asyncio.sleep(0.1)
        assert not task.done()

    run(main)
    assert not caplog.records


# Jobs


def ids(sandbox: Sandbox) -> list[str]:
    pulled = sandbox.client().orders.pull(created_after=sandbox.created_after)
    return [order.order_id or "" for order in pulled]


def test_a_pull_brings_what_the_plain_one_brings(sandbox: Sandbox, face: aio.Client) -> None:
    expected = ids(sandbox)

    async def main() -> None:
        pull = face.orders.pull(created_after=sandbox.created_after, with_items=True)
        assert (pull.cursor, pull.summary, pull.bad_rows) == (None, None, [])
        orders = [order async for order in pull]
        assert [order.order_id for order in orders] == expected
        assert all(order.items for order in orders)
        assert pull.summary is not None
        assert pull.summary.counts["orders"] == len(expected)
        assert pull.cursor
        again = face.orders.pull(cursor=pull.cursor)
        assert [order async for order in again] == []
        kinds = [
            type(event).__name__
            async for event in face.orders.pull(created_after=sandbox.created_after).events()
        ]
        assert kinds[-1] == "Done"
        assert kinds.count("PulledOrder") == len(expected)

    run(main)


def test_pages_and_their_cursors(sandbox: Sandbox, face: aio.Client) -> None:
    expected = ids(sandbox)

    async def main() -> None:
        pull = face.orders.pull(created_after=sandbox.created_after)
        had: list[str] = []
        async for page in pull.pages(7):
            assert 1 <= len(page) <= 7
            had += [order.order_id or "" for order in page]
            if len(had) > 10:
                break
        rest = face.orders.pull(created_after=sandbox.created_after, cursor=pull.cursor)
        had += [order.order_id or "" async for order in rest]
        assert had == expected

    run(main)


def test_pages_of_the_plain_pull(sandbox: Sandbox) -> None:
    expected = ids(sandbox)
    pull = sandbox.client().orders.pull(created_after=sandbox.created_after)
    pages = list(pull.pages(7))
    assert [order.order_id for page in pages for order in page] == expected
    # Lists are full while orders are there.
    assert len(pages) <= len(expected) // 7 + 2
    assert pull.summary is not None


def test_wrong_options_are_told_at_the_first_step(face: aio.Client) -> None:
    async def main() -> None:
        with pytest.raises(lazcore.InputError):
            await anext_of(face.orders.pull())

    run(main)


async def anext_of(iterator: Any) -> Any:
    return await iterator.__anext__()


def test_a_pull_is_as_slow_as_its_taker() -> None:
    with Sandbox(orders=1500, seed=2) as sandbox:
        face = aio.Client.of(sandbox.client())

        async def main() -> None:
            async with face.orders.pull(created_after=sandbox.created_after) as pull:
                for _ in range(3):
                    await pull.__anext__()
                count = -1
                # What is under way comes to its end.
                while count != (count := len(sandbox.calls("/orders/get"))):
                    await asyncio.sleep(0.3)
                # Nothing is asked for ahead of those who take no orders.
                assert count < 15

        asyncio.run(main())


def test_a_canceled_pull_loses_nothing() -> None:
    with Sandbox(orders=1500, seed=3) as sandbox:
        face = aio.Client.of(sandbox.client(deadline=STALLED_S))
        window: Any = {"created_after": sandbox.created_after, "with_items": True}
        expected = ids(sandbox)
        pull = face.orders.pull(**window)
        had: list[str] = []
        before: list[int] = []

        async def take() -> None:
            async for order in pull:
                had.append(order.order_id or "")
                if not before:
                    # Most items are still to be read, and none of them comes.
                    sandbox.misbehave("stall", path="/orders/items/get", times=100)
                    before.append(len(sandbox.calls("/orders/items/get")))

        _, took = canceled(
            take, lambda: before and arrived(sandbox, "/orders/items/get", before[0])
        )
        assert took < PROMPT_S
        sandbox.behave()
        assert 0 < len(had) < len(expected)

        async def rest() -> None:
            # What had come before is told before the end.
            with pytest.raises(lazcore.CanceledError):
                await take()
            async for order in face.orders.pull(cursor=pull.cursor, **window):
                had.append(order.order_id or "")

        run(rest)
        assert had == expected


def test_cancel_from_another_task(sandbox: Sandbox, face: aio.Client) -> None:
    sandbox.misbehave("stall", path="/orders/get")

    async def main() -> None:
        pull = face.orders.pull(created_after=sandbox.created_after)
        step = asyncio.ensure_future(anext_of(pull))
        await asyncio.sleep(0.2)
        with pytest.raises(RuntimeError, match="one at a time"):
            await pull.__anext__()
        start = time.monotonic()
        pull.cancel()
        with pytest.raises(lazcore.CanceledError):
            await step
        assert time.monotonic() - start < PROMPT_S

    run(main)


def test_a_sync_keeps_its_state(sandbox: Sandbox, face: aio.Client, tmp_path: Path) -> None:
    state = tmp_path / "store.sync"

    async def main() -> None:
        sync = face.orders.sync(since=sandbox.created_after, state=state)
        assert not state.exists()
        first = [order async for order in sync]
        assert len(first) == len(set(ids(sandbox)))
        async with face.orders.sync(state=state) as again:
            assert [order async for order in again] == []

    run(main)


def test_a_run_ships(sandbox: Sandbox, face: aio.Client, tmp_path: Path) -> None:
    async def main() -> None:
        orders = ids(sandbox)[:5]
        run = face.fulfillment.run(orders, labels=tmp_path / "labels")
        stages = [event async for event in run]
        assert type(stages[-1]).__name__ == "Done"
        result = await run.result()
        assert len(result) == len(result.ok) + len(result.failed) + len(result.skipped)
        assert {outcome.order_id for outcome in result} == set(orders)
        assert result.summary is run.summary
        await run.report(tmp_path / "shipped.json")
        assert (tmp_path / "shipped.json").exists()

    run(main)


def test_a_canceled_run_still_tells_every_item() -> None:
    with Sandbox(orders=45, special_orders=False) as sandbox:
        face = aio.Client.of(sandbox.client(deadline=STALLED_S))
        orders = ids(sandbox)
        sandbox.misbehave("stall", path="/order/fulfill/pack", after=1)
        runs = []

        async def work() -> None:
            run = face.fulfillment.run(orders, until="packed")
            runs.append(run)
            await run.result()

        async def main() -> lazcore.FulfillmentResult:
            task = asyncio.ensure_future(work())
            while len(sandbox.calls("/order/fulfill/pack")) < 2:
                await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await runs[0].result()

        result = asyncio.run(main())
        assert {outcome.order_id for outcome in result} == set(orders)
        assert result.indeterminate


@pytest.fixture
def silent_fork() -> Iterator[None]:
    """Python warns of forks in processes with threads; the very thing is tested."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.usefixtures("silent_fork")
def test_a_forked_child_has_threads_of_its_own(face: aio.Client) -> None:
    assert asyncio.run(face.seller.get_seller()).data.name
    child = os.fork()
    if child == 0:
        try:
            ok = bool(asyncio.run(face.seller.get_seller()).data.name)
            os._exit(0 if ok else 3)
        except BaseException:
            os._exit(4)
    assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 0

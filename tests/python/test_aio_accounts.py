"""Several accounts shipped at once, from an event loop."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

import lazcore
from lazcore import aio
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACK = "/order/fulfill/pack"
STORES = 3
# Longer than any machine takes for the others, and never waited for.
HELD_S = 90


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Three stores whose orders can all be shipped."""
    with Sandbox(orders=12, seed=1, stores=STORES, special_orders=False) as sandbox:
        yield sandbox


@pytest.fixture
def shipments(sandbox: Sandbox) -> list[tuple[aio.Client, list[str]]]:
    """Each store's client, which waits long, and its pending orders."""
    pairs = []
    for store, token in enumerate(sandbox.access_tokens):
        client = sandbox.client(
            access_token=token,
            account=f"store-{store}",
            response_timeout=HELD_S,
            total_timeout=HELD_S,
        )
        pull = client.orders.pull(status="pending", created_after=sandbox.created_after)
        ids = [str(order.order_id) for order in pull]
        assert len(ids) == 12
        pairs.append((aio.Client.of(client, threads=2), ids))
    return pairs


def states_of(results: dict[str, lazcore.AccountResult]) -> dict[str, set[str]]:
    return {account: {one.state for one in result} for account, result in results.items()}


def orders_of(results: dict[str, lazcore.AccountResult]) -> list[int]:
    return [len({one.order_id for one in result}) for result in results.values()]


async def until_done(run: aio.AccountsRun, count: int) -> list[str]:
    """The accounts that come to their end first."""
    through: list[str] = []
    async for account, event in run:
        if isinstance(event, lazcore.Done):
            through.append(account)
            if len(through) == count:
                break
    return through


def test_results_journals_and_labels_are_those_of_the_plain_one(
    sandbox: Sandbox, shipments: Any, tmp_path: Path
) -> None:
    async def main() -> dict[str, lazcore.AccountResult]:
        run = aio.fulfill_accounts(
            shipments, at_once=2, journal=tmp_path / "journals", labels=tmp_path / "labels"
        )
        return await run.results()

    results = asyncio.run(main())
    assert list(results) == ["store-0", "store-1", "store-2"]
    assert states_of(results) == {account: {"done"} for account in results}
    for account, result in results.items():
        assert isinstance(result, lazcore.AccountResult)
        assert (result.account, result.error) == (account, None)
        assert result.summary is not None
        assert (tmp_path / "journals" / f"{account}.journal").is_file()
        assert list((tmp_path / "labels" / account).glob("*.pdf"))
    packed = [item["packed"] for store in sandbox.books()["stores"] for item in store["items"]]
    assert set(packed) == {1}


def test_events_come_with_their_account(shipments: Any) -> None:
    async def main() -> None:
        run = aio.fulfill_accounts(shipments)
        told = [(account, event) async for account, event in run]
        results = await run.results()
        for account, result in results.items():
            events = [event for one, event in told if one == account]
            assert isinstance(events[-1], lazcore.Done)
            outcomes = [event for event in events if isinstance(event, lazcore.Outcome)]
            assert outcomes == result.outcomes
        with pytest.raises(StopAsyncIteration):
            await run.__anext__()

    asyncio.run(main())


def test_an_account_that_stalls_does_not_hold_up_the_others(
    sandbox: Sandbox, shipments: Any, tmp_path: Path
) -> None:
    sandbox.misbehave("stall", path=PACK, times=1)

    async def main() -> tuple[list[str], dict[str, lazcore.AccountResult]]:
        async with aio.fulfill_accounts(shipments, journal=tmp_path) as run:
            through = await until_done(run, 2)
        # The block has ended the third one.
        return through, await run.results()

    begun = time.monotonic()
    through, results = asyncio.run(main())
    assert time.monotonic() - begun < HELD_S
    states = states_of(results)
    (stalled,) = set(states) - set(through)
    assert [states[account] for account in through] == [{"done"}] * 2
    assert "indeterminate" in states[stalled]
    assert orders_of(results) == [12] * STORES


def test_a_canceled_task_ends_all_runs_and_every_outcome_is_told(
    sandbox: Sandbox, shipments: Any, tmp_path: Path
) -> None:
    sandbox.misbehave("stall", path=PACK, times=20)

    async def main() -> dict[str, lazcore.AccountResult]:
        run = aio.fulfill_accounts(shipments, at_once=2, journal=tmp_path)
        task = asyncio.ensure_future(run.results())
        while not sandbox.calls(PACK):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await run.results()

    begun = time.monotonic()
    results = asyncio.run(main())
    assert time.monotonic() - begun < HELD_S
    # The third one, which had not begun, sent nothing.
    assert orders_of(results) == [12] * STORES
    assert states_of(results)["store-2"] == {"stopped_before"}
    assert {state for states in states_of(results).values() for state in states} <= {
        "stopped_before",
        "indeterminate",
    }


def test_the_next_account_waits_until_events_are_taken(sandbox: Sandbox, shipments: Any) -> None:
    async def main() -> None:
        before = len(sandbox.calls())
        run = aio.fulfill_accounts(shipments, at_once=1)
        await run.__anext__()
        count = -1
        # What is under way comes to its end.
        while count != (count := len(sandbox.calls())):
            await asyncio.sleep(0.5)
        first = {call["params"]["access_token"] for call in sandbox.calls()[before:]}
        assert first == {sandbox.access_tokens[0]}
        assert states_of(await run.results()) == {f"store-{one}": {"done"} for one in range(STORES)}

    asyncio.run(main())


def test_mistakes_and_errors_are_told_as_by_the_plain_one(sandbox: Sandbox, shipments: Any) -> None:
    client, ids = shipments[0]

    async def main() -> None:
        with pytest.raises(lazcore.InputError, match="given twice"):
            aio.fulfill_accounts([(client, ids), (client, ids)])
        with pytest.raises(lazcore.InputError, match="at least 1"):
            aio.fulfill_accounts(shipments, at_once=0)
        with pytest.raises(TypeError, match="wrong"):
            await aio.fulfill_accounts(shipments, wrong=True).results()
        assert await aio.fulfill_accounts([]).results() == {}
        dead = sandbox.client(access_token="50000dead", account="dead")
        pairs = [(aio.Client.of(dead), ids), (client, ids)]
        results = await aio.fulfill_accounts(pairs).results()
        assert isinstance(results["dead"].error, lazcore.AuthError)
        assert states_of(results) == {"dead": {"stopped_before"}, "store-0": {"done"}}
        run = aio.fulfill_accounts([shipments[1]])
        task = asyncio.ensure_future(run.results())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="one at a time"):
            await run.results()
        assert states_of(await task) == {"store-1": {"done"}}

    asyncio.run(main())

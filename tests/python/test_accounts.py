"""Several accounts shipped at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import lazcore
from lazcore.journal import SqliteJournal
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACK = "/order/fulfill/pack"
# Longer than any machine takes for the others, and never waited for.
HELD_S = 90
STORES = 3


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Three stores whose orders can all be shipped."""
    with Sandbox(orders=12, seed=1, stores=STORES, special_orders=False) as sandbox:
        yield sandbox


def client_of(sandbox: Sandbox, store: int, **settings: float) -> lazcore.Client:
    token = sandbox.access_tokens[store]
    return sandbox.client(access_token=token, account=f"store-{store}", **settings)


def shipments(sandbox: Sandbox, **settings: float) -> list[tuple[lazcore.Client, list[str]]]:
    pairs = []
    for store in range(STORES):
        client = client_of(sandbox, store, **settings)
        pull = client.orders.pull(status="pending", created_after=sandbox.created_after)
        pairs.append((client, [str(order.order_id) for order in pull]))
    return pairs


def cancel_when_through(run: lazcore.AccountsRun, count: int) -> list[str]:
    """The accounts that come to their end first; then the others are canceled."""
    begun, through = time.monotonic(), []
    for account, event in run:
        if isinstance(event, lazcore.Done):
            through.append(account)
            if len(through) == count:
                run.cancel()
    assert time.monotonic() - begun < HELD_S
    return through[:count]


def times_packed(sandbox: Sandbox, store: int) -> set[int]:
    return {item["packed"] for item in sandbox.books()["stores"][store]["items"]}


def test_every_account_has_its_own_results_journal_and_labels(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    run = lazcore.fulfill_accounts(
        shipments(sandbox), journal=tmp_path / "journals", labels=tmp_path / "labels"
    )
    results = run.results
    assert list(results) == ["store-0", "store-1", "store-2"]
    for store, (account, result) in enumerate(results.items()):
        assert (result.account, result.error) == (account, None)
        assert {one.state for one in result} == {"done"}
        assert {one.account for one in result} == {account}
        assert result.summary is not None
        assert times_packed(sandbox, store) == {1}
        assert (tmp_path / "journals" / f"{account}.journal").is_file()
        assert list((tmp_path / "labels" / account).glob("*.pdf"))


def test_an_account_that_stalls_does_not_hold_up_the_others(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    pairs = shipments(sandbox, response_timeout=HELD_S, total_timeout=HELD_S)
    # Whose Pack comes first is stalled; the others are through long before it gives up.
    sandbox.misbehave("stall", path=PACK, times=1)
    run = lazcore.fulfill_accounts(pairs, journal=tmp_path)
    through = cancel_when_through(run, 2)
    states = {account: {one.state for one in result} for account, result in run.results.items()}
    (stalled,) = set(states) - set(through)
    assert [states[account] for account in through] == [{"done"}] * 2
    assert "indeterminate" in states[stalled]
    assert times_packed(sandbox, int(stalled[-1])) == set()


def test_an_account_that_stalled_goes_on(sandbox: Sandbox, tmp_path: Path) -> None:
    pairs = shipments(sandbox, response_timeout=3.0, total_timeout=3.0)
    sandbox.misbehave("stall", path=PACK, times=1)
    results = lazcore.fulfill_accounts(pairs, journal=tmp_path, quarantine_s=1).results
    # The write is read back, proven not to have come, and sent again.
    for result in results.values():
        assert {one.state for one in result} == {"done"}
    assert [times_packed(sandbox, store) for store in range(STORES)] == [{1}] * STORES


def test_one_after_the_other_it_would_be_held_up(sandbox: Sandbox, tmp_path: Path) -> None:
    pairs = shipments(sandbox, response_timeout=3.0, total_timeout=3.0)
    sandbox.misbehave("stall", path=PACK, times=1)
    run = lazcore.fulfill_accounts(pairs, at_once=1, journal=tmp_path, quarantine_s=1)
    ended = [account for account, event in run if isinstance(event, lazcore.Done)]
    assert ended == ["store-0", "store-1", "store-2"]


def test_a_limit_on_one_account_is_not_paid_by_the_others(sandbox: Sandbox, tmp_path: Path) -> None:
    # ApiCallLimit is that of the app on a path, which all of its accounts have to obey.
    limited = (
        '{"code":"SellerCallLimit","type":"ISV","request_id":"r",'
        f'"message":"Seller call limit, this ban will last {HELD_S} seconds"}}'
    )
    sandbox.misbehave("raw", path=PACK, times=1, status=200, body=limited)
    run = lazcore.fulfill_accounts(shipments(sandbox), journal=tmp_path)
    through = cancel_when_through(run, 2)
    states = {account: {one.state for one in result} for account, result in run.results.items()}
    (limited_one,) = set(states) - set(through)
    assert [states[account] for account in through] == [{"done"}] * 2
    assert "done" not in states[limited_one]


def test_an_account_that_fails_does_not_stop_the_others(sandbox: Sandbox, tmp_path: Path) -> None:
    pairs = shipments(sandbox)
    dead = sandbox.client(access_token="50000dead", account="store-1")
    pairs[1] = (dead, pairs[1][1])
    broken = shipments(sandbox)[2]

    def journal(account: str) -> SqliteJournal | str:
        if account == "store-2":
            return str(tmp_path / "missing" / "folder.journal")
        return SqliteJournal(tmp_path / f"{account}.sqlite")

    results = lazcore.fulfill_accounts([*pairs[:2], broken], journal=journal).results
    assert {one.state for one in results["store-0"]} == {"done"}
    assert isinstance(results["store-1"].error, lazcore.AuthError)
    assert {one.state for one in results["store-1"]} == {"stopped_before"}
    assert isinstance(results["store-2"].error, lazcore.IoError)
    assert (tmp_path / "store-0.sqlite").is_file()


def test_leaving_early_tells_every_outcome(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.misbehave("latency", path=PACK, ms=300)
    run = lazcore.fulfill_accounts(shipments(sandbox), journal=tmp_path)
    for _ in run:
        break
    iter(run).close()  # type: ignore[attr-defined]
    for result in run.results.values():
        orders = {one.order_id for one in result}
        assert len(orders) == 12
        assert {one.state for one in result} <= {"stopped_before", "indeterminate", "done"}


def test_what_cannot_be_meant_is_refused(sandbox: Sandbox, client: lazcore.Client) -> None:
    with pytest.raises(lazcore.InputError, match="given twice") as caught:
        lazcore.fulfill_accounts([(client, ["1"]), (client, ["2"])])
    assert caught.value.field == "shipments"
    with pytest.raises(lazcore.InputError, match="at least 1"):
        lazcore.fulfill_accounts([(client, ["1"])], at_once=0)
    with pytest.raises(TypeError, match="wrong"):
        lazcore.fulfill_accounts([(client, ["1"])], wrong=True).results  # noqa: B018
    refused = lazcore.fulfill_accounts([(client, ["x"])]).results["store"]
    assert isinstance(refused.error, lazcore.InputError)

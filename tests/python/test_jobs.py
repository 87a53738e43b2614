"""Order pull and fulfillment."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import lazcore
from lazcore.testing import Sandbox


def test_137_orders_with_items_need_three_item_calls() -> None:
    with Sandbox(orders=137) as sandbox, sandbox.client() as client:
        pull = client.orders.pull(created_after=sandbox.created_after, with_items=True)
        orders = list(pull)
        assert len({order.order_id for order in orders}) == len(orders) == 137
        assert len(sandbox.calls("/orders/items/get")) == 3
        assert pull.summary is not None
        assert pull.summary.counts == {"orders": 137, "bad_rows": 0}
        assert pull.summary.unproven == []
        for order in orders:
            assert order.items
            assert not order.items_unanswered
            assert not order.items_differ
            assert {item.order_id for item in order.items} == {order.order_id}
        # The two batches of the first page are read side by side, beside the second page.
        assert sandbox.connections <= 3


def test_a_short_pull_needs_one_connection() -> None:
    with Sandbox(orders=137) as sandbox, sandbox.client() as client:
        assert len(list(client.orders.pull(created_after=sandbox.created_after))) == 137
        assert sandbox.connections == 1


def test_an_order_comes_with_its_account_and_evidence(
    sandbox: Sandbox, client: lazcore.Client
) -> None:
    order = next(client.orders.pull(created_after=sandbox.created_after))
    assert isinstance(order, lazcore.Record)
    assert (order.account, order.items) == ("store", None)
    assert order.evidence.request_id
    assert order.evidence.api == "/orders/get"
    assert order.evidence.time is not None
    assert isinstance(order.statuses, list)
    event = json.loads(order.to_event_json())
    assert event["order"]["order_id"] == order.order_id


def test_events_tell_progress_and_the_end(sandbox: Sandbox, client: lazcore.Client) -> None:
    pull = client.orders.pull(
        created_after=sandbox.created_after, created_before=sandbox.created_before
    )
    events = list(pull.events())
    kinds = Counter(type(event) for event in events)
    assert kinds == {lazcore.PulledOrder: 30, lazcore.Progress: 1, lazcore.Done: 1}
    progress = next(event for event in events if isinstance(event, lazcore.Progress))
    assert (progress.stage, progress.done, progress.total) == ("orders", 30, 30)
    assert json.loads(progress.to_json())["done"] == 30
    assert list(pull) == []


def test_rows_without_id_are_told(sandbox: Sandbox, client: lazcore.Client) -> None:
    good = '{"order_id":5,"created_at":"2026-10-15 00:00:00 +0800"}'
    orders = f'{{"count":2,"countTotal":2,"orders":[{{"price":"1"}},{good}]}}'
    body = f'{{"code":"0","data":{orders}}}'
    sandbox.misbehave("raw", path="/orders/get", body=body)
    pull = client.orders.pull(created_after=sandbox.created_after)
    assert [order.order_id for order in pull] == ["5"]
    assert [bad.raw_json for bad in pull.bad_rows] == ['{"price":"1"}']
    assert pull.bad_rows[0].account == "store"


def test_a_window_is_checked_before_anything_is_sent(client: lazcore.Client) -> None:
    with pytest.raises(lazcore.InputError) as caught:
        client.orders.pull(created_after="2026-03-01")
    assert caught.value.field == "created_after"
    with pytest.raises(lazcore.InputError):
        client.orders.pull()


def test_a_pull_goes_on_from_a_cursor(sandbox: Sandbox, client: lazcore.Client) -> None:
    window: dict[str, Any] = {
        "created_after": sandbox.created_after,
        "created_before": sandbox.created_before,
    }
    first = client.orders.pull(**window)
    seen = [next(first).order_id for _ in range(10)]
    rest = [order.order_id for order in client.orders.pull(**window, cursor=first.cursor)]
    assert len(rest) == 20
    assert not set(seen) & set(rest)
    with pytest.raises(lazcore.InputError) as caught:
        client.orders.pull(**window, cursor="nonsense")
    assert caught.value.field == "cursor"


def test_a_pull_is_canceled_from_another_thread(sandbox: Sandbox, client: lazcore.Client) -> None:
    sandbox.misbehave("stall", path="/orders/get")
    pull = client.orders.pull(created_after=sandbox.created_after)
    timer = threading.Timer(0.1, pull.cancel)
    timer.start()
    with pytest.raises(lazcore.CanceledError):
        next(pull)
    timer.join()


def test_45_orders_are_three_pack_calls_with_a_verdict_per_item(tmp_path: Path) -> None:
    with Sandbox(orders=45, special_orders=False) as sandbox:
        client = sandbox.client(account="store")
        orders = list(client.orders.pull(created_after=sandbox.created_after, with_items=True))
        labels = tmp_path / "labels"
        run = client.fulfillment.run(orders, labels=labels)
        assert sandbox.calls("/order/fulfill/pack") == []
        wanted = [
            (order.order_id, item.order_item_id) for order in orders for item in order.items or []
        ]
        assert [(one.order_id, one.order_item_id) for one in run.outcomes] == wanted
        assert len(run.ok) == len(wanted)
        assert run.failed == run.skipped == run.indeterminate == []
        for path in ("/order/fulfill/pack", "/order/package/document/get", "/order/package/rts"):
            assert len(sandbox.calls(path)) == 3
        for outcome in run.ok:
            assert outcome.package_id
            assert outcome.tracking_number
            assert outcome.request_id
            assert [step for step, _ in outcome.request_ids][-1] == "ready_to_ship"
        files = {one.label for one in run.ok}
        assert len(files) == 3
        for file in files:
            assert file is not None
            assert Path(file).read_bytes().startswith(b"%PDF")
            assert os.stat(file).st_mode & 0o077 == 0
        packed = Counter(item["packed"] for item in sandbox.books()["stores"][0]["items"])
        assert packed == {1: len(wanted)}
        couriers = Counter(one["couriers"] for one in sandbox.books()["stores"][0]["packages"])
        assert couriers == {1: len(sandbox.books()["stores"][0]["packages"])}
        assert run.summary is not None
        assert run.summary.counts["done"] == len(wanted)


def test_what_is_not_shipped_has_its_reason() -> None:
    with Sandbox(orders=150) as sandbox, sandbox.client() as client:
        ids = [order.order_id for order in client.orders.pull(created_after=sandbox.created_after)]
        run = client.fulfillment.run([str(one) for one in ids])
        assert run.skipped
        assert all(outcome.message for outcome in run.skipped)
        states = {outcome.state for outcome in run.failed}
        assert states == {"refused", "canceled", "packed_elsewhere"}
        refused = [outcome for outcome in run.failed if outcome.state == "refused"]
        assert all(one.code and one.message and one.request_id for one in refused)
        assert len(run.outcomes) == len(run.ok) + len(run.failed) + len(run.skipped)


def test_a_write_whose_answer_is_lost_is_read_back_and_not_repeated(tmp_path: Path) -> None:
    with Sandbox(orders=3, special_orders=False) as sandbox, sandbox.client() as client:
        ids = [order.order_id for order in client.orders.pull(created_after=sandbox.created_after)]
        sandbox.misbehave("drop_after", path="/order/fulfill/pack")
        journal = tmp_path / "store.journal"
        orders = [str(one) for one in ids]
        run = client.fulfillment.run(orders, until="packed", journal=journal, actor="night shift")
        assert {(one.state, one.origin, one.actor) for one in run.outcomes} == {
            ("done", "read_back", "night shift")
        }
        assert all(one.indeterminate is None for one in run.outcomes)
        assert len(sandbox.calls("/order/fulfill/pack")) == 1
        assert os.stat(journal).st_mode & 0o077 == 0
        again = client.fulfillment.run(orders, journal=journal)
        assert {outcome.state for outcome in again.outcomes} == {"done"}
        assert len(sandbox.calls("/order/fulfill/pack")) == 1


def test_a_write_that_no_read_shows_is_reported_when_asked() -> None:
    with Sandbox(orders=2, special_orders=False) as sandbox, sandbox.client() as client:
        ids = [order.order_id for order in client.orders.pull(created_after=sandbox.created_after)]
        sandbox.misbehave("drop_before", path="/order/fulfill/pack")
        orders = [str(one) for one in ids]
        run = client.fulfillment.run(orders, until="packed", unknown="report", quarantine_s=1)
        assert {outcome.state for outcome in run.outcomes} == {"indeterminate"}
        assert run.indeterminate == run.failed == run.outcomes
        doubt = run.outcomes[0].indeterminate
        assert doubt is not None
        assert doubt["kind"] == "pack"
        assert doubt["rows"] == [run.outcomes[0].order_item_id]
        assert len(doubt["tries"]) == 1
        assert doubt["sightings"][-1]["status"] == "pending"
        assert "resolve" in doubt["next_step"]


def test_packages_alone_and_what_is_in_doubt(tmp_path: Path) -> None:
    journal = tmp_path / "store.journal"
    with Sandbox(orders=3, special_orders=False) as sandbox:
        client = sandbox.client(account="store")
        ids = [order.order_id for order in client.orders.pull(created_after=sandbox.created_after)]
        orders = [str(one) for one in ids]
        packed = client.fulfillment.run(orders, until="packed", journal=journal)
        packages = sorted({str(one.package_id) for one in packed.outcomes})
        sandbox.misbehave("drop_after", path="/order/package/rts")
        announced = client.fulfillment.announce(packages, journal=journal, actor="dock")
        assert [(one.package_id, one.state, one.actor) for one in announced.outcomes] == [
            (package, "done", "dock") for package in packages
        ]
        assert len(sandbox.calls("/order/package/rts")) == 1
        assert client.fulfillment.resolve(journal).outcomes == []
        repacked = client.fulfillment.repack(packages, journal=journal)
        assert {one.state for one in repacked.outcomes} == {"left_out"}
        for wrong in ("FP1", [1.5], [{"order_id": "1"}], ["FP1", "FP1"]):
            with pytest.raises(lazcore.InputError):
                client.fulfillment.announce(wrong)  # type: ignore[arg-type]


def test_targets_may_be_ids_numbers_records_or_parts() -> None:
    with Sandbox(orders=4, special_orders=False) as sandbox, sandbox.client() as client:
        orders = list(client.orders.pull(created_after=sandbox.created_after, with_items=True))
        items = orders[3].items
        assert items
        part = {"order_id": orders[3].order_id, "order_item_ids": [items[0].order_item_id]}
        given: list[Any] = [orders[0].order_id, int(orders[1].order_id or 0), orders[2], part]
        run = client.fulfillment.run(given, until="packed")
        assert [order for order, _ in Counter(one.order_id for one in run.ok).items()] == [
            order.order_id for order in orders
        ]
        assert sum(one.order_id == orders[3].order_id for one in run.outcomes) == 1


@pytest.mark.parametrize(
    ("orders", "options", "field"),
    [
        ("12345", {}, "orders"),
        ([1.5], {}, "orders[0]"),
        (["x1"], {}, "order_id"),
        (["1", "1"], {}, "order_id"),
        (["1"], {"until": "delivered"}, "until"),
        (["1"], {"until": "labels"}, "labels"),
        (["1"], {"unknown": "guess"}, "unknown"),
        (["1"], {"quarantine_s": 0}, "quarantine_s"),
        ([{"order": 1}], {}, "orders[0].order_id"),
    ],
)
def test_targets_and_options_are_checked(
    client: lazcore.Client, orders: list[str], options: dict[str, Any], field: str
) -> None:
    with pytest.raises(lazcore.InputError) as caught:
        client.fulfillment.run(orders, **options)
    assert caught.value.field == field


def test_a_canceled_run_tells_every_item() -> None:
    # Eight batches of 20 orders are under way at a time; what comes behind them is not begun.
    with Sandbox(orders=400, special_orders=False) as sandbox, sandbox.client() as client:
        orders = list(client.orders.pull(created_after=sandbox.created_after))
        run = client.fulfillment.run(orders)
        for event in run:
            if isinstance(event, lazcore.Outcome):
                run.cancel()
        states = Counter(outcome.state for outcome in run.outcomes)
        assert set(states) == {"done", "stopped_before"}
        assert run.summary is not None
        assert run.summary.canceled
        assert len(sandbox.calls("/order/fulfill/pack")) < 20

"""What an order costs, of pulled orders. The sums themselves are in the vectors."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import lazcore
from lazcore.testing import Sandbox


@pytest.fixture
def order(sandbox: Sandbox, client: lazcore.Client) -> lazcore.PulledOrder:
    """An order of several items."""
    pull = client.orders.pull(created_after=sandbox.created_after, with_items=True)
    return next(one for one in pull if len(one.items or []) > 1)


def test_the_sandbox_and_the_library_agree() -> None:
    # Two programs that share no code: the headers of one are what the other adds up.
    with Sandbox(orders=120, seed=5) as sandbox, sandbox.client(account="store") as client:
        for one in client.orders.pull(created_after=sandbox.created_after, with_items=True):
            report = lazcore.reconcile(one)
            assert report.agrees, report.to_json()
            assert report.buyer_paid == one.buyer_paid
            assert report.differences == []
            lines = lazcore.by_sku(one.items or [])
            assert sum(line.quantity for line in lines) == len(one.items or [])
            ids = [item_id for line in lines for item_id in line.order_item_ids]
            assert sorted(ids) == sorted(item.order_item_id or "" for item in one.items or [])
            goods = sum((line.paid_total or Decimal(0) for line in lines), Decimal(0))
            assert goods == (one.price or 0) - (one.voucher or 0)


def test_differences_are_told(order: lazcore.PulledOrder) -> None:
    items = order.items or []
    report = lazcore.reconcile(order, items[1:])
    assert not report.agrees
    assert report.order_id == order.order_id
    assert report.currency == items[0].currency
    told = {one.field: one for one in report.differences}
    assert told["items_count"].order == str(len(items))
    assert told["items_count"].items == str(len(items) - 1)
    assert "price" in repr(report)
    assert "price" in repr(told["price"])
    assert json.loads(report.to_json())["differences"][0]["field"] == "price"
    assert "agrees" in repr(lazcore.reconcile(order))


def test_lines_read_like_objects(order: lazcore.PulledOrder) -> None:
    line = lazcore.by_sku(order.items or [])[0]
    assert isinstance(line.paid_price, Decimal)
    assert line.paid_total == line.paid_price * line.quantity
    assert json.loads(line.to_json())["order_item_ids"] == line.order_item_ids
    assert str(line.quantity) in repr(line)
    for name in ("name", "variation", "shop_sku", "currency", "package_id", "voucher_total"):
        assert hasattr(line, name)


def test_what_is_no_order_has_no_price(answer: Callable[..., lazcore.Reply]) -> None:
    seller = answer('{"seller_id":1}', "GetSeller").data
    assert not hasattr(seller, "buyer_paid")
    with pytest.raises(lazcore.DecodeError) as caught:
        _ = answer('{"order_id":1,"price":"1","voucher":0}').data.buyer_paid
    assert caught.value.field == "shipping_fee"


def test_items_must_be_given(sandbox: Sandbox, client: lazcore.Client) -> None:
    bare = next(client.orders.pull(created_after=sandbox.created_after))
    wrong: Any = ["1"]
    for given in (None, wrong):
        with pytest.raises(lazcore.InputError) as caught:
            lazcore.reconcile(bare, given)
        assert str(caught.value.field).startswith("items")
    with pytest.raises(lazcore.InputError):
        lazcore.by_sku(wrong)


def test_a_country_has_a_currency() -> None:
    found = {one: lazcore.currency_of(one) for one in ("SG", "my", "TH", "VN", "PH", "ID")}
    assert list(found.values()) == ["SGD", "MYR", "THB", "VND", "PHP", "IDR"]
    with pytest.raises(lazcore.ConfigError):
        lazcore.currency_of("US")


def test_what_is_collected_for_each_parcel(sandbox: Sandbox, client: lazcore.Client) -> None:
    pull = client.orders.pull(created_after=sandbox.created_after, status="pending")
    client.fulfillment.run(list(pull), until="packed").result()
    pull = client.orders.pull(created_after=sandbox.created_after, with_items=True)
    whole = 0
    for order in pull:
        items = order.items or []
        parcels = lazcore.by_package(order)
        told = {item_id for parcel in parcels for item_id in parcel.order_item_ids}
        packed = {one.order_item_id for one in items if one.package_id and one.status != "canceled"}
        assert told == packed
        fleets = {one.package_id: bool(one.delivery_option_sof) for one in items}
        for parcel in parcels:
            assert parcel.own_fleet == fleets[parcel.package_id]
            assert parcel.cash_on_delivery == (order.payment_method == "COD")
        if len(told) == len(items):
            # All parcels together cost what the order's header says.
            assert sum(parcel.amount or 0 for parcel in parcels) == order.buyer_paid
            whole += 1
    assert whole > 5
    with pytest.raises(lazcore.InputError, match="items"):
        lazcore.by_package(next(iter(client.orders.pull(created_after=sandbox.created_after))))

"""Tables of pandas."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

import lazcore
from lazcore import aio
from lazcore.frames import frames
from lazcore.output import ORDER_ITEMS, ORDERS
from lazcore.testing import Sandbox


def pull(sandbox: Sandbox, **options: Any) -> lazcore.OrderPull:
    return sandbox.client(account="store").orders.pull(
        created_after=sandbox.created_after, **options
    )


def test_orders_and_items(sandbox: Sandbox) -> None:
    pulled = list(pull(sandbox, with_items=True))
    orders, items = pull(sandbox, with_items=True).to_pandas()
    assert list(orders.columns) == [name for name in ORDERS.names if name != "raw_json"]
    assert list(items.columns) == [name for name in ORDER_ITEMS.names if name != "raw_json"]
    assert list(orders["order_id"]) == [order.order_id for order in pulled]
    assert len(items) == sum(len(order.items or []) for order in pulled)
    assert set(orders["account"]) == {"store"}
    # Exact, and a Decimal in every row that has an amount.
    assert [str(one) for one in orders["price"]] == [str(order.price) for order in pulled]
    assert {type(one) for one in orders["price"]} == {Decimal}
    assert sum(orders["price"]) == sum(order.price or 0 for order in pulled)
    assert list(orders["buyer_paid"]) == [order.buyer_paid for order in pulled]
    # Aware, the very instant.
    assert str(orders["created_at_utc"].dt.tz) == "UTC"
    instants = [order.created_at.datetime for order in pulled if order.created_at]
    assert list(orders["created_at_utc"]) == instants
    assert orders["items_count"].dtype == "Int64"
    assert orders["items_differ"].dtype == "boolean"
    joined = items.merge(orders, on=["account", "order_id"])
    assert len(joined) == len(items)


def test_floats_on_request(sandbox: Sandbox) -> None:
    exact = pull(sandbox).to_pandas()
    orders, items = pull(sandbox).to_pandas(floats=True)
    assert orders["price"].dtype == "float64"
    assert list(orders["price"]) == [float(one) for one in exact.orders["price"]]
    # Items that were not read: no row, and the columns all the same.
    assert items.empty
    assert "paid_price" in items.columns


def test_what_is_absent_is_missing_and_not_zero() -> None:
    made = lazcore.read(
        "GetOrders",
        200,
        [],
        '{"code":"0","data":{"count":1,"orders":[{"order_id":1,"price":"1,000.00"}]}}',
    )
    from lazcore._restore import restore

    proof = ("/orders/get", "r", None, None, 0, 1, 200, None)
    state: Any = (("get_orders/data/orders", made.rows[0].raw), 0, [], "store", False, proof)
    order: Any = restore("order", *state)
    row = frames([order]).orders.iloc[0]
    assert pd.isna(row["created_at_utc"])
    assert pd.isna(row["items_count"])
    assert row["price"] is None
    assert row["unreadable"] == "price"
    assert row["order_id"] == "1"
    assert pd.isna(frames([order], floats=True).orders.iloc[0]["price"])


def test_no_orders_at_all() -> None:
    orders, items = frames([])
    assert orders.empty
    assert items.empty
    assert str(orders["created_at_utc"].dt.tz) == "UTC"


def test_the_asyncio_face_has_them_too(sandbox: Sandbox) -> None:
    async def main() -> Any:
        face = aio.Client.of(sandbox.client(account="store"))
        window: Any = {"created_after": sandbox.created_after}
        return await face.orders.pull(with_items=True, **window).to_pandas()

    expected = pull(sandbox, with_items=True).to_pandas()
    found = asyncio.run(main())
    assert list(found.orders["order_id"]) == list(expected.orders["order_id"])
    assert len(found.items) == len(expected.items)


def test_without_pandas_it_says_what_to_install() -> None:
    text = """
import sys
sys.modules["pandas"] = None
from lazcore.testing import Sandbox
with Sandbox(orders=3) as sandbox:
    before = len(sandbox.calls())
    try:
        sandbox.client().orders.pull(created_after=sandbox.created_after).to_pandas()
    except ImportError as error:
        print(error)
    assert len(sandbox.calls()) == before
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "tables need pandas: pip install 'lazcore[pandas]'\n"


@pytest.mark.parametrize("name", ["pandas", "numpy", "asyncio"])
def test_importing_brings_none_of_it(name: str) -> None:
    text = f"import sys, lazcore; print({name!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

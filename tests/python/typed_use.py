"""What an ERP writes, for the type checkers alone: mypy --strict and pyright find nothing in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Optional

from typing_extensions import assert_type

import lazcore
import lazcore.aio
import lazcore.testing
from lazcore.compat.lazop import LazopClient, LazopRequest
from lazcore.records import Order, OrderItem, Seller  # noqa: F401


def nightly(client: lazcore.Client, cursor: str | None) -> tuple[Decimal, str | None]:
    """A pull."""
    total = Decimal(0)
    pull = client.orders.pull(cursor=cursor, update_after="2026-11-01T00:00:00+08:00")
    for order in pull:
        assert_type(order, lazcore.PulledOrder)
        assert_type(order.price, Optional[Decimal])
        assert_type(order.statuses, "list[str]")
        assert_type(order.items, "list[OrderItem] | None")
        total += order.buyer_paid
        created = order.created_at
        if created is not None and created.datetime is not None:
            print(created.datetime.astimezone())
    for page in pull.pages(50):
        assert_type(page, "list[lazcore.PulledOrder]")
    if pull.summary is not None:
        print(pull.summary.counts["orders"], pull.summary.lateness_s)
    return total, pull.cursor


def morning(client: lazcore.Client, ids: list[str], folder: Path) -> list[str]:
    """Fulfillment."""
    result = client.fulfillment.run(ids, labels=folder, journal=folder / "store.journal").result()
    result.report(folder / "report.csv", actor="anna")
    for outcome in result.failed:
        print(outcome.order_item_id, outcome.code, outcome.message, outcome.request_id)
    return [outcome.package_id for outcome in result.ok if outcome.package_id is not None]


def single(client: lazcore.Client) -> str | None:
    """Calls and errors."""
    try:
        reply = client.call("GetSeller")
        seller: Seller = client.seller.get_seller().data
        order: Order = client.orders.get_order(order_id=7).data
    except lazcore.ThrottledError as error:
        assert_type(error.code, Optional[str])
        return error.request_id
    except lazcore.LazadaError as error:
        return error.message if error.retryable else error.executed
    assert_type(reply, lazcore.Reply)
    assert_type(order.shipping_fee, Optional[Decimal])
    return seller.name


async def web(order_ids: list[str]) -> int:
    """The asyncio face."""
    async with lazcore.aio.Client.from_env(threads=8) as client:
        reply = await client.orders.get_multiple_order_items(order_ids=order_ids)
        assert_type(reply, lazcore.Reply)
        count = 0
        async for order in client.orders.pull(created_after="2026-11-01T00:00:00+08:00"):
            assert_type(order.order_id, Optional[str])
            count += 1
        result = await client.fulfillment.run(order_ids).result()
        assert_type(result, lazcore.FulfillmentResult)
        run = lazcore.aio.fulfill_accounts([(client, order_ids)], journal="journals")
        async for account, event in run:
            assert_type(account, str)
            if isinstance(event, lazcore.Notice):
                print(event.code)
        assert_type(await run.results(), "dict[str, lazcore.AccountResult]")
        return count + len(result.ok)


def without_http() -> str:
    """Signing and reading alone."""
    request = lazcore.prepare(
        "GetSeller", app_key="1", app_secret="s", country="SG", access_token="t", now_ms=0
    )
    reply = lazcore.read("GetSeller", 200, {}, b'{"code":"0","data":{}}')
    print(reply.evidence.to_json(), request.headers)
    return lazcore.sign("secret", "/orders/get", {"a": "b"})


def old() -> str:
    """The official SDK's names."""
    client = LazopClient("https://api.lazada.sg/rest", "key", "secret")
    request = LazopRequest("/seller/get", "GET")
    request.add_api_param("a", "b")
    return str(client.execute(request, "token").body)


def tested() -> None:
    """The sandbox."""
    with lazcore.testing.Sandbox(orders=3) as sandbox, sandbox.client() as client:
        sandbox.misbehave("throttle", times=1, seconds=1)
        assert_type(client, lazcore.Client)

"""A page of 100 orders to records, five fields of each read, against `orjson.loads` of the page.

    python tests/bench/python_records.py

Prints the ratio of the times; below 1 lazcore is the faster one.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import orjson

import lazcore
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

# Short stretches: some of them meet a quiet moment of a busy machine.
REPEATS = 200
LOOPS = 3


def page() -> bytes:
    """A page as the gateway sends it."""
    with Sandbox(orders=100) as sandbox, sandbox.client() as client:
        reply = client.orders.get_orders(created_after=sandbox.created_after, limit=100)
    return reply.body.encode()


def records(body: bytes) -> int:
    """Five fields of every order."""
    read = 0
    for order in lazcore.read("GetOrders", 200, [], body).rows:
        fields = (order.order_id, order.price, order.statuses, order.created_at, order.voucher)
        read += len(fields)
    return read


def once(work: Callable[[bytes], Any], body: bytes) -> float:
    """Microseconds of one run, over a few."""
    start = time.perf_counter()
    for _ in range(LOOPS):
        work(body)
    return (time.perf_counter() - start) / LOOPS * 1e6


def main() -> int:
    """Measures and prints."""
    body = page()
    assert records(body) == 500
    # In turns, so that a busy machine slows both.
    times = [(once(records, body), once(orjson.loads, body)) for _ in range(REPEATS)]
    ours, peer = (min(column) for column in zip(*times))
    print(f"{len(body)} bytes: lazcore {ours:.0f} us, orjson.loads alone {peer:.0f} us")
    print(f"ratio {ours / peer:.2f} (target: below 1)")
    return 0 if ours < peer else 1


if __name__ == "__main__":
    sys.exit(main())

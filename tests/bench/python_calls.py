"""Calls a second for a page of 100 orders over loopback, against the official SDK.

python tests/bench/python_calls.py

Both call the same sandbox in turns. The SDK opens a connection per call; lazcore keeps one, which
is counted over 1,500 calls.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 5
LOOPS = 100


def official(sandbox: Sandbox) -> Callable[[], Any]:
    """A call of the SDK. Importing it makes a folder in the home directory."""
    os.environ["HOME"] = tempfile.mkdtemp()
    from lazop_sdk import LazopClient, LazopRequest

    client = LazopClient(sandbox.url, sandbox.app_key, sandbox.app_secret)

    def call() -> Any:
        request = LazopRequest("/orders/get", "GET")
        request.add_api_param("created_after", sandbox.created_after)
        request.add_api_param("limit", "100")
        response = client.execute(request, sandbox.access_token)
        assert response.code == "0", response.message
        return response.body["data"]["orders"]

    return call


def once(call: Callable[[], Any]) -> float:
    """Calls a second, over many."""
    start = time.perf_counter()
    for _ in range(LOOPS):
        assert len(call()) == 100
    return LOOPS / (time.perf_counter() - start)


def main() -> int:
    """Measures and prints."""
    with Sandbox(orders=100) as sandbox:
        theirs = official(sandbox)
        with sandbox.client(rate_per_path=0, rate_per_account=0) as client:

            def ours() -> Any:
                return client.orders.get_orders(created_after=sandbox.created_after, limit=100).rows

            # In turns, so that a busy machine slows both.
            rates = [(once(ours), once(theirs)) for _ in range(REPEATS)]
            here, peer = (max(column) for column in zip(*rates))
            connections = connections_of(sandbox, ours)
    print(f"lazcore {here:.0f} calls a second, official SDK {peer:.0f}")
    print(f"ratio {here / peer:.1f} (target: 8); {connections} connection for 1,500 calls")
    return 0 if here >= 8 * peer and connections == 1 else 1


def connections_of(sandbox: Sandbox, call: Callable[[], Any]) -> int:
    """How many connections 1,500 calls use."""
    before = len(sandbox.calls())
    for _ in range(1500):
        call()
    return len({one["connection"] for one in sandbox.calls()[before:]})


if __name__ == "__main__":
    sys.exit(main())

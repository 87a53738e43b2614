"""Calls and a pull over loopback: lazcore, the official SDK, `http.client` with json and orjson.

python tests/bench/python_peers.py [calls|tls|pull]

Each program runs in a process of its own, so that its peak of memory is its own too; the sandbox
runs in another. The clock starts after a first call, since imports are measured by
`python_import.py`. `calls` reads the page of 100 orders again and again, with five fields of each;
`tls` does so through TLS (the README tells what to build for it); `pull` reads 10,000 orders with
their items. The raw programs sign with `hmac`, keep one connection, and page by offset as the
tutorial does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import resource
import ssl
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from python_pull import RELEASE, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLS = int(os.environ.get("CALLS", "300"))
ORDERS = int(os.environ.get("ORDERS", "10000"))
REPEATS = int(os.environ.get("REPEATS", "3"))
PEERS = ("lazcore", "official SDK", "http.client + json", "http.client + orjson")
#: How many times as fast as the official SDK. The target of a pull is for a gateway far away.
TARGETS = {"calls": 8.0, "tls": 8.0, "pull": 0.0}
HIGHEST_OFFSET = 4500


# The programs: each makes `page(after, before, offset)` and `items(ids)`


def raw(world: dict[str, Any], loads: Callable[[bytes], Any]) -> Callable[..., Any]:
    """A call with nothing but the standard library, over one connection."""
    url = urlsplit(world["url"])
    connection = HTTPConnection(url.netloc)
    if url.scheme == "https":
        connection = HTTPSConnection(
            url.netloc, context=ssl.create_default_context(cafile=world["ca"])
        )

    def call(path: str, **params: str) -> Any:
        params |= {
            "app_key": world["app_key"],
            "access_token": world["access_token"],
            "timestamp": str(int(time.time() * 1000)),
            "sign_method": "sha256",
        }
        text = path + "".join(name + params[name] for name in sorted(params))
        key = world["app_secret"].encode()
        params["sign"] = hmac.new(key, text.encode(), hashlib.sha256).hexdigest().upper()
        connection.request("GET", f"{url.path}{path}?{urlencode(params)}")
        body = loads(connection.getresponse().read())
        assert body["code"] == "0", body
        return body["data"]

    return call


def official(world: dict[str, Any]) -> Callable[..., Any]:
    """A call of the SDK. Importing it makes a folder in the home directory."""
    os.environ["HOME"] = tempfile.mkdtemp()
    if "ca" in world:
        os.environ["REQUESTS_CA_BUNDLE"] = world["ca"]
    from lazop_sdk import LazopClient, LazopRequest

    client = LazopClient(world["url"], world["app_key"], world["app_secret"])

    def call(path: str, **params: str) -> Any:
        request = LazopRequest(path, "GET")
        for name, value in params.items():
            request.add_api_param(name, value)
        response = client.execute(request, world["access_token"])
        assert response.code == "0", response.message
        return response.body["data"]

    return call


FIELDS = ("order_id", "price", "statuses", "created_at", "voucher")


def read_pages(call: Callable[..., Any], world: dict[str, Any], calls: int = CALLS) -> int:
    """The page, again and again, with five fields of every order."""
    read = 0
    for _ in range(calls):
        page = call("/orders/get", created_after=world["created_after"], limit="100")
        for order in page["orders"]:
            read += len([order[name] for name in FIELDS])
    return read


def tutorial(call: Callable[..., Any], world: dict[str, Any]) -> int:
    """Pages by offset, each followed by its items in two calls."""
    seen: set[str] = set()
    orders, offset, after = 0, 0, world["created_after"]
    while True:
        page = call(
            "/orders/get",
            created_after=after,
            created_before=world["created_before"],
            sort_by="created_at",
            sort_direction="ASC",
            offset=str(offset),
            limit="100",
        )["orders"]
        ids = [str(order["order_id"]) for order in page if str(order["order_id"]) not in seen]
        seen.update(ids)
        for first in range(0, len(ids), 50):
            batch = f"[{','.join(ids[first : first + 50])}]"
            orders += len(call("/orders/items/get", order_ids=batch))
        if len(page) < 100:
            return orders
        offset += 100
        if offset > HIGHEST_OFFSET:
            offset = 0
            date, clock, zone = page[-1]["created_at"].split(" ")
            after = f"{date}T{clock}{zone[:3]}:{zone[3:]}"


def client(world: dict[str, Any]) -> Any:
    """A client of lazcore."""
    import lazcore

    return lazcore.Client(
        world["app_key"],
        world["app_secret"],
        gateway=world["url"],
        access_token=world["access_token"],
        ca_file=world.get("ca"),
        allow_plain_http="ca" not in world,
        rate_per_path=0,
        rate_per_account=0,
    )


def our_pages(client: Any, world: dict[str, Any], calls: int = CALLS) -> int:
    """As `read_pages`."""
    read = 0
    for _ in range(calls):
        page = client.orders.get_orders(created_after=world["created_after"], limit=100)
        for order in page.rows:
            fields = (order.order_id, order.price, order.statuses, order.created_at, order.voucher)
            read += len(fields)
    return read


def our_pull(client: Any, world: dict[str, Any]) -> int:
    """What `tutorial` reads."""
    pull = client.orders.pull(
        created_after=world["created_after"],
        created_before=world["created_before"],
        with_items=True,
    )
    return sum(1 for order in pull if order.items)


def connected(peer: str, world: dict[str, Any]) -> Any:
    """What a program calls with."""
    if peer == "lazcore":
        return client(world)
    if peer == "official SDK":
        return official(world)
    if peer == "http.client + json":
        return raw(world, json.loads)
    import orjson

    return raw(world, orjson.loads)


def program(peer: str, work: str, world: dict[str, Any]) -> None:
    """One program, which prints what it took."""
    pages, pull = (our_pages, our_pull) if peer == "lazcore" else (read_pages, tutorial)
    caller = connected(peer, world)
    pages(caller, world, calls=1)
    start = time.perf_counter()
    done = pull(caller, world) if work == "pull" else pages(caller, world)
    seconds = time.perf_counter() - start
    assert done == (ORDERS if work == "pull" else CALLS * 500), done
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak}))


# The measurement


@contextmanager
def served(work: str) -> Iterator[dict[str, Any]]:
    """A sandbox in a process of its own, for TLS behind the front."""
    orders = ORDERS if work == "pull" else 100
    command = [sys.executable, "-m", "lazcore", "sandbox", "--json", "--orders", str(orders)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        world: dict[str, Any] = json.loads(process.stdout.readline())
        try:
            if work == "tls":
                front = str(RELEASE / "examples" / "bench_front")
                with running(front, world["url"].split("/")[2], "0") as (greeting, _):
                    yield {**world, "url": greeting["url"], "ca": greeting["ca"]}
            else:
                yield world
        finally:
            process.terminate()


def measure(work: str) -> bool:
    """Every program in turns, and the best of each."""
    best: dict[str, dict[str, float]] = {}
    with served(work) as world:
        for _ in range(REPEATS):
            for peer in PEERS:
                done = subprocess.run(
                    [sys.executable, __file__, "--as", peer, work, json.dumps(world)],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                one = json.loads(done.stdout)
                known = best.setdefault(peer, one)
                best[peer] = {name: min(known[name], one[name]) for name in one}
    reference = best["official SDK"]["seconds"]
    for peer, one in best.items():
        what = f"{ORDERS} orders" if work == "pull" else f"{CALLS / one['seconds']:.0f} calls/s"
        print(
            f"{work}: {peer:<21} {one['seconds']:6.2f} s, {what}, peak {one['peak_mb']:.0f} MB, "
            f"{reference / one['seconds']:.1f} times the official SDK"
        )
    ratio = reference / best["lazcore"]["seconds"]
    print(f"{work}: ratio {ratio:.1f} (target: {TARGETS[work]:.0f})" if TARGETS[work] else "")
    return ratio >= TARGETS[work]


def main() -> int:
    """Measures and prints."""
    if sys.argv[1:2] == ["--as"]:
        peer, work, world = sys.argv[2:]
        program(peer, work, json.loads(world))
        return 0
    good = [measure(work) for work in sys.argv[1:] or ("calls", "pull")]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

"""A pull of 10,000 orders with items from a gateway 50 ms away over TLS; memory to a million.

python tests/bench/python_pull.py [far|memory]

`far` compares the elapsed time with calls / connections x 50 ms, and with the tutorial's loop in
the official SDK: pages of 100 by offset, each followed by its items in two calls of 50 orders, one
call at a time. The SDK opens a connection per call. `memory` compares the peak of resident memory
of pulls of 10,000 and of a million orders. The README tells what to build first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
RELEASE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
ROUND_TRIP_MS = 50
ORDERS = int(os.environ.get("ORDERS", "10000"))
REPEATS = int(os.environ.get("REPEATS", "3"))


@contextmanager
def running(*command: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """A program that says in a line of JSON what it serves, and ends with its input."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process
        process.stdin.close()


@contextmanager
def sandbox(orders: int) -> Iterator[dict[str, Any]]:
    """A sandbox of its own process."""
    program = str(RELEASE / "lazcore-sandbox")
    options = ["--json", "--until-stdin-closes", "--stores", "1", "--orders", str(orders)]
    with running(program, *options) as (greeting, _):
        yield greeting


def pull(world: dict[str, Any], **settings: str) -> dict[str, Any]:
    """One pull in a process of its own."""
    environment = {
        **os.environ,
        "URL": world["url"],
        "APP_KEY": world["app_key"],
        "APP_SECRET": world["app_secret"],
        "TOKEN": world["access_token"],
        "AFTER": world["created_after"],
        "BEFORE": world["created_before"],
        **settings,
    }
    program = str(RELEASE / "examples" / "bench_pull")
    done = subprocess.run([program], env=environment, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def tutorial(world: dict[str, Any], ca: str) -> float:
    """Seconds of the official SDK's loop. Importing it makes a folder in the home directory."""
    os.environ["HOME"] = tempfile.mkdtemp()
    os.environ["REQUESTS_CA_BUNDLE"] = ca
    from lazop_sdk import LazopClient, LazopRequest

    client = LazopClient(world["url"], world["app_key"], world["app_secret"])

    def call(path: str, **params: str) -> Any:
        request = LazopRequest(path, "GET")
        for name, value in params.items():
            request.add_api_param(name, value)
        response = client.execute(request, world["access_token"])
        assert response.code == "0", response.message
        return response.body["data"]

    start = time.perf_counter()
    orders, offset = [], 0
    # The platform refuses offsets above 4500, so the loop goes on from the last order's time.
    after = world["created_after"]
    seen: set[str] = set()
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
        ids = [str(order["order_id"]) for order in page]
        ids = [order_id for order_id in ids if order_id not in seen]
        seen.update(ids)
        for first in range(0, len(ids), 50):
            batch = "[" + ",".join(ids[first : first + 50]) + "]"
            orders += call("/orders/items/get", order_ids=batch)
        if len(page) < 100:
            break
        offset += 100
        if offset > 4500:
            offset = 0
            date, clock, zone = page[-1]["created_at"].split(" ")
            after = f"{date}T{clock}{zone[:3]}:{zone[3:]}"
    assert len(orders) == ORDERS, len(orders)
    return time.perf_counter() - start


def far() -> bool:
    """Elapsed time, with the targets."""
    with sandbox(ORDERS) as world:
        address = world["url"].split("/")[2]
        front = str(RELEASE / "examples" / "bench_front")
        with running(front, address, str(ROUND_TRIP_MS)) as (greeting, process):

            def counted() -> tuple[int, int]:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write("\n")
                process.stdin.flush()
                calls, connections = process.stdout.readline().split()
                return int(calls), int(connections)

            there = {**world, "url": greeting["url"]}
            shares = []
            seconds = []
            for _ in range(REPEATS):
                done = pull(there, CA=greeting["ca"], ITEMS="1")
                assert done["orders"] == ORDERS, done
                calls, connections = counted()
                ideal = calls / connections * ROUND_TRIP_MS / 1000
                seconds.append(done["seconds"])
                shares.append(done["seconds"] / ideal)
                print(
                    f"lazcore {done['seconds']:.2f} s, {calls} calls, {connections} connections: "
                    f"{shares[-1]:.2f} of calls / connections x {ROUND_TRIP_MS} ms"
                )
            peer = tutorial(there, greeting["ca"])
            calls, connections = counted()
            ratio = peer / min(seconds)
            print(f"official SDK {peer:.2f} s, {calls} calls, {connections} connections")
            print(f"share {min(shares):.2f} (target: 1.2), ratio {ratio:.1f} (target: 8)")
            return bool(min(shares) <= 1.2 and ratio >= 8)


def memory() -> bool:
    """The peak of memory, against that of a pull a hundred times as small."""
    good = True
    # glibc gives each thread an arena of its own. With one, the figure is the library's alone.
    # What is allowed to grow: a short pull has not always as many pages waiting as may wait.
    for arenas, allowed in (("1", 1.2), ("", 1.2)):
        peaks = []
        for orders in (10_000, 1_000_000):
            with sandbox(orders) as world:
                done = pull(world, UNPACED="1", **({"MALLOC_ARENA_MAX": arenas} if arenas else {}))
                assert done["orders"] == orders, done
                peaks.append(done["peak_kb"])
                seconds, peak = done["seconds"], done["peak_kb"] / 1024
                print(f"{orders} orders, {arenas or 'many'} arenas: {seconds:.1f} s, {peak:.1f} MB")
        ratio = peaks[1] / peaks[0]
        print(f"ratio {ratio:.2f} (target: equal; {allowed} allowed)")
        good = good and bool(ratio <= allowed)
    return good


def main() -> int:
    """Measures and prints."""
    what = sys.argv[1:] or ["far", "memory"]
    good = [{"far": far, "memory": memory}[name]() for name in what]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

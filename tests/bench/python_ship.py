"""800 orders from pending to ready to ship with labels, from a gateway 50 ms away over TLS.

python tests/bench/python_ship.py

Compares the elapsed time with (calls + downloads) / connections x 50 ms, and with the same over the
eight connections that a pull uses. The README tells what to build first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from typing import Any

from python_pull import RELEASE, ROUND_TRIP_MS, running

ORDERS = int(os.environ.get("ORDERS", "800"))
REPEATS = int(os.environ.get("REPEATS", "3"))
PULL_CONNECTIONS = 8


def line_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next line of JSON."""
    assert process.stdout is not None
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def say(process: subprocess.Popen[str]) -> None:
    """A line of input."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def ship() -> tuple[float, float]:
    """Seconds of one run at a new store, and the share of its lower bound."""
    program = str(RELEASE / "lazcore-sandbox")
    options = ["--json", "--until-stdin-closes", "--plain", "--stores", "1"]
    with running(program, *options, "--orders", str(ORDERS)) as (world, _):
        address = world["url"].split("/")[2]
        # Links of labels lead to the sandbox itself, so it holds them back.
        plan = json.dumps({"kind": "latency", "path": "/labels", "ms": ROUND_TRIP_MS})
        url = f"http://{address}/sandbox/misbehave"
        urllib.request.urlopen(urllib.request.Request(url, plan.encode())).close()
        front_program = str(RELEASE / "examples" / "bench_front")
        with (
            running(front_program, address, str(ROUND_TRIP_MS)) as (greeting, front),
            tempfile.TemporaryDirectory() as folder,
        ):
            environment = {
                **os.environ,
                "URL": greeting["url"],
                "CA": greeting["ca"],
                "APP_KEY": world["app_key"],
                "APP_SECRET": world["app_secret"],
                "TOKEN": world["access_token"],
                "AFTER": world["created_after"],
                "FOLDER": folder,
            }
            with subprocess.Popen(
                [str(RELEASE / "examples" / "bench_ship")],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as process:
                assert line_of(process)["orders"] == ORDERS
                say(front)
                assert front.stdout is not None
                front.stdout.readline()
                say(process)
                done = line_of(process)
            say(front)
            calls, connections = (int(count) for count in front.stdout.readline().split())
    waits = (calls + done["label_files"]) * ROUND_TRIP_MS / 1000
    print(
        f"{done['items']} items in {done['seconds']:.2f} s: {calls} calls, {done['label_files']} "
        f"downloads, {connections} connections: "
        f"{done['seconds'] * connections / waits:.2f} of the bound ({waits / connections:.2f} s), "
        f"{done['seconds'] * PULL_CONNECTIONS / waits:.1f} of that over {PULL_CONNECTIONS}"
    )
    return done["seconds"], done["seconds"] * connections / waits


def main() -> int:
    """Measures and prints."""
    runs = [ship() for _ in range(REPEATS)]
    seconds, share = min(runs)
    print(f"{ORDERS} orders: {seconds:.2f} s, {share:.2f} of the bound")
    return 0


if __name__ == "__main__":
    sys.exit(main())

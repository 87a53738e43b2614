"""Threads, forks and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest

import lazcore
from lazcore.testing import Sandbox

Script = Callable[..., "subprocess.Popen[str]"]

# The promise is 100 ms; measured on two busy cores: 51 ms at most. On a crowded machine one of some
# tries shows it; a wait that hears nothing shows it in none.
LONGEST_INTERRUPT_S = 0.5
TRIES = 5
# Each waits in another place.
WAITS = {
    "an answer": """
sandbox.misbehave("stall")
wait = client.seller.get_seller
""",
    "a turn": """
sandbox.misbehave("throttle", seconds=4)
wait = client.seller.get_seller
""",
    "a job": """
sandbox.misbehave("stall", path="/orders/get")
wait = lambda: list(client.orders.pull(created_after=sandbox.created_after))
""",
    "a turn of the pace": """
client = sandbox.client(deadline=30, rate_per_path=0.05)
client.seller.get_seller()
wait = client.seller.get_seller
""",
    "a connection": """
import socket
full = socket.socket()
full.bind(("127.0.0.1", 0))
full.listen(0)
held = [socket.socket() for _ in range(3)]
for one in held:
    one.setblocking(False)
    one.connect_ex(full.getsockname())
there = f"http://127.0.0.1:{full.getsockname()[1]}/rest"
there = lazcore.Client("key", "secret", gateway=there, access_token="x", allow_plain_http=True)
wait = there.seller.get_seller
""",
    "calls side by side": """
sandbox = Sandbox(orders=300)
client = sandbox.client()
sandbox.misbehave("stall", path="/orders/items/get", after=1, times=50)
window = {"created_after": sandbox.created_after}
wait = lambda: list(client.orders.pull(with_items=True, **window))
""",
    "a page of a job": """
sandbox.misbehave("stall", path="/orders/get")
wait = lambda: next(client.orders.pull(created_after=sandbox.created_after).pages())
""",
    "a quarantine": """
sandbox = Sandbox(orders=3, special_orders=False)
client = sandbox.client()
ids = [order.order_id for order in client.orders.pull(created_after=sandbox.created_after)]
sandbox.misbehave("drop_before", path="/order/fulfill/pack", times=9)
wait = lambda: client.fulfillment.run(ids, until="packed").result()
""",
    "the lock of a refresh": """
first = lazcore.TextStore()
lazcore.Client(
    sandbox.app_key, sandbox.app_secret, gateway=sandbox.url, token_store=first,
    allow_plain_http=True,
).auth.exchange_code(sandbox.auth_codes[0])
class Locked:
    load = staticmethod(first.text)
    def save(self, text): raise AssertionError
    def try_lock(self): return False
    def unlock(self): raise AssertionError
there = lazcore.Client(
    sandbox.app_key, sandbox.app_secret, gateway=sandbox.url, token_store=Locked(),
    allow_plain_http=True,
)
wait = there.auth.refresh
""",
    "a task": """
import asyncio, lazcore.aio
sandbox.misbehave("stall")
wait = lambda: asyncio.run(lazcore.aio.Client.of(client).call("GetSeller"))
""",
    "a write": """
sandbox.misbehave("stall", path="/order/package/rts")
wait = lambda: client.fulfillment.ready_to_ship(packages=[{"package_id": "FP1"}])
""",
}
# Where a job waits, nothing is in doubt for the caller: the job tells.
IN_JOBS = ("a job", "a task", "calls side by side", "a page of a job", "a quarantine")
# What the gateway sees of a wait; elsewhere nothing does.
BEGUN = {
    "calls side by side": ("/orders/items/get", 2),
    "a quarantine": ("/order/fulfill/pack", 1),
    "a turn of the pace": ("", 1),
    "a connection": ("", 0),
    "the lock of a refresh": ("", 0),
}
INTERRUPTED = """
import threading, time
import lazcore
from lazcore.testing import Sandbox
sandbox = Sandbox(orders=3)
# A wait that cannot be interrupted ends all the same.
client = sandbox.client(deadline=20)
{setting}
path, count = {begun!r}
def tell():
    while len(sandbox.calls(path) if path else sandbox.calls()) < count:
        time.sleep(0.01)
    # From the call to the wait after it. A signal before the wait would prove nothing.
    time.sleep(0.3)
    print("waiting", flush=True)
threading.Thread(target=tell, daemon=True).start()
try:
    wait()
except KeyboardInterrupt as interrupted:
    print("interrupted", type(interrupted.__cause__).__name__, flush=True)
    print(client.seller.get_seller().request_id is not None, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("place", WAITS)
def test_ctrl_c_ends_every_wait(script: Script, place: str) -> None:
    shortest = min(tries(script, place))
    print(f"{place}: {shortest * 1000:.0f} ms")
    assert shortest < LONGEST_INTERRUPT_S


def tries(script: Script, place: str) -> Iterator[float]:
    """The seconds from Ctrl-C to the end of the wait, of some tries, or until one is short."""
    for _ in range(TRIES):
        took = interrupted(script, place)
        yield took
        if took < LONGEST_INTERRUPT_S:
            return


def interrupted(script: Script, place: str) -> float:
    """Interrupts a wait in a process; the seconds until it has ended."""
    begun = BEGUN.get(place, ("", 1))
    process = script(INTERRUPTED.format(setting=WAITS[place], begun=begun))
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    line = process.stdout.readline()
    took = time.monotonic() - start
    cause = {
        "a write": "IndeterminateError",
        **dict.fromkeys(IN_JOBS, "NoneType"),
    }.get(place, "CanceledError")
    # The store of a refresh is Python code, where the signal may find the interpreter too.
    causes = (cause, "NoneType") if place == "the lock of a refresh" else (cause,)
    assert line in [f"interrupted {one}\n" for one in causes]
    # The announced ban, and the pace, hold for the next call too.
    if not place.startswith("a turn"):
        assert process.stdout.readline() == "True\n"
    return took


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupted_run_still_tells_every_item(script: Script) -> None:
    process = script("""
import threading, time
from lazcore.testing import Sandbox
sandbox = Sandbox(orders=300, special_orders=False)
client = sandbox.client()
ids = [order.order_id for order in client.orders.pull(created_after=sandbox.created_after)]
sandbox.misbehave("stall", path="/order/fulfill/pack", after=1, times=50)
run = client.fulfillment.run(ids, until="packed")
def tell():
    # All but the first batch stall, and eight are under way at a time.
    while len(sandbox.calls("/order/fulfill/pack")) < 4:
        time.sleep(0.02)
    print("waiting", flush=True)
threading.Thread(target=tell, daemon=True).start()
try:
    run.outcomes
except KeyboardInterrupt:
    print(sorted({outcome.state for outcome in run.outcomes}), flush=True)
    print(len({outcome.order_id for outcome in run.outcomes}), flush=True)
""")
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=120)
    assert output == "['done', 'indeterminate', 'stopped_before']\n300\n", errors


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_parent_and_child_go_on_after_a_fork(script: Script) -> None:
    process = script("""
import os, sys, warnings
warnings.simplefilter("ignore")
import lazcore
from lazcore.testing import Sandbox
sandbox = Sandbox(orders=120)
client = sandbox.client()
window = {"created_after": sandbox.created_after}
pull = client.orders.pull(**window)
next(pull)
child = os.fork()
if child == 0:
    try:
        for _ in range(20):
            assert client.orders.get_orders(limit=100, **window).rows[0].order_id
        assert len(list(client.orders.pull(**window))) == 120
        for _ in range(2):
            try:
                next(pull)
                os._exit(3)
            except lazcore.ForkedError:
                pass
        os._exit(0)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(4)
for _ in range(20):
    assert client.orders.get_orders(limit=100, **window).rows[0].order_id
assert len(list(pull)) == 119
assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 0
# One each, and perhaps one for the pull's next page, which is read beside the parent's calls.
assert sandbox.connections in (2, 3), sandbox.connections
print("both", flush=True)
""")
    output, errors = process.communicate(timeout=180)
    assert (output, process.returncode) == ("both\n", 0), errors


def test_waiting_threads_do_not_wait_for_each_other() -> None:
    with Sandbox(orders=3, latency_ms=1000) as sandbox, sandbox.client() as client:
        names: list[str] = []

        def work() -> None:
            names.append(client.seller.get_seller().data.name)

        threads = [threading.Thread(target=work) for _ in range(8)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # One after the other would take 8 s.
        assert time.monotonic() - start < 7
        assert len(names) == 8
        assert len(set(names)) == 1


def test_the_interpreter_runs_while_a_call_waits(sandbox: Sandbox) -> None:
    client = sandbox.client(response_timeout=1.0, max_attempts=1)
    sandbox.misbehave("stall")
    failed: list[Exception] = []

    def work() -> None:
        try:
            client.seller.get_seller()
        except lazcore.TimeoutError as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    turns = 0
    while thread.is_alive():
        turns += 1
        time.sleep(0.01)
    # With the interpreter's lock held there would be one or two.
    assert turns > 4
    assert len(failed) == 1

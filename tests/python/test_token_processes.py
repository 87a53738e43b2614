"""Threads and processes that share one token file."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pairs import store_pair

from lazcore.testing import Sandbox

REFRESH = "/auth/token/refresh"
SELLER = "/seller/get"
PROCESSES, THREADS = 4, 8

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

# What every program begins with: a client as its one argument describes, and calls at once.
BEGINNING = """
import json, multiprocessing, os, sys, threading, warnings
import lazcore
warnings.simplefilter("ignore")
task = json.loads(sys.argv[1])

def make():
    return lazcore.Client(
        task["key"], task["secret"], gateway=task["url"], token_file=task["file"],
        rate_per_path=0, rate_per_account=0,
    )

def work(client):
    names = []
    call = lambda: names.append(client.seller.get_seller().data.name)
    threads = [threading.Thread(target=call) for _ in range(task["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(names)

def child(_):
    return work(make())
"""

FORKED = """
client = make()
children = []
for _ in range(task["processes"]):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if work(client) == task["threads"] else 2
        finally:
            os._exit(code)
    children.append(pid)
codes = [os.WEXITSTATUS(os.waitpid(pid, 0)[1]) for pid in children]
assert codes == [0] * task["processes"], codes
# The parent finds what a child has got.
assert work(client) == task["threads"]
"""

POOLED = """
if __name__ == "__main__":
    context = multiprocessing.get_context(task["start"])
    with context.Pool(task["processes"]) as pool:
        done = pool.map(child, range(task["processes"]), chunksize=1)
    assert done == [task["threads"]] * task["processes"], done
"""

ONE_REFRESH = """
make().auth.refresh()
"""

STORING = """
client = make()
number = 0
while True:
    number += 1
    client.auth.store_token({
        "access_token": f"access-{number}", "refresh_token": f"refresh-{number}",
        "country_user_info": [{"country": "sg", "seller_id": n} for n in range(1, 50)],
    })
    if number == 1:
        print("storing", flush=True)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def slow() -> Iterator[Sandbox]:
    """A gateway that takes long enough for all to arrive while one refreshes."""
    with Sandbox(orders=1, latency_ms=150) as sandbox:
        yield sandbox


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a program as a file, which multiprocessing needs. None outlives its test."""
    started: list[subprocess.Popen[str]] = []

    def start(sandbox: Sandbox, program: str, **members: object) -> subprocess.Popen[str]:
        file = tmp_path / f"program_{len(started)}.py"
        file.write_text(BEGINNING + program, encoding="utf-8")
        task = {
            "key": sandbox.app_key,
            "secret": sandbox.app_secret,
            "url": sandbox.url,
            "file": str(tmp_path / "seller.token"),
            "processes": PROCESSES,
            "threads": THREADS,
            **members,
        }
        process = subprocess.Popen(
            [sys.executable, str(file), json.dumps(task)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def succeed(process: subprocess.Popen[str]) -> None:
    output, errors = process.communicate(timeout=90)
    assert process.returncode == 0, output + errors


def tokens_of(sandbox: Sandbox, path: str) -> set[str]:
    return {call["params"]["access_token"] for call in sandbox.calls(path) if call["code"] == "0"}


def test_forked_processes_with_eight_threads_each_refresh_an_expired_pair_once(
    slow: Sandbox, tmp_path: Path, start: Start
) -> None:
    store_pair(slow, tmp_path / "seller.token", age_days=31)
    succeed(start(slow, FORKED))
    assert len(slow.calls(REFRESH)) == 1
    assert len(slow.calls(SELLER)) == (PROCESSES + 1) * THREADS
    assert len(tokens_of(slow, SELLER)) == 1


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_refreshes_an_expired_pair_once(
    slow: Sandbox, tmp_path: Path, start: Start, method: str
) -> None:
    store_pair(slow, tmp_path / "seller.token", age_days=31)
    succeed(start(slow, POOLED, start=method))
    assert len(slow.calls(REFRESH)) == 1
    assert len(slow.calls(SELLER)) == PROCESSES * THREADS
    assert len(tokens_of(slow, SELLER)) == 1


def test_forked_processes_refresh_a_refused_token_once(
    slow: Sandbox, tmp_path: Path, start: Start
) -> None:
    store_pair(slow, tmp_path / "seller.token", age_days=0)
    slow.misbehave("expire_token", path=SELLER)
    succeed(start(slow, FORKED))
    assert len(slow.calls(REFRESH)) == 1
    refused = [call for call in slow.calls(SELLER) if call["code"] == "IllegalAccessToken"]
    # Whoever still has the old token is refused once, and finds the new one in the file.
    assert 1 <= len(refused) <= (PROCESSES + 1) * THREADS
    assert len(slow.calls(SELLER)) - len(refused) == (PROCESSES + 1) * THREADS


def test_a_process_killed_while_it_refreshes_loses_no_pair(
    sandbox: Sandbox, tmp_path: Path, start: Start
) -> None:
    file = tmp_path / "seller.token"
    store_pair(sandbox, file, age_days=31)
    before = file.read_bytes()
    sandbox.misbehave("stall", path=REFRESH)
    process = start(sandbox, ONE_REFRESH)
    until = time.monotonic() + 120
    while not sandbox.calls(REFRESH):
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=120)
    assert file.read_bytes() == before
    # The dead process holds nobody up.
    client = sandbox.client(token_file=file, deadline=10)
    assert client.seller.get_seller().data.name
    assert len(sandbox.calls(REFRESH)) == 2
    assert sorted(path.name for path in tmp_path.glob("*seller*")) == [
        "seller.token",
        "seller.token.lock",
    ]


def test_a_process_killed_while_it_writes_leaves_a_whole_pair(
    sandbox: Sandbox, tmp_path: Path, start: Start
) -> None:
    file = tmp_path / "seller.token"
    moments = random.Random(7)
    for _ in range(12):
        process = start(sandbox, STORING)
        assert process.stdout is not None
        assert process.stdout.readline() == "storing\n"
        time.sleep(moments.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=120)
        kept = json.loads(file.read_text(encoding="utf-8"))
        number = kept["access_token"].partition("-")[2]
        assert kept["refresh_token"] == f"refresh-{number}"
        assert len(kept["country_user_info"]) == 49
        status = sandbox.client(token_file=file).auth.status()
        assert status is not None
        assert len(status.shops) == 49

"""`lazcore orders`: pull and sync on the command line."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lazcore.testing import Sandbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]


def ids(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {row[0] for row in connection.execute("SELECT order_id FROM orders")}
    connection.close()
    return found


def lines(path: Path) -> list[str]:
    """The order ids of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["order"]["order_id"] for line in file]


def window(sandbox: Sandbox) -> tuple[str, ...]:
    after, before = sandbox.created_after, sandbox.created_before
    return ("orders", "pull", "--created-after", after, "--created-before", before)


def is_private(path: Path) -> bool:
    return os.name != "posix" or stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


# pull


def test_lines_on_standard_output(run: Run, sandbox: Sandbox) -> None:
    done = run(*window(sandbox), "--with-items", "--account", "SG-1")
    assert done.returncode == 0, done.stderr
    orders = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(orders) == 30
    assert all(order["items"] and order["account"] == "SG-1" for order in orders)
    assert "30 orders" in done.stderr


def test_the_store_is_asked_for_its_name(run: Run, sandbox: Sandbox) -> None:
    done = run(*window(sandbox))
    assert done.returncode == 0, done.stderr
    assert len(sandbox.calls("/seller/get")) == 1
    accounts = {json.loads(line)["account"] for line in done.stdout.splitlines()}
    assert len(accounts) == 1


def test_a_sheet_and_its_summary(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    told = run(*window(sandbox), "--with-items", "--format", "csv", "--output", str(path), "--json")
    assert told.returncode == 0, told.stderr
    summary = json.loads(told.stdout)
    assert (summary["orders"], summary["complete"]) == (30, True)
    assert (summary["unproven"], summary["bad_rows"]) == ([], [])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == summary["items"]
    assert rows[0]["order_id"].startswith("'")
    assert is_private(path)


def test_a_database_and_its_cursor(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    path, cursor = tmp_path / "orders.db", tmp_path / "cursor"
    command = (*window(sandbox), "--format", "sqlite", "--output", str(path))
    done = run(*command, "--cursor", str(cursor), "--account", "SG-1")
    assert done.returncode == 0, done.stderr
    assert len(ids(path)) == 30
    assert is_private(path)
    assert is_private(cursor)
    # Nothing is left to pull from there.
    again = run(*command, "--cursor", str(cursor), "--account", "SG-1")
    assert again.returncode == 0, again.stderr
    assert "0 orders" in again.stderr
    assert len(ids(path)) == 30


def test_a_pull_that_goes_on_replaces_no_file(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    path, cursor = tmp_path / "orders.jsonl", tmp_path / "cursor"
    command = (*window(sandbox), "--cursor", str(cursor), "--account", "SG-1", "--output")
    assert run(*command, str(path)).returncode == 0
    refused = run(*command, str(path))
    assert refused.returncode == 2
    assert "exists" in refused.stderr
    assert len(lines(path)) == 30
    other = tmp_path / "more.jsonl"
    assert run(*command, str(other)).returncode == 0
    assert lines(other) == []


def test_what_is_not_sure_is_told_and_ends_with_one(
    run: Run, sandbox: Sandbox, tmp_path: Path
) -> None:
    good = '{"order_id":5,"created_at":"2026-10-15 00:00:00 +0800"}'
    answer = f'{{"count":2,"countTotal":2,"orders":[{{"price":"1"}},{good}]}}'
    for format in ("jsonl", "sqlite"):
        sandbox.misbehave("raw", path="/orders/get", body=f'{{"code":"0","data":{answer}}}')
        path = tmp_path / format
        done = run(
            *window(sandbox), "--format", format, "--output", str(path), "--json", "--account", "a"
        )
        assert done.returncode == 1, done.stderr
        assert "request_id" in done.stderr
        summary = json.loads(done.stdout)
        assert not summary["complete"]
        assert summary["bad_rows"][0]["json"] == '{"price":"1"}'
    told = (tmp_path / "jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in told] == ["bad_row", "row"]
    with sqlite3.connect(tmp_path / "sqlite") as connection:
        assert connection.execute("SELECT raw_json FROM bad_rows").fetchall() == [
            ('{"price":"1"}',)
        ]
    connection.close()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["pull"], "created_after"),
        (["pull", "--created-after", "2026-03-01"], "created_after"),
        (["pull", "--created-after", "2026-03-01T00:00:00Z", "--format", "xml"], "format"),
        (["pull", "--created-after", "2026-03-01T00:00:00Z", "--format", "sqlite"], "output"),
        (["pull", "--created-after", "2026-03-01T00:00:00Z", "--json"], "json"),
        (["pull", "--created-after", "2026-03-01T00:00:00Z", "--output", "/no/where"], "/no"),
        (["sync", "--output", "x", "--format", "csv"], "format"),
        (["sync", "--output", "x", "--state", "y"], "state"),
        (["sync"], "output"),
    ],
)
def test_mistakes_are_told_in_one_line(
    run: Run, sandbox: Sandbox, tmp_path: Path, arguments: list[str], word: str
) -> None:
    arguments = [str(tmp_path / one) if one in ("x", "y") else one for one in arguments]
    done = run("orders", *arguments, "--account", "SG-1")
    assert done.returncode == 2
    assert word in done.stderr
    assert sandbox.calls("/orders/get") == []


def test_a_refusal_names_its_request(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.misbehave("expire_token", path="/orders/get")
    path = tmp_path / "orders.jsonl"
    done = run(*window(sandbox), "--output", str(path))
    assert done.returncode == 3
    assert "request_id" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    path.write_text("something else\n" * 100)
    done = run(*window(sandbox), "--format", "sqlite", "--output", str(path), "--account", "SG-1")
    assert done.returncode == 2
    assert str(path) in done.stderr


@pytest.fixture
def start(settings: dict[str, str]) -> Start:
    """Starts the command."""

    def run(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "lazcore", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=settings,
        )

    return run


def wait_for(process: subprocess.Popen[str], sandbox: Sandbox, calls: int) -> None:
    """Until so many pages were asked for."""
    until = time.monotonic() + 120
    while len(sandbox.calls("/orders/get")) < calls:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.01)


def wait_for_rows(path: Path) -> None:
    """Until some rows were written, which nobody else can read yet."""
    until = time.monotonic() + 120
    while not (is_being_written(path) if path.suffix == ".db" else path.stat().st_size):
        assert time.monotonic() < until
        time.sleep(0.01)


def is_being_written(path: Path) -> bool:
    """Whether a process has a transaction open in a database whose tables are there."""
    connection = sqlite3.connect(path, timeout=0)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            return False
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    finally:
        connection.close()
    return False


def interrupt(process: subprocess.Popen[str], sandbox: Sandbox, calls: int) -> str:
    """Ctrl-C once so many pages were asked for; what was said."""
    wait_for(process, sandbox, calls)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "interrupted" in errors
    assert "Traceback" not in errors
    return errors


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_leaves_a_database_to_go_on_with(
    start: Start, run: Run, settings: dict[str, str], tmp_path: Path
) -> None:
    with Sandbox(orders=900, seed=4) as sandbox:
        settings.update(LAZADA_GATEWAY=sandbox.url, LAZADA_ACCESS_TOKEN=sandbox.access_token)
        settings.update(LAZADA_APP_KEY=sandbox.app_key, LAZADA_APP_SECRET=sandbox.app_secret)
        path, cursor = tmp_path / "orders.db", tmp_path / "cursor"
        command = (*window(sandbox), "--format", "sqlite", "--output", str(path))
        command = (*command, "--cursor", str(cursor), "--account", "SG-1")
        for pause in (1, 5, 25):
            # Some pages come, then none.
            called = len(sandbox.calls("/orders/get"))
            sandbox.misbehave("stall", path="/orders/get", after=4, times=1000)
            process = start(*command)
            wait_for(process, sandbox, called + 5)
            wait_for_rows(path)
            # The pages before are written meanwhile, of which nothing can be seen from here.
            time.sleep(pause)
            interrupt(process, sandbox, 0)
            sandbox.behave()
            kept = ids(path)
            if kept:
                break
            # Ctrl-C found it at work on a row, and took that batch back.
        assert 0 < len(kept) < 900
        before = len(sandbox.calls("/orders/get"))
        done = run(*command, LAZADA_GATEWAY=sandbox.url)
        assert done.returncode == 0, done.stderr
        assert len(ids(path)) == 900
        # The rest only: what was kept did not come again.
        assert f"{900 - len(kept)} orders" in done.stderr
        assert len(sandbox.calls("/orders/get")) > before


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_leaves_no_half_file(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.misbehave("stall", path="/orders/get", times=1000)
    path, cursor = tmp_path / "orders.jsonl", tmp_path / "cursor"
    command = (*window(sandbox), "--output", str(path), "--cursor", str(cursor))
    interrupt(start(*command, "--account", "SG-1"), sandbox, 1)
    assert list(tmp_path.iterdir()) == []


# sync


def test_a_database_is_brought_in_step(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with Sandbox(orders=30) as sandbox:
        env = credentials(sandbox)
        command = ("orders", "sync", "--output", str(path), "--with-items", "--account", "SG-1")
        first = run(*command, "--since", sandbox.created_after, **env)
        assert first.returncode == 0, first.stderr
        assert len(ids(path)) == 30
        changed = sandbox.change(updates=3, inserts=2, time=sandbox.now - 10)
        second = run(*command, "--json", **env)
        assert second.returncode == 0, second.stderr
        assert json.loads(second.stdout)["orders"] == 5
        assert ids(path) >= set(changed.inserted)
        with sqlite3.connect(path) as connection:
            names = connection.execute("SELECT name FROM sync_state").fetchall()
        connection.close()
        assert names == [("orders/SG-1",)]
        assert is_private(path)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("format", ["sqlite", "jsonl"])
def test_a_sync_that_was_ended_goes_on(
    start: Start, run: Run, settings: dict[str, str], tmp_path: Path, end: int, format: str
) -> None:
    path = tmp_path / ("orders.db" if format == "sqlite" else "orders.jsonl")
    kept = ids if format == "sqlite" else lambda path: set(lines(path))
    with Sandbox(orders=900, seed=4) as sandbox:
        settings.update(credentials(sandbox))
        command = ["orders", "sync", "--format", format, "--output", str(path)]
        command += ["--account", "SG-1", "--since", sandbox.created_after]
        sandbox.misbehave("stall", path="/orders/get", after=4, times=1000)
        process = start(*command)
        if end == signal.SIGINT:
            wait_for(process, sandbox, 5)
            wait_for_rows(path)
            interrupt(process, sandbox, 5)
        else:
            wait_for(process, sandbox, 5)
            process.kill()
            process.communicate()
        sandbox.behave()
        done = run(*command, "--json", **credentials(sandbox))
        assert done.returncode == 0, done.stderr
        assert len(kept(path)) == 900
        again = json.loads(done.stdout)["orders"]
        # What the state knew of did not come again; what it did not know of was not lost.
        assert again < 900 or end == signal.SIGKILL
        idle = json.loads(run(*command, "--json", **credentials(sandbox)).stdout)
        assert idle["orders"] == 0


def test_a_refused_save_is_told(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    state = tmp_path / "missing" / "state"
    done = run(
        *("orders", "sync", "--format", "jsonl", "--output", str(path), "--state", str(state)),
        *("--since", sandbox.created_after, "--account", "SG-1"),
    )
    assert done.returncode == 2
    assert "state" in done.stderr


def test_lines_grow(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    with Sandbox(orders=30) as sandbox:
        env = credentials(sandbox)
        command = ("orders", "sync", "--format", "jsonl", "--output", str(path))
        first = run(*command, "--since", sandbox.created_after, "--account", "SG-1", **env)
        assert first.returncode == 0, first.stderr
        assert len(lines(path)) == 30
        path.write_bytes(path.read_bytes() + b'{"torn')
        changed = sandbox.change(updates=3, time=sandbox.now - 10)
        second = run(*command, "--account", "SG-1", **env)
        assert second.returncode == 0, second.stderr
        assert set(lines(path)[30:]) == set(changed.updated)
        assert {one.name for one in tmp_path.iterdir()} >= {"orders.jsonl", "orders.jsonl.state"}
        assert all(is_private(one) for one in tmp_path.iterdir())


def credentials(sandbox: Sandbox) -> dict[str, str]:
    """The environment for another sandbox than the fixture's."""
    return {
        "LAZADA_GATEWAY": sandbox.url,
        "LAZADA_APP_KEY": sandbox.app_key,
        "LAZADA_APP_SECRET": sandbox.app_secret,
        "LAZADA_ACCESS_TOKEN": sandbox.access_token,
    }

"""The journal of fulfillment in an object of the host's, and the one in SQLite."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from typing import TYPE_CHECKING, Any

import pytest

import lazcore
from lazcore.journal import SqliteJournal
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

PACK = "/order/fulfill/pack"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A gateway whose orders can all be shipped, and that would pack every item again."""
    with Sandbox(orders=30, seed=1, special_orders=False, accept_repeats=True) as sandbox:
        yield sandbox


def order_ids(client: lazcore.Client, sandbox: Sandbox) -> list[str]:
    pull = client.orders.pull(status="pending", created_after=sandbox.created_after)
    return [str(order.order_id) for order in pull]


def lines_of(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [line for (line,) in connection.execute("SELECT line FROM journal ORDER BY n")]


def times_packed(sandbox: Sandbox) -> set[int]:
    return {item["packed"] for item in sandbox.books()["stores"][0]["items"]}


def eventually(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


class Recorded:
    """A journal in memory that tells what was done, and can fail."""

    name = "a shelf"

    def __init__(self, fails: str = "", error: BaseException | None = None) -> None:
        self.lines: list[str] = []
        self.did: list[str] = []
        self.locked = False
        self._fails, self._error = fails, error

    def _do(self, name: str) -> None:
        self.did.append(name)
        if name == self._fails and self._error is not None:
            raise self._error

    def try_lock(self) -> bool:
        self._do("try_lock")
        if self.locked:
            return False
        self.locked = True
        return True

    def unlock(self) -> None:
        self._do("unlock")
        self.locked = False

    def read(self) -> list[str]:
        self._do("read")
        return list(self.lines)

    def append(self, line: str) -> None:
        self._do("append")
        self.lines.append(line)

    def sync(self) -> None:
        self._do("sync")

    def replace(self, lines: list[str]) -> None:
        self._do("replace")
        self.lines = list(lines)


def test_a_later_run_knows_what_the_journal_in_sqlite_says(
    sandbox: Sandbox, client: lazcore.Client, tmp_path: Path
) -> None:
    orders = order_ids(client, sandbox)
    path = tmp_path / "store.sqlite"
    journal = SqliteJournal(path)
    run = client.fulfillment.run(orders, until="packed", journal=journal, actor="anna")
    items = run.outcomes
    assert {item.state for item in run.ok} == {"done"}
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert '"actor":"anna"' in lines_of(path)[1]
    # The list shows what was before; the journal knows better.
    again = client.fulfillment.run(orders, journal=SqliteJournal(path))
    assert len(again.ok) == len(run.ok)
    assert times_packed(sandbox) == {1}
    assert len(again.outcomes) == len(items)
    assert client.fulfillment.resolve(SqliteJournal(path)).outcomes == []


def shipping(sandbox: Sandbox, path: Path, orders: list[str]) -> str:
    """A program that ships with the journal in this file."""
    settings = {"gateway": sandbox.url, "access_token": sandbox.access_token, "account": "store"}
    return f"""
import lazcore
from lazcore.journal import SqliteJournal
client = lazcore.Client({sandbox.app_key!r}, {sandbox.app_secret!r}, **{settings!r})
run = client.fulfillment.run({orders!r}, journal=SqliteJournal({str(path)!r}), quarantine_s=3)
try:
    print({{one.state for one in run.outcomes}}, flush=True)
except lazcore.LazadaError as error:
    print(type(error).__name__, error, flush=True)
"""


def test_a_run_that_is_killed_between_intent_and_answer_packs_nothing_twice(
    sandbox: Sandbox,
    client: lazcore.Client,
    tmp_path: Path,
    script: Callable[[str], subprocess.Popen[str]],
) -> None:
    path = tmp_path / "store.sqlite"
    orders = order_ids(client, sandbox)
    # A Pack is executed a second after the connection was dropped; the other is never answered.
    sandbox.misbehave("execute_late", path=PACK, seconds=1)
    sandbox.misbehave("stall", path=PACK, times=2)
    child = script(shipping(sandbox, path, orders))
    eventually(lambda: sandbox.calls(PACK))
    child.kill()
    child.wait()
    assert sum('"line":"intent"' in line for line in lines_of(path)) > 0
    sandbox.behave()
    run = client.fulfillment.run(orders, journal=SqliteJournal(path), quarantine_s=3)
    assert {one.state for one in run.outcomes if one.state != "left_out"} == {"done"}
    assert times_packed(sandbox) == {1}
    assert any(one.origin == "read_back" for one in run.outcomes)


def test_a_second_process_gets_a_clear_message_and_the_end_of_the_first_frees_the_journal(
    sandbox: Sandbox,
    client: lazcore.Client,
    tmp_path: Path,
    script: Callable[[str], subprocess.Popen[str]],
) -> None:
    path = tmp_path / "store.sqlite"
    orders = order_ids(client, sandbox)
    first = client.fulfillment.run(orders, until="packed", journal=SqliteJournal(path))
    next(first)
    output, _ = script(shipping(sandbox, path, orders)).communicate(timeout=180)
    assert "InputError" in output
    assert f"{path} is in use by another job, of this process or another" in output
    with pytest.raises(lazcore.InputError, match="in use"):
        client.fulfillment.run(orders, journal=SqliteJournal(path)).outcomes  # noqa: B018
    assert {one.state for one in first.outcomes} <= {"done", "left_out"}
    output, _ = script(shipping(sandbox, path, orders)).communicate(timeout=180)
    assert "'done'" in output


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_does_not_free_the_journal_of_its_parent(
    sandbox: Sandbox,
    client: lazcore.Client,
    tmp_path: Path,
    script: Callable[[str], subprocess.Popen[str]],
) -> None:
    path = tmp_path / "store.sqlite"
    orders = order_ids(client, sandbox)
    run = client.fulfillment.run(orders, until="packed", journal=SqliteJournal(path))
    next(run)
    child = os.fork()
    if child == 0:
        del run
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    output, _ = script(shipping(sandbox, path, orders)).communicate(timeout=180)
    assert "in use" in output
    assert {one.state for one in run.outcomes} <= {"done", "left_out"}


def test_what_was_synced_is_in_the_file_before_the_request_leaves(
    sandbox: Sandbox, client: lazcore.Client, tmp_path: Path
) -> None:
    journal = SqliteJournal(tmp_path / "store.sqlite")
    assert journal.try_lock()
    settings = {
        name: journal._locked().execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("synchronous", "locking_mode", "journal_mode")
    }
    assert settings == {"synchronous": 3, "locking_mode": "exclusive", "journal_mode": "truncate"}
    journal.append("one")
    assert journal.read() == []
    journal.sync()
    assert journal.read() == ["one"]
    with pytest.raises(Exception, match="type"):
        journal.replace(["two", object()])  # type: ignore[list-item]
    assert journal.read() == ["one"], "wholly or not at all"
    journal.replace(["three", "four"])
    journal.append("five")
    journal.unlock()
    journal.unlock()
    assert lines_of(tmp_path / "store.sqlite") == ["three", "four", "five"]
    with pytest.raises(ValueError, match="not locked"):
        journal.read()


def test_a_database_of_something_else_is_left_alone(
    sandbox: Sandbox, client: lazcore.Client, tmp_path: Path
) -> None:
    path = tmp_path / "erp.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id TEXT)")
    connection.close()
    with pytest.raises(lazcore.IoError, match="journal") as caught:
        client.fulfillment.run(["1"], journal=SqliteJournal(path)).outcomes  # noqa: B018
    assert "other tables" in str(caught.value.__cause__)
    connection = sqlite3.connect(path, timeout=0)
    connection.execute("INSERT INTO orders VALUES ('1')")
    connection.close()
    path.write_bytes(b"no database" * 100)
    with pytest.raises(lazcore.IoError):
        client.fulfillment.run(["1"], journal=SqliteJournal(path)).outcomes  # noqa: B018
    assert path.read_bytes() == b"no database" * 100


def test_an_object_of_the_hosts_is_asked_in_order(sandbox: Sandbox, client: lazcore.Client) -> None:
    journal = Recorded()
    orders = order_ids(client, sandbox)[:2]
    run = client.fulfillment.run(orders, until="packed", journal=journal)
    assert {one.state for one in run.outcomes} == {"done"}
    assert journal.did[:5] == ["try_lock", "read", "replace", "append", "sync"]
    assert journal.did[-1] == "unlock"
    assert '"line":"intent"' in journal.lines[1]
    held = client.fulfillment.run(orders, journal=journal)
    next(held)
    with pytest.raises(lazcore.InputError, match="a shelf is in use"):
        client.fulfillment.run(orders, journal=journal).outcomes  # noqa: B018


@pytest.mark.parametrize("method", ["append", "sync"])
def test_nothing_is_sent_when_the_intent_cannot_be_kept(
    sandbox: Sandbox, client: lazcore.Client, method: str
) -> None:
    journal = Recorded(method, OSError("disk full"))
    orders = order_ids(client, sandbox)[:2]
    run = client.fulfillment.run(orders, journal=journal)
    told: list[lazcore.Outcome] = []
    with pytest.raises(lazcore.IoError, match="a shelf") as caught:
        told.extend(event for event in run if isinstance(event, lazcore.Outcome))
    assert str(caught.value.__cause__) == "disk full"
    assert sandbox.calls(PACK) == []
    assert not journal.locked


def test_ctrl_c_in_a_method_stays_what_it_is(sandbox: Sandbox, client: lazcore.Client) -> None:
    journal = Recorded("sync", KeyboardInterrupt())
    orders = order_ids(client, sandbox)[:2]
    with pytest.raises(KeyboardInterrupt):
        client.fulfillment.run(orders, journal=journal).outcomes  # noqa: B018
    assert sandbox.calls(PACK) == []


def test_what_is_no_journal_is_refused(client: lazcore.Client) -> None:
    thing: Any = object()
    for begin in (
        client.fulfillment.announce,
        client.fulfillment.repack,
        client.fulfillment.run,
    ):
        with pytest.raises(lazcore.InputError, match="try_lock, unlock, read") as caught:
            begin(["1"], journal=thing)
        assert caught.value.field == "journal"
    with pytest.raises(lazcore.InputError, match="journal"):
        client.fulfillment.resolve(thing)
    wrong = Recorded()
    wrong.lines = [7]  # type: ignore[list-item]
    with pytest.raises(lazcore.IoError, match="journal a shelf cannot be read"):
        client.fulfillment.run(["1"], journal=wrong).outcomes  # noqa: B018


def test_its_methods_cannot_use_the_job_that_calls_them(
    sandbox: Sandbox, client: lazcore.Client
) -> None:
    class Curious(Recorded):
        run: Any = None

        def append(self, line: str) -> None:
            next(self.run)

    journal = Curious()
    orders = order_ids(client, sandbox)[:2]
    journal.run = client.fulfillment.run(orders, journal=journal)
    with pytest.raises(lazcore.IoError) as caught:
        journal.run.outcomes  # noqa: B018
    assert isinstance(caught.value.__cause__, lazcore.InputError)
    assert caught.value.__cause__.field == "journal"

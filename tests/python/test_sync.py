"""Sync: a database kept in step from run to run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lazcore
from lazcore.testing import Sandbox


def control(sandbox: Sandbox, name: str, **members: Any) -> dict[str, Any]:
    """Asks the sandbox for a change, or lets time go by."""
    url = f"{sandbox.url.removesuffix('/rest')}/sandbox/{name}"
    with urllib.request.urlopen(url, json.dumps(members).encode()) as answer:
        answered: dict[str, Any] = json.load(answer)
        return answered


def change(sandbox: Sandbox, **members: Any) -> dict[str, Any]:
    """A change, which is listed once its second is over."""
    changed = control(sandbox, "change", **members)
    control(sandbox, "clock", advance=5)
    return changed


class Shelf:
    """A state in memory."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text
        self.saves: list[str] = []

    def load(self) -> str | None:
        return self.text

    def save(self, text: str) -> None:
        self.saves.append(text)
        self.text = text


def test_runs_on_one_file_bring_each_version_once(sandbox: Sandbox, tmp_path: Path) -> None:
    state = tmp_path / "store.sync"
    client = sandbox.client()
    sync = client.orders.sync(since=sandbox.created_after, state=state, with_items=True)
    orders = list(sync)
    assert len({order.order_id for order in orders}) == len(orders) == 30
    assert all(order.items for order in orders)
    assert {order.account for order in orders} == {client.account}
    assert sync.summary is not None
    assert sync.summary.newest is not None
    assert sync.summary.lateness_s is not None
    assert json.loads(sync.summary.to_json())["newest"] == sync.summary.newest
    assert state.stat().st_mode & 0o777 == 0o600

    changed = change(sandbox, updates=3, inserts=2)
    # Another client, another token of the day: the state belongs to the account.
    sync = sandbox.client().orders.sync(state=os.fspath(state))
    again = {order.order_id for order in sync}
    assert again == {str(id) for id in changed["updated"] + changed["inserted"]}
    assert sync.summary is not None
    assert sync.summary.counts["orders"] == 5
    assert sync.summary.lateness_s is not None
    assert 3 <= sync.summary.lateness_s <= 60
    sync = sandbox.client().orders.sync(state=state)
    assert list(sync) == []
    assert sync.summary is not None
    assert (sync.summary.newest, sync.summary.lateness_s) == (None, None)


def test_a_state_as_text_goes_on_within_a_page(sandbox: Sandbox, client: lazcore.Client) -> None:
    sync = client.orders.sync(since=sandbox.created_after)
    seen = [next(sync).order_id for _ in range(7)]
    sync = client.orders.sync(cursor=sync.cursor, overlap_s=60)
    seen += [order.order_id for order in sync]
    assert len(set(seen)) == len(seen) == 30
    change(sandbox, updates=1)
    assert len(list(client.orders.sync(cursor=sync.cursor, overlap_s=60))) == 1


def test_phases_are_told(client: lazcore.Client, sandbox: Sandbox) -> None:
    events = list(client.orders.sync(since=sandbox.created_after).events())
    stages = [event.stage for event in events if isinstance(event, lazcore.Progress)]
    assert list(dict.fromkeys(stages)) == ["backfill", "changes"]
    assert [type(event) for event in events].count(lazcore.Done) == 1


def test_an_object_keeps_the_state(client: lazcore.Client, sandbox: Sandbox) -> None:
    shelf = Shelf()
    sync = client.orders.sync(since=sandbox.created_after, state=shelf)
    next(sync)
    assert len(shelf.saves) <= 1, "nothing of the page is done"
    assert len(list(sync)) == 29
    assert shelf.text == sync.cursor
    change(sandbox, inserts=1)
    sync = client.orders.sync(state=shelf)
    assert len(list(sync)) == 1
    assert shelf.text == sync.cursor


class BrokenError(Exception):
    pass


def test_what_an_object_raises_ends_the_sync(client: lazcore.Client, sandbox: Sandbox) -> None:
    class Broken(Shelf):
        error: BaseException = BrokenError("no space")

        def save(self, text: str) -> None:
            raise self.error

    broken = Broken()
    sync = client.orders.sync(since=sandbox.created_after, state=broken)
    with pytest.raises(lazcore.IoError, match=r"Broken cannot be saved.*no space") as caught:
        list(sync)
    assert isinstance(caught.value.__cause__, BrokenError)
    assert caught.value.field == "state"
    assert list(sync) == []
    broken.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        list(client.orders.sync(since=sandbox.created_after, state=broken))

    class Unreadable(Shelf):
        def load(self) -> str | None:
            raise BrokenError

    with pytest.raises(lazcore.IoError) as caught:
        client.orders.sync(since=sandbox.created_after, state=Unreadable())
    assert isinstance(caught.value.__cause__, BrokenError)
    odd: Any = Shelf()
    odd.load = lambda: b"bytes"
    with pytest.raises(lazcore.IoError, match="expected str or None"):
        client.orders.sync(since=sandbox.created_after, state=odd)


def test_save_cannot_use_the_sync_that_calls_it(client: lazcore.Client, sandbox: Sandbox) -> None:
    class Curious(Shelf):
        sync: lazcore.OrderPull

        def save(self, text: str) -> None:
            assert self.sync.cursor

    curious = Curious()
    curious.sync = client.orders.sync(since=sandbox.created_after, state=curious)
    with pytest.raises(lazcore.IoError) as caught:
        list(curious.sync)
    assert isinstance(caught.value.__cause__, lazcore.InputError)


def test_one_sync_at_a_time_has_the_file(
    client: lazcore.Client, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    with client.orders.sync(since=sandbox.created_after, state=state) as sync:
        next(sync)
        with pytest.raises(lazcore.IoError, match="in use by another sync") as caught:
            client.orders.sync(since=sandbox.created_after, state=state)
        assert caught.value.field == "state"
    assert sync.cursor
    assert list(sync) == []
    sync.close()
    # The end of the iteration frees it too.
    sync = client.orders.sync(since=sandbox.created_after, state=state)
    assert len(list(sync)) == 30
    sync = client.orders.sync(state=state)
    assert list(sync) == []


def test_a_forked_child_leaves_the_file_to_its_parent(
    client: lazcore.Client, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    sync = client.orders.sync(since=sandbox.created_after, state=state)
    next(sync)
    child = os.fork()
    if child == 0:
        sync.close()
        del sync
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(lazcore.IoError, match="in use"):
        client.orders.sync(since=sandbox.created_after, state=state)
    assert len(list(sync)) == 29
    assert list(client.orders.sync(state=state)) == []


def test_a_killed_process_loses_nothing(
    tmp_path: Path, script: Callable[[str], subprocess.Popen[str]]
) -> None:
    state = tmp_path / "state"
    with Sandbox(orders=250) as sandbox:
        process = script(
            f"""
import lazcore, time
client = lazcore.Client({sandbox.app_key!r}, {sandbox.app_secret!r}, gateway={sandbox.url!r},
                        access_token={sandbox.access_token!r})
sync = client.orders.sync(since={sandbox.created_after!r}, state={str(state)!r})
for number, order in enumerate(sync, 1):
    print(order.order_id, flush=True)
    if number == 150:
        time.sleep(600)
"""
        )
        assert process.stdout is not None
        seen = [process.stdout.readline().strip() for _ in range(150)]
        with pytest.raises(lazcore.IoError, match="in use"):
            sandbox.client().orders.sync(state=state)
        process.send_signal(signal.SIGKILL)
        process.wait()
        rest = [order.order_id for order in sandbox.client().orders.sync(state=state)]
        assert len(set(seen) | set(rest)) == 250
        assert len(rest) == 150, "the page in hand comes again"


def test_a_damaged_or_foreign_state_is_refused_and_left(
    client: lazcore.Client, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    list(client.orders.sync(since=sandbox.created_after, state=state))
    whole = state.read_text()
    with pytest.raises(lazcore.InputError, match="belongs to another") as caught:
        sandbox.client(account="other").orders.sync(state=state)
    assert caught.value.field == "state"
    for text in (whole[:60], ""):
        state.write_text(text)
        with pytest.raises(lazcore.InputError) as caught:
            client.orders.sync(since=sandbox.created_after, state=state)
        assert caught.value.field == "state"
        assert state.read_text() == text
    with pytest.raises(lazcore.InputError):
        client.orders.sync(state=Shelf(whole[:60]))
    with pytest.raises(lazcore.InputError):
        client.orders.sync(state=Shelf(""))


def test_options_are_checked(client: lazcore.Client, sandbox: Sandbox, tmp_path: Path) -> None:
    refused: list[tuple[str, dict[str, Any]]] = [
        ("since", {}),
        ("since", {"since": "2026-03-01"}),
        ("state", {"since": sandbox.created_after, "state": 7}),
        ("state_file", {"since": sandbox.created_after, "state": ""}),
        ("overlap_s", {"since": sandbox.created_after, "overlap_s": 0}),
        ("overlap_s", {"since": sandbox.created_after, "overlap_s": True}),
        ("cursor", {"cursor": "text"}),
        ("cursor", {"cursor": "text", "state": tmp_path / "state"}),
    ]
    for field, options in refused:
        with pytest.raises(lazcore.InputError) as caught:
            client.orders.sync(**options)
        assert caught.value.field == field, options
    assert sandbox.calls() == []


def test_those_who_drive_pulls_hand_over(client: lazcore.Client, sandbox: Sandbox) -> None:
    pull = client.orders.pull(created_after=sandbox.created_after)
    assert len(list(pull)) == 30
    change(sandbox, updates=4)
    pull = client.orders.pull(update_after=sandbox.created_after, cursor=pull.cursor)
    assert len(list(pull)) == 4

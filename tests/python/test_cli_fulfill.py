"""`lazcore fulfill`, `labels` and `rts` on the command line."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pairs import store_pair
from typer.testing import CliRunner

from lazcore.cli.app import app
from lazcore.cli.credentials import Credentials
from lazcore.cli.shipment import events_of
from lazcore.cli.stores import Store
from lazcore.testing import Sandbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PACK, RTS = "/order/fulfill/pack", "/order/package/rts"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Orders that can all be shipped."""
    with Sandbox(orders=30, seed=1, special_orders=False) as sandbox:
        yield sandbox


def order_ids(sandbox: Sandbox, store: int = 0) -> list[str]:
    with sandbox.client(access_token=sandbox.access_tokens[store]) as client:
        pull = client.orders.pull(created_after=sandbox.created_after, status="pending")
        return [str(order.order_id) for order in pull]


def item_ids(sandbox: Sandbox, store: int = 0) -> set[str]:
    with sandbox.client(access_token=sandbox.access_tokens[store]) as client:
        pull = client.orders.pull(created_after=sandbox.created_after, with_items=True)
        return {str(item.order_item_id) for order in pull for item in order.items or []}


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def states(done: subprocess.CompletedProcess[str]) -> set[str]:
    return {row["state"] for row in rows(done)}


def packed(sandbox: Sandbox, store: int = 0) -> Counter[int]:
    """How many items were packed how often."""
    return Counter(item["packed"] for item in sandbox.books()["stores"][store]["items"])


def couriers(sandbox: Sandbox, store: int = 0) -> set[int]:
    return {one["couriers"] for one in sandbox.books()["stores"][store]["packages"]}


# fulfill


def test_orders_are_shipped_and_told(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    ids = order_ids(sandbox)
    report, labels = tmp_path / "shipped.csv", tmp_path / "labels"
    done = run(
        *("fulfill", *ids[:2], "--from", "-", "--labels", str(labels), "--report", str(report)),
        *("--journal", str(tmp_path / "store.journal"), "--actor", "anna"),
        stdin=f"# today\n{ids[2]}\n\n {ids[3]} \n",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "items of 4 orders" in done.stdout
    with report.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert {row["order_id"] for row in table} == {f"'{one}" for one in ids[:4]}
    assert {(row["state"], row["actor"]) for row in table} == {("done", "anna")}
    assert list(labels.glob("*.pdf"))
    for path in (report, *labels.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert couriers(sandbox) == {1}


def test_pending_orders_of_a_window(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    command = ["fulfill", "--pending", "--created-after", sandbox.created_after, "--json"]
    command += ["--journal", str(tmp_path / "store.journal")]
    done = run(*command)
    assert done.returncode == 0, done.stderr
    assert states(done) == {"done"}
    assert {row["order_item_id"] for row in rows(done)} == item_ids(sandbox)
    assert set(packed(sandbox)) == {1}
    again = run(*command)
    assert (again.returncode, again.stdout) == (0, "")
    assert set(packed(sandbox)) == {1}


def test_packages_of_others_are_taken_only_when_asked(
    run: Run, sandbox: Sandbox, tmp_path: Path
) -> None:
    foreign = order_ids(sandbox)[0]
    sandbox.act("pack", [foreign])
    command = ["fulfill", "--pending", "--created-after", sandbox.created_after, "--json"]
    command += ["--journal", str(tmp_path / "store.journal"), "--resume"]
    done = run(*command)
    assert done.returncode == 0, done.stderr
    assert len({row["order_id"] for row in rows(done)} - {foreign}) == 29
    assert foreign not in {row["order_id"] for row in rows(done)}
    taken = run(*command, "--adopt")
    assert taken.returncode == 0, taken.stderr
    assert {(row["order_id"], row["origin"]) for row in rows(taken)} == {(foreign, "adopted")}
    assert couriers(sandbox) == {1}


def test_refused_rows_end_with_one(run: Run, sandbox: Sandbox) -> None:
    ids = order_ids(sandbox)[:2]
    sandbox.misbehave("fail_row", path=PACK, code="700003", rows=[0])
    done = run("fulfill", *ids, "--until", "packed", "--json")
    assert done.returncode == 1, done.stderr
    (refused,) = [row for row in rows(done) if row["state"] != "done"]
    assert (refused["state"], refused["code"]) == ("refused", "700003")
    assert "without --journal" in done.stderr
    told = run("fulfill", ids[0], "1", "--until", "packed", COLUMNS="200")
    assert told.returncode == 1
    for word in ("refused", "E039", "request id"):
        assert word in told.stdout


def test_a_lost_answer_is_read_back(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    ids = order_ids(sandbox)[:3]
    sandbox.misbehave("drop_after", path=PACK)
    done = run(
        *("fulfill", *ids, "--quarantine-s", "1", "--json", "--until", "packed"),
        *("--journal", str(tmp_path / "store.journal")),
    )
    assert done.returncode == 0, done.stderr
    assert {(row["state"], row["origin"]) for row in rows(done)} == {("done", "read_back")}
    assert len(sandbox.calls(PACK)) == 1


def test_what_cannot_be_told_ends_with_five(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    ids = order_ids(sandbox)[:2]
    sandbox.misbehave("drop_before", path=PACK)
    command = ["fulfill", *ids, "--quarantine-s", "1", "--json", "--until", "packed"]
    command += ["--journal", str(tmp_path / "store.journal")]
    done = run(*command, "--unknown", "report")
    assert done.returncode == 5, done.stderr
    assert states(done) == {"indeterminate"}
    alone = run("fulfill", *command[3:], "--resume")
    assert alone.returncode == 1, alone.stderr
    assert states(alone) == {"stopped_before"}
    resumed = run(*command, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert states(resumed) == {"done"}
    assert set(packed(sandbox)) <= {0, 1}


@pytest.fixture
def start(settings: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the command; none outlives its test."""
    started = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "lazcore", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=settings,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], sandbox: Sandbox, path: str, calls: int) -> None:
    until = time.monotonic() + 120
    while len(sandbox.calls(path)) < calls:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize(("path", "executed", "by"), [(PACK, True, "ids"), (RTS, False, "pending")])
def test_a_killed_run_is_resumed(
    run: Run,
    sandbox: Sandbox,
    tmp_path: Path,
    start: Any,
    path: str,
    executed: bool,
    by: str,
) -> None:
    command = ["fulfill", "--journal", str(tmp_path / "store.journal"), "--quarantine-s", "1"]
    if by == "pending":
        command += ["--pending", "--created-after", sandbox.created_after]
    else:
        command += order_ids(sandbox)
    items = len(item_ids(sandbox))
    # Of the second batch nobody hears.
    sandbox.misbehave("stall", path=path, after=1, times=1, executed=executed)
    process = start(*command)
    wait_for(process, sandbox, path, 2)
    process.kill()
    process.communicate()
    sandbox.behave()
    done = run(*command, "--resume", "--json")
    assert done.returncode == 0, done.stderr
    assert states(done) == {"done"}
    assert packed(sandbox) == {1: items}
    assert couriers(sandbox) == {1}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_tells_every_outcome(run: Run, sandbox: Sandbox, tmp_path: Path, start: Any) -> None:
    ids = order_ids(sandbox)
    report = tmp_path / "shipped.json"
    command = ["fulfill", *ids, "--journal", str(tmp_path / "store.journal"), "--json"]
    command += ["--report", str(report), "--quarantine-s", "1", "--until", "packed"]
    sandbox.misbehave("stall", path=PACK, after=1, times=1, executed=True)
    process = start(*command)
    wait_for(process, sandbox, PACK, 2)
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert errors == "lazcore: interrupted\n"
    told = [json.loads(line) for line in printed.splitlines()]
    assert len(told) == len(sandbox.books()["stores"][0]["items"])
    assert "done" in {one["state"] for one in told}
    assert len(json.loads(report.read_text(encoding="utf-8"))["items"]) == len(told)
    sandbox.behave()
    assert run(*command, "--resume").returncode == 0
    assert set(packed(sandbox)) == {1}


def test_a_second_ctrl_c_does_not_wait_for_the_outcomes() -> None:
    class Stubborn:
        canceled = 0

        def cancel(self) -> None:
            self.canceled += 1

        def __iter__(self) -> Iterator[int]:
            return iter(range(5))

    run: Any = Stubborn()
    ends: list[int] = []
    seen = []
    before = signal.getsignal(signal.SIGINT)

    def interrupt_twice() -> None:
        for event in events_of(run, ends):
            seen.append(event)
            if event in (1, 3):
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        interrupt_twice()
    assert (seen, ends, run.canceled) == ([0, 1, 2, 3], [signal.SIGINT], 1)
    assert signal.getsignal(signal.SIGINT) is before


# several accounts


@pytest.fixture
def tokens(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Token files of two stores; the pair of the first has ended."""
    folder = tmp_path / "tokens"
    folder.mkdir()
    store_pair(sandbox, folder / "a.token", 0, age_days=200, access_token="50000ended")
    store_pair(sandbox, folder / "b.token", 1)
    return folder


def test_an_account_that_fails_does_not_stop_the_others(
    run: Run, sandbox: Sandbox, tmp_path: Path, tokens: Path
) -> None:
    journals, labels = tmp_path / "journals", tmp_path / "labels"
    done = run(
        *("fulfill", "--pending", "--created-after", sandbox.created_after, "--json"),
        *("--folder", str(tokens), "--journal", str(journals), "--labels", str(labels)),
    )
    assert done.returncode == 6, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("lazcore: a.token: ")
    assert {(row["account"], row["state"]) for row in rows(done)} == {("MY-1001", "done")}
    assert set(packed(sandbox, 1)) == {1}
    assert not packed(sandbox, 0)
    assert (journals / "MY-1001.journal").is_file()
    assert list((labels / "MY-1001").glob("*.pdf"))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_account_that_stalls_does_not_hold_up_the_others_and_ctrl_c_reaches_all(
    run: Run, sandbox: Sandbox, tmp_path: Path, tokens: Path, start: Any
) -> None:
    store_pair(sandbox, tokens / "a.token", 0)
    report = tmp_path / "shipped.json"
    command = ["fulfill", "--pending", "--created-after", sandbox.created_after, "--json"]
    command += ["--folder", str(tokens), "--journal", str(tmp_path / "journals")]
    command += ["--report", str(report), "--quarantine-s", "1", "--until", "packed"]
    sandbox.misbehave("stall", path=PACK, times=1, executed=True)
    process = start(*command)
    # All of the account that is not stalled, while the other waits.
    items = {"SG-1000": 0, "MY-1001": 0}
    totals = {"SG-1000": len(item_ids(sandbox)), "MY-1001": len(item_ids(sandbox, 1))}
    printed = []
    while all(items[account] < totals[account] for account in items):
        printed.append(json.loads(process.stdout.readline()))
        items[printed[-1]["account"]] += 1
    assert process.poll() is None
    assert 0 in items.values()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert errors == "lazcore: interrupted\n"
    printed += [json.loads(line) for line in rest.splitlines()]
    assert len(printed) == sum(totals.values())
    told = json.loads(report.read_text(encoding="utf-8"))["items"]
    # In the report one account follows the other.
    accounts = [one["account"] for one in told]
    assert accounts == ["SG-1000"] * totals["SG-1000"] + ["MY-1001"] * totals["MY-1001"]
    sandbox.behave()
    assert run(*command, "--resume").returncode == 0
    assert (set(packed(sandbox)), set(packed(sandbox, 1))) == ({1}, {1})


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_second_ctrl_c_ends_the_process_though_an_account_cannot_be_ended(
    sandbox: Sandbox, tmp_path: Path, tokens: Path, start: Any
) -> None:
    # What was sent for a new token is waited for.
    store_pair(sandbox, tokens / "a.token", 0, age_days=29)
    refresh = "/auth/token/refresh"
    sandbox.misbehave("stall", path=refresh, times=5)
    command = ["fulfill", "--pending", "--created-after", sandbox.created_after]
    process = start(*command, "--folder", str(tokens), "--journal", str(tmp_path / "journals"))
    wait_for(process, sandbox, refresh, 1)
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    until = time.monotonic() + 120
    while process.poll() is None:
        # A crowded machine may take two that come close together for one.
        process.send_signal(signal.SIGINT)
        time.sleep(1)
        assert time.monotonic() < until
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "interrupted" in errors


def test_ids_name_their_account(run: Run, sandbox: Sandbox, tmp_path: Path, tokens: Path) -> None:
    store_pair(sandbox, tokens / "a.token", 0)
    first, second = order_ids(sandbox)[0], order_ids(sandbox, 1)[0]
    files = [f"--token-file={tokens / name}.token" for name in ("a", "b")]
    command = ("fulfill", *files, "--journal", str(tmp_path / "journals"), "--json")
    assert run(*command, first).returncode == 2
    done = run(*command, f"SG-1000:{first}", f"MY-1001:{second}", "TH-9:1")
    assert done.returncode == 1
    assert "TH-9" in done.stderr
    told = {(row["account"], row["order_id"], row["state"]) for row in rows(done)}
    assert told == {("SG-1000", first, "done"), ("MY-1001", second, "done")}


def test_an_account_is_shipped_once_and_in_its_country(
    run: Run, sandbox: Sandbox, tokens: Path
) -> None:
    store_pair(sandbox, tokens / "c.token", 1)
    (tokens / "a.token").unlink()
    done = run("rts", "MY-1001:FP1@1", "--folder", str(tokens), "--json")
    assert done.returncode == 1
    # Both are pairs of one account; which of the two comes first is not said.
    assert re.search(r"[bc]\.token: MY-1001 once more: left out", done.stderr)
    assert len(rows(done)) == 1
    found = Credentials(sandbox.app_key, sandbox.app_secret, country="SG")
    # The pair tells the account of its own country's gateway without a call.
    with Store(found, tokens / "b.token", several=True).client() as client:
        assert client.account == "MY-1001"


# labels and rts


def test_labels_again_and_packages_announced(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    ids, journal = order_ids(sandbox)[:2], str(tmp_path / "store.journal")
    done = run("fulfill", *ids, "--until", "packed", "--journal", journal, "--json")
    package = {row["order_id"]: row["package_id"] for row in rows(done)}
    labels = ("--labels", str(tmp_path / "labels"), "--json")
    printed = run("labels", ids[0], "--package", package[ids[1]], *labels)
    assert printed.returncode == 0, printed.stderr
    assert {row["package_id"] for row in rows(printed)} == set(package.values())
    assert all(Path(row["label"]).is_file() for row in rows(printed))
    sandbox.misbehave("drop_after", path=RTS)
    announced = run(
        *("rts", package[ids[0]], f"{package[ids[1]]}@{ids[1]}", "--actor", "dock"),
        *("--journal", journal, "--quarantine-s", "1", "--json"),
    )
    assert announced.returncode == 0, announced.stderr
    assert [(row["state"], row["actor"]) for row in rows(announced)] == [("done", "dock")] * 2
    assert couriers(sandbox) == {1}


# mistakes


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["fulfill"], "orders"),
        (["fulfill", "--pending"], "pending"),
        (["fulfill", "1", "--pending", "--created-after", "x"], "pending"),
        (["fulfill", "1", "--created-after", "x"], "created_after"),
        (["fulfill", "--resume"], "resume"),
        (["fulfill", "1", "--report", "report.txt"], "report"),
        (["fulfill", "1", "--until", "sold"], "until"),
        (["fulfill", "1", "--unknown", "guess"], "unknown"),
        (["fulfill", "x1"], "order_id"),
        (["fulfill", "1", "--from", "missing"], "missing"),
        (["labels", "--labels", "x"], "orders"),
        (["rts"], "packages"),
    ],
)
def test_mistakes_are_named_and_nothing_is_sent(
    settings: dict[str, str], sandbox: Sandbox, arguments: list[str], field: str
) -> None:
    done = CliRunner().invoke(app, [*arguments, "--account", "SG-1"], env=settings)
    assert done.exit_code == 2, done.output
    assert field in done.output
    assert sandbox.calls() == []


def test_a_refused_token_is_told_with_its_request_id(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text("of an earlier run", encoding="utf-8")
    done = run(
        *("fulfill", "1", "--journal", str(tmp_path / "unused"), "--report", str(report)),
        LAZADA_ACCESS_TOKEN="other",
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert report.read_text(encoding="utf-8") == "of an earlier run"
    (line,) = done.stderr.splitlines()
    assert "IllegalAccessToken" in line
    assert "request_id" in line

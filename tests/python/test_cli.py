"""The command `lazcore`."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import lazcore
from lazcore.testing import Sandbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]


# call


def test_a_call_prints_the_payload(run: Run, sandbox: Sandbox) -> None:
    done = run("call", "GetOrders", f"created_after={sandbox.created_after}", "limit=2")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["orders"]) == 2


def test_a_document_keeps_its_digits(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "params.json"
    file.write_text('{"amount": 12345678901234567.890, "ids": [1, 2]}')
    done = run("call", "/new/api", "--method", "post", "--json", f"@{file}", "--evidence")
    assert done.returncode == 3
    params = sandbox.calls("/new/api")[0]["params"]
    assert (params["amount"], params["ids"]) == ("12345678901234567.890", "[1,2]")


def test_refusals_and_mistakes_have_their_codes(run: Run, sandbox: Sandbox) -> None:
    refused = run("call", "GetOrder", "order_id=1")
    assert refused.returncode == 3
    assert "request_id" in refused.stderr
    assert run("call", "GetOrder").returncode == 2
    assert run("call", "GetOrder", "order_id").returncode == 2
    assert run("call", "GetOrder", "order_id=1", "--json", '{"order_id": 1}').returncode == 2
    assert run("call", "GetOrder", "--json", "{").returncode == 2
    assert run("call", "GetOrder", "--json", "@/nowhere/at/all").returncode == 2
    assert run("call", "GetOrder", "--nonsense").returncode == 2
    assert run("call", "Nonsense").returncode == 2
    sandbox.misbehave("drop_after")
    lost = run("call", "ReadyToShip", 'packages=[{"package_id":"FP1"}]')
    assert lost.returncode == 5
    assert "look at the state" in lost.stderr
    nobody = run("call", "GetSeller", LAZADA_GATEWAY="http://127.0.0.1:9/rest")
    assert nobody.returncode == 4


def test_refused_rows_end_with_one(run: Run, sandbox: Sandbox, client: lazcore.Client) -> None:
    pull = client.orders.pull(created_after=sandbox.created_after, with_items=True)
    item = next(one for order in pull for one in order.items or [] if one.status == "pending")
    document = {
        "pack_order_list": [{"order_id": item.order_id, "order_item_list": [item.order_item_id]}],
        "delivery_type": "dropship",
        "shipping_allocate_type": "TFS",
    }
    sandbox.misbehave("fail_row", code="700024")
    done = run("call", "Pack", "--json", json.dumps(document))
    assert done.returncode == 1, done.stderr
    assert "700024" in done.stderr


# Credentials


def test_credentials_of_a_private_file(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "store"
    file.write_text(
        f"# the store\napp_key = {sandbox.app_key}\napp_secret = '{sandbox.app_secret}'\n"
        f'access_token = "{sandbox.access_token}"\ngateway = {sandbox.url}\n\n'
    )
    gone = dict.fromkeys(
        ("LAZADA_APP_KEY", "LAZADA_APP_SECRET", "LAZADA_ACCESS_TOKEN", "LAZADA_GATEWAY")
    )
    missing = run("call", "GetSeller", **gone)
    assert missing.returncode == 2
    assert "LAZADA_APP_KEY" in missing.stderr
    given = {**gone, "LAZADA_CONFIG": str(file)}
    file.chmod(0o640)
    refused = run("call", "GetSeller", **given)
    assert refused.returncode == 2
    assert "chmod 600" in refused.stderr
    file.chmod(0o600)
    assert run("call", "GetSeller", **given).returncode == 0
    file.write_text(f"secret: {sandbox.app_secret}\n")
    wrong = run("call", "GetSeller", **given)
    assert wrong.returncode == 2
    assert "line 1" in wrong.stderr
    absent = run("call", "GetSeller", **{**gone, "LAZADA_CONFIG": str(tmp_path / "none")})
    assert absent.returncode == 2


# sign, apis, sandbox


def test_a_signature(run: Run, sandbox: Sandbox) -> None:
    done = run("sign", "/order/get", "order_id=1234", "app_key=1")
    expected = lazcore.sign(sandbox.app_secret, "/order/get", {"order_id": "1234", "app_key": "1"})
    assert done.stdout == expected + "\n"
    assert run("sign", "/order/get", "a=1", LAZADA_APP_SECRET=None).returncode == 2


def test_a_signature_is_explained(run: Run, sandbox: Sandbox) -> None:
    params = {"order_id": "1234", "app_key": "1", "status": ""}
    pairs = [f"{name}={value}" for name, value in params.items()]
    right = lazcore.sign(sandbox.app_secret, "/order/get", params)
    plain = run("sign", "/order/get", *pairs, "--explain")
    assert plain.returncode == 0
    assert plain.stdout.split("\n")[:2] == [
        "base string: /order/getapp_key1order_id1234",
        f"signature:   {right}",
    ]
    assert "is right" in run("sign", "/order/get", *pairs, "--signature", right).stdout
    small = run("sign", "/order/get", *pairs, "--signature", right.lower())
    assert small.returncode == 1
    assert "in capitals" in small.stdout
    unknown = run("sign", "/order/get", *pairs, "--signature", "0" * 64)
    assert unknown.returncode == 1
    assert "no known mistake" in unknown.stdout


def test_the_catalogue(run: Run) -> None:
    rows = json.loads(run("apis", "--json").stdout)
    assert {"GetOrders", "Pack", "GetSeller"} <= {row["name"] for row in rows}
    assert {row["group"] for row in json.loads(run("apis", "orders", "--json").stdout)} == {
        "orders"
    }
    assert "/orders/get" in run("apis", "orders").stdout
    assert run("apis", "nonsense").returncode == 2


def test_help_and_version(run: Run) -> None:
    assert run("--version").stdout == f"{lazcore.__version__}\n"
    names = (
        "demo",
        "fulfill",
        "labels",
        "rts",
        "call",
        "sign",
        "sandbox",
        "apis",
        "auth",
        "doctor",
    )
    for command in ([], *([name] for name in names)):
        done = run(*command, "--help")
        assert done.returncode == 0
        assert "Exit codes" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_sandbox_serves_until_ctrl_c() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "lazcore", "sandbox", "--orders", "5", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    client = lazcore.Client(
        told["app_key"],
        told["app_secret"],
        gateway=told["url"],
        access_token=told["access_token"],
    )
    assert len(list(client.orders.pull(created_after=told["created_after"]))) == 5
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 0


def test_without_its_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ImportError('not installed')")
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "lazcore", "demo"],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "lazcore[cli]" in done.stderr


# demo


def test_the_demo(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("demo", "--orders", "60", "--out", str(out), "--show-request-ids", COLUMNS="200")
    assert done.returncode == 0, done.stderr
    for word in ("done", "left out", "refused", "Not shipped", "not paid yet", "request id", "60"):
        assert word in done.stdout
    assert "orders pulled" in done.stderr
    with (out / "orders.jsonl").open(encoding="utf-8") as file:
        orders = [json.loads(line) for line in file]
    assert len({order["order"]["order_id"] for order in orders}) == 60
    with (out / "orders.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == sum(len(order["items"]) for order in orders)
    for row in rows:
        assert row["order_id"][0] == row["order_item_id"][0] == "'"
        assert not row["name"].startswith(("=", "+", "-", "@"))
        float(row["order_price"])
    assert list((out / "labels").glob("*.pdf"))
    assert (out / "demo.journal").is_file()
    for path in [out, *out.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert not list(out.rglob(".*"))


def test_the_demo_for_programs(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("demo", "--orders", "20", "--until", "packed", "--out", str(out), "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert result["orders"] == 20
    assert result["items"] == len(result["outcomes"]) == sum(result["states"].values())
    assert "/order/package/rts" not in result["calls"]
    assert run("demo", "--out", str(out), "--until", "sold").returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupted_demo_leaves_no_half_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "lazcore", "demo", "--orders", "20000", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 120
    while not list(out.glob(".orders.jsonl.part-*")):
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "interrupted" in errors
    assert list(out.iterdir()) == []

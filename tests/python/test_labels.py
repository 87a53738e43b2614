"""Labels, their manifest, and the report of a run, by way of the installed package."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

import lazcore
from lazcore.testing import Sandbox

PRINT = "/order/package/document/get"


def ids(sandbox: Sandbox, client: lazcore.Client) -> list[str]:
    orders = client.orders.pull(created_after=sandbox.created_after)
    return [str(order.order_id) for order in orders]


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if "manifest" not in one.name)


def test_single_labels_follow_the_order_given(tmp_path: Path) -> None:
    with Sandbox(orders=5, special_orders=False) as sandbox, sandbox.client(account="a") as client:
        orders = ids(sandbox, client)[::-1]
        run = client.fulfillment.run(orders, labels=tmp_path, label_files="single")
        packages = list(dict.fromkeys(one.package_id for one in run.ok))
        assert files(tmp_path) == [
            f"{place:04}_a_{package}.pdf" for place, package in enumerate(packages, 1)
        ]
        manifest = json.loads((tmp_path / "manifest.json").read_text())
        assert [one["package_id"] for one in manifest["packages"]] == packages
        assert [one["order_id"] for one in manifest["packages"]] == orders
        assert all(one.label_page == 1 and one.time for one in run.ok)


def test_labels_are_printed_again_by_orders_and_packages(tmp_path: Path) -> None:
    with Sandbox(orders=4, special_orders=False) as sandbox, sandbox.client(account="a") as client:
        orders = ids(sandbox, client)
        first = client.fulfillment.run(orders[:3], labels=tmp_path).ok
        last = client.fulfillment.run(orders[3:], until="packed").ok[-1]
        assert last.package_id
        run = client.fulfillment.labels(
            orders[:2], packages=[last.package_id], labels=os.fspath(tmp_path), label_format="html"
        )
        assert len(sandbox.calls(PRINT)) == 1
        assert [one.package_id for one in run.ok][-1] == last.package_id
        assert {one.order_id for one in run.ok} == {*orders[:2], ""}
        assert len(sandbox.calls(PRINT)) == 2
        assert run.summary is not None
        assert run.summary.counts["packages"] == 3
        pages = Path(str(run.ok[0].label)).read_text()
        assert all(str(one.package_id) in pages for one in run.ok)
        assert len({one.label for one in [*first, *run.ok]}) == 2


@pytest.mark.parametrize(
    ("orders", "options", "field"),
    [
        ("12345", {}, "orders"),
        (["x1"], {}, "order_id"),
        ([{"package_id": True}], {}, "orders[0].package_id"),
        (["1"], {"label_files": "both"}, "label_files"),
        (["1"], {"label_format": "png"}, "label_format"),
        (["1"], {"label_wait": "long"}, "label_wait"),
        (["1"], {"packages": ["A", "A"]}, "package_id"),
    ],
)
def test_targets_and_options_are_checked(
    client: lazcore.Client, tmp_path: Path, orders: Any, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(lazcore.InputError) as caught:
        client.fulfillment.labels(orders, labels=tmp_path, **options)
    assert caught.value.field == field


def test_a_report_tells_every_item(tmp_path: Path) -> None:
    with Sandbox(orders=6, special_orders=False) as sandbox, sandbox.client(account="a") as client:
        orders = ids(sandbox, client)
        sandbox.misbehave("fail_row", path="/order/fulfill/pack", code="700026", rows=[1])
        sandbox.act("pack", [orders[4]])
        run = client.fulfillment.run(orders, labels=tmp_path / "labels", quarantine_s=1)
        run.report(tmp_path / "report.json", actor="anna")
        run.report(os.fspath(tmp_path / "report.csv"))
        report = json.loads((tmp_path / "report.json").read_text())
        rows = report["items"]
        assert [row["order_item_id"] for row in rows] == [one.order_item_id for one in run.outcomes]
        for row, outcome in zip(rows, run.outcomes):
            assert row["state"] == outcome.state
            assert row["time"] == outcome.time
            assert row["request_id"] == outcome.request_id
            assert row["actor"] == "anna"
            if outcome.state == "done":
                assert row["label"] == outcome.label
                assert row["label_page"] == outcome.label_page
                assert row["tracking_number"] == outcome.tracking_number
                assert row["shipment_provider"] == "Sandbox Express"
        with (tmp_path / "report.csv").open(newline="") as file:
            table = list(csv.DictReader(file))
        assert len(table) == len(rows)
        for cells, row in zip(table, rows):
            assert cells["order_id"] == f"'{row['order_id']}"
            assert cells["state"] == row["state"]
            assert cells["request_ids"].endswith(str(row["request_id"]))
            assert cells["label_page"] == str(row.get("label_page", ""))
        for name in ("report.json", "report.csv"):
            assert os.stat(tmp_path / name).st_mode & 0o077 == 0
        assert {one.name for one in tmp_path.iterdir()} == {"report.json", "report.csv", "labels"}
        with pytest.raises(ValueError, match=r"\.csv or \.json"):
            run.report(tmp_path / "report.txt")


def test_the_sandbox_plays_other_actors() -> None:
    with Sandbox(orders=3, special_orders=False, frozen_clock=1_794_240_000) as sandbox:
        client = sandbox.client()
        order = ids(sandbox, client)[0]
        assert sandbox.act("pack", [order], seconds_later=5)["items"] == []
        sandbox.advance_clock(4)
        assert sandbox.books()["stores"][0]["items"] == []
        sandbox.advance_clock(1)
        item = sandbox.books()["stores"][0]["items"][0]
        assert (item["packed"], item["packed_by_others"]) == (0, 1)
        assert sandbox.act("ship", [order])["packages"]
        with pytest.raises(ValueError, match="no order"):
            sandbox.act("ship", ["7"])
        with pytest.raises(ValueError, match="unknown deed"):
            sandbox.act("sing", [order])

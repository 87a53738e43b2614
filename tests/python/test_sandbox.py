"""The sandbox as Python tests hold it: settings, control and the fixtures."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import lazcore
from lazcore.testing import Sandbox

pytest_plugins = ["pytester"]

NOON = datetime(2026, 11, 10, 12, tzinfo=timezone.utc)


def pulled(sandbox: Sandbox, **options: Any) -> list[lazcore.PulledOrder]:
    with sandbox.client(account="store") as client:
        return list(client.orders.pull(**{"created_after": sandbox.created_after, **options}))


def test_a_frozen_clock_moves_when_told() -> None:
    for time in (NOON, "2026-11-10T12:00:00Z", "2026-11-10T20:00:00+08:00", int(NOON.timestamp())):
        with Sandbox(orders=3, frozen_clock=time) as sandbox:
            assert sandbox.now == int(NOON.timestamp())
            sandbox.advance_clock(90)
            assert sandbox.now == int(NOON.timestamp()) + 90
            changed = sandbox.change(updates=1)
            assert changed.inserted == []
            order = next(one for one in pulled(sandbox) if one.order_id in changed.updated)
            assert order.updated_at is not None
            assert order.updated_at.epoch_ms == sandbox.now * 1000
    with pytest.raises(ValueError, match="frozen_clock"):
        Sandbox(frozen_clock="2026-11-10T12:00:00")


def test_orders_change_and_are_inserted() -> None:
    with Sandbox(orders=5, frozen_clock=NOON) as sandbox:
        first = pulled(sandbox)
        new = sandbox.change(inserts=2, time=NOON).inserted
        assert len(new) == 2
        # The running second is never read as finished.
        sandbox.advance_clock(10)
        assert {one.order_id for one in pulled(sandbox)} == {
            *(one.order_id for one in first),
            *new,
        }
        touched = sandbox.change([new[0], int(new[1])], time="2026-11-10T12:00:04Z")
        assert sorted(touched.updated) == sorted(new)
        changed = pulled(sandbox, created_after=None, update_after="2026-11-10T12:00:04Z")
        assert {one.order_id for one in changed} == set(new)
        assert sandbox.change(store=1, updates=1).updated
        with pytest.raises(ValueError, match="1"):
            sandbox.change(["1"])
        with pytest.raises(ValueError, match="store"):
            sandbox.change(store=9, updates=1)


def test_dense_seconds_and_faults_of_the_list() -> None:
    faults: list[dict[str, Any]] = [
        {"kind": "exclusive_bounds"},
        {"kind": "short_pages", "rows": 60},
    ]
    with Sandbox(orders=10, dense_seconds=[130, 5], list_faults=faults) as sandbox:
        orders = pulled(sandbox)
        assert len(orders) == 145
        seconds = Counter(one.created_at.epoch_ms for one in orders if one.created_at is not None)
        assert seconds[sandbox.dense_second * 1000] == 130
        assert seconds[(sandbox.dense_second + 1) * 1000] == 5


def test_orders_change_while_they_are_pulled() -> None:
    with Sandbox(orders=250, churn={"updates": 2, "inserts": 1}) as sandbox:
        pulled(sandbox, created_before=sandbox.created_before)
        calls = len(sandbox.calls("/orders/get"))
        sandbox.behave()
        with sandbox.client(account="store") as client:
            total = client.orders.get_orders(created_after=sandbox.created_after).pointer(
                "/countTotal"
            )
        assert calls >= 3
        assert total == str(250 + calls)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("latency", {"ms": 1}),
        ("drip", {"bytes": 500, "ms": 1}),
        ("late", {"reads": 1}),
        ("late", {"seconds": 1}),
        ("count_total", {"says": "missing"}),
        ("count_total", {"off": 1}),
        ("millisecond_index", {}),
        ("printed_ahead", {"seconds": 1}),
        ("unstable_ties", {}),
        ("churn", {"updates": 1, "time": NOON}),
        ("advance_clock", {"seconds": 1}),
        ("country_info_object", {}),
        ("cross_border_token", {}),
        ("expire_refresh_token", {}),
        ("refresh_unsupported", {}),
    ],
)
def test_documented_kinds_are_known(sandbox: Sandbox, kind: str, members: dict[str, Any]) -> None:
    assert Sandbox.misbehave.__doc__ is not None
    assert kind in Sandbox.misbehave.__doc__
    sandbox.misbehave(kind, **members)
    assert len(pulled(sandbox)) >= 30


def test_wrong_plans_are_refused(sandbox: Sandbox) -> None:
    for kind in ("nonsense", "latency", "late"):
        with pytest.raises(ValueError, match=r"kind|missing"):
            sandbox.misbehave(kind)
    with pytest.raises(ValueError, match="nonsense"):
        Sandbox(list_faults=[{"kind": "nonsense"}])
    with pytest.raises(OSError, match="stores"):
        Sandbox(stores=51)


def test_settings_of_window_tokens_and_stores() -> None:
    with Sandbox(
        orders=4,
        days=2,
        last_order_time="2026-10-05T00:00:00+08:00",
        access_token_seconds=60,
        refresh_token_seconds=0,
        cross_border_account=True,
        offset_ceiling=100,
        logged_calls=1,
    ) as sandbox:
        assert sandbox.created_before == "2026-10-05T00:00:00+08:00"
        assert sandbox.created_after == "2026-10-03T00:00:00+08:00"
        assert sandbox.store_url(1).endswith("/store/1/rest")
        assert sandbox.current_token() == sandbox.access_token
        with sandbox.client(gateway=sandbox.store_url(1), account="one") as client:
            with pytest.raises(lazcore.ApiError):
                client.orders.get_orders(created_after=sandbox.created_after, offset=101)
            client.orders.get_orders(created_after=sandbox.created_after)
        assert len(sandbox.calls()) == 1


def test_the_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["lazcore.pytest_plugin"]')
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.lazcore_sandbox(orders=7)
        class TestOrders:
            def test_all(self, lazcore_sandbox, lazcore_client):
                pull = lazcore_client.orders.pull(created_after=lazcore_sandbox.created_after)
                assert len(list(pull)) == 7

            @pytest.mark.lazcore_sandbox(orders=9, seed=2)
            def test_marked(self, lazcore_sandbox, lazcore_client):
                pull = lazcore_client.orders.pull(created_after=lazcore_sandbox.created_after)
                assert {one.account for one in pull} == {"sandbox"}
                assert len(lazcore_sandbox.calls("/orders/get")) == 1

        def test_unmarked(lazcore_sandbox):
            assert lazcore_sandbox.url
        """
    )
    done = pytester.runpytest_subprocess("--strict-markers", "-p", "no:cacheprovider")
    done.assert_outcomes(passed=3)
    assert not list(Path(pytester.path).glob("*.db"))

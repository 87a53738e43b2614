"""The sandbox: a gateway on loopback with invented orders, inside this process.

with lazcore.testing.Sandbox(orders=300, seed=1) as sandbox, sandbox.client() as client:
    for order in client.orders.pull(created_after=sandbox.created_after): ...

For pytest, `lazcore.pytest_plugin` has it as a fixture.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from lazcore import _native
from lazcore.client import Client

__all__ = ["Changed", "Sandbox"]


class Changed(NamedTuple):
    """Ids of the orders that `Sandbox.change` changed."""

    updated: list[str]
    inserted: list[str]


def _seconds(name: str, time: datetime | str | int | None) -> int | None:
    """A time as seconds since 1970."""
    if isinstance(time, str):
        # Before Python 3.11 `Z` is not understood.
        time = datetime.fromisoformat(time.replace("Z", "+00:00"))
    if isinstance(time, datetime):
        if time.tzinfo is None:
            raise ValueError(f"{name}: expected a time with an offset, got {time}")
        return int(time.timestamp())
    return time


class Sandbox:
    """A gateway that checks signatures and limits as Lazada does, and misbehaves on request.

    The data and the credentials are a function of `seed`.

    Args:
        orders: Orders of each store.
        seed: Another number is other data.
        port: TCP port on 127.0.0.1; 0 takes any free one.
        stores: Stores, 1 to 50. Some order ids exist in all of them.
        latency_ms: How long every answer is held back.
        special_orders: Whether some orders cannot be packed, each for another reason.
        accept_repeats: Whether Pack and ReadyToShip execute again what was executed before.
        cross_border_stores: Stores (by number) whose seller must choose a carrier.
        frozen_clock: The gateway's clock stands at this time until `advance_clock()`, and the time
            stamps of calls are not checked: a test moves the clock instead of sleeping.
        clock_shift_seconds: How far the gateway's clock is ahead of this machine's.
        offset_ceiling: Highest offset of GetOrders; one page of Lazada's says 5000.
        last_order_time: Time of the last order.
        days: The orders are spread over so many days before it.
        dense_seconds: Further orders: so many in the second `dense_second`, so many in the next.
        two_warehouses: Whether every fifth order has items in two warehouses.
        label_seconds: How long a label link works.
        access_token_seconds: Life of an access token.
        refresh_token_seconds: Life of a refresh token; 0 stands for an app that cannot refresh.
        cross_border_account: Whether the first pair of tokens stands for all stores.
        logged_calls: Calls that are kept; the oldest leave first.
        list_faults: Misbehaviors of the order list from the start, each `{"kind": ..., ...}`.
        churn: Orders that change before each call of GetOrders: `{"updates": 3, "inserts": 1}`.

    Times are text with an offset, aware datetimes or seconds since 1970.
    """

    def __init__(
        self,
        *,
        orders: int = 300,
        seed: int = 1,
        port: int = 0,
        stores: int = 2,
        latency_ms: int = 0,
        special_orders: bool = True,
        accept_repeats: bool = False,
        cross_border_stores: list[int] | None = None,
        frozen_clock: datetime | str | int | None = None,
        clock_shift_seconds: int = 0,
        offset_ceiling: int = 4500,
        last_order_time: datetime | str | int | None = None,
        days: int = 30,
        dense_seconds: Iterable[int] = (),
        two_warehouses: bool = False,
        label_seconds: int = 600,
        access_token_seconds: int = 2_592_000,
        refresh_token_seconds: int = 15_552_000,
        cross_border_account: bool = False,
        logged_calls: int = 100_000,
        list_faults: Iterable[Mapping[str, Any]] = (),
        churn: Mapping[str, Any] | None = None,
    ) -> None:
        self._native = _native.Sandbox(
            orders=orders,
            seed=seed,
            port=port,
            stores=stores,
            latency_ms=latency_ms,
            special_orders=special_orders,
            accept_repeats=accept_repeats,
            cross_border_stores=cross_border_stores,
            frozen_clock=_seconds("frozen_clock", frozen_clock),
            clock_shift_seconds=clock_shift_seconds,
            offset_ceiling=offset_ceiling,
            last_order_time=_seconds("last_order_time", last_order_time),
            days=days,
            dense_seconds=list(dense_seconds),
            two_warehouses=two_warehouses,
            label_seconds=label_seconds,
            access_token_seconds=access_token_seconds,
            refresh_token_seconds=refresh_token_seconds,
            cross_border_account=cross_border_account,
            logged_calls=logged_calls,
        )
        try:
            for fault in list_faults:
                self.misbehave(**fault)
            if churn is not None:
                self.misbehave("churn", **churn)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Sandbox {self.url}>"

    @property
    def url(self) -> str:
        """Base URL of all calls, ending in /rest: the `gateway` of a client."""
        return self._native.url

    @property
    def page_url(self) -> str:
        """The sandbox's own page for a browser: orders, labels, calls as they came, faults."""
        return self._native.url.removesuffix("rest")

    @property
    def app_key(self) -> str:
        """The only app key that the sandbox knows."""
        return self._native.app_key

    @property
    def app_secret(self) -> str:
        """The secret of the app."""
        return self._native.app_secret

    @property
    def access_token(self) -> str:
        """The access token of the first store."""
        return self._native.access_tokens[0]

    @property
    def access_tokens(self) -> list[str]:
        """The access token of each store."""
        return self._native.access_tokens

    @property
    def refresh_tokens(self) -> list[str]:
        """The refresh token of each store."""
        return self._native.refresh_tokens

    @property
    def auth_codes(self) -> list[str]:
        """An authorization code of each store, which works once."""
        return self._native.auth_codes

    @property
    def created_after(self) -> str:
        """No order was created before this time."""
        return self._native.window[0]

    @property
    def created_before(self) -> str:
        """No order was created after this time."""
        return self._native.window[1]

    @property
    def dense_second(self) -> int:
        """The first of the dense seconds, in seconds since 1970."""
        return self._native.dense_second

    @property
    def now(self) -> int:
        """The gateway's clock, in seconds since 1970."""
        return self._native.now

    def store_url(self, store: int) -> str:
        """Base URL of one store's calls, which a token of several stores needs."""
        return self._native.store_url(store)

    def current_token(self, store: int = 0) -> str | None:
        """The access token of a store that was handed out last."""
        return self._native.current_token(store)

    @property
    def connections(self) -> int:
        """TCP connections accepted so far."""
        return self._native.connections

    def client(self, **settings: Any) -> Client:
        """A client of the first store, with the settings of `lazcore.Client`.

        With a `token_file` or `token_store` its pair counts, and no access token is given.
        """
        settings.setdefault("gateway", self.url)
        if not settings.keys() & {"token_file", "token_store"}:
            settings.setdefault("access_token", self.access_token)
        return Client(self.app_key, self.app_secret, **settings)

    def misbehave(
        self, kind: str, path: str | None = None, times: int | None = None, **members: Any
    ) -> None:
        """Plans a misbehavior for the next calls that match.

        Args:
            kind: What happens, with its members.

                - Answers: latency (`ms`), stall, drop_before, drop_after (executed), cut_answer,
                  drip (`bytes`, `ms`), html_502, raw (`status`, `headers`, `body` or
                  `body_base64`), raw_stream (`bytes`).
                - Limits and tokens: throttle (`seconds`), expire_token, expire_refresh_token,
                  refresh_unsupported, cross_border_token, country_info_object.
                - Writes: execute_late (`seconds`), refuse_batch (`code`), fail_row (`code`,
                  `rows`), omit_row (`rows`), act (`do`, `orders`, `when`; see `act()`).
                - Labels: empty_label (`seconds`), label_link (`seconds`), label_in_file,
                  label_extra_page.
                - The clock: advance_clock (`seconds`, before the call).
                - The order list: churn (`updates`, `inserts`, `time`), ignored_parameter (`name`),
                  exclusive_bounds, millisecond_index, printed_ahead (`seconds`), unstable_ties,
                  count_total (`says`: missing or page; or `off`), short_pages (`rows`), late
                  (`reads` or `seconds`: a change shows later).
            path: Only calls of this API path, or `/labels` for label downloads.
            times: How often. If left out once; latency, country_info_object and the order list's
                until `behave()`.
            members: The members of the kind, `after` (calls spared first), `executed` (although
                the answer is replaced) and `executed_after` (seconds of the gateway's clock).
        """
        plan = {"kind": kind, "path": path, "times": times, **members}
        if "time" in plan:
            plan["time"] = _seconds("time", plan["time"])
        self._native.misbehave(
            json.dumps({name: value for name, value in plan.items() if value is not None})
        )

    def behave(self) -> None:
        """Forgets every misbehavior that has not happened yet."""
        self._native.behave()

    def act(
        self,
        deed: str,
        orders: list[str],
        *,
        items: list[str] | None = None,
        store: int = 0,
        seconds: int | None = None,
        seconds_later: int = 0,
    ) -> dict[str, list[str]]:
        """Lets another actor do something to orders; the ids of `items` and `packages` it changed.

        Args:
            deed: pack, ship, repack, cancel, ask_to_cancel; for some `seconds` lock, no_carrier.
            orders: The orders.
            items: Only these items of them.
            store: The store, from 0.
            seconds: How long a lock holds.
            seconds_later: Seconds of the gateway's clock until it is done.
        """
        act: dict[str, Any] = {"do": deed, "orders": orders, "seconds_later": seconds_later}
        act.update({} if items is None else {"items": items})
        act.update({} if seconds is None else {"seconds": seconds})
        changed, packages = self._native.act(store, json.dumps(act))
        return {"items": [str(item) for item in changed], "packages": packages}

    def change(
        self,
        orders: Iterable[str | int] = (),
        *,
        updates: int = 0,
        inserts: int = 0,
        time: datetime | str | int | None = None,
        store: int = 0,
    ) -> Changed:
        """Changes orders now; each gets the time of that as `updated_at`, and other `remarks`.

        Args:
            orders: Ids of orders to change.
            updates: As many others, picked by the seed.
            inserts: New orders.
            time: Time of all these changes; the gateway's clock if left out.
            store: The store, from 0.
        """
        ids = [int(one) for one in orders]
        changed = self._native.change(store, ids, updates, inserts, _seconds("time", time))
        return Changed(*([str(one) for one in ids] for ids in changed))

    def advance_clock(self, seconds: int) -> None:
        """Lets the gateway's clock jump (negative: back); token lives and changes follow it."""
        self._native.advance_clock(seconds)

    def calls(self, path: str | None = None) -> list[dict[str, Any]]:
        """The calls that arrived, secrets included; those of one path if it is given."""
        calls = self._native.calls()
        return [call for call in calls if path is None or call["path"] == path]

    def books(self) -> dict[str, Any]:
        """What really happened: how often an item was packed, a courier called, and by whom."""
        books: dict[str, Any] = json.loads(self._native.books())
        return books

    def stop(self) -> None:
        """Stops to serve and closes every connection."""
        self._native.stop()

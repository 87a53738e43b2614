"""The sandbox: a gateway on loopback with invented orders, inside this process.

with lazcore.testing.Sandbox(orders=300, seed=1) as sandbox, sandbox.client() as client:
    for order in client.orders.pull(created_after=sandbox.created_after): ...
"""

from __future__ import annotations

import json
from typing import Any

from lazcore import _native
from lazcore.client import Client

__all__ = ["Sandbox"]


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
        frozen_clock: The gateway's clock stands at this second since 1970 until `advance_clock()`.
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
        frozen_clock: int | None = None,
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
            frozen_clock=frozen_clock,
        )

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
            kind: latency (`ms`), stall, drop_before, drop_after, execute_late (`seconds`), cut_answer,
                html_502, throttle (`seconds`), expire_token, expire_refresh_token,
                refresh_unsupported, refuse_batch (`code`), fail_row (`code`, `rows`), omit_row
                (`rows`), act (`do`, `orders`, `when`; see `act()`), late (`seconds`), empty_label
                (`seconds`), label_link (`seconds`), advance_clock (`seconds`), raw (`status`,
                `headers`, `body`) or raw_stream (`bytes`).
            path: Only calls of this API path, or `/labels` for label downloads.
            times: How often; once if left out, and latency until `behave()`.
            members: The members of the kind, `after` (calls spared first), `executed` and
                `executed_after` (seconds of the gateway's clock).
        """
        plan = {"kind": kind, "path": path, "times": times, **members}
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

    def advance_clock(self, seconds: int) -> None:
        """Lets the gateway's clock jump by so many seconds."""
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

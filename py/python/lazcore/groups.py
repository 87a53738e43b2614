"""The generated groups, with the jobs of many calls."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lazcore import _api, _native
from lazcore.jobs import FulfillmentRun, OrderPull

__all__ = ["Fulfillment", "Orders"]


class Orders(_api.Orders):
    """Order headers, their items and invoice numbers."""

    def __init__(self, client: _native.Client) -> None:
        super().__init__(client)
        self._native = client

    def pull(
        self,
        *,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        update_after: datetime | str | None = None,
        update_before: datetime | str | None = None,
        status: str | None = None,
        with_items: bool = False,
        cursor: str | None = None,
    ) -> OrderPull:
        """Pulls the orders of a window, oldest first but for a second or two.

        One lower bound is needed, by creation or by change. All bounds are inclusive and carry an
        offset, as in `2026-03-01T00:00:00+08:00`. The window ends no later than two seconds before
        the gateway's own time. An order that changes meanwhile may come twice, the newer version
        later: write orders by id. Seconds that could not be proven complete are told as a notice
        and in `summary.unproven`.

        Args:
            created_after: Created at or after.
            created_before: Created at or before.
            update_after: Changed at or after.
            update_before: Changed at or before.
            status: Only orders with an item of this status.
            with_items: Attach the items.
            cursor: The `cursor` of an earlier pull, to go on from.
        """
        options = {
            "created_after": created_after,
            "created_before": created_before,
            "update_after": update_after,
            "update_before": update_before,
            "status": status,
            "with_items": with_items,
            "cursor": cursor,
        }
        return OrderPull(self._native._pull(options))


class Fulfillment(_api.Fulfillment):
    """Packing, labels and the handover to the carrier."""

    def __init__(self, client: _native.Client) -> None:
        super().__init__(client)
        self._native = client

    def run(
        self,
        orders: Iterable[str | int | _native.Record | Mapping[str, Any]],
        *,
        until: str = "ready_to_ship",
        provider: str | None = None,
        labels: str | os.PathLike[str] | None = None,
    ) -> FulfillmentRun:
        """Packs, saves labels and reports ready to ship; one outcome per item, in the order given.

        Nothing is sent before the run is iterated or one of its results is asked for.

        Args:
            orders: Order ids, order records, or `{"order_id": ..., "order_item_ids": [...]}` for a
                part of an order.
            until: packed, labels or ready_to_ship.
            provider: The carrier's code, for stores that must choose one.
            labels: The folder for label files; without one no labels are fetched.
        """
        # A text is iterable too; the core says what is wrong with it.
        targets: Any = orders if isinstance(orders, str) else [_target(one) for one in orders]
        options = {
            "until": until,
            "provider": provider,
            "labels": None if labels is None else os.fspath(labels),
        }
        return FulfillmentRun(self._native._ship(targets, options))


def _target(order: Any) -> Any:
    if isinstance(order, _native.Record):
        return order["order_id"]
    return order

"""Pulled orders as files: JSON lines for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Any

from lazcore.cli.files import cell

if TYPE_CHECKING:
    from decimal import Decimal

    from lazcore import PulledOrder
    from lazcore.records import OrderItem

__all__ = ["OrdersCsv", "write_json_line"]

COLUMNS = (
    "account",
    "order_id",
    "created_at",
    "updated_at",
    "statuses",
    "order_price",
    "order_shipping_fee",
    "order_voucher",
    "order_item_id",
    "status",
    "sku",
    "name",
    "variation",
    "currency",
    "item_price",
    "paid_price",
    "tracking_code",
    "package_id",
)


def write_json_line(file: IO[str], order: PulledOrder) -> None:
    """The order with its items and evidence, in normalized form."""
    file.write(order.to_event_json())
    file.write("\n")


class OrdersCsv:
    """One row per item; orders without items have a row of their own."""

    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(COLUMNS)

    def write(self, order: PulledOrder) -> None:
        """Adds the rows of an order."""
        head = [
            _text(order.account),
            _text(order.order_id),
            _time(order.created_at),
            _time(order.updated_at),
            _text(" ".join(order.statuses)),
            _amount(order.price),
            _amount(order.shipping_fee),
            _amount(order.voucher),
        ]
        for item in order.items or []:
            self._writer.writerow([*head, *_item(item)])
        if not order.items:
            self._writer.writerow([*head, *[""] * (len(COLUMNS) - len(head))])


def _item(item: OrderItem) -> list[str]:
    return [
        _text(item.order_item_id),
        _text(item.status),
        _text(item.sku),
        _text(item.name),
        _text(item.variation),
        _text(item.currency),
        _amount(item.item_price),
        _amount(item.paid_price),
        _text(item.tracking_code),
        _text(item.package_id),
    ]


def _text(text: str | None) -> str:
    return cell(text or "")


def _amount(amount: Decimal | None) -> str:
    # A number: its minus sign is no formula.
    return "" if amount is None else format(amount, "f")


def _time(time: Any) -> str:
    return "" if time is None else str(time)

"""CSV that spreadsheets leave alone."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Callable

from lazcore._native import Time
from lazcore.errors import DecodeError

if TYPE_CHECKING:
    from lazcore._native import PulledOrder
    from lazcore.records import OrderItem

__all__ = ["OrdersCsv", "cell", "text_of_cell"]

# The wide forms are formulas in some editions of Excel.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MONTH = (
    "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?"
    "|nov(ember)?|dec(ember)?)"
)
_NUMBER_OR_DATE = re.compile(
    r"[\d.,:/\-+()%\s]+(e[+-]?\d+)?"
    rf"|(\d+[-./\s]*)?{_MONTH}[-./,\s]*\d*"
    r"|true|false",
    re.IGNORECASE,
)


def cell(text: str) -> str:
    """A text as a cell that a spreadsheet leaves alone.

    What would be run as a formula, rounded as a number (an id has 16 digits) or turned into a date
    begins with an apostrophe, and so does a text with an apostrophe of its own.
    """
    if text.startswith((*_FORMULA, "'")) or _NUMBER_OR_DATE.fullmatch(text.strip()):
        return f"'{text}"
    return text


def text_of_cell(cell: str) -> str:
    """The text that `cell` made a cell of."""
    return cell[1:] if cell.startswith("'") else cell


_ORDER_COLUMNS = (
    "account",
    "order_id",
    "created_at",
    "updated_at",
    "statuses",
    "order_price",
    "order_voucher",
    "order_shipping_fee",
    "order_buyer_paid",
)
_ITEM_COLUMNS = (
    "order_item_id",
    "status",
    "sku",
    "shop_sku",
    "name",
    "variation",
    "currency",
    "item_price",
    "paid_price",
    "voucher_amount",
    "shipping_amount",
    "shipment_provider",
    "tracking_code",
    "package_id",
)


class OrdersCsv:
    """One row per item; orders without items have a row of their own.

    Texts are made safe for spreadsheets by `cell`, unless `safe` is false. Amounts are plain
    numbers, times ISO 8601 with the offset received. A field that cannot be read is empty.
    """

    def __init__(self, file: IO[str], *, safe: bool = True) -> None:
        self._writer = csv.writer(file)
        self._text: Callable[[str], str] = cell if safe else str
        self._writer.writerow([*_ORDER_COLUMNS, *_ITEM_COLUMNS])

    def write(self, order: PulledOrder) -> None:
        """Adds the rows of an order."""
        head = [self._value(order, name.removeprefix("order_")) for name in _ORDER_COLUMNS[2:]]
        head = [self._text(order.account), self._value(order, "order_id"), *head]
        for item in order.items or []:
            self._writer.writerow([*head, *(self._value(item, name) for name in _ITEM_COLUMNS)])
        if not order.items:
            self._writer.writerow([*head, *[""] * len(_ITEM_COLUMNS)])

    def _value(self, record: PulledOrder | OrderItem, name: str) -> str:
        try:
            value: Any = getattr(record, name)
        except DecodeError:
            return ""
        if value is None:
            return ""
        if isinstance(value, Decimal):
            # A number: its minus sign is no formula.
            return format(value, "f")
        if isinstance(value, Time):
            return str(value)
        return self._text(" ".join(value) if isinstance(value, list) else str(value))

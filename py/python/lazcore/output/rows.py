"""An order and its items as values for the columns."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Union

from lazcore._native import BadRow, PulledOrder, Record, Time
from lazcore.errors import DecodeError, from_kind
from lazcore.output.columns import ORDER_ITEMS, ORDERS, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    Value = Union[str, int, bool, None]

__all__ = ["bad_row_row", "item_rows", "now_utc", "order_row"]


def order_row(
    order: Record,
    *,
    account: str | None = None,
    items: Sequence[Record] | None = None,
    currency: str | None = None,
) -> dict[str, Value]:
    """The values of table orders, by column.

    Ids and amounts are texts, times `YYYY-MM-DD HH:MM:SS.mmm` in UTC. A pulled order brings its
    account and items; of another record they are given. What is absent, or cannot be read, is None.
    """
    order_id = _order_id(order)
    items = _items(order, items)
    unreadable: list[str] = []
    row: dict[str, Value] = dict.fromkeys(ORDERS.names)
    for column in ORDERS.columns:
        start, _, path = column.source.partition(".")
        if start == "order" and path:
            row[column.name] = _value(order, path, column, unreadable)
    row["account"] = _account(order, account)
    row["order_id"] = order_id
    row["currency"] = currency or _currency(items or [])
    row["raw_json"] = order.raw_json
    if isinstance(order, PulledOrder):
        row["request_id"] = order.evidence.request_id
        row["read_at_utc"] = _utc(order.evidence.time)
    if items is None:
        row["items_as_of_utc"] = None
    else:
        row["items_differ"] = isinstance(order, PulledOrder) and order.items_differ
        bad = [item.raw_json for item in items if _item_id(item) is None]
        row["bad_items_json"] = f"[{','.join(bad)}]" if bad else None
    row["unreadable"] = " ".join(unreadable) or None
    return row


def item_rows(
    order: Record, *, account: str | None = None, items: Sequence[Record] | None = None
) -> list[dict[str, Value]] | None:
    """The values of table order_items, by column; None when the order's items were not read.

    An item without its id is in `bad_items_json` of the order's row.
    """
    items = _items(order, items)
    if items is None:
        return None
    account, order_id = _account(order, account), _order_id(order)
    version = _value(order, "updated_at", Column("", "time", "", ""), [])
    rows = []
    for number, item in enumerate(items, 1):
        if _item_id(item) is None:
            continue
        unreadable: list[str] = []
        row: dict[str, Value] = dict.fromkeys(ORDER_ITEMS.names)
        for column in ORDER_ITEMS.columns:
            start, _, path = column.source.partition(".")
            if start == "item" and path:
                row[column.name] = _value(item, path, column, unreadable)
        row["account"] = account
        row["order_id"] = order_id
        row["line_number"] = number
        row["order_updated_at_utc"] = version
        row["unreadable"] = " ".join(unreadable) or None
        row["raw_json"] = item.raw_json
        rows.append(row)
    return rows


def bad_row_row(row: BadRow, *, account: str | None = None) -> dict[str, Value]:
    """The values of table bad_rows, by column. A row of a job brings its account."""
    evidence = row.evidence
    return {
        "account": account or row.account or "",
        "request_id": (evidence.request_id if evidence is not None else None) or "",
        "position": row.position,
        "reason": row.reason,
        "read_at_utc": _utc(evidence.time) if evidence is not None else None,
        "raw_json": row.raw_json,
    }


def now_utc() -> str:
    """This moment, as times stand in the tables."""
    return _printed(datetime.now(timezone.utc))


def _account(order: Record, given: str | None) -> str:
    account = given or (order.account if isinstance(order, PulledOrder) else None)
    if not account:
        raise _input("account", "expected the store: order ids are unique within one store only")
    return account


def _order_id(order: Record) -> str:
    order_id = order.order_id
    if order_id is None:
        raise _input("order_id", "expected an order with its id")
    return str(order_id)


def _items(order: Record, given: Sequence[Record] | None) -> Sequence[Record] | None:
    if given is None and isinstance(order, PulledOrder):
        return order.items
    return given


def _item_id(item: Record) -> str | None:
    try:
        item_id = item.order_item_id
    except DecodeError:
        return None
    return None if item_id is None else str(item_id)


def _currency(items: Sequence[Record]) -> str | None:
    """The items' currency, when they have one and the same."""
    found = {_value(item, "currency", Column("", "text", "", ""), []) for item in items} - {None}
    return str(found.pop()) if len(found) == 1 else None


def _value(record: Record, path: str, column: Column, unreadable: list[str]) -> Value:
    """A field as the column holds it. One that cannot be read is named and stays in raw_json."""
    try:
        found: Any = record
        for name in path.split("."):
            found = getattr(found, name)
            if found is None:
                return None
    except DecodeError:
        # What is computed is missing where a part of it is; the part is told.
        if path != "buyer_paid" and path not in unreadable:
            unreadable.append(path)
        return None
    if isinstance(found, Decimal):
        return format(found, "f")
    if isinstance(found, Time):
        return _offset(found) if column.kind == "offset" else _utc(found)
    if isinstance(found, list):
        return " ".join(map(str, found)) or None
    if isinstance(found, (str, int)):
        return found
    return json.dumps(found)


def _utc(time: Time | None) -> str | None:
    """None also for a time that came without an offset: it names no instant."""
    instant = time.datetime if time is not None else None
    return None if instant is None else _printed(instant.astimezone(timezone.utc))


def _printed(instant: datetime) -> str:
    # Always three digits: texts of one length sort as the times do.
    return instant.strftime("%Y-%m-%d %H:%M:%S.") + f"{instant.microsecond // 1000:03}"


def _offset(time: Time) -> str | None:
    instant = time.datetime
    return (
        None if instant is None else instant.strftime("%z")[:3] + ":" + instant.strftime("%z")[3:5]
    )


def _input(field: str, problem: str) -> Exception:
    text = f"{field}: {problem}"
    return from_kind("input", text, text, field=field)

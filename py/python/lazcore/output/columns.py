"""The columns of the tables: name, kind, the field each comes from, and what it means."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["BAD_ROWS", "ORDERS", "ORDER_ITEMS", "SYNC_STATE", "Column", "Table"]


class Column(NamedTuple):
    """A column.

    Kinds: `key` (an account or an id), `text` (a word or code of up to 255 characters), `long` (any
    text), `money` (exact decimal), `time` (UTC), `offset` (of the time before it), `integer` and
    `flag`.
    """

    name: str
    kind: str
    source: str
    doc: str


class Table(NamedTuple):
    """A table with its primary key."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)


def _text(names: str, source: str, kind: str = "text") -> list[Column]:
    return [Column(name, kind, f"{source}.{name}", "") for name in names.split()]


def _time(name: str, source: str, doc: str) -> list[Column]:
    return [
        Column(f"{name}_utc", "time", f"{source}.{name}", doc),
        Column(f"{name}_offset", "offset", f"{source}.{name}", "Offset it was printed with."),
    ]


_ADDRESS = "first_name last_name phone address1 address2 address3 address4 address5 city post_code"

ORDERS = Table(
    "orders",
    ("account", "order_id"),
    (
        Column("account", "key", "account", "The store; ids are unique within one store only."),
        Column("order_id", "key", "order.order_id", ""),
        Column("order_number", "text", "order.order_number", ""),
        Column("statuses", "text", "order.statuses", "Joined by blanks, in the order sent."),
        Column("currency", "text", "items.currency", "ISO 4217; or what the writer was given."),
        Column("price", "money", "order.price", "Goods, before vouchers and shipping."),
        Column("voucher", "money", "order.voucher", ""),
        Column("voucher_platform", "money", "order.voucher_platform", ""),
        Column("voucher_seller", "money", "order.voucher_seller", ""),
        Column("shipping_fee", "money", "order.shipping_fee", "What the buyer is charged."),
        *_text(
            "shipping_fee_original shipping_fee_discount_seller shipping_fee_discount_platform",
            "order",
            "money",
        ),
        Column("buyer_paid", "money", "order.buyer_paid", "price - voucher + shipping_fee."),
        Column("items_count", "integer", "order.items_count", "One per unit."),
        *_text("payment_method voucher_code warehouse_code", "order"),
        *_time("created_at", "order", "Placed."),
        *_time("updated_at", "order", "Version: an older one never replaces a newer one."),
        *_text("customer_first_name customer_last_name", "order", "long"),
        *(
            Column(f"ship_{name}", "long", f"order.address_shipping.{name}", "")
            for name in [*_ADDRESS.split(), "country"]
        ),
        *_text("tax_code branch_number national_registration_number", "order"),
        *_text("remarks buyer_note gift_message delivery_info", "order", "long"),
        *_text("need_cancel_confirm is_cancel_pending", "order", "flag"),
        Column(
            "items_as_of_utc",
            "time",
            "order.updated_at",
            "Version that the rows of order_items came with. Where it is not updated_at_utc the "
            "items are older, or were never read (NULL).",
        ),
        Column("items_differ", "flag", "items_differ", "Items and header are not of one version."),
        Column(
            "bad_items_json",
            "long",
            "items",
            "Items without id, which have no row: as sent, a list.",
        ),
        Column("unreadable", "long", "order", "Fields that could not be read, joined by blanks."),
        Column("request_id", "text", "evidence.request_id", "What to quote to support."),
        Column("read_at_utc", "time", "evidence.time", "When the answer came, by the local clock."),
        Column("raw_json", "long", "order", "As sent, fields unknown today included."),
    ),
)

ORDER_ITEMS = Table(
    "order_items",
    ("account", "order_item_id"),
    (
        Column("account", "key", "account", ""),
        Column("order_item_id", "key", "item.order_item_id", "One per unit."),
        Column("order_id", "key", "item.order_id", "The order it was read with."),
        Column("line_number", "integer", "items", "Place among the order's items, from 1."),
        *_text("status sku shop_sku sku_id product_id", "item"),
        Column("name", "long", "item.name", ""),
        Column("variation", "long", "item.variation", ""),
        Column("currency", "text", "item.currency", "ISO 4217."),
        Column("item_price", "money", "item.item_price", "List price of the unit."),
        Column("paid_price", "money", "item.paid_price", "After vouchers."),
        *_text(
            "tax_amount voucher_amount voucher_platform voucher_seller wallet_credits "
            "shipping_amount shipping_service_cost shipping_fee_original "
            "shipping_fee_discount_seller shipping_fee_discount_platform",
            "item",
            "money",
        ),
        *_text(
            "voucher_code shipping_type shipping_provider_type shipment_provider tracking_code "
            "package_id warehouse_code order_type order_flag stage_pay_status",
            "item",
        ),
        *_text("is_fbl is_digital is_reroute delivery_option_sof", "item", "flag"),
        *_time("created_at", "item", ""),
        *_time("updated_at", "item", "Moves on settlement too."),
        *_time("payment_time", "item", ""),
        *_time("sla_time_stamp", "item", "Ship until."),
        *_text("reason reason_detail", "item", "long"),
        *_text("return_status cancel_return_initiator reverse_order_id", "item"),
        *_text("need_cancel_confirm is_cancel_pending", "item", "flag"),
        *_text("invoice_number purchase_order_id purchase_order_number", "item"),
        Column(
            "order_updated_at_utc", "time", "order.updated_at", "Version of the order it came with."
        ),
        Column("unreadable", "long", "item", "Fields that could not be read, joined by blanks."),
        Column("raw_json", "long", "item", "As sent, fields unknown today included."),
    ),
)

BAD_ROWS = Table(
    "bad_rows",
    ("account", "request_id", "position"),
    (
        Column("account", "key", "account", ""),
        Column("request_id", "key", "evidence.request_id", "Of the answer; blank if it had none."),
        Column("position", "integer", "bad_row.position", "Place on the page, from 0."),
        Column("reason", "long", "bad_row.reason", "Why the row cannot be told from others."),
        Column("read_at_utc", "time", "evidence.time", "When the answer came, by the local clock."),
        Column("raw_json", "long", "bad_row.raw_json", "As sent."),
    ),
)

SYNC_STATE = Table(
    "sync_state",
    ("name",),
    (
        Column("name", "key", "", "Whose state, such as orders/SG-1000001."),
        Column("state", "long", "", "The text that a sync goes on from."),
        Column("saved_at_utc", "time", "", "When it was saved, by the local clock."),
    ),
)

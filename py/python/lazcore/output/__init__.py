"""Pulled orders as files and tables: JSON lines, CSV for spreadsheets, SQLite.

with lazcore.output.OrdersDatabase("orders.db") as database:
    for order in client.orders.pull(update_after=..., with_items=True):
        database.write(order)

`ddl` and `statements` have the same tables for PostgreSQL and MySQL, `order_row` and `item_rows`
have the values for them. The columns are described in docs/outputs.md.
"""

from lazcore.output.columns import BAD_ROWS, ORDER_ITEMS, ORDERS, SYNC_STATE, Column, Table
from lazcore.output.files import whole_file
from lazcore.output.jsonl import JsonLines, write_json_line
from lazcore.output.rows import bad_row_row, item_rows, order_row
from lazcore.output.sheet import OrdersCsv, cell, text_of_cell
from lazcore.output.sql import DIALECTS, ddl, statements
from lazcore.output.sqlite import OrdersDatabase, StateInDatabase
from lazcore.output.state import StateFile

__all__ = [
    "BAD_ROWS",
    "DIALECTS",
    "ORDERS",
    "ORDER_ITEMS",
    "SYNC_STATE",
    "Column",
    "JsonLines",
    "OrdersCsv",
    "OrdersDatabase",
    "StateFile",
    "StateInDatabase",
    "Table",
    "bad_row_row",
    "cell",
    "ddl",
    "item_rows",
    "order_row",
    "statements",
    "text_of_cell",
    "whole_file",
    "write_json_line",
]

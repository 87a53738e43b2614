"""The tables in three dialects of SQL, and the statements that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazcore.output.columns import BAD_ROWS, ORDER_ITEMS, ORDERS, SYNC_STATE, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DIALECTS", "ddl", "statements"]

DIALECTS = ("sqlite", "postgresql", "mysql")

_TYPES = {
    "sqlite": {
        "key": "TEXT",
        "text": "TEXT",
        "long": "TEXT",
        # A number would be kept as a double.
        "money": "TEXT",
        "time": "TEXT",
        "offset": "TEXT",
        "integer": "INTEGER",
        "flag": "INTEGER",
    },
    "postgresql": {
        "key": "TEXT",
        "text": "TEXT",
        "long": "TEXT",
        "money": "NUMERIC",
        "time": "TIMESTAMP(3)",
        "offset": "TEXT",
        "integer": "BIGINT",
        "flag": "BOOLEAN",
    },
    "mysql": {
        # Ids and accounts differ by case.
        "key": "VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "text": "VARCHAR(255)",
        "long": "LONGTEXT",
        "money": "DECIMAL(38, 10)",
        "time": "DATETIME(3)",
        "offset": "VARCHAR(6)",
        "integer": "BIGINT",
        "flag": "BOOLEAN",
    },
}

_TABLES = (ORDERS, ORDER_ITEMS, BAD_ROWS, SYNC_STATE)
_INDEX = "order_items_of_order (account, order_id)"
# Written with the items: a header without items leaves them as they are.
ITEM_STATE = ("items_as_of_utc", "items_differ", "bad_items_json")


def ddl(dialect: str) -> str:
    """The statements that make the tables, for sqlite, postgresql or mysql."""
    types = _TYPES[_known(dialect)]
    made = []
    for table in _TABLES:
        lines = []
        for column in table.columns:
            needed = " NOT NULL" if column.name in table.key else ""
            lines.append(f"    {column.name} {types[column.kind]}{needed},")
        if dialect == "mysql" and table is ORDER_ITEMS:
            # MySQL has no IF NOT EXISTS for indexes.
            lines.append(f"    INDEX {_INDEX},")
        body = "\n".join(lines)
        key = ", ".join(table.key)
        end = ") DEFAULT CHARACTER SET utf8mb4;" if dialect == "mysql" else ");"
        made.append(
            f"CREATE TABLE IF NOT EXISTS {table.name} (\n{body}\n    PRIMARY KEY ({key})\n{end}\n"
        )
    if dialect != "mysql":
        name, columns = _INDEX.split(" ", 1)
        made.append(f"CREATE INDEX IF NOT EXISTS {name} ON order_items {columns};\n")
    return "\n".join(made)


def statements(dialect: str) -> dict[str, str]:
    """The statements that write one order, by step, with parameters named as the columns.

    One transaction runs `order`, then, if items were read, `items`; if that matched a row, `clear`
    and an `item` for each item. `bad_row` keeps a row without its id. `load_state` and `save_state`
    keep the state of a sync: saved in the transaction of its orders, neither can be lost without
    the other.
    """
    _known(dialect)
    return {
        "order": _upsert_order(dialect),
        "items": _same_or_newer_items(dialect),
        "clear": _filled(
            dialect, "DELETE FROM order_items\nWHERE account = {account} AND order_id = {order_id}"
        ),
        "item": _upsert(dialect, ORDER_ITEMS, ORDER_ITEMS.names, "order_updated_at_utc"),
        "bad_row": _upsert(dialect, BAD_ROWS, BAD_ROWS.names, None),
        "load_state": _filled(dialect, "SELECT state FROM sync_state WHERE name = {name}"),
        "save_state": _upsert(dialect, SYNC_STATE, SYNC_STATE.names, None),
    }


def _known(dialect: str) -> str:
    if dialect not in DIALECTS:
        raise ValueError(f"dialect: expected one of {', '.join(DIALECTS)}, got {dialect!r}")
    return dialect


def _parameter(dialect: str, name: str) -> str:
    """As the usual drivers of the language want it: sqlite3, psycopg, PyMySQL."""
    return f":{name}" if dialect == "sqlite" else f"%({name})s"


def _filled(dialect: str, statement: str) -> str:
    names = {name for table in _TABLES for name in table.names}
    return statement.format(**{name: _parameter(dialect, name) for name in names})


def _upsert_order(dialect: str) -> str:
    names = [name for name in ORDERS.names if name not in ITEM_STATE]
    return _upsert(dialect, ORDERS, names, "updated_at_utc", kept_if_null=("currency",))


def _upsert(
    dialect: str,
    table: Table,
    names: Iterable[str],
    version: str | None,
    kept_if_null: tuple[str, ...] = (),
) -> str:
    names = list(names)
    values = ", ".join(_parameter(dialect, name) for name in names)
    out = f"INSERT INTO {table.name} (\n    {_wrapped(names)}\n) VALUES (\n    {values}\n)\n"
    changed = [name for name in names if name not in table.key]
    if dialect == "mysql":
        return out + _mysql_update(table, changed, version, kept_if_null)
    keep = {name: f"COALESCE(excluded.{name}, {table.name}.{name})" for name in kept_if_null}
    sets = ",\n    ".join(f"{name} = {keep.get(name, f'excluded.{name}')}" for name in changed)
    out += f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET\n    {sets}"
    if version is not None:
        out += (
            f"\nWHERE {table.name}.{version} IS NULL\n"
            f"    OR excluded.{version} >= {table.name}.{version}"
        )
    return out


def _mysql_update(
    table: Table, changed: list[str], version: str | None, kept_if_null: tuple[str, ...]
) -> str:
    """MySQL has no condition for the whole row, and assigns in order: the version comes last."""

    def given(name: str) -> str:
        if name in kept_if_null:
            return f"COALESCE(VALUES({name}), {table.name}.{name})"
        return f"VALUES({name})"

    if version is None:
        sets = [f"{name} = {given(name)}" for name in changed]
    else:
        newer = f"{table.name}.{version} IS NULL OR VALUES({version}) >= {table.name}.{version}"
        ordered = [name for name in changed if name != version] + [version]
        sets = [f"{name} = IF({newer}, {given(name)}, {table.name}.{name})" for name in ordered]
    return "ON DUPLICATE KEY UPDATE\n    " + ",\n    ".join(sets)


def _same_or_newer_items(dialect: str) -> str:
    return _filled(
        dialect,
        "UPDATE orders SET\n"
        "    items_as_of_utc = {updated_at_utc}, items_differ = {items_differ},\n"
        "    bad_items_json = {bad_items_json}\n"
        "WHERE account = {account} AND order_id = {order_id}\n"
        "    AND (items_as_of_utc IS NULL OR items_as_of_utc <= {updated_at_utc})",
    )


def _wrapped(names: list[str]) -> str:
    lines, line = [], ""
    for name in names:
        if line and len(line) + len(name) > 90:
            lines.append(line.rstrip())
            line = ""
        line += f"{name}, "
    return "\n    ".join([*lines, line.rstrip(", ")])

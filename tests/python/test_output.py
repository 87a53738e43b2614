"""Orders as files and tables."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from datetime import timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import expressions

import lazcore
from lazcore import output
from lazcore.testing import Sandbox

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "outputs.md"
# Names of the dialects in the parser.
TABLES = (output.ORDERS, output.ORDER_ITEMS, output.BAD_ROWS, output.SYNC_STATE)
PARSERS = {"sqlite": "sqlite", "postgresql": "postgres", "mysql": "mysql"}


def order(time: str | None = "2026-03-01 16:00:00 +0800", **fields: Any) -> lazcore.Record:
    """An order of store SG, as GetOrder answers."""
    header = {"order_id": 700000000000101, "updated_at": time, **fields}
    made: lazcore.Record = record("GetOrder", header)
    return made


def item(number: int, **fields: Any) -> lazcore.Record:
    """One of its items."""
    rows = record("GetOrderItems", [{"order_item_id": 700000000000200 + number, **fields}])
    made: lazcore.Record = rows[0]
    return made


def record(api: str, data: Any) -> Any:
    text = json.dumps(data)
    reply = lazcore.read(api, 200, {}, f'{{"code":"0","data":{text}}}')
    return reply.rows if isinstance(data, list) else reply.data


def stored(database: output.OrdersDatabase, query: str, *values: str) -> list[tuple[Any, ...]]:
    return database.connection.execute(query, values).fetchall()


def is_private(path: Path) -> bool:
    return os.name != "posix" or stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


# SQLite


@pytest.fixture
def database(tmp_path: Path) -> Iterator[output.OrdersDatabase]:
    made = output.OrdersDatabase(tmp_path / "orders.db")
    yield made
    made.close()


def test_a_pull_fills_both_tables(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with Sandbox(orders=60, seed=3) as sandbox, sandbox.client(account="SG-1") as client:
        with output.OrdersDatabase(path) as database:
            orders = list(client.orders.pull(created_after=sandbox.created_after, with_items=True))
            assert all(database.write(one) for one in orders)
        with output.OrdersDatabase(path) as database:
            for one in orders:
                paid, created, offset, request, raw = stored(
                    database,
                    "SELECT buyer_paid, created_at_utc, created_at_offset, request_id, raw_json "
                    "FROM orders WHERE account = 'SG-1' AND order_id = ?",
                    str(one.order_id),
                )[0]
                assert Decimal(paid) == one.buyer_paid
                assert (request, raw) == (one.evidence.request_id, one.raw_json)
                assert one.created_at is not None
                moment = one.created_at.datetime
                assert moment is not None
                assert offset == "+08:00"
                assert created == f"{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}.000"
                items = stored(
                    database,
                    "SELECT order_item_id, paid_price FROM order_items "
                    "WHERE order_id = ? ORDER BY line_number",
                    str(one.order_id),
                )
                assert items == [
                    (unit.order_item_id, format(unit.paid_price, "f")) for unit in one.items or []
                ]
            assert stored(database, "SELECT count(*) FROM orders") == [(60,)]
            assert stored(database, "SELECT typeof(price) FROM orders LIMIT 1") == [("text",)]
    assert is_private(path)


def test_an_older_version_replaces_nothing(database: output.OrdersDatabase) -> None:
    new, old = "2026-03-01 16:00:00 +0800", "2026-03-01 15:30:00 +0700"
    # 15:30 in Bangkok is later than 16:00 in Singapore: instants are compared, not texts.
    assert database.write(order(new, remarks="first"), account="SG")
    assert database.write(order(old, remarks="second"), account="SG")
    assert not database.write(order(new, remarks="first"), account="SG")
    assert not database.write(order(None, remarks="of no time"), account="SG")
    assert stored(database, "SELECT remarks, updated_at_utc FROM orders") == [
        ("second", "2026-03-01 08:30:00.000")
    ]


def test_the_same_version_is_replaced(database: output.OrdersDatabase) -> None:
    # Times have whole seconds: of two versions within one, the one read later is right.
    database.write(order(remarks="first"), account="SG")
    assert database.write(order(remarks="second"), account="SG")
    assert stored(database, "SELECT remarks FROM orders") == [("second",)]


def test_stores_share_ids(database: output.OrdersDatabase) -> None:
    for account in ("SG", "MY"):
        database.write(order(), account=account, items=[item(1)])
    assert stored(database, "SELECT count(*) FROM orders") == [(2,)]
    assert stored(database, "SELECT count(*) FROM order_items") == [(2,)]
    with pytest.raises(lazcore.InputError) as caught:
        database.write(order())
    assert caught.value.field == "account"


def test_items_vanish_with_a_newer_set_only(database: output.OrdersDatabase) -> None:
    times = [f"2026-03-01 16:00:0{second} +0800" for second in range(4)]
    ids = "SELECT order_item_id FROM order_items ORDER BY line_number"
    database.write(order(times[1]), account="SG", items=[item(1), item(2)])
    # A header without items leaves them, and says that they are older.
    database.write(order(times[3]), account="SG")
    assert len(stored(database, ids)) == 2
    as_of = "SELECT items_as_of_utc = updated_at_utc FROM orders"
    assert stored(database, as_of) == [(0,)]
    # Items of a version between the two are newer than those that are there.
    assert not database.write(order(times[2]), account="SG", items=[item(2), item(3)])
    assert stored(database, ids) == [("700000000000202",), ("700000000000203",)]
    database.write(order(times[1]), account="SG", items=[item(1)])
    assert len(stored(database, ids)) == 2
    database.write(order(times[3]), account="SG", items=[])
    assert stored(database, ids) == []
    assert stored(database, as_of) == [(1,)]


def test_an_item_moves_to_the_newer_order(database: output.OrdersDatabase) -> None:
    query = "SELECT order_id FROM order_items"
    early, late = "2026-03-01 16:00:00 +0800", "2026-03-01 16:00:09 +0800"
    database.write(order(early, order_id=1), account="SG", items=[item(1)])
    database.write(order(late, order_id=2), account="SG", items=[item(1)])
    assert stored(database, query) == [("2",)]
    # What is read late of the old order does not take it back.
    database.write(order(early, order_id=1), account="SG", items=[item(1)])
    assert stored(database, query) == [("2",)]


def test_what_cannot_be_read_is_named_and_kept(database: output.OrdersDatabase) -> None:
    broken = order(price="1,000", voucher=0, shipping_fee=0, new_field={"a": 1})
    nameless = item(1, name="x")
    batch = record("GetMultipleOrderItems", [{"order_id": 1, "order_items": [{"sku": "A"}]}])
    database.write(broken, account="SG", items=[nameless, *batch[0].order_items])
    row = stored(
        database, "SELECT price, buyer_paid, unreadable, bad_items_json, raw_json FROM orders"
    )
    assert row == [(None, None, "price", '[{"sku": "A"}]', broken.raw_json)]
    assert "new_field" in row[0][4]
    assert stored(database, "SELECT name FROM order_items") == [("x",)]


def test_a_failed_write_leaves_the_order_as_it_was(database: output.OrdersDatabase) -> None:
    database.write(order(remarks="first"), account="SG", items=[item(1)])
    database.connection.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON order_items WHEN new.sku = 'bad' "
        "BEGIN SELECT raise(ABORT, 'no'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        database.write(order(remarks="second"), account="SG", items=[item(2), item(3, sku="bad")])
    database.commit()
    assert stored(database, "SELECT remarks FROM orders") == [("first",)]
    assert stored(database, "SELECT order_item_id FROM order_items") == [("700000000000201",)]


def test_rows_and_state_are_kept_together(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    database = output.OrdersDatabase(path)
    state = database.state("orders/SG")
    assert state.load() is None
    database.write(order(order_id=1), account="SG")
    state.save("one")
    database.write(order(order_id=2), account="SG")
    # Killed: what was not committed is gone, and so is no state that knows of it.
    database.close()
    with output.OrdersDatabase(path) as again:
        assert stored(again, "SELECT order_id FROM orders") == [("1",)]
        assert again.state("orders/SG").load() == "one"
        assert again.state("orders/MY").load() is None


def test_leaving_with_an_error_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with pytest.raises(lazcore.InputError), output.OrdersDatabase(path) as database:
        assert [database.write(order(), account=account) for account in ("SG", "")]
    with output.OrdersDatabase(path) as database:
        assert stored(database, "SELECT count(*) FROM orders") == [(0,)]


def test_a_connection_of_the_callers_stays_open() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA user_version = 7")
    with output.OrdersDatabase(connection, currency="SGD") as database:
        database.write(order(), account="SG")
    assert connection.execute("SELECT currency FROM orders").fetchone() == ("SGD",)
    assert connection.execute("PRAGMA user_version").fetchone() == (7,)
    connection.close()


def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(sqlite3.DatabaseError, match="version 2"):
        output.OrdersDatabase(path)


# The dialects


def parsed(statement: str, dialect: str) -> Any:
    plain = re.sub(r"%\((\w+)\)s|:(\w+)", "?", statement)
    return sqlglot.parse(plain, dialect=PARSERS[dialect])


@pytest.mark.parametrize("dialect", output.DIALECTS)
def test_each_dialect_has_the_same_columns_and_keys(dialect: str) -> None:
    created: dict[str, tuple[list[str], list[str]]] = {}
    for statement in parsed(output.ddl(dialect), dialect):
        if isinstance(statement, expressions.Create) and statement.kind == "TABLE":
            columns = [one.name for one in statement.find_all(expressions.ColumnDef)]
            key = statement.find(expressions.PrimaryKey)
            assert key is not None
            table = statement.find(expressions.Table)
            assert table is not None
            created[table.name] = (
                columns,
                [one.name for one in key.expressions],
            )
    assert created == {one.name: (list(one.names), list(one.key)) for one in TABLES}


@pytest.mark.parametrize("dialect", output.DIALECTS)
def test_each_statement_is_one_of_its_dialect(dialect: str) -> None:
    for name, statement in output.statements(dialect).items():
        assert len(parsed(statement, dialect)) == 1, name
        for parameter in re.findall(r"%\((\w+)\)s|:(\w+)", statement):
            assert any("".join(parameter) in table.names for table in TABLES)
    with pytest.raises(ValueError, match="dialect"):
        output.statements("oracle")


def test_the_version_is_assigned_last_in_mysql() -> None:
    # MySQL assigns in order: a condition behind the version's assignment would see the new one.
    for name, version in (("order", "updated_at_utc"), ("item", "order_updated_at_utc")):
        last = output.statements("mysql")[name].splitlines()[-1]
        assert last.strip().startswith(f"{version} = IF(")


def test_the_page_tells_every_column_and_statement() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = text
    for name, part in page_parts().items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, _, rest = told.partition(begin)
        _, _, tail = rest.partition(end)
        assert rest, f"docs/outputs.md has no part {name!r}"
        told = f"{head}{begin}\n{part}\n{end}{tail}"
    if os.environ.get("LAZCORE_UPDATE"):
        PAGE.write_text(told, encoding="utf-8")
    assert text == told, "LAZCORE_UPDATE=1 tests/python/run -k page rewrites docs/outputs.md"


def page_parts() -> dict[str, str]:
    parts = {}
    for table in TABLES:
        rows = [
            f"| `{one.name}` | {one.kind} | {f'`{one.source}`' if one.source else ''} | {one.doc} |"
            for one in table.columns
        ]
        parts[f"columns of {table.name}"] = "\n".join(
            ["| column | kind | from | |", "|---|---|---|---|", *rows]
        )
    for dialect in output.DIALECTS:
        parts[f"tables in {dialect}"] = f"```sql\n{output.ddl(dialect)}```"
        told = [f"-- {name}\n{text};\n" for name, text in output.statements(dialect).items()]
        parts[f"statements in {dialect}"] = "```sql\n" + "\n".join(told) + "```"
    return parts


# Files


def test_lines_survive_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    with Sandbox(orders=3) as sandbox, sandbox.client() as client:
        orders = list(client.orders.pull(created_after=sandbox.created_after))
        with output.JsonLines(path) as lines:
            lines.write(orders[0])
        whole = path.read_bytes()
        line = orders[1].to_event_json().encode()
        # Torn at any place: in the first line too, and without its line end.
        for start in (b"", whole):
            for cut in (1, len(line) // 2, len(line) - 1, len(line)):
                path.write_bytes(start + line[:cut])
                with output.JsonLines(path) as lines:
                    lines.write(orders[2])
                kept = [line] if cut == len(line) else []
                expected = [*start.splitlines(), *kept, orders[2].to_event_json().encode()]
                assert path.read_bytes().splitlines() == expected
    assert is_private(path)


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_two_do_not_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    with output.JsonLines(path):
        # What the other has not ended yet is no torn line.
        path.write_bytes(b'{"half')
        with pytest.raises(BlockingIOError, match="another process"):
            output.JsonLines(path)
        assert path.read_bytes() == b'{"half'
    output.JsonLines(path).close()
    assert path.read_bytes() == b""


def test_a_long_torn_line_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_bytes(b'{"a":1}\n' + b'{"b":"' + b"x" * 200_000)
    output.JsonLines(path).close()
    assert path.read_bytes() == b'{"a":1}\n'


def test_a_state_is_never_ahead_of_its_orders(tmp_path: Path) -> None:
    happened = []
    path = tmp_path / "state"
    state = output.StateFile(path, before_save=lambda: happened.append(path.exists()))
    assert state.load() is None
    state.save("one")
    assert happened == [False]
    assert state.load() == "one"
    assert is_private(path)

    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        output.StateFile(path, before_save=fail).save("two")
    assert state.load() == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_the_sheet_has_a_row_per_item() -> None:
    with Sandbox(orders=20, seed=2) as sandbox, sandbox.client(account="SG-1") as client:
        orders = list(client.orders.pull(created_after=sandbox.created_after, with_items=True))
        bare = next(client.orders.pull(created_after=sandbox.created_after))
    for safe in (True, False):
        file = io.StringIO(newline="")
        sheet = output.OrdersCsv(file, safe=safe)
        for one in [*orders, bare]:
            sheet.write(one)
        file.seek(0)
        rows = list(csv.DictReader(file))
        assert len(rows) == sum(len(one.items or []) for one in orders) + 1
        assert rows[-1]["order_item_id"] == ""
        mark = "'" if safe else ""
        assert rows[0]["order_id"] == f"{mark}{orders[0].order_id}"
        assert Decimal(rows[0]["order_buyer_paid"]) == orders[0].buyer_paid
        assert rows[0]["created_at"].endswith("+08:00")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋x", "－x", "＠x",
        "700000000000101", "1-2", "3/4", "12:30", "1E5", "1.5e-3", "0012", " 12", "50%", "(5)",
        "2026-03-01", "MAR1", "1-Mar", "Sept 2", "TRUE", "false", "'quoted",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_change_is_quoted(text: str) -> None:
    assert output.cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["", "Café = 1", "SKU-1", "A1", "x-1", "Marble", "Decor 1", "1 piece", "it's", "FP0123X"],
)
def test_other_texts_stand_as_they_are(text: str) -> None:
    assert output.cell(text) == text

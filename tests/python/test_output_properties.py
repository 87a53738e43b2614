"""Properties of the outputs: what goes in comes out, in whatever order."""

from __future__ import annotations

import csv
import io
import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st
from test_output import item, order

from lazcore import output

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_cells_come_back(texts: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([output.cell(text) for text in texts])
    file.seek(0)
    assert [output.text_of_cell(cell) for cell in next(csv.reader(file))] == texts


@given(TEXT)
def test_no_cell_is_a_formula_or_a_number(text: str) -> None:
    made = output.cell(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    try:
        float(made)
    except ValueError:
        return
    # Words that only Python takes for numbers, and digits of other scripts.
    assert made.strip().lower() in {"nan", "inf", "infinity"} or not made.isascii()


# The versions of three orders, each with another second, with or without its items.
VERSIONS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 59),
        st.one_of(st.none(), st.sets(st.integers(1, 4), max_size=4)),
    ),
    max_size=12,
    unique_by=lambda version: version[:2],
)


def dump(versions: list[tuple[int, int, set[int] | None]]) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(":memory:")
    database = output.OrdersDatabase(connection)
    for order_id, second, numbers in versions:
        # Items stay with their order here.
        items = None if numbers is None else [item(order_id * 10 + n) for n in sorted(numbers)]
        time = f"2026-03-01 16:00:{second:02} +0800"
        database.write(order(time, order_id=order_id), account="SG", items=items)
    database.commit()
    found = connection.execute("SELECT * FROM orders ORDER BY order_id").fetchall()
    found += connection.execute("SELECT * FROM order_items ORDER BY order_item_id").fetchall()
    connection.close()
    return found


@settings(deadline=None)
@given(VERSIONS.flatmap(lambda versions: st.tuples(st.just(versions), st.permutations(versions))))
def test_versions_may_come_in_any_order(
    orders: tuple[list[tuple[int, int, set[int] | None]], list[tuple[int, int, set[int] | None]]],
) -> None:
    one, other = orders
    assert dump(one) == dump(other)
    assert dump(one + one) == dump(one)
    newest: dict[int, tuple[int, set[int]]] = {}
    for order_id, second, numbers in one:
        if numbers is not None and second >= newest.get(order_id, (-1, set()))[0]:
            newest[order_id] = (second, numbers)
    kept = [row for row in dump(one) if len(row) == len(output.ORDER_ITEMS.names)]
    assert len(kept) == sum(len(numbers) for _, numbers in newest.values())

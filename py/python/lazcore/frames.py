"""Pulled orders as tables of pandas, which comes with the extra `pandas`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from lazcore.output.columns import ORDER_ITEMS, ORDERS
from lazcore.output.rows import item_rows, order_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from lazcore._native import PulledOrder
    from lazcore.output.columns import Table

__all__ = ["Frames", "check_pandas", "frames"]

# As sent, for archives: it would double the memory.
_LEFT_OUT = ("raw_json",)


class Frames(NamedTuple):
    """Orders and their items. Join them by account and order_id; ids are texts."""

    #: A row per order.
    orders: pd.DataFrame
    #: A row per unit; none where the items were not read.
    items: pd.DataFrame


def frames(orders: Iterable[PulledOrder], *, floats: bool = False) -> Frames:
    """Tables of orders, with the columns of `docs/outputs.md` but without `raw_json`.

    Times are aware, in UTC. What is absent is missing (`NA`, `NaT`, `None`), never 0.

    Args:
        orders: What a pull hands out.
        floats: Amounts as floats, for statistics and plots. They are `Decimal` otherwise, to the
            digits that came.

    Raises:
        ImportError: pandas is not installed.
    """
    pandas = check_pandas()
    headers: dict[str, list[Any]] = {name: [] for name in _names(ORDERS)}
    units: dict[str, list[Any]] = {name: [] for name in _names(ORDER_ITEMS)}
    for order in orders:
        _add(headers, order_row(order))
        for row in item_rows(order) or ():
            _add(units, row)
    return Frames(
        _frame(pandas, ORDERS, headers, floats), _frame(pandas, ORDER_ITEMS, units, floats)
    )


def check_pandas() -> Any:
    """The module; ImportError says how to get it."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError("tables need pandas: pip install 'lazcore[pandas]'") from error
    return pandas


def _names(table: Table) -> list[str]:
    return [name for name in table.names if name not in _LEFT_OUT]


def _add(columns: dict[str, list[Any]], row: dict[str, Any]) -> None:
    for name, values in columns.items():
        values.append(row[name])


def _frame(pandas: Any, table: Table, columns: dict[str, list[Any]], floats: bool) -> pd.DataFrame:
    kinds = {column.name: column.kind for column in table.columns}
    # Taken from the lists one by one, so that only one column is there twice.
    made = {name: _series(pandas, kinds[name], columns.pop(name), floats) for name in list(columns)}
    frame: pd.DataFrame = pandas.DataFrame(made)
    return frame


def _series(pandas: Any, kind: str, values: list[Any], floats: bool) -> Any:
    if kind == "money":
        if floats:
            return pandas.Series(
                [None if one is None else float(one) for one in values], dtype="float64"
            )
        exact = [None if one is None else Decimal(one) for one in values]
        return pandas.Series(exact, dtype="object")
    if kind == "time":
        return pandas.to_datetime(pandas.Series(values, dtype="object"), utc=True, format="ISO8601")
    dtype = {"integer": "Int64", "flag": "boolean"}.get(kind, "string")
    return pandas.Series(values, dtype=dtype)

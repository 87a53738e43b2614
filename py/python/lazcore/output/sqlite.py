"""Pulled orders in a SQLite database."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from lazcore.output.files import make_private
from lazcore.output.rows import bad_row_row, item_rows, now_utc, order_row
from lazcore.output.sql import ddl, statements

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from lazcore._native import BadRow, Record

__all__ = ["OrdersDatabase", "StateInDatabase"]

# In the file's header; a later version of the tables has another.
_VERSION = 1


class OrdersDatabase:
    """Tables `orders` and `order_items`, each order's newest version in one piece.

    Versions may come in any order: header and items are each replaced by the same or a newer
    `updated_at` only. What an order lost of its items is deleted with the new set. Nothing is kept
    before `commit`, which `state(...).save` does too.

    Args:
        database: Path of the file, made for its owner only, or a connection of `sqlite3`, which
            stays open.
        currency: For orders whose items do not tell one: `lazcore.currency_of("SG")`.
    """

    def __init__(
        self, database: str | os.PathLike[str] | sqlite3.Connection, *, currency: str | None = None
    ) -> None:
        self._owned = not isinstance(database, sqlite3.Connection)
        if isinstance(database, sqlite3.Connection):
            self._connection = database
        else:
            make_private(database)
            self._connection = sqlite3.connect(database, timeout=30.0)
        self._currency = currency
        self._statements = statements("sqlite")
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> OrdersDatabase:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        try:
            if kind is None:
                self.commit()
            else:
                self.rollback()
        finally:
            self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for tables of your own in the same transaction."""
        return self._connection

    def write(
        self, order: Record, *, account: str | None = None, items: Sequence[Record] | None = None
    ) -> bool:
        """Adds an order or replaces the version that is there, with its items if they were read.

        A pulled order brings its account and items; of another record they are given. Returns
        whether the header was stored: not where a newer version is there.
        """
        row = order_row(order, account=account, items=items, currency=self._currency)
        rows = item_rows(order, account=account, items=items)
        self._begin()
        self._connection.execute("SAVEPOINT lazcore_order")
        try:
            stored = self._connection.execute(self._statements["order"], row).rowcount > 0
            if rows is not None:
                self._replace_items(row, rows)
        except BaseException:
            self._connection.execute("ROLLBACK TO lazcore_order")
            raise
        finally:
            self._connection.execute("RELEASE lazcore_order")
        return stored

    def _replace_items(
        self, row: Mapping[str, object], rows: Sequence[Mapping[str, object]]
    ) -> None:
        if self._connection.execute(self._statements["items"], row).rowcount > 0:
            self._connection.execute(self._statements["clear"], row)
            self._connection.executemany(self._statements["item"], rows)

    def write_bad_row(self, row: BadRow, *, account: str | None = None) -> None:
        """Keeps a row without its id as it came."""
        self._begin()
        self._connection.execute(self._statements["bad_row"], bad_row_row(row, account=account))

    def commit(self) -> None:
        """Keeps what was written."""
        self._connection.commit()

    def rollback(self) -> None:
        """Forgets what was written since the last commit."""
        self._connection.rollback()

    def state(self, name: str) -> StateInDatabase:
        """A place for the state of `client.orders.sync`, committed together with the orders."""
        return StateInDatabase(self._connection, name)

    def close(self) -> None:
        """Closes a connection of its own. What was not committed is forgotten."""
        if self._owned:
            self._connection.close()

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _prepare(self) -> None:
        # A connection that was handed over may have a numbering of its own.
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        version = found if self._owned else 0
        if version > _VERSION:
            raise sqlite3.DatabaseError(
                f"the tables are of version {version}, this lazcore knows {_VERSION}"
            )
        if version == _VERSION:
            return
        self._begin()
        for statement in ddl("sqlite").split(";\n"):
            self._connection.execute(statement)
        if self._owned:
            self._connection.execute(f"PRAGMA user_version = {_VERSION}")
        self._connection.commit()


class StateInDatabase:
    """The state of a sync in table `sync_state`; `save` commits it with what was written before."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._statements = statements("sqlite")

    def load(self) -> str | None:
        """The state; None when there is none yet."""
        found = self._connection.execute(self._statements["load_state"], {"name": self._name})
        row = found.fetchone()
        return None if row is None else str(row[0])

    def save(self, text: str) -> None:
        """Keeps a state and commits."""
        row = {"name": self._name, "state": text, "saved_at_utc": now_utc()}
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(self._statements["save_state"], row)
        self._connection.commit()

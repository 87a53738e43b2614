"""The generated groups, with the jobs of many calls."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from lazcore import _api, _native
from lazcore._native import TokenStatus
from lazcore.errors import from_kind
from lazcore.jobs import FulfillmentRun, OrderPull
from lazcore.journal import Journal

__all__ = ["Auth", "Fulfillment", "Orders", "StateStore"]


class StateStore(Protocol):
    """Keeps the state of a sync, a text, wherever the caller likes.

    What it raises ends the sync. The sync does not lock it: see to it that one runs at a time.
    """

    def load(self) -> str | None:
        """The text saved last; None while there is none."""

    def save(self, text: str, /) -> None:
        """Keeps the text in place of the last one."""


class Auth(_api.Auth):
    """The token pair of a client with a `token_file` or `token_store`.

    Calls refresh it by themselves; `generate_access_token` and `refresh_access_token` are the plain
    calls, which keep nothing.
    """

    def __init__(self, client: _native.Client) -> None:
        super().__init__(client)
        self._native = client

    def authorization_url(self, redirect_uri: str, state: str) -> str:
        """The page that asks a seller to authorize the app, for a browser.

        Args:
            redirect_uri: The callback URL configured for the app.
            state: A fresh random text, such as `secrets.token_urlsafe()`: kept for
                `lazcore.check_state` when the browser comes back.
        """
        return _native.authorization_url(self._native.app_key, redirect_uri, state)

    def exchange_code(self, code: str) -> TokenStatus:
        """Exchanges the code of the redirect, which works once, for a pair in the store.

        Check the redirect with `lazcore.check_state` before. Without a store nothing is sent. A
        code for other shops than the store holds is refused, and the store left as it was.
        """
        return self._native._exchange_code(code)

    def store_token(
        self,
        answer: str | Mapping[str, Any] | _native.Reply,
        *,
        obtained_at: datetime | None = None,
    ) -> TokenStatus:
        """Puts a pair that was got elsewhere into the store, in place of what is there.

        Args:
            answer: What the platform answered to an exchange or refresh: its text, the dict made
                of it, or a reply of `generate_access_token`.
            obtained_at: When that was, with a time zone; now if left out. The lives of the tokens
                count from then.
        """
        if isinstance(answer, _native.Reply):
            answer = answer.body
        elif not isinstance(answer, str):
            answer = json.dumps(dict(answer))
        return self._native._store_token(answer, _epoch_ms("obtained_at", obtained_at))

    def refresh(self) -> TokenStatus:
        """Refreshes the pair now, for hosts with a schedule of their own.

        When another thread or process does the same, one refresh serves all.
        """
        return self._native._refresh_token()

    def status(self) -> TokenStatus | None:
        """How the pair stands, read anew; None when there is none. Nothing is sent."""
        return self._native._token_status()


def _epoch_ms(field: str, time: datetime | None) -> int | None:
    if time is None:
        return None
    if time.utcoffset() is None:
        text = f"{field}: expected a time with a time zone"
        raise from_kind("input", text, text, field=field)
    return int(time.timestamp() * 1000)


class Orders(_api.Orders):
    """Order headers, their items and invoice numbers."""

    def __init__(self, client: _native.Client) -> None:
        super().__init__(client)
        self._native = client

    def pull(
        self,
        *,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        update_after: datetime | str | None = None,
        update_before: datetime | str | None = None,
        status: str | None = None,
        with_items: bool = False,
        cursor: str | None = None,
        overlap_s: int | None = None,
    ) -> OrderPull:
        """Pulls the orders of a window, oldest first but for a second or two.

        One lower bound is needed, by creation or by change. All bounds are inclusive and carry an
        offset, as in `2026-03-01T00:00:00+08:00`. The window ends no later than two seconds before
        the gateway's own time. An order that changes meanwhile may come twice, the newer version
        later: write orders by id. Seconds that could not be proven complete are told as a notice
        and in `summary.unproven`.

        Args:
            created_after: Created at or after.
            created_before: Created at or before.
            update_after: Changed at or after.
            update_before: Changed at or before.
            status: Only orders with an item of this status.
            with_items: Attach the items.
            cursor: The `cursor` of an earlier pull, to go on from. That of a pull by creation that
                has ended, given with any `update_after`, begins the pulls by change where its
                window closed.
            overlap_s: How many seconds the next pull reaches back over this one, 600 if left out.
                It must exceed the longest delay until a change shows in the list.
        """
        options = {
            "created_after": created_after,
            "created_before": created_before,
            "update_after": update_after,
            "update_before": update_before,
            "status": status,
            "with_items": with_items,
            "cursor": cursor,
            "overlap_s": overlap_s,
        }
        return OrderPull(self._native._pull(options))

    def sync(
        self,
        *,
        since: datetime | str | None = None,
        state: str | os.PathLike[str] | StateStore | None = None,
        cursor: str | None = None,
        status: str | None = None,
        with_items: bool = False,
        overlap_s: int | None = None,
    ) -> OrderPull:
        """Brings a database in step: every order since a time, and every change from then on.

        Run it again and again with the same state. The first run pulls the orders by creation,
        then what has changed meanwhile; a later one does what was left, then what has changed
        since. It ends when all is handed out that the gateway has shown up to two seconds ago.
        Write orders by id, over what is there.

        An order counts as done when the next one is asked for. The state is saved once a page, at
        the end of each window and before the summary: a process that is killed gets the orders
        since then again, and none is lost. A save that fails ends the sync with IoError. The end
        of the iteration, an error or `close()` frees the state for the next sync.

        Args:
            since: Hold orders created at or after this time, with an offset. Needed only while
                there is no state.
            state: Where the state is kept: the path of a file, which is private, replaced as a
                whole and locked, so that a second sync is refused; or an object with `load()`,
                which returns the text saved last or None, and `save(text)`; see `StateStore`. A
                damaged state, or one of another gateway, app, account or status, is refused and
                left alone.
            cursor: The state as a text, for those who keep it themselves: the `cursor` of the last
                run.
            status: Only orders with an item of this status. An order that leaves it is not told.
            with_items: Attach the items.
            overlap_s: How many seconds each run reaches back over the one before, 600 if left out.
                It must exceed the longest delay until a change shows in the list.

        `summary.newest` and `summary.lateness_s` tell how late the newest change came. Where
        neither the client's settings nor its token tell the account, the sync begins with a call
        of GetSeller.
        """
        options = {
            "since": since,
            "status": status,
            "with_items": with_items,
            "overlap_s": overlap_s,
            "cursor": cursor,
        }
        if isinstance(state, (str, os.PathLike)):
            options["state_file"] = os.fspath(state)
            state = None
        return OrderPull(self._native._sync(options, state))


class Fulfillment(_api.Fulfillment):
    """Packing, labels and the handover to the carrier."""

    def __init__(self, client: _native.Client) -> None:
        super().__init__(client)
        self._native = client

    def run(
        self,
        orders: Iterable[str | int | _native.Record | Mapping[str, Any]],
        *,
        until: str = "ready_to_ship",
        provider: str | None = None,
        labels: str | os.PathLike[str] | None = None,
        label_files: str = "combined",
        label_format: str = "pdf",
        label_item_list: bool = False,
        label_wait: int = 120,
        journal: str | os.PathLike[str] | Journal | None = None,
        actor: str | None = None,
        unknown: str = "repeat",
        adopt: bool = False,
        quarantine_s: int = 120,
    ) -> FulfillmentRun:
        """Packs, saves labels and reports ready to ship; one outcome per item, in the order given.

        Nothing is sent before the run is iterated or one of its results is asked for. An item whose
        write got no answer waits and is read back, while the others go on.

        Args:
            orders: Order ids, order records, or `{"order_id": ..., "order_item_ids": [...]}` for a
                part of an order.
            until: packed, labels or ready_to_ship.
            provider: The carrier's code, for stores that must choose one.
            labels: The folder for label files; without one no labels are fetched.
            label_files: combined or single, see `labels()`; likewise the others.
            label_format: pdf or html.
            label_item_list: Whether a label shows the items.
            label_wait: Seconds for which an empty label is asked for again.
            journal: The store's journal, a file that outlives the run: what keeps an item from
                being packed twice when a process is killed, or by a later run. One run has it at a
                time. An object with the methods of `lazcore.journal.Journal` keeps it elsewhere,
                such as `SqliteJournal`.
            actor: Who ships; stands in the journal and in the outcomes.
            unknown: What is done with a write that no read shows after the quarantine: repeat (at
                most twice) or report (as indeterminate).
            adopt: Take over packages that someone else made.
            quarantine_s: How many seconds a write without an answer may take to be executed and
                seen.
        """
        # A text is iterable too; the core says what is wrong with it.
        targets: Any = orders if isinstance(orders, str) else [_target(one) for one in orders]
        options = {
            "until": until,
            "provider": provider,
            "labels": None if labels is None else os.fspath(labels),
            "label_files": label_files,
            "label_format": label_format,
            "label_item_list": label_item_list,
            "label_wait": label_wait,
            "actor": actor,
            "unknown": unknown,
            "adopt": adopt,
            "quarantine_s": quarantine_s,
        }
        kept = _kept(options, journal)
        return FulfillmentRun(self._native._ship(targets, options, kept))

    def labels(
        self,
        orders: Iterable[str | int | _native.Record | Mapping[str, Any]] = (),
        *,
        packages: Iterable[str | int] = (),
        labels: str | os.PathLike[str],
        label_files: str = "combined",
        label_format: str = "pdf",
        label_item_list: bool = False,
        label_wait: int = 120,
    ) -> FulfillmentRun:
        """Saves the labels of items that are packed, also once more; one outcome per item.

        Nothing is packed and nothing reported. Files are named by a number that goes on in a folder
        with files, the account and the package; `manifest.json` and `manifest.csv` beside them tell
        file, page, package, order and goods.

        Args:
            orders: Order ids, order records, or `{"order_id": ..., "order_item_ids": [...]}` for a
                part of an order; `{"package_id": ...}` for a package.
            packages: Package ids, after the orders; one outcome each.
            labels: The folder for label files.
            label_files: combined (up to 20 packages a file) or single.
            label_format: pdf or html.
            label_item_list: Whether a label shows the items.
            label_wait: Seconds for which a label that comes empty, as it may just after packing, is
                asked for again.
        """
        targets: Any = orders if isinstance(orders, str) else [_target(one) for one in orders]
        if isinstance(targets, list):
            ids = [packages] if isinstance(packages, str) else packages
            targets.extend({"package_id": package} for package in ids)
        options = {
            "labels": os.fspath(labels),
            "label_files": label_files,
            "label_format": label_format,
            "label_item_list": label_item_list,
            "label_wait": label_wait,
        }
        return FulfillmentRun(self._native._print(targets, options))

    def announce(
        self,
        packages: Iterable[str | int | Mapping[str, Any]],
        *,
        journal: str | os.PathLike[str] | Journal | None = None,
        actor: str | None = None,
        unknown: str = "repeat",
        quarantine_s: int = 120,
    ) -> FulfillmentRun:
        """Reports packages ready to ship, whoever made them; one outcome per package.

        The job of many calls beside `ready_to_ship`, which is one call. Labels are not fetched.

        Args:
            packages: Package ids, or `{"package_id": ..., "order_id": ...}`: a package that the
                journal does not know can only be read back by its order.
            journal: See `run`.
            actor: See `run`.
            unknown: See `run`.
            quarantine_s: See `run`.
        """
        options = _on_packages(actor, unknown, quarantine_s)
        kept = _kept(options, journal)
        return FulfillmentRun(self._native._announce(_list(packages), options, kept))

    def repack(
        self,
        packages: Iterable[str | int | Mapping[str, Any]],
        *,
        journal: str | os.PathLike[str] | Journal | None = None,
        actor: str | None = None,
        unknown: str = "repeat",
        quarantine_s: int = 120,
    ) -> FulfillmentRun:
        """Dissolves packages, so that their items can be packed again or canceled one by one.

        The job of many calls beside `recreate_package`, which is one call. One outcome per package;
        arguments as in `announce`.
        """
        options = _on_packages(actor, unknown, quarantine_s)
        kept = _kept(options, journal)
        return FulfillmentRun(self._native._repack(_list(packages), options, kept))

    def resolve(
        self,
        journal: str | os.PathLike[str] | Journal | None = None,
        *,
        adopt: bool = False,
        quarantine_s: int = 120,
    ) -> FulfillmentRun:
        """Reads again what the journal does not know the end of, and never writes to the platform.

        `done` is an item whose write was executed, `stopped_before` one whose write was not, which
        a run may send again. It takes as long as the quarantine where no read shows progress.

        Args:
            journal: The store's journal; without one, what this client's jobs left in doubt.
            adopt: See `run`.
            quarantine_s: See `run`.
        """
        options: dict[str, Any] = {"adopt": adopt, "quarantine_s": quarantine_s}
        kept = _kept(options, journal)
        return FulfillmentRun(self._native._resolve(options, kept))


def _target(order: Any) -> Any:
    if isinstance(order, _native.Record):
        return order["order_id"]
    return order


def _on_packages(actor: str | None, unknown: str, quarantine_s: int) -> dict[str, Any]:
    return {"actor": actor, "unknown": unknown, "quarantine_s": quarantine_s}


def _kept(
    options: dict[str, Any], journal: str | os.PathLike[str] | Journal | None
) -> Journal | None:
    """Puts the path of a journal among the options; the journal if it is an object."""
    if journal is None or isinstance(journal, (str, os.PathLike)):
        options["journal"] = None if journal is None else os.fspath(journal)
        return None
    return journal


def _list(elements: Any) -> Any:
    # A text is iterable too; the core says what is wrong with it.
    return elements if isinstance(elements, str) else list(elements)

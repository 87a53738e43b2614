"""`lazcore fulfill`, `labels` and `rts`: packing, labels and the handover to the carrier."""

from __future__ import annotations

import contextlib
import functools
import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

import typer

import lazcore
from lazcore import Outcome
from lazcore.cli.exits import reported
from lazcore.cli.orders_report import Report, announced
from lazcore.cli.shipment import Shipment, ending, warn
from lazcore.cli.stores import Store, refuse, stores

if TYPE_CHECKING:
    from lazcore import FulfillmentRun

__all__ = ["fulfill", "labels", "rts"]

FROM = typer.Option(None, "--from", help="File with one a line, or - for standard input.")
LABEL_FILES = typer.Option("combined", help="combined (20 packages a file) or single.")
LABEL_FORMAT = typer.Option("pdf", help="pdf or html.")
LABEL_ITEM_LIST = typer.Option(False, "--label-item-list", help="Show the items on the labels.")
LABEL_WAIT = typer.Option(120, help="Seconds for which an empty label is asked for again.")
JOURNAL = typer.Option(
    None, help="The store's journal, kept over all runs; of several accounts their folder."
)
ACTOR = typer.Option(None, help="Who ships: stands in the journal and in the outcomes.")
UNKNOWN = typer.Option(
    "repeat", help="repeat or report: what is done with a write that no read shows."
)
QUARANTINE = typer.Option(120, help="Seconds that a write without an answer may take.")
TOKEN_FILES = typer.Option(
    None, "--token-file", help="The account's token file; several times for several accounts."
)
FOLDER = typer.Option(None, help="All accounts with a file *.token in this folder.")
ACCOUNT = typer.Option(None, help="Name of the store; Lazada is asked if left out.")
REPORT = typer.Option(None, help="File for what happened to every item, .csv or .json.")
AS_JSON = typer.Option(False, "--json", help="Print every outcome as a line of JSON.")

# Accounts that are shipped at a time.
AT_ONCE = 8

Show = Callable[[object], None]
Begin = Callable[[lazcore.Client, Store, "list[str]", "Show | None"], None]


@reported
def fulfill(
    orders: Optional[list[str]] = typer.Argument(
        None, metavar="[ORDER]...", help="Order ids; with several accounts ACCOUNT:ORDER."
    ),
    source: Optional[str] = FROM,
    pending: bool = typer.Option(False, "--pending", help="All pending orders of a window."),
    created_after: Optional[str] = typer.Option(
        None, help="--pending: created at or after, as in 2026-03-01T00:00:00+08:00."
    ),
    created_before: Optional[str] = typer.Option(None, help="Created at or before."),
    update_after: Optional[str] = typer.Option(None, help="Changed at or after."),
    update_before: Optional[str] = typer.Option(None, help="Changed at or before."),
    until: str = typer.Option("ready_to_ship", help="packed, labels or ready_to_ship."),
    provider: Optional[str] = typer.Option(
        None, help="The carrier's code, for stores that must choose one."
    ),
    labels: Optional[Path] = typer.Option(None, help="Folder for labels; none if left out."),
    label_files: str = LABEL_FILES,
    label_format: str = LABEL_FORMAT,
    label_item_list: bool = LABEL_ITEM_LIST,
    label_wait: int = LABEL_WAIT,
    journal: Optional[Path] = JOURNAL,
    resume: bool = typer.Option(
        False, "--resume", help="First look how what the journal left in doubt has ended."
    ),
    actor: Optional[str] = ACTOR,
    unknown: str = UNKNOWN,
    adopt: bool = typer.Option(False, "--adopt", help="Take over packages that others made."),
    quarantine_s: int = QUARANTINE,
    token_file: Optional[list[Path]] = TOKEN_FILES,
    folder: Optional[Path] = FOLDER,
    account: Optional[str] = ACCOUNT,
    report: Optional[Path] = REPORT,
    as_json: bool = AS_JSON,
) -> None:
    """Packs orders, saves their labels and reports them ready to ship, each item once.

    Give every run of a store the same journal: it keeps an item from being packed twice when a run
    is killed or an answer is lost. Ctrl-C ends the run once every outcome is known.
    """
    window = {
        "created_after": created_after,
        "created_before": created_before,
        "update_after": update_after,
        "update_before": update_before,
    }
    given = _given("orders", orders, source)
    _check_orders(given, pending, window, resume, journal)
    _check_report(report)
    if journal is None:
        warn("without --journal a later run does not know what this one sent")
    shipment = Shipment(as_json=as_json, report=report, actor=actor)

    def begin(client: lazcore.Client, store: Store, ids: list[str], show: Show | None) -> None:
        kept = store.path(journal, client.account, ".journal")
        resolved: list[Outcome] = []
        if resume:
            job = client.fulfillment.resolve(kept, adopt=adopt, quarantine_s=quarantine_s)
            carry_out(shipment, job, resolved.append, show)
        unasked: set[str] = set()
        try:
            if pending and not shipment.interrupted:
                # What an earlier run packed and did not announce is not pending any more.
                further = resume and until != "packed"
                ids, unasked = _pending(client, shipment, window, further, show)
            if shipment.interrupted:
                return
            job = client.fulfillment.run(
                ids,
                until=until,
                provider=provider,
                labels=store.path(labels, client.account),
                label_files=label_files,
                label_format=label_format,
                label_item_list=label_item_list,
                label_wait=label_wait,
                journal=kept,
                actor=actor,
                unknown=unknown,
                adopt=adopt,
                quarantine_s=quarantine_s,
            )
            carry_out(shipment, job, _telling(shipment, unasked), show)
        finally:
            told = {one.order_id for one in shipment.outcomes if one.account == client.account}
            shipment.tell(one for one in resolved if one.order_id not in told)

    _each(shipment, stores(token_file or [], folder, account), "orders", given, begin)


@reported
def labels(
    orders: Optional[list[str]] = typer.Argument(
        None, metavar="[ORDER]...", help="Order ids; with several accounts ACCOUNT:ORDER."
    ),
    source: Optional[str] = FROM,
    package: Optional[list[str]] = typer.Option(
        None, help="A package id; several times for several. With accounts as orders."
    ),
    labels: Path = typer.Option(..., help="Folder for labels."),
    label_files: str = LABEL_FILES,
    label_format: str = LABEL_FORMAT,
    label_item_list: bool = LABEL_ITEM_LIST,
    label_wait: int = LABEL_WAIT,
    token_file: Optional[list[Path]] = TOKEN_FILES,
    folder: Optional[Path] = FOLDER,
    account: Optional[str] = ACCOUNT,
    report: Optional[Path] = REPORT,
    as_json: bool = AS_JSON,
) -> None:
    """Saves the labels of items that are packed, also once more. Changes nothing at Lazada."""
    wanted = package or []
    given = _given("orders", orders, source)
    if given is None and not wanted:
        refuse("orders", "expected ids, --from or --package")
    _check_report(report)
    shipment = Shipment(as_json=as_json, report=report)

    def begin(client: lazcore.Client, store: Store, ids: list[str], show: Show | None) -> None:
        job = client.fulfillment.labels(
            [one for one in ids if not one.startswith(_PACKAGE)],
            packages=[one[len(_PACKAGE) :] for one in ids if one.startswith(_PACKAGE)],
            labels=store.path(labels, client.account) or labels,
            label_files=label_files,
            label_format=label_format,
            label_item_list=label_item_list,
            label_wait=label_wait,
        )
        carry_out(shipment, job, lambda outcome: shipment.tell([outcome]), show)

    accounts = stores(token_file or [], folder, account)
    marked = [_mark(one, several=accounts[0].several) for one in wanted]
    _each(shipment, accounts, "orders", [*(given or []), *marked], begin)


@reported
def rts(
    packages: Optional[list[str]] = typer.Argument(
        None,
        metavar="[PACKAGE]...",
        help="Package ids, or PACKAGE@ORDER; with several accounts ACCOUNT:PACKAGE.",
    ),
    source: Optional[str] = FROM,
    journal: Optional[Path] = JOURNAL,
    actor: Optional[str] = ACTOR,
    unknown: str = UNKNOWN,
    quarantine_s: int = QUARANTINE,
    token_file: Optional[list[Path]] = TOKEN_FILES,
    folder: Optional[Path] = FOLDER,
    account: Optional[str] = ACCOUNT,
    report: Optional[Path] = REPORT,
    as_json: bool = AS_JSON,
) -> None:
    """Reports packages ready to ship, whoever made them.

    A package that the journal does not know is read back by its order alone: give PACKAGE@ORDER, or
    it ends as indeterminate when the answer is lost.
    """
    given = _given("packages", packages, source)
    if given is None:
        refuse("packages", "expected ids or --from")
    _check_report(report)
    if journal is None:
        warn("without --journal a later run does not know what this one sent")
    shipment = Shipment(as_json=as_json, report=report, actor=actor)

    def begin(client: lazcore.Client, store: Store, ids: list[str], show: Show | None) -> None:
        job = client.fulfillment.announce(
            [_package(one) for one in ids],
            journal=store.path(journal, client.account, ".journal"),
            actor=actor,
            unknown=unknown,
            quarantine_s=quarantine_s,
        )
        carry_out(shipment, job, lambda outcome: shipment.tell([outcome]), show)

    _each(shipment, stores(token_file or [], folder, account), "packages", given, begin)


def carry_out(
    shipment: Shipment,
    job: FulfillmentRun,
    tell: Callable[[Outcome], None],
    show: Callable[[object], None] | None = None,
) -> None:
    """Runs a job to its end; progress goes to `show`, or to the terminal."""
    if show is not None:
        _drain(shipment, job, tell, show)
        return
    with announced() as on_terminal:
        _drain(shipment, job, tell, on_terminal)


def _drain(
    shipment: Shipment,
    job: FulfillmentRun,
    tell: Callable[[Outcome], None],
    show: Callable[[object], None],
) -> None:
    for event in shipment.events(job):
        if isinstance(event, Outcome):
            tell(event)
        show(event)


def _each(
    shipment: Shipment, accounts: list[Store], field: str, given: list[str] | None, begin: Begin
) -> None:
    """Every account, several at once: none waits for one that fails or stalls."""
    ids = given or []
    several = accounts[0].several
    for one in ids if several else []:
        if ":" not in one:
            given_as = one.removeprefix(_PACKAGE)
            refuse(field, f"expected ACCOUNT:ID with several accounts, got {given_as!r}")
    left = dict.fromkeys(one.partition(":")[0] for one in ids) if several else {}
    turn = Turns(shipment, ids, left, begin)
    if several:
        turn.side_by_side(accounts)
    else:
        turn.one(accounts[0], None)
    if left and not shipment.interrupted:
        problem = "no token file that works is of the account"
        shipment.look_at(f"{field}: {problem} {', '.join(left)}: nothing was sent for it")
    shipment.end(turn.ranks)


class Turns:
    """Account by account, each with its own ids; several on threads of their own."""

    def __init__(
        self, shipment: Shipment, ids: list[str], left: dict[str, None], begin: Begin
    ) -> None:
        self._shipment, self._ids, self._left, self._begin = shipment, ids, left, begin
        self._lock = threading.Lock()
        #: The accounts so far, with the place of their stores.
        self.ranks: dict[str, int] = {}

    def side_by_side(self, accounts: list[Store]) -> None:
        """Up to eight at a time. Ctrl-C ends all of them; a second one ends the process."""
        waiting: queue.SimpleQueue[tuple[int, Store]] = queue.SimpleQueue()
        for place, store in enumerate(accounts):
            waiting.put((place, store))
        with announced() as show:
            defects: list[BaseException] = []

            def work() -> None:
                try:
                    go_through()
                except BaseException as error:
                    defects.append(error)

            def go_through() -> None:
                while True:
                    try:
                        place, store = waiting.get_nowait()
                    except queue.Empty:
                        return
                    self.one(store, functools.partial(show, name=store.name), place)

            threads = [threading.Thread(target=work) for _ in accounts[:AT_ONCE]]
            with ending(self._shipment.end_all):
                for thread in threads:
                    thread.start()
                for thread in threads:
                    while thread.is_alive():
                        thread.join(0.2)
        if defects:
            raise defects[0]

    def one(self, store: Store, show: Show | None, place: int = 0) -> None:
        """One account, whose failure is its own."""
        shipment = self._shipment
        if shipment.interrupted:
            warn(f"{store.name}: not begun")
            return
        try:
            with store.client() as client:
                with self._lock:
                    self._left.pop(client.account, None)
                    again = client.account in self.ranks
                    self.ranks.setdefault(client.account, place)
                if again:
                    shipment.look_at(f"{store.name}: {client.account} once more: left out")
                    return
                own = _own(self._ids, client.account) if store.several else self._ids
                self._begin(client, store, own, show)
        except KeyboardInterrupt:
            shipment.interrupted = True
        except lazcore.CanceledError as error:
            if not shipment.interrupted:
                shipment.fail(store.name, error)
        except lazcore.LazadaError as error:
            person = isinstance(error, lazcore.AuthError) and store.needs_person
            shipment.fail(store.name, error, person=person)
        except OSError as error:
            shipment.fail(store.name, error)


def _own(ids: list[str], account: str) -> list[str]:
    """The ids of this account."""
    split = (one.partition(":") for one in ids)
    return [own for named, _, own in split if named == account]


def _given(field: str, arguments: list[str] | None, source: str | None) -> list[str] | None:
    """The ids of the arguments and the file; None when neither was given."""
    if source is None:
        return arguments or None
    try:
        # Some editors begin a file with a mark.
        whole = Path(source).read_text(encoding="utf-8-sig") if source != "-" else sys.stdin.read()
    except UnicodeDecodeError:
        refuse("from", f"{source} is no text: expected an id a line")
    lines = (line.strip() for line in whole.splitlines())
    return [*(arguments or []), *(line for line in lines if line and not line.startswith("#"))]


def _check_orders(
    given: list[str] | None,
    pending: bool,
    window: dict[str, Optional[str]],
    resume: bool,
    journal: Path | None,
) -> None:
    if pending and given is not None:
        refuse("pending", "expected order ids or --pending")
    if given is None and not pending and not resume:
        refuse("orders", "expected ids, --from or --pending")
    if resume and journal is None:
        refuse("resume", "expected --journal too: it knows what was under way")
    bounds = [name for name, bound in window.items() if bound is not None]
    if bounds and not pending:
        refuse(bounds[0], "bounds the window of --pending: expected both or neither")
    if pending and not bounds:
        refuse("pending", "expected a window, such as --created-after")


def _check_report(report: Path | None) -> None:
    """Before anything is sent: afterwards it would be too late."""
    if report is None:
        return
    if report.suffix.lower() not in (".csv", ".json"):
        refuse("report", f"expected a name that ends in .csv or .json, got {report.name!r}")
    if not report.absolute().parent.is_dir():
        refuse("report", f"the folder of {report} does not exist")


def _pending(
    client: lazcore.Client,
    shipment: Shipment,
    window: dict[str, Any],
    further: bool,
    show: Show | None,
) -> tuple[list[str], set[str]]:
    """The pending orders, and `further` the packed ones, which the second result holds."""
    ids = _pull(client, shipment, "pending", window, show)
    if not further:
        return ids, set()
    packed = _pull(client, shipment, "packed", window, show)
    return list(dict.fromkeys([*ids, *packed])), set(packed) - set(ids)


def _telling(shipment: Shipment, unasked: set[str]) -> Callable[[Outcome], None]:
    """Tells outcomes, but for orders that nobody asked for and the journal does not know."""

    def tell(outcome: Outcome) -> None:
        if outcome.state != "packed_elsewhere" or outcome.order_id not in unasked:
            shipment.tell([outcome])

    return tell


def _pull(
    client: lazcore.Client,
    shipment: Shipment,
    status: str,
    window: dict[str, Any],
    show: Show | None,
) -> list[str]:
    """The orders of the window with an item of this status, each once."""
    report = Report()
    ids: dict[str, None] = {}
    announcing = announced() if show is None else contextlib.nullcontext(show)
    job = client.orders.pull(status=status, **window)
    with job, shipment.under_way(job), announcing as tell:
        for event in job.events():
            tell(event)
            report.note(event)
            if isinstance(event, lazcore.PulledOrder):
                ids[str(event.order_id)] = None
    if report.unproven:
        shipment.look_at(f"seconds not proven complete: {', '.join(report.unproven)}")
    if report.bad_rows:
        shipment.look_at(f"{len(report.bad_rows)} orders without an id were not taken")
    return list(ids)


# Tells packages from orders in one list of targets; no id begins so.
_PACKAGE = "package "


def _mark(package: str, *, several: bool) -> str:
    account, colon, own = package.partition(":")
    return f"{account}:{_PACKAGE}{own}" if several and colon else f"{_PACKAGE}{package}"


def _package(text: str) -> str | dict[str, str]:
    package, at, order = text.partition("@")
    return {"package_id": package, "order_id": order} if at else package

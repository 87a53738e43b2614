"""What `lazcore serve-stdio` does. Structures cross as JSON texts, so that no digit is lost."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import lazcore
from lazcore import _native
from lazcore.cli import credentials
from lazcore.errors import from_kind

__all__ = ["OPERATIONS", "PROTOCOL", "Held"]

#: Changes when a request of today would be answered in another way.
PROTOCOL = 1

Request = dict[str, Any]

_SETTINGS = (
    "app_key",
    "app_secret",
    "country",
    "gateway",
    "access_token",
    "token_file",
    "account",
    "connect_timeout",
    "response_timeout",
    "total_timeout",
    "deadline",
    "ca_file",
    "proxy",
    "allow_plain_http",
    "max_body",
    "max_attempts",
    "rate_per_path",
    "rate_per_account",
    "call_log",
)
_PREPARED = ("app_key", "app_secret", "access_token", "country", "gateway")


class Held:
    """Clients, stores, jobs and answers of the program, by number."""

    def __init__(self) -> None:
        self._all: dict[int, Any] = {}
        self._stores: dict[int, _native.TextStore] = {}
        self._last = 0

    def keep(self, one: Any) -> int:
        self._last += 1
        self._all[self._last] = one
        if isinstance(one, _native.TextStore):
            self._stores[self._last] = one
        return self._last

    def of(self, request: Request, name: str) -> Any:
        one = self._all.get(request[name])
        if one is None:
            raise _error("input", name, "expected the number of one that was not freed")
        return one

    def free(self, number: int) -> None:
        self._all.pop(number, None)
        self._stores.pop(number, None)

    def changes(self) -> dict[str, str]:
        """The texts of pairs that were refreshed: the program keeps them."""
        taken = ((str(number), store.take_change()) for number, store in self._stores.items())
        return {number: text for number, text in taken if text is not None}


def _error(kind: str, field: str, problem: str) -> lazcore.LazadaError:
    text = f"{field}: {problem}"
    return from_kind(kind, text, text, field=field)


def _exact(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _object(request: Request, name: str) -> dict[str, Any]:
    value = _exact(request[name])
    if not isinstance(value, dict):
        raise _error("input", name, "expected a JSON object")
    return value


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_none(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if value is not None}


# Clients


def hello(_held: Held, request: Request) -> Any:
    if request["protocol"] != PROTOCOL:
        problem = f"expected {PROTOCOL}: program and command are of different versions"
        raise _error("config", "protocol", problem)
    return {"version": lazcore.__version__, "protocol": PROTOCOL}


def client(held: Held, request: Request) -> Any:
    settings = _without_none(request["settings"].items())
    for name in settings:
        if name not in _SETTINGS:
            raise _error("config", name, "cannot be set here")
    store = request.get("store")
    if store is not None:
        settings["token_store"] = held.of(request, "store")
    try:
        if "app_key" in settings:
            made = lazcore.Client(settings.pop("app_key"), settings.pop("app_secret"), **settings)
        else:
            made = credentials.find().client(**settings)
    except TypeError:
        raise _error("config", "settings", "one is of another type than expected") from None
    return held.keep(made)


def account(held: Held, request: Request) -> Any:
    return held.of(request, "client").account


def call(held: Held, request: Request) -> Any:
    made = held.of(request, "client").call(request["name"], _object(request, "params"))
    return _reply(held, made)


def request(held: Held, request: Request) -> Any:
    files = {
        name: (one["file_name"], base64.b64decode(one["content"]), *_type(one))
        for name, one in (request.get("files") or {}).items()
    }
    made = held.of(request, "client").request(
        request["method"],
        request["path"],
        _object(request, "params"),
        files=files or None,
        headers=request.get("headers") or None,
    )
    return _reply(held, made)


def _type(file: dict[str, Any]) -> tuple[str, ...]:
    return (file["content_type"],) if file.get("content_type") else ()


def _reply(held: Held, reply: _native.Reply) -> Any:
    failed = ",".join(
        f'{{"code":{_text(row.code)},"message":{_text(row.message)},'
        f'"retry":{"true" if row.retry else "false"},"row":{row.record.to_json()}}}'
        for row in reply.failed_rows
    )
    return {
        "answer": held.keep(reply),
        "json": reply.to_json(),
        "evidence": reply.evidence.to_json(),
        "failed_rows": f"[{failed}]",
        "request_id": reply.request_id,
    }


def text(held: Held, request: Request) -> Any:
    return held.of(request, "answer").pointer(request["pointer"])


def body(held: Held, request: Request) -> Any:
    return held.of(request, "answer").body


def probe(held: Held, request: Request) -> Any:
    return held.of(request, "client").probe(request["host"]).to_json()


def resolve_account(held: Held, request: Request) -> Any:
    found = held.of(request, "client").resolve_account()
    names = ("app_key", "country", "seller_id", "key")
    return json.dumps(_without_none((name, getattr(found, name)) for name in names))


# Tokens


def store(held: Held, request: Request) -> Any:
    return held.keep(_native.TextStore(request["text"]))


def store_text(held: Held, request: Request) -> Any:
    return held.of(request, "store").text()


def exchange_code(held: Held, request: Request) -> Any:
    return held.of(request, "client")._exchange_code(request["code"]).to_json()


def store_token(held: Held, request: Request) -> Any:
    obtained_ms = request["obtained_ms"] or None
    return held.of(request, "client")._store_token(request["answer"], obtained_ms).to_json()


def refresh_token(held: Held, request: Request) -> Any:
    return held.of(request, "client")._refresh_token().to_json()


def token_status(held: Held, request: Request) -> Any:
    status = held.of(request, "client")._token_status()
    return None if status is None else status.to_json()


def authorization_url(_held: Held, request: Request) -> Any:
    return _native.authorization_url(request["app_key"], request["redirect_uri"], request["state"])


def check_state(_held: Held, request: Request) -> Any:
    _native.check_state(request["sent"], request["received"])


# Jobs


def job(held: Held, request: Request) -> Any:
    one, options = held.of(request, "client"), _object(request, "options")
    targets = _exact(request["targets"]) if request.get("targets") else []
    begin: dict[str, Callable[[], Any]] = {
        "pull": lambda: one._pull(options),
        "sync": lambda: one._sync(options, None),
        "run": lambda: one._ship(targets, options),
        "labels": lambda: one._print(targets, options),
        "announce": lambda: one._announce(targets, options),
        "repack": lambda: one._repack(targets, options),
        "resolve": lambda: one._resolve(options),
    }
    if request["kind"] not in begin:
        raise _error("input", "kind", f"expected one of {', '.join(begin)}")
    return held.keep(begin[request["kind"]]())


def next_event(held: Held, request: Request) -> Any:
    event = held.of(request, "job").next_event()
    if event is None:
        return None
    if isinstance(event, _native.PulledOrder):
        return event.to_event_json()
    if isinstance(event, _native.BadRow):
        told = {name: getattr(event, name) for name in ("account", "position", "reason")}
        evidence = event.evidence
        written = json.dumps({"event": "bad_row", **told, "json": event.raw_json})
        return written if evidence is None else f'{written[:-1]},"evidence":{evidence.to_json()}}}'
    written = event.to_json()
    if written.startswith('{"event"'):
        return written
    return f'{{"event":"{type(event).__name__.lower()}",{written[1:]}'


def cursor(held: Held, request: Request) -> Any:
    return held.of(request, "job").cursor()


def close(held: Held, request: Request) -> Any:
    held.of(request, "job").close()


# Without a client


def sign(_held: Held, request: Request) -> Any:
    return _native.sign(request["secret"], request["path"], _object(request, "params"))


def explain_signature(_held: Held, request: Request) -> Any:
    params = _object(request, "params")
    return _native.explain_signature(
        request["secret"], request["path"], params, request["signature"]
    )


def prepare(_held: Held, request: Request) -> Any:
    settings = {name: request["settings"].get(name) for name in _PREPARED}
    made = _native.prepare(
        request["name"],
        _object(request, "params"),
        **settings,
        now_ms=request["now_ms"],
        method=request["method"],
    )
    told = {"method": made.method, "url": made.url, "headers": dict(made.headers)}
    return {"json": json.dumps(told), "body": base64.b64encode(made.body).decode()}


def read(held: Held, request: Request) -> Any:
    content = base64.b64decode(request["body"])
    return _reply(
        held, _native.read(request["name"], request["status"], dict(request["headers"]), content)
    )


def buyer_paid(_held: Held, request: Request) -> Any:
    order, _ = _bill(request["order"])
    return format(order.buyer_paid, "f")


def reconcile(_held: Held, request: Request) -> Any:
    order, items = _bill(request["order"])
    if items is None:
        raise _error("input", "items", "expected the items of the order")
    return _native.reconcile(order, items).to_json()


def by_sku(_held: Held, request: Request) -> Any:
    given = _exact(request["items"])
    place = "/data/items" if isinstance(given, dict) else "/data"
    lines = _native.by_sku(_items(_cut(request["items"], place)))
    return f"[{','.join(line.to_json() for line in lines)}]"


def currency_of(_held: Held, request: Request) -> Any:
    return _native.currency_of(request["country"])


def _bill(order_json: str) -> tuple[Any, list[Any] | None]:
    """Header and items of a JSON text. It is cut, not written anew: amounts count to the letter."""
    given = _exact(order_json)
    if not isinstance(given, dict):
        raise _error("input", "order", "expected a JSON object")
    header = _cut(order_json, "/data/order" if "order" in given else "/data")
    order = _native.read("GetOrder", 200, {}, f'{{"code":"0","data":{header}}}').data
    return order, _items(_cut(order_json, "/data/items")) if "items" in given else None


def _cut(text: str, place: str) -> str:
    cut = _native.read(None, 200, {}, f'{{"code":"0","data":{text}}}').pointer(place)
    if cut is None or cut[:1] not in ("{", "["):
        raise _error("input", place.rpartition("/")[2], "expected an object or a list")
    return cut


def _items(items_json: str) -> list[Any]:
    # As rows of a batch: one without its id is no row of an answer of its own.
    batch = f'{{"code":"0","data":[{{"order_id":1,"order_items":{items_json}}}]}}'
    found: list[Any] = _native.read("GetMultipleOrderItems", 200, {}, batch).rows[0].order_items
    return found


OPERATIONS: dict[str, Callable[[Held, Request], Any]] = {
    one.__name__ if one is not next_event else "next": one
    for one in (
        hello,
        client,
        account,
        call,
        request,
        text,
        body,
        probe,
        resolve_account,
        store,
        store_text,
        exchange_code,
        store_token,
        refresh_token,
        token_status,
        authorization_url,
        check_state,
        job,
        next_event,
        cursor,
        close,
        sign,
        explain_signature,
        prepare,
        read,
        buyer_paid,
        reconcile,
        by_sku,
        currency_of,
    )
}

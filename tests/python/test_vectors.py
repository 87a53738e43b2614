"""The vectors that every language reads: `tests/vectors`."""

from __future__ import annotations

import base64
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import lazcore

FOLDER = Path(os.environ.get("LAZCORE_VECTORS", Path(__file__).parents[1] / "vectors"))
SYSTEM = {"app_key", "timestamp", "sign_method", "access_token", "sign"}
# A field of GetOrder for each kind of value.
FIELDS = {
    "money": "price",
    "id": "order_number",
    "time": "created_at",
    "flag": "gift_option",
    "text": "remarks",
}


def cases(name: str) -> list[Any]:
    """The cases of a file; a file without any is a mistake."""
    with (FOLDER / f"{name}.json").open(encoding="utf-8") as file:
        found = json.load(file)["cases"]
    assert found, f"{name}.json has no case"
    return [pytest.param(case, id=case["name"]) for case in found]


@pytest.mark.parametrize("case", cases("sign"))
def test_sign(case: dict[str, Any]) -> None:
    assert lazcore.sign(case["secret"], case["path"], case["params"]) == case["sign"]


@pytest.mark.parametrize("case", cases("explain"))
def test_explain(case: dict[str, Any]) -> None:
    args = json.loads(case["args"])
    told = lazcore.explain_signature(case["secret"], case["path"], args, case["received"])
    assert told.base_string == case["base_string"]
    assert told.signature == case["sign"]
    assert told.verdict == case["verdict"]
    assert [mistake.code for mistake in told.mistakes] == case["mistakes"]
    assert all(mistake.advice for mistake in told.mistakes)
    assert "test-token" not in repr(told)


@pytest.mark.parametrize("case", cases("values"))
def test_values(case: dict[str, Any]) -> None:
    field = FIELDS[case["kind"]]
    body = f'{{"code":"0","data":{{"order_id":1,"{field}":{case["json"]}}}}}'
    record = lazcore.read("GetOrder", 200, {}, body).data
    if case.get("error"):
        with pytest.raises(lazcore.DecodeError) as caught:
            getattr(record, field)
        assert caught.value.field == field
        return
    value = getattr(record, field)
    if isinstance(value, lazcore.Time):
        if "epoch_ms" in case:
            assert value.epoch_ms == case["epoch_ms"]
        value = value.isoformat()
    elif isinstance(value, Decimal):
        value = format(value, "f")
    elif isinstance(value, bool):
        value = str(value).lower()
    assert value == case["expect"]


@pytest.mark.parametrize("case", cases("envelope"))
def test_envelope(case: dict[str, Any]) -> None:
    body = case["body"].encode() if "body" in case else base64.b64decode(case["body_base64"])
    expect = case["expect"]
    if expect.get("ok"):
        lazcore.read(case["api"], case["status"], {}, body)
        return
    with pytest.raises(lazcore.LazadaError) as caught:
        lazcore.read(case["api"], case["status"], {}, body)
    error = caught.value
    told = {
        name: getattr(error, name, None)
        for name in ("code", "request_id", "retryable", "executed", "field", "http_status")
    }
    told["kind"] = kind_of(error)
    for name, value in expect.items():
        if name in told:
            assert told[name] == value, name


def kind_of(error: lazcore.LazadaError) -> str:
    """The core's word for the class."""
    from lazcore.errors import CLASSES

    return next(kind for kind, one in CLASSES.items() if one is type(error))


def arguments(text: str) -> Any:
    """The arguments as objects; `ValueError` for what only a text can get wrong."""

    def exact(number: str) -> Decimal:
        if "e" in number.lower():
            raise ValueError("a Decimal has no exponent on the wire")
        return Decimal(number)

    return json.loads(text, parse_float=exact)


def are_objects(case: dict[str, Any]) -> bool:
    """Cases of a broken text are none of Python, which hands over objects."""
    try:
        arguments(case["args"])
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("case", [case for case in cases("params") if are_objects(case.values[0])])
def test_params(case: dict[str, Any]) -> None:
    args = arguments(case["args"])
    by_path = "path" in case
    settings: dict[str, Any] = {
        "app_key": "1",
        "app_secret": "s",
        "access_token": "t",
        "country": "SG",
        "now_ms": 1,
        "method": case["method"] if by_path else None,
    }
    name = case["path"] if by_path else case["api"]
    if "error_field" in case:
        with pytest.raises(lazcore.InputError) as caught:
            lazcore.prepare(name, args, **settings)
        assert caught.value.field == case["error_field"]
        return
    request = lazcore.prepare(name, args, **settings)
    sent = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    sent += parse_qsl(request.body.decode(), keep_blank_values=True)
    assert {key: value for key, value in sent if key not in SYSTEM} == case["wire"]


def cut(case: str, name: str) -> str:
    """The text of a member as it stands in the file: amounts count to the letter."""
    start = case.index(f'"{name}":') + len(name) + 3
    _, end = json.JSONDecoder().raw_decode(case[start:])
    return case[start : start + end]


@pytest.mark.parametrize("case", cases("bills"))
def test_bills(case: dict[str, Any]) -> None:
    lines = (FOLDER / "bills.json").read_text(encoding="utf-8").splitlines()
    text = next(line for line in lines if line.startswith(f'  {{"name": "{case["name"]}"'))
    body = f'{{"code":"0","data":{cut(text, "order")}}}'
    order = lazcore.read("GetOrder", 200, {}, body).data
    # A row without its id is no row of an answer, but one of the list of a batch.
    batch = f'[{{"order_id":1,"order_items":{cut(text, "items")}}}]'
    reply = lazcore.read("GetMultipleOrderItems", 200, {}, f'{{"code":"0","data":{batch}}}')
    items = reply.rows[0].order_items
    if "buyer_paid" in case:
        assert isinstance(order.buyer_paid, Decimal)
        assert format(order.buyer_paid, "f") == case["buyer_paid"]
    else:
        with pytest.raises(lazcore.DecodeError) as caught:
            _ = order.buyer_paid
        assert caught.value.field == case["buyer_paid_error"]
    assert lazcore.reconcile(order, items).to_json() == cut(text, "reconcile")
    if "lines" in case:
        lines_json = [line.to_json() for line in lazcore.by_sku(items)]
        assert f"[{','.join(lines_json)}]" == cut(text, "lines")
    else:
        with pytest.raises(lazcore.DecodeError) as caught:
            lazcore.by_sku(items)
        assert caught.value.field == case["lines_error"]

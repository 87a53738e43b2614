"""Values from Python to the wire."""

from __future__ import annotations

import datetime
import enum
from collections import OrderedDict
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import lazcore

SYSTEM = {"app_key", "timestamp", "sign_method", "sign"}


def wire(params: Any) -> dict[str, str]:
    """What is sent of these parameters."""
    request = lazcore.prepare(
        "/some/path",
        params,
        method="GET",
        app_key="1",
        app_secret="s",
        country="SG",
        now_ms=1,
    )
    sent = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    return {name: value for name, value in sent.items() if name not in SYSTEM}


class Size(enum.IntEnum):
    LARGE = 3


class Word(str, enum.Enum):
    PENDING = "pending"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("text", "text"),
        (" outer space ", " outer space "),
        (7, "7"),
        (-7, "-7"),
        (2**80, str(2**80)),
        (Size.LARGE, "3"),
        (True, "true"),
        (False, "false"),
        (Decimal("12.50"), "12.50"),
        (Decimal("12345678901234567890123.4500"), "12345678901234567890123.4500"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        ([1, "two", True], '[1,"two",true]'),
        ((Decimal("1.10"),), "[1.10]"),
        ({"a": {"b": [7]}}, '{"a":{"b":[7]}}'),
        (OrderedDict(z=1, a="é\n"), '{"z":1,"a":"é\\n"}'),
        (
            datetime.datetime(
                2026, 3, 1, 16, tzinfo=datetime.timezone(datetime.timedelta(hours=8))
            ),
            "2026-03-01T16:00:00+08:00",
        ),
    ],
)
def test_values_are_sent_exactly(given: object, sent: str) -> None:
    assert wire({"value": given}) == {"value": sent}


def test_an_enumeration_of_texts_is_sent_as_its_text() -> None:
    assert wire({"value": Word.PENDING}) == {"value": "pending"}


def test_none_and_blanks_are_left_out() -> None:
    assert wire({"a": None, "b": "", "c": "  ", "d": "x"}) == {"d": "x"}


@pytest.mark.parametrize(
    ("params", "field", "hint"),
    [
        ({"price": 12.5}, "price", "use Decimal"),
        ({"list": [{"price": 12.5}]}, "list[0].price", "use Decimal"),
        ({"list": [1, None]}, "list[1]", "None"),
        ({"when": datetime.datetime(2026, 3, 1)}, "when", "time zone"),
        ({"price": Decimal("NaN")}, "price", "finite"),
        ({"price": Decimal("Infinity")}, "price", "finite"),
        ({"blob": b"x"}, "blob", "bytes"),
        ({"half": "\ud800"}, "half", "surrogate"),
        ({"map": {1: 2}}, "map", "str"),
        ({1: 2}, "params", "str"),
        ([1], "params", "mapping"),
        ({"sign": "x"}, "sign", "library"),
        ({"access_token": "x"}, "access_token", "client"),
        ({"set": {1, 2}}, "set", "set"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(params: Any, field: str, hint: str) -> None:
    with pytest.raises(lazcore.InputError, match=hint) as caught:
        wire(params)
    assert caught.value.field == field
    assert isinstance(caught.value, ValueError)


def test_a_structure_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(lazcore.InputError, match="nested"):
        wire({"loop": loop})


def test_a_parameter_given_twice_is_refused(client: lazcore.Client) -> None:
    with pytest.raises(lazcore.InputError, match="twice") as caught:
        client.call("GetOrder", {"order_id": 1}, order_id=2)
    assert caught.value.field == "order_id"


def test_unknown_parameters_are_refused_before_sending(client: lazcore.Client) -> None:
    with pytest.raises(lazcore.InputError) as caught:
        client.call("GetOrder", order_id=1, ordr=2)
    assert (caught.value.field, caught.value.attempts) == ("ordr", 0)


def test_records_are_values_too(client: lazcore.Client, sandbox: Any) -> None:
    order = client.orders.get_orders(created_after=sandbox.created_after, limit=1).rows[0]
    assert client.call("GetOrder", order_id=order.order_id).data.order_id == order.order_id
    sent = wire({"when": order.created_at})
    assert sent == {"when": order.created_at.isoformat()}

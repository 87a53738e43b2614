"""Signing and reading without a connection."""

from __future__ import annotations

import random
import time
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import lazcore
from lazcore.testing import Sandbox


def random_params(source: random.Random) -> dict[str, str]:
    """Ordinary texts: printable, not blank."""
    letters = "abcdefghijklmnopqrstuvwxyz_ABCXYZ0123456789"
    signs = letters + " +&=%/?#'\"<>[]{}:,;~é示例ก😀"

    def text(alphabet: str, longest: int) -> str:
        return "".join(source.choices(alphabet, k=source.randint(1, longest)))

    params = {text(letters, 12): text(signs, 30) for _ in range(source.randint(1, 14))}
    params.pop("sign", None)
    return {name: value for name, value in params.items() if value.strip()}


def test_the_official_sdk_signs_the_same(official_sdk: Any) -> None:
    source = random.Random(20261121)
    for _ in range(4000):
        params = random_params(source)
        secret = f"secret{source.random()}"
        theirs = official_sdk.sign(secret, "/order/get", params)
        assert lazcore.sign(secret, "/order/get", params) == theirs


def test_blanks_are_not_signed() -> None:
    with_blank = lazcore.sign("s", "/order/get", {"a": "1", "b": "", "c": "  "})
    assert with_blank == lazcore.sign("s", "/order/get", {"a": "1"})


def test_any_values_are_signed_as_they_are_sent() -> None:
    mixed = lazcore.sign("s", "/p", {"n": 7, "flag": True, "list": ["a", 1], "none": None})
    assert mixed == lazcore.sign("s", "/p", {"n": "7", "flag": "true", "list": '["a",1]'})
    nul = lazcore.sign("s", "/p", {"a": "x\0y", "b": "z"})
    assert nul != lazcore.sign("s", "/p", {"a": "x", "b": "y"})
    assert lazcore.sign("s", "/p", {}) == lazcore.sign("s", "/p", {"a": None})


class Named(str):
    """As text enumerations are."""

    __slots__ = ()


def test_texts_of_every_kind_are_signed_alike() -> None:
    given = {"a": "é示例😀", "b": "1"}
    named: dict[str, Any] = {Named(name): Named(value) for name, value in given.items()}
    signature = lazcore.sign("sécret", "/p", given)
    assert lazcore.sign(Named("sécret"), Named("/p"), named) == signature
    assert lazcore.sign(secret="sécret", path="/p", params=given) == signature


@pytest.mark.parametrize("given", [(1, "/p"), ("s", None), ("s\ud800", "/p"), ("s", "/p\udc00")])
def test_what_is_no_text_is_refused(given: tuple[Any, Any]) -> None:
    with pytest.raises((TypeError, UnicodeEncodeError)):
        lazcore.sign(*given, {})


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("order/get", {"a": "1"}, "path"),
        ("//order", {"a": "1"}, "path"),
        ("/p", {"sign": "1"}, "sign"),
        ("/p", {"a b": "1"}, "a b"),
        ("/p", {"price": 1.5}, "price"),
    ],
)
def test_what_cannot_be_signed_is_refused(path: str, params: dict[str, str], field: str) -> None:
    with pytest.raises(lazcore.InputError) as caught:
        lazcore.sign("s", path, params)
    assert caught.value.field == field


def test_a_program_may_send_for_itself(sandbox: Sandbox) -> None:
    request = lazcore.prepare(
        "GetOrders",
        {"created_after": sandbox.created_after, "limit": 3},
        app_key=sandbox.app_key,
        app_secret=sandbox.app_secret,
        access_token=sandbox.access_token,
        gateway=sandbox.url,
        now_ms=int(time.time() * 1000),
    )
    assert request.method == "GET"
    assert request.body == b""
    assert request.location == f"{sandbox.url}/orders/get"
    sent = urllib.request.Request(request.url, headers=dict(request.headers))
    with urllib.request.urlopen(sent) as answer:
        reply = lazcore.read("GetOrders", answer.status, answer.headers.items(), answer.read())
    assert len(reply.rows) == 3
    assert (reply.http_status, reply.attempts) == (200, 0)
    assert reply.evidence.gateway_date


def test_a_write_is_posted() -> None:
    request = lazcore.prepare(
        "ReadyToShip",
        {"packages": [{"package_id": "FP1"}]},
        app_key="1",
        app_secret="s",
        access_token="t",
        country="sg",
        now_ms=1517820392000,
    )
    assert request.method == "POST"
    assert request.url.startswith("https://api.lazada.sg/rest/order/package/rts?")
    assert parse_qs(urlsplit(request.url).query)["timestamp"] == ["1517820392000"]
    assert parse_qs(request.body.decode())["readyToShipReq"] == [
        '{"packages":[{"package_id":"FP1"}]}'
    ]


def test_a_call_needs_its_token() -> None:
    with pytest.raises(lazcore.AuthError) as caught:
        lazcore.prepare("GetSeller", app_key="1", app_secret="s", country="SG", now_ms=1)
    assert caught.value.field == "access_token"


def test_refusals_are_read_as_errors() -> None:
    body = '{"code":"ApiCallLimit","message":"wait","request_id":"r9"}'
    with pytest.raises(lazcore.ThrottledError) as caught:
        lazcore.read("GetOrders", 200, {}, body)
    assert (caught.value.request_id, caught.value.retryable) == ("r9", True)


def test_the_page_for_sellers() -> None:
    url = lazcore.authorization_url("123", "https://example.com/back?x=1", "st&te")
    query = parse_qs(urlsplit(url).query)
    assert query["redirect_uri"] == ["https://example.com/back?x=1"]
    assert query["state"] == ["st&te"]
    with pytest.raises(lazcore.InputError):
        lazcore.authorization_url("123", "https://example.com/", " ")

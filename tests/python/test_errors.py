"""Errors of the core as exceptions."""

from __future__ import annotations

import json

import pytest

import lazcore
from lazcore import _native, errors
from lazcore.testing import Sandbox


def test_every_kind_has_its_class() -> None:
    assert set(_native.ERROR_KINDS) == set(errors.CLASSES)
    assert len(set(errors.CLASSES.values())) == len(errors.CLASSES)


@pytest.mark.parametrize("kind", _native.ERROR_KINDS)
def test_every_exception_has_the_one_base(kind: str) -> None:
    made = errors.from_kind(kind, "all of it", "message", code="7", retryable=True)
    assert isinstance(made, lazcore.LazadaError)
    assert isinstance(made, errors.CLASSES[kind])
    assert (str(made), made.message, made.code, made.retryable) == (
        "all of it",
        "message",
        "7",
        True,
    )
    assert (made.field, made.attempts, made.executed) == (None, 0, "no")


def test_a_kind_of_a_newer_core_is_no_crash() -> None:
    assert type(errors.from_kind("newer", "text", "text")) is lazcore.LazadaError


def test_the_families() -> None:
    assert issubclass(lazcore.TimeoutError, lazcore.TransportError)
    assert issubclass(lazcore.ThrottledError, lazcore.ApiError)
    assert issubclass(lazcore.AuthError, lazcore.ApiError)
    assert issubclass(lazcore.InputError, ValueError)


@pytest.mark.skipif(not hasattr(_native, "_panic_for_test"), reason="not in release builds")
def test_a_defect_is_an_ordinary_exception(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(lazcore.InternalError) as caught:
        _native._panic_for_test()  # type: ignore[attr-defined]
    assert "on request" not in str(caught.value)
    capfd.readouterr()


def test_a_refusal_says_what_to_quote(sandbox: Sandbox, client: lazcore.Client) -> None:
    with pytest.raises(lazcore.ApiError) as caught:
        client.orders.get_order(order_id=1)
    error = caught.value
    assert error.code
    assert error.request_id
    assert error.request_id in str(error)
    assert (error.api, error.http_status, error.attempts) == ("/order/get", 200, 1)
    assert (error.account, error.retryable, error.executed) == ("store", False, "no")
    assert error.answer
    assert json.loads(error.answer)["request_id"] == error.request_id


def test_an_answer_repeats_no_secret(sandbox: Sandbox, client: lazcore.Client) -> None:
    body = {"code": "IllegalAccessToken", "message": f"{sandbox.access_token} is over"}
    sandbox.misbehave("raw", status=200, body=json.dumps(body))
    with pytest.raises(lazcore.AuthError) as caught:
        client.seller.get_seller()
    assert caught.value.answer
    assert sandbox.access_token not in caught.value.answer + str(caught.value) + repr(caught.value)
    assert "answer" not in repr(caught.value)


def test_an_expired_token_is_an_auth_error(sandbox: Sandbox, client: lazcore.Client) -> None:
    sandbox.misbehave("expire_token")
    with pytest.raises(lazcore.AuthError) as caught:
        client.seller.get_seller()
    assert caught.value.code == "IllegalAccessToken"


def test_a_lost_answer_of_a_write_is_indeterminate(
    sandbox: Sandbox, client: lazcore.Client
) -> None:
    sandbox.misbehave("drop_after", path="/order/package/rts")
    with pytest.raises(lazcore.IndeterminateError) as caught:
        client.fulfillment.ready_to_ship(packages=[{"package_id": "FP1"}])
    assert (caught.value.executed, caught.value.attempts) == ("unknown", 1)
    assert len(sandbox.calls("/order/package/rts")) == 1


def test_a_lost_answer_of_a_read_is_repeated(sandbox: Sandbox, client: lazcore.Client) -> None:
    sandbox.misbehave("cut_answer", times=2)
    assert client.seller.get_seller().attempts == 3


def test_no_answer_in_time(sandbox: Sandbox) -> None:
    client = sandbox.client(response_timeout=0.2, max_attempts=1)
    sandbox.misbehave("stall")
    with pytest.raises(lazcore.TimeoutError) as caught:
        client.seller.get_seller()
    assert caught.value.retryable


def test_throttling_that_lasts(sandbox: Sandbox) -> None:
    client = sandbox.client(deadline=1)
    sandbox.misbehave("throttle", seconds=30)
    with pytest.raises(lazcore.ThrottledError):
        client.seller.get_seller()


def test_nobody_there(sandbox: Sandbox) -> None:
    client = sandbox.client(max_attempts=1)
    sandbox.stop()
    with pytest.raises(lazcore.TransportError) as caught:
        client.seller.get_seller()
    assert caught.value.executed == "no"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({}, "country"),
        ({"country": "XX"}, "country"),
        ({"country": "SG", "gateway": "http://127.0.0.1/rest"}, "gateway"),
        ({"country": "SG", "deadline": 0}, "deadline"),
        ({"country": "SG", "connect_timeout": -1}, "connect_timeout"),
        ({"country": "SG", "deadline": float("nan")}, "deadline"),
        ({"country": "SG", "max_attempts": 0}, "max_attempts"),
        ({"country": "SG", "max_body": 0}, "max_body"),
        ({"country": "SG", "access_token": " x"}, "access_token"),
    ],
)
def test_settings_are_checked_at_once(settings: dict[str, object], field: str) -> None:
    with pytest.raises(lazcore.ConfigError) as caught:
        lazcore.Client("key", "secret", **settings)  # type: ignore[arg-type]
    assert caught.value.field == field

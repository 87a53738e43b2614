"""Secrets appear nowhere: no repr, no message, no log record, no output, no file."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import lazcore
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable


def secrets_of(sandbox: Sandbox) -> list[str]:
    """Everything that must not be seen."""
    signatures = [call["params"].get("sign", "") for call in sandbox.calls()]
    known = [sandbox.app_secret, *sandbox.access_tokens, *sandbox.refresh_tokens, *signatures]
    return [secret for secret in known if secret]


def failures(sandbox: Sandbox) -> list[Callable[[], object]]:
    """Calls that fail in all the ways there are; answers repeat what was sent."""
    client = sandbox.client(account="store", max_attempts=1, response_timeout=0.3)
    token, secret = sandbox.access_token, sandbox.app_secret
    sign = lazcore.sign(secret, "/seller/get", {"access_token": token})
    echo = f"app_secret={secret}&access_token={token}&sign={sign}"

    def refused() -> object:
        body = json.dumps({"code": "IncompleteSignature", "message": echo, "detail": echo})
        sandbox.misbehave("raw", body=body)
        return client.seller.get_seller()

    def page() -> object:
        sandbox.misbehave("raw", status=502, body=f"<html>{echo}</html>")
        return client.seller.get_seller()

    def not_json() -> object:
        sandbox.misbehave("raw", body=f"{echo} {{")
        return client.seller.get_seller()

    def stalled() -> object:
        sandbox.misbehave("stall")
        return client.seller.get_seller()

    def written() -> object:
        sandbox.misbehave("drop_after", path="/order/package/rts")
        return client.fulfillment.ready_to_ship(packages=[{"package_id": "FP1"}])

    def wrong_token() -> object:
        return sandbox.client(access_token=token[:-1] + "x").seller.get_seller()

    def bad_setting() -> object:
        return sandbox.client(access_token=f" {token}")

    def bad_gateway() -> object:
        return sandbox.client(gateway=f"http://u:{secret}@127.0.0.1/rest")

    def bad_proxy() -> object:
        return sandbox.client(proxy=f"http://u:{secret}@").seller.get_seller()

    return [
        refused,
        page,
        not_json,
        stalled,
        written,
        wrong_token,
        bad_setting,
        bad_gateway,
        bad_proxy,
    ]


@pytest.mark.parametrize("number", range(9))
def test_errors_show_no_secret(
    sandbox: Sandbox, number: int, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(lazcore.LazadaError) as caught:
        failures(sandbox)[number]()
    error = caught.value
    seen = [repr(error), str(error), repr(error.__dict__), repr(error.args), caplog.text]
    # Lines of source code are the test's own; the texts of the error are the library's.
    seen += traceback.format_exception_only(type(error), error)
    seen += capfd.readouterr()
    secrets = secrets_of(sandbox)
    assert len(secrets) > 4
    for secret in secrets:
        for text in seen:
            assert secret not in text


def test_objects_show_no_secret(sandbox: Sandbox, tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    client = sandbox.client(call_log=log)
    reply = client.seller.get_seller()
    pair = client.auth.generate_access_token(code=sandbox.auth_codes[0])
    request = lazcore.prepare(
        "GetSeller",
        app_key=sandbox.app_key,
        app_secret=sandbox.app_secret,
        access_token=sandbox.access_token,
        gateway=sandbox.url,
        now_ms=1,
    )
    order = next(client.orders.pull(created_after=sandbox.created_after))
    objects = [client, reply, reply.data, reply.evidence, pair, pair.data, request, order, sandbox]
    seen = [repr(one) for one in objects] + [str(one) for one in objects]
    seen += [repr(sandbox._native), request.location, log.read_text(encoding="utf-8")]
    new = [pair.data.access_token, pair.data.refresh_token, sandbox.auth_codes[0]]
    assert all(new)
    assert "/seller/get" in seen[-1]
    for secret in [*secrets_of(sandbox), *new, request.url.partition("sign=")[2][:64]]:
        for text in seen:
            assert secret not in text

"""`lazcore.compat.lazop` beside the official SDK: the same calling code, the same replies."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import lazcore
from lazcore.compat import lazop
from lazcore.testing import Sandbox


@pytest.fixture
def sandboxes() -> Iterator[tuple[Sandbox, Sandbox]]:
    """Two of the same invented data, one for each SDK."""
    with (
        Sandbox(orders=12, special_orders=False) as one,
        Sandbox(orders=12, special_orders=False) as other,
    ):
        yield one, other


def call(
    module: Any, sandbox: Sandbox, path: str, method: str, token: str | None, **params: Any
) -> Any:
    """What the samples of the official SDK do."""
    client = module.LazopClient(sandbox.url, sandbox.app_key, sandbox.app_secret)
    request = module.LazopRequest(path, method)
    for name, value in params.items():
        request.add_api_param(name, value)
    return client.execute(request, token)


def told(response: Any) -> Any:
    """Everything but what is new in every answer."""
    body = {name: value for name, value in response.body.items() if name not in FRESH}
    return response.type, response.code, response.message, json.loads(json.dumps(body))


FRESH = {"request_id", "_trace_id_"}


@pytest.mark.parametrize(
    ("path", "method", "params"),
    [
        ("/orders/get", "GET", {"created_after": "2026-01-01T00:00:00+08:00", "limit": "5"}),
        ("/orders/get", "GET", {"created_after": "2026-01-01T00:00:00+08:00", "limit": 5}),
        ("/orders/get", "POST", {"created_after": "2026-01-01T00:00:00+08:00", "status": "x"}),
        ("/orders/get", "GET", {"created_after": "yesterday"}),
        ("/orders/get", "GET", {}),
        ("/order/get", "GET", {"order_id": "1"}),
        ("/orders/items/get", "GET", {"order_ids": "[1,2]"}),
        ("/seller/get", "GET", {}),
        ("/seller/get", "GET", {"note": "Áo thun 中文 & café = 100 %"}),
        ("/order/fulfill/pack", "POST", {"packReq": '{"pack_order_list":[]}'}),
        ("/order/fulfill/pack", "POST", {}),
        ("/no/such/path", "GET", {}),
    ],
)
def test_the_same_replies(
    official_sdk: ModuleType,
    sandboxes: tuple[Sandbox, Sandbox],
    path: str,
    method: str,
    params: dict[str, Any],
) -> None:
    one, other = sandboxes
    theirs = call(official_sdk, one, path, method, one.access_token, **params)
    ours = call(lazop, other, path, method, other.access_token, **params)
    assert told(ours) == told(theirs)
    assert ours.request_id
    assert str(ours).startswith(f"type={ours.type} code={ours.code} message=")


def test_a_wrong_token_is_a_response(
    official_sdk: ModuleType, sandboxes: tuple[Sandbox, Sandbox]
) -> None:
    one, other = sandboxes
    theirs = call(official_sdk, one, "/seller/get", "GET", "wrong")
    ours = call(lazop, other, "/seller/get", "GET", "wrong")
    assert told(ours) == told(theirs)
    assert ours.code == "IllegalAccessToken"


def test_orders_to_ready_to_ship(sandboxes: tuple[Sandbox, Sandbox]) -> None:
    sandbox = sandboxes[0]

    def done(path: str, method: str = "POST", **params: Any) -> Any:
        response = call(lazop, sandbox, path, method, sandbox.access_token, **params)
        assert response.code == "0", response.message
        return response.body

    orders = done("/orders/get", "GET", created_after=sandbox.created_after)["data"]["orders"]
    order_id = orders[0]["order_id"]
    items = done("/order/items/get", "GET", order_id=order_id)["data"]
    document = {
        "pack_order_list": [
            {"order_id": order_id, "order_item_list": [item["order_item_id"] for item in items]}
        ],
        "delivery_type": "dropship",
        "shipping_allocate_type": "TFS",
    }
    # A dict, which the official SDK cannot send.
    packed = done("/order/fulfill/pack", packReq=document)
    rows = packed["result"]["data"]["pack_order_list"][0]["order_item_list"]
    assert {str(row["item_err_code"]) for row in rows} == {"0"}
    assert {call["code"] for call in sandbox.calls()} == {"0"}


def test_a_path_may_miss_its_slash_and_the_address_have_one(sandbox: Sandbox) -> None:
    client = lazop.LazopClient(sandbox.url + "/", sandbox.app_key, sandbox.app_secret, timeout=5)
    assert client.execute(lazop.LazopRequest("seller/get", "get"), sandbox.access_token).code == "0"


def test_system_parameters_are_ours(sandbox: Sandbox) -> None:
    client = lazop.LazopClient(sandbox.url, sandbox.app_key, sandbox.app_secret)
    request = lazop.LazopRequest("/seller/get", "GET")
    for name, value in {
        "access_token": sandbox.access_token,
        "timestamp": "1",
        "partner_id": "x",
        "none": None,
        "blank": "",
    }.items():
        request.add_api_param(name, value)
    assert client.execute(request).code == "0"
    sent = sandbox.calls()[-1]["params"]
    assert sent["timestamp"] != "1"
    assert not {"none", "blank", "partner_id"} & sent.keys()


def test_files_are_sent_as_the_official_sdk_sends_them(
    official_sdk: ModuleType, sandboxes: tuple[Sandbox, Sandbox], tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"picture\x00\xff")
    content = path.read_bytes()
    for module, sandbox in zip((official_sdk, lazop), sandboxes):
        with path.open("rb") as file:
            for value in (content, ("a.png", content), ("a.png", io.BytesIO(content), "x/y"), file):
                client = module.LazopClient(sandbox.url, sandbox.app_key, sandbox.app_secret)
                request = module.LazopRequest("/order/fulfill/pack")
                request.add_api_param("packReq", '{"note":"ảnh"}')
                request.add_file_param("image", value)
                # Refused for what it says, by the API itself, behind the check of the signature.
                response = client.execute(request, sandbox.access_token)
                assert (response.code, response.body["result"]["success"]) == ("0", False)
    sent = [[parts(call) for call in sandbox.calls()] for sandbox in sandboxes]
    assert sent[0] == sent[1]
    assert [one["file_name"] for one in sent[1]] == ["image", "a.png", "a.png", "picture.png"]
    assert all(one["content"] == content for one in sent[1])


def parts(call: dict[str, Any]) -> dict[str, Any]:
    """The file of a multipart call."""
    head, content = call["raw"].split(b'name="image"', 1)[1].split(b"\r\n\r\n", 1)
    name = re.search(rb'filename="([^"]*)"', head)
    assert name
    return {
        "method": call["method"],
        "params": {name: call["params"][name] for name in ("packReq", "app_key")},
        "file_name": name[1].decode(),
        "content": content.split(b"\r\n--", 1)[0],
    }


def test_no_answer_is_raised(sandbox: Sandbox) -> None:
    client = lazop.LazopClient(
        sandbox.url, sandbox.app_key, sandbox.app_secret, max_attempts=1, timeout=5
    )
    sandbox.misbehave("drop_after", path="/order/package/rts")
    request = lazop.LazopRequest("/order/package/rts")
    request.add_api_param("readyToShipReq", {"packages": [{"package_id": "FP1"}]})
    with pytest.raises(lazcore.IndeterminateError):
        client.execute(request, sandbox.access_token)
    sandbox.misbehave("html_502")
    with pytest.raises(lazcore.TransportError):
        client.execute(lazop.LazopRequest("/seller/get", "GET"), sandbox.access_token)


def test_reads_are_repeated_and_one_connection_serves_all(sandbox: Sandbox) -> None:
    client = lazop.LazopClient(sandbox.url, sandbox.app_key, sandbox.app_secret)
    sandbox.misbehave("throttle", seconds=0)
    for _ in range(5):
        response = client.execute(lazop.LazopRequest("/seller/get", "GET"), sandbox.access_token)
        assert response.code == "0"
    assert sandbox.connections == 1


def test_wrong_settings_are_told_at_once() -> None:
    with pytest.raises(lazcore.ConfigError):
        lazop.LazopClient("https://api.lazada.sg/rest", "", "secret")


def test_the_same_names(official_sdk: ModuleType) -> None:
    for name in lazop.__all__:
        theirs = getattr(official_sdk, name)
        if isinstance(theirs, str):
            assert getattr(lazop, name) == theirs
    pairs = {"b": "2", "a": 1, "c_": "ä"}
    assert lazop.sign("s", "/x/y", pairs) == official_sdk.sign("s", "/x/y", pairs)

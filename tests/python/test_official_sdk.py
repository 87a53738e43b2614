"""The official SDK, unchanged, works against the sandbox."""

from __future__ import annotations

import json
from typing import Any

from lazcore.testing import Sandbox


def test_orders_to_ready_to_ship(official_sdk: Any) -> None:
    with Sandbox(orders=12, special_orders=False) as sandbox:
        client = official_sdk.LazopClient(sandbox.url, sandbox.app_key, sandbox.app_secret)

        def call(path: str, method: str = "POST", **params: str) -> Any:
            request = official_sdk.LazopRequest(path, method)
            for name, value in params.items():
                request.add_api_param(name, value)
            response = client.execute(request, sandbox.access_token)
            assert response.code == "0", response.message
            return response.body

        window = {"created_after": sandbox.created_after, "limit": "100"}
        orders = call("/orders/get", "GET", **window)["data"]["orders"]
        assert len(orders) == 12
        order_id = orders[0]["order_id"]
        items = call("/order/items/get", "GET", order_id=str(order_id))["data"]
        item_ids = [item["order_item_id"] for item in items]
        document = {
            "pack_order_list": [{"order_id": order_id, "order_item_list": item_ids}],
            "delivery_type": "dropship",
            "shipping_allocate_type": "TFS",
        }
        packed = call("/order/fulfill/pack", packReq=json.dumps(document))
        rows = packed["result"]["data"]["pack_order_list"][0]["order_item_list"]
        assert {str(row["item_err_code"]) for row in rows} == {"0"}
        packages = [{"package_id": one} for one in sorted({row["package_id"] for row in rows})]
        label = call(
            "/order/package/document/get",
            getDocumentReq=json.dumps({"doc_type": "PDF", "packages": packages}),
        )
        assert label["result"]["data"]["pdf_url"]
        call("/order/package/rts", readyToShipReq=json.dumps({"packages": packages}))
        books = sandbox.books()["stores"][0]["packages"]
        assert {one["couriers"] for one in books} == {1}
        assert {call["code"] for call in sandbox.calls()} == {"0"}

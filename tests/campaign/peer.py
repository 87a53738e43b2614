"""Orders shipped with the official SDK the way its samples are written, for comparison.

Every pending order: its items, Pack, ReadyToShip, one call after the other. An exception is tried
again once; a refusal is passed over and the next order has its turn. Started again it begins with
what is pending.

The environment says URL, APP_KEY, APP_SECRET, TOKEN, AFTER, and PROGRESS, a file that grows with
each order.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from lazop_sdk import LazopClient, LazopRequest

CLIENT = LazopClient(os.environ["URL"], os.environ["APP_KEY"], os.environ["APP_SECRET"])
PROGRESS = Path(os.environ["PROGRESS"])


def call(path: str, method: str, **params: str) -> Any:
    """The body of an answer that says success, else None."""
    request = LazopRequest(path, method)
    for name, value in params.items():
        request.add_api_param(name, value)
    try:
        response = CLIENT.execute(request, os.environ["TOKEN"])
    except Exception:
        response = CLIENT.execute(request, os.environ["TOKEN"])
    return response.body if response.code == "0" else None


def pending() -> list[str]:
    """The orders that are pending, by offset."""
    ids: list[str] = []
    after, offset = os.environ["AFTER"], 0
    while True:
        body = call(
            "/orders/get",
            "GET",
            created_after=after,
            status="pending",
            sort_by="created_at",
            sort_direction="ASC",
            offset=str(offset),
            limit="100",
        )
        page = body["data"]["orders"] if body else []
        ids += [str(order["order_id"]) for order in page]
        offset += 100
        if len(page) < 100:
            return list(dict.fromkeys(ids))
        if offset > 4500:
            # The platform refuses larger offsets, so the loop goes on from the last order's time.
            date, clock, zone = page[-1]["created_at"].split(" ")
            after, offset = f"{date}T{clock}{zone[:3]}:{zone[3:]}", 0


def ship(order_id: str) -> None:
    """Pack and ReadyToShip of one order."""
    items = call("/order/items/get", "GET", order_id=order_id)
    if not items:
        return
    document = {
        "pack_order_list": [
            {
                "order_id": int(order_id),
                "order_item_list": [item["order_item_id"] for item in items["data"]],
            }
        ],
        "delivery_type": "dropship",
        "shipping_allocate_type": "TFS",
    }
    packed = call("/order/fulfill/pack", "POST", packReq=json.dumps(document))
    if not packed:
        return
    rows = packed["result"]["data"]["pack_order_list"][0]["order_item_list"]
    packages = [{"package_id": one} for one in sorted({row["package_id"] for row in rows})]
    call("/order/package/rts", "POST", readyToShipReq=json.dumps({"packages": packages}))


def main() -> None:
    """Ships until nothing is pending."""
    with PROGRESS.open("a") as progress:
        while orders := pending():
            for order_id in orders:
                try:
                    ship(order_id)
                except Exception as error:
                    print(order_id, error)
                progress.write(f"{order_id}\n")
                progress.flush()


if __name__ == "__main__":
    main()

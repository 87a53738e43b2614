"""`lazcore sandbox`: the sandbox until Ctrl-C."""

from __future__ import annotations

import json
import sys
import threading

import typer

from lazcore.cli.exits import reported
from lazcore.testing import Sandbox


@reported
def sandbox(
    orders: int = typer.Option(300, min=0, help="Orders of each store."),
    seed: int = typer.Option(1, min=0, help="Another number is other data."),
    port: int = typer.Option(0, min=0, max=65535, help="TCP port; 0 takes any free one."),
    stores: int = typer.Option(2, min=1, max=50, help="Stores."),
    latency: int = typer.Option(0, min=0, help="Milliseconds every answer is held back."),
    as_json: bool = typer.Option(False, "--json", help="Print one line of JSON."),
) -> None:
    """Serves a gateway with invented orders on this machine until Ctrl-C.

    The credentials it prints are invented too: they open nothing but this sandbox. Its page for a
    browser shows the orders and every call, with the text that the gateway signed beside your
    signature.
    """
    with Sandbox(orders=orders, seed=seed, port=port, stores=stores, latency_ms=latency) as gateway:
        typer.echo(_json(gateway) if as_json else _lines(gateway))
        sys.stdout.flush()
        never = threading.Event()
        try:
            # Without a limit of time the wait cannot be interrupted on every system.
            while not never.wait(0.5):
                pass
        except KeyboardInterrupt:
            pass


def _json(gateway: Sandbox) -> str:
    return json.dumps(
        {
            "page": gateway.page_url,
            "url": gateway.url,
            "app_key": gateway.app_key,
            "app_secret": gateway.app_secret,
            "access_token": gateway.access_token,
            "store_tokens": gateway.access_tokens,
            "refresh_tokens": gateway.refresh_tokens,
            "auth_codes": gateway.auth_codes,
            "created_after": gateway.created_after,
            "created_before": gateway.created_before,
        }
    )


def _lines(gateway: Sandbox) -> str:
    lines = [
        f"# open {gateway.page_url} in a browser to see what arrives",
        f"export LAZADA_GATEWAY={gateway.url}",
        f"export LAZADA_APP_KEY={gateway.app_key}",
        f"export LAZADA_APP_SECRET={gateway.app_secret}",
        f"export LAZADA_ACCESS_TOKEN={gateway.access_token}",
    ]
    lines += [
        f"# access token of store {number}: {token}"
        for number, token in enumerate(gateway.access_tokens)
    ]
    lines.append(f"# orders were created from {gateway.created_after} to {gateway.created_before}")
    lines.append("# Ctrl-C ends it")
    return "\n".join(lines)

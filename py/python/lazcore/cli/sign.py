"""`lazcore sign`: a signature, to compare with another implementation's."""

from __future__ import annotations

from typing import Optional

import typer

import lazcore
from lazcore.cli import credentials
from lazcore.cli.exits import reported
from lazcore.cli.parameters import parameters
from lazcore.errors import from_kind


@reported
def sign(
    path: str = typer.Argument(help="Path below /rest, such as /order/get."),
    params: Optional[list[str]] = typer.Argument(None, metavar="[NAME=VALUE]..."),
    document: Optional[str] = typer.Option(
        None, "--json", help="Parameters as a JSON object, or @FILE with one."
    ),
) -> None:
    """Prints the signature of everything that will be sent, system parameters included.

    The secret comes from LAZADA_APP_SECRET or the file that LAZADA_CONFIG names.
    """
    secret = credentials.find().app_secret
    if not secret:
        text = "app_secret: is missing: set LAZADA_APP_SECRET"
        raise from_kind("config", text, text, field="app_secret")
    typer.echo(lazcore.sign(secret, path, parameters(params or [], document)))

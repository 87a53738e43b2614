"""`lazcore sign`: a signature, to compare with another's, or why that one is wrong."""

from __future__ import annotations

from typing import Optional

import typer

import lazcore
from lazcore.cli import credentials
from lazcore.cli.exits import SOME_FAILED, reported
from lazcore.cli.parameters import parameters
from lazcore.errors import from_kind


@reported
def sign(
    path: str = typer.Argument(help="Path below /rest, such as /order/get."),
    params: Optional[list[str]] = typer.Argument(None, metavar="[NAME=VALUE]..."),
    document: Optional[str] = typer.Option(
        None, "--json", help="Parameters as a JSON object, or @FILE with one."
    ),
    explain: bool = typer.Option(
        False, "--explain", help="Print what is hashed, too. It holds the access token."
    ),
    signature: Optional[str] = typer.Option(
        None, "--signature", help="Another program's signature: say which mistake makes it."
    ),
) -> None:
    """Prints the signature of everything that will be sent, system parameters included.

    The secret comes from LAZADA_APP_SECRET or the file that LAZADA_CONFIG names.
    """
    secret = credentials.find().app_secret
    if not secret:
        text = "app_secret: is missing: set LAZADA_APP_SECRET"
        raise from_kind("config", text, text, field="app_secret")
    given = parameters(params or [], document)
    if not explain and signature is None:
        typer.echo(lazcore.sign(secret, path, given))
        return
    told = lazcore.explain_signature(secret, path, given, signature)
    if explain:
        typer.echo(f"base string: {told.base_string}")
    typer.echo(f"signature:   {told.signature}")
    if told.verdict == "right":
        typer.echo("the signature given is right")
    elif told.verdict != "not_given":
        known = "came about like this" if told.verdict == "wrong" else "is made by no known mistake"
        typer.echo(f"the signature given {known}")
        for mistake in told.mistakes:
            typer.echo(f"- {mistake.advice}")
        if told.verdict == "unknown":
            typer.echo(
                "- compare the base string, the app secret and every value with what is sent"
            )
        raise typer.Exit(SOME_FAILED)

"""`lazcore call`: one call, its answer as JSON."""

from __future__ import annotations

from typing import Optional

import typer

from lazcore.cli import credentials
from lazcore.cli.apis import names
from lazcore.cli.exits import SOME_FAILED, reported
from lazcore.cli.parameters import parameters


@reported
def call(
    name: str = typer.Argument(
        help="The API's name, such as GetOrder, or with --method its path.", autocompletion=names
    ),
    params: Optional[list[str]] = typer.Argument(None, metavar="[NAME=VALUE]..."),
    document: Optional[str] = typer.Option(
        None, "--json", help="Parameters as a JSON object, or @FILE with one."
    ),
    method: Optional[str] = typer.Option(
        None, help="GET or POST: call by path what is newer than the catalogue."
    ),
    evidence: bool = typer.Option(False, help="Print request id and attempts on standard error."),
) -> None:
    """Makes one call and prints the payload of its answer as JSON.

    Credentials come from LAZADA_APP_KEY, LAZADA_APP_SECRET, LAZADA_ACCESS_TOKEN and LAZADA_COUNTRY
    (or LAZADA_GATEWAY), or from the file that LAZADA_CONFIG names.
    """
    given = parameters(params or [], document)
    with credentials.find().client() as client:
        reply = client.request(method, name, given) if method else client.call(name, given)
    typer.echo(reply.to_json())
    if evidence:
        typer.echo(reply.evidence.to_json(), err=True)
    failed = reply.failed_rows
    for row in failed:
        typer.echo(f"lazcore: refused: {row.code}: {row.message}", err=True)
    if failed:
        raise typer.Exit(SOME_FAILED)

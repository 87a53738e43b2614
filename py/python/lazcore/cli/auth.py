"""`lazcore auth`: authorization of sellers, and the pairs in token files."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Any, NamedTuple, Optional

import typer

import lazcore
from lazcore.cli import credentials
from lazcore.cli.examples import epilog
from lazcore.cli.exits import EPILOG, OK, PERSON, code_of, reported
from lazcore.cli.rows import tell
from lazcore.cli.stores import token_files
from lazcore.errors import from_kind

__all__ = ["auth"]

auth = typer.Typer(
    help="Authorizes sellers and looks after their token files.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
)

_FILE = typer.Option(None, "--token-file", help="The file, in place of LAZADA_TOKEN_FILE.")
_ALL = typer.Option(False, "--all", help="All files *.token in the folder of the token file.")
_FOLDER = typer.Option(None, help="All files *.token in this folder.")
_JSON = typer.Option(False, "--json", help="Print JSON.")


@auth.command(epilog=epilog("auth url"))
@reported
def url(
    redirect_uri: str = typer.Argument(help="The callback URL configured for the app."),
    state: Optional[str] = typer.Option(None, help="In place of a random one."),
    as_json: bool = _JSON,
) -> None:
    """Prints the page on which a seller authorizes the app, for a browser.

    Keep the state: `lazcore auth exchange --state` holds it against the one that comes back.
    """
    found = credentials.find()
    found.need("app_key")
    state = state or secrets.token_urlsafe(24)
    page = lazcore.authorization_url(found.app_key, redirect_uri, state)
    if as_json:
        typer.echo(json.dumps({"url": page, "state": state}))
        return
    typer.echo(page)
    typer.echo(f"state: {state}", err=True)


@auth.command(epilog=epilog("auth exchange"))
@reported
def exchange(
    state: Optional[str] = typer.Option(None, help="The state that `lazcore auth url` told."),
    token_file: Optional[Path] = _FILE,
    as_json: bool = _JSON,
) -> None:
    """Exchanges the code of a seller's authorization for a pair in the token file.

    Type or pipe in the address to which the browser came back, or its code alone. It is a secret,
    works once, and is no argument: other users of the machine could see it.
    """
    found = credentials.find()
    file = _one_file(found, token_file)
    with found.client_of_file(file) as client:
        status = client.auth.exchange_code(_code(_secret_line(), state))
    _tell([Row(file, status=status)], as_json)


@auth.command(epilog=epilog("auth refresh"))
@reported
def refresh(
    token_file: Optional[Path] = _FILE,
    every: bool = _ALL,
    folder: Optional[Path] = _FOLDER,
    due: bool = typer.Option(False, help="Only pairs whose time has come."),
    as_json: bool = _JSON,
) -> None:
    """Refreshes the pair of the token file now, or those of all token files.

    Calls refresh their pair by themselves: this is for pairs that no call uses for weeks.
    """
    found = credentials.find()
    rows = [_refreshed(found, file, due=due) for file in _files(found, token_file, every, folder)]
    _tell(rows, as_json)
    raise typer.Exit(_exit_code(rows))


@auth.command(epilog=epilog("auth status"))
@reported
def status(
    token_file: Optional[Path] = _FILE,
    every: bool = _ALL,
    folder: Optional[Path] = _FOLDER,
    ahead: int = typer.Option(
        7, min=0, help="Days of the refresh token below which its seller should authorize again."
    ),
    as_json: bool = _JSON,
) -> None:
    """Tells how the pair of the token file stands, or those of all token files. Sends nothing.

    Ends with 6 when a seller has to authorize again, now or within --ahead days: run it daily.
    """
    found = credentials.find()
    rows = [_looked_at(found, file, ahead) for file in _files(found, token_file, every, folder)]
    _tell(rows, as_json)
    raise typer.Exit(_exit_code(rows))


class Row(NamedTuple):
    """What is known of a token file."""

    file: Path
    status: Optional[lazcore.TokenStatus] = None
    error: Optional[lazcore.LazadaError] = None
    #: The refresh token ends soon.
    soon: bool = False

    @property
    def needs_person(self) -> bool:
        """Whether a seller has to authorize again, or for the first time."""
        if self.status is None:
            return self.error is None
        return self.status.needs_person or self.soon

    @property
    def accounts(self) -> str:
        """The shops of the pair."""
        shops = self.status.shops if self.status is not None else []
        return " ".join(f"{(shop.country or '??').upper()}-{shop.seller_id}" for shop in shops)

    @property
    def note(self) -> str:
        """What to do, or what went wrong."""
        if self.error is not None:
            return str(self.error)
        return "the seller must authorize: lazcore auth url" if self.needs_person else ""

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        known = {"state": "absent" if self.error is None else "unknown"}
        if self.status is not None:
            known = json.loads(self.status.to_json())
        told = {"file": str(self.file), **known, "needs_person": self.needs_person}
        if self.error is not None:
            told["error"] = {"message": str(self.error), "code": self.error.code}
        return told

    def cells(self) -> list[str]:
        """For people."""
        told = self.as_dict()
        days = [told.get(name) for name in ("days_left", "refresh_days_left")]
        return [
            self.file.name,
            self.accounts,
            told["state"].replace("_", " "),
            *("" if number is None else str(number) for number in days),
            self.note,
        ]


def _looked_at(found: credentials.Credentials, file: Path, ahead: int) -> Row:
    try:
        with found.client_of_file(file) as client:
            status = client.auth.status()
    except lazcore.LazadaError as error:
        return Row(file, error=error)
    left = status.refresh_days_left if status is not None else None
    return Row(file, status, soon=left is not None and left < ahead)


def _refreshed(found: credentials.Credentials, file: Path, *, due: bool) -> Row:
    client = None
    try:
        client = found.client_of_file(file)
        status = client.auth.status()
        if status is None or (due and status.state not in ("due_for_refresh", "expired")):
            return Row(file, status)
        return Row(file, client.auth.refresh())
    except lazcore.LazadaError as error:
        return Row(file, _status_after(client), error)


def _status_after(client: Optional[lazcore.Client]) -> Optional[lazcore.TokenStatus]:
    """What is in the file now: a refusal for good is noted there."""
    try:
        return client.auth.status() if client is not None else None
    except lazcore.LazadaError:
        return None


def _exit_code(rows: list[Row]) -> int:
    """A person comes first: everything else may pass by itself."""
    if any(row.needs_person for row in rows):
        return PERSON
    codes = [code_of(row.error) for row in rows if row.error is not None]
    return codes[0] if codes else OK


def _tell(rows: list[Row], as_json: bool) -> None:
    columns = ("file", "shops", "state", "days left", "refresh days left", "note")
    told = [row.as_dict() for row in rows]
    tell(columns, [row.cells() for row in rows], told, as_json)


def _one_file(found: credentials.Credentials, given: Optional[Path]) -> Path:
    if given is not None:
        return given
    found.need("token_file")
    return Path(found.token_file)


def _files(
    found: credentials.Credentials, given: Optional[Path], every: bool, folder: Optional[Path]
) -> list[Path]:
    if folder is None and not every:
        return [_one_file(found, given)]
    if folder is None:
        folder = _one_file(found, given).parent
    return token_files(folder)


def _secret_line() -> str:
    if sys.stdin.isatty():
        line: str = typer.prompt("Address or code", hide_input=True, err=True)
        return line.strip()
    return sys.stdin.readline().strip()


def _code(line: str, state: str | None) -> str:
    """The code in what was typed, after a look at the state."""
    is_address = line.startswith(("http://", "https://"))
    if is_address and state is not None:
        return lazcore.redirect_code(line, state)
    if is_address:
        raise _wrong(
            "config", "state", "expected the one of `lazcore auth url`: give it by --state"
        )
    if state is not None:
        problem = "expected the whole address to which the browser came back, to hold it against"
        raise _wrong("input", "state", problem)
    return line


def _wrong(kind: str, field: str, problem: str) -> lazcore.LazadaError:
    text = f"{field}: {problem}"
    return from_kind(kind, text, text, field=field)

"""The accounts of a command: the one of the credentials, or one per token file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import lazcore
from lazcore.cli import credentials
from lazcore.errors import from_kind
from lazcore.output.files import folder

if TYPE_CHECKING:
    from lazcore.cli.credentials import Credentials

__all__ = ["Store", "refuse", "stores", "token_files"]


class Store(NamedTuple):
    """One account."""

    found: Credentials
    #: None: the credentials say who it is.
    file: Path | None = None
    account: str | None = None
    #: One of several, whose files are kept apart.
    several: bool = False

    @property
    def name(self) -> str:
        """For messages; blank for the only one."""
        return self.file.name if self.several and self.file is not None else ""

    def client(self) -> lazcore.Client:
        """A client that knows its account."""
        client = self._client()
        if self.account is None:
            try:
                client.resolve_account()
            except BaseException:
                client.close()
                raise
        return client

    def _client(self) -> lazcore.Client:
        if self.file is None:
            return self.found.client(account=self.account)
        place = {} if self.found.gateway else {"country": self._country(self.file)}
        own = self.found._replace(access_token="", token_file=str(self.file), **place)
        return own.client(account=self.account)

    def _country(self, file: Path) -> str:
        """Each seller's calls go to the gateway of its country."""
        with self.found.client_of_file(file) as client:
            status = client.auth.status()
        shops = status.shops if status is not None else []
        countries = [shop.country.upper() for shop in shops if shop.country]
        if len(countries) == 1:
            return countries[0]
        return self.found.country

    @property
    def needs_person(self) -> bool:
        """Whether the pair is one that the seller has to renew."""
        file = self.file or (Path(self.found.token_file) if self.found.token_file else None)
        if file is None:
            return False
        try:
            with self.found.client_of_file(file) as client:
                status = client.auth.status()
        except lazcore.LazadaError:
            return False
        return status is None or status.needs_person

    def path(self, given: Path | None, account: str, suffix: str = "") -> Path | None:
        """A file or folder of this account alone: the one given, or one in it that has its name."""
        if given is None or not self.several:
            return given
        return folder(given) / f"{account}{suffix}"


def stores(files: list[Path], place: Path | None, account: str | None) -> list[Store]:
    """The accounts that are meant."""
    found = credentials.find()
    several = place is not None or len(files) > 1
    if several and account is not None:
        refuse("account", "several accounts are named by themselves: expected none")
    if place is not None:
        if files:
            refuse("folder", "expected --token-file or --folder")
        files = token_files(place)
    if not files:
        return [Store(found, account=account)]
    return [Store(found, file, account, several) for file in files]


def token_files(place: Path) -> list[Path]:
    """The files *.token of a folder; half-written ones begin with a dot."""
    files = sorted(
        path
        for path in place.iterdir()
        if path.suffix == ".token" and not path.name.startswith(".") and path.is_file()
    )
    if not files:
        text = f"folder: {place} has no files *.token"
        raise from_kind("config", text, text, field="folder")
    return files


def refuse(field: str, problem: str) -> NoReturn:
    """A mistake of the command line."""
    text = f"{field}: {problem}"
    details: dict[str, Any] = {"field": field}
    raise from_kind("input", text, text, **details)

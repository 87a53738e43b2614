"""Where the command finds its credentials: the environment or a private file, never arguments."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import lazcore
from lazcore import environment

__all__ = ["Credentials", "find", "path"]


class Credentials(NamedTuple):
    """What a client needs. Blank where nothing was found."""

    app_key: str = ""
    app_secret: str = ""
    access_token: str = ""
    token_file: str = ""
    country: str = ""
    gateway: str = ""

    # The inherited one would show the secrets.
    def __repr__(self) -> str:
        return f"Credentials(app_key={self.app_key!r}, ...)"

    def need(self, *names: str) -> None:
        """Raises ConfigError for the first of these that was not found."""
        for name in names:
            if not getattr(self, name):
                raise environment.missing(name, f" or write it into {path()}")

    def client(self, **settings: Any) -> lazcore.Client:
        """A client with these credentials, and with settings of `lazcore.Client`."""
        self.need("app_key", "app_secret")
        return lazcore.Client(
            self.app_key,
            self.app_secret,
            self.country or None,
            gateway=self.gateway or None,
            access_token=self.access_token or None,
            token_file=self.token_file or None,
            **settings,
        )

    def client_of_file(self, file: Path) -> lazcore.Client:
        """A client for the pair of this file.

        Token calls of all countries go to one host, so that any will do where none was named.
        """
        country = self.country or ("" if self.gateway else "SG")
        return self._replace(country=country, access_token="", token_file=str(file)).client()


def find() -> Credentials:
    """The credentials of the environment, completed by the file."""
    return Credentials(**environment.settings(path()))


def path() -> Path:
    """The file that is looked at."""
    given = os.environ.get(environment.CONFIG, "").strip()
    if given:
        return Path(given)
    base = os.environ.get("XDG_CONFIG_HOME", "").strip() or "~/.config"
    return Path(base).expanduser() / "lazcore" / "credentials.toml"

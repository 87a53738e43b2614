"""Where the command finds its credentials: the environment or a private file, never arguments."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, NamedTuple

import lazcore

__all__ = ["Credentials", "find", "path"]

NAMES = ("app_key", "app_secret", "access_token", "token_file", "country", "gateway")
# One of each pair counts; the choice of the environment replaces that of the file.
RIVALS = {
    "country": "gateway",
    "gateway": "country",
    "access_token": "token_file",
    "token_file": "access_token",
}


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
                raise _missing(name)

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
    found = _read(path())
    for name in NAMES:
        given = os.environ.get(f"LAZADA_{name.upper()}", "").strip()
        if given:
            found[name] = given
            other = RIVALS.get(name)
            if other is not None and not os.environ.get(f"LAZADA_{other.upper()}", "").strip():
                found.pop(other, None)
    return Credentials(**found)


def path() -> Path:
    """The file that is looked at."""
    given = os.environ.get("LAZADA_CONFIG", "").strip()
    if given:
        return Path(given)
    base = os.environ.get("XDG_CONFIG_HOME", "").strip() or "~/.config"
    return Path(base).expanduser() / "lazcore" / "credentials.toml"


def _read(path: Path) -> dict[str, str]:
    """Lines of the form `name = "value"`; `#` begins a comment line."""
    try:
        with path.open(encoding="utf-8") as file:
            _check_private(path, os.fstat(file.fileno()))
            lines = file.read().splitlines()
    except FileNotFoundError:
        if os.environ.get("LAZADA_CONFIG", "").strip():
            raise _config("LAZADA_CONFIG", f"{path} does not exist") from None
        return {}
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or name not in NAMES:
            # The line is not repeated: it may hold a secret.
            raise _config(str(path), f'line {number}: expected one of {", ".join(NAMES)} = "value"')
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if name == "token_file" and value:
            value = str(path.parent / Path(value).expanduser())
        found[name] = value
    return found


def _check_private(path: Path, status: os.stat_result) -> None:
    if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _config(str(path), f"others can read it: run chmod 600 {path}")


def _missing(name: str) -> lazcore.LazadaError:
    return _config(name, f"is missing: set LAZADA_{name.upper()} or write it into {path()}")


def _config(field: str, problem: str) -> lazcore.LazadaError:
    from lazcore.errors import from_kind

    text = f"{field}: {problem}"
    return from_kind("config", text, text, field=field)

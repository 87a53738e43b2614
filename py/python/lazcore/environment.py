"""The settings that a client takes from the environment, or from the file that it names."""

from __future__ import annotations

import os
import stat
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["NAMES", "client_settings", "config", "missing", "read_file", "settings", "variable"]

NAMES = ("app_key", "app_secret", "access_token", "token_file", "country", "gateway")
# One of each pair counts; the choice of the environment replaces that of the file.
RIVALS = {
    "country": "gateway",
    "gateway": "country",
    "access_token": "token_file",
    "token_file": "access_token",
}
# Names the file.
CONFIG = "LAZADA_CONFIG"


def variable(name: str) -> str:
    """The variable of a setting."""
    return f"LAZADA_{name.upper()}"


def settings(file: Path | None = None) -> dict[str, str]:
    """What is set, by the names of `lazcore.Client`; blank variables count as not set.

    Args:
        file: Completes the environment, unless `LAZADA_CONFIG` names another one. It may be
            missing; the one that is named may not.
    """
    named = os.environ.get(CONFIG, "").strip()
    found: dict[str, str] = {}
    if named:
        found = read_file(Path(named))
    elif file is not None and file.exists():
        found = read_file(file)
    for name in NAMES:
        given = os.environ.get(variable(name), "").strip()
        if given:
            found[name] = given
            other = RIVALS.get(name)
            if other is not None and not os.environ.get(variable(other), "").strip():
                found.pop(other, None)
    return {name: value for name, value in found.items() if value}


def client_settings(given: dict[str, Any]) -> dict[str, Any]:
    """All that `Client.from_env` gives to a client.

    Raises ConfigError for the first setting that is needed and missing.
    """
    rivals = {**RIVALS, "token_store": "access_token"}
    # A token of the caller's replaces every kind of the environment.
    replaced = {rivals.get(name, "") for name in given} | set(given)
    if "token_store" in given:
        replaced.add("token_file")
    found = {name: value for name, value in settings().items() if name not in replaced}
    both = {**found, **given}
    for name in ("app_key", "app_secret", "country"):
        if not both.get(name) and not both.get(RIVALS.get(name, "")):
            raise missing(name)
    return both


def read_file(path: Path) -> dict[str, str]:
    """Lines of the form `name = "value"`; `#` begins a comment line.

    A relative `token_file` is one beside the file. Raises ConfigError for a line of another form,
    and for a file that is missing or that others can read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            _check_private(path, os.fstat(file.fileno()))
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise config(CONFIG, f"{path} does not exist") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or name not in NAMES:
            # The line is not repeated: it may hold a secret.
            raise config(str(path), f'line {number}: expected one of {", ".join(NAMES)} = "value"')
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if name == "token_file" and value:
            value = str(path.parent / Path(value).expanduser())
        found[name] = value
    return found


def _check_private(path: Path, status: os.stat_result) -> None:
    if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise config(str(path), f"others can read it: run chmod 600 {path}")


def missing(name: str, place: str = "") -> Exception:
    """The ConfigError that tells which variable to set."""
    rival = RIVALS.get(name)
    other = f" or {variable(rival)}" if rival else ""
    return config(name, f"is missing: set {variable(name)}{other}{place}")


def config(field: str, problem: str) -> Exception:
    """A ConfigError of a setting."""
    from lazcore.errors import from_kind

    text = f"{field}: {problem}"
    return from_kind("config", text, text, field=field)

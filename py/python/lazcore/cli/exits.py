"""Exit codes, and how errors become them."""

from __future__ import annotations

import functools
import sys
from typing import Any, Callable, TypeVar

import typer

import lazcore

__all__ = [
    "CANCELED",
    "DEFECT",
    "EPILOG",
    "INDETERMINATE",
    "NO_ANSWER",
    "OK",
    "PERSON",
    "REFUSED",
    "SOME_FAILED",
    "USAGE",
    "code_of",
    "reported",
]

OK = 0
SOME_FAILED = 1
USAGE = 2
REFUSED = 3
NO_ANSWER = 4
INDETERMINATE = 5
PERSON = 6
DEFECT = 70
CANCELED = 130

EPILOG = (
    "Exit codes: 0 all went well; 1 some items were refused or left, or doctor found a fault; "
    "2 wrong usage, settings or files; 3 Lazada refused the call; 4 no or no readable answer; "
    "5 a write may or may not have been executed; 6 a seller has to authorize the app; "
    "70 a defect of lazcore; 130 interrupted."
)

# Subclasses stand before their bases.
_CODES: tuple[tuple[type[lazcore.LazadaError], int], ...] = (
    (lazcore.ConfigError, USAGE),
    (lazcore.InputError, USAGE),
    (lazcore.IoError, USAGE),
    (lazcore.ApiError, REFUSED),
    (lazcore.TransportError, NO_ANSWER),
    (lazcore.DecodeError, NO_ANSWER),
    (lazcore.IndeterminateError, INDETERMINATE),
    (lazcore.CanceledError, CANCELED),
)

Command = TypeVar("Command", bound=Callable[..., Any])


def code_of(error: lazcore.LazadaError) -> int:
    """The exit code of an error."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return DEFECT


def reported(command: Command) -> Command:
    """Says what went wrong on standard error, in one line, and ends with the exit code for it."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except lazcore.LazadaError as error:
            print(f"lazcore: {error}", file=sys.stderr)
            if error.executed == "unknown" and isinstance(error, lazcore.IndeterminateError):
                print("lazcore: look at the state before sending it again", file=sys.stderr)
            raise typer.Exit(code_of(error)) from None
        except OSError as error:
            print(f"lazcore: {error}", file=sys.stderr)
            raise typer.Exit(USAGE) from None
        except KeyboardInterrupt as interrupted:
            print("lazcore: interrupted", file=sys.stderr)
            if isinstance(interrupted.__cause__, lazcore.IndeterminateError):
                print(f"lazcore: {interrupted.__cause__}", file=sys.stderr)
            raise typer.Exit(CANCELED) from None

    return run  # type: ignore[return-value]

"""The command `lazcore`. Its dependencies come with the extra `cli`."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Runs the command and ends the process with its exit code."""
    try:
        import rich  # noqa: F401
        import typer  # noqa: F401
    except ImportError:
        print("The command needs its extra: pip install 'lazcore[cli]'", file=sys.stderr)
        raise SystemExit(2) from None
    from lazcore.cli.app import app

    app()

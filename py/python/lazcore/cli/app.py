"""The commands, gathered."""

from __future__ import annotations

import typer

import lazcore
from lazcore.cli.apis import apis
from lazcore.cli.auth import auth
from lazcore.cli.call import call
from lazcore.cli.demo import demo
from lazcore.cli.doctor import doctor
from lazcore.cli.examples import epilog
from lazcore.cli.exits import EPILOG
from lazcore.cli.fulfill import fulfill, labels, rts
from lazcore.cli.orders import orders
from lazcore.cli.sandbox import sandbox
from lazcore.cli.serve import serve_stdio
from lazcore.cli.sign import sign

__all__ = ["app"]

app = typer.Typer(
    name="lazcore",
    help="The Lazada Open Platform on the command line.",
    epilog=EPILOG,
    no_args_is_help=True,
    # Local variables in a traceback could show a secret.
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (demo, fulfill, labels, rts, call, sign, sandbox, apis, doctor, serve_stdio):
    app.command(epilog=epilog(command.__name__.replace("_", "-")))(command)
app.add_typer(auth, name="auth")
app.add_typer(orders)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(lazcore.__version__)
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and end."
    ),
) -> None:
    """The Lazada Open Platform on the command line."""

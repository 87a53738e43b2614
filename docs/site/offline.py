"""MkDocs in a process that opens no connection: what a build needs must be on the machine."""

import sys

from mkdocs.__main__ import cli


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Ends the build at the first connection or look-up of a name."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        raise RuntimeError(f"the build asks the network: {event} {arguments[-1]!r}")


if __name__ == "__main__":
    sys.addaudithook(refuse)
    cli()

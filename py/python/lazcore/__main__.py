"""`python -m lazcore` is the command `lazcore`."""

from lazcore.cli import main

main()

"""The command line, called as `python -m evenhand`."""

from evenhand.cli import main

main()

"""The command line: the only reader of clock, arguments and randomness; everything below gets them handed in."""

from evenhand.cli.app import main

__all__ = ["main"]

"""How large something is made that a benchmark measures, as given on the command line."""

import argparse
from collections.abc import Callable


def at_least(least: int) -> Callable[[str], int]:
    """Return what reads a whole number from `least` on: below, a benchmark measures nothing, or cannot be made.

    >>> at_least(10)("12")
    12
    """

    def read(text: str) -> int:
        number = int(text) if text.strip().isascii() and text.strip().isdecimal() else -1
        if number < least:
            raise argparse.ArgumentTypeError(f"{text!r}; expected a whole number from {least:,} on")
        return number

    return read

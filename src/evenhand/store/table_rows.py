"""Rows of a table, whatever its file's format."""

from typing import NamedTuple

LONGEST_CELL = 131_072
"""A longer cell makes a broken row: what fills it is no name, host or text of an advertisement."""


class Line(NamedTuple):
    """One row as in the file: `number` is the line it begins on, `problem` what a broken row should have been."""

    number: int
    cells: list[str]
    problem: str = ""


class NumberText(str):
    """The digits of a typed number; `1.234` is one and 234 thousandths, never a thousand."""

    __slots__ = ()

"""A number that its file holds as a number: its point is a decimal point, whatever the file's other texts do."""


class NumberText(str):
    """The digits of a typed number; `1.234` is one and 234 thousandths, never a thousand."""

    __slots__ = ()

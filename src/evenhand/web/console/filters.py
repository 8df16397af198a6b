"""The choices of a page's filters."""

from collections.abc import Iterable


def with_all(options: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int | None]]:
    """Return (value, words, number) of the choices of which there is something, after the one for all of them."""
    return [("", "all", None), *((value, words, number) for value, words, number in options if number)]

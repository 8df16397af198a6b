"""Names of countries as people write them into tables, in seven languages, read as ISO 3166 alpha-2 codes."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from evenhand.model.plain_text import plain


def country_named(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's name or alpha-3 code, upper case, or ``""`` if it is none.

    Case, accents, punctuation and blanks do not count. `UK` and `EL` are taken for GB and GR; another code of two
    letters is not looked at.

    >>> country_named("Deutschland"), country_named("États-Unis"), country_named("нидерланды"), country_named("POL")
    ('DE', 'US', 'NL', 'PL')
    """
    return _codes().get(plain(text), "")


@cache
def _codes() -> Mapping[str, str]:
    table = files("evenhand.store").joinpath("country_names.txt").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    names = {plain(name): code for code, _, names in rows for name in names.split("|") if name}
    return {plain(alpha3): code for code, alpha3, _ in rows} | names

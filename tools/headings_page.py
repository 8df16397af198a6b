"""`docs/reference/headings.md` from `headings.txt`: `python -m tools.headings_page > docs/reference/headings.md`."""

import sys
from collections.abc import Iterable, Iterator

from evenhand.intake.columns import heading_rows, number_schemes

_LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "tr": "Turkish", "nl": "Dutch", "cs": "Czech", "ro": "Romanian",
    "uk": "Ukrainian", "ja": "Japanese", "zh": "Chinese", "ko": "Korean", "ar": "Arabic", "he": "Hebrew",
}  # fmt: skip
_TITLES = {
    "parties": "Advertisers, payers, names to be screened",
    "advertisers": "Advertisers",
    "payers": "Payers",
    "names": "Names to be screened",
    "ownership": "Ownership",
    "campaigns": "Campaigns",
    "creatives": "Creatives",
    "votes": "Votes",
}
_HEAD = """\
# Headings that are known

Which headings of [the network's tables](tables.md) are read as which column, besides the column's own name. Case,
accents, punctuation and blanks do not count: `USt-IdNr.` is `ustidnr`. A mapping in `evenhand.toml` or with `--column`
wins over this page. A heading that is not here is ignored and named in `out/rejected-input.csv` with the nearest that
is. Made from `src/evenhand/intake/headings.txt` by `python -m tools.headings_page`; a test compares the two.
"""
_UNCLEAR = """
## Headings that are never guessed

These could be two things: `Kunde` a number or a name, `TVA` a number or a rate. Map them if you mean one of them.
`Kunde` and its like are the name where the number has a heading of its own (`Kundennr.`) and no other is the name.
"""
_NUMBERS = """
## Register numbers

A column with such a heading holds numbers of that register, bare or written as an identifier. They are of the country
that is named here; else a VAT number of the country that it begins with (`DE811234567`; `EL` is Greece); else of the
country in the row's `country`.
"""


def page() -> str:
    """Return the text of the page."""
    return _HEAD + "".join(_sections())


def _sections() -> Iterator[str]:
    rows = [(table, column.partition(" ")[0], language, names) for table, column, language, names in heading_rows()]
    for table, title in _TITLES.items():
        found = [row[1:] for row in rows if row[0] == table and not row[1].endswith("?")]
        if found:
            yield f"\n## {title}\n\n| column | language | headings |\n|---|---|---|\n" + "".join(map(_line, found))
    yield f"{_NUMBERS}\n| column | numbers are | language | headings |\n|---|---|---|---|\n"
    yield from (_number_line(*row[1:]) for row in rows if row[0] == "numbers")
    yield f"{_UNCLEAR}\n| tables | language | headings |\n|---|---|---|\n"
    for table, column, language, names in rows:
        if column.endswith("?"):
            yield f"| {table} | {_LANGUAGES[language]} | {_joined(names)} |\n"


def _line(row: tuple[str, str, tuple[str, ...]]) -> str:
    column, language, names = row
    return f"| `{column}` | {_LANGUAGES[language]} | {_joined(names)} |\n"


def _number_line(column: str, language: str, names: tuple[str, ...]) -> str:
    scheme, place = number_schemes()[column]
    of = f"`{scheme}`" + (f", {place.upper()}" if place else "")
    return f"| `{column}` | {of} | {_LANGUAGES[language]} | {_joined(names)} |\n"


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)


if __name__ == "__main__":
    sys.stdout.write(page())

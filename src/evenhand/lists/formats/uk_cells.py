"""Cells of the UK's lists: several values in one, dates with unknown parts, labelled text.

Source: `lists.md` §1.5.
"""

import re

from evenhand.lists.formats.countries import country_code
from evenhand.lists.formats.dates import english_date, partial_date
from evenhand.lists.formats.entry import Properties

_BETWEEN = re.compile(r"(?:^|\s)\(\d{1,2}\)\s|[;|]")
_FORM = r"(?:Ltd|Limited|LLC|LLP|LP|PLC|Inc|Corp|P?JSC|CJSC|OOO|OAO|ZAO|PAO|AO|AS|SA|SARLU?|GmbH|BV|NV|FZE|FZCO)\b\.?"
# A comma or slash between two companies; `Co., Ltd` and `Ltd, Hong Kong` are one.
_NEXT_COMPANY = re.compile(rf"\b({_FORM})\s*[,/]\s*(?=[A-Z0-9][^,/]*\b(?:{_FORM}|Management\b|Group\b))")
_WITH_NUMBER = re.compile(r" - \d{6,}(?=[A-Z]|$)")
_SPELLINGS = re.compile(r"(?P<name>.*?)\s*\(alternate spellings?: (?P<others>.*)")
_NEXT_SPELLING = re.compile(r"(?:,? and |, (?!Ltd|LLC|Inc))(?![^()]{0,80}\))(?=[A-Z])")
_UNKNOWN = re.compile(r"^unknown\s*(?:/\s*|$)", re.IGNORECASE)
_DATE = re.compile(r"(\d{1,2}|dd|--)/(\d{1,2}|mm|--)/(\d{4})", re.IGNORECASE)
_PUBLISHED = re.compile(r"\d{1,2}[/-](?:\d{1,2}|[A-Za-z]{3,9})[/-]\d{4}")
_LABEL = re.compile(r"\((?P<label>[A-Z][A-Za-z /-]{1,50})\):")


def items(cell: str) -> list[str]:
    """Return the values of a cell that are numbered `(1) … (2) …` or divided by `;` or `|`."""
    return [text for part in _BETWEEN.split(f" {cell}") if (text := part.strip(" ,"))]


def companies(cell: str) -> list[str]:
    """Return the companies of a cell, and other spellings of them as more names.

    >>> companies("Made-Up Ltd/Other Made-Up LLC"), companies("Made-Up Co., Ltd. (alternate spelling: Maid-Up)")
    (['Made-Up Ltd', 'Other Made-Up LLC'], ['Made-Up Co., Ltd.', 'Maid-Up'])
    """
    found = []
    for item in items(_WITH_NUMBER.sub(";", _NEXT_COMPANY.sub(r"\1;", cell))):
        spellings = _SPELLINGS.fullmatch(item)
        others = _NEXT_SPELLING.split(_closed(spellings["others"])) if spellings else []
        found += [spellings["name"] if spellings else item, *others]
    return [name for each in found if (name := _UNKNOWN.sub("", each).strip(" ,"))]


def _closed(text: str) -> str:
    """Return a text without the bracket that it closes and does not open."""
    return text.removesuffix(")") if text.count(")") > text.count("(") else text


def dates(cell: str) -> list[str]:
    """Return the dates `dd/mm/yyyy` of a cell in ISO form, without the parts that are unknown (`dd`, `00`)."""
    return [date for found in _DATE.findall(cell) if (date := _iso(*found))] or [
        date for date in [partial_date(cell)] if date
    ]


def published_date(text: str) -> str:
    """Return the first date of a text, `08-Oct-2026` or `08/10/2026`, in ISO form; ``""`` if there is none."""
    found = _PUBLISHED.search(text)
    if not found:
        return ""
    return english_date(found[0].replace("-", " ")) or next(iter(dates(found[0].replace("-", "/"))), "")


def labelled(text: str) -> dict[str, str]:
    """Return the parts of a text by the label `(Label):` before them, text before the first label by ``""``.

    >>> labelled("Made up. (Gender):Male (Website):made-up.example")
    {'': 'Made up', 'Gender': 'Male', 'Website': 'made-up.example'}
    """
    first, *rest = _LABEL.split(text)
    parts = {"": [first], **{label: [] for label in rest[::2]}}
    for label, value in zip(rest[::2], rest[1::2], strict=True):
        parts[label].append(value)
    texts = {label: "; ".join(filter(None, (value.strip(" .") for value in values))) for label, values in parts.items()}
    return {label: value for label, value in texts.items() if value}


def add_countries(name: str, cell: str, properties: Properties) -> None:
    """Add the countries of a cell; one whose whole text is a country is not divided."""
    for country in [cell] if country_code(cell) else items(cell):
        properties.add_country(name, country)


def _iso(day: str, month: str, year: str) -> str:
    parts = [year, *([month.zfill(2)] if month.strip("0").isdecimal() else [])]
    parts += [day.zfill(2)] if len(parts) == 2 and day.strip("0").isdecimal() else []
    return partial_date("-".join(parts))

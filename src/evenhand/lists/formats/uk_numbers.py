"""Numbers of registers as the UK's lists write them: several in a cell, by label, often with nothing between them.

Source: the cells of the column `Business registration number (s)` that OpenSanctions' `gb_fcdo_sanctions` quoted in
August 2026, 536 of them.
"""

import re
from collections.abc import Iterator

from evenhand.lists.formats.countries import country_code
from evenhand.lists.formats.entry import Properties

_ACRONYMS = r"(?:INN|OGRN|KPP|TIN|BIN|PPC|SRN|OKPO|SWIFT|VAT|BIC|BIK|CR|LEI|IP|EVA|UK|USA)\b"
# The next label begins right behind a number or a bracket: `7810540857OGRN`, `145921Acuris`.
_RUN_TOGETHER = re.compile(rf"(?<=[\d)])(?=[A-Z][a-z])|(?<=\d)(?={_ACRONYMS})")
_BETWEEN = re.compile(r"(?:^|\s)\(\d{1,2}\)\s|[;|·\n]")
_DASHES = re.compile(r" ?[\u2010-\u2015] ?|(?<=[A-Za-z])-(?=\d{7})|(?<=\w)- | -(?=\w)")
_END = r"\s,;:()'\""
_NUMBER = re.compile(
    rf"(?<![^{_END}])(?P<value>\d{{1,5}}(?: \d{{1,5}})+(?![^{_END}])|[^{_END}]*\d[^{_END}]*)"
    r"(?:\s*\((?P<after>[^)]{0,60})\))?"
)
_BANK = re.compile(r"\b(?:SWIFT|BIC)\b[^\d;]{0,20}?\b([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
# A Russian tax office's number of a taxpayer's kind: all companies of a district have it.
_TAX_OFFICE = re.compile(r"\d{4}[0-9A-Z]{2}001")
_MANY = 8

# What a label says, the first that fits. ``""``: a number of no company's own, or one that only a data vendor gives.
_KINDS = (
    (
        "",
        r"\b(?:KPP|PPC|checkpoint|licen[cs]e|account|bank|BIC|BIK|dated|acuris|bvd|orbis|cedar ?rose|eva|ip|ofac"
        r"|internal|alternative|isn|seat|management|issue)\b",
    ),
    ("leiCode", r"\bLEI\b|\blegal entity (?:identifier|number)\b"),
    ("vatCode", r"\bV\.?A\.?T\b"),
    ("taxNumber", r"\btax|\b(?:INN|TIN|GSTIN|NIP|PAN|UNP|IIN|ИНН|УНН)\b|\bfiscal\b"),
)
_COUNTRIES = {"russian": "ru", "belarusian": "by", "chinese": "cn", "thai": "th", "turkish": "tr", "iranian": "ir"}


def add_numbers(cell: str, properties: Properties) -> None:
    """Add the numbers of a cell, each to the property that its label names; one without a label may be of two kinds.

    A part of the cell without a number that is a company's own is kept in `notes`.
    """
    text = _RUN_TOGETHER.sub("\n", _DASHES.sub(" - ", " ".join(cell.split())))
    for part in filter(_has_letters_or_digits, _BETWEEN.split(text)):
        banks = _BANK.findall(part)
        properties.add("swiftBic", *banks)
        numbers = [(_kind(label), value, country) for label, value, country in _numbers(part)]
        for kind, value, country in numbers:
            properties.add("jurisdiction", country if kind else "")
            for name in kind:
                properties.add(name, value)
        if not all(kind for kind, *_ in numbers) or not (numbers or banks):
            properties.add("notes", f"Business registration number {part.strip(' ,')}")


def _numbers(part: str) -> Iterator[tuple[str, str, str]]:
    """Yield label, number and country of each of a part; one with no label of its own has that of the text around."""
    text = _BANK.sub(" ", part).strip(" ,'\"")
    found = list(_NUMBER.finditer(text))
    ends = [0, *(match.end() for match in found)]
    label, is_first = "", True
    for place, match in enumerate(found):
        after = match["after"] or ""
        tail = text[match.end() :] if match is found[-1] else ""
        own = (text[ends[place] : match.start()], "" if country_code(after) else after, tail)
        label = next(filter(_has_letters, own), label)
        for value in _divided(match["value"].replace(" ", "").strip("-.,/")):
            if not (_DATE.fullmatch(value) or (_TAX_OFFICE.fullmatch(value) and not is_first)):
                yield label, value, _country(label, after)
            is_first = False


def _divided(value: str) -> list[str]:
    """Return the numbers of a text with slashes, if each is long enough to be one; else the text as it is."""
    parts = value.split("/")
    return parts if all(len(part) >= _MANY for part in parts) else [value]


def _kind(label: str) -> tuple[str, ...]:
    """Return the properties that a number with this label is of, () if it is no company's own."""
    if not _has_letters(label):
        return ("registrationNumber", "taxNumber")
    name = next((name for name, words in _KINDS if re.search(words, label, re.IGNORECASE)), "registrationNumber")
    return (name,) if name else ()


def _country(label: str, after: str) -> str:
    """Return the code of the country in the brackets, or of the label's first word, ``""`` if there is none.

    Two letters are no country, but for the UK's: `CR` and `BR` are registers.
    """
    first = next(iter(re.findall(r"[^\W\d_]+", label)), "")
    named = country_code(first) if len(first) > len("CR") or first == "UK" else ""
    return country_code(after) or _COUNTRIES.get(first.lower(), named)


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _has_letters_or_digits(text: str) -> bool:
    return any(character.isalnum() for character in text)

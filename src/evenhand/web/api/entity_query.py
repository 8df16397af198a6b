"""Entities of FollowTheMoney as queries: all values of a property are compared, in whatever order they come.

Source: https://followthemoney.tech/explorer/: a property holds a set of values.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final, NamedTuple

from msgspec.structs import replace

from evenhand.intake.names import Named, one_name, says_nothing
from evenhand.model.errors import BadInput
from evenhand.model.hosts import Suffixes
from evenhand.screening.parties.identifiers import uncompared
from evenhand.web.api.problems import ApiError
from evenhand.workflows.queries.lookup import NameMatch, ScreenedName

_NAMES: Final = ("name", "alias", "weakAlias", "previousName", "abbreviation")
_FIRST, _LAST, _MIDDLE = "firstName", "lastName", ("middleName", "secondName", "fatherName")
_PARTS: Final = (_FIRST, *_MIDDLE, _LAST)
_COUNTRIES: Final = ("country", "nationality", "jurisdiction", "citizenship")
_BIRTH: Final = "birthDate"
_WEBSITE: Final = "website"
# A listed VAT number stands under either property.
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "registrationNumber": ("registration_number",), "taxNumber": ("tax_number",),
    "vatCode": ("vat_number", "tax_number"), "leiCode": ("lei",), "innCode": ("inn",), "ogrnCode": ("ogrn",),
    "imoNumber": ("imo",), "dunsCode": ("duns",), "uscCode": ("registration_number", "tax_number"),
}  # fmt: skip
"""Properties that hold numbers, each with the columns of a table that have the same meaning."""
READ_PROPERTIES: Final = (*_NAMES, *_PARTS, *_COUNTRIES, _BIRTH, _WEBSITE, *_NUMBERS)
MOST_COMBINATIONS: Final = 16
_ANYTHING: Final = "thing"  # the schema above all others: what it is is not said
# What FollowTheMoney has for countries beside ISO 3166-1: parts of them (ISO 3166-2), former ones (ISO 3166-3), and
# `zz` for the world. No list has them, and one that another list has for such a place would speak against a match.
_NO_COUNTRY: Final = re.compile(
    "[a-z]{1,2}-[a-z0-9]{1,4}|dd|zz|aidj|anhh|bqaq|bumm|byaa|cshh|csxx|ctki|ddde|dybj|fqhh|fxfr|gehh|hvbf|jtum|mium|nhvu"
    "|nqaq|nthh|pchh|puum|pzpa|rhzw|skin|suhh|tptl|vdvn|wkum|ydye|yucs|zrcd"
)
_DAY_WITH_TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.]+ ?(?:Z|[+-][0-9:]+)?")
_NAMELESS: Final = "nameless"  # a row has a name; this one is taken away again

Properties = Mapping[str, str | Sequence[str]]


class EntityQuery(NamedTuple):
    """An entity as it is compared: as each of `parties`, of which the best counts for each listed entity.

    A party has one country and one date of birth, an entity any number. `compared` are the properties that were
    compared, with their values as given.
    """

    parties: tuple[Named, ...]
    compared: dict[str, list[str]]


def entity_query(
    schema: str, properties: Properties, suffixes: Suffixes, where: str, *, needs_name: bool = True
) -> EntityQuery:
    """Return an entity as it is compared; what screening does not read is left out.

    One that has no name and needs none is compared by what else is known of it.

    Raises:
        ApiError: 422, no name, a value that cannot be used, or too many countries and dates of birth.
    """
    given = {name: _filled(name, properties.get(name, ())) for name in READ_PROPERTIES}
    if not _parts_tell(given):
        given |= dict.fromkeys(_PARTS, ())
    whole = [text for name in _NAMES for text in sorted(given[name])]
    names = list(dict.fromkeys(map(_one_line, (*whole, *_names_of_parts(given, where)))))
    if not names and needs_name:
        raise ApiError(422, f"{where}: no name; expected `properties.name`, or `firstName` and `lastName`")
    values = {
        "name": names[0] if names else _NAMELESS, "alias": ";".join(names[1:]),
        "schema": "" if schema.casefold() == _ANYTHING else schema,
        "website": ";".join(sorted(given[_WEBSITE])),
    }  # fmt: skip
    for name, columns in _NUMBERS.items():
        for column in columns:
            values[column] = ";".join(sorted(filter(None, (values.get(column), *given[name]))))
    countries = {text for name in _COUNTRIES for text in given[name]}
    births = {_DAY_WITH_TIME.sub(r"\1", text) for text in given[_BIRTH]}
    parties = [
        _read(values | {"country": country, "birth_date": birth}, suffixes, where)
        for country, birth in _combinations({"countries": countries, "dates of birth": births}, where)
    ]
    found = [each if names else each._replace(party=replace(each.party, name="")) for each in parties]
    return EntityQuery(tuple(found), _compared(given, found, suffixes))


def best_answer(answers: Sequence[ScreenedName], most: int) -> ScreenedName:
    """Return one answer of those to an entity's parties: the best match with each listed entity, best first."""
    if len(answers) == 1:
        return replace(answers[0], matches=answers[0].matches[:most])
    found: dict[tuple[str, str], NameMatch] = {}
    for match in sorted((match for answer in answers for match in answer.matches), key=_order):
        found.setdefault((match.list, match.entity_id), match)
    ranked = [replace(match, rank=rank) for rank, match in enumerate(list(found.values())[:most], 1)]
    return replace(answers[0], matches=tuple(ranked))


def _order(match: NameMatch) -> tuple[bool, float, bool, int, str, str]:
    is_lookalike = match.kind == "lookalike_domain"
    return (is_lookalike, -match.score, not match.certain, match.rank, match.list, match.entity_id)


def _filled(name: str, given: str | Sequence[str]) -> tuple[str, ...]:
    """Return the texts of a property that say something, each once."""
    column = "name" if name in _NAMES or name in _PARTS else "country" if name in _COUNTRIES else _column_of(name)
    texts = [text.strip() for text in ([given] if isinstance(given, str) else given) if not says_nothing(column, text)]
    if column == "country":
        texts = [text for text in texts if not _NO_COUNTRY.fullmatch(text.lower())]
    return tuple(dict.fromkeys(texts))


def _column_of(name: str) -> str:
    return "birth_date" if name == _BIRTH else _NUMBERS[name][0] if name in _NUMBERS else name


def _one_line(text: str) -> str:
    """Return a name without what would make several of it in a cell."""
    return " ".join(text.replace(";", " ").split())


def _parts_tell(given: Mapping[str, Sequence[str]]) -> bool:
    """Return whether parts of a name make one: beside a whole name both the first and the last, else any."""
    return bool(given[_FIRST] and given[_LAST]) or not any(given[name] for name in _NAMES)


def _names_of_parts(given: Mapping[str, Sequence[str]], where: str) -> Iterator[str]:
    """Yield the names that the parts of a person's name make."""
    middle = {text for name in _MIDDLE for text in given[name]}
    for parts in _combinations({"first": given[_FIRST], "middle": middle, "last names": given[_LAST]}, where):
        yield from filter(None, (" ".join(filter(None, parts)),))


def _combinations(kinds: Mapping[str, Collection[str]], where: str) -> Iterator[tuple[str, ...]]:
    """Yield each choice of one value a kind, ``""`` of a kind that has none; the values in order of their letters.

    Raises:
        ApiError: 422, there are too many.
    """
    found = prod(max(len(values), 1) for values in kinds.values())
    if found > MOST_COMBINATIONS:
        counts = " and ".join(f"{len(values):,} {kind}" for kind, values in kinds.items() if values)
        raise ApiError(422, f"{where}: {counts} are {found:,} combinations; expected at most {MOST_COMBINATIONS}")
    yield from product(*(sorted(values) or [""] for values in kinds.values()))


def _read(values: Mapping[str, str], suffixes: Suffixes, where: str) -> Named:
    try:
        return one_name({column: text for column, text in values.items() if text}, suffixes)
    except BadInput as error:
        raise ApiError(422, f"{where}: {error}") from error


def _compared(
    given: Mapping[str, Sequence[str]], parties: Sequence[Named], suffixes: Suffixes
) -> dict[str, list[str]]:  # fmt: skip
    """Return what was compared of the properties: all values but numbers that no list could have."""
    numbers = {
        number.value
        for each in parties
        for number in set(each.party.identifiers).difference(uncompared(each.party))
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for name, texts in given.items():
        kept = texts if name not in _NUMBERS else [each for each in texts if _values(name, each, suffixes) & numbers]
        if kept:
            found[name] = list(kept)
    return found


def _values(name: str, text: str, suffixes: Suffixes) -> set[str]:
    """Return the numbers that a text of a property is read as."""
    row = {"name": _NAMELESS} | dict.fromkeys(_NUMBERS[name], text)
    return {number.value for number in one_name(row, suffixes).party.identifiers}

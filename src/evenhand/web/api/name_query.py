"""What a program says of a name, as the row that screening reads: our own columns, or an entity of FollowTheMoney."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from evenhand.intake.names import NAMED, Named, one_name
from evenhand.model.errors import BadInput
from evenhand.model.hosts import Suffixes
from evenhand.web.api.problems import ApiError
from evenhand.workflows.queries.lookup import compared_name

# Properties of FollowTheMoney, each with the column that has the same meaning; the first that is given counts.
_COLUMNS: Final[Mapping[str, str]] = {
    "country": "country", "nationality": "country", "jurisdiction": "country", "citizenship": "country",
    "birthDate": "birth_date", "website": "website", "registrationNumber": "registration_number",
    "taxNumber": "tax_number", "vatCode": "tax_number", "leiCode": "lei",
}  # fmt: skip
_NAMES: Final = ("name", "alias", "weakAlias", "previousName")
_NAMELESS: Final = "nameless"  # a row has a name; this one is taken away again
READ_PROPERTIES: Final = (*_NAMES, *_COLUMNS)


def named(values: Mapping[str, str], suffixes: Suffixes, where: str) -> Named:
    """Return a name with what else is known of it, by the columns that tables have.

    Raises:
        ApiError: 422, an unknown column, no name, a value that cannot be used, or a number that would not be compared.
    """
    unknown = [each for each in values if each not in NAMED]
    if unknown:
        raise ApiError(422, f"{where}: `{unknown[0]}` is unknown; known: {', '.join(NAMED)}")
    return _read(compared_name, values, suffixes, where)


def named_entity(
    schema: str,
    properties: Mapping[str, str | Sequence[str]],
    suffixes: Suffixes,
    where: str,
    *,
    needs_name: bool = True,
) -> Named:
    """Return the same of an entity of FollowTheMoney; what screening does not read is left out.

    One that has no name and needs none is compared by what else is known of it.
    """
    given = {name: [text] if isinstance(text, str) else list(text) for name, text in properties.items()}
    names = [text.replace(";", " ") for each in _NAMES for text in given.get(each, ()) if text.strip()]
    if not names and needs_name:
        raise ApiError(422, f"{where}: no name; expected `properties.name` with at least one text")
    values = {"name": names[0] if names else _NAMELESS, "alias": ";".join(names[1:]), "schema": schema}
    for name, column in _COLUMNS.items():
        texts = [text for text in given.get(name, ()) if text.strip()]
        if texts and not values.get(column):
            values[column] = ";".join(texts) if column == "website" else texts[0]
    found = _read(one_name, values, suffixes, where)
    return found if names else found._replace(party=replace(found.party, name=""))


def _read(
    reader: Callable[[Mapping[str, str], Suffixes], Named], values: Mapping[str, str], suffixes: Suffixes, where: str
) -> Named:
    try:
        return reader({column: text for column, text in values.items() if text.strip()}, suffixes)
    except BadInput as error:
        raise ApiError(422, f"{where}: {error}") from error

"""Names to be screened outside a network: a table of any usual headings, or a plain list of one name a line."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from evenhand.intake import cells
from evenhand.intake.cells import Unusable
from evenhand.intake.headings import guess_headings
from evenhand.intake.rows import BadRow, Row, refused
from evenhand.model.accounts import account_of
from evenhand.model.errors import BadInput, TableUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.party import Identifier, Payer
from evenhand.model.run import Refused
from evenhand.store.tables import Table, read_lines, read_rows

NAMED: Mapping[str, str] = {
    "id": "advertiser id,account id,payer id,advertiser,number,no,nr,ref,reference",
    "name": "names,full name,advertiser name,account name,payer name,company name,company,legal name,party,entity name",
    "alias": "aliases,also known as,aka,other names,trading name",
    "schema": "type,kind,entity type,party type,legal type,subject type",
    "country": "country code,nationality,citizenship,registered country,jurisdiction",
    "birth_date": "date of birth,birth,born,birthday,dob",
    "website": "websites,web site,domain,domains,url,urls,host,adomain",
    "account": "accounts,handle,handles,social account,social accounts",
    "registration_number": "registration,registration no,identifier,identifiers,company number,register number",
    "tax_number": "tax id,tax no,tin,inn",
    "lei": "lei code",
}
"""Every column of such a table with the headings that are taken for it besides its own name."""

_SCHEMATA = {
    "person": "Person", "individual": "Person", "natural_person": "Person", "private": "Person", "p": "Person",
    "organization": "Organization", "organisation": "Organization", "company": "Company", "business": "Company",
    "legal_entity": "LegalEntity", "legalentity": "LegalEntity", "entity": "LegalEntity", "enterprise": "Company",
    "publicbody": "PublicBody", "public_body": "PublicBody", "vessel": "Vessel", "ship": "Vessel",
    "airplane": "Airplane", "aircraft": "Airplane",
}  # fmt: skip
_UNSAID = "LegalEntity"
_NUMBERS = {"registration_number": "registration", "tax_number": "tax", "lei": "lei"}
_READ_AT_MOST = 400


class Named(NamedTuple):
    """One row: its line in the file, its own id if it has one, and the party; `party.id` tells rows apart."""

    line: int
    id: str
    party: Payer


class Names(NamedTuple):
    """The rows of a file in order, and what was left out of it."""

    named: tuple[Named, ...]
    refused: tuple[Refused, ...]


def read_names(path: Path, suffixes: Suffixes) -> Names:
    """Return the names that a file holds; a row without a usable name is left out and told, a bad value likewise.

    A `.txt` file, and any other of one column without a heading that is known, holds one name a line. Ids may repeat.

    Raises:
        TableUnreadable: no table, no column with names, or no row that can be used.
    """
    table, places = _table(path)
    named: list[Named] = []
    left_out: list[Refused] = []
    if table.guessed is not None:
        encoding, line = table.guessed
        left_out.append(refused(path.name, line, "", f"read as {encoding}", "UTF-8; names may be wrong", "value"))
    for line, texts, problem in table.lines:
        try:
            if problem:
                raise BadRow("", " | ".join(texts), problem)
            row = Row(
                line, [text if place == places["name"] else _present(text) for place, text in enumerate(texts)], places
            )
            named.append(_named(row, suffixes))
            left_out += (refused(path.name, line, *each, "value") for each in row.left_out)
        except BadRow as bad:
            left_out.append(refused(path.name, line, bad.column, bad.value, bad.expected))
    if not named:
        raise _nothing(path, left_out)
    return Names(tuple(named), tuple(left_out))


def one_name(values: Mapping[str, str], suffixes: Suffixes) -> Named:
    """Return the party that some values tell, by the columns of `NAMED`, as a row of a table would.

    Raises:
        BadInput: a value is unusable.
    """
    row = Row(1, list(values.values()), {column: at for at, column in enumerate(values)})
    try:
        found = _named(row, suffixes)
    except BadRow as bad:
        raise BadInput("unusable", where=bad.column, got=bad.value, expected=bad.expected) from None
    for column, value, expected in row.left_out:
        raise BadInput("unusable", where=column, got=value, expected=expected)
    return found


def _table(path: Path) -> tuple[Table, dict[str, int]]:
    if path.suffix.lower() == ".txt":
        return read_lines(path, "name"), {"name": 0}
    table = read_rows(path)
    places = guess_headings(NAMED, table.header)
    if "name" in places:
        return table, places
    if len(table.header) == 1 and not places:
        return read_lines(path, "name"), {"name": 0}
    raise TableUnreadable(
        "has no column `name`; found",
        where=path.name,
        line=1,
        got=", ".join(table.header),
        todo="name one, or give a plain list of names as .txt",
    )


def _nothing(path: Path, left_out: Sequence[Refused]) -> TableUnreadable:
    rows = [each for each in left_out if each.what == "row"]
    if not rows:
        return TableUnreadable("has no row", where=path.name, expected="at least one name")
    first = rows[0]
    what = f"has no usable row of {len(rows)}; the first has {first.column or 'a row'}"
    return TableUnreadable(what, where=path.name, line=first.line, got=first.value, expected=first.expected)


def _present(text: str) -> str:
    return "" if text.strip() in cells.NO_NAMES else text


def _named(row: Row, suffixes: Suffixes) -> Named:
    country = row.supporting("country", cells.country)
    party = Payer(
        id=str(row.line),
        name=row.needed("name", _name),
        aliases=row.several("alias", _name),
        schema=row.supporting("schema", _schema) or _UNSAID,
        country=country,
        domains=row.several("website", partial(cells.own_host, suffixes=suffixes)),
        accounts=row.several("account", _account),
        identifiers=tuple(_numbers(row)),
        birth_date=row.supporting("birth_date", cells.birth_date),
    )
    return Named(row.line, row.supporting("id", _id), party)


def _numbers(row: Row) -> Iterator[Identifier]:
    for column, scheme in _NUMBERS.items():
        yield from row.several(column, partial(_number, scheme))


def _number(scheme: str, text: str) -> Identifier:
    """Return a register's number, written as in a network's tables or bare: then it is of the party's country."""
    cells.key(text)
    try:
        return cells.identifier(text)
    except Unusable:
        return Identifier(scheme=scheme, value=text)


def _id(text: str) -> str:
    return cells.key(_whole(text))


def _name(text: str) -> str:
    if len(text) > _READ_AT_MOST:
        raise Unusable(f"a name of at most {_READ_AT_MOST:,} characters")
    return cells.name(_whole(text))


def _whole(text: str) -> str:
    """Return a text that can be written again: not half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unusable("whole characters (UTF-8)") from None
    return text


def _schema(text: str) -> str:
    return cells.one_of(_SCHEMATA, text)


def _account(text: str) -> str:
    found = account_of(text)
    if not found:
        raise Unusable("service/handle, or an account's address")
    return found

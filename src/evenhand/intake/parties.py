"""Rows of the tables about parties: advertisers and payers."""

import re
from collections.abc import Container
from datetime import date
from functools import partial
from itertools import chain
from typing import Any, Literal, TypeVar

import msgspec

from evenhand.intake.amounts import ToMicros, amount_field
from evenhand.intake.clean_rows import Field, Fields, joined_field, text_field
from evenhand.intake.columns import number_schemes
from evenhand.intake.names_within import names_within, quick_names_within
from evenhand.intake.owner_columns import OWNERS_FIELD
from evenhand.intake.quick_cells import quick_key, quick_list, quick_name
from evenhand.intake.register_numbers import MOST_DIGITS, numbers_of, register_numbers, told_numbers
from evenhand.intake.row import Row
from evenhand.intake.values import bid_keys, cells
from evenhand.intake.values.cells import Unusable
from evenhand.intake.values.damaged_text import damage_of
from evenhand.intake.values.legal_forms import legal_form
from evenhand.intake.values.person_names import PARTS
from evenhand.intake.values.websites import (
    accounts_at,
    own_host,
    quick_account,
    quick_no_account,
    quick_own_host,
    website_values,
)
from evenhand.model.check_digits import OF_RUSSIA
from evenhand.model.hosts import Suffixes
from evenhand.model.party import (
    Advertiser,
    Identifier,
    MediaControl,
    Payer,
    Verification,
    VerificationLevel,
)

Of = TypeVar("Of", bound=Payer)
Each = TypeVar("Each")

_SCHEMATA = {
    name.lower(): name
    for name in ("Person", "Organization", "Company", "LegalEntity", "PublicBody", "Thing", "Vessel", "Airplane")
}
_LEVELS = {level.name.lower(): level for level in VerificationLevel}
_TYPES: dict[str, Literal["business", "private"]] = {"business": "business", "private": "private"}
_MEDIA = ("media_sections", "media_control", "media_taxpayer_funded", "media_editorially_independent", "media_source")
_UNVERIFIED = Verification()

_NEGATIVE = re.compile("[-\u2212]")
_MADE_ID = re.compile(r"\((?:advertisers|payers) line [0-9]+\)")


def made_id(table: str, line: int) -> str:
    """Return the id of a party whose row has none that can be read."""
    return f"({table} line {line})"


def is_made_id(party_id: str) -> bool:
    """Return whether an id was made for a row whose own id cannot be read.

    >>> is_made_id("(payers line 7)"), is_made_id("payer-7")
    (True, False)
    """
    return bool(_MADE_ID.fullmatch(party_id))


def advertiser_fields(suffixes: Suffixes, to_micros: ToMicros) -> Fields[Advertiser]:
    """Return how a row of advertisers is read."""
    return Fields(Advertiser, _party_fields(suffixes) | {
        "languages": Field(("languages",), lambda row: row.several("languages", cells.language)),
        "seats": Field(("seats",), lambda row: row.several("seats", bid_keys.seat), quick_list(bid_keys.quick_seat)),
        "bundles": Field(
            ("bundles",), lambda row: row.several("bundles", bid_keys.bundle), quick_list(bid_keys.quick_bundle)
        ),
        "payer_id": Field(("payer_id",), lambda row: row.optional("payer_id", cells.key, ""), quick_key),
        "agency": text_field("agency"),
        "first_seen": Field(("first_seen",), lambda row: row.supporting("first_seen", cells.day, None)),
        "prepaid_micros": amount_field("prepaid", to_micros, _prepaid),
        "media": Field(_MEDIA, _media),
        "circumvention_of": text_field("circumvention_of"),
        "circumvention_confirmed_by": text_field("circumvention_confirmed_by"),
    })  # fmt: skip


def _prepaid(row: Row, column: str, to_micros: ToMicros) -> int:
    """Return what a party has prepaid. A negative amount is left out and listed: a client in debt has prepaid nothing.

    Any other amount that cannot be read rejects the row: there may be money to freeze (choice 18).
    """
    read = row.supporting if _NEGATIVE.match(row.text(column)) else row.optional
    return read(column, to_micros, 0)


def payer_fields(suffixes: Suffixes) -> Fields[Payer]:
    """Return how a row of payers is read."""
    return Fields(Payer, _party_fields(suffixes))


def rejected_advertiser(row: Row, suffixes: Suffixes) -> tuple[str, Advertiser]:
    """Return what can be read of a rejected row of advertisers: who it is, and the keys that lead to it."""
    noun = Advertiser(
        **_identity(row, "advertisers", suffixes),
        seats=row.several("seats", bid_keys.seat),
        bundles=row.several("bundles", bid_keys.bundle),
        payer_id=row.optional("payer_id", cells.key, ""),
        agency=row.text("agency"),
    )
    return noun.id, noun


def rejected_payer(row: Row, suffixes: Suffixes) -> tuple[str, Payer]:
    """Return what can be read of a rejected row of payers: who it is, and the keys that lead to it."""
    noun = Payer(**_identity(row, "payers", suffixes))
    return noun.id, noun


def joined(first: Of, second: Payer) -> Of:
    """Return a party with the names and keys that a second row of its id has besides."""
    known: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(first, name), *getattr(second, name, ()))))
        for name in ("aliases", "domains", "accounts", "identifiers", "owners", "seats", "bundles")
        if hasattr(first, name)
    }
    names = dict.fromkeys((*known["aliases"], second.name))
    aliases = tuple(each for each in names if each not in (first.name, first.id))
    return msgspec.structs.replace(first, **{**known, "aliases": aliases})


def _identity(row: Row, table: str, suffixes: Suffixes) -> dict[str, Any]:
    id_ = row.optional("id", cells.key, "") or made_id(table, row.line)
    hosts = (_host_or_none(text, suffixes) for cell in row.cells for text in website_values(cell))
    own = row.several("domains", partial(own_host, suffixes=suffixes))
    country = row.supporting("country", cells.country, "")
    return {
        "id": id_,
        "name": row.optional("name", cells.name, "") or id_,
        "aliases": _ALIASES.read(row),
        "type": row.optional("type", partial(cells.one_of, _TYPES), "business"),
        "schema": _schema(row),
        "country": country,
        # Where a cell is missing or too many, the website may be under another heading.
        "domains": own if row.is_whole else tuple(dict.fromkeys((*own, *filter(None, hosts)))),
        "accounts": _ACCOUNTS.read(row),
        "identifiers": _identifiers(row, country),
        "birth_date": row.supporting("birth_date", cells.birth_date, ""),
        "verification": _VERIFICATION.read(row),
        "owners": OWNERS_FIELD.read(row),
    }


def _host_or_none(text: str, suffixes: Suffixes) -> str | None:
    try:
        return own_host(text.strip(), suffixes)
    except Unusable:
        return None


def _party_fields(suffixes: Suffixes) -> dict[str, Field]:
    """Return the fields that advertisers and payers share."""
    read, quick = partial(own_host, suffixes=suffixes), partial(quick_own_host, suffixes=suffixes)
    return {
        "country": Field(("country",), lambda row: row.supporting("country", cells.country, "")),
        "id": Field(("id",), lambda row: row.required("id", cells.key, ""), quick_key),
        "name": Field(("name", *PARTS), lambda row: row.required("name", cells.name, ""), quick_name),
        "aliases": _ALIASES,
        "type": Field(("type",), lambda row: row.optional("type", partial(cells.one_of, _TYPES), "business")),
        "schema": Field(_schema_columns, _schema),
        "domains": Field(("domains",), lambda row: row.several("domains", read), quick_list(quick)),
        "accounts": _ACCOUNTS,
        "identifiers": joined_field((_WRITTEN, *map(_number_field, number_schemes())), _every),
        "birth_date": Field(("birth_date",), lambda row: row.supporting("birth_date", cells.birth_date, "")),
        "verification": _VERIFICATION,
        "owners": OWNERS_FIELD,
    }


def _aliases(row: Row) -> tuple[str, ...]:
    """Return the other names of a row, and tell of each that is damaged; it is compared all the same."""
    aliases = row.several("alias", cells.key)
    damaged = ((alias, damage) for alias in aliases if (damage := damage_of(alias)))
    row.left_out += (("alias", alias, f"{damage}; compared as it is") for alias, damage in damaged)
    return aliases


def _quick_alias(text: str) -> str | None:
    return None if "?" in text else cells.key(text)


def _number_field(column: str) -> Field:
    """Return the part of a party's numbers that a column of register numbers has; some depend on the row's country."""
    scheme, place = number_schemes()[column]
    of_country = (scheme == "vat" and not place) or column in MOST_DIGITS or column in OF_RUSSIA
    columns = (column, "country") if of_country else (column,)
    return Field(lambda places: columns if column in places else (), lambda row: numbers_of(row, column, _country(row)))


def _country(row: Row) -> str:
    """Return the country of a row, ``""`` where it is unusable, which is told where the country itself is read."""
    text = row.text("country")
    try:
        return cells.country(text) if text else ""
    except Unusable:
        return ""


def _schema_columns(places: Container[str]) -> tuple[str, ...]:
    return ("schema", "legal_form", *(("name", *PARTS) if "last_name" in places else ()))


def _schema(row: Row) -> str:
    """Return what a party is: as its column of schemata says, else as its legal form does."""
    return row.optional("schema", partial(cells.one_of, _SCHEMATA), "") or (
        row.supporting("legal_form", legal_form, "") or ("Person" if row.is_named_as_person else "Organization")
    )


def _identifiers(row: Row, country: str) -> tuple[Identifier, ...]:
    return _every(_WRITTEN.read(row), tuple(register_numbers(row, country)))


def _every(*found: tuple[Each, ...]) -> tuple[Each, ...]:
    """Return the values of several columns, each once."""
    filled = list(filter(None, found))
    return tuple(dict.fromkeys(chain.from_iterable(filled))) if len(filled) > 1 else filled[0] if filled else ()


def _verified(
    level: VerificationLevel, by: str, on: date | None, until: date | None, documents: tuple[str, ...]
) -> Verification:
    found = Verification(level=level, by=by, on=on, until=until, documents=documents)
    return _UNVERIFIED if found == _UNVERIFIED else found  # one record for the many, not one each


_ALIASES = joined_field(
    (
        Field(("alias",), _aliases, quick_list(_quick_alias)),
        Field(("name",), names_within, quick_names_within),
    ),
    _every,
)
_ACCOUNTS = joined_field(
    (
        Field(("accounts",), lambda row: row.several("accounts", cells.account), quick_list(quick_account)),
        Field(("domains",), lambda row: accounts_at(row.texts("domains")), quick_no_account),
    ),
    _every,
)
_WRITTEN = Field(
    ("identifiers",), lambda row: told_numbers(row, "identifiers", row.several("identifiers", cells.identifier))
)
_VERIFICATION = joined_field(
    (
        Field(
            ("verification",),
            lambda row: row.optional("verification", partial(cells.one_of, _LEVELS), VerificationLevel.NONE),
        ),
        text_field("verified_by"),
        Field(("verified_on",), lambda row: row.supporting("verified_on", cells.day, None)),
        Field(("verified_until",), lambda row: row.optional("verified_until", cells.day, None)),
        Field(("documents",), lambda row: row.several("documents", cells.sha256)),
    ),
    _verified,
)


def _media(row: Row) -> MediaControl | None:
    if not any(map(row.text, _MEDIA)):
        return None
    if not row.text("media_source"):
        row.refuse("media_source", "the source of what the other media columns say")
    return MediaControl(
        sections=row.several("media_sections", cells.code),
        control=row.several("media_control", cells.code),
        taxpayer_funded=row.optional("media_taxpayer_funded", cells.truth, None),
        editorially_independent=row.optional("media_editorially_independent", cells.truth, None),
        source=row.text("media_source"),
    )

"""Every column of every table, what people call it, and the rows of `headings.txt`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_NAMED = (
    "name", "first_name", "middle_name", "last_name", "second_surname", "alias", "type", "schema", "legal_form",
    "country", "domains", "identifiers", "accounts", "birth_date", "owners",
)  # fmt: skip
_VERIFIED = ("verification", "verified_by", "verified_on", "verified_until", "documents")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "advertisers": (
        "id", *_NAMED, "languages", "seats", "bundles", "payer_id", "agency", "first_seen", "prepaid", "currency",
        *_VERIFIED, "media_sections", "media_control", "media_taxpayer_funded", "media_editorially_independent",
        "media_source", "circumvention_of", "circumvention_confirmed_by", "address", "tracker_id", "payment_token_hash",
    ),
    "payers": ("id", *_NAMED, *_VERIFIED),
    "ownership": (
        "owner", "owned", "share", "kind", "as_of", "until", "source", "confirmed_by", "owner_name", "owner_country",
        "owned_name",
    ),
    "campaigns": (
        "id", "advertiser_id", "payer_id", "status", "starts", "ends", "territories", "political", "content",
        "landing_url", "budget", "spent", "currency", "targeting",
    ),
    "creatives": ("id", "campaign_id", "text", "language", "landing_url", "content", "media_sha256"),
    "votes": ("territory", "first_day", "last_day", "union_wide_rules"),
    "events": ("account_id", "object_id", "object_type", "ts", "at", "content_id"),
    "declared": ("account_id", "control_id"),
    "bids": ("time", "adomain", "cid", "crid", "seat"),
}  # fmt: skip
"""Every column of every table; a table of parties has the columns of `number_schemes` besides."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "advertisers": ("id", "name"),
    "payers": ("id", "name"),
    "ownership": ("owner", "owned"),
    "campaigns": ("id", "advertiser_id"),
    "creatives": ("id", "campaign_id"),
    "votes": ("territory", "first_day", "last_day", "union_wide_rules"),
    "events": ("account_id", "object_id", "object_type"),
    "declared": ("account_id", "control_id"),
    "bids": ("time",),
    "names": ("name",),
}
INSTEAD: Mapping[str, str] = {"name": "last_name", "owner": "owner_name", "owned": "owned_name"}
"""The columns that do as well as a required one."""

NAMES = "names"
"""The table of `evenhand screen`: names to look for, outside any network."""

_NAMES_COLUMNS = (
    "id", "name", "first_name", "middle_name", "last_name", "second_surname", "alias", "schema", "legal_form",
    "country", "birth_date", "website", "account",
)  # fmt: skip
NAMES_OF: Mapping[str, str] = {"domains": "website", "accounts": "account"}
"""What the columns of advertisers are called in `NAMES`, where it is something else."""

PARTIES = frozenset({"advertisers", "payers", NAMES})
"""The tables whose rows are parties."""

_LISTS = frozenset({
    "alias", "domains", "website", "identifiers", "accounts", "account", "languages", "seats", "bundles", "documents",
    "media_sections", "media_control", "owners",
})  # fmt: skip
_SHOWN_AS = {
    "domains": "website", "accounts": "account", "vat_number": "VAT number", "partita_iva": "VAT number (IT)",
    "codice_fiscale": "tax number (IT)", "nip": "NIP (PL)", "inn": "INN (RU)", "ogrn": "OGRN (RU)", "hrb": "HRB (DE)",
    "firmenbuch": "Firmenbuch number (AT)", "siren": "SIREN (FR)", "siret": "SIRET (FR)", "rcs": "RCS (FR)",
    "rea": "REA (IT)", "regon": "REGON (PL)", "krs": "KRS (PL)", "lei": "LEI", "duns": "DUNS", "imo": "IMO",
    "wallet": "wallet address", "ein": "EIN (US)", "owned": "id of the company owned",
    "owned_name": "name of the company owned", "owner_name": "owner's name",
    "id": "id", "payer_id": "payer", "advertiser_id": "advertiser",
}  # fmt: skip


class NumberScheme(NamedTuple):
    """What the numbers of a column are: their scheme, and the place of their register, ``""``: the row's country."""

    scheme: str
    place: str


@cache
def number_schemes() -> Mapping[str, NumberScheme]:
    """Return the columns that hold a register's numbers, each with what its numbers are."""
    found: dict[str, NumberScheme] = {}
    for table, column, _, _ in heading_rows():
        name, _, scheme = column.partition(" ")
        if table == "numbers":
            kind, _, place = scheme.partition("/")
            found[name] = NumberScheme(kind, place)
    return found


@cache
def heading_rows() -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """Return the rows of `headings.txt`: table, column, language and headings."""
    text = files("evenhand.intake").joinpath("headings.txt").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return tuple((row[0], row[1], row[2], tuple(each.strip() for each in row[3].split(";"))) for row in rows)


def column_words(column: str) -> str:
    """Return a column as people read it.

    >>> column_words("vat_number"), column_words("first_seen")
    ('VAT number', 'first seen')
    """
    return _SHOWN_AS.get(column, column.replace("_", " "))


def is_list(column: str) -> bool:
    """Return whether the cells of a column of parties hold several values, as those of register numbers do.

    >>> is_list("domains"), is_list("nip"), is_list("country")
    (True, True, False)
    """
    return column in _LISTS or column in number_schemes()


def columns_of(table: str) -> tuple[str, ...]:
    """Return every column of a table, those of register numbers last."""
    own = _NAMES_COLUMNS if table == NAMES else COLUMNS[table]
    return (*own, *number_schemes()) if table in PARTIES else own

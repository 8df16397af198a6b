"""Which column of a file is which of ours: by its usual headings, or as `evenhand.toml` says."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from evenhand.model.errors import NetworkUnreadable, TableUnreadable

_VERIFIED = {
    "verification": "verification level,verified", "verified_by": "", "verified_on": "verification date",
    "verified_until": "verification valid until", "documents": "document hashes",
}  # fmt: skip
_NAMED = {
    "name": "advertiser name,account name,payer name,company name,company,legal name",
    "alias": "aliases,also known as,aka",
    "type": "account type,client type", "schema": "entity type,legal type",
    "country": "country code,registered country",
    "domains": "domain,website,websites,web site,url,urls,advertiser domain,adomain",
    "identifiers": "identifier,registration,registration number", "accounts": "account,handles,social accounts",
    "birth_date": "date of birth,dob",
}  # fmt: skip

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "advertisers": {
        "id": "advertiser id,account id,advertiser", **_NAMED, "languages": "language",
        "seats": "seat,seat id,buyer seat",
        "bundles": "bundle,app bundle,apps", "payer_id": "payer,paid by,bill to", "agency": "agency name,agency id",
        "first_seen": "created,created on,created at,customer since", "prepaid": "balance,prepaid balance", **_VERIFIED,
        "media_sections": "", "media_control": "", "media_taxpayer_funded": "", "media_editorially_independent": "",
        "media_source": "", "circumvention_of": "", "circumvention_confirmed_by": "",
    },
    "payers": {"id": "payer id,payer,account id", **_NAMED, **_VERIFIED},
    "ownership": {
        "owner": "owner id,holder,parent,shareholder", "owned": "owned id,company,subsidiary,asset",
        "share": "percentage,percent,stake,shares", "kind": "type,relation", "as_of": "date,since,from",
        "until": "to,end date", "source": "", "confirmed_by": "", "owner_name": "shareholder name,holder name",
        "owner_country": "shareholder country,holder country",
    },
    "campaigns": {
        "id": "campaign id,order id,campaign,order", "advertiser_id": "advertiser,account id,account",
        "payer_id": "payer,paid by,bill to", "status": "state", "starts": "start,start date,begins,first day",
        "ends": "end,end date,last day", "territories": "territory,countries,country,regions,geo",
        "political": "is political", "content": "content kind,topics,category",
        "landing_url": "url,click url,landing page", "budget": "budget amount", "spent": "spend,cost",
    },
    "creatives": {
        "id": "creative id,ad id,ad,creative", "campaign_id": "campaign,order id,order", "text": "ad text,body,copy",
        "language": "languages", "landing_url": "url,click url,landing page", "content": "content kind,topics,category",
        "media_sha256": "sha256,media hash",
    },
    "votes": {
        "territory": "country,place", "first_day": "first day of vote,from", "last_day": "to",
        "union_wide_rules": "union wide",
    },
}  # fmt: skip
"""Every column of every table with the headings that are taken for it besides its own name."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "advertisers": ("id", "name"),
    "payers": ("id", "name"),
    "ownership": ("owner", "owned"),
    "campaigns": ("id", "advertiser_id"),
    "creatives": ("id", "campaign_id"),
    "votes": ("territory", "first_day", "last_day", "union_wide_rules"),
}


class Headings(NamedTuple):
    """Where each of our columns stands, from 0; `ignored` are the headings that nothing was made of."""

    places: dict[str, int]
    ignored: tuple[str, ...]


def match_headings(table: str, file: str, header: Sequence[str], mapping: Mapping[str, str]) -> Headings:
    """Return which column of a file is which of ours.

    `mapping` (ours = "theirs") wins; then our own names, then usual headings, both without regard to case,
    blanks, dashes and underscores; the first that fits is taken.

    Raises:
        NetworkUnreadable: the mapping names a column that the table does not have.
        TableUnreadable: a mapped heading or a required column is missing.
    """
    places = guess_headings(COLUMNS[table], header, _mapped(table, file, header, mapping))
    missing = [column for column in REQUIRED[table] if column not in places]
    if missing:
        raise TableUnreadable(
            f"has no column {' and '.join(f'`{each}`' for each in missing)}; found",
            where=file,
            line=1,
            got=", ".join(header),
            todo=f"rename it, or map it in [intake.columns.{table}] of evenhand.toml",
        )
    taken = set(places.values())
    return Headings(places, tuple(name for place, name in enumerate(header) if place not in taken))


def guess_headings(
    columns: Mapping[str, str], header: Sequence[str], known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Return where each of some columns stands, by its own name or a usual heading, beside those `known` already."""
    places = dict(known or {})
    plain = [_plain(name) for name in header]
    for certain in (True, False):
        for column, usual in columns.items():
            names = [_plain(column)] if certain else [_plain(name) for name in usual.split(",") if name]
            free = [plain.index(name) for name in names if name in plain]
            found = next((place for place in free if place not in places.values()), None)
            if column not in places and found is not None:
                places[column] = found
    return places


def _mapped(table: str, file: str, header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    where = f"[intake.columns.{table}]"
    for column in mapping:
        if column not in COLUMNS[table]:
            known = ", ".join(COLUMNS[table])
            raise NetworkUnreadable(
                "unknown column", where=f"evenhand.toml {where}", got=column, expected=f"one of {known}"
            )
    for column, heading in mapping.items():
        if heading not in header:
            found = ", ".join(header)
            raise TableUnreadable(
                f"has no heading `{heading}`, which {where} maps to {column}; found", where=file, line=1, got=found
            )
    return {column: header.index(heading) for column, heading in mapping.items()}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())

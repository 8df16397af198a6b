"""The columns of the UK's lists: the sanctions list of the FCDO, and OFSI's consolidated list that it replaced.

Source: `lists.md` §1.5; the headings are those of the files of 2026-02 (58 columns) and of 2022 to 2026-01 (36).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from evenhand.model.errors import ListUnreadable

_NAMES = {"name6": "Name 6", **{f"name{number}": f"Name {number}" for number in range(1, 6)}}


class Layout(NamedTuple):
    """One heading: what we call each column, in its order; ids begin with `prefix`."""

    prefix: str
    columns: Mapping[str, str]


FCDO = Layout(
    "uk",
    {
        "updated": "Last Updated",
        "id": "Unique ID",
        "group": "OFSI Group ID",
        "un_ref": "UN Reference Number",
        **_NAMES,
        "name_type": "Name type",
        "strength": "Alias strength",
        "title": "Title",
        "other_script": "Name non-latin script",
        "script": "Non-latin script type",
        "language": "Non-latin script language",
        "regime": "Regime Name",
        "type": "Designation Type",
        "source": "Designation source",
        "measures": "Sanctions Imposed",
        "other": "Other Information",
        "reasons": "UK Statement of Reasons",
        **{f"address{number}": f"Address Line {number}" for number in range(1, 7)},
        "postcode": "Address Postal Code",
        "country": "Address Country",
        "phone": "Phone number",
        "website": "Website",
        "email": "Email address",
        "designated": "Date Designated",
        "birth": "D.O.B",
        "nationality": "Nationality(/ies)",
        "national_id": "National Identifier number",
        "national_id_note": "National Identifier additional information",
        "passport": "Passport number",
        "passport_note": "Passport additional information",
        "position": "Position",
        "gender": "Gender",
        "birth_town": "Town of birth",
        "birth_country": "Country of birth",
        "entity_type": "Type of entity",
        "subsidiaries": "Subsidiaries",
        "parent": "Parent company",
        "registration": "Business registration number (s)",
        "imo": "IMO number",
        "owner": "Current owner/operator (s)",
        "previous_owner": "Previous owner/operator (s)",
        "flag": "Current believed flag of ship",
        "previous_flag": "Previous flags",
        "ship_type": "Type of ship",
        "tonnage": "Tonnage of ship",
        "length": "Length of ship",
        "built": "Year Built",
        "hull": "Hull identification number (HIN)",
    },
)
OFSI = Layout(
    "uk-ofsi",
    {
        **_NAMES,
        "title": "Title",
        "other_script": "Name Non-Latin Script",
        "script": "Non-Latin Script Type",
        "language": "Non-Latin Script Language",
        "birth": "DOB",
        "birth_town": "Town of Birth",
        "birth_country": "Country of Birth",
        "nationality": "Nationality",
        "passport": "Passport Number",
        "passport_note": "Passport Details",
        "national_id": "National Identification Number",
        "national_id_note": "National Identification Details",
        "position": "Position",
        **{f"address{number}": f"Address {number}" for number in range(1, 7)},
        "postcode": "Post/Zip Code",
        "country": "Country",
        "other": "Other Information",
        "type": "Group Type",
        "name_type": "Alias Type",
        "strength": "Alias Quality",
        "regime": "Regime",
        "listed": "Listed On",
        "designated": "UK Sanctions List Date Designated",
        "updated": "Last Updated",
        "id": "Group ID",
    },
)


def layout_of(heading: Sequence[str]) -> Layout | None:
    """Return the layout that a row is the heading of, or None."""
    names = {_plain(name) for name in heading}
    if "name6" not in names:
        return None
    return FCDO if "uniqueid" in names else OFSI if "groupid" in names else None


def places(file: str, line: int, heading: Sequence[str], layout: Layout) -> dict[str, int]:
    """Return the place of each column of a layout: by its name, or by its neighbours if it was renamed.

    Raises:
        ListUnreadable: a column is missing or duplicate.
    """
    names = [_plain(name) for name in heading]
    twice = [name for name, plain in zip(heading, names, strict=True) if plain and names.count(plain) > 1]
    if twice:
        raise ListUnreadable("duplicate column", where=file, line=line, got=twice[0], expected="each once")
    found = {field: names.index(_plain(name)) for field, name in layout.columns.items() if _plain(name) in names}
    found |= {field: place for field, place in _renamed(names, layout) if field not in found}
    missing = [name for field, name in layout.columns.items() if field not in found]
    if missing:
        expected = ",".join(layout.columns.values())
        raise ListUnreadable("missing columns", where=file, line=line, got=",".join(missing), expected=expected)
    return found


def _renamed(names: Sequence[str], layout: Layout) -> Iterator[tuple[str, int]]:
    """Yield columns of unknown name whose neighbours are the known ones."""
    known = [_plain(name) for name in layout.columns.values()]
    for place, field in enumerate(layout.columns):
        around = [neighbour for neighbour in (place - 1, place + 1) if 0 <= neighbour < len(known)]
        if place < len(names) and names[place] not in known and all(names[n : n + 1] == [known[n]] for n in around):
            yield field, place


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

"""The UK sanctions list, CSV, and OFSI's consolidated list before it: one row a name × address.

Source: `lists.md` §1.5; `uk_columns` knows the headings, `uk_cells` the forms of cells.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple

from evenhand.lists.formats.contacts import add_contacts
from evenhand.lists.formats.csv_rows import any_rows, decoded
from evenhand.lists.formats.entry import Entry, Files, Format, Properties
from evenhand.lists.formats.uk_cells import (
    add_countries,
    companies,
    dates,
    items,
    labelled,
    published_date,
)
from evenhand.lists.formats.uk_columns import FCDO, Layout, layout_of, places
from evenhand.lists.formats.uk_numbers import add_numbers
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListRelation, RelationKind

_SCHEMATA = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
_NAME_TYPES = {
    "": "name",
    "primary name": "name",
    "prime alias": "name",
    "primary name variation": "alias",
    "alias": "alias",
    "aka": "alias",
    "fka": "previousName",
}
_NAME_PARTS = ("name1", "name2", "name3", "name4", "name5", "name6")
_LABELS = {
    "UK Sanctions List Ref": "reference",
    "UN Ref": "un_ref",
    "UK Statement of Reasons": "reasons",
    "Website": "website",
    "Email address": "email",
    "Parent company": "parent",
    "Subsidiaries": "subsidiaries",
    "Business Reg No": "registration",
    "IMO number": "imo",
    "Gender": "gender",
}
_NOTES = {
    "group": "OFSI Group ID",
    "source": "Designation source",
    "measures": "Sanctions imposed:",
    "other": "",
    "reasons": "",
    "phone": "Phone number",
    "national_id": "National identifier",
    "passport": "Passport",
    "entity_type": "Type of entity:",
    "previous_owner": "Previous owner/operator",
    "flag": "Flag",
    "previous_flag": "Previous flags",
    "ship_type": "Type of ship:",
    "tonnage": "Tonnage",
    "length": "Length",
    "built": "Year built",
    "hull": "Hull identification number",
}

_EMPTY = dict.fromkeys((*FCDO.columns, "reference"), "")

Row = dict[str, str]


class _Listed(NamedTuple):
    line: int
    type: str
    properties: Properties


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry | ListRelation]:
    """Yield the entries in the order in which rows first name them, then who owns whom."""
    ((name, data),) = files.items()
    found: dict[str, _Listed] = {}
    relations: dict[ListRelation, None] = {}
    for line, prefix, row in _rows(name, decoded(name, data), left_out):
        id_ = f"{prefix}-{row['id']}"
        listed = found.setdefault(id_, _Listed(line, row["type"].lower(), Properties(left_out)))
        _check(name, line, row, listed)
        _add_names(row, listed.properties, left_out)
        _add_person(row, listed.properties)
        _add_others(row, listed.properties)
        relations.update(dict.fromkeys(_relations(id_, row)))
    for id_, (line, type_, properties) in found.items():
        caption = next(iter(properties.values("name", "alias", "previousName", "weakAlias")), "")
        if not caption:
            raise ListUnreadable("no name", where=name, line=line, got=id_, expected="at least one")
        yield Entry(name, line, properties.entity(id_, _SCHEMATA[type_], caption, key))
    yield from relations


def _members(files: Files) -> Files:
    return {name: data for name, data in files.items() if name.endswith(".csv") and _is_ours(data[:8000])}


def _is_ours(head: bytes) -> bool:
    """Return whether one of the first two lines looks like a heading of ours."""
    lines = [line.lower() for line in head.split(b"\n")[:2]]
    return any(b"name 6" in line and (b"unique id" in line or b"group id" in line) for line in lines)


def _published_on(files: Files) -> date | None:
    """Return the date in the line above the heading, None if there is none."""
    ((name, data),) = files.items()
    first = next(any_rows(name, decoded(name, data)), (1, []))[1]
    text = "" if layout_of(first) else published_date(" ".join(first))
    return date.fromisoformat(text) if len(text) == len("2026-01-31") else None


def _rows(name: str, text: str, left_out: Counter[str]) -> Iterator[tuple[int, str, Row]]:
    """Yield each row with its line and the beginning of its id; columns that we do not know are counted."""
    read = any_rows(name, text)
    layout, heading, at = _heading(name, read)
    extra = sorted(set(range(len(heading))) - set(at.values()))
    for line, cells in read:
        if len(cells) != len(heading):
            expected = str(len(heading))
            raise ListUnreadable("number of columns", where=name, line=line, got=len(cells), expected=expected)
        for place in extra:
            left_out[f"column {heading[place]}"] += bool(cells[place].strip())
        row = _EMPTY | {field: " ".join(cells[place].split()) for field, place in at.items()}
        if any(row.values()):
            yield line, layout.prefix, row if layout is FCDO else _with_labels(row)


def _heading(name: str, read: Iterator[tuple[int, list[str]]]) -> tuple[Layout, list[str], dict[str, int]]:
    """Return the heading: the first line, or the one below a line with the date."""
    line, cells = 1, [""]
    for line, cells in islice(read, 2):
        layout = layout_of(cells)
        if layout:
            return layout, cells, places(name, line, cells, layout)
    raise ListUnreadable("heading", where=name, line=line, got=",".join(cells), expected="Name 6, Name 1, …")


def _with_labels(row: Row) -> Row:
    """Return a row of the older list with what its `Other Information` says by label, in columns of their own."""
    parts = labelled(row["other"])
    labelled_values = {_LABELS[label]: value for label, value in parts.items() if label in _LABELS}
    rest = [f"{label}: {value}" if label else value for label, value in parts.items() if label not in _LABELS]
    return {**row, **labelled_values, "other": "; ".join(rest)}


def _check(name: str, line: int, row: Row, listed: _Listed) -> None:
    if not row["id"]:
        raise ListUnreadable("id is empty", where=name, line=line, expected="a value")
    type_ = row["type"].lower()
    if type_ not in _SCHEMATA:
        raise ListUnreadable("unknown type", where=name, line=line, got=row["type"], expected=", ".join(_SCHEMATA))
    if type_ != listed.type:
        expected = f"{listed.type}, as in line {listed.line}"
        raise ListUnreadable(f"type of {row['id']} changes", where=name, line=line, got=row["type"], expected=expected)


def _add_names(row: Row, properties: Properties, left_out: Counter[str]) -> None:
    """Add the row's name, surname last, and the same in another script as alias; a primary name is never weak."""
    type_, strength = row["name_type"].lower(), row["strength"].lower()
    property_ = _NAME_TYPES.get(type_, "alias")
    if type_ not in _NAME_TYPES:
        left_out[f"name type {row['name_type']}, kept as alias"] += 1
    if strength.startswith(("low", "weak")) and property_ != "name":
        property_ = "weakAlias"
    properties.add(property_, " ".join(row[part] for part in _NAME_PARTS))
    properties.add("alias", row["other_script"])
    properties.add("title", row["title"])


def _add_person(row: Row, properties: Properties) -> None:
    born = dates(row["birth"])
    properties.add("birthDate", *born)
    properties.add("notes", "" if born or not row["birth"] else f"Born: {row['birth']}")
    properties.add("birthPlace", ", ".join(filter(None, [row["birth_town"], row["birth_country"]])))
    add_countries("nationality", row["nationality"], properties)
    properties.add("gender", row["gender"].lower())
    properties.add("position", *items(row["position"]))


def _add_others(row: Row, properties: Properties) -> None:
    properties.add("program", row["regime"])
    properties.add("referenceNumber", row["reference"], row["un_ref"])
    properties.add("startDate", *dates(row["designated"])[:1])
    add_countries("country", row["country"], properties)
    add_contacts("website", row["website"], properties)
    add_contacts("email", row["email"], properties)
    add_numbers(row["registration"], properties)
    properties.add("imoNumber", *(re.sub(r"^IMO\s*", "", number) for number in items(row["imo"])))
    for field, label in _NOTES.items():
        note = row.get(f"{field}_note", "")
        if row[field]:
            properties.add("notes", f"{label} {row[field]}" + (f" ({note})" if note else ""))


def _relations(id_: str, row: Row) -> Iterator[ListRelation]:
    """Yield who owns whom: names without shares; an owner *or* operator may be either."""
    held: tuple[tuple[str, RelationKind, str], ...] = (
        ("parent", "ownership", "Parent company"),
        ("owner", "ownership_or_control", "Current owner/operator"),
    )
    for field, kind, text in held:
        for name in companies(row[field]):
            yield ListRelation(subject_name=name, object=id_, kind=kind, text=text)
    for name in companies(row["subsidiaries"]):
        yield ListRelation(subject=id_, object_name=name, kind="ownership", text="Subsidiaries")


UK_CSV = Format("uk-csv", 3, 1, "uk", _members, entries, _published_on)

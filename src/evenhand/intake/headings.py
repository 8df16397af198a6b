"""Which column of a file is which of ours: by its usual headings in seven languages, or as `evenhand.toml` says.

The headings stand in `headings.txt`; one that could be two things is never guessed.
"""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from difflib import get_close_matches
from itertools import chain
from typing import NamedTuple

from evenhand.intake.columns import INSTEAD, NAMES, NAMES_OF, PARTIES, REQUIRED, column_words, columns_of, is_list
from evenhand.intake.declined_headings import without_declined
from evenhand.intake.known_headings import SHORT, known_headings
from evenhand.intake.owner_headings import names_owners
from evenhand.intake.values.person_names import name_as_part
from evenhand.model.errors import NetworkUnreadable, TableUnreadable
from evenhand.model.text_matching import plain

_TELLS_PARTIES_APART = ("id", "name")
_MOST_NEAR, _NEAR = 3, 0.6
_AS_SET = "it is left unread, as the settings say"


class Headings(NamedTuple):
    """Where each of our columns stands, from 0; `ignored` are the headings that nothing was made of.

    `why` says by heading what the ignored ones are, where that is known. `together` has the places of all columns that
    are one of ours, where there are several. `declined` are headings that the settings leave unread by name.
    """

    places: dict[str, int]
    ignored: tuple[str, ...]
    why: Mapping[str, str] = {}
    together: Mapping[str, tuple[int, ...]] = {}
    declined: frozenset[str] = frozenset()


def match_headings(table: str, file: str, header: Sequence[str], mapping: Mapping[str, str], line: int = 1) -> Headings:
    """Return which column of a file is which of ours; `line` is that of the heading.

    `mapping` (ours = "theirs") wins, ours = "" leaves a column unread, ours = "!theirs" one heading alone; then our own
    names count, then usual headings, both without regard to case, accents, punctuation and blanks. Of parties, all that
    fit are read together, but two that could both be the id or the name are not chosen between; elsewhere the first in
    `headings.txt` is read.

    Raises:
        NetworkUnreadable: the mapping names a column that the table does not have.
        TableUnreadable: a mapped heading or a required column is missing, or two headings could be id or name.
    """
    mapping = {column_called(table, ours) or ours: theirs for ours, theirs in mapping.items()}
    mapping, declined = without_declined(mapping, header)
    written, header = header, ["" if name in declined else name for name in header]
    places = _mapped(table, f"{file}:{line}", header, mapping)
    unread = {ours for ours, theirs in mapping.items() if not theirs}
    places = {ours: at for ours, at in guess_headings(table, header, places, unread).items() if ours not in unread}
    missing = [column for column in REQUIRED[table] if column not in places and INSTEAD.get(column) not in places]
    open_choices = list(_open_choices(table, header, places, mapping)) if table in PARTIES else []
    if missing:
        raise TableUnreadable(
            f"has no column {' and '.join(map(_required, missing))}; found",
            where=file,
            line=line,
            got=_found(written),
            todo="; ".join([_todo(table, missing[0], header), *map(", ".join, open_choices)]),
        )
    for what, todo in open_choices:
        raise TableUnreadable(what, where=f"{file}:{line}", todo=todo)
    together = same_columns(table, header, places, mapping)
    places |= {column: several[0] for column, several in together.items()}
    taken = {*places.values(), *chain.from_iterable(together.values())}
    ignored = tuple(name for place, name in enumerate(written) if place not in taken)
    read = {column: joined_heading(header, together.get(column, (place,))) for column, place in places.items()}
    why = dict(_remarks(table, read, [each for each in ignored if each not in declined], unread))
    why |= {heading: _AS_SET for heading in ignored if heading in declined}
    return Headings(places, ignored, why, together, declined)


def _required(column: str) -> str:
    return f"`{column}`" if column == "name" or column not in INSTEAD else f"`{column}` or `{INSTEAD[column]}`"


def guess_headings(
    table: str, header: Sequence[str], known: Mapping[str, int] | None = None, unread: Set[str] = frozenset()
) -> dict[str, int]:
    """Return where each column of a table stands, by its own name or a usual heading, beside those `known` already.

    A column called as a whole name is may be a part of one: `Name` beside `Vorname`. Columns `unread` are no part.
    """
    known, written = known or {}, [plain(name) for name in header]
    places = _guess(table, written, known)
    part = name_as_part(written, places, known, unread) if table in PARTIES else None
    if part is not None:
        return _guess(table, written, {**known, part[0]: part[1]})
    return places | _name_beside_id(table, written, places)


def same_columns(
    table: str, header: Sequence[str], places: Mapping[str, int], mapping: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """Return where those columns of parties are that are several in a file: as mapped, else all with a heading of it.

    An id or a name is several only where the mapping says so; a heading of a list may have a number, as `Website 2`.
    """
    if table not in PARTIES:
        return {}
    taken, found = set(places.values()), {column: [place] for column, place in places.items()}
    for place, name in enumerate(header):
        column = column_called(table, name) or _numbered_list(table, name)
        if column in found and column not in mapping and column not in _TELLS_PARTIES_APART and place not in taken:
            found[column].append(place)
    several = found | {column: places_of(table, heading, header) for column, heading in mapping.items() if heading}
    return {column: tuple(sorted(at)) for column, at in several.items() if len(at) > 1}


def _numbered_list(table: str, heading: str) -> str:
    """Return the column of parties that a numbered heading is one of, as `Website 2`, ``""`` for none."""
    column = column_called(table, heading.rstrip(" .0123456789"))
    return column if table in PARTIES and is_list(column) else ""


def joined_heading(header: Sequence[str], places: Sequence[int]) -> str:
    """Return the headings of some columns as a mapping names them together."""
    return ";".join(dict.fromkeys(header[place] for place in places))


def places_of(table: str, heading: str, header: Sequence[str]) -> tuple[int, ...]:
    """Return where all columns with a heading are, of parties also with several, separated by `;`; none if one lacks.

    >>> places_of("payers", "Website; Internet", ("Internet", "Firma", "Website"))
    (0, 2)
    """
    is_one = heading in header or table not in PARTIES
    names = [heading] if is_one else [each.strip() for each in heading.split(";")]
    return tuple(place for place, name in enumerate(header) if name in names) if {*names} <= {*header} else ()


def _name_beside_id(table: str, written: Sequence[str], places: Mapping[str, int]) -> dict[str, int]:
    """Return where the name is if only one heading can be it: `Kunde` beside `Kundennr.` is no second number."""
    if table not in PARTIES or "id" not in places or not {"name", "last_name"}.isdisjoint(places):
        return {}
    either = [at for at, name in enumerate(written) if name in known_headings(table).id_or_name]
    return {"name": either[0]} if len(either) == 1 else {}


def _guess(table: str, written: Sequence[str], known: Mapping[str, int]) -> dict[str, int]:
    places = dict(known)
    headings = known_headings(table)
    for names in (headings.columns, headings.usual):
        for name, column in names.items():
            if column not in places and name in written:
                found = [place for place, each in enumerate(written) if each == name]
                free = next((place for place in found if place not in places.values()), None)
                if free is not None:
                    places[column] = free
    for place, name in enumerate(written):  # `Website 1`, where no heading is without a number
        column = _numbered_list(table, name) if name[-1:].isdecimal() and place not in places.values() else ""
        if column:
            places.setdefault(column, place)
    return places


def count_known(table: str, mapping: Mapping[str, str], cells: Sequence[str]) -> int:
    """Return how many cells of a row are headings that are known or mapped; to find the heading of a workbook."""
    known, mapped = (
        known_headings(table),
        {part.strip() for each in mapping.values() for part in (each, *each.split(";"))},
    )
    names = {plain(cell): cell for cell in cells if cell.strip()}
    return sum(name in known.columns or name in known.usual or cell.strip() in mapped for name, cell in names.items())


def column_called(table: str, text: str) -> str:
    """Return the column of a table that a text names: by its own name or a usual heading of it, ``""`` for none.

    >>> column_called("advertisers", "website"), column_called("names", "domains"), column_called("names", "client")
    ('domains', 'website', '')
    """
    known, name = known_headings(table), plain(text)
    return known.columns.get(name) or known.usual.get(name) or (NAMES_OF.get(text, "") if table == NAMES else "")


def expected_columns(table: str, text: str) -> str:
    """Return what to say of a text that names no column: up to three near ones, and where the whole list stands.

    >>> expected_columns("advertisers", "websiet")
    'a column such as domains; all are on the pages headings and tables of the documentation'
    """
    known = known_headings(table)
    names = {**known.usual, **known.columns}
    close = get_close_matches(plain(text), names, _MOST_NEAR, _NEAR) if len(plain(text)) > SHORT else []
    near = list(dict.fromkeys(names[each] for each in close)) or list(REQUIRED[table])
    return f"a column such as {', '.join(near)}; all are on the pages headings and tables of the documentation"


def _mapped(table: str, file: str, header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    where = "--column" if table == NAMES else f"[intake.columns.{table}]"
    for column in mapping:
        if column not in columns_of(table):
            place, expected = where if table == NAMES else f"evenhand.toml {where}", expected_columns(table, column)
            raise NetworkUnreadable("unknown column", where=place, got=column, expected=expected)
    for column, heading in mapping.items():
        if not heading and column in REQUIRED[table]:
            raise NetworkUnreadable("a required column cannot be left unread", where=where, got=column)
        if heading and not places_of(table, heading, header):
            found, outer = _found(header), heading.partition(".")[0]
            raise TableUnreadable(
                f"has no heading `{heading}`, which {where} maps to {column}; found", where=file, got=found,
                todo=f"values inside of `{outer}` are not read: write this one into a column of its own before"
                if outer in header else "",
            )  # fmt: skip
    return {column: places_of(table, heading, header)[0] for column, heading in mapping.items() if heading}


def _found(header: Sequence[str]) -> str:
    """Return the headings that a file has; what the settings say of all rows (`= landing_url`) is none."""
    return ", ".join(each for each in header if not each.startswith("="))


def _todo(table: str, missing: str, header: Sequence[str]) -> str:
    """Return what to do about a column that is missing, with the headings that are not guessed."""
    known = known_headings(table)
    if missing == "name" and table in PARTIES:
        other = next((name for name in header if known.usual.get(plain(name)) == "alias"), None)
        if other is not None:
            return f"`{other}` is another name; if it is the only one, read it so: {_option(table, 'name', other)}"
        parts = [name for name in header if column_called(table, name.rstrip(" .1234")) == "name"]
        if len(parts) > 1:
            both = " and ".join(f"`{each}`" for each in parts)
            return f"{both} may be one name in parts; to read them together: {_option(table, 'name', ';'.join(parts))}"
    unclear = [name for name in header if plain(name) in known.unclear]
    could = f"; {' and '.join(f'`{name}`' for name in unclear)} could be more than one thing" if unclear else ""
    if table == NAMES:
        return f"say which it is with --column name=HEADING, or give a plain list of names as .txt{could}"
    option = f", or `--column {missing}=HEADING` of init" if table == "advertisers" else ""
    return f"rename it, or map it in [intake.columns.{table}] of evenhand.toml{option}{could}"


def _open_choices(
    table: str, header: Sequence[str], places: Mapping[str, int], mapping: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield which headings could each be the name, or the id where none is called so, and how to choose."""
    known = known_headings(table)
    for column in _TELLS_PARTIES_APART:
        if column in mapping or column not in places:
            continue
        own = plain(header[places[column]]) == plain(column)
        others = [
            name for place, name in enumerate(header)
            if place not in places.values() and known.usual.get(plain(name)) == column
        ]  # fmt: skip
        if others and (column == "name" or not own):
            both = " and ".join(f"`{name}`" for name in (header[places[column]], *others))
            yield f"{both} could each be the {column}", choice_of(table, column)
    if "second_surname" in places and "last_name" not in places:
        heading = header[places["second_surname"]]
        yield (
            f"`{heading}` is read as second surname, and no column as the first",
            (
                f"{choice_of(table, 'last_name')}; second_surname in place of last_name, with nothing behind the equals"
                " sign, leaves it unread"
            ),
        )


def choice_of(table: str, column: str) -> str:
    """Return how to choose among headings that could each be a column."""
    where = "" if table == NAMES else f' of init, or {column} = "HEADING" in [intake.columns.{table}]'
    return f"choose with --column {column}=HEADING{where}"


def _remarks(
    table: str, read: Mapping[str, str], ignored: Iterable[str], unread: Set[str]
) -> Iterator[tuple[str, str]]:
    """Yield what is known of each heading that was ignored.

    `read` are the headings that are read, by column, `unread` the columns of ours that shall not be read.
    """
    known = known_headings(table)
    for heading in ignored:
        name = plain(heading)
        column = known.columns.get(name) or known.usual.get(name)
        if column in unread:
            yield heading, f"{column_words(str(column))} is left unread, as the settings say"
        elif name in known.unclear:
            option = _option(table, "COLUMN", heading)
            yield heading, f"it could be more than one thing, and is not guessed: say what it is with {option}"
        elif column is not None and column in read:
            yield heading, f"`{read[column]}` is read as {column_words(column)}"
        elif table in PARTIES and names_owners(heading):
            every = f"{read['owners']};{heading}" if "owners" in read else heading
            option = "" if table == NAMES else f"; if they own the clients: {_option(table, 'owners', every)}"
            yield heading, f"no owners are read from it{option}"
        elif near := known.nearest(name):
            shown, column = near
            both = f"{read[column]};{heading}" if column in read and table in PARTIES and is_list(column) else heading
            option = _option(table, column, both)
            yield heading, f"the nearest known heading is `{shown}` ({column_words(column)}); to read it so: {option}"


def _option(table: str, column: str, heading: str) -> str:
    """Return what says that a heading is a column, ready to be pasted."""
    if table in ("advertisers", NAMES):
        return f"--column {column}={shlex.quote(heading)}"
    return f"{column} = {json.dumps(heading, ensure_ascii=False)} in [intake.columns.{table}]"

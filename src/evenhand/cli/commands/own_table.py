"""`evenhand init --table --lists`: everything is looked at first, so that nothing is made where something is wrong."""

import os
import re
import sys
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from itertools import chain, count, islice
from pathlib import Path
from typing import NamedTuple

from evenhand.cli.commands.init import Inputs
from evenhand.cli.common import suffix_rules
from evenhand.intake.columns import columns_of
from evenhand.intake.declined_headings import with_declined
from evenhand.intake.headed_table import read_headed
from evenhand.intake.headings import Headings
from evenhand.intake.network_tables import Tables, read_tables
from evenhand.intake.owner_sheets import OwnerSheet, find_owner_sheets
from evenhand.intake.table_source import Source
from evenhand.intake.unlikely_names import doubt_of
from evenhand.intake.values.notations import DayOrder, Decimals
from evenhand.lists.publication import FoundList, find_lists
from evenhand.model.errors import BadInput, ListUnreadable, NotFound, TooManyRefused
from evenhand.model.network import Absent, IntakeSection
from evenhand.model.run import Refused
from evenhand.model.text_matching import plain
from evenhand.model.visible_text import visible
from evenhand.policy import Rulebook
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.store.tables import Table

MAX_REFUSED = "0.01"
_MOST_LISTED = 20
_HOUSE, _MEDIA = "house-sanctions", "house-media"
_REPEATED = "an id of its own"
_ONE_ROW_A_CLIENT = (
    "hand in a table with one row a client, such as without the rows of their orders or ads, or name another heading"
    " for the id with --column id=HEADING; nothing was made"
)
_OTHER = re.compile(r"[^a-z0-9]+")


class OwnTable(NamedTuple):
    """What somebody hands in: a table, paths with lists, and what they say of the table themselves."""

    table: Path
    lists: Sequence[Path]
    columns: Mapping[str, str]
    sheet: str = ""
    dates: DayOrder = ""
    decimals: Decimals = ""
    max_refused: str = MAX_REFUSED


class InspectedTable(NamedTuple):
    """What was found: the settings of the new network, and its lists."""

    inputs: Inputs
    lists: tuple[tuple[str, FoundList], ...]


def look_at(own: OwnTable, folder: Path, currency: str) -> InspectedTable:
    """Read table and lists, and return what a network in `folder` has to say of them.

    Raises:
        BadInput: the table has no heading for id or name, or too many rows that cannot be read; no list is recognised.
    """
    _check_share(own.max_refused)
    table, headings = _headed(own)
    tables = _check_rows(own, currency)
    owners = _owner_sheet(own, find_owner_sheets(own.table, table, tables.advertisers, headings.places))
    if owners is not None:
        own = own._replace(sheet=table.sheet)
        _check_rows(own, currency, owners)
    lists = tuple(_keyed([found for path in own.lists for found in find_lists(path)]))
    if not lists:
        raise BadInput("no list to screen against", where="--lists", expected="the file or folder of a list")
    inputs = Inputs(
        advertisers=_relative(own.table, folder),
        lists=tuple((key, _relative(found.path, folder)) for key, found in lists),
        columns=_columns(own, table, headings),
        sheet=own.sheet,
        owners=owners,
        dates=own.dates,
        decimals=own.decimals,
        max_refused=own.max_refused,
        designations=tuple(_designation(key, found) for key, found in lists if _is_unknown(key)),
    )
    return InspectedTable(inputs, lists)


def check_day(day: date) -> None:
    """Refuse a day of the first run on which no rule of the shipped rulebook is in force.

    Raises:
        RulebookInvalid: none is.
    """
    Rulebook.load(shipped_rulebook("house")).check_day(day)


def default_origin(folder: Path) -> str:
    """Return a name for the log of a network that nobody named: its folder's, under a domain that is nobody's."""
    slug = _OTHER.sub("-", folder.resolve().name.lower()).strip("-")
    return f"{slug or 'network'}.example/log"


def _headed(own: OwnTable) -> tuple[Table, Headings]:
    if not own.table.is_file():
        raise NotFound("no such file", where=own.table, expected="a table of advertisers")
    return read_headed(_source(own))


def _owner_sheet(own: OwnTable, found: Sequence[OwnerSheet]) -> OwnerSheet | None:
    """Return the one sheet of owners, None where there is none.

    Raises:
        BadInput: there are several, and only one can be the table of ownership.
    """
    if len(found) > 1:
        names = " and ".join(f"`{each.name}`" for each in found)
        raise BadInput(
            f"has owners in the sheets {names}", where=own.table.name, expected="one sheet with all owners",
            todo="put the rows together, or hide the sheets that do not count; nothing was made",
        )  # fmt: skip
    return found[0] if found else None


def _columns(own: OwnTable, table: Table, headings: Headings) -> dict[str, str]:
    """Return the whole mapping of a table, so that a heading that changes later is an error and no new guess."""
    header, places = table.header, headings.places
    chosen = set(own.columns.values())  # `name=NAME` too: beside another heading that could be the name it decides
    read = {
        column: header[place]
        for column, place in sorted(places.items(), key=lambda each: each[1])
        if plain(header[place]) != plain(column) or header[place] in chosen
    } | {ours: "" for ours, theirs in own.columns.items() if not theirs}
    return with_declined(read, own.columns, headings.declined)


def _source(own: OwnTable) -> Source:
    return Source(own.table.parent, own.table.name, "advertisers", own.columns, own.sheet)


def _check_share(text: str) -> None:
    try:
        fits = 0 <= Decimal(text) <= 1
    except InvalidOperation:
        fits = False
    if not fits:
        raise BadInput("no share of rows", where="--max-refused-share", got=text, expected="from 0 to 1, as 0.01")


def _check_rows(own: OwnTable, currency: str, owners: OwnerSheet | None = None) -> Tables:
    """Return the tables as a run would read them; its owners are on a sheet of the same workbook."""
    columns, sheets = {"advertisers": dict(own.columns)}, {"advertisers": own.sheet} if own.sheet else {}
    if owners is not None:
        columns["ownership"], sheets["ownership"] = dict(owners.columns), owners.name
    settings = IntakeSection(
        advertisers=own.table.name,
        ownership=own.table.name if owners is not None else "",
        max_refused_share=own.max_refused,
        absent=Absent(payer="advertiser", political="refuse"),
        columns=columns,
        sheets=sheets,
        dates=own.dates,
        decimals=own.decimals,
    )
    try:
        tables = read_tables(own.table.parent, settings, {}, currency, suffix_rules())
    except TooManyRefused as error:
        raise _too_many(error, own) from None
    if not tables.advertisers:
        raise BadInput("has no row", where=own.table.name, expected="at least one advertiser", todo="nothing was made")
    doubt = doubt_of([each.name for each in tables.advertisers if each.id not in tables.unscreened])
    if doubt and "name" not in own.columns:
        raise BadInput(
            doubt, where=own.table.name, expected="names of companies and persons",
            todo="name the column that has them with --column name=HEADING; nothing was made",
        )  # fmt: skip
    return tables


def _too_many(error: TooManyRefused, own: OwnTable) -> BadInput:
    """Return an error that says every way out; all cells that reject a row are listed above it, the first of them."""
    cells = [each for each in error.refused if each.what == "row"]
    for line in islice(map(_fault_line, cells), _MOST_LISTED if len(cells) > 1 else 0):
        sys.stderr.write(f"evenhand: {visible(line)}\n")
    if len(cells) > _MOST_LISTED:
        sys.stderr.write(f"evenhand: and {len(cells) - _MOST_LISTED:,} more cells\n")
    columns = Counter(each.column or "whole row" for each in cells)
    first = cells[0]
    by_column = ", ".join(f"{column} {count:,}" for column, count in columns.most_common())
    own_columns = {*columns_of("advertisers")} - {"id", "name"}
    unread = next((each for each in columns if each in own_columns), "")
    leave = f", or leave the column unread with --column {unread}=" if unread else ""
    leave += ", or name the currency of your amounts with --currency" if " in [fx]" in first.expected else ""
    share = (Decimal(error.rejected) / error.rows).quantize(Decimal("0.001"), ROUND_CEILING)
    return BadInput(
        f"{error.rejected:,} of {error.rows:,} rows cannot be read ({by_column}), and a share of {own.max_refused} "
        f"may be; the first has {first.column or 'row'}",
        where=first.file, line=first.line, got=first.value, expected=first.expected,
        todo=_ONE_ROW_A_CLIENT
        if _are_mostly_repeated(cells)
        else f"correct the cells{leave}, or accept that these clients are held unscreened with"
        f" --max-refused-share {share}; nothing was made",
    )  # fmt: skip


def _are_mostly_repeated(cells: Sequence[Refused]) -> bool:
    """Return whether most rows are rejected for an id that an earlier row has: then it is no table of clients."""
    repeated = sum(each.column == "id" and each.expected.startswith(_REPEATED) for each in cells)
    return 2 * repeated > len(cells)


def _fault_line(each: Refused) -> str:
    return f"{each.file}:{each.line}: {each.column or 'row'} `{each.value}`; expected {each.expected}"


def _is_unknown(key: str) -> bool:
    """Return whether the shipped rulebook does not know what a list of the house means."""
    return key.startswith("house-") and key not in (_HOUSE, _MEDIA)


def _designation(key: str, one_list: FoundList) -> str:
    """Return the row that says what a list means: what the network's own sanctions do, or of outlets nothing by itself.

    Who controls an outlet is for the rules on media.
    """
    return f"{key},*,,no" if _is_of_media(one_list) else f"{key},*,{_HOUSE},yes"


def _is_of_media(one_list: FoundList) -> bool:
    """Return whether a list of the house says of each entry who controls it, and of none anything else."""
    return all(each.values("controlTypology") and not each.values("program") for each in one_list.read.entities)


def _keyed(found: Sequence[FoundList]) -> Iterator[tuple[str, FoundList]]:
    """Yield the lists with their keys; one of no publisher is a list of the house.

    The network's own sanctions are the file of that name, else the first of them; its list of media is the first that
    holds nothing else. Which file comes first says no more.
    """
    taken: dict[str, Path] = {}
    _check_twice(found)
    media = next((each for each in found if not each.key and _is_of_media(each)), None)
    houses = [each for each in found if not each.key and not _is_of_media(each)]
    own = next((each for slug in (_HOUSE, "sanctions") for each in houses if _slug(each.path) == slug), None)
    own = own or next(iter(houses), None)
    for one_list in found:
        known = _HOUSE if one_list is own else _MEDIA if one_list is media else ""
        key = one_list.key or known or _house_key(one_list.path, taken)
        if key in taken:
            raise ListUnreadable(
                f"two lists have the key {key}: {taken[key]} and {one_list.path}", expected="each list once",
                todo="name the one to use with --lists",
            )  # fmt: skip
        taken[key] = one_list.path
        yield key, one_list


def _house_key(path: Path, taken: Container[str]) -> str:
    """Return the key of a list of the house by its file's name; not one that means another thing in the rulebook.

    Two files of one name are two lists: the second has a number behind its name.
    """
    slug = _slug(path)
    own = slug if slug.startswith("house-") else f"house-{slug}"
    own = f"house-own-{slug.removeprefix('house-')}" if own in (_HOUSE, _MEDIA) else own
    return next(key for key in chain((own,), (f"{own}-{number}" for number in count(2))) if key not in taken)


def _check_twice(found: Sequence[FoundList]) -> None:
    """Refuse one list under two paths, or two copies of it: each match would be there twice, and judged twice."""
    places: dict[frozenset[bytes], Path] = {}
    for each in found:
        files = frozenset(each.read.files.values())
        if files in places:
            raise ListUnreadable(
                f"the same list twice, as {places[files]} and {each.path}", where="--lists", expected="each list once"
            )  # fmt: skip
        places[files] = each.path


def _slug(path: Path) -> str:
    return _OTHER.sub("-", path.name.partition(".")[0].lower()).strip("-") or "list"


def _relative(path: Path, folder: Path) -> str:
    """Return a path as seen from the network's folder, so that both can be moved together."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()

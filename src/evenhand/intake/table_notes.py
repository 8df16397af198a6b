"""Notes on how a table was read: headings, notation, rows of sums, what is missing."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from evenhand.intake.columns import NAMES, column_words
from evenhand.intake.headings import Headings
from evenhand.intake.rejected_input import refused
from evenhand.intake.total_rows import RowsAboveTotals
from evenhand.intake.values.legal_forms import is_legal_form
from evenhand.intake.values.notations import Notation
from evenhand.intake.values.person_names import PARTS
from evenhand.model.run import ColumnRead, Refused, TableRead
from evenhand.model.text_matching import plain
from evenhand.store.tables import Table

_MOST_HEADINGS = 50
_BETWEEN_NAMES = re.compile(r"[,|]")


def understood(
    name: str, file: str, table: Table, headings: Headings, notation: Notation, notes: tuple[str, ...] = ()
) -> TableRead:
    """Return what was made of a table's headings, days and amounts; a heading that is our own name needs no telling."""
    columns = tuple(
        ColumnRead(heading=table.header[place], column=column, words=column_words(column))
        for column, place in sorted(headings.places.items(), key=lambda each: each[1])
        if plain(table.header[place]) not in (plain(column), plain(column_words(column)))
    )
    return TableRead(
        table=name,
        file=file,
        sheet=table.sheet,
        columns=columns,
        dates=notation.days,
        amounts=notation.amounts,
        notes=notes,
    )


def name_notes(header: Sequence[str], places: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence where the names of persons are put together of several columns."""
    if "last_name" not in places or not ("first_name" in places or "name" not in places):
        return
    parts = [f"`{header[places[each]]}`" for each in PARTS if each in places]
    where = f" where `{header[places['name']]}` is empty" if "name" in places else ""
    together = "are read together as" if len(parts) > 1 else "is read as"
    yield f"{' and '.join(parts)} {together} the name{where}"


def together_notes(header: Sequence[str], together: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Yield a sentence for each of our columns that several of a file are; the first has the headings of all."""
    for column, places in together.items():
        yield f"{len(places)} columns, `{header[places[0]]}`, are read together as {column_words(column)}"


def website_notes(
    name: str, mapping: Mapping[str, str], places: Collection[str], filled: Collection[str]
) -> Iterator[str]:
    """Yield a sentence where a table of clients has no websites: much depends on them, and nothing else says so.

    `places` are the columns that it has, `filled` those with a value in some row. Who maps the column to nothing knows.
    """
    column = {"advertisers": "domains", NAMES: "website"}.get(name, "")
    if not column or mapping.get(column) == "" or column in filled:
        return
    lost = "matches by domain cannot be found" + (", and block lists by domain stay empty" if name != NAMES else "")
    if column in places:
        yield f"The column of websites is empty: {lost}"
    else:
        yield f"No column with websites is read: {lost}. Name it with --column website=HEADING"


def repeated_notes(repeated: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield a sentence on rows that say the same as an earlier one; `repeated` has the line of each and of that one."""
    if not repeated:
        return
    line, earlier = repeated[0]
    several, first = ("1 row equals", "") if len(repeated) == 1 else (f"{len(repeated):,} rows equal", "the first is ")
    yield (
        f"{several} an earlier row of the same id in all columns that are read and counted once:"
        f" {first}line {line}, equal to line {earlier}"
    )


def several_notes(what: str, names: Iterable[str]) -> Iterator[str]:
    """Yield a sentence where names look like several that are read as one: names have commas and bars in them."""
    several = [each for each in names if ("," in each or "|" in each) and _may_be_several(each)]
    if several:
        have = " has" if len(several) == 1 else "s have"
        yield (
            f"{len(several):,} {what}{have} a comma or bar inside, such as `{several[0]}`, and each is compared as one"
            " name. Write `;` between several names"
        )


def _may_be_several(name: str) -> bool:
    """Return whether something other than legal forms stands behind a comma or bar."""
    _, *others = map(str.strip, _BETWEEN_NAMES.split(name))
    return any(each and not is_legal_form(each) for each in others)


def file_remarks(name: str, file: str, table: Table, headings: Headings) -> Iterator[Refused]:
    """Yield what of a file was not read as a table: rows above the heading, other sheets, unknown headings."""
    if table.guessed is not None:
        encoding, line = table.guessed
        yield refused(file, line, "", f"read as {encoding}", "UTF-8; names may be wrong", what="value")
    for line, value, expected in table.notes:
        yield refused(file, line, "", value, expected, what="note")
    line, ignored = table.heading_line, list(filter(None, headings.ignored))
    if len(ignored) > _MOST_HEADINGS:
        rest = f"{len(ignored) - _MOST_HEADINGS:,} further headings"
        yield refused(file, line, "", rest, f"columns of {name}; ignored", what="note")
    for heading in ignored[:_MOST_HEADINGS]:
        why = f"; {headings.why[heading]}" if heading in headings.why else ""
        yield refused(file, line, heading, heading, f"a column of {name}; ignored{why}", what="note")


def sums_left_out(file: str, lines: RowsAboveTotals) -> Iterator[Refused]:
    """Yield the rows of sums at the foot of a table, and repeated headings, that were not read."""
    for line in lines.headings:
        yield refused(
            file, line.number, "", " | ".join(line.cells), "a client, not the headings again; not read", what="note"
        )
    for line in lines.totals:
        value = " | ".join(filter(None, map(str.strip, line.cells)))
        yield refused(file, line.number, "", value, "a client, not a row of sums; not read", what="note")

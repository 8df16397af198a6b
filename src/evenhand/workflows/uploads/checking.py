"""A table looked at before it counts: how it is understood, what would change, what would stop a run."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from msgspec.structs import replace

from evenhand.intake import Tables, read_tables
from evenhand.intake.columns import COLUMNS, REQUIRED, column_words, columns_of
from evenhand.intake.declined_headings import without_declined
from evenhand.intake.headed_table import with_headings
from evenhand.intake.headings import guess_headings, joined_heading, places_of, same_columns
from evenhand.intake.network_tables import source_of
from evenhand.intake.values.notations import AMBIGUOUS_AMOUNT, AMBIGUOUS_DAY
from evenhand.model.errors import BadInput, EvenhandError, NamesChanged, TableShrunk, TooManyRefused
from evenhand.model.network import IntakeSection
from evenhand.model.run import Refused, TableRead
from evenhand.model.upload import CheckedTable, ColumnSeen, LossFound, Reading, TableName
from evenhand.store.network import Network
from evenhand.store.tables import Table, table_sha256
from evenhand.workflows.evaluation.facts import CONTENT_KIND
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.run.name_changes import check_names
from evenhand.workflows.run.run_inputs import load_rulebook
from evenhand.workflows.run.table_sizes import TABLES, check_sizes
from evenhand.workflows.run.tools import Tools
from evenhand.workflows.uploads.outcome_changes import moved_outcomes
from evenhand.workflows.uploads.readings import sheets_of, with_reading
from evenhand.workflows.uploads.table_changes import row_changes

SAMPLE: Final = 20
_MOST_REFUSED: Final = 200
_MOST_TRIED: Final = 50_000
_DECIDED_BY: Final[Mapping[str, Literal["dates", "decimals"]]] = {
    AMBIGUOUS_DAY: "dates",
    AMBIGUOUS_AMOUNT: "decimals",
}
_ACTS_UNTRIED: Final = "a table of acts: who acts as one is found by a run"


def check_table(
    network: Network, table: TableName, path: Path, reading: Reading, at: datetime, tools: Tools
) -> CheckedTable:
    """Return how a file would be read as one of the network's tables, and what would follow; nothing is written.

    All tables are read, this one in the place of today's, and the rules in force are tried where that takes no more
    than minutes. What is wrong with the file itself is the result's `problem`.

    Raises:
        BadInput: the settings or another table of the network do not hold.
    """
    tools.progress("reading", 0, 3)
    intake = with_reading(network.settings.intake, table, str(path.resolve()), reading)
    checked = CheckedTable(table=table, reading=reading, today=_today(network, table), sheets=sheets_of(path))
    if address := network.objects.get(table):
        return replace(checked, problem=f"{table} is at {address}: put the new table there, and a run fetches it")
    try:
        source = source_of(network.folder, intake, table)
        seen = source.read()
        checked = _understood(checked, intake, seen)
        checked = replace(checked, sample=tuple(_sample(seen)), sha256=seen.sha256)
        with_headings(source, seen)
    except BadInput as error:
        return replace(checked, problem=_own_words(error, path))
    if table not in TABLES:
        return replace(checked, rows=sum(1 for _ in seen.again()), untried=_ACTS_UNTRIED)
    return _compared(network, checked, intake, at, tools)


def _today(network: Network, table: str) -> str:
    """Return the hash of the file that the table has today, ``""`` where it has none."""
    file = getattr(network.settings.intake, table)
    try:
        return table_sha256(network.folder / file) if file else ""
    except BadInput:
        return ""


def _understood(checked: CheckedTable, intake: IntakeSection, seen: Table) -> CheckedTable:
    """Return which heading is which column, as it is now and as it would be guessed."""
    table = checked.table
    stated, declined = without_declined(intake.columns.get(table, {}), seen.header)
    header = ["" if each in declined else each for each in seen.header]
    unread = {ours for ours, theirs in stated.items() if not theirs}
    mapped = {ours: at for ours, theirs in stated.items() if theirs for at in places_of(table, theirs, header)[:1]}
    places = {ours: at for ours, at in guess_headings(table, header, mapped, unread).items() if ours not in unread}
    guessed = guess_headings(table, header)
    headings = _headings(table, header, places, stated)
    guesses = _headings(table, header, guessed, {})
    columns = tuple(
        ColumnSeen(
            column=ours, words=column_words(ours), heading=headings.get(ours, ""), guessed=guesses.get(ours, ""),
            required=ours in REQUIRED[table],
        )
        for ours in columns_of(table)
        if ours in headings or ours in COLUMNS[table]
    )  # fmt: skip
    return replace(checked, header=seen.header, heading_line=seen.heading_line, sheet=seen.sheet, columns=columns)


def _headings(
    table: str, header: Sequence[str], places: Mapping[str, int], mapping: Mapping[str, str]
) -> dict[str, str]:
    """Return the heading of each of our columns, of several columns all of them."""
    together = same_columns(table, header, places, mapping)
    return {ours: joined_heading(header, together.get(ours, (place,))) for ours, place in places.items()}


def _sample(seen: Table) -> Iterator[tuple[str, ...]]:
    width = len(seen.header)
    for line in islice(seen.again(), SAMPLE):
        yield tuple(str(cell)[:200] for cell in (*line.cells, *[""] * width)[:width])


def _compared(
    network: Network, checked: CheckedTable, intake: IntakeSection, at: datetime, tools: Tools
) -> CheckedTable:
    """Return what the whole table has, against the table of today and the last run."""
    table = checked.table
    tools.progress("reading", 1, 3)
    after = _read(network, replace(intake, max_refused_share="1"), tools)
    tools.progress("reading", 2, 3)
    before = _present(network, tools)
    tools.progress("reading", 3, 3)
    own, place = getattr(intake, table), source_of(network.folder, intake, table).place
    found = [each for each in after.refused if each.file == place and each.what != "note"]
    refused = sorted((_short(each, own, checked) for each in found), key=lambda each: each.line)
    rejected = len({each.line for each in refused if each.what == "row"})
    counts, changes = row_changes(table, before or _NOTHING, after)
    checked = replace(
        checked, rows=after.rows.get(table, 0), rejected=rejected, refused=tuple(refused[:_MOST_REFUSED]),
        refused_count=len(refused), unclear=tuple(_unclear(found)), counts=counts, changes=changes,
        read=_read_as(after, own, checked), losses=tuple(_losses(network, after, intake)),
        problem=_too_many(network, after, place),
    )  # fmt: skip
    return checked if checked.problem else _tried(network, checked, after, at, tools)


_NOTHING = Tables((), (), (), (), (), (), (), {}, {})


def _read(network: Network, intake: IntakeSection, tools: Tools) -> Tables:
    settings = network.settings
    kinds = load_rulebook(network).ids_of(CONTENT_KIND)
    return read_tables(network.folder, intake, settings.fx, settings.network.currency, tools.suffixes, kinds=kinds)


def _present(network: Network, tools: Tools) -> Tables | None:
    """Return the tables of today; None where they cannot be read, so that every row counts as added."""
    try:
        return _read(network, replace(network.settings.intake, max_refused_share="1"), tools)
    except BadInput:
        return None


def _read_as(tables: Tables, own: str, checked: CheckedTable) -> TableRead | None:
    read = next((each for each in tables.understood if each.table == checked.table), None)
    return None if read is None else replace(read, file=Path(own).name)


def _short(each: Refused, own: str, checked: CheckedTable) -> Refused:
    """Return a rejection with the file as a table's, and without options: what decides is said in `unclear`."""
    expected = each.expected.partition(":")[0] if each.expected in _DECIDED_BY else each.expected
    return replace(each, file=f"{checked.table}{Path(own).suffix}", expected=expected)


def _unclear(found: Iterable[Refused]) -> Iterator[tuple[Literal["dates", "decimals"], str, str, int]]:
    """Yield by column what decides its cells that can be read in two ways, the first of them and their number."""
    cells: dict[tuple[Literal["dates", "decimals"], str], list[str]] = defaultdict(list)
    for each in found:
        if each.expected in _DECIDED_BY:
            cells[_DECIDED_BY[each.expected], each.column].append(each.value)
    for (decided_by, column), values in cells.items():
        yield decided_by, column, values[0], len(values)


def _too_many(network: Network, tables: Tables, own: str) -> str:
    """Return that more rows would be rejected than a run takes, ``""`` where it would go on; `own` is the file here."""
    try:
        rows = sum(tables.rows.values())
        rejected = {(each.file, each.line) for each in tables.refused if each.what == "row"}
        most = float(network.settings.intake.max_refused_share)
        if len(rejected) > most * rows:
            by_file = Counter("this file" if file == own else file for file, _ in rejected)
            where = ", ".join(f"{count:,} of {file}" for file, count in by_file.most_common())
            raise TooManyRefused(
                f"{len(rejected):,} of {rows:,} rows of all tables would be rejected ({where}), and a run stops above"
                f" {most:.0%}",
                todo="mend the mapping below, or the file" if "this file" in by_file
                else "rows of other tables name an id that this file lacks",
            )  # fmt: skip
    except TooManyRefused as error:
        return str(error)
    return ""


def _losses(network: Network, tables: Tables, intake: IntakeSection) -> Iterator[LossFound]:
    """Yield what would stop a run until a person accepts it: each is asked for again with those before accepted."""
    tried = Network(network.folder, replace(network.settings, intake=intake))
    tables_lost: list[str] = []
    with read_ledger(network.ledger) as ledger:
        while True:
            try:
                check_sizes(tried, tables, ledger, tables_lost)
                break
            except TableShrunk as error:
                tables_lost.append(error.table)
                yield LossFound(option="table", table=error.table, sentence=error.what)
    renamed: list[str] = []
    while True:
        try:
            check_names(tried, tables, renamed)
            break
        except NamesChanged as error:
            renamed.append(error.table)
            yield LossFound(option="names", table=error.table, sentence=error.what)


def _tried(network: Network, found: CheckedTable, tables: Tables, at: datetime, tools: Tools) -> CheckedTable:
    """Return the same with the outcomes that would be others."""
    parties = len(tables.advertisers) + len(tables.payers) + len(tables.campaigns)
    if parties > _MOST_TRIED:
        why = f"{parties:,} parties and campaigns; the rules are tried for {_MOST_TRIED:,} at most"
        return replace(found, untried=why)
    try:
        count, outcomes = moved_outcomes(network, tables, at, tools)
    except EvenhandError as error:
        return replace(found, untried=str(error))
    return replace(found, outcomes=outcomes, outcomes_count=count)


def _own_words(error: BadInput, path: Path) -> str:
    """Return an error without the name that the file has here, and without options of the command line."""
    is_about_headings = error.what.endswith("; found")  # which are shown beside it, whole
    got = None if is_about_headings else error.got
    plain = str(BadInput(error.what.removesuffix("; found"), got=got, expected=error.expected))
    return plain.replace(str(path.resolve()), "the file").replace(path.name, "the file")

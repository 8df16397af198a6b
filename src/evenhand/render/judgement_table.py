"""The queue of judgements as a table for people: a row a pair with both sides, and columns to fill in."""

from collections.abc import Callable, Sequence
from pathlib import Path

from evenhand.model.errors import BadInput
from evenhand.model.judgement import OpenMatch
from evenhand.model.matches import EntryShown, PartyShown
from evenhand.render.wording import money
from evenhand.store.spreadsheets import Cell, Column, written_csv, written_workbook

COLUMNS = (
    Column("answer", "text", 10), Column("by", "text", 14), Column("why", "text", 30),
    Column("sentence", "text", 60), Column("score", "score", 7),
    Column("party_name", "text", 30), Column("party_aliases", "text", 20), Column("party_birth_date", "text", 12),
    Column("party_country", "text", 8), Column("party_identifiers", "text", 20), Column("party_websites", "text", 20),
    Column("campaigns", "number", 10), Column("not_spent", "text", 16),
    Column("entry_name", "text", 30), Column("entry_other_names", "text", 40), Column("entry_birth_dates", "text", 12),
    Column("entry_countries", "text", 8), Column("entry_identifiers", "text", 20), Column("entry_websites", "text", 20),
    Column("programme", "text", 20), Column("listed_since", "text", 12), Column("remarks", "text", 40),
    Column("list_date", "text", 12), Column("page", "text", 30), Column("earlier", "text", 30),
    Column("party", "text", 16), Column("list", "text", 16), Column("entity", "text", 20), Column("mark", "text", 14),
)  # fmt: skip
"""The columns of a queue, as `docs/how-to/judge-matches.md` has them; of these `--file` reads seven."""

MOST_REMARKS = 1_000
_NO_ENTRY = ("entry no longer kept", *[""] * 10)
_FORMATS = (".csv", ".xlsx")


def check_target(path: Path) -> None:
    """Refuse a file that cannot be written as a queue.

    Raises:
        BadInput: it is there already, and may hold answers, or its name is neither .csv nor .xlsx.
    """
    if path.suffix.lower() not in _FORMATS:
        raise BadInput("unknown format", where="--queue", got=path.name, expected="a name that ends in .csv or .xlsx")
    if path.exists():
        raise BadInput("is there already and may hold answers", where=path, expected="a new file for --queue")
    if not path.absolute().parent.is_dir():
        raise BadInput("no such folder", where=path.parent, expected="a folder that exists")


def write_queue(path: Path, matches: Sequence[OpenMatch], currency: str) -> None:
    """Write open matches in their order, whole or not at all.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    if path.suffix.lower() == ".csv":
        with written_csv(path, COLUMNS) as add:
            _add_rows(add, matches, currency)
    else:
        with written_workbook(path, {"matches": COLUMNS}) as sheets:
            _add_rows(sheets["matches"], matches, currency)


def _add_rows(add: Callable[[Sequence[Cell]], object], matches: Sequence[OpenMatch], currency: str) -> None:
    for each in matches:
        finding, entries = each.match.finding, each.match.entries
        entry = _entry_cells(entries[0]) if entries else _NO_ENTRY
        add((
            "", "", "", each.match.sentence, round(finding.score, 2),
            *_party_cells(each.match.party),
            each.campaigns, money(each.not_spent_micros, currency) if each.not_spent_micros else "",
            *entry, each.earlier, finding.party_id, finding.list, finding.entity_id, each.mark,
        ))  # fmt: skip


def _party_cells(party: PartyShown | None) -> tuple[Cell, ...]:
    if party is None:
        return ("not in today's tables", "", "", "", "", "")
    several = (party.identifiers, party.domains)
    return (party.name, "; ".join(party.aliases), party.birth_date, party.country, *map("; ".join, several))


def _entry_cells(entry: EntryShown) -> tuple[Cell, ...]:
    others = (*entry.names[1:], *entry.aliases)
    several = (others, entry.birth_dates, entry.countries, entry.identifiers, entry.websites, entry.programmes)
    remarks = " ".join(entry.remarks)
    remarks = remarks if len(remarks) <= MOST_REMARKS else f"{remarks[:MOST_REMARKS].rstrip()} …"
    dated = str(entry.published_on or "")
    return (entry.caption, *map("; ".join, several), entry.listed_since, remarks, dated, entry.page)

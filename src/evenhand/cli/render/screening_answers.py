"""What `evenhand screen` says of each name: in lines for people, in rows for a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap

from evenhand.cli.render.match_tables import MOST_VALUES
from evenhand.model.finding_sentences import HOW_SURE
from evenhand.model.listing import ListVersion
from evenhand.model.matches import EntryShown, PartyShown
from evenhand.model.run import Refused
from evenhand.model.visible_text import safe_cell, visible
from evenhand.render.match_fields import comparison_lines
from evenhand.render.wording import count, kind_word, short_hash
from evenhand.store.atomic_files import replacing_text
from evenhand.workflows.queries.lookup import NameMatch, ScreenedName

COLUMNS = (
    "line", "id", "name", "rank", "score", "sure", "kind", "list", "entry", "listed_as", "because",
    "sentence", "birth_dates", "countries", "programmes", "list_date", "page",
)  # fmt: skip
_MOST_TOLD = 20
_WIDTH = 80


def answer_lines(answer: ScreenedName) -> Iterator[str]:
    """Yield one name with its matches: the sentence, both sides, then the word comparisons, in 80 columns."""
    row = f"line {answer.line}: {answer.name}" + (f" ({answer.id})" if answer.id else "")
    yield row if answer.matches else f"{row}: no match"
    for match in answer.matches:
        yield from _wrapped(match.sentence, f"  {match.rank}. ")
        yield f"     {_what(match)}, score {match.score:.2f}"
        yield from _wrapped(_ours(answer.party), "     Ours:   ")
        yield from _wrapped(_listed(match.entry), "     Listed: ")
        for line in comparison_lines(match.because):
            yield from _wrapped(line, "       ")


def _wrapped(text: str, before: str) -> Iterator[str]:
    """Yield a text in lines of 80 columns, the first after `before`, the others indented as far."""
    lines = wrap(visible(text), _WIDTH - len(before), break_long_words=False, break_on_hyphens=False)
    yield from (f"{before if place == 0 else ' ' * len(before)}{line}" for place, line in enumerate(lines))


def _ours(party: PartyShown) -> str:
    names = (party.name, *party.aliases)
    return _joined((*names, _kind(party), _born(party.birth_date), party.country, *party.identifiers, *party.domains,
                    *party.accounts))  # fmt: skip


def _kind(party: PartyShown) -> str:
    """Return what a name is that was given, ``""`` where the table does not say."""
    return "" if party.schema == "LegalEntity" else kind_word(party.schema)


def _listed(entry: EntryShown) -> str:
    names = tuple(dict.fromkeys((*(entry.names or (entry.caption,)), *entry.aliases)))
    more = (f"{len(names) - MOST_VALUES} more names",) if len(names) > MOST_VALUES else ()
    births = ", ".join(entry.birth_dates)
    programmes = f"programme {', '.join(entry.programmes)}" if entry.programmes else ""
    dated = f"of {entry.published_on}" if entry.published_on else "without a date"
    since = f"listed since {entry.listed_since}" if entry.listed_since else ""
    until = f"until {entry.listed_until}" if entry.listed_until else ""
    known = (kind_word(entry.schema), _born(births), ", ".join(entry.countries), *entry.identifiers, *entry.websites)
    listed = (programmes, since, until, f"{entry.entity_id} of {entry.list} {dated}", entry.page)
    return _joined((*names[:MOST_VALUES], *more, *known, *entry.accounts, *listed))


def _born(text: str) -> str:
    return f"born {text}" if text else ""


def _joined(values: Iterable[str]) -> str:
    return "; ".join(filter(None, values))


def refused_lines(refused: Iterable[Refused]) -> Iterator[str]:
    """Yield what was left out, the first of it, a line each."""
    several = tuple(refused)
    for row in several[:_MOST_TOLD]:
        if row.column and row.column == row.value and "; ignored" in row.expected:
            why = row.expected.partition("; ignored")[2].removeprefix("; ")
            yield f"{row.file}:{row.line}: column `{row.value}` is not read" + (f": {why}" if why else "")
            continue
        of = f"{row.column} " if row.column else ""
        left = "not read" if row.what == "note" else f"{row.what} left out"
        yield f"{row.file}:{row.line}: {left}: {of}`{row.value}`; expected {row.expected}"
    if len(several) > _MOST_TOLD:
        yield f"and {count(len(several) - _MOST_TOLD, 'more')[:-1]} left out: --json has them all"


def version_line(version: ListVersion) -> str:
    """Return which publication of a list was asked, and that only its entries in force were where others may be."""
    dated = f"of {version.published_on}" if version.published_on else "without a date"
    entries = "1 entry" if version.entries == 1 else f"{version.entries:,} entries"
    in_force = ", those in force asked" if version.days is not None else ""
    return f"{version.key} {dated} ({entries}{in_force}, {short_hash(version.sha256)})"


def write_answers(path: Path, answers: Iterable[ScreenedName]) -> None:
    """Write a row a match as CSV, whole or not at all; a name without one has a row where it is given.

    A value that a spreadsheet would run as a formula is prefixed by an apostrophe; what shows nothing is an escape.
    """
    with replacing_text(path) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for answer in answers:
            writer.writerows([safe_cell(each) for each in row] for row in _rows(answer))


def _what(match: NameMatch) -> str:
    if match.kind == "lookalike_domain":
        beside = any(each.name == "domain.shared" for each in match.comparisons)
        return "host beside a listed one" if beside else "look-alike of a domain"
    return f"{HOW_SURE[match.strength]} match"


def _rows(answer: ScreenedName) -> Iterator[tuple[str, ...]]:
    asked_for = (str(answer.line), answer.id, answer.name)
    if not answer.matches:
        yield (*asked_for, *("" for _ in COLUMNS[3:]))
    for match in answer.matches:
        sure = HOW_SURE[match.strength]
        found = (str(match.rank), f"{match.score:.6f}", sure, match.kind, match.list, match.entity_id, match.caption)
        entry = match.entry
        several = (entry.birth_dates, entry.countries, entry.programmes)
        published = (match.sentence, *map("; ".join, several), str(entry.published_on or ""), entry.page)
        yield (*asked_for, *found, "; ".join(match.because), *published)

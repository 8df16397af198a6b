"""What `evenhand screen` says of each name: in lines for people, in rows for a spreadsheet."""

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from evenhand.cases.lookup import Answer, Matched
from evenhand.cli.wording import count, short_hash
from evenhand.model.listing import ListVersion
from evenhand.model.run import Refused
from evenhand.model.spreadsheet import safe_cell

COLUMNS = (
    "line", "id", "name", "rank", "score", "sure", "kind", "list", "entry", "listed_as", "because",
)  # fmt: skip
_MOST_TOLD = 20


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield one name with its matches, the reasons of each below it."""
    row = f"line {answer.line}: {answer.name}" + (f" ({answer.id})" if answer.id else "")
    yield row if answer.matches else f"{row}: no match"
    for match in answer.matches:
        yield f"  {match.rank}. {match.score:.6f} {_what(match)} {match.caption} ({match.entity_id} of {match.list})"
        yield from (f"     {sentence}" for sentence in match.because)


def refused_lines(refused: Iterable[Refused]) -> Iterator[str]:
    """Yield what was left out, the first of it, a line each."""
    several = tuple(refused)
    for each in several[:_MOST_TOLD]:
        of = f"{each.column} " if each.column else ""
        left = "row" if each.what == "row" else "value"
        yield f"{each.file}:{each.line}: {left} left out: {of}`{each.value}`; expected {each.expected}"
    if len(several) > _MOST_TOLD:
        yield f"and {count(len(several) - _MOST_TOLD, 'more')[:-1]} left out: --json has them all"


def version_line(version: ListVersion) -> str:
    """Return which publication of a list was asked."""
    dated = f"of {version.published_on}" if version.published_on else "without a date"
    entries = "1 entry" if version.entries == 1 else f"{version.entries:,} entries"
    return f"{version.key} {dated} ({entries}, {short_hash(version.sha256)})"


def write_answers(path: Path, answers: Iterable[Answer]) -> None:
    """Write a row a match as CSV, whole or not at all; a name without one has a row where it is given.

    A value that a spreadsheet would run as a formula is prefixed by an apostrophe; what shows nothing is an escape.
    """
    fresh = path.with_name(f".{path.name}.tmp")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for answer in answers:
            writer.writerows([safe_cell(each) for each in row] for row in _rows(answer))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _what(match: Matched) -> str:
    if match.kind == "lookalike_domain":
        return "a domain like that of"
    return "certain" if match.certain else "possible"


def _rows(answer: Answer) -> Iterator[tuple[str, ...]]:
    asked = (str(answer.line), answer.id, answer.name)
    if not answer.matches:
        yield (*asked, *("" for _ in COLUMNS[3:]))
    for match in answer.matches:
        sure = "certain" if match.certain else "possible"
        found = (str(match.rank), f"{match.score:.6f}", sure, match.kind, match.list, match.entity_id, match.caption)
        yield (*asked, *found, "; ".join(match.because))

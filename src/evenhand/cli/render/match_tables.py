"""A match on the terminal: the sentence, our record beside the listed entry, then the word comparisons."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evenhand.model.matches import EntryShown, MatchShown
from evenhand.model.visible_text import visible
from evenhand.render.match_fields import COMPARABLE, WIDE, certainty, comparison_lines, entry_fields, party_fields
from evenhand.render.ownership_paths import finding_paths

MOST_VALUES = 8
"""Values of one field on the screen; `evenhand lists entry` and `--json` have all."""

_NONE = "–"
_OF_RECORD = frozenset({"recorded", "rule_error"})
_OF_ONE = frozenset({"listed", "state_media", "lookalike_domain"})


def match_block(match: MatchShown, about: str, beside: str = "") -> RenderableType:
    """Return one finding for a person to judge; the party is named where it is not the one the decision is `about`.

    `beside` says what else the decision rests on (`rests_beside`).
    """
    finding = match.finding
    if finding.kind in _OF_RECORD and not (match.entries or match.missing or finding.way):
        return Group(_text(match.sentence, "bold"), Text())
    parts: list[RenderableType] = [_text(match.sentence, "bold"), _text(certainty(finding, about, beside), "dim")]
    parts += [_text(f"{match.unused[:1].upper()}{match.unused[1:]}", "yellow")] if match.unused else []
    parts += [_text(f"Ownership path: {each}") for each in finding_paths(finding)]
    if match.party is not None or match.entries:
        parts.append(_sides(match))
    parts += [_text(f"Listed entry no longer kept: {each}", "yellow") for each in match.missing]
    compared = [_text(line) for line in comparison_lines(match.comparisons)]
    if compared:
        parts.append(Padding(Group(*compared), (0, 0, 0, 2)))
    return Group(*parts, Text())


def entry_table(entry: EntryShown) -> RenderableType:
    """Return an entry with all that it says, a line a value."""
    table = _grid(columns=1)
    table.add_row("Entry", _text(f"{entry.entity_id} of {entry.list}"))
    for label, values in entry_fields(entry, whole=True):
        table.add_row(label, _cell(values, most=len(values)))
    return table


def _sides(match: MatchShown) -> RenderableType:
    """Return both sides: beside each other where one entry is meant, else each by itself."""
    ours = party_fields(match.party) if match.party is not None else {}
    record = f"{match.party.kind} {match.party.id}" if match.party is not None else "not in today's tables"
    if match.finding.kind in _OF_ONE and match.entries:
        return _beside(record, ours, match.entries[0])
    return _apart(record, ours, match.entries)


def _beside(record: str, ours: dict[str, tuple[str, ...]], entry: EntryShown) -> RenderableType:
    theirs = dict(entry_fields(entry))
    table, below = _grid(columns=2), _grid(columns=1)
    table.add_row("", _text("Our record", "bold"), _text("Listed entry", "bold"))
    table.add_row("", _text(record, "dim"), _text(f"{entry.entity_id} of {entry.list}", "dim"))
    for label in COMPARABLE:
        if ours.get(label) or label in theirs:
            table.add_row(label, _cell(ours.get(label, ())), _cell(theirs.pop(label, ())))
    for label, values in theirs.items():
        if label in WIDE:
            below.add_row(label, _cell(values))
        else:
            table.add_row(label, "", _cell(values))
    return Group(Text(), table, below, Text())


def _apart(record: str, ours: dict[str, tuple[str, ...]], entries: Sequence[EntryShown]) -> RenderableType:
    table = _grid(columns=1)
    table.add_row("Our record", _text(record, "dim"))
    for label, values in ours.items():
        if values:
            table.add_row(label, _cell(values))
    parts: list[RenderableType] = [Text(), table]
    for entry in entries[:MOST_VALUES]:
        table = _grid(columns=1)
        table.add_row("Listed entry", _text(f"{entry.entity_id} of {entry.list}", "dim"))
        for label, values in entry_fields(entry):
            table.add_row(label, _cell(values))
        parts += [Text(), table]
    if len(entries) > MOST_VALUES:
        parts.append(_text(f"and {len(entries) - MOST_VALUES} more listed entries: --json has all", "dim"))
    return Group(*parts, Text())


def _grid(*, columns: int) -> Table:
    table = Table.grid(padding=(0, 2), expand=columns > 1)
    table.add_column(style="dim", no_wrap=True, width=12)
    for _ in range(columns):
        table.add_column(overflow="fold", ratio=1 if columns > 1 else None)
    return table


def _cell(values: Sequence[str], most: int = MOST_VALUES) -> RenderableType:
    if not values:
        return _text(_NONE, "dim")
    more = len(values) - most
    lines = [_text(each) for each in values[:most]]
    return Group(*lines, *([_text(f"and {more} more", "dim")] if more > 0 else ()))


def _text(text: str, style: str = "") -> Text:
    return Text(visible(text), style=style)

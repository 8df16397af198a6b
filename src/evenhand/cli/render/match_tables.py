"""A match on the terminal: the sentence, our record beside the listed entry, then the word comparisons."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evenhand.cli.render.ownership_paths import finding_paths
from evenhand.cli.render.wording import kind_word
from evenhand.model.decision import Decision
from evenhand.model.finding import Finding
from evenhand.model.finding_sentences import HOW_SURE, acts_as_one
from evenhand.model.matches import EntryShown, MatchShown, PartyShown
from evenhand.model.outcome import Outcome
from evenhand.model.visible_text import visible
from evenhand.policy.attribute_words import attribute_words

MOST_VALUES = 8
"""Values of one field on the screen; `evenhand lists entry` and `--json` have all."""

_MOST_CHARACTERS = 400
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
    parts += [_text(f"Ownership path: {each}") for each in finding_paths(finding)]
    if match.party is not None or match.entries:
        parts.append(_sides(match))
    parts += [_text(f"Listed entry no longer kept: {each}", "yellow") for each in match.missing]
    compared = [_text(line) for line in comparison_lines(match.comparisons)]
    if compared:
        parts.append(Padding(Group(*compared), (0, 0, 0, 2)))
    return Group(*parts, Text())


def certainty(finding: Finding, about: str = "", beside: str = "") -> str:
    """Return how sure a finding is and what it speaks of: `possible match, score 0.96, with x of house-list`."""
    sure = HOW_SURE[finding.strength]
    whose = f"{finding.party_kind} {finding.party_id}: " if about and finding.party_id != about else ""
    entry = f"{finding.entity_id} of {finding.list}"
    match finding.kind:
        case "listed" | "state_media":
            how = "by a person's judgement" if finding.is_judged else f"score {finding.score:.2f}"
            return f"{whose}{sure} match with {entry}, {how}"
        case "lookalike_domain":
            return f"{whose}look-alike of a domain of {entry}"
        case "recorded" | "rule_error":
            return f"{whose}on record"
        case "claims":
            return f"{whose}statements of others, confirmed by a person to have been made; not to be true"
        case "coordination":
            return f"{whose}{acts_as_one(finding)}; {beside or 'by itself this restricts nobody'}"
        case _:
            return f"{whose}{sure}, by ownership or control"


def rests_beside(decision: Decision) -> str:
    """Return what a restriction rests on beside that the party acts as one with others; ``""`` where it does not."""
    rules = {rule for rule, kind, _ in decision.grounds if kind == "coordination"}
    others = [(kind, end) for rule, kind, end in decision.grounds if rule in rules and kind != "coordination"]
    if not rules or decision.outcome.severity < Outcome.HOLD.severity:
        return ""
    paths = [end for kind, end in others if kind == "recorded" and ".association." not in end]
    names = [attribute_words(path).partition(" (")[0] for path in paths]
    found = [kind.replace("_", " ") for kind, _ in others if kind != "recorded"]
    further = sorted({rule for rule, _, _ in decision.grounds} - rules)
    words = [*dict.fromkeys((*names, *found)), *(f"rule {rule}" for rule in further)]
    return f"the decision rests on this together with: {', '.join(words)}" if words else ""


def comparison_lines(comparisons: Iterable[str]) -> tuple[str, ...]:
    """Return the word comparisons as people read them."""
    return tuple(each.replace("`", '"') for each in comparisons)


def entry_table(entry: EntryShown) -> RenderableType:
    """Return an entry with all that it says, a line a value."""
    table = _grid(columns=1)
    table.add_row("Entry", _text(f"{entry.entity_id} of {entry.list}"))
    for label, values in entry_fields(entry, whole=True):
        table.add_row(label, _cell(values, most=len(values)))
    return table


def entry_fields(entry: EntryShown, *, whole: bool = False) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what an entry says, by label; fields without a value are left out."""
    fields: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("Names", entry.names or (entry.caption,)),
        ("Aliases", entry.aliases),
        ("Kind", (kind_word(entry.schema),)),
        ("Born", entry.birth_dates),
        ("Countries", entry.countries),
        ("Numbers", entry.identifiers),
        ("Websites", entry.websites),
        ("Accounts", entry.accounts),
        ("Programme", entry.programmes),
        ("Control", entry.media_control),
        ("Listed since", (entry.listed_since,)),
        ("Remarks", entry.remarks if whole else _short(entry.remarks)),
        ("List", (list_line(entry),)),
        ("Page", (entry.page,)),
    )
    for label, values in fields:
        if shown_values := tuple(filter(None, values)):
            yield label, shown_values


def list_line(entry: EntryShown) -> str:
    """Return which list an entry is on: what it is called, its date, and who publishes it."""
    own = "this network's own list" if entry.publisher == "house" else entry.publisher
    return f"{entry.list_name} ({entry.published_on or 'no date'}), {own}"


def party_fields(party: PartyShown) -> dict[str, tuple[str, ...]]:
    """Return what our record says of a party, by the labels of `entry_fields`."""
    return {
        "Names": (party.name,),
        "Aliases": party.aliases,
        "Kind": (kind_word(party.schema),),
        "Born": tuple(filter(None, (party.birth_date,))),
        "Countries": tuple(filter(None, (party.country,))),
        "Numbers": party.identifiers,
        "Websites": party.domains,
        "Accounts": party.accounts,
    }


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
    for label in _COMPARABLE:
        if ours.get(label) or label in theirs:
            table.add_row(label, _cell(ours.get(label, ())), _cell(theirs.pop(label, ())))
    for label, values in theirs.items():
        if label in _WIDE:
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


_COMPARABLE = ("Names", "Aliases", "Kind", "Born", "Countries", "Numbers", "Websites", "Accounts")
_WIDE = frozenset({"Remarks", "List", "Page"})


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


def _short(remarks: tuple[str, ...]) -> tuple[str, ...]:
    text = " ".join(remarks)
    return (text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS].rstrip()} …",)


def _text(text: str, style: str = "") -> Text:
    return Text(visible(text), style=style)

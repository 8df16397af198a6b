"""What the report page says of each decision, ready for its template and its script alike."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from evenhand.model.decision import Decision
from evenhand.model.decision_row import DecisionRow, ShownDecision, own_entry, strength
from evenhand.model.matches import EntryShown, MatchShown
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, Refused
from evenhand.model.visible_text import visible
from evenhand.render import wording
from evenhand.render.match_fields import (
    certainty,
    comparison_lines,
    entry_fields,
    page_of,
    party_fields,
    rests_beside,
)
from evenhand.render.match_sides import MOST_ENTRIES, OF_ONE
from evenhand.render.ownership_paths import finding_paths, path_lines


class Side(NamedTuple):
    """A listed entry beside our record: its heading, the address of its publisher's page, and (label, ours, theirs)."""

    heading: str
    page: str
    fields: tuple[tuple[str, str, str], ...]


class MatchLines(NamedTuple):
    """A match: its point in one sentence, how certain it is, each listed entry beside our record, the comparisons."""

    sentence: str
    certainty: str
    sides: tuple[Side, ...]
    compared: tuple[str, ...]


class PageRow(NamedTuple):
    """A decision on the page; every value is a text. `facts` are lines by label, in the order of reading."""

    name: str
    about: str
    outcome: str
    entry: str
    list: str
    strength: str
    score: str
    since: str
    sentence: str
    decision: str
    matches: tuple[MatchLines, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]


class Texts:
    """Rows as nested numbers: each text is kept once, and a number says which."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._known: dict[str, int] = {}  # as given, so that a text that repeats is made visible once

    def row(self, value: Any) -> Any:
        """Return a row, a part of it, or the number of a text, which is kept as it may be shown."""
        if not isinstance(value, str):
            return [self.row(each) for each in value]
        number = self._known.get(value)
        if number is None:
            number = self._known[value] = self._numbers.setdefault(visible(value), len(self._numbers))
        return number

    def all(self) -> list[str]:
        """Return the texts, each in the place that its number says."""
        return list(self._numbers)


def page_row(shown: ShownDecision) -> PageRow:
    """Return what the page says of a decision."""
    row, case = shown.row, shown.case
    best = row.matches[0] if row.matches else None
    entry = own_entry(best) if best is not None else None
    return PageRow(
        name=row.name,
        about=_about(row, case),
        outcome=row.outcome.value,
        entry=entry.caption if entry is not None else best.finding.entity_id if best is not None else "",
        list=best.finding.list if best is not None else "",
        strength=strength(best) if best is not None else "",
        score=f"{best.finding.score:.2f}" if best is not None and not best.finding.is_judged else "",
        since=str(row.since),
        sentence=row.sentence,
        decision=row.decision,
        matches=tuple(
            match_lines(each, rests_beside(case.decision) if case is not None else "") for each in row.matches
        ),
        facts=tuple(_facts(row, case)),
    )


def rejected_row(row: Refused) -> tuple[str, ...]:
    """Return what the page says of a rejected row or value, what was rejected first."""
    return row.what, f"{row.file}, line {row.line}", row.column, row.value, row.expected


def data_block(rows: Iterable[Any], rejected: Iterable[Any], texts: Texts) -> str:
    """Return the page's data as JSON that cannot end its own element: no `<` is in it."""
    words = {each.value: wording.outcome_word(each) for each in Outcome}
    data = {"outcomes": words, "rows": list(rows), "rejected": list(rejected), "texts": texts.all()}
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")


def _about(row: DecisionRow, case: DecidedCase | None) -> str:
    party = f"{row.party_kind} {row.party_id}"
    kind, _, campaign = row.scope.partition(":")
    about = f"campaign {campaign} of {party}" if kind == "campaign" else party
    notes = ("new in this run",) if case is not None and case.is_new else ()
    return " · ".join((about, *notes, *(() if row.in_force else (f"takes effect on {row.since}",))))


def _facts(row: DecisionRow, case: DecidedCase | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    if row.next_step:
        yield "Next step", (f"{row.next_step} (by {row.by})" if row.by else row.next_step,)
    if case is not None:
        yield from _case_facts(row, case)
    yield "Record", (f"decision {row.decision}, leaf {row.seq} of the log",)


def _case_facts(row: DecisionRow, case: DecidedCase) -> Iterator[tuple[str, tuple[str, ...]]]:
    decision = case.decision
    others = tuple(chain.from_iterable(finding_paths(each.finding) for each in row.matches))
    paths = tuple(each for each in path_lines(case) if each not in others)
    for label, lines in (
        ("Because", () if row.matches else case.because),
        ("Ownership paths", paths),
        ("Rule" if len(case.rules) == 1 else "Rules", [
            f"{title} ({rule}; {ground})" for title, rule, ground in wording.rule_lines(case)
        ]),
        ("Effective", tuple(_sentence(each) for each in (wording.from_when(decision), case.not_applied) if each)),
        ("What follows", tuple(map(_sentence, wording.consequences(case)))),
        ("Notice", (_notice(case),) if case.statement else ()),
        ("Decided by", (_decided_by(decision),)),
        ("Hashes", (f"rulebook {wording.short_hash(decision.inputs.rulebook)}, {decision.inputs.engine}; "
                    f"facts {wording.short_hash(decision.facts_sha256)}",)),
        ("Sources", _sources(case)),
    ):  # fmt: skip
        if lines:
            yield label, tuple(lines)


def _decided_by(decision: Decision) -> str:
    by = decision.decided_by
    return f"{by.kind} {by.id}, {wording.instant(decision.decided_at)}"


def _sources(case: DecidedCase) -> tuple[str, ...]:
    every = (source for finding in case.decision.findings for source in finding.sources)
    return tuple(dict.fromkeys(map(wording.source, every)))


def _notice(case: DecidedCase) -> str:
    return wording.notice(case) if case.waits_until else f"reasons/{case.statement}.txt"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def match_lines(match: MatchShown, beside: str) -> MatchLines:
    """Return a finding as lines; `beside` says what else the decision rests on, as on the terminal."""
    paths = tuple(f"Ownership path: {each}" for each in finding_paths(match.finding))
    gone = tuple(f"Not in the list in force any more: {each}" for each in match.missing)
    return MatchLines(
        sentence=match.sentence,
        certainty=_sentence(certainty(match.finding, beside=beside)),
        sides=tuple(_sides(match, match.entries[:MOST_ENTRIES])),
        compared=(*gone, *paths, *map(_sentence, comparison_lines(match.comparisons))),
    )


def _sides(match: MatchShown, entries: Sequence[EntryShown]) -> Iterator[Side]:
    """Yield each listed entry beside our record, which is shown with the first."""
    ours = party_fields(match.party) if match.party is not None else {}
    kind = "Listed entry" if match.finding.kind in OF_ONE else "Listed owner"
    for place, entry in enumerate(entries):
        theirs = dict(entry_fields(entry))
        theirs.pop("Page", None)
        labels = [*(ours if place == 0 else ()), *theirs]
        yield Side(
            heading=f"{kind} {entry.entity_id} of {entry.list}",
            page=page_of(entry),
            fields=tuple(
                (label, "; ".join(ours.get(label, ())) if place == 0 else "", "; ".join(theirs.get(label, ())))
                for label in dict.fromkeys(labels)
                if (place == 0 and ours.get(label)) or label in theirs
            ),
        )

"""Decisions as rows that people read: names, the matched entry, what to do next; strictest first."""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.decision import Decision
from evenhand.model.decision_row import DecisionRow, ShownDecision
from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity
from evenhand.model.matches import MatchShown, PartyShown
from evenhand.model.outcome import Outcome
from evenhand.model.party import Payer
from evenhand.model.run import DecidedCase
from evenhand.screening.explanation import sentence
from evenhand.workflows.delivery.next_steps import (
    NOTHING,
    UNUSED_MATCH,
    judge_command,
    match_to_judge,
    next_step,
    strongest_first,
)
from evenhand.workflows.delivery.notices import sent_statement
from evenhand.workflows.delivery.publication import name_of
from evenhand.workflows.delivery.run_report import Payloads, decided_case, read_payloads
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.evaluation.findings import Lists
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.listed_entries import EntryShown, ListedEntries, entry_shown, list_sources
from evenhand.workflows.evaluation.matches import match_shown, party_shown
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.unused_entries import unused_match

OwnCells = tuple[str, str, str, int]
"""Id and name of a party, id and place of the decision about it."""
_TOGETHER = 1_000  # decisions at most


class EntriesInForce(ListedEntries):
    """The entries as the lists in force have them, whatever version a finding names: these the run has read already."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._known: dict[str, Mapping[str, ListedEntity]] = {}

    def entry(self, key: str, sha256: str, entity_id: str) -> EntryShown | None:  # noqa: ARG002
        """Return an entry of the list's version in force; None where it lacks the entry."""
        version = self._lists.versions.get(key)
        if version is None:
            return None
        if key not in self._known:
            self._known[key] = {entity.id: entity for entity in self._lists.entities(version)}
        entity = self._known[key].get(entity_id)
        return None if entity is None else entry_shown(version, entity)


def shown_decisions(
    run_context: RunContext, ledger: Ledger, history: History, lists: Lists, written: Set[str], one_by_one: int
) -> Iterator[tuple[ShownDecision, Sequence[OwnCells]]]:
    """Yield every decision in force and every one that takes effect later, strictest first, then those with a match.

    Of an allow the ledger is read only where a match is open, a person judged the party or somebody is told: a network
    of 100,000 advertisers has few others. `written` are the ids of this run's decisions. After the first `one_by_one`,
    such an allow comes with the `OwnCells` of those that follow and whose rows differ from its own in these alone.
    """
    entries, judged = EntriesInForce(lists), {pair[:2] for pair in history.judgements}
    every = [*history.all_in_force(run_context.at), *history.waiting(run_context.at)]
    noticed = {party_id for party_id, view in run_context.views.items() if view.findings}  # few of all
    looked_at = (each for each in every if each.party_id in noticed)
    open_of = {each.seq: found for each in looked_at if (found := _open_of_allowed(run_context, each, entries))}

    def together(numbered: tuple[int, CaseDecision]) -> object:
        """Return what decisions that come together have in common; of which more is known, a number."""
        place, each = numbered
        is_plain = each.outcome is Outcome.ALLOW and not each.lifts and each.seq not in open_of
        if not is_plain or (each.party_kind, each.party_id) in judged:
            return place // _TOGETHER
        part = place // _TOGETHER if place >= one_by_one else place
        return part, each.party_kind, each.scope, each.effective_from, each.until

    in_order = sorted(every, key=lambda each: (-each.outcome.severity, each.seq not in open_of, each.seq))
    for key, group in groupby(enumerate(in_order), together):
        several = [each for _, each in group]
        if isinstance(key, tuple):
            own = [(each.party_id, name_of(run_context, each), each.id, each.seq) for each in several[1:]]
            yield ShownDecision(row=_plain_row(run_context, several[0]), case=None), own
            continue
        # Together, because with other work between them the ledger takes a quarter longer to read payloads.
        payloads = [read_payloads(ledger, each) for each in several]
        for standing, read in zip(several, payloads, strict=True):
            found = open_of.get(standing.seq, [])
            yield _shown(run_context, ledger, history, standing, read, entries, written=written, found=found), ()


def _shown(
    run_context: RunContext,
    ledger: Ledger,
    history: History,
    standing: CaseDecision,
    payloads: Payloads,
    entries: EntriesInForce,
    *,
    written: Set[str],
    found: list[Finding],
) -> ShownDecision:
    """Return a decision of which more is known; `found` are matches that no person has judged."""
    case = decided_case(ledger, standing, payloads, run_context.rulebook, name_of(run_context, standing), written)
    row = _row(run_context, standing, case, _notified(ledger, standing, payloads.statement), entries)
    relief = history.relief(standing, run_context.at)
    if relief is not None and standing.id not in run_context.unrelieved:
        not_applied = relief.sentence(run_context.settings.zone)
        row = replace(row, next_step=f"{not_applied}; {row.next_step}")
        case = replace(case, not_applied=not_applied)
    if found:
        row = _with_open_matches(run_context, row, found, entries)
    return ShownDecision(row=row, case=case)


def _open_of_allowed(run_context: RunContext, standing: CaseDecision, entries: EntriesInForce) -> list[Finding]:
    """Return the matches of an allowed advertiser or payer that no person has judged, strongest first.

    They are those of today: one that a new list brought changes no outcome here, so that no decision says it. A certain
    one is among them where no rule uses its entry.
    """
    found = run_context.view(standing.party_id).findings
    if not found or standing.outcome is not Outcome.ALLOW or standing.scope.startswith("campaign:"):
        return []
    return sorted(
        (
            each for each in found
            if _is_match(each) and not each.path
            and (not each.certain or _unused(run_context, each, entries))
        ),
        key=strongest_first,
    )  # fmt: skip


def _unused(run_context: RunContext, finding: Finding, entries: EntriesInForce) -> str:
    """Return that no rule uses a certain match, ``""`` where one can: lists whose every entry counts are not read."""
    if not finding.certain or not run_context.rulebook.may_lead_nowhere(finding.list):
        return ""
    found = (entries.entry(*source) for source in list_sources(finding))
    return unused_match(finding, filter(None, found), run_context.rulebook)


def _with_open_matches(
    run_context: RunContext, row: DecisionRow, found: list[Finding], entries: EntriesInForce
) -> DecisionRow:
    shown = tuple(
        replace(match_shown(each, _party(run_context, each), entries), unused=_unused(run_context, each, entries))
        for each in found
    )
    steps = [UNUSED_MATCH] if found[0].certain else []
    steps += [f"Look at the match: {judge_command(each)}" for each in found if not each.certain][:1]
    step = row.next_step if row.next_step != NOTHING else "; ".join(steps)
    return replace(row, matches=shown, next_step=step)


def _plain_row(run_context: RunContext, standing: CaseDecision) -> DecisionRow:
    return DecisionRow(
        decision=standing.id,
        seq=standing.seq,
        party_kind="payer" if standing.party_kind == "payer" else "advertiser",
        party_id=standing.party_id,
        name=name_of(run_context, standing),
        scope=standing.scope,
        outcome=standing.outcome,
        since=_day(run_context, standing.effective_from),
        until=_day(run_context, standing.until) if standing.until is not None else None,
        in_force=standing.effective_from <= run_context.at,
        next_step=NOTHING,
    )


def _row(
    run_context: RunContext, standing: CaseDecision, case: DecidedCase, notified: date | None, entries: EntriesInForce
) -> DecisionRow:
    decision, is_allow = case.decision, standing.outcome is Outcome.ALLOW
    told_by = min((each.by for each in decision.plan.tell), default=None)
    return replace(
        _plain_row(run_context, standing),
        rules=() if is_allow else tuple(_titles(run_context, case)),
        matches=tuple(_matches(run_context, decision, entries)),
        findings=tuple(dict.fromkeys(sentence(each) for each in decision.findings if _is_told(each))),
        next_step=next_step(decision, letter=case.statement, waits=case.waits_until is not None),
        by=case.waits_until or (_day(run_context, told_by) if told_by is not None and case.statement else None),
        notified=notified,
    )


def _matches(run_context: RunContext, decision: Decision, entries: EntriesInForce) -> list[MatchShown]:
    """Return the findings that name a listed entry with both sides, each once for each party.

    First is the match that the next step names, so that a row speaks of one entry; then the strongest.
    """
    found: dict[tuple[str, ...], Finding] = {}
    for finding in sorted(filter(_is_match, decision.findings), key=strongest_first):
        found.setdefault((finding.party_id, finding.list, finding.entity_id, finding.kind), finding)
    to_judge = match_to_judge(decision)
    first = [each for each in found.values() if each is to_judge]
    return [
        match_shown(each, _party(run_context, each), entries)
        for each in (*first, *(other for other in found.values() if other is not to_judge))
    ]


def _is_match(finding: Finding) -> bool:
    return bool(finding.entity_id) and finding.kind != "recorded"


def _is_told(finding: Finding) -> bool:
    """Return whether a finding says more than which attributes a rule read, and is no match."""
    return not _is_match(finding) and any(each.name != "recorded" for each in finding.because)


def _titles(run_context: RunContext, case: DecidedCase) -> list[str]:
    """Return the titles of the rules of a decision, strictest first."""

    def severity(rule_id: str) -> int:
        rule = run_context.rulebook.rules.get(rule_id)
        return Outcome(rule.annotations.get("verdict", Outcome.ALLOW)).severity if rule is not None else 0

    return [title for _, title in sorted(case.rules, key=lambda each: (-severity(each[0]), each[0]))]


def party_of(run_context: RunContext, party_id: str) -> Payer | None:
    """Return a party as today's tables have it, None where none does; of an owner only name and country are known."""
    return run_context.payers.get(party_id) or run_context.third_parties.get(party_id)


def _party(run_context: RunContext, finding: Finding) -> PartyShown | None:
    party = party_of(run_context, finding.party_id)
    return None if party is None else party_shown(finding.party_kind, party)


def _notified(ledger: Ledger, standing: CaseDecision, statement: bytes | None) -> date | None:
    """Return the day on which the letter about a decision was written, None where it waits, was erased or none is."""
    sent = None if statement is None else sent_statement(ledger, statement_of(statement), standing.seq + 1)
    return None if sent is None else sent[0].dates.informed


def _day(run_context: RunContext, at: datetime) -> date:
    return _local_day(at, run_context.settings.zone)


@lru_cache(maxsize=1 << 12)  # decisions of one run take effect on few instants
def _local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()

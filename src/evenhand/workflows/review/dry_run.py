"""What would follow from changes of facts: rulings before and after by the rules in force, nothing written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_fields
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.dry_run import DryRun, ScopeRuling
from evenhand.model.errors import StateRefused
from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook
from evenhand.store.network import Network
from evenhand.workflows.evaluation.confirmations import confirm
from evenhand.workflows.evaluation.findings import Lists
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.list_relations import ListStatements
from evenhand.workflows.evaluation.missing_input import departed, with_ended_rows
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import RuledRequest, rule_requests, strictest_of_twins
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.fact_drafts import (
    KnownFacts,
    Statement,
    contradicted,
    draft_changes,
    known_facts,
    with_drafts,
)
from evenhand.workflows.run.decisions import Change, changes
from evenhand.workflows.run.request_rulings import Evaluated, evaluate
from evenhand.workflows.run.run_inputs import known_lists, load_rulebook
from evenhand.workflows.run.tools import Tools

HoldAnswer = Literal["release", "refuse", "keep"]

_STATES = {
    Outcome.ALLOW: "allowed", Outcome.LABEL: "labelled", Outcome.LIMIT: "limited", Outcome.HOLD: "on hold",
    Outcome.REFUSE: "refused",
}  # fmt: skip
_DOES = {
    "campaign": {Outcome.ALLOW: "would run", Outcome.LABEL: "would run with a label",
                 Outcome.LIMIT: "would run within limits", Outcome.HOLD: "would pause", Outcome.REFUSE: "would stop"},
    "advertiser": {Outcome.ALLOW: "could buy", Outcome.LABEL: "could buy with a label",
                   Outcome.LIMIT: "could buy within limits", Outcome.HOLD: "would be on hold",
                   Outcome.REFUSE: "would be refused"},
    "payer": {Outcome.ALLOW: "could pay", Outcome.LABEL: "could pay with a label",
              Outcome.LIMIT: "could pay within limits", Outcome.HOLD: "would be on hold",
              Outcome.REFUSE: "would be refused"},
}  # fmt: skip


def dry_run(
    network: Network, party: Party, several: Sequence[FactChange], at: datetime, tools: Tools,
    *, trial: "Trial | None" = None,
) -> DryRun:  # fmt: skip
    """Return what the rules say now and what they would say after the changes; nothing is written, no lock is taken.

    Shown are all scopes of the party, and those of others that would be ruled otherwise because of it: whom it owns,
    directly or not, and whom it pays for. Tables and findings are the last run's, the rules today's. `trial` as
    `try_drafts`.

    Raises:
        BadInput, NotFound: a change cannot be recorded (`check_changes`), or there was no run yet.
    """
    at = at.astimezone(UTC)
    return try_drafts(
        network, party, several, lambda known: draft_changes(known, party, several, at), at, tools, trial=trial
    )


def dry_run_without_row(network: Network, standing: CaseDecision, at: datetime, tools: Tools) -> DryRun | None:
    """Return what would follow if a decision about a party that has left the tables ended; None where it has a row.

    Nothing is known of the party then: it is ruled as an empty one. Both sides of each ruling are after that.

    Raises:
        NotFound: there was no run yet.
    """
    at = at.astimezone(UTC)
    trial = _whole(network, at, tools)
    known = trial.known
    if standing.id not in {each.id for each in departed(known.tables, known.history, at)}:
        return None
    after = with_fields(known.history, planned=known.history.planned | {standing.case: known.history.size})
    trial = with_fields(trial, known=known.with_history(after))
    party = Party(kind="payer" if standing.party_kind == "payer" else "advertiser", id=standing.party_id)
    return DryRun(party=party, changes=(), at=at, rulings=tuple(trial.compare(party, after)), contradicts=())


def try_drafts(
    network: Network,
    party: Party,
    several: Sequence[FactChange],
    draft: Callable[[KnownFacts], Sequence[Statement]],
    at: datetime,
    tools: Tools,
    *,
    trial: "Trial | None" = None,
) -> DryRun:
    """Return the same of records that `draft` makes of what is known: they may be about other parties too.

    `trial` is of whom all of them can matter to, where it is at hand; else the whole network is read and ruled.
    """
    trial = trial or _whole(network, at, tools)
    known, drafts = trial.known, draft(trial.known)
    after = with_drafts(known.history, drafts, known.history.size)
    rulings = tuple(trial.compare(party, after))
    return DryRun(
        party=party, changes=tuple(several), at=at, rulings=rulings, contradicts=contradicted(known.history, drafts),
    )  # fmt: skip


def _whole(network: Network, at: datetime, tools: Tools) -> "Trial":
    with read_ledger(network.ledger) as ledger:
        known = known_facts(ledger, network, at, tools)
    return Trial(network, known, load_rulebook(network), known_lists(network, known.memory), at)


def check_answer(tried: DryRun, answer: HoldAnswer, scope: str = "") -> None:
    """Refuse an answer to a hold that is not what the rules say of the facts; `scope` is one, ``""`` all of the party.

    `keep` is none of the rules' business: it records that one waits.

    Raises:
        StateRefused: the rules would not let the party buy after a `release`, or not refuse it after a `refuse`.
    """
    own = [each for each in tried.rulings if each.party.id == tried.party.id and scope in ("", each.scope)]
    match answer:
        case "release":
            wrong = [each for each in own if each.after.severity >= Outcome.HOLD.severity]
            todo = "state the facts that are otherwise, with documents; an exception is a rule change"
        case "refuse":
            wrong = [each for each in own if each.after is not Outcome.REFUSE]
            todo = "state the facts that a rule refuses for, or keep the hold; an exception is a rule change"
        case "keep":
            return
    if not own:
        raise StateRefused(
            "this dry run has no such scope", where=_where(tried, scope), state="unknown", event=answer,
            todo=f"one of {', '.join(each.scope for each in tried.rulings if each.party.id == tried.party.id)}",
        )  # fmt: skip
    if wrong:
        first = wrong[0]
        state = f"{_STATES[first.after]} by {_rules(first.rules_after)}"
        raise StateRefused(
            f"with these facts the rules do not {answer} it: {state}", where=_where(tried, first.scope), state=state,
            event=answer, todo=todo,
        )  # fmt: skip


def _where(tried: DryRun, scope: str) -> str:
    return f"{tried.party.kind} {tried.party.id}, {scope or 'all scopes'}"


@dataclass(frozen=True)
class Trial:
    """What both sides of a dry run are made from; they differ in what people said. Several may be made of one."""

    network: Network
    known: KnownFacts
    rulebook: Rulebook
    lists: Lists
    at: datetime
    _ruled_now: dict[str, RuledRequest] = field(default_factory=dict)

    def compare(self, party: Party, after: History) -> Iterator[ScopeRuling]:
        """Yield what is ruled now and with another history, of a party and of all who are ruled otherwise then."""
        now, then = self._now, self._evaluated(after)
        before = {each.key: each for each in now.requested}
        altered = [each for each in then.requested if each.facts != before[each.key].facts]
        about = {party.id} | {each.party.id for each in altered}
        wanted = [each for each in then.requested if each.party.id in about]
        was = self._rule_now([before[each.key] for each in wanted])
        would = self._ruled(wanted)
        kept = {each.request.key: each for each in changes(then.context, *would, after) if each.missing}
        names = then.context.payers
        rows = [
            _row(each, was[each.key], would[1][each.key], kept.get(each.key), names[each.party.id].name)
            for each in would[0]
        ]
        own = [each for each in rows if each.party.id == party.id]
        others = [each for each in rows if each.party.id != party.id]
        yield from own
        yield from (each for each in others if (each.before, each.rules_before) != (each.after, each.rules_after))

    @cached_property
    def _now(self) -> Evaluated:
        return self._evaluated(self.known.history)

    def _rule_now(self, wanted: Sequence[Request]) -> dict[str, RuledRequest]:
        """Return the rulings of requests as things are, each made once."""
        if any(each.key not in self._ruled_now for each in wanted):
            self._ruled_now.update(self._ruled(wanted)[1])
        return self._ruled_now

    def _evaluated(self, history: History) -> Evaluated:
        tables, memory = with_ended_rows(self.known.tables, self.known.history, self.at), self.known.memory
        return evaluate(
            self.network.settings, self.at, self.rulebook, tables, memory, history,
            stated=self._stated, noticed=self.known.inputs.noticed,
        )  # fmt: skip

    @cached_property
    def _stated(self) -> tuple[ListStatements, ...]:
        return self.known.inputs.stated(self.lists)

    def _ruled(self, wanted: Sequence[Request]) -> tuple[list[Request], dict[str, RuledRequest]]:
        ruled, _ = rule_requests(wanted, self.rulebook, self.at, {}, lambda *_: None)
        confirm([ruled[each.key].ruling for each in wanted], [each.facts for each in wanted], self.rulebook)
        return strictest_of_twins(wanted, ruled)


def _row(request: Request, before: RuledRequest, after: RuledRequest, kept: Change | None, name: str) -> ScopeRuling:
    was, would = before.ruling, after.ruling
    stays = kept.before if kept is not None else None
    outcome = would.outcome if stays is None else stays.outcome
    rules = would.reasons + would.errors if stays is None else stays.reasons + stays.errors
    missing = tuple(sorted(kept.missing)) if kept is not None else ()
    return ScopeRuling(
        party=request.party, name=name, scope=request.scope, before=was.outcome, after=outcome,
        rules_before=was.reasons + was.errors, rules_after=rules,
        sentence=_sentence(request, name, was.outcome, outcome, rules, missing), missing=missing,
    )  # fmt: skip


def _sentence(
    request: Request, name: str, before: Outcome, after: Outcome, rules: Sequence[str], missing: Sequence[str]
) -> str:
    """Return a ruling in words: what the party or campaign could do, by which rules, and what it is now."""
    kind, _, campaign = request.scope.partition(":")
    who = f"campaign {campaign}" if campaign else f"{name} ({request.party.id})"
    now = "as now" if before is after else f"now {_STATES[before]}"
    why = (
        f"; kept, because input is missing: {', '.join(missing)}"
        if missing
        else f"; {_STATES[after]} by {_rules(rules)}"
    )
    return f"{who} {_DOES[kind][after]} ({now}){why}"


def _rules(names: Sequence[str]) -> str:
    return ", ".join(names) or "no rule: the facts do not fit the schema"

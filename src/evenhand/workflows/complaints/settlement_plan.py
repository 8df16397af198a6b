"""What a settlement has to bring about: the outcome of each case that follows, and the places that have to show it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint, ComplaintOutcome, EnforcementPoint, Probe
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.dry_run import DryRun, ScopeRuling
from evenhand.model.errors import NotFound, StateRefused
from evenhand.model.outcome import Outcome
from evenhand.store.network import Network
from evenhand.workflows.complaints.enforcement_points import Expected, Reach, points_of
from evenhand.workflows.complaints.probes import Client
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of, fold
from evenhand.workflows.evaluation.requests import case_id
from evenhand.workflows.evaluation.run_state import read_history
from evenhand.workflows.review.dry_run import dry_run, dry_run_without_row
from evenhand.workflows.run.network_run import Tools

OF_A_RULE = "rule_does_not_fit"
_BLOCKS = Outcome.HOLD.severity


class SettlementPlan(NamedTuple):
    """The places that have to follow, what each answered before, and what has to happen first (``""``: nothing)."""

    points: tuple[EnforcementPoint, ...]
    before: tuple[Probe, ...]
    cases: frozenset[str]
    waits_for: str = ""


NOTHING_LEFT = SettlementPlan((), (), frozenset())
"""The plan where the restriction was lifted before: the outcome only says whether it was right."""


def party_of(complaint: Complaint) -> Party:
    """Return the party of the decision that a complaint is about."""
    return Party(kind=complaint.party_kind or "advertiser", id=complaint.party_id)


def history_of(network: Network, ledger: LogReader) -> History:
    """Return the decisions in force and what people judged, as the ledger has them now."""
    return fold(ledger, read_history(network.state, ledger.checkpoint, ledger.root))


def standing_of(ledger: LogReader, history: History, complaint: Complaint) -> CaseDecision:
    """Return the newest decision in the case of the one complained of.

    Raises:
        NotFound: the decision was erased.
    """
    seq = ledger.seq_of(complaint.decision)
    payload = None if seq is None else ledger.payload(seq)
    standing = None if payload is None else history.newest(decision_of(payload).case)
    if standing is None:
        raise NotFound("the decision complained of is not in the ledger any more", where=complaint.id,
                       got=complaint.decision, expected="a decision that was not erased")  # fmt: skip
    return standing


def check_comes_out(
    network: Network, complaint: Complaint, standing: CaseDecision, changes: Sequence[FactChange], at: datetime,
    tools: Tools, *, outcome: ComplaintOutcome, by_rule: bool,
) -> DryRun | None:  # fmt: skip
    """Return what would follow from an outcome with its changes of facts; None where it waits for another rulebook.

    `by_rule`: the outcome says that the rule does not fit, and the facts stay. Where the party has no row any more,
    there are no facts to change and no rulebook to wait for: the decision ends. Of one that is lifted already nothing
    has to come out: the outcome says whether it was right.

    Raises:
        StateRefused: with these facts the rules in force do not lift the restriction (reversed) or make it milder
            (varied); it names the rules that hold.
        BadInput, NotFound: a change of facts cannot be.
    """
    if outcome == "upheld":
        return None
    tried = dry_run(network, party_of(complaint), changes, at, tools) if changes else None
    if is_lifted(complaint, standing):
        return tried
    if tried is None and (tried := dry_run_without_row(network, standing, at, tools)) is None:
        if by_rule:
            return None
        raise _refused(complaint, outcome, _held(outcome, standing.outcome, standing.reasons))
    own = ruling_of(tried, standing)
    if own is None:
        raise _refused(complaint, outcome, f"{standing.scope} {standing.party_id} is not ruled any more")
    is_milder = own.after.severity < standing.outcome.severity
    lifted = is_milder and (own.after.severity < _BLOCKS or outcome == "varied")
    if not lifted:
        raise _refused(complaint, outcome, _held(outcome, own.after, own.rules_after, own.missing, changed=True))
    return tried


def is_lifted(complaint: Complaint, standing: CaseDecision) -> bool:
    """Return whether the restriction complained of was lifted before the complaint is settled."""
    freed = standing.outcome is Outcome.ALLOW and standing.id != complaint.decision
    return freed or complaint.lifted_on is not None


def ruling_of(tried: DryRun, standing: CaseDecision) -> ScopeRuling | None:
    """Return what a dry run says of the case of a decision, None where it is ruled no more."""
    return next((each for each in tried.rulings if case_id(each.party, each.scope) == standing.case), None)


def plan_points(reach: Reach, standing: CaseDecision, tried: DryRun | None) -> SettlementPlan:
    """Return the places that have to follow, each asked as it is now.

    Without a dry run the case is to be allowed by a rulebook that is still to come: whom the party owns or pays for is
    then ruled by that rulebook, and is not in the plan.
    """
    expected: Expected = {standing.case: Outcome.ALLOW}
    if tried is not None:
        expected = {
            case_id(each.party, each.scope): each.after
            for each in tried.rulings
            if (each.before, each.rules_before) != (each.after, each.rules_after)
        } | {standing.case: _after(tried, standing)}
    # The newest decision of a case, also one that waits for its day: that one is lifted.
    changed = [each for case in expected if (each := reach.history.newest(case)) is not None]
    party = standing.party_kind, standing.party_id
    own = [each for each in changed if (each.party_kind, each.party_id) == party]
    others = [each for each in changed if each not in own]
    points = points_of(reach, own, others, expected)
    before = Client(reach.network, reach.ledger, reach.history, reach.at, reach.suffixes).ask_all(points)
    reached = [pair for pair in zip(points, before, strict=True) if not pair[1].agrees]
    # A place that answers already as it shall was not reached; where all do, somebody was faster, and all are kept.
    relieved = reach.history.relief(standing, reach.at) is not None  # it is let through for now
    kept = (() if relieved else reached) or list(zip(points, before, strict=True))
    waits = "" if tried is not None else waiting_sentence(standing)
    return SettlementPlan(tuple(each for each, _ in kept), tuple(each for _, each in kept), frozenset(expected), waits)


def waiting_sentence(standing: CaseDecision) -> str:
    """Return what a settlement waits for whose outcome is that the rule does not fit."""
    rules = ", ".join(standing.reasons)
    about = f"{standing.outcome} of {standing.scope} {standing.party_id} by {rules}"
    return f"a released rulebook under which the {about} is lifted"


def _after(tried: DryRun, standing: CaseDecision) -> Outcome:
    own = ruling_of(tried, standing)
    return standing.outcome if own is None else own.after


def _held(
    outcome: ComplaintOutcome, after: Outcome, rules: Sequence[str], missing: Sequence[str] = (), *,
    changed: bool = False,
) -> str:  # fmt: skip
    """Return why an outcome does not come out: which rules still ask for what."""
    facts = "with these facts" if changed else "no fact changes, and with the facts as they are"
    why = f" (input is missing: {', '.join(missing)})" if missing else ""
    by = ", ".join(rules) or "no rule that permits it"
    return f"`{outcome}` does not come out: {facts} the rules say {after} by {by}{why}"


def _refused(complaint: Complaint, outcome: ComplaintOutcome, what: str) -> StateRefused:
    return StateRefused(
        what, where=complaint.id, state=complaint.state, event=outcome,
        todo="change the facts that are otherwise; if the rule is at fault, reverse it as"
        f" `{OF_A_RULE}` and release another rulebook",
    )  # fmt: skip

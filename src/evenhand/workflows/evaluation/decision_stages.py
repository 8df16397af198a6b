"""A decision as it holds in one of its stages, for those who read what stands and not what was ruled."""

from msgspec.structs import replace

from evenhand.model.decision import Decision
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.history import CaseDecision, in_stages


def as_it_holds(decision: Decision, standing: CaseDecision) -> Decision:
    """Return the decision with outcome, rules, grounds, time and campaigns of the part of it that stands."""
    if standing.effective_from == decision.effective_from:
        return decision
    planned = tuple(each for each in decision.plan.campaigns if each.on == standing.effective_from)
    return replace(
        decision, outcome=standing.outcome, reasons=standing.reasons, instruct=standing.instruct,
        grounds=standing.grounds, effective_from=standing.effective_from, until=standing.until,
        plan=replace(decision.plan, campaigns=planned),
    )  # fmt: skip


def as_hold(seq: int, decision: Decision) -> Decision:
    """Return the part of a decision that holds its party, the decision itself where no stage of it does."""
    stages = in_stages(seq, decision, decision.decided_at)
    return next((as_it_holds(decision, each) for each in stages if each.outcome is Outcome.HOLD), decision)

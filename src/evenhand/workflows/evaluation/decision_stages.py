"""A decision as it holds in one of its stages, and what of a case is still ahead."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec.structs import replace

from evenhand.model.decision import Decision
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.history import CaseDecision, History, in_stages, last_in_force


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


def later_parts(known: Sequence[CaseDecision], at: datetime) -> list[CaseDecision]:
    """Return the parts of a case's newest decision that begin after `at`, if each is stricter than what holds before.

    So a register's row can say beforehand that it gets stricter, and a gate that gets no newer one follows.
    """
    last, standing = known[-1], last_in_force(known, at)
    parts = [each for each in known if each.id == last.id and each.effective_from > at]
    first = Outcome.ALLOW if standing is None else standing.outcome
    severities = [first.severity, *(each.outcome.severity for each in parts)]
    gets_stricter = all(earlier < later for earlier, later in pairwise(severities))
    return parts if last.until is None and gets_stricter else []


def next_untold(history: History, at: datetime, parties: Collection[str]) -> datetime | None:
    """Return the first instant after `at` at which a decision begins or ends of which no row of a register tells.

    Of campaigns rows tell all, and of `parties`, which have a row, what `later_parts` gives, unless one is relieved.
    """
    untold = (
        instant
        for known in history.cases.values()
        if not known[-1].scope.startswith("campaign:")
        for instant in _untold(known, at, has_row=known[-1].party_id in parties and known[-1].id not in history.reliefs)
    )
    return min(untold, default=None)


def _untold(known: Sequence[CaseDecision], at: datetime, *, has_row: bool) -> Iterator[datetime]:
    if len(known) == 1 and known[0].effective_from <= at and known[0].until is None:
        return  # nearly all
    in_row = {each.effective_from for each in later_parts(known, at)} if has_row else ()
    every = (instant for each in known for instant in (each.effective_from, each.until))
    yield from (instant for instant in every if instant is not None and instant > at and instant not in in_row)

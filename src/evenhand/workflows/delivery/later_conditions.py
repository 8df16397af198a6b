"""What a row of the gate's register says beforehand of a decision that waits for its day."""

from collections.abc import Sequence
from datetime import datetime

from evenhand.model.program import Before, Not, When, milliseconds
from evenhand.workflows.evaluation.decision_stages import later_parts
from evenhand.workflows.evaluation.history import CaseDecision, last_in_force


def later_conditions(known: Sequence[CaseDecision], at: datetime) -> tuple[When, ...]:
    """Return conditions by which a row gets as strict as each part of its case's newest decision when that begins.

    Without them every row would have to be stale from that instant on, and a gate hold everybody until the next run.
    """
    standing, later = last_in_force(known, at), list[When]()
    rules = set[str]() if standing is None else set(standing.reasons)
    for each in later_parts(known, at):
        rule = next((name for name in each.reasons if name not in rules), "")
        rules |= {*each.reasons}
        begun = Not(Before(milliseconds(each.effective_from)))
        later.append(When(outcome=each.outcome, rule=rule, instruct=each.instruct, program=begun))
    return tuple(later)

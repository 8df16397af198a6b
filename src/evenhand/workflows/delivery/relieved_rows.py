"""A row of the gate's register while a complaint is open and its decision is not applied."""

from datetime import datetime

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, Not, When, milliseconds
from evenhand.model.register import RegisterRow
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.run_context import RunContext


def relieved(run_context: RunContext, history: History, row: RegisterRow, standing: CaseDecision | None) -> RegisterRow:
    """Return a row, relieved where the decision in force about its party, `standing`, is."""
    relief = None if standing is None else history.relief(standing, run_context.at)
    if relief is None or standing is None or standing.id in run_context.unrelieved:
        return row
    return relieved_row(row, standing, relief.until)


def relieved_row(row: RegisterRow, standing: CaseDecision, until: datetime) -> RegisterRow:
    """Return a row as it is while its decision is not applied; from `until` on it is as strict as before.

    The end is a condition and not the row's own `until`: a gate that goes on with a stale register applies it too.
    What the decision's rules say of single requests is not applied either, what other rules say is.
    """
    rules = {*standing.reasons, *standing.errors}
    others = tuple(each for each in row.when or () if each.rule not in rules)
    again = When(
        outcome=standing.outcome, rule=next(iter(standing.reasons), ""), instruct=standing.instruct,
        program=Not(Before(milliseconds(until))),
    )  # fmt: skip
    return msgspec.structs.replace(
        row, outcome=Outcome.ALLOW, reason=None, instruct=(), until=None, sanctioned=False, when=(*others, again)
    )

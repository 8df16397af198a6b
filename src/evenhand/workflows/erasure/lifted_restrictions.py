"""What an erasure would lift: a decision that goes restricts nobody any more."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from evenhand.ledger import Ledger
from evenhand.model.decision import Decision
from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of

_SHOWN = 5


def check_lifts_nothing(ledger: Ledger, erased: Iterable[int], at: datetime) -> None:
    """Raise if without these entries the outcome of a case, in force or waiting at `at`, would be milder.

    Raises:
        BadInput: it names the decisions; nothing was erased.
    """
    lifted = list(_lifted(ledger, frozenset(erased), at))
    if lifted:
        named = ", ".join(
            f"{each.outcome} of {each.party_kind} {each.party_id} (entry {each.seq})" for each in lifted[:_SHOWN]
        )
        more = f" and {len(lifted) - _SHOWN} more" if len(lifted) > _SHOWN else ""
        raise BadInput(
            f"the erasure would lift: {named}{more}",
            expected="`--lift`, if that is meant",
            todo="nothing was erased; with --lift the next run decides again those that are in its tables,"
            " with a new notice period where there is one; all others are no longer restricted",
        )


def _lifted(ledger: Ledger, erased: frozenset[int], at: datetime) -> Iterator[CaseDecision]:
    """Yield the decisions other than allow that count now and whose case would be milder without what is erased."""
    whole, left = History(), History()
    for seq, decision in _decisions(ledger):
        whole.add(seq, decision)
        if seq not in erased:
            left.add(seq, decision)
    for case in whole.cases:
        for now, then in (
            (whole.in_force(case, at), left.in_force(case, at)), (whole.newest(case), left.newest(case)),
        ):  # fmt: skip
            outcome = Outcome.ALLOW if then is None else then.outcome
            if now is not None and now.outcome.severity > outcome.severity:
                yield now
                break


def _decisions(ledger: Ledger) -> Iterator[tuple[int, Decision]]:
    """Yield the decisions of a run; a ledger of somebody else's records may call anything a decision."""
    for seq, _, payload in ledger.entries("decision"):
        try:
            if payload is not None:
                yield seq, decision_of(payload)
        except msgspec.ValidationError:
            continue

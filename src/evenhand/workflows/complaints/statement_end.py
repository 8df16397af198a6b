"""What became of a decision that a letter told: it was lifted or replaced, or a complaint about it was right.

The letter and its record stay as they are; who checks one is told what holds now beside it.
"""

from collections.abc import Iterable
from datetime import datetime

from evenhand.appeals.clocks import day_of
from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint
from evenhand.model.statement import StatementEnd, StatementOfReasons
from evenhand.store.network import Network
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.evaluation.decision_end import end_of_one

_CARRIED_OUT = frozenset({"proved", "told", "closed"})


def statement_end(
    network: Network, ledger: LogReader, complaints: Iterable[Complaint], statement: StatementOfReasons, at: datetime
) -> StatementEnd | None:
    """Return what became of a statement's decision by `at`, None where it is in force and nobody was right about it.

    `complaints` are those of the network. What was decided on one counts once it is carried out.
    """
    about, zone = decision_with_letter(ledger, statement.decision), network.settings.zone
    end = None if about is None else end_of_one(ledger, network.state, about.decision, at)
    found = StatementEnd() if end is None else StatementEnd(how=end.how, on=day_of(end.at, zone))
    for each in complaints:
        if each.decision == statement.decision and each.state in _CARRIED_OUT and each.decided_at is not None:
            match each.outcome:
                case "varied" | "reversed":
                    decided_on = day_of(each.decided_at, zone)
                    found = StatementEnd(
                        how=found.how, on=found.on, complaint=each.outcome, complaint_on=decided_on
                    )  # fmt: skip
                case _:
                    continue
    return None if found == StatementEnd() else found

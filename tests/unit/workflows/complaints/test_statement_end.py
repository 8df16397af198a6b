"""What became of a decision that a letter told, for those who check the letter."""

from datetime import datetime, timedelta

from evenhand.model.statement import StatementEnd
from evenhand.workflows.complaint_records.complaint_store import read_complaints
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.complaints.statement_end import statement_end
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_2, TOOLS, MadeNetwork
from tests.settlements import FILED, SETTLED, reversed_complaint, settled

HOUR = timedelta(hours=1)
TODAY = DAY_2.date()


def end_of(made: MadeNetwork, decision: str, at: datetime) -> StatementEnd | None:
    with read_ledger(made.network.ledger) as ledger:
        about = decision_with_letter(ledger, decision)
        assert about is not None
        assert about.statement is not None
        return statement_end(made.network, ledger, read_complaints(ledger).by_id.values(), about.statement, at)


def judged(made: MadeNetwork, verdict: str, at: datetime) -> None:
    judge(made.network, StatedJudgement("mills", "s-mills", verdict, "B. Analyst", "looked again"), at, TOOLS)  # type: ignore[arg-type]
    made.run(at)


def test_a_decision_that_is_carried_out_as_reversed_is_lifted_and_reversed(wrong_match: MadeNetwork) -> None:
    """Until it is carried out it stands: what was only decided may still be refused."""
    decision = wrong_match.last("mills").id
    complaint = reversed_complaint(wrong_match)
    assert end_of(wrong_match, decision, SETTLED) is None

    settled(wrong_match, complaint)

    expected = StatementEnd(how="lifted", on=TODAY, complaint="reversed", complaint_on=TODAY)
    assert end_of(wrong_match, decision, SETTLED) == expected
    assert end_of(wrong_match, decision, FILED) == StatementEnd(complaint="reversed", complaint_on=TODAY)


def test_a_restriction_that_ended_without_a_complaint_was_lifted(wrong_match: MadeNetwork) -> None:
    """Also when the party was restricted again: the letter is of the first time."""
    decision = wrong_match.last("mills").id
    judged(wrong_match, "not-same", DAY_2 + HOUR)
    judged(wrong_match, "same", DAY_2 + 25 * HOUR)

    again = wrong_match.last("mills").id
    assert again != decision
    assert end_of(wrong_match, decision, DAY_2 + 26 * HOUR) == StatementEnd(how="lifted", on=TODAY)
    assert end_of(wrong_match, again, DAY_2 + 26 * HOUR) is None


def test_a_decision_that_another_restriction_replaced_says_so(wrong_match: MadeNetwork) -> None:
    """The refusal took the place of the hold of the first day."""
    hold, refusal = [each for each in wrong_match.decisions() if each.party.id == "mills" and each.scope != "x"][:2]
    assert refusal.supersedes == hold.id

    assert end_of(wrong_match, hold.id, SETTLED) == StatementEnd(how="replaced", on=TODAY)

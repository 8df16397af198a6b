"""A complaint about a restriction that was lifted before: it is answered, whether it was right until then."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evenhand.model.complaint import Complaint, ComplaintOutcome
from evenhand.model.complaint_codes import OutcomeReason
from evenhand.model.complaint_events import SupersedeBody
from evenhand.model.errors import StateRefused
from evenhand.model.outcome import Outcome
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.letters import letters_folder
from evenhand.workflows.complaints.passed_deadlines import record_passed_deadlines
from evenhand.workflows.complaints.reviewing import admit, close, propose
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.complaint_tasks import complaint_tasks
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.complaints import FILED, PROGRAM, complain, held, reversal, to_review, upholding
from tests.networks import DAY_2, TOOLS, MadeNetwork
from tests.settlements import settled

HOUR = timedelta(hours=1)
LATER = DAY_2 + HOUR
DORA, RITA = Acting("dora"), Acting("rita", conflict=False)


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def lift(made: MadeNetwork) -> str:
    """Lift the hold of the namesake on the second day, and return the id of its decision."""
    decision = made.last("namesake").id
    judge(made.network, StatedJudgement("namesake", "s-mills", "not-same", "anna", "founded elsewhere"), FILED, TOOLS)
    made.run(DAY_2)
    assert made.last("namesake").outcome is Outcome.ALLOW
    return decision


def complained(made: MadeNetwork, decision: str, at: datetime = LATER) -> Complaint:
    said = StatedComplaint(words="It cost us a week.", reasons=("not_the_entity",))
    with held(made, at) as opened:
        return file_complaint(opened, decision_named(opened.ledger, decision), said, PROGRAM).complaint


def letter(made: MadeNetwork, complaint: Complaint, kind: str) -> str:
    (path,) = letters_folder(made.network).glob(f"{complaint.id}.*.{kind}.txt")
    return path.read_text("utf-8")


def test_the_acknowledgement_says_that_the_decision_is_no_longer_in_force(made: MadeNetwork) -> None:
    """It said that the decision stays in force, and no person could ever answer."""
    complaint = complained(made, lift(made))

    text = letter(made, complaint, "acknowledgement")
    assert (complaint.state, complaint.lifted_on) == ("acknowledged", DAY_2.date())
    assert "The decision has not been in force since 3 March 2026." in text
    assert "stays in force" not in text
    (task,) = complaint_tasks([complaint])
    assert task.due == complaint.deadlines[1].due_at
    assert "lifted on 2026-03-03: was it right until then?" in task.question
    with held(made, LATER) as opened:
        assert not record_passed_deadlines(opened, PROGRAM)
        assert admit(opened, complaint, DORA).deadline("decide") is not None


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        ("upheld", "facts_confirmed", "it was right while it was in force"),
        ("varied", "milder_measure", "It should have been a milder one"),
        ("reversed", "wrong_entity", "It was wrong, and we should not have made it"),
        ("reversed", "procedure", "It was wrong, and we should not have made it"),
        ("reversed", "rule_does_not_fit", "It was wrong, and we should not have made it"),
    ],
)
def test_each_answer_can_be_given_and_says_that_nothing_is_in_force(
    made: MadeNetwork, outcome: ComplaintOutcome, code: OutcomeReason, said: str
) -> None:
    """No new decision has to come out, and no rulebook is waited for: the restriction is gone."""
    review = to_review(made, complained(made, lift(made)), at=LATER)
    with held(made, LATER) as opened:
        propose(opened, review, RITA, replace(upholding(), outcome=outcome, codes=(code,)))
    decisions = len(made.decisions())

    settlement = settled(made, review, LATER)

    text = letter(made, settlement.complaint, "decision")
    assert (settlement.complaint.state, settlement.waits_for, settlement.red) == ("closed", "", ())
    assert said in text
    assert "It has not been in force since 3 March 2026." in text
    assert "separate letter" not in text
    assert len(made.decisions()) == decisions


def test_a_complaint_whose_restriction_is_lifted_meanwhile_goes_on(made: MadeNetwork) -> None:
    """It ended without an answer; the lifting says nothing about whether the restriction was right."""
    complaint = complain(made)
    lift(made)

    with held(made, DAY_2) as opened:
        (after,) = record_passed_deadlines(opened, PROGRAM)
        assert not record_passed_deadlines(opened, PROGRAM)
        assert (after.state, after.lifted_on, after.deadlines) == (complaint.state, DAY_2.date(), complaint.deadlines)
        assert admit(opened, after, DORA).state == "admissible"


def test_a_complaint_that_had_ended_for_it_is_opened_again(made: MadeNetwork) -> None:
    """Records of an older version: nobody answered them, and only `--close` was left."""
    review = to_review(made, complain(made))
    by = made.last("namesake").id
    lift(made)
    with held(made, DAY_2) as opened:
        ended = opened.add(review.id, SupersedeBody(by_decision=by), by=PROGRAM)
        assert ended.state == "superseded"
        (again,) = record_passed_deadlines(opened, PROGRAM)
        assert (again.state, again.lifted_on) == ("acknowledged", DAY_2.date())
        admitted = admit(opened, again, DORA)

    assert admitted.state == "admissible"
    assert [each.clock for each in admitted.deadlines].count("decide") == 1


def test_a_review_that_the_network_opened_itself_still_ends_with_the_restriction(made: MadeNetwork) -> None:
    """Nobody complained, and nobody waits for an answer."""
    decision = made.last("namesake").id
    with held(made) as opened:
        about = decision_named(opened.ledger, decision)
        stated = StatedComplaint(words="Opened by the network.", reasons=("not_the_entity",), way="same_mistake")
        review = file_complaint(opened, about, stated, PROGRAM).complaint
    lift(made)

    with held(made, DAY_2) as opened:
        record_passed_deadlines(opened, PROGRAM)
        after = opened.complaints.get(review.id)
        assert (after.state, after.lifted_on) == ("superseded", None)
        with pytest.raises(StateRefused):
            admit(opened, after, DORA)
        assert close(opened, after, DORA).state == "closed"


def test_a_reversal_is_settled_though_the_restriction_was_lifted_after_it_was_decided(made: MadeNetwork) -> None:
    """It was refused for ever: with no restriction left, no new decision can be milder."""
    review = to_review(made, complain(made))
    with held(made) as opened:
        propose(opened, review, RITA, reversal())
    lift(made)

    settlement = settled(made, review, LATER)

    assert (settlement.complaint.state, settlement.complaint.lifted_on) == ("closed", DAY_2.date())
    assert "It was wrong" in letter(made, settlement.complaint, "decision")


def test_what_is_said_of_a_lifted_decision_leaves_a_later_restriction_in_force(made: MadeNetwork) -> None:
    """That one rests on other grounds, has its own letter, and can be complained of by itself."""
    decision, at = lift(made), LATER + HOUR
    judge(made.network, StatedJudgement("namesake", "s-mills", "same", "anna", "same number"), LATER, TOOLS)
    made.run(at)
    again = made.last("namesake")
    review = to_review(made, complained(made, decision, at), at=at)
    with held(made, at) as opened:
        propose(opened, review, RITA, reversal())

    settlement = settled(made, review, at)

    assert (settlement.complaint.state, settlement.complaint.lifted_on) == ("closed", DAY_2.date())
    assert again.outcome is not Outcome.ALLOW
    assert made.last("namesake").id == again.id

"""What an answer must address, and what a record says of admissibility."""

from datetime import UTC, date, datetime

import pytest
from msgspec import structs

from evenhand.appeals import admissibility, answer_problems, fold
from evenhand.model.complaint import RejectReason
from tests.unit.appeals.complaint_events import TO_REVIEW, chain, proposal

COMPLAINT = fold(chain(TO_REVIEW))


def test_every_reason_and_every_like_case_must_be_answered() -> None:
    """DSA Art. 20(5): a reasoned answer."""
    wide = structs.replace(COMPLAINT, reasons=("facts_wrong", "unequal_treatment"), comparators=("other",))

    assert list(answer_problems(COMPLAINT, proposal())) == []
    assert list(answer_problems(wide, proposal())) == [
        "the reason `unequal_treatment` is not answered",
        "the like case `other` is not answered",
    ]


def test_a_like_case_that_was_treated_milder_takes_a_reason_to_uphold_the_decision() -> None:
    """To agree that it is like is an answer, and none to why it was treated otherwise."""
    wide = structs.replace(COMPLAINT, comparators=("1", "2"), milder=("1",))
    accepted = structs.replace(proposal(), comparator_answers={"1": " Accepted", "2": "accepted"})
    reasoned = structs.replace(accepted, comparator_answers={"1": "It was verified, this one was not.", "2": "accept"})
    reversal = structs.replace(proposal(outcome="reversed"), comparator_answers=accepted.comparator_answers)

    assert list(answer_problems(wide, accepted)) == [
        "the like case `1` was treated milder: to uphold the decision takes a reason for the difference"
    ]
    assert (list(answer_problems(wide, reasoned)), list(answer_problems(wide, reversal))) == ([], [])


def test_an_outcome_has_only_its_own_codes_and_some_text() -> None:
    """A reversal for `rule_fits` would say two things at once."""
    bad = structs.replace(proposal(), codes=("wrong_entity",), text=" ", answers={"facts_wrong": "x", "procedure": "y"})

    assert list(answer_problems(COMPLAINT, bad)) == [
        "the answer has no text",
        "outcome code `wrong_entity` does not belong to `upheld`",
        "`procedure` is no reason of this complaint",
    ]
    assert "no outcome code" in next(answer_problems(COMPLAINT, structs.replace(proposal(), codes=())))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"words": " "}, "empty"),
        ({"decision": ""}, "no_decision"),
        ({"informed_on": date(2026, 5, 1)}, "out_of_time"),
        ({"informed_on": date(2026, 5, 2)}, None),
    ],
)
def test_the_record_says_why_a_complaint_cannot_be_admitted(
    changes: dict[str, object], expected: RejectReason | None
) -> None:
    """Filed on 2 November, six months."""
    assert admissibility(structs.replace(COMPLAINT, **changes), (), zone=UTC, months=6) == expected


def test_a_matter_that_was_decided_is_not_taken_again_without_new_information() -> None:
    """With it, it is another matter."""
    earlier = structs.replace(COMPLAINT, id="c-earlier", outcome="upheld", decided_at=datetime(2026, 10, 1, tzinfo=UTC))
    new = structs.replace(COMPLAINT, reasons=("new_information",))

    assert admissibility(COMPLAINT, [earlier, COMPLAINT], zone=UTC, months=6) == "same_matter_decided"
    assert admissibility(new, [earlier], zone=UTC, months=6) is None

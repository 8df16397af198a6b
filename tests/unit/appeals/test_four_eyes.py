"""Who may not review or confirm, by name of the rule; and when a second reviewer is needed."""

import pytest
from msgspec import structs

from evenhand.appeals import fold, four_eyes, needs_confirmation
from evenhand.model.errors import NotPermitted
from evenhand.model.staff import StaffCase
from tests.unit.appeals.complaint_events import TO_REVIEW, chain

CASE = StaffCase(
    deciders=("anna",), approvers=("bea",), finding_authors=("cleo",), earlier_reviewers=("dina",), proposer="eva"
)


@pytest.mark.parametrize(
    ("person", "rule"),
    [("anna", "first-decider"), ("bea", "approver"), ("cleo", "finding-author"), ("dina", "earlier-reviewer"),
     ("Anna ", "first-decider"), ("evenhand 1.0", "person"), ("  ", "person")],
)  # fmt: skip
@pytest.mark.parametrize("act", ["review", "confirm"])
def test_whoever_took_part_is_refused_by_name_of_the_rule(act: str, person: str, rule: str) -> None:
    """First decider, approver, finding author, earlier reviewer; and a program is nobody."""
    with pytest.raises(NotPermitted) as error:
        four_eyes(act, person, CASE)  # type: ignore[arg-type]

    assert (error.value.rule, error.value.person) == (rule, person)


def test_a_person_who_took_no_part_may_review_and_confirm() -> None:
    """The proposer alone may not confirm."""
    four_eyes("review", "frida", CASE)
    four_eyes("confirm", "frida", CASE)
    four_eyes("review", "eva", CASE)
    with pytest.raises(NotPermitted, match="rule proposer"):
        four_eyes("confirm", "eva", CASE)


def test_a_second_reviewer_is_needed_for_what_cannot_be_taken_back() -> None:
    """A refusal reversed, an account ended, and a like case that was treated milder."""
    complaint = fold(chain(TO_REVIEW))
    unequal = structs.replace(complaint, reasons=("unequal_treatment",), milder=("other",))

    assert needs_confirmation(complaint, "reversed", restriction="refuse")
    assert needs_confirmation(complaint, "upheld", restriction="hold", ends_account=True)
    assert needs_confirmation(unequal, "upheld", restriction="hold")
    assert needs_confirmation(complaint, "varied", restriction="hold", by_law=True)
    assert not needs_confirmation(complaint, "upheld", restriction="hold", by_law=True)
    assert not needs_confirmation(complaint, "reversed", restriction="hold")
    assert not needs_confirmation(complaint, "upheld", restriction="refuse")

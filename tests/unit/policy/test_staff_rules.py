"""The shipped rules of the staff keep what no network can drop, for all facts: by solvers, and by trying them."""

from datetime import UTC, datetime
from itertools import product
from typing import get_args

import pytest

from evenhand.model.outcome import Outcome
from evenhand.model.staff import Role, StaffAction, StaffCase
from evenhand.policy import Rulebook, rule_many
from evenhand.policy.proofs import compare_rulebooks
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.people.staff_rules import GUARANTEES, staff_facts

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
STAFF = shipped_rulebook("staff")
LIFTS: tuple[tuple[StaffAction, str], ...] = (
    ("judge", "not-same"), ("release_hold", "release"), ("interim_relief", ""), ("review", "varied"),
    ("review", "reversed"),
)  # fmt: skip
TOOK_PART = ("deciders", "approvers", "finding_authors", "earlier_reviewers")


@pytest.fixture(scope="module", params=["", GUARANTEES], ids=["shipped", "guarantees"])
def rulebook(request: pytest.FixtureRequest) -> Rulebook:
    return Rulebook.load(STAFF, variant=request.param)


def test_the_shipped_rules_are_nowhere_milder_than_the_guarantees() -> None:
    """Proved by two solvers for every act and all facts: nothing that a guarantee refuses or holds passes."""
    guarantees, shipped = Rulebook.load(STAFF, variant=GUARANTEES), Rulebook.load(STAFF)

    found = compare_rulebooks(guarantees.source, shipped.source, "2026-11-27", second=True)

    assert {each.action for each in found.actions} == set(get_args(StaffAction))
    assert {each.relation for each in found.actions} <= {"stricter", "equivalent"}


def test_no_single_person_lifts_a_sanction(rulebook: Rulebook) -> None:
    """In any role, whoever took part and whatever else is at stake: alone, or with their own proposal."""
    facts = [
        staff_facts("ana", role, action, case, AT, proposing=False, conflict=conflict)
        for role, (action, answer), took_part, proposer, refusal, ends, conflict in product(
            get_args(Role), LIFTS, (None, *TOOK_PART), ("", "ana"), (True, False), (True, False), (None, False)
        )
        for case in [
            StaffCase(sanctions=True, answer=answer, proposer=proposer, refusal=refusal, ends_account=ends,
                      **({} if took_part is None else {took_part: ("ana",)})),  # type: ignore[arg-type]
        ]
    ]  # fmt: skip

    assert len(facts) == 6 * 5 * 5 * 2 * 2 * 2 * 2
    assert {ruling.outcome for ruling in rule_many(facts, rulebook)} <= {Outcome.HOLD, Outcome.REFUSE}


def test_nobody_is_relieved_of_what_rests_on_a_law(rulebook: Rulebook) -> None:
    """By one person, by two, or proposed: the complaint is decided instead. Of anything else one reviewer relieves."""

    def outcomes(*, law: bool) -> set[Outcome]:
        facts = [
            staff_facts("ana", role, "interim_relief", StaffCase(sanctions=law, proposer=proposer), AT,
                        proposing=proposing, conflict=None)
            for role, proposer, proposing in product(get_args(Role), ("", "rob"), (True, False))
        ]  # fmt: skip
        return {ruling.outcome for ruling in rule_many(facts, rulebook)}

    assert outcomes(law=True) == {Outcome.REFUSE}
    assert Outcome.ALLOW in outcomes(law=False)


def test_nobody_reviews_their_own_decision(rulebook: Rulebook) -> None:
    """In any role, proposing or not, with any outcome."""
    facts = [
        staff_facts("ana", role, action, StaffCase(**{part: ("rob", "ana")}, answer=answer, sanctions=law), AT,
                    proposing=proposing, conflict=None)  # type: ignore[arg-type]
        for role, action, part, answer, law, proposing in product(
            get_args(Role), ("review", "confirm"), TOOK_PART, ("upheld", "varied", "reversed"), (True, False),
            (True, False),
        )
    ]  # fmt: skip

    assert {ruling.outcome for ruling in rule_many(facts, rulebook)} == {Outcome.REFUSE}

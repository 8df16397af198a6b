"""Another pair of eyes: the shipped Cedar rules for staff, and their plain twin, refuse the same people.

Both are asked at each act of a review, and again when a decision is carried out. Both compare without regard to
capitals and blanks; the staff's rules know a person by their name too, as records from before `staff.toml` have it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import msgspec
import pytest

from evenhand.appeals.four_eyes import Act, four_eyes
from evenhand.model.errors import NotPermitted
from evenhand.model.outcome import Outcome
from evenhand.model.staff import Person, Role, Staff, StaffCase
from evenhand.policy import Rulebook
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.people.staff_rules import GUARANTEES, StaffRules

_AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
_RULES = {
    "first-decider": "not-own-decision", "approver": "not-own-decision", "finding-author": "not-own-decision",
    "earlier-reviewer": "not-own-decision", "proposer": "not-own-proposal",
}  # fmt: skip
_REVIEWING: tuple[Role, ...] = ("reviewer", "legal")


@pytest.fixture(scope="module")
def staff() -> StaffRules:
    """Return the shipped rules for one person."""
    rules = shipped_rulebook("staff")
    people = Staff(people=(Person(id="anna", name="Anna Made-up", roles=_REVIEWING),))
    return StaffRules(people, Rulebook.load(rules), Rulebook.load(rules, variant=GUARANTEES))


def _cases() -> Iterator[tuple[Act, Role, StaffCase]]:
    """Yield every combination of parts that anna took beside bert, in each role, with little and much at stake."""
    parts: tuple[tuple[str, ...], ...] = (("bert",), ("bert", "anna"))
    for deciders, approvers, authors, earlier in product(parts, repeat=4):
        for role, (sanctions, answer) in product(_REVIEWING, ((False, "upheld"), (True, "reversed"))):
            case = StaffCase(
                deciders=deciders, approvers=approvers, finding_authors=authors, earlier_reviewers=earlier,
                sanctions=sanctions, refusal=True, answer=answer,
            )  # fmt: skip
            yield "review", role, case
            yield "confirm", role, msgspec.structs.replace(case, proposer="bert")
            yield "confirm", role, msgspec.structs.replace(case, proposer="anna")


def _twin(act: Act, person: str, case: StaffCase) -> str:
    """Return the rule by which the plain twin refuses, ``""`` if it does not."""
    try:
        four_eyes(act, person, case)
    except NotPermitted as error:
        return error.rule
    return ""


def test_the_staff_rules_and_their_plain_twin_refuse_the_same_reviewers(staff: StaffRules) -> None:
    """All 16 ways of having taken part, in both roles, for each act; the twin's rule is one by which Cedar refuses."""
    compared = refused = 0
    for act, role, case in _cases():
        # Rules on a second person are about the answer, not about who gives it: a proposal waits for one.
        ruled = staff.answer("anna", role, act, case, _AT, proposing=act == "review", conflict=False)
        rule = _twin(act, "anna", case)
        compared += 1
        refused += bool(rule)

        assert (ruled.outcome is Outcome.REFUSE) is bool(rule), (act, role, case, ruled, rule)
        assert not rule or _RULES[rule] in ruled.rules, (act, role, case, ruled, rule)
    assert (compared, refused) == (192, 184)


def test_both_know_one_person_by_other_capitals_and_blanks(staff: StaffRules) -> None:
    """Nobody reviews their own decision because it was written in another way."""
    for case in (StaffCase(deciders=(" Anna",)), StaffCase(deciders=("ANNA",))):
        assert staff.answer("anna", "reviewer", "review", case, _AT, proposing=True).outcome is Outcome.REFUSE
        assert _twin("review", "anna", case) == "first-decider"


def test_the_staff_rules_know_a_person_by_their_name_too(staff: StaffRules) -> None:
    """Before there was a staff.toml, people wrote their names."""
    case = StaffCase(finding_authors=("Anna made-up",))

    assert staff.answer("anna", "reviewer", "review", case, _AT, proposing=True).outcome is Outcome.REFUSE

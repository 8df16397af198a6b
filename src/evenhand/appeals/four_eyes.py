"""Another pair of eyes: who may not act in a case, in plain code; the plain twin of the staff's Cedar policy.

Reviewer: not who proposed or approved the decision, not the author of a finding or judgement in the case, not a
reviewer of an earlier complaint in the same matter. Confirmer: none of these, nor the proposer (`appeals.md` §3).
Who records that a complaint was withdrawn: nobody whose decision, finding or judgement the complaint is about.
"""

from typing import Literal

from evenhand.model.complaint import Complaint, ComplaintOutcome
from evenhand.model.errors import NotPermitted
from evenhand.model.staff import StaffCase

Act = Literal["review", "confirm", "withdraw"]

_PROGRAM = "evenhand "


def four_eyes(act: Act, person: str, case: StaffCase) -> None:
    """Raise unless this person may do this in the case; a person not named in it passes.

    Raises:
        NotPermitted: it names the rule, the person, and who is needed.
    """
    if not person.strip() or person.startswith(_PROGRAM):
        raise NotPermitted("only a person may do this", rule="person", person=person, needed="the id of a person")
    took_part = [
        ("first-decider", case.deciders, "decided the case"),
        ("approver", case.approvers, "approved the decision"),
        ("finding-author", case.finding_authors, "confirmed a finding or judged a match in the case"),
        (
            "earlier-reviewer",
            () if act == "withdraw" else case.earlier_reviewers,
            "reviewed a complaint in this matter before",
        ),
        ("proposer", (case.proposer,) if act == "confirm" else (), "made the proposal"),
    ]
    for rule, people, what in took_part:
        if _person(person) in map(_person, people):
            needed = "somebody who has taken no part in the case"
            raise NotPermitted(f"may not {act} the complaint: {what}", rule=rule, person=person, needed=needed)


def _person(name: str) -> str:
    """Return an id as it is compared: no second id of one person by capitals or blanks."""
    return name.strip().casefold()


def needs_confirmation(
    complaint: Complaint, outcome: ComplaintOutcome, *, restriction: str, ends_account: bool = False,
    by_law: bool = False,
) -> bool:  # fmt: skip
    """Return whether a second reviewer has to confirm an outcome.

    So for the reversal of a refusal, whatever changes a decision that touches a law (`by_law`) or ends an account, and
    an upheld decision where a like case was treated milder (`appeals.md` §2, §7). `restriction` is the outcome of the
    decision complained of.
    """
    if ends_account or (by_law and outcome != "upheld") or (outcome == "reversed" and restriction == "refuse"):
        return True
    return outcome == "upheld" and "unequal_treatment" in complaint.reasons and bool(complaint.milder)

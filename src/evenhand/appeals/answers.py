"""What an answer to a complaint must address: each reason given, each like case, and an outcome that its codes fit."""

from collections.abc import Iterable, Iterator, Mapping

from evenhand.model.complaint import Complaint, ComplaintOutcome, OutcomeReason
from evenhand.model.complaint_codes import is_acceptance
from evenhand.model.complaint_events import ProposeBody

CODES_OF: Mapping[ComplaintOutcome, frozenset[OutcomeReason]] = {
    "upheld": frozenset({"facts_confirmed", "rule_fits"}),
    "varied": frozenset({"milder_measure", "shorter", "narrower_scope"}),
    "reversed": frozenset(
        {"wrong_entity", "facts_not_shown", "rule_does_not_fit", "unequal", "procedure", "changed_circumstances"}
    ),
}
"""The outcome codes that each outcome may have."""


def answer_problems(complaint: Complaint, proposal: ProposeBody) -> Iterator[str]:
    """Yield what is missing in a proposal, a sentence each; none if it may be made.

    Source: DSA Art. 20(5), `appeals.md` §2 and §7.
    """
    if not proposal.text.strip():
        yield "the answer has no text"
    yield from _code_problems(proposal)
    yield from _missing("the reason", complaint.reasons, proposal.answers)
    yield from _missing("the like case", complaint.comparators or (), proposal.comparator_answers)
    yield from _unreasoned(complaint, proposal)
    for other in sorted(proposal.answers.keys() - set(complaint.reasons)):
        yield f"`{other}` is no reason of this complaint"


def _code_problems(proposal: ProposeBody) -> Iterator[str]:
    known = CODES_OF[proposal.outcome]
    if not proposal.codes:
        yield f"no outcome code; expected one of {', '.join(sorted(known))}"
    for code in proposal.codes:
        if code not in known:
            yield f"outcome code `{code}` does not belong to `{proposal.outcome}`"


def _unreasoned(complaint: Complaint, proposal: ProposeBody) -> Iterator[str]:
    """Yield the like cases that were treated milder and are merely accepted, where the decision is to stay."""
    for name in complaint.milder if proposal.outcome == "upheld" else ():
        if is_acceptance(proposal.comparator_answers.get(name, "")):
            yield f"the like case `{name}` was treated milder: to uphold the decision takes a reason for the difference"


def _missing(what: str, names: Iterable[str], answers: Mapping[str, str]) -> Iterator[str]:
    return (f"{what} `{name}` is not answered" for name in names if not answers.get(name, "").strip())

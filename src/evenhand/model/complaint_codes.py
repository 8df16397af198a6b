"""The words of complaints (reasons, outcomes, states, kinds of events), and small records that events share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from evenhand.model.record import Record

ComplaintReason = Literal[
    "not_the_entity", "ownership_changed", "rule_misread", "facts_wrong", "unequal_treatment", "disproportionate",
    "new_information", "procedure",
]  # fmt: skip
RejectReason = Literal["out_of_time", "not_a_party", "no_decision", "same_matter_decided", "empty"]
ComplaintOutcome = Literal["upheld", "varied", "reversed"]
OutcomeReason = Literal[
    "facts_confirmed", "rule_fits",
    "milder_measure", "shorter", "narrower_scope",
    "wrong_entity", "facts_not_shown", "rule_does_not_fit", "unequal", "procedure", "changed_circumstances",
]  # fmt: skip
FOUNDED: Mapping[str, OutcomeReason] = {
    "not_the_entity": "wrong_entity", "facts_wrong": "facts_not_shown", "rule_misread": "rule_does_not_fit",
    "unequal_treatment": "unequal", "ownership_changed": "changed_circumstances",
    "new_information": "changed_circumstances", "disproportionate": "milder_measure", "procedure": "procedure",
}  # fmt: skip
"""By the reason of a complaint: the code of the outcome that agrees with it."""
ComplaintState = Literal[
    "filed", "acknowledged", "admissible", "under_review", "waiting_for_complainant", "proposed", "decided",
    "propagating", "proved", "told", "inadmissible", "withdrawn", "superseded", "closed",
]  # fmt: skip
EventKind = Literal[
    "file", "acknowledge", "name_decision", "admit", "reject_form", "comparators", "assign", "show", "ask", "answer",
    "resume", "propose", "confirm", "object", "plan", "probe", "proved", "tell", "close", "withdraw", "supersede",
    "breach", "external_open", "external_close", "same_mistake", "interim_relief", "relief_ended",
]  # fmt: skip
ClockName = Literal["acknowledge", "admit", "decide", "answer", "propagate_gate", "propagate_exports", "external"]
Way = Literal["form", "drop_folder", "email", "same_mistake"]
"""How a complaint came in; `same_mistake`: the network opened it, because a like decision was reversed."""
CasePart = Literal["words", "facts", "first_reasoning"]


class Attachment(Record, frozen=True, kw_only=True):
    """A file that came with a complaint, kept by its SHA-256; `size` in bytes."""

    name: str
    sha256: str
    size: int


class EnforcementPoint(Record, frozen=True, kw_only=True):
    """A place where a decision has effect, and what a client that asks there should get.

    `kind`: `register_key`, `child`, `export`, `order`, `letter`, `eu_statement`, `public_record`. `key` names it within
    its kind, `ask` what is asked, `expected` the answer that proves the new decision.
    """

    kind: str
    key: str
    ask: str
    expected: str


class Probe(Record, frozen=True, kw_only=True):
    """An enforcement point asked as a client would; it agrees when `got` is what was expected."""

    point: str
    question: str
    expected: str
    got: str
    at: datetime

    @property
    def agrees(self) -> bool:
        """Return whether the point answers as it should."""
        return self.got == self.expected


def is_acceptance(answer: str) -> bool:
    """Return whether an answer to a like case agrees that it is alike, and gives no reason for a difference.

    >>> is_acceptance("Accepted"), is_acceptance("It was verified.")
    (True, False)
    """
    return answer.strip().casefold() in {"accept", "accepted"}

"""The events of a complaint, as the ledger keeps them."""

from datetime import date, datetime
from typing import Literal, get_args

from evenhand.model.complaint_codes import (
    Attachment,
    CasePart,
    ClockName,
    ComplaintOutcome,
    ComplaintReason,
    EnforcementPoint,
    EventKind,
    OutcomeReason,
    Probe,
    RejectReason,
    Way,
)  # fmt: skip
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from evenhand.model.party import PartyKind
from evenhand.model.record import Record
from evenhand.model.staff import Signed


class EyesChecked(Record, frozen=True, kw_only=True):
    """What both checks of another pair of eyes said when a person acted: the staff's rules, and the plain twin.

    `staff_rules` is `not_verified` where the network has no `staff.toml`; a person who is refused makes no event.
    """

    staff_rules: Literal["permitted", "not_verified"]
    four_eyes: Literal["passed"] = "passed"


class FileBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="file"):
    """What was filed. `decision` is ``""`` where no decision is named; `statement` is the letter that told it.

    `informed_on` is the day of the network's zone on which the party was told. `source` names the message or file that
    it came by, `arrived_at` when it reached the network, where that was before it was recorded. A message that gives no
    reason code gets one when it is admitted. Older records have no `admit_by`, and no clock up to their admission.
    """

    decision: str
    statement: str = ""
    party_kind: PartyKind | None = None
    party_id: str = ""
    informed_on: date | None = None
    filed_by: str
    contact: str = ""
    language: str = "en"
    reasons: tuple[ComplaintReason, ...]
    words: str
    attachments: tuple[Attachment, ...] = ()
    comparators: tuple[str, ...] = ()
    way: Way = "form"
    source: str = ""
    arrived_at: datetime | None = None
    acknowledge_by: datetime
    admit_by: datetime | None = None


class AcknowledgeBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="acknowledge"):
    """The complainant was told that the complaint arrived, and the deadlines; `letter` is the SHA-256 of the text."""

    complaint_until: date | None = None
    letter: str = ""


class NameDecisionBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="name_decision"):
    """A person found which decision a complaint is about that named none."""

    decision: str
    statement: str = ""
    party_kind: PartyKind
    party_id: str
    informed_on: date | None = None


class AdmitBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="admit"):
    """The complaint is admissible; `checked` only where a rejection is reviewed. `decide_by` counts no pause.

    `reasons` are those that a person read from the words of a complaint without reason codes.
    """

    decide_by: datetime
    reasons: tuple[ComplaintReason, ...] = ()
    checked: EyesChecked | None = None


class RejectFormBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="reject_form"):
    """The complaint is not admissible, why, and in words that the complainant reads."""

    reason: RejectReason
    text: str
    checked: EyesChecked | None = None


class ComparatorsBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="comparators"):
    """Which like cases were found: those that the review must answer, and those that were treated milder.

    Both are numbers of the `ComparatorFinding`, whose SHA-256 `finding` is; `milder` is a part of `comparators`.
    """

    comparators: tuple[str, ...]
    milder: tuple[str, ...] = ()
    finding: str = ""


class AssignBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="assign"):
    """Who reviews, and that person's own word on a conflict of interest: an event is only made where it is no."""

    reviewer: str
    conflict: Literal[False]
    checked: EyesChecked


class ShowBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="show"):
    """In which order a reviewer was shown the case, and whether with the first decider's name."""

    order: tuple[CasePart, ...]
    decider_shown: bool = False


class AskBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="ask"):
    """A question to the complainant; the clock of the decision stands still until `due_at` at the latest."""

    question: str
    due_at: datetime
    letter: str = ""


class AnswerBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="answer"):
    """What the complainant answered."""

    words: str
    attachments: tuple[Attachment, ...] = ()


class ResumeBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="resume"):
    """The time for an answer has passed: the review goes on with what there is."""

    question: int


class ProposeBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="propose"):
    """The reviewer's answer: outcome, reasons, words for each reason of the complaint, and what changes.

    `answers` is by reason code, `comparator_answers` by party id. With `needs_confirmation` it waits for another
    person; otherwise it decides, and the new decision must have reached the gate and the exports by these instants.
    """

    outcome: ComplaintOutcome
    codes: tuple[OutcomeReason, ...]
    text: str
    answers: dict[str, str]
    comparator_answers: dict[str, str] = {}
    changes: tuple[FactChange, ...] = ()
    needs_confirmation: bool
    gate_by: datetime | None = None
    exports_by: datetime | None = None
    checked: EyesChecked


class ConfirmBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="confirm"):
    """A second reviewer agrees with what is proposed; instants as in a proposal."""

    words: str = ""
    gate_by: datetime | None = None
    exports_by: datetime | None = None
    checked: EyesChecked


class ObjectBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="object"):
    """A second reviewer does not agree, and why; the review goes on."""

    words: str
    checked: EyesChecked


class PlanBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="plan"):
    """Every place that has to follow the new decision, which is ``""`` where the plan is written before it is made.

    `waits_for` says what has to happen first, ``""`` where nothing has. `checked` are the checks of those who reviewed
    and confirmed, made again by who settles.
    """

    new_decision: str = ""
    points: tuple[EnforcementPoint, ...]
    waits_for: str = ""
    checked: EyesChecked | None = None


class ProbeBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="probe"):
    """What an enforcement point answered, before the new decision was published or after."""

    when: Literal["before", "after"]
    probe: Probe


class ProvedBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="proved"):
    """All probes agree: with the decision that replaced the one complained of."""

    points: int
    new_decision: str = ""


class TellBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="tell"):
    """The complainant was told the answer; `letter` is the SHA-256 of the text, `language` that it was written in."""

    letter: str = ""
    language: str = ""
    on: date | None = None


class CloseBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="close"):
    """A person closed the complaint, and why."""

    words: str = ""


class WithdrawBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="withdraw"):
    """The complainant takes the complaint back; older records have neither words, `checked` nor the letter's hash."""

    words: str = ""
    checked: EyesChecked | None = None
    letter: str = ""


class SupersedeBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="supersede"):
    """The restriction complained of was lifted: by a new decision, ``""`` where its own time ran out.

    With `lifted_on`, the first day without it, the complaint goes on: whether it was right until then is answered.
    Without it, in older records and where the network opened the complaint itself, there is nothing more to review.
    """

    by_decision: str
    lifted_on: date | None = None


class BreachBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="breach"):
    """A deadline passed; each is recorded once."""

    clock: ClockName
    due_at: datetime


class SameMistakeBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="same_mistake"):
    """Which decisions that rest on the same ground were opened for review."""

    ground: str
    decisions: tuple[str, ...]


class InterimReliefBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="interim_relief"):
    """`decision` is not applied until an instant, while the complaint is open; `letter` is the SHA-256 of the text."""

    decision: str
    until: datetime
    words: str
    confirmer: str = ""
    letter: str = ""
    checked: EyesChecked


class ReliefEndedBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="relief_ended"):
    """The decision is applied again, and why; a relief that runs out needs no such event."""

    why: Literal["withdrawn", "decided", "complaint_withdrawn"]
    words: str = ""
    letter: str = ""


EventBody = (
    FileBody | AcknowledgeBody | NameDecisionBody | AdmitBody | RejectFormBody | ComparatorsBody | AssignBody | ShowBody
    | AskBody | AnswerBody | ResumeBody | ProposeBody | ConfirmBody | ObjectBody | PlanBody | ProbeBody | ProvedBody
    | TellBody | CloseBody | WithdrawBody | SupersedeBody | BreachBody | ExternalOpenBody | ExternalCloseBody
    | SameMistakeBody | InterimReliefBody | ReliefEndedBody
)  # fmt: skip


# Read once: msgspec makes the configuration anew each time it is asked for.
_KIND_OF: dict[type[EventBody], EventKind] = {body: body.__struct_config__.tag for body in get_args(EventBody)}


class ComplaintEvent(Record, frozen=True, kw_only=True):
    """One event of a complaint: the payload of a `complaint` leaf, of a `review` leaf for `propose` and `confirm`.

    `seq` counts within the complaint from 0 without gaps, `prev_hash` is the SHA-256 of the event before it (64 zeros
    in the first). `by` is a person's id, the program's, or for acts of a complainant the name that they gave.
    """

    v: Literal[1] = 1
    complaint: str
    seq: int
    at: datetime
    by: str
    body: EventBody
    prev_hash: str = "0" * 64
    signed: Signed | None = None
    second: Signed | None = None

    @property
    def kind(self) -> EventKind:
        """Return what kind of event it is."""
        return _KIND_OF[type(self.body)]

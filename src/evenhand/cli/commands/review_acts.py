"""The acts of `evenhand review` as functions, by the option that names each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from evenhand.cli.acting import acting_of
from evenhand.cli.commands.complain import kept_files, reasons_of
from evenhand.cli.common import PROGRAM
from evenhand.model.complaint import Complaint, ComplaintOutcome, OutcomeReason, RejectReason
from evenhand.model.complaint_codes import FOUNDED
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.store.network import Network
    from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
    from evenhand.workflows.people.acting import Acting
    from evenhand.workflows.run.network_run import Tools

Word = TypeVar("Word", bound=str)
OUTCOMES: tuple[ComplaintOutcome, ...] = get_args(ComplaintOutcome)
REJECTIONS: tuple[RejectReason, ...] = get_args(RejectReason)
CODES: tuple[OutcomeReason, ...] = get_args(OutcomeReason)
DisputeOutcome = Literal["upheld", "varied", "reversed", "withdrawn", "no_answer"]
DISPUTE_OUTCOMES: tuple[DisputeOutcome, ...] = get_args(DisputeOutcome)


@dataclass(frozen=True)
class Typed:
    """What was typed beside the act; `value` is the act's own."""

    value: str = ""
    words: str = ""
    reasons: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    to: Mapping[str, str] = field(default_factory=dict)
    like: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[FactChange, ...] = ()
    files: tuple[Path, ...] = ()
    decider: bool = False
    number: str = ""
    on: str = ""
    is_complex: bool = False
    followed: bool | None = None
    until: date | None = None
    confirm_as: str = ""
    confirm_sign: str = ""


_DoAtGate = Callable[["Network", str, "Acting", Typed, datetime, "Tools"], Complaint]
_Do = Callable[["OpenComplaints", Complaint, "Acting", Typed], Complaint]


def _name(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import name_decision

    return name_decision(held, complaint, acting, typed.value, PROGRAM)


def _admit(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import admit

    return admit(held, complaint, acting, reasons_of(typed.reasons))


def _reject(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import reject

    return reject(held, complaint, acting, _known("--reject", typed.value, REJECTIONS), typed.words, PROGRAM)


def _take(held: "OpenComplaints", complaint: Complaint, acting: "Acting", _: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import take

    return take(held, complaint, acting)


def _show(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reading import show

    return show(held, complaint, acting, decider_shown=typed.decider)


def _ask(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import ask

    return ask(held, complaint, acting, typed.words)


def _answer(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import answer

    return answer(held, complaint, acting, typed.words, kept_files(held, typed.files))


def _propose(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import Proposal, propose

    proposal = Proposal(
        outcome=_known("--propose", typed.value, OUTCOMES),
        codes=tuple(map(_code, typed.codes)),
        text=typed.words, answers=dict(typed.to), comparator_answers=dict(typed.like), changes=typed.changes,
    )  # fmt: skip
    return propose(held, complaint, acting, proposal)


def _confirm(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import confirm

    return confirm(held, complaint, acting, typed.words)


def _object(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import object_to

    return object_to(held, complaint, acting, typed.words)


def _withdraw(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.relief import withdraw

    return withdraw(held, complaint, acting, typed.words)


def _close(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import close

    return close(held, complaint, acting, typed.words)


def _external_open(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.workflows.complaints.reviewing import Dispute, open_dispute

    dispute = Dispute(typed.value, _number(typed), day_of_option("--on", typed.on), typed.is_complex)
    return open_dispute(held, complaint, acting, dispute)


def _external_close(held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    from evenhand.model.external_disputes import ExternalCloseBody
    from evenhand.workflows.complaints.reviewing import close_dispute

    body = ExternalCloseBody(
        number=_number(typed), outcome=_known("--external-close", typed.value, DISPUTE_OUTCOMES),
        closed_on=day_of_option("--on", typed.on), followed=typed.followed, words=typed.words,
    )  # fmt: skip
    return close_dispute(held, complaint, acting, body)


def relieve(
    network: "Network", complaint: str, acting: "Acting", typed: Typed, at: datetime, tools: "Tools"
) -> Complaint:
    """Give interim relief in a complaint."""
    from evenhand.workflows.complaints.relief import ReliefAsked
    from evenhand.workflows.complaints.relief import relieve as give

    second = acting_of(network, typed.confirm_as.strip(), typed.confirm_sign) if typed.confirm_as.strip() else None
    return give(network, complaint, acting, ReliefAsked(typed.until, typed.words, second), at, tools)


def end_relief(
    network: "Network", complaint: str, acting: "Acting", typed: Typed, at: datetime, tools: "Tools"
) -> Complaint:
    """End interim relief in a complaint."""
    from evenhand.workflows.complaints.relief import end_relief as end

    return end(network, complaint, acting, typed.words, at, tools)


RELIEF_ACTS: dict[str, _DoAtGate] = {"--relief": relieve, "--end-relief": end_relief}
"""The acts that reach the gate at once, each with the ledger to itself."""

ACTS: dict[str, _Do] = {
    "--decision": _name, "--admit": _admit, "--reject": _reject, "--take": _take, "--show": _show, "--ask": _ask,
    "--answer": _answer, "--propose": _propose, "--confirm": _confirm, "--object": _object, "--withdraw": _withdraw,
    "--close": _close, "--external-open": _external_open, "--external-close": _external_close,
}  # fmt: skip
"""Each act by its option."""

OPTION_OF = {
    "name_decision": "--decision", "admit": "--admit", "reject_form": "--reject", "assign": "--take", "show": "--show",
    "ask": "--ask", "answer": "--answer", "propose": "--propose", "confirm": "--confirm", "object": "--object",
    "withdraw": "--withdraw", "close": "--close", "external_open": "--external-open",
    "external_close": "--external-close", "interim_relief": "--relief", "relief_ended": "--end-relief",
}  # fmt: skip
"""The option by which a person makes each kind of event; what is not here a program makes."""

_NEXT = {
    "filed": "--decision REFERENCE", "acknowledged": "--admit, or --reject CODE --text FILE",
    "admissible": "--take --conflict no", "under_review": "--show, then --propose OUTCOME …",
    "waiting_for_complainant": "--answer --text FILE", "proposed": "--confirm, by another person",
    "told": "--close",
}  # fmt: skip
_PROPOSE = "--propose OUTCOME --code CODE --text FILE --to REASON=TEXT"


def next_review(folder: str, complaint: str, state: str, *, read: bool = False) -> str:
    """Return the command that comes next for a complaint in a state, ``""`` where none does; `read`: it was shown now.

    >>> next_review("net", "c-1", "told")
    'Next: evenhand review net c-1 --as PERSON --close'
    """
    if state == "decided":
        return f"Next: evenhand settle {folder} {complaint} --as PERSON"
    if read and state == "under_review":
        return f"Next: evenhand review {folder} {complaint} --as PERSON {_PROPOSE}, or --ask --text FILE"
    return f"Next: evenhand review {folder} {complaint} --as PERSON {_NEXT[state]}" if state in _NEXT else ""


def _code(text: str) -> OutcomeReason:
    """Return the code of an outcome that was typed; who types the complaint's reason is told the code beside it."""
    found = FOUNDED.get(text)
    if text not in CODES and found is not None:
        raise BadInput("is the reason of a complaint", where="--code", got=text, expected=f"{found}, if it is founded")
    return _known("--code", text, CODES)


def _known(option: str, text: str, known: Sequence[Word]) -> Word:
    found = next((each for each in known if each == text), None)
    if found is None:
        raise BadInput("unknown word", where=option, got=text, expected=", ".join(known))
    return found


def _number(typed: Typed) -> str:
    if not typed.number.strip():
        raise BadInput("missing", got="--number", expected="the number of the case at the out-of-court body")
    return typed.number.strip()


def day_of_option(option: str, text: str) -> date:
    """Return the day that an option names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("no day", where=option, got=text, expected="a date such as 2026-11-02") from None

"""Interim relief: while a complaint is open, the decision complained of is not applied until a day.

The decision stays in force and in every table; the gate's register is what lets the party through. So each recorded
ruling can still be made again and compared with its equals, and when the relief ends nothing has to be decided.
Nobody is relieved of what rests on a law.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from msgspec import structs

from evenhand.appeals import four_eyes
from evenhand.appeals.clocks import day_of, end_of_day
from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint, ComplaintEvent
from evenhand.model.complaint_events import EyesChecked, InterimReliefBody, ReliefEndedBody, WithdrawBody
from evenhand.model.decision import DecidedBy
from evenhand.model.errors import BadInput, NotFound, NotPermitted, StateRefused
from evenhand.model.outcome import Outcome
from evenhand.model.staff import StaffCase
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints, Sign, open_complaints
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.complaints.filing import check_complained, check_given
from evenhand.workflows.complaints.letters import relief_letter_hash, withdrawal_hash, write_letters
from evenhand.workflows.complaints.settlement_plan import history_of, party_of, standing_of
from evenhand.workflows.complaints.staff_cases import check_conflict, checked_act, staff_case_of
from evenhand.workflows.delivery.exported_lists import renew_exports
from evenhand.workflows.evaluation.decision_end import history_of_one
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.lists_of_law import leads_to_binding_list
from evenhand.workflows.people.acting import Acting, permit, sign_record, sign_second
from evenhand.workflows.people.staff_leaf import check_staff_kept
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from evenhand.workflows.run.party_run import decide_again
from evenhand.workflows.run.tools import Tools

LONGEST_DAYS = 30


@dataclass(frozen=True)
class ReliefAsked:
    """A relief before it is given: its last day (None: the longest), why, and who confirms it."""

    until: date | None
    words: str
    second: Acting | None = None


def relieve(
    network: Network, complaint_id: str, acting: Acting, wanted: ReliefAsked, at: datetime, tools: Tools
) -> Complaint:
    """Do not apply the decision complained of until a day, and publish that at once; return the complaint.

    Raises:
        BadInput: no reason, or an end that is not from today to 30 days on.
        StateRefused: the complaint is not open, or nothing that is in force can be lifted.
        NotPermitted: the decision rests on a law, the staff's rules or the four eyes refuse; it names the rule.
    """
    at = at.astimezone(UTC)
    with open_complaints(network, at, tools) as held:
        complaint = _given(held, held.complaints.get(complaint_id), acting, wanted)
        write_letters(network, held.ledger, (complaint,))
    follow_relief(network, complaint, acting.person, at, tools)
    return complaint


def end_relief(
    network: Network, complaint_id: str, acting: Acting, words: str, at: datetime, tools: Tools
) -> Complaint:
    """Apply the decision again before the relief runs out, and publish that at once; return the complaint.

    Raises:
        BadInput: no reason.
        StateRefused: no relief was given.
        NotPermitted: the staff's rules refuse.
    """
    at = at.astimezone(UTC)
    with open_complaints(network, at, tools) as held:
        before = held.complaints.get(complaint_id)
        check_given(words, "no reason for the end of the relief")
        act = checked_act(held, before, acting, "interim_relief")
        complaint = record_end(held, before, acting.person, act.sign, "withdrawn", words)
    follow_relief(network, complaint, acting.person, at, tools)
    return complaint


def record_end(
    held: OpenComplaints, complaint: Complaint, by: str, sign: Sign | None,
    why: Literal["withdrawn", "decided", "complaint_withdrawn"], words: str = "",
) -> Complaint:  # fmt: skip
    """Record that a decision is applied again, with a letter unless the answer tells it; the caller publishes it."""
    body = ReliefEndedBody(why=why, words=words)
    if why != "decided":
        sha256 = relief_letter_hash(held.network, held.ledger, complaint, body, held.at)
        body = structs.replace(body, letter=sha256)
    ended = held.add(complaint.id, body, by=by, sign=sign)
    write_letters(held.network, held.ledger, (ended,))
    return ended


def withdraw(held: OpenComplaints, complaint: Complaint, acting: Acting, words: str) -> Complaint:
    """Record that the complainant takes the complaint back, in the complainant's `words`; `acting` is who enters it.

    A relief ends with it, and a letter confirms it.

    Raises:
        BadInput: there are no words of the complainant.
        StateRefused: it is over, or the network opened it itself because of the same mistake.
        NotPermitted: whose decision, approval, finding or judgement it is about; it names the rule.
    """
    check_given(words, "no words of the complainant: who withdraws says so")
    check_complained(complaint, "withdraw")
    act = checked_act(held, complaint, acting, "admit", eyes="withdraw")
    if complaint.relief_until is not None:
        complaint = record_end(held, complaint, acting.person, act.sign, "complaint_withdrawn")
    body = WithdrawBody(words=words, checked=act.checked)
    sha256 = withdrawal_hash(held.network, held.ledger, complaint, body, held.at)
    withdrawn = held.add(complaint.id, structs.replace(body, letter=sha256), by=acting.person, sign=act.sign)
    write_letters(held.network, held.ledger, (withdrawn,))
    return withdrawn


def is_liftable(network: Network, ledger: LogReader, complaint: Complaint, at: datetime) -> bool:
    """Return whether there is a restriction of a party in force that may be lifted while a complaint is open.

    Whether it rests on a law, and who may lift it, is seen only when it is lifted.
    """
    if not complaint.decision or complaint.party_kind is None:
        return False
    history = history_of_one(ledger, network.state, complaint.party_kind, complaint.party_id)
    try:
        return not _why_not(history, standing_of(ledger, history, complaint), at)
    except NotFound:
        return False


def follow_relief(network: Network, complaint: Complaint, by: str, at: datetime, tools: Tools) -> None:
    """Publish that a decision is applied no more, or again: the gate's register and exported lists."""
    decide_again(network, (party_of(complaint),), at, DecidedBy(kind="person", id=by), tools)
    renew_exports(network, at, tools.suffixes)


def _given(held: OpenComplaints, complaint: Complaint, acting: Acting, wanted: ReliefAsked) -> Complaint:
    check_given(wanted.words, "no reason for the relief")
    until = _end(held, wanted.until)
    standing = _liftable(held, complaint)
    case = _case(held, complaint, standing)
    _check_no_law(held, standing, case, acting.person)
    permitted = _permitted(held, acting, wanted.second, case)
    checked = EyesChecked(staff_rules="not_verified" if network_staff(held.network) is None else "permitted")
    body = InterimReliefBody(
        decision=standing.id, until=until, words=wanted.words, checked=checked,
        confirmer="" if wanted.second is None else wanted.second.person,
    )  # fmt: skip
    sha256 = relief_letter_hash(held.network, held.ledger, complaint, body, held.at)
    sign = _signing(held, permitted, wanted.second)
    return held.add(complaint.id, structs.replace(body, letter=sha256), by=acting.person, sign=sign)


def _end(held: OpenComplaints, last_day: date | None) -> datetime:
    """Return the last second of the last day, of the network's zone."""
    zone = held.network.settings.zone
    today = day_of(held.at, zone)
    longest = today + timedelta(days=LONGEST_DAYS)
    if last_day is not None and not today <= last_day <= longest:
        raise BadInput("no end of a relief", where="--until", got=last_day.isoformat(),
                       expected=f"a day from {today} to {longest}")  # fmt: skip
    return end_of_day(last_day or longest, zone)


def _liftable(held: OpenComplaints, complaint: Complaint) -> CaseDecision:
    """Return the decision that is not applied: the case's newest, in force, about a party, and stricter than allow."""
    if not complaint.decision:
        raise _not_liftable(complaint, "the complaint names no decision")
    history = history_of(held.network, held.ledger)
    standing = standing_of(held.ledger, history, complaint)
    why = _why_not(history, standing, held.at)
    if why:
        raise _not_liftable(complaint, why)
    return standing


def _not_liftable(complaint: Complaint, why: str) -> StateRefused:
    what = f"the restriction cannot be lifted while the complaint is open: {why}"
    return StateRefused(what, where=complaint.id, state=complaint.state, event="interim_relief")


def _why_not(history: History, standing: CaseDecision, at: datetime) -> str:
    now = history.in_force(standing.case, at)
    if standing.outcome is Outcome.ALLOW:
        return "nothing is restricted any more"
    if now is None or now.id != standing.id:  # a stage of it may hold before the rest does
        return f"the newest decision is in force only from {standing.effective_from:%Y-%m-%dT%H:%M:%SZ}"
    return "it is about one campaign, which people stop and start" if standing.scope.startswith("campaign:") else ""


def _case(held: OpenComplaints, complaint: Complaint, standing: CaseDecision) -> StaffCase:
    """Return who took part; who reviews the complaint now may relieve, and a second decision may rest on a law too."""
    case = staff_case_of(held, complaint, by_findings=False)
    about = decision_with_letter(held.ledger, standing.id)
    by_law = about is not None and (
        (about.statement is not None and about.statement.ground.type == "law")
        or leads_to_binding_list(held.network, about.decision, held.at)
    )
    others = tuple(each for each in case.earlier_reviewers if each != complaint.reviewer)
    return structs.replace(case, sanctions=case.sanctions or by_law, earlier_reviewers=others, proposer="")


def _check_no_law(held: OpenComplaints, standing: CaseDecision, case: StaffCase, person: str) -> None:
    """INVARIANT: nobody is relieved of a decision of which a rule or the reasons given rest on a law, or may do so."""
    rule = next(_lawful(held.network, standing), "sanctions" if case.sanctions else "")
    if rule:
        raise NotPermitted("what rests on a law is not lifted while a complaint is open", rule=rule, person=person,
                           needed="a decision on the complaint")  # fmt: skip


def _lawful(network: Network, standing: CaseDecision) -> Iterator[str]:
    """Yield the rules that rest on a law, and what cannot be told from one: errors, and rules that were not kept."""
    rulebook = Rulebooks(network).by_hash(standing.rulebook.removeprefix("sha256:"))
    for name in standing.reasons:
        if (
            rulebook is None
            or name not in rulebook.rules
            or rulebook.rules[name].annotations.get("ground") == "illegal"
        ):
            yield name
    yield from standing.errors
    if not standing.reasons:
        yield "schema"


def _permitted(held: OpenComplaints, acting: Acting, second: Acting | None, case: StaffCase) -> Acting:
    """Return who gives the relief; without `staff.toml` two people of different names are asked for."""
    check_staff_kept(held.ledger, held.network, held.at)
    for each in filter(None, (acting, second)):
        check_conflict(each)
    four_eyes("review", acting.person, case)
    if second is not None:
        four_eyes("confirm", second.person, structs.replace(case, proposer=acting.person))
    elif network_staff(held.network) is None:
        raise NotPermitted("a relief takes two people", rule="second-person", person=acting.person,
                           needed="another person", todo="name one: --confirm-as PERSON")  # fmt: skip
    return permit(held.network, acting, "interim_relief", case, held.at, second=second)


def _signing(held: OpenComplaints, permitted: Acting, second: Acting | None) -> Sign:
    staff = network_staff(held.network)

    def sign(event: ComplaintEvent) -> ComplaintEvent:
        signed = sign_record(event, permitted, staff, held.at)
        return signed if second is None else sign_second(signed, second, staff, held.at)

    return sign

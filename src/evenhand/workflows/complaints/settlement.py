"""What was decided on a complaint is carried out: facts recorded, decided again, every place asked until it follows.

Each step is an event of the complaint, or leaves a record by which it is known to be done: killed between any two of
them, the next call goes on where this one stopped.

1. Four eyes and the staff's rules, again; the plan: each place that the decision reached, and what it answers before.
2. What is said of the facts is recorded; or the settlement waits for a rulebook.
3. The party is decided again, and exported lists are written anew.
4. Each place is asked; when all agree the settlement is proved, the complainant told, and the complaint closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from evenhand.appeals import four_eyes
from evenhand.appeals.clocks import passed_deadlines
from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint, Probe
from evenhand.model.complaint_events import (
    BreachBody,
    CloseBody,
    PlanBody,
    ProbeBody,
    ProvedBody,
    SameMistakeBody,
    TellBody,
)
from evenhand.model.decision import DecidedBy
from evenhand.model.errors import NotPermitted, StateRefused
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.model.staff import StaffCase
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints, open_complaints
from evenhand.workflows.complaints.enforcement_points import Reach
from evenhand.workflows.complaints.filing import with_end_of_decision
from evenhand.workflows.complaints.letters import answer_letter, write_letters
from evenhand.workflows.complaints.probes import Client
from evenhand.workflows.complaints.relief import follow_relief, record_end
from evenhand.workflows.complaints.reviewing import confirm
from evenhand.workflows.complaints.same_mistake import reopen_like_decisions
from evenhand.workflows.complaints.settlement_plan import (
    NOTHING_LEFT,
    OF_A_RULE,
    check_comes_out,
    history_of,
    is_lifted,
    party_of,
    plan_points,
    ruling_of,
    standing_of,
    waiting_sentence,
)
from evenhand.workflows.complaints.staff_cases import PermittedAct, checked_act, must_be_confirmed, staff_case_of
from evenhand.workflows.delivery.exported_lists import renew_exports
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.dry_run import dry_run
from evenhand.workflows.review.fact_changes import record_changes
from evenhand.workflows.run.network_run import Tools
from evenhand.workflows.run.party_run import decide_again

_FACTS = ("judgement", "confirmed_fact")
_SETTLED = ("proved", "told", "closed")


class Settlement(Record, frozen=True, kw_only=True):
    """How far a settlement is.

    `waits_for` says what it waits for, ``""`` if for nothing. `red` are the places that do not answer as they shall,
    as they were asked last. `reopened` are complaints that the network opened because like decisions may be wrong.
    `overdue` names clocks that passed. `persons_verified`: the network has a `staff.toml`.
    """

    complaint: Complaint
    red: tuple[Probe, ...] = ()
    waits_for: str = ""
    reopened: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    persons_verified: bool

    @property
    def is_proved(self) -> bool:
        """Return whether every place answers as decided."""
        return self.complaint.state in _SETTLED


@dataclass(frozen=True)
class _Settler:
    """Who settles which complaint, at which instant, with what."""

    network: Network
    complaint: str
    acting: Acting
    second: Acting | None
    at: datetime
    tools: Tools
    program: str


def settle(
    network: Network, complaint_id: str, acting: Acting, at: datetime, tools: Tools, *, program: str,
    second: Acting | None = None,
) -> Settlement:  # fmt: skip
    """Carry out what was decided on a complaint, as far as it goes now; call it again until it is proved.

    `program` is the name and version that the program's own events carry. `second` confirms what is proposed, and
    signs what is recorded of the facts.

    Raises:
        NotFound: no such complaint.
        StateRefused: nothing is decided yet, or the rules in force do not give the outcome.
        NotPermitted: the staff's rules or the four eyes refuse; it names the rule.
        LedgerError: another process holds the ledger, or its history was changed.
    """
    settler = _Settler(network, complaint_id, acting, second, at.astimezone(UTC), tools, program)
    with open_complaints(network, settler.at, tools) as held:
        complaint = held.complaints.get(complaint_id)
        if complaint.state == "proposed" and second is not None:
            complaint = confirm(held, complaint, second)
        if complaint.state == "decided":
            complaint = with_end_of_decision(held, complaint, program)
        act = _check_may(held, complaint, acting)
        relieved = complaint.relief_until is not None
        if complaint.outcome == "upheld" or complaint.state in _SETTLED:
            complaint = _tell(settler, held, _without_relief(settler, held, complaint, act), act)
            if not relieved:
                return _report(settler, complaint)
        if complaint.state == "decided":
            complaint = _begin(settler, held, complaint, act)
    if complaint.outcome == "upheld" or complaint.state in _SETTLED:
        follow_relief(settler.network, complaint, settler.acting.person, settler.at, settler.tools)
        return _report(settler, complaint)
    waits_for = _waits_for(settler, complaint)
    if waits_for:
        return _report(settler, complaint, waits_for=waits_for)
    _record_facts(settler, complaint)
    _follow(settler, complaint)
    return _prove(settler)


def _without_relief(settler: _Settler, held: OpenComplaints, complaint: Complaint, act: PermittedAct) -> Complaint:
    """Record that a relief ends with the decision on the complaint."""
    if complaint.relief_until is None:
        return complaint
    return record_end(held, complaint, settler.acting.person, act.sign, "decided")


def _check_may(held: OpenComplaints, complaint: Complaint, acting: Acting) -> PermittedAct:
    if complaint.outcome is None:
        raise StateRefused(
            f"there is nothing to settle: the complaint is {complaint.state.replace('_', ' ')}", where=complaint.id,
            state=complaint.state, event="settle", todo="an outcome is proposed and confirmed first: evenhand review",
        )  # fmt: skip
    four_eyes("review", acting.person, StaffCase())  # who settles need not be new to the case, but is a person
    return checked_act(held, complaint, acting, "settle", answer=complaint.outcome)


def _begin(settler: _Settler, held: OpenComplaints, complaint: Complaint, act: PermittedAct) -> Complaint:
    """Check again who reviewed, then write down what every place answers now, and the plan."""
    _check_eyes(held, complaint)
    history = history_of(settler.network, held.ledger)
    standing = standing_of(held.ledger, history, complaint)
    assert complaint.outcome is not None
    tried = check_comes_out(
        settler.network, complaint, standing, complaint.changes, settler.at, settler.tools,
        outcome=complaint.outcome, by_rule=OF_A_RULE in complaint.outcome_codes,
    )  # fmt: skip
    reach = Reach(settler.network, held.ledger, history, settler.at, settler.tools.suffixes)
    is_over = tried is None and is_lifted(complaint, standing)
    plan = NOTHING_LEFT if is_over else plan_points(reach, standing, tried)
    known = {each.point for each in complaint.probes}
    before = (ProbeBody(when="before", probe=each) for each in plan.before if each.point not in known)
    complaint = held.add_all(complaint.id, before, by=settler.program)
    reopen_like_decisions(held, complaint, standing, plan.cases, history, settler.program)
    body = PlanBody(points=plan.points, waits_for=plan.waits_for, checked=act.checked)
    return held.add(complaint.id, body, by=settler.acting.person, sign=act.sign)


def _check_eyes(held: OpenComplaints, complaint: Complaint) -> None:
    """Check once more that two people decided where it takes two, and that neither took part before."""
    case = staff_case_of(held, complaint)
    four_eyes("review", complaint.proposer, case)
    if complaint.outcome is not None and must_be_confirmed(held, complaint, complaint.outcome):
        if not complaint.confirmer:
            raise NotPermitted("decided without a second reviewer", rule="second-reviewer", person=complaint.proposer,
                               needed="another person who confirms")  # fmt: skip
        four_eyes("confirm", complaint.confirmer, msgspec.structs.replace(case, proposer=complaint.proposer))


def _waits_for(settler: _Settler, complaint: Complaint) -> str:
    """Return what a settlement waits for whose outcome is about the rule: it goes on once the rules say otherwise."""
    plan = next(event.body for event in complaint.events if isinstance(event.body, PlanBody))
    if not plan.waits_for:
        return ""
    with read_ledger(settler.network.ledger) as ledger:
        standing = standing_of(ledger, history_of(settler.network, ledger), complaint)
    if standing.id != complaint.decision and standing.outcome is Outcome.ALLOW:
        return ""
    own = ruling_of(dry_run(settler.network, party_of(complaint), (), settler.at, settler.tools), standing)
    return "" if own is not None and own.after is Outcome.ALLOW else waiting_sentence(standing)


def _record_facts(settler: _Settler, complaint: Complaint) -> None:
    """Record what the outcome says of the facts, once: the reason names the complaint."""
    if not complaint.changes:
        return
    why = f"complaint {complaint.id}: {complaint.outcome} ({', '.join(complaint.outcome_codes)})"
    with open_complaints(settler.network, settler.at, settler.tools) as held:
        if not _are_recorded(held.ledger, complaint, why):
            record_changes(
                held.ledger, settler.network, party_of(complaint), complaint.changes, settler.acting, settler.at,
                tools=settler.tools, why=why, second=settler.second,
            )  # fmt: skip


def _are_recorded(ledger: LogReader, complaint: Complaint, why: str) -> bool:
    plan = next(event.seq for event in complaint.events if event.kind == "plan")
    start = ledger.seq_of(f"complaint:{complaint.id}:{plan}") or 0
    return any(
        leaf.kind in _FACTS and payload is not None and msgspec.json.decode(payload).get("why") == why
        for _, leaf, payload in ledger.entries(start=start)
    )


def _follow(settler: _Settler, complaint: Complaint) -> None:
    """Decide the party again and write exported lists anew, unless every place follows already."""
    with read_ledger(settler.network.ledger) as ledger:
        probes = _asked(settler, ledger, complaint)
    if all(each.agrees for each in probes):
        return
    by = DecidedBy(kind="person", id=complaint.confirmer or complaint.proposer)
    decide_again(settler.network, (party_of(complaint),), settler.at, by, settler.tools)
    renew_exports(settler.network, settler.at, settler.tools.suffixes)


def _prove(settler: _Settler) -> Settlement:
    """Ask every place and record each answer that is new; where all agree, prove, tell and close."""
    with open_complaints(settler.network, settler.at, settler.tools) as held:
        complaint = held.complaints.get(settler.complaint)
        act = checked_act(held, complaint, settler.acting, "settle", answer=complaint.outcome or "")
        if complaint.state in _SETTLED:  # somebody else was faster
            return _report(settler, _tell(settler, held, complaint, act))
        probes = _asked(settler, held.ledger, complaint)
        last = _answers(complaint)
        answers = (ProbeBody(when="after", probe=each) for each in probes if last.get(each.point) != each.got)
        complaint = held.add_all(complaint.id, answers, by=settler.program)
        red = tuple(each for each in probes if not each.agrees)
        if red:
            return _escalated(settler, held, complaint, red)
        standing = standing_of(held.ledger, history_of(settler.network, held.ledger), complaint)
        body = ProvedBody(points=len(complaint.points), new_decision=standing.id)
        proved = _without_relief(settler, held, held.add(complaint.id, body, by=settler.program), act)
        return _report(settler, _tell(settler, held, proved, act))


def _answers(complaint: Complaint) -> dict[str, str]:
    """Return what each place answered last after the new decision."""
    bodies = (event.body for event in complaint.events)
    return {each.probe.point: each.probe.got for each in bodies if isinstance(each, ProbeBody) and each.when == "after"}


def _escalated(settler: _Settler, held: OpenComplaints, complaint: Complaint, red: Sequence[Probe]) -> Settlement:
    """Record each clock that passed while places do not follow: people see the breach, and the complaint stays open."""
    for deadline in passed_deadlines(complaint, settler.at):
        body = BreachBody(clock=deadline.clock, due_at=deadline.due_at)
        complaint = held.add(complaint.id, body, by=settler.program)
    return _report(settler, complaint, red=tuple(red))


def _tell(settler: _Settler, held: OpenComplaints, complaint: Complaint, act: PermittedAct) -> Complaint:
    """Tell the complainant the answer, with the day, and close the complaint; each of it once."""
    if complaint.state in ("decided", "proved"):
        complaint = held.add(complaint.id, _told(settler, held.ledger, complaint), by=settler.program)
    if complaint.state == "told":
        complaint = held.add(complaint.id, CloseBody(words="settled"), by=settler.acting.person, sign=act.sign)
    write_letters(settler.network, held.ledger, [complaint])
    return complaint


def _told(settler: _Settler, ledger: LogReader, complaint: Complaint) -> TellBody:
    """Return what is told; nobody is where nobody complained and the decision stands."""
    if complaint.way == "same_mistake" and complaint.outcome == "upheld":
        return TellBody()
    letter = answer_letter(settler.network, ledger, complaint)
    day = settler.at.astimezone(settler.network.settings.zone).date()
    return TellBody(letter=letter.sha256, language=letter.language, on=day)


def _asked(settler: _Settler, ledger: LogReader, complaint: Complaint) -> tuple[Probe, ...]:
    history = history_of(settler.network, ledger)
    client = Client(settler.network, ledger, history, settler.at, settler.tools.suffixes)
    return client.ask_all(complaint.points)


def _report(settler: _Settler, complaint: Complaint, *, red: tuple[Probe, ...] = (), waits_for: str = "") -> Settlement:
    reopened = (event.body.decisions for event in complaint.events if isinstance(event.body, SameMistakeBody))
    return Settlement(
        complaint=complaint,
        red=red,
        waits_for=waits_for,
        reopened=tuple(each for several in reopened for each in several),
        overdue=tuple(each.clock for each in complaint.deadlines if each.breached and each.met_at is None),
        persons_verified=network_staff(settler.network) is not None,
    )

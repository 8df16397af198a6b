"""Law *Nothing lost*, over all that people do with complaints: in any order, with refusals and runs between.

After each step every event that was recorded is still there, in its place; what was refused left no event; and the
gate says of every party what the ledger has in force.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import settings

from evenhand.gate import Gate
from evenhand.model.complaint import Complaint, ComplaintEvent, ComplaintReason, RejectReason
from evenhand.model.errors import EvenhandError
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.complaints.comparator_run import attach_comparators, lacks_comparators
from evenhand.workflows.complaints.reading import show
from evenhand.workflows.complaints.relief import withdraw
from evenhand.workflows.complaints.reviewing import (
    Proposal,
    admit,
    answer,
    ask,
    close,
    confirm,
    object_to,
    propose,
    reject,
    take,
)  # fmt: skip
from evenhand.workflows.complaints.settlement import settle
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.operations import verify_folder
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from tests.complaints import PROGRAM, complain, held
from tests.networks import DAY_2, TOOLS, MadeNetwork
from tests.settlements import NOT_THE_ENTITY

_PARTIES = ("mills", "listed", "works")
_PEOPLE = ("dora", "rita", "sam", "cora", "A. Analyst")
_REJECTIONS: tuple[RejectReason, ...] = ("not_a_party", "out_of_time")
_SEEDS = (17,) if settings().max_examples <= 50 else tuple(range(40))
_STEPS = 25

Events = dict[str, tuple[ComplaintEvent, ...]]


@dataclass
class _Desk:
    """A network in which people act at random; `at` goes on by an hour a step."""

    made: MadeNetwork
    chance: random.Random
    at: datetime = DAY_2 + timedelta(hours=3)
    done: dict[str, int] = field(default_factory=dict)

    def one(self) -> Complaint | None:
        """Return a complaint at random, mostly the newest; None where there is none."""
        known = list(complaints_of(self.made.network).by_id.values())
        return self.chance.choice([*known, *known[-1:], *known[-1:]]) if known else None

    def person(self, *, conflict: bool | None = None) -> Acting:
        return Acting(self.chance.choice(_PEOPLE), conflict=conflict)

    def file(self) -> None:
        several: tuple[ComplaintReason, ...] = ("not_the_entity", "unequal_treatment", "facts_wrong")
        reasons = tuple(self.chance.sample(several, self.chance.randint(1, 2)))
        words = f"We are another company ({self.chance.random()})."
        filed = complain(self.made, self.chance.choice(_PARTIES), at=self.at, words=words, reasons=reasons)
        if lacks_comparators(filed) and self.chance.random() < 0.8:
            attach_comparators(self.made.network, filed, self.at, TOOLS)

    def act(self, complaint: Complaint) -> None:
        """Let somebody do what comes next, or anything."""
        likely = {"acknowledged": self.admit, "admissible": self.take, "under_review": self.propose,
                  "proposed": self.confirm, "decided": self.settle}.get(complaint.state)  # fmt: skip
        others: list[Callable[[Complaint], object]] = [
            self.admit, self.take, self.propose, self.confirm, self.settle, self.reject, self.ask, self.answer,
            self.object, self.withdraw, self.close,
        ]  # fmt: skip
        (likely if likely is not None and self.chance.random() < 0.8 else self.chance.choice(others))(complaint)

    def admit(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            admit(opened, complaint, self.person())

    def reject(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            reject(opened, complaint, self.person(), self.chance.choice(_REJECTIONS), "Not so.", PROGRAM)

    def take(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            take(opened, complaint, self.person(conflict=self.chance.random() < 0.1))

    def ask(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            ask(opened, complaint, self.person(), "Which register?")

    def answer(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            answer(opened, complaint, self.person(), "That of Berlin.")

    def propose(self, complaint: Complaint) -> None:
        upheld = self.chance.random() < 0.4
        changes = (NOT_THE_ENTITY,) if not upheld and complaint.party_id == "mills" else ()
        reasons: dict[str, str] = dict.fromkeys(complaint.reasons, "We looked.")
        like = dict.fromkeys(complaint.comparators or (), "It differs.")
        proposal = Proposal("reversed", ("wrong_entity",), "You are right.", reasons, like, changes)
        if upheld:
            proposal = Proposal("upheld", ("facts_confirmed",), "We looked.", reasons, like)
        reviewer = Acting(complaint.reviewer) if self.chance.random() < 0.9 else self.person()
        with held(self.made, self.at) as opened:
            propose(opened, show(opened, complaint, reviewer), reviewer, proposal)

    def confirm(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            confirm(opened, complaint, self.person())

    def object(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            object_to(opened, complaint, self.person(), "Look again.")

    def withdraw(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            withdraw(opened, complaint, self.person(), "We take it back.")

    def close(self, complaint: Complaint) -> None:
        with held(self.made, self.at) as opened:
            close(opened, complaint, self.person())

    def settle(self, complaint: Complaint) -> None:
        settle(self.made.network, complaint.id, self.person(), self.at, TOOLS, program=PROGRAM)

    def step(self) -> None:
        """Do one thing; what is refused is counted."""
        self.at += timedelta(hours=1)
        complaint = self.one()
        draw = self.chance.random()
        try:
            if draw < 0.06:
                self.made.run(self.at)
            elif complaint is None or draw < 0.2:
                self.file()
            else:
                self.act(complaint)
            self.done["done"] = self.done.get("done", 0) + 1
        except EvenhandError as error:
            self.done[type(error).__name__] = self.done.get(type(error).__name__, 0) + 1


def _events(made: MadeNetwork) -> Events:
    return {name: each.events for name, each in complaints_of(made.network).by_id.items()}


def _check_gate(made: MadeNetwork, at: datetime) -> None:
    with read_ledger(made.network.ledger) as ledger:
        history = fold(ledger)
    gate = Gate(made.network.out / "register.jsonl", stale="last")
    for each in history.all_in_force(at):
        if each.scope == "advertiser":
            assert gate.verdict(advertiser=each.party_id, at=at).outcome is each.outcome, each


@pytest.mark.parametrize("seed", _SEEDS)
def test_no_event_is_lost_and_the_gate_is_the_ledger_whatever_people_do(wrong_match: MadeNetwork, seed: int) -> None:
    """Events are only ever added at the end of their complaint. The long profile goes through forty sequences."""
    desk = _Desk(wrong_match, random.Random(seed))
    before: Events = {}

    for _ in range(_STEPS):
        desk.step()
        after = _events(desk.made)
        assert all(after[name][: len(events)] == events for name, events in before.items())
        _check_gate(desk.made, desk.at)
        before = after

    states = {each.state for each in complaints_of(desk.made.network).by_id.values()}
    assert verify_folder(desk.made.folder).ok
    assert desk.done["done"] > _STEPS // 3, desk.done
    assert states & {"proved", "told", "closed"}, states
    assert {"StateRefused", "NotPermitted"} & desk.done.keys()

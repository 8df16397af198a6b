"""Conditions of the gate that are taken up again from the last register, and those that are not."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.errors import ProcessEnded
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser
from evenhand.model.program import And, Before, Is, Not, Program, When
from evenhand.model.register import RegisterRow
from evenhand.policy.residuals import Conditions
from evenhand.workflows.delivery import gate_conditions
from evenhand.workflows.delivery.kept_conditions import ConditionMemory, KeptConditions, read_conditions
from evenhand.workflows.evaluation.facts_forms import FilledForm
from evenhand.workflows.evaluation.side_process import can_work_beside
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.fact_changes import record_changes
from evenhand.workflows.run import conditions_beside
from evenhand.workflows.run.party_run import decide_again
from tests.confirmed import PAPER
from tests.networks import BY, DAY_1, TOOLS, MadeNetwork, full_network

OWNED = Party(kind="advertiser", id="owned")
BREAKS: tuple[Callable[[Path], object], ...] = (
    lambda file: file.unlink(),
    lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(file.read_bytes()[:-40]),
    lambda file: file.write_bytes(msgspec.msgpack.encode(KeptConditions("b", 1, (), {"f": 0}))),
    lambda file: file.write_bytes(msgspec.msgpack.encode(KeptConditions("b", 1, (), {}, {b"q": 0}))),
)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = full_network(tmp_path_factory.mktemp("begun") / "network")
    made.run(DAY_1)
    return made


@pytest.fixture
def made_anew() -> Iterator[list[str]]:
    """Give the ids of advertisers whose conditions were made in the test."""
    ids: list[str] = []
    make = gate_conditions.ServeConditions.make

    def counted(self: gate_conditions.ServeConditions, request: gate_conditions.Json | FilledForm) -> Conditions:
        ids.append(request.values[0] if isinstance(request, FilledForm) else request["principal"]["id"])
        return make(self, request)

    with patch.object(gate_conditions.ServeConditions, "make", counted):
        yield ids


def answer(made: MadeNetwork, hours: int = 1) -> None:
    at = DAY_1 + timedelta(hours=hours)
    share = FactChange(kind="share", owner_id="morvane", share_ppm=0, documents=(PAPER,))
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        record_changes(ledger, made.network, OWNED, (share,), Acting("p-1"), at, tools=TOOLS, why="made up")
        ledger.publish(at)
    decide_again(made.network, (OWNED,), at, BY, TOOLS)


def register(made: MadeNetwork) -> bytes:
    return (made.folder / "out" / "register.jsonl").read_bytes()


def conditions_in(made: MadeNetwork) -> dict[str, RegisterRow]:
    """Return the rows without their campaigns, of which another country makes another decision."""
    return {name: msgspec.structs.replace(row, campaigns=()) for name, row in made.register()[1].items()}


def test_an_answer_makes_only_the_conditions_of_those_whom_it_changes(
    begun: MadeNetwork, tmp_path: Path, made_anew: list[str]
) -> None:
    """The others' facts are the same as a whole, so what follows from them is too."""
    made = begun.copy(tmp_path / "network")

    answer(made)

    assert made_anew == ["owned"]
    assert len(made.register()[1]) > 3


@pytest.mark.parametrize("spoil", BREAKS)
def test_a_register_is_the_same_where_what_was_kept_is_lost_or_damaged(
    begun: MadeNetwork, tmp_path: Path, made_anew: list[str], spoil: Callable[[Path], object]
) -> None:
    """Byte for byte; then every condition is made anew."""
    kept, lost = begun.copy(tmp_path / "kept"), begun.copy(tmp_path / "lost")
    spoil(lost.folder / "state" / "conditions.msgpack")

    answer(kept)
    quick = len(made_anew)
    answer(lost)

    assert register(kept) == register(lost)
    assert (quick, len(made_anew)) == (1, 1 + len(kept.tables["advertisers"]))


def test_a_run_makes_the_conditions_of_changed_facts_and_another_program_all_of_them(
    begun: MadeNetwork, tmp_path: Path, made_anew: list[str]
) -> None:
    """They follow from the facts of an advertiser, the rules and the program that reads both."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "bakery")["verification"] = "register"

    made.run(DAY_1 + timedelta(hours=1))
    assert made_anew == ["bakery"]

    made_anew.clear()
    with patch.object(gate_conditions, "_PROGRAM", "another"):
        made.run(DAY_1 + timedelta(hours=2))
    assert len(made_anew) == len(made.tables["advertisers"])


def test_other_facts_of_which_the_rules_read_the_same_are_not_asked_about_again(
    begun: MadeNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer about another, or of a run before the last, is taken up too; and conditions are those of then."""
    made, questions = begun.copy(tmp_path / "network"), []
    make = gate_conditions.ServeConditions._made

    def counted(self: gate_conditions.ServeConditions, facts: Facts) -> Conditions:
        questions.append(facts.principal.id)
        return make(self, facts)

    monkeypatch.setattr(gate_conditions.ServeConditions, "_made", counted)
    before = conditions_in(made)
    country = made.row("advertisers", "civic")["country"]
    for hour, other in enumerate(("QX", "QP", country), 1):
        made.row("advertisers", "civic")["country"] = other
        made.run(DAY_1 + timedelta(hours=hour))

    assert questions == ["civic"]
    assert conditions_in(made) == before


def condition(program: Program) -> Conditions:
    return Conditions((When(outcome=Outcome.REFUSE, rule="r", program=program),), ())


def test_conditions_are_made_anew_once_a_time_that_they_name_has_come(tmp_path: Path) -> None:
    """Anywhere in them; those of another basis, or made for a later instant, are not taken up at all."""
    made = {
        "a": condition(Is("political", True)),
        "b": condition(Before(500)),
        "c": condition(And((Is("political", True), Not(Before(501))))),
    }
    facts = {each: sha256(each.encode()).digest() for each in made}
    first = ConditionMemory(facts)
    first.begin("basis", 400)
    for name, each in made.items():
        first.of(Advertiser(id=name, name=name), lambda advertiser: made[advertiser.id])
        first.answers[name.encode()] = each
    first.write(tmp_path)

    def known(since_ms: int, basis: str = "basis") -> str:
        memory = ConditionMemory(facts, read_conditions(tmp_path))
        memory.begin(basis, since_ms)
        assert memory.answers == {each.encode(): made[each] for each in made if memory.find(each) is not None}
        return "".join(each for each in made if memory.find(each) == made[each])

    assert (known(400), known(499), known(500), known(501)) == ("abc", "abc", "ac", "a")
    assert (known(399), known(400, "another")) == ("", "")
    shutil.rmtree(tmp_path)
    assert read_conditions(tmp_path) is None


def beside(work: Callable[[], object]) -> AbstractContextManager[object]:
    """Let another process make the conditions of even a few advertisers, and do this work before."""
    make = conditions_beside.make_conditions

    def after(*given: Any) -> None:
        work()
        make(*given)

    return patch.multiple(conditions_beside, _WORTH_A_PROCESS=0, make_conditions=after)


@pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")
def test_conditions_of_a_first_run_are_made_beside_the_record(tmp_path: Path, made_anew: list[str]) -> None:
    """None is made again where the register is, and all of them are kept."""
    made = full_network(tmp_path / "network")

    with beside(int):
        made.run(DAY_1)

    assert made_anew == []
    kept = read_conditions(made.network.state)
    assert kept is not None
    assert len(kept.places) == len(made.tables["advertisers"])


@pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")
def test_a_process_that_makes_conditions_and_dies_leaves_what_is_recorded(tmp_path: Path) -> None:
    """The next run finds the decisions, and makes the register."""
    made = full_network(tmp_path / "network")

    with (
        beside(lambda: os.kill(os.getpid(), signal.SIGKILL)),
        pytest.raises(ProcessEnded, match="conditions of the gate, was ended by SIGKILL; what was rec"),
    ):
        made.run(DAY_1)
    assert not (made.folder / "out" / "register.jsonl").exists()
    decided = len(made.decisions())
    assert decided > 10

    assert made.run(DAY_1).decisions == 0
    assert len(made.decisions()) == decided
    assert (made.folder / "out" / "register.jsonl").exists()

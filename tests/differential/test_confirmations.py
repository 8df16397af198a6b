"""Proposals that two processes let Cedar confirm, beside those that one does."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import ProcessEnded, ProposalDisagrees
from evenhand.model.facts import Facts
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.policy.ruling import NO_RULING
from evenhand.policy.sql.proposal import Proposed, Proposer
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.evaluation import confirmations, rulings
from evenhand.workflows.evaluation.confirmations import confirm_decided
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import QuestionMemory, RuledRequest
from evenhand.workflows.evaluation.side_process import can_work_beside
from evenhand.workflows.rulebooks.replay import ruling_of
from tests.differential.test_facts_forms import twenty
from tests.networks import DAY_1, DAY_2, full_network

pytestmark = pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")
Due = list[tuple[Request, RuledRequest]]


@cache
def house() -> Rulebook:
    return Rulebook.load(shipped_rulebook("house"))


@cache
def due() -> Due:
    """What is to be decided of twenty advertisers and four campaigns, each as a question of its own."""
    asked = twenty()
    rulings = rule_many([each.facts for each in asked], house())
    return [
        (each, RuledRequest(each.key.encode(), b"", "", False, ruling))
        for each, ruling in zip(asked, rulings, strict=True)
    ]


def with_wrong(places: set[int]) -> Due:
    """The same with a ruling at some places that is not Cedar's."""
    wrong = Ruling(outcome=NO_RULING.outcome, decision="deny", reasons=("made-up",))
    return [
        (request, RuledRequest(ruled.facts_sha256, b"", "", False, wrong if place in places else ruled.ruling))
        for place, (request, ruled) in enumerate(due())
    ]


@contextmanager
def two_processes(at_once: int, work: Callable[[int], None] = lambda _: None) -> Iterator[None]:
    """Let two processes confirm even a few questions, so many at a time, and do this work before each time."""

    def ruled(batch: list[bytes], rulebook: Rulebook) -> list[Ruling]:
        work(len(batch))
        return rule_many(batch, rulebook)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confirmations, "_WORTH_A_PROCESS", 1)
        patch.setattr(confirmations, "_AT_ONCE", at_once)
        patch.setattr(confirmations, "rule_many", ruled)
        patch.setattr(rulings, "_WORTH_SQL", 0)
        yield


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for what the other process does."""
    while not is_so():
        time.sleep(0.001)


def refused(proposed: Due, memory: QuestionMemory) -> str:
    """Return what keeps proposals from being adopted, nothing if Cedar says all of them."""
    try:
        confirm_decided(proposed, house(), memory)
    except ProposalDisagrees as error:
        return str(error)
    return ""


@given(st.sets(st.integers(0, 23), max_size=3), st.integers(1, 30), st.sets(st.integers(0, 23)))
def test_two_processes_confirm_and_refute_what_one_does(places: set[int], at_once: int, known: set[int]) -> None:
    """In the words of the same first case, whoever comes to it first; what Cedar ruled before is not asked again."""
    proposed = with_wrong(places)
    memory = QuestionMemory(cedar={ruled.facts_sha256: ruled.ruling for _, ruled in (due()[each] for each in known)})
    expected = refused(proposed, memory)

    with two_processes(at_once):
        assert refused(proposed, memory) == expected

    assert bool(expected) == bool(places)
    if places:
        assert proposed[min(places)][0].facts.decode() in expected


def test_every_question_is_asked_by_one_of_the_two(tmp_path: Path) -> None:
    """No ruling is adopted that Cedar has not made of the same question."""
    noted, own = tmp_path / "noted", os.getpid()

    def asked() -> list[tuple[bool, int]]:
        lines = (line.split() for line in noted.read_text().splitlines())
        return [(int(process) == own, int(count)) for process, count in lines]

    def note(count: int) -> None:
        with noted.open("a") as file:
            file.write(f"{os.getpid()} {count}\n")
        wait_until(lambda: {process for process, _ in asked()} == {True, False})

    with two_processes(5, note):
        confirm_decided(due(), house(), QuestionMemory())

    assert sorted(count for _, count in asked()) == [4, 5, 5, 5, 5]


@pytest.mark.parametrize("cores", [1, 2])
def test_few_questions_or_one_core_need_no_second_process(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    """To begin one costs more than it saves."""
    monkeypatch.setattr(confirmations, "shared_by_two", None)
    monkeypatch.setattr(confirmations, "can_work_beside", lambda: cores > 1)
    monkeypatch.setattr(confirmations, "_WORTH_A_PROCESS", len(due()) + 1 if cores > 1 else 1)

    confirm_decided(due(), house(), QuestionMemory())
    assert refused(with_wrong({7}), QuestionMemory()) != ""


def test_a_proposal_that_would_change_nothing_is_confirmed_too(tmp_path: Path) -> None:
    """SQL that says of new facts what was decided of the old ones stops the run: no decision would show it."""
    made = full_network(tmp_path / "made")
    made.run(DAY_1)
    before = made.payloads()
    decided = next(ruling_of(each) for each in made.decisions() if each.party.id == "minor")
    next(row for row in made.tables["advertisers"] if row["id"] == "minor")["name"] = "Ferrolit Export"

    propose = Proposer.propose

    def as_before(self: Proposer, facts: Sequence[Facts]) -> Proposed:
        right = propose(self, facts)
        said = zip(facts, right.rulings, strict=True)
        return replace(right, rulings=tuple(decided if each.principal.id == "minor" else one for each, one in said))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Proposer, "propose", as_before)
        patch.setattr(rulings, "_WORTH_SQL", 0)
        with pytest.raises(ProposalDisagrees, match=r"expected hold .*possible-match-review\), says Cedar"):
            made.run(DAY_2)
    assert made.payloads() == before

    made.run(DAY_2)
    assert len(made.payloads()) > len(before)


@pytest.mark.parametrize("most", [0, 5, 2_000])
def test_of_many_that_would_change_nothing_some_are_confirmed(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """The same of the same facts; one that SQL did not rule, or that is confirmed as adopted, is none of them."""
    asked: list[Facts | bytes] = []
    first = {ruled.facts_sha256: msgspec.json.decode(request.facts, type=Facts) for request, ruled in due()[1:]}
    monkeypatch.setattr(confirmations, "_MOST_BESIDE", most)

    def ruled(facts: list[Facts | bytes], rulebook: Rulebook) -> list[Ruling]:
        asked.extend(facts)
        return rule_many(facts, rulebook)

    monkeypatch.setattr(confirmations, "rule_many", ruled)

    confirm_decided(due()[:3], house(), QuestionMemory(first=first), beside=due())
    expected = [due()[0][0].facts, *(first[due()[place][1].facts_sha256] for place in (1, 2))]
    drawn = sorted(first.keys() - {ruled.facts_sha256 for _, ruled in due()[:3]})[:most]

    assert asked == [*expected, *(first[each] for each in drawn)]


def test_a_confirmation_that_is_killed_decides_nothing(tmp_path: Path) -> None:
    """A run stops in one line; the next makes the same decisions."""
    made, alone = full_network(tmp_path / "made"), full_network(tmp_path / "alone")
    own, begun = os.getpid(), tmp_path / "begun"

    def kill(_: int) -> None:
        if os.getpid() != own:
            begun.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        wait_until(begun.exists)

    with (
        two_processes(1, kill),
        pytest.raises(ProcessEnded, match="Cedar's confirmation, was ended by SIGKILL; nothing was decided"),
    ):
        made.run(DAY_1)
    assert made.payloads("decision") == []

    assert made.run(DAY_1).decisions == alone.run(DAY_1).decisions
    assert list(map(ruling_of, made.decisions())) == list(map(ruling_of, alone.decisions()))

"""Communities as questions in the queue: shown with what is behind them, answered, and gone when the community is."""

from pathlib import Path

import msgspec
import pytest

from evenhand.model.confirmed_fact import ConfirmedFact, FactChange, fact_text
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.outcome import Outcome
from evenhand.model.record import sha256_hex
from evenhand.model.task import Task
from evenhand.store.network import read_network
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.review.task_details import show_task
from tests.networks import DAY_1, DAY_2, DAY_3, SUFFIXES, TOOLS, MadeNetwork
from tests.rings import OTHERS, RING, acts_of, background, ring_network, write_events, write_table

PERSON = Acting("a.lee")
PAPER = sha256_hex(b"one phone number for both accounts")


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = ring_network(tmp_path_factory.mktemp("ring") / "network")
    made.add("advertisers", id="refused-one", name="Brelm Outlet", country="DE", circumvention_confirmed_by="desk")
    made.run(DAY_1)
    return made


@pytest.fixture
def network(tmp_path: Path, decided: MadeNetwork) -> MadeNetwork:
    return decided.copy(tmp_path / "network")


def other_name(account: str, of: str) -> FactChange:
    return FactChange(kind="circumvention", party_id=account, of=of, documents=(PAPER,))


def open_tasks(made: MadeNetwork) -> list[Task]:
    return list_tasks(read_network(made.folder), DAY_2, SUFFIXES, kind="finding")


def answer(made: MadeNetwork, word: str, *changes: FactChange) -> Task:
    (task,) = open_tasks(made)
    stated = StatedAnswer(task.id, word, "looked at the ads", changes=changes)
    return answer_task(read_network(made.folder), stated, PERSON, DAY_2, TOOLS)


def test_a_community_is_one_question_with_the_acts_behind_it(decided: MadeNetwork) -> None:
    """Whom it concerns, how sure it is, and what a person looks at."""
    (task,) = open_tasks(decided)
    shown = show_task(read_network(decided.folder), task.id, DAY_2, TOOLS)

    assert [each.id for each in task.concerned] == list(RING)
    assert "6 accounts act as one and did not declare it" in task.question
    assert (task.opened, task.strength > 0.99) == (DAY_1, True)
    assert len(shown.pairs) == 15
    assert [len(each.acts) for each in shown.evidence] == [10, 10, 10]


def test_who_of_a_community_declared_is_told(network: MadeNetwork) -> None:
    """Four of six did; nobody may read that none of them declared anything."""
    network.settings["intake"]["declared"] = "data/declared.csv"
    write_table(network.folder / "data/declared.csv", ("account_id", "control_id"), [(each, "x") for each in RING[:4]])
    network.run(DAY_2)
    (task,) = open_tasks(network)

    assert [each.id for each in task.concerned] == list(RING[4:])
    assert "6 accounts act as one; 4 of them declared their control with others of these" in task.question


def test_a_community_is_a_question_only_about_advertisers(network: MadeNetwork) -> None:
    """Of one with a stranger the advertisers are asked about; of strangers alone nothing is asked."""
    write_events(network, [*acts_of(("a-stranger", *RING[:3])), *background(OTHERS)])
    network.run(DAY_2)
    (task,) = open_tasks(network)
    write_events(network, [*acts_of([f"@{each}" for each in RING]), *background(OTHERS)])
    network.run(DAY_2)

    assert ([each.id for each in task.concerned], "a-stranger" in task.question) == (list(RING[:3]), False)
    assert open_tasks(network) == []


@pytest.mark.parametrize(("word", "left"), [("declared-since", 1), ("no-circumvention", 0)])
def test_an_answer_stays_as_long_as_the_community_is_the_same(network: MadeNetwork, word: str, left: int) -> None:
    """Who said that it is declared since is asked again if the next run does not find it so."""
    answered = answer(network, word)
    after_answer = open_tasks(network)

    network.run(DAY_3)

    assert (answered.state, after_answer) == ("answered", [])
    assert len(open_tasks(network)) == left


def test_a_question_is_gone_when_the_community_is(network: MadeNetwork) -> None:
    """Nobody is asked about what was not found again."""
    write_events(network, background(OTHERS))

    network.run(DAY_2)

    assert open_tasks(network) == []


def test_a_community_of_other_members_is_another_question(network: MadeNetwork) -> None:
    """What was said of six says nothing of a seventh."""
    answer(network, "no-circumvention")
    write_events(network, (*acts_of((*RING, OTHERS[0])), *background(OTHERS)))

    network.run(DAY_3)

    (task,) = open_tasks(network)
    assert len(task.concerned) == 7


def test_confirmed_circumvention_is_a_fact_with_documents_and_the_rules_decide(network: MadeNetwork) -> None:
    """Of those who were named alone; the decision names the person's record."""
    answer(network, "circumvention-confirmed", other_name("ring-1", "refused-one"))

    report = network.run(DAY_3)

    decision = network.last("ring-1")
    assert (decision.outcome, "confirmed-circumvention" in decision.reasons) == (Outcome.REFUSE, True)
    finding = next(each for each in decision.findings if each.because[0].name == "confirmed.circumvention")
    assert finding.sources[0].startswith("confirmed:")
    assert finding.because[0].ours == "ring-1 is another name of the refused party refused-one"
    assert network.last("ring-2").outcome is Outcome.ALLOW
    assert any("1 fact confirmed by people" in each for each in report.again)


def test_whose_other_name_it_is_may_be_an_entry_of_a_list_and_is_looked_up(network: MadeNetwork) -> None:
    """The decision names the entry; a party that nobody knows and an entry that no list has are refused."""
    for unknown in ("nobody", "house-sanctions#nobody", "no-list#s-none", "#s-none"):
        with pytest.raises(NotFound, match=r"no party with a decision .*refused-one is"):
            answer(network, "circumvention-confirmed", other_name("ring-1", unknown))
    answer(network, "circumvention-confirmed", other_name("ring-1", "house-sanctions#s-none"))

    network.run(DAY_3)

    finding = next(each for each in network.last("ring-1").findings if each.kind == "recorded")
    assert [each.ours for each in finding.because] == [
        "ring-1 is another name of the listed house-sanctions#s-none", "house-sanctions#s-none",
    ]  # fmt: skip
    letters = [path.read_text("utf-8") for path in (network.folder / "out" / "reasons").rglob("*.txt")]
    assert any("a listed party under another name (entry house-sanctions#s-none)" in each for each in letters)


def test_a_fact_of_an_older_ledger_that_names_nobody_is_still_read() -> None:
    """It says what was recorded, and no more."""
    payload = b"""{"v":1,"kind":"circumvention","party_kind":"advertiser","party_id":"ring-1","by":"a.lee",
        "at":"2026-03-02T12:00:00Z","why":"seen","documents":[],"against":""}"""

    fact = msgspec.json.decode(payload, type=ConfirmedFact)

    assert fact_text(fact) == "`ring-1` is a refused party under another name"


@pytest.mark.parametrize(("word", "change", "said"), [
    ("circumvention-confirmed", None, "nobody is named"),
    ("no-circumvention", other_name("ring-1", "refused-one"), "confirms nothing"),
    ("circumvention-confirmed", other_name("bakery", "refused-one"), "not ask"),
    ("circumvention-confirmed", FactChange(kind="circumvention", party_id="ring-1", of="refused-one"), "no document"),
    ("circumvention-confirmed", FactChange(kind="circumvention", party_id="ring-1", documents=(PAPER,)), "lacks"),
    ("circumvention-confirmed", other_name("ring-1", "bakery"), "is not refused"),
    ("circumvention-confirmed", other_name("ring-1", "ring-1"), "no other name of itself"),
    ("circumvention-confirmed", other_name("ring-1", "advertiser:ring-1"), "no other name of itself"),
    ("circumvention-confirmed", other_name("refused-one", "refused-one"), "not ask"),
    ("circumvention-confirmed", FactChange(kind="verification", documents=(PAPER,)), "not ask about"),
    ("done", None, "unknown answer"),
])  # fmt: skip
def test_an_answer_that_says_too_little_or_too_much_is_refused(
    network: MadeNetwork, word: str, change: FactChange | None, said: str
) -> None:
    """Nothing is recorded of it."""
    size = network.size()

    with pytest.raises(BadInput, match=said):
        answer(network, word, *([change] if change is not None else []))

    assert network.size() == size

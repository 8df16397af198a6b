"""The same question is asked once, and two questions are never taken for one."""

from pathlib import Path

import msgspec
import pytest

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.judgement import Judgement
from evenhand.model.listing import ListedEntity
from evenhand.model.task import Task
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.run_result import read_run
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks
from tests.networks import DAY_1, SUFFIXES, TOOLS, MadeNetwork, empty_network


@pytest.fixture
def made(tmp_path: Path) -> MadeNetwork:
    made = empty_network(tmp_path / "network")
    made.drop("house-media", "m-none")
    made.add("house-sanctions", id="s-1", schema="Person", name="Dravik Mills", topic="made-up")
    return made


@pytest.mark.parametrize(
    ("key", "binds"), [("eu-fsf", True), ("un-sc", True), ("ofac-sdn", False), ("house-sanctions", False)]
)
def test_a_law_that_binds_the_network_comes_first(begun: MadeNetwork, key: str, binds: bool) -> None:
    """The network is bound by Irish and German law, and by what these states owe to the United Nations."""
    entry = ListedEntity(id="e", schema="Person", caption="Dravik Mills", properties={})
    with read_ledger(begun.folder / "ledger") as ledger:
        result = read_run(begun.network, ledger, DAY_1, SUFFIXES)

    assert result is not None
    assert result.is_listed_by_law(key, entry) is binds


def matches(made: MadeNetwork) -> list[Task]:
    made.run(DAY_1)
    return [each for each in list_tasks(made.network, DAY_1, SUFFIXES) if each.kind == "match"]


def parties(tasks: list[Task]) -> list[list[str]]:
    return sorted(sorted({each.party_id for each in task.matches}) for task in tasks)


def test_entries_of_several_lists_with_one_name_are_one_question(made: MadeNetwork) -> None:
    """Lists write the name in another order; the id stays when the person appears on one more list."""
    made.add("advertisers", id="a", name="Dravik Mills", schema="Person")
    (before,) = matches(made)
    made.add("house-media", id="m-1", schema="Person", name="MILLS, Dravik", topic="typology:SC")

    (after,) = matches(made)

    assert {(each.list, each.entity_id) for each in after.matches} == {
        ("house-media", "m-1"), ("house-sanctions", "s-1"),
    }  # fmt: skip
    assert after.id == before.id
    assert after.mark != before.mark
    assert after.question.endswith("(house-media and 1 more)?")


def test_two_entries_of_one_list_are_two_questions(made: MadeNetwork) -> None:
    """A publisher lists nobody twice: they are two people of one name."""
    made.add("advertisers", id="a", name="Dravik Mills", schema="Person")
    made.add("house-sanctions", id="s-2", schema="Person", name="Mills Dravik", topic="made-up")

    found = matches(made)

    assert [len(each.matches) for each in found] == [1, 1]
    assert len({each.id for each in found}) == 2


def test_an_advertiser_and_who_pays_for_it_are_one_question(made: MadeNetwork) -> None:
    """Where both records agree in all that the match rests on."""
    made.add("advertisers", id="a", name="Dravik Mills", payer_id="p", domains="mills.example")
    made.add("payers", id="p", name="Dravik Mills")
    made.add("campaigns", id="c", advertiser_id="a", payer_id="p", status="running", budget="10", spent="4")

    (task,) = matches(made)

    assert parties([task]) == [["a", "p"]]
    assert {each.id for each in task.concerned} == {"a", "p"}
    assert (task.campaigns, task.not_spent_micros) == (1, 6_000_000)


def test_two_namesakes_are_two_questions(made: MadeNetwork) -> None:
    """Whoever clears one of them has not looked at the other; nobody pays for the other here."""
    made.add("advertisers", id="a", name="Dravik Mills")
    made.add("advertisers", id="b", name="Dravik Mills")

    assert parties(matches(made)) == [["a"], ["b"]]


def test_a_payer_of_another_record_is_another_question(made: MadeNetwork) -> None:
    """It pays, but the records differ in what was compared."""
    made.add("advertisers", id="a", name="Dravik Mills", payer_id="p", country="DE")
    made.add("payers", id="p", name="Mills Dravik")

    assert parties(matches(made)) == [["a"], ["p"]]


def test_what_matters_most_is_asked_first(made: MadeNetwork) -> None:
    """Running campaigns and money before strength."""
    made.add("advertisers", id="a", name="Dravik Mills")
    made.add("advertisers", id="b", name="Dravik Mills")
    made.add("campaigns", id="c", advertiser_id="b", payer_id="b", status="running", budget="10", spent="4")
    made.add("campaigns", id="d", advertiser_id="a", payer_id="a", status="ended", budget="99", spent="4")

    assert [each.concerned[0].id for each in matches(made)] == ["b", "a"]


def test_one_entry_of_a_question_can_be_answered_otherwise(made: MadeNetwork) -> None:
    """Each judgement is recorded singly; the question is gone when none is left open."""
    made.add("advertisers", id="a", name="Dravik Mills", schema="Person")
    made.add("house-media", id="m-1", schema="Person", name="MILLS, Dravik", topic="typology:SC")
    (task,) = matches(made)
    other = FactChange(kind="judgement", list="house-media", entity_id="m-1", verdict="unsure")

    stated = StatedAnswer(task.id, "not-same", "born elsewhere", changes=(other,))
    done = answer_task(made.network, stated, Acting("a.lee"), DAY_1, TOOLS)

    (left,) = [each for each in list_tasks(made.network, DAY_1, SUFFIXES) if each.kind == "match"]
    assert done.state == "open"
    assert left.id == task.id
    assert [each.entity_id for each in left.matches] == ["m-1"]
    judged = [msgspec.json.decode(each, type=Judgement) for each in made.payloads("judgement")]
    assert {(each.entity_id, each.verdict) for each in judged} == {("s-1", "not-same"), ("m-1", "unsure")}

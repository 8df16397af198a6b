"""A person releases or refuses what is on hold by saying which facts are otherwise; the rules decide."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.cli.commands.task_options import next_command
from evenhand.model.confirmed_fact import ConfirmedFact, FactChange
from evenhand.model.errors import BadInput, NotFound, NotPermitted, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.staff import Signature
from evenhand.model.task import Task
from evenhand.store.ssh_keys import fingerprint, public_line
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.reviewing import admit, take
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.stated_answers import StatedAnswer, check_not_of_tables
from evenhand.workflows.review.task_answers import (
    answer_task,
    confirm_answer,
    dry_run_of_answer,
    object_to_answer,
)
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.review.task_events import StatedEvent, act
from tests.complaints import held as complaints_of
from tests.confirmed import PAPER
from tests.networks import DAY_1, DAY_2, SUFFIXES, TOOLS, MadeNetwork, name_a_law, put_under_a_law

LATER = DAY_1 + timedelta(hours=1)
HOUR = timedelta(hours=1)
ANYBODY = Acting("a")
SHOWN = {"why": "register seen", "codes": ("ownership_shown",)}
ROLES = {"ana": "analyst", "rob": "reviewer", "eve": "auditor", "gone": "analyst"}
KEYS = {name: bytes([number]) * 32 for number, name in enumerate(ROLES, 1)}


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


@pytest.fixture
def staffed(made: MadeNetwork) -> MadeNetwork:
    """The network with staff; the law of its list binds it, so that a match needs two people to be cleared."""
    write_staff(made.folder)
    return made


def write_staff(folder: Path) -> None:
    """Give a network staff: an analyst, a reviewer, an auditor, and somebody who is gone."""
    lines = (
        f'[[person]]\nid = "{who}"\nname = "Made-up {who}"\nroles = ["{role}"]\nkey = "{public_line(KEYS[who])}"\n'
        + ("active_until = 2020-01-01\n" if who == "gone" else "")
        for who, role in ROLES.items()
    )
    (folder / "staff.toml").write_text("".join(lines), "utf-8")


def signs(who: str) -> Acting:
    return Acting(who, sign=lambda _: Signature(how="ssh-key", key=fingerprint(KEYS[who]), signature="AAAA"))


def holds(made: MadeNetwork, at: Any = LATER) -> dict[str, Task]:
    found = list_tasks(made.network, at, SUFFIXES, kind="hold")
    return {party.id: each for each in found for party in each.concerned}


def match(made: MadeNetwork) -> Task:
    (task,) = list_tasks(made.network, LATER, SUFFIXES, kind="match")
    return task


def held(share: int, owner: str) -> FactChange:
    return FactChange(kind="share", owner_id=owner, share_ppm=share, documents=(PAPER,))


def answer(made: MadeNetwork, task: Task, word: str, who: Acting = ANYBODY, **fields: Any) -> Task:
    return answer_task(made.network, StatedAnswer(task.id, word, **SHOWN | fields), who, LATER, TOOLS)


def releasing(made: MadeNetwork) -> tuple[Task, tuple[FactChange, ...]]:
    """Return a hold over what a listed payer owns, and the share that lifts it."""
    return holds(made)["minor"], (held(50_000, "tulquist"),)


def test_a_hold_is_released_by_the_fact_that_is_otherwise(made: MadeNetwork) -> None:
    """The fact is on record with its document; the next run decides by it, and so it would for anybody else."""
    task, changes = releasing(made)
    party = task.concerned[0].id

    done = answer(made, task, "release", changes=changes)

    assert (done.state, done.history[-1].codes, done.history[-1].changes) == ("answered", ("ownership_shown",), changes)
    (fact,) = (msgspec.json.decode(each, type=ConfirmedFact) for each in made.payloads("confirmed_fact"))
    assert (fact.party_id, fact.share_ppm, fact.documents, fact.by, fact.why) == (
        party, 50_000, (PAPER,), "a", "register seen",
    )  # fmt: skip
    assert task.id not in {each.id for each in holds(made).values()}
    made.run(DAY_2)
    assert made.last(party).outcome == "allow"
    assert party not in holds(made, DAY_2)


def test_an_answer_that_the_rules_do_not_bear_out_is_refused(made: MadeNetwork) -> None:
    """With the rules named, and nothing recorded: an exception is a rule change."""
    task, changes = releasing(made)
    size = made.size()

    with pytest.raises(StateRefused, match="the rules do not release it: on hold by"):
        answer(made, task, "release", changes=(msgspec.structs.replace(changes[0], share_ppm=260_000),))
    with pytest.raises(StateRefused, match="the rules do not refuse it: allowed by"):
        answer(made, task, "refuse", changes=changes)
    with pytest.raises(BadInput, match="no fact is otherwise than the rules saw it"):
        answer(made, task, "release")
    assert made.size() == size


def test_what_follows_is_shown_before_anything_is_recorded(made: MadeNetwork) -> None:
    """The same sentences that the next run comes to."""
    task, changes = releasing(made)
    size = made.size()

    tried = dry_run_of_answer(made.network, StatedAnswer(task.id, "release", "", changes=changes), LATER, TOOLS)

    assert "could buy (now on hold)" in tried.rulings[0].sentence
    assert made.size() == size


def test_two_people_clear_a_match_that_a_law_stands_behind(
    staffed: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has an effect before; then the judgement has both signatures."""
    monkeypatch.setattr("evenhand.workflows.review.run_result.RunResult.is_listed_by_law", lambda *_: True)
    task = match(staffed)

    waiting = answer(staffed, task, "not-same", signs("ana"), codes=())

    assert waiting.state == "second"
    assert staffed.payloads("judgement") == []
    assert match(staffed).state == "second"
    with pytest.raises(StateRefused, match="`ana` gave the answer"):
        confirm_answer(staffed.network, task.id, signs("ana"), "", LATER + HOUR, TOOLS)
    with pytest.raises(StateRefused, match="`answer` is not allowed in state `second`"):
        answer(staffed, task, "same", signs("rob"))
    with pytest.raises(NotPermitted, match="is not for the role auditor"):
        confirm_answer(staffed.network, task.id, signs("eve"), "", LATER + HOUR, TOOLS)
    done = confirm_answer(staffed.network, task.id, signs("rob"), "seen too", LATER + HOUR, TOOLS)
    judgement = msgspec.json.decode(staffed.payloads("judgement")[0], type=Judgement)
    assert done.state == "answered"
    assert judgement.signed is not None
    assert judgement.second is not None
    assert (judgement.signed.person, judgement.second.person, judgement.by) == ("ana", "rob", "ana")


def test_one_person_says_that_a_party_is_the_listed_one(staffed: MadeNetwork) -> None:
    """It lifts nothing; who is not active or does not sign says nothing at all."""
    task = match(staffed)

    with pytest.raises(NotPermitted, match="not active"):
        answer(staffed, task, "same", signs("gone"))
    with pytest.raises(NotPermitted, match="not signed"):
        answer(staffed, task, "same", Acting("ana"))
    with pytest.raises(NotPermitted, match="nobody of this id"):
        answer(staffed, task, "same", Acting("stranger"))
    assert answer(staffed, task, "same", signs("ana")).state == "answered"


def test_a_hold_says_who_owns_what_and_which_options_change_it(made: MadeNetwork) -> None:
    """The first of them is the printed next command."""
    task, _ = releasing(made)

    assert task.about["owners"] == "tulquist (Tulquist Capital) holds 49 % of minor – leads to house-sanctions#s-tulq"
    assert task.about["changes"] == "--code ownership_shown --share tulquist=SHARE% --document FILE"
    assert next_command(Path("DIR"), task).endswith(
        f"answer DIR {task.id} release {task.about['changes']} --as PERSON --why TEXT"
    )


def test_what_an_answer_lacks_is_named_at_once(made: MadeNetwork) -> None:
    """A fact without what shows it, and an answer that states nothing new, say what to do."""
    task, changes = releasing(made)
    bare = (msgspec.structs.replace(changes[0], documents=()),)

    with pytest.raises(BadInput, match="expected --code CODE, --document FILE: what shows it, --why TEXT; codes are"):
        answer(made, task, "release", changes=bare, codes=(), why="")
    with pytest.raises(BadInput, match="no document; give --document FILE: what shows it"):
        answer(made, task, "release", changes=bare)
    with pytest.raises(BadInput, match=r"nothing new was stated, so the hold stays.*answer keep, or change the rule"):
        answer(made, task, "refuse")


def test_who_kept_a_hold_does_not_review_the_complaint_about_it(made: MadeNetwork) -> None:
    """To keep it records no fact, and is an answer of theirs all the same."""
    task, _ = releasing(made)
    answer(made, task, "keep", Acting("rita"), until=LATER + timedelta(days=3))

    with complaints_of(made, LATER + HOUR) as opened:
        about = decision_named(opened.ledger, task.decisions[0])
        stated = StatedComplaint(words="We own ourselves.", reasons=("facts_wrong",))
        admitted = admit(opened, file_complaint(opened, about, stated, "evenhand test").complaint, Acting("dora"))
        with pytest.raises(NotPermitted, match="finding-author"):
            take(opened, admitted, Acting("rita", conflict=False))
        assert take(opened, admitted, Acting("sam", conflict=False)).reviewer == "sam"


def test_who_left_the_tables_on_hold_is_named(made: MadeNetwork) -> None:
    """As the decision has it, which stays in force: an id alone says nothing to who reads the page."""
    made.drop("advertisers", "bakery")
    made.tables["campaigns"] = [row for row in made.tables["campaigns"] if row["advertiser_id"] != "bakery"]
    made.tables["creatives"] = []
    made.run(DAY_2)

    (task,) = list_tasks(made.network, DAY_2, SUFFIXES, party="bakery")

    assert task.title == "Morning Crust Bakery: release or refuse?"
    assert "bakery (Morning Crust Bakery)" in task.question


def test_a_hold_that_only_the_tables_can_mend_says_so(made: MadeNetwork) -> None:
    """Whatever facts are stated."""
    task, _ = releasing(made)
    hidden = msgspec.structs.replace(task, about={"tables": "enter the payer in the table data/campaigns.csv"})

    with pytest.raises(StateRefused, match=r"only this: enter the payer in the table data"):
        check_not_of_tables(hidden)
    check_not_of_tables(task)
    assert " keep --code documents_missing --until DAY --as" in next_command(Path("DIR"), hidden)


@pytest.mark.parametrize(("who", "says"), [("stranger", "nobody of this id"), ("gone", "not active")])
def test_a_task_is_assigned_to_an_active_person_of_the_staff(staffed: MadeNetwork, who: str, says: str) -> None:
    """And asking for the tasks of nobody says so."""
    task = match(staffed)

    with pytest.raises(NotPermitted, match=says):
        act(staffed.network, StatedEvent(task.id, "assign", assignee=who), Acting("ana"), LATER, TOOLS)
    act(staffed.network, StatedEvent(task.id, "assign", assignee="rob"), Acting("ana"), LATER, TOOLS)

    assert [each.id for each in list_tasks(staffed.network, LATER, SUFFIXES, mine="rob")] == [task.id]
    assert list_tasks(staffed.network, LATER, SUFFIXES, mine="gone") == []
    with pytest.raises(
        NotFound, match=r"nobody of this id in staff.toml `nosuch`; expected one of ana, eve, gone, rob"
    ):
        list_tasks(staffed.network, LATER, SUFFIXES, mine="nosuch")


def test_an_objection_opens_the_task_again_with_its_words(
    staffed: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was never in force, and stays on file."""
    monkeypatch.setattr("evenhand.workflows.review.run_result.RunResult.is_listed_by_law", lambda *_: True)
    task = match(staffed)
    answer(staffed, task, "not-same", signs("ana"))

    with pytest.raises(BadInput, match="--why: no text"):
        object_to_answer(staffed.network, task.id, signs("rob"), "", LATER, TOOLS)
    again = object_to_answer(staffed.network, task.id, signs("rob"), "the number is that of the entry", LATER, TOOLS)

    assert again.state == "open"
    assert [each.kind for each in again.history] == ["answer", "object"]
    assert staffed.payloads("judgement") == []


def test_two_people_release_a_hold_that_rests_on_a_law(staffed: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fact is on record with both signatures, and only once the second person has confirmed it."""
    monkeypatch.setattr("evenhand.workflows.review.hold_tasks.is_law", lambda _: True)
    task, changes = releasing(staffed)

    waiting = answer(staffed, task, "release", signs("ana"), changes=changes)
    assert (waiting.state, staffed.payloads("confirmed_fact")) == ("second", [])
    row = staffed.tables["ownership"][-1]
    before, row["share"] = row["share"], "48 %"
    staffed.run(DAY_1)
    with pytest.raises(StateRefused, match="what the answer rests on has changed since it was given"):
        confirm_answer(staffed.network, task.id, signs("rob"), "", LATER + HOUR, TOOLS)
    row["share"] = before
    staffed.run(DAY_1)
    done = confirm_answer(staffed.network, task.id, signs("rob"), "", LATER + HOUR, TOOLS)

    (fact,) = (msgspec.json.decode(each, type=ConfirmedFact) for each in staffed.payloads("confirmed_fact"))
    assert done.state == "answered"
    assert fact.signed is not None
    assert fact.second is not None
    assert (fact.signed.person, fact.second.person, fact.share_ppm) == ("ana", "rob", 50_000)


@pytest.mark.parametrize("put", [put_under_a_law, name_a_law])
def test_two_people_release_a_hold_over_shares_of_who_is_listed_under_any_law(
    staffed: MadeNetwork, put: Callable[[MadeNetwork], None]
) -> None:
    """The rule that holds is the network's own; the share leads to an entry of a law, binding or not."""
    put(staffed)
    task, changes = releasing(staffed)

    waiting = answer(staffed, task, "release", signs("ana"), changes=changes)
    done = confirm_answer(staffed.network, task.id, signs("rob"), "", LATER + HOUR, TOOLS)

    assert (task.law, waiting.state, done.state) == (False, "second", "answered")


def test_one_person_releases_a_hold_over_what_the_house_listed(staffed: MadeNetwork) -> None:
    """A list of the house is under no law."""
    task, changes = releasing(staffed)

    assert answer(staffed, task, "release", signs("ana"), changes=changes).state == "answered"


def test_nobody_acts_by_a_time_before_the_last_record(staffed: MadeNetwork) -> None:
    """Who left, or confirms, cannot date an act back to a day on which it would have been allowed."""
    put_under_a_law(staffed)
    task, changes = releasing(staffed)
    answer(staffed, task, "release", signs("ana"), changes=changes)
    size = staffed.size()

    for who, at in (("gone", DAY_1 - timedelta(days=3000)), ("rob", LATER - HOUR)):
        with pytest.raises(NotPermitted, match="rule time"):
            confirm_answer(staffed.network, task.id, signs(who), "", at, TOOLS)
    (staffed.folder / "staff.toml").unlink()
    with pytest.raises(NotPermitted, match="rule staff-removed"):
        confirm_answer(staffed.network, task.id, signs("rob"), "", LATER - HOUR, TOOLS)
    assert staffed.size() in (size, size + 1)

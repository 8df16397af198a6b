"""From a community to decisions: findings become facts, and facts alone restrict nobody."""

from pathlib import Path

import pytest

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Decision
from evenhand.model.errors import BadInput
from evenhand.model.finding_sentences import finding_sentence
from evenhand.model.outcome import Outcome
from evenhand.store.network import read_network
from evenhand.workflows.delivery.next_steps import next_step
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.evaluation.run_state import read_known_inputs
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.queries.explanation import explain
from evenhand.workflows.review.hold_options import hold_options
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.review.task_details import show_task
from evenhand.workflows.review.task_events import StatedEvent, act
from evenhand.workflows.run.party_run import decide_again
from tests.networks import BY, DAY_1, DAY_2, DAY_3, SUFFIXES, TOOLS, MadeNetwork
from tests.rings import RING, ring_network

UNVERIFIED = "ring-2"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = ring_network(tmp_path_factory.mktemp("ring") / "network")
    made.row("advertisers", UNVERIFIED)["verification"] = "declared"
    made.add("advertisers", id="refused-one", name="Brelm Outlet", country="DE", circumvention_confirmed_by="desk")
    made.run(DAY_1)
    return made


def association(decision: Decision) -> dict[str, object]:
    (advertiser,) = (each for each in decision.facts["entities"] if each["uid"]["type"] == "Advertiser")
    return dict(advertiser["attrs"]["association"])


def test_acting_as_one_alone_restricts_nobody(decided: MadeNetwork) -> None:
    """Five of the ring have a verified payer, which is themselves."""
    outcomes = {each: decided.last(each).outcome for each in RING}

    assert outcomes == dict.fromkeys(RING, Outcome.ALLOW) | {UNVERIFIED: Outcome.HOLD}


def test_the_decision_of_who_is_unverified_too_names_the_finding_with_its_numbers(decided: MadeNetwork) -> None:
    """The law *Because*: a rule, the finding, and the table that it rests on."""
    decision = decided.last(UNVERIFIED)

    (finding,) = (each for each in decision.findings if each.kind == "coordination")
    assert decision.reasons == ("coordinated-network",)
    assert [each.name for each in finding.because][:3] == [
        "coordination.moments", "coordination.expected", "coordination.group",
    ]  # fmt: skip
    assert finding.sources[0].startswith("table:events@")
    facts = association(decision)
    assert (facts["cluster_size"], facts["listed_links"]) == (6, 0)
    assert facts["similarity"] == {"__extn": {"fn": "decimal", "arg": "0.9999"}}


def test_the_decision_says_what_else_speaks_against_the_advertiser(decided: MadeNetwork) -> None:
    """Without it nobody would know what lifts the hold."""
    decision = decided.last(UNVERIFIED)

    assert ("coordinated-network", "recorded", "Payer.verification") in decision.grounds
    assert [finding_sentence(each, UNVERIFIED) for each in decision.findings][1:] == [
        "on record: `Payer.verification` is `1`"
    ]
    assert "enter the verification in the table" in next_step(decision, letter="", waits=True)
    assert hold_options(decision, "data/campaigns.csv").changes == (
        "--code identity_verified --verified document --until DATE --document FILE",
    )


def test_the_letter_gives_every_ground_in_plain_words(decided: MadeNetwork) -> None:
    letter = next(each for each in letters_of(decided) if "Quolvet ring-2" in each)

    assert "close in time to another party in 10 of 10 shared moments; expected by chance: 2.1; one of 6" in letter
    why = letter.partition("Why this leads to our decision")[2]
    assert "appears to coordinate" in why
    assert "declared to us a common owner, agency or payer are not counted" in " ".join(why.split())
    assert "level of verification: declared only" in why


def test_no_letter_shows_the_leaf_of_a_confirmed_fact(decided: MadeNetwork, tmp_path: Path) -> None:
    """What a person confirmed is said in words, not as `confirmed:188`."""
    made = decided.copy(tmp_path / "network")
    network = read_network(made.folder)
    (task,) = list_tasks(network, DAY_2, SUFFIXES, kind="finding")
    stated = StatedAnswer(
        task.id, "circumvention-confirmed", "register extract seen",
        changes=(FactChange(kind="circumvention", party_id=UNVERIFIED, of="refused-one", documents=("ab" * 32,)),),
    )  # fmt: skip
    answer_task(network, stated, Acting("a.lee"), DAY_2, TOOLS)

    made.run(DAY_3)

    letter = next(each for each in letters_of(made) if "a refused party under another name" in each)
    assert "confirmed:" not in letter
    assert "refused-one" not in letter
    assert "Brelm" not in letter
    assert "A person has confirmed by documents that “Quolvet ring-2” is a refused party" in letter


def letters_of(made: MadeNetwork) -> list[str]:
    """Return the letters that a network's runs wrote."""
    return [path.read_text("utf-8") for path in sorted((made.folder / "out" / "reasons").rglob("*.txt"))]


def test_a_letter_names_no_other_advertiser(decided: MadeNetwork) -> None:
    """Whom one acts with is for the network's staff."""
    letters = [path.read_text("utf-8") for path in (decided.folder / "out" / "reasons").rglob("*.txt")]
    letters = [each for each in letters if "Quolvet ring-2" in each]

    assert letters
    for other in set(RING) - {UNVERIFIED}:
        assert not any(other in each for each in letters)


def test_a_run_without_changes_decides_nothing_and_tests_nothing(decided: MadeNetwork, tmp_path: Path) -> None:
    """The fact stays as it was."""
    made = decided.copy(tmp_path / "network")
    size = made.size()

    report = made.run(DAY_2)

    assert made.size() == size
    assert any("nothing was tested again" in each for each in report.again)


def test_verifying_the_payer_lifts_the_hold(decided: MadeNetwork, tmp_path: Path) -> None:
    """The finding is the same; nothing else speaks against it any more."""
    made = decided.copy(tmp_path / "network")
    made.row("advertisers", UNVERIFIED)["verification"] = "document"

    made.run(DAY_2)

    assert made.last(UNVERIFIED).outcome is Outcome.ALLOW


def test_without_the_events_the_hold_ends(decided: MadeNetwork, tmp_path: Path) -> None:
    """What is not there any more is no ground."""
    made = decided.copy(tmp_path / "network")
    del made.settings["intake"]["events"]

    made.run(DAY_2)

    assert made.last(UNVERIFIED).outcome is Outcome.ALLOW
    assert not (made.folder / "out" / "influence").exists()


def test_explain_shows_what_was_noticed_after_the_decision(decided: MadeNetwork, tmp_path: Path) -> None:
    """A finding that changes no decision is shown beside it, and nothing is written for it."""
    made = decided.copy(tmp_path / "network")
    events = made.settings["intake"].pop("events")
    made.row("advertisers", UNVERIFIED)["verification"] = "document"
    made.run(DAY_2)
    made.settings["intake"]["events"] = events
    made.run(DAY_3)
    size = made.size()

    noticed = explain(read_network(made.folder), UNVERIFIED, DAY_3).noticed
    earlier = explain(read_network(made.folder), UNVERIFIED, DAY_2).noticed

    assert ["no decision rests on it" in each and "with 5 others" in each for each in noticed] == [True]
    assert earlier == ()
    assert explain(read_network(made.folder), "shop-1", DAY_3).noticed == ()
    assert made.size() == size


def test_what_is_decided_again_between_runs_knows_the_community(decided: MadeNetwork, tmp_path: Path) -> None:
    """`state/` carries it, and `state/` lost, it is found again."""
    made = decided.copy(tmp_path / "network")
    network, party = read_network(made.folder), made.last(UNVERIFIED).party

    decide_again(network, [party], DAY_2, BY, TOOLS)
    with open_ledger(network.ledger) as ledger:
        known = read_known_inputs(network.state, ledger.checkpoint)

    assert known is not None
    assert [each.members for each in known.noticed.communities] == [RING]
    assert made.last(UNVERIFIED).outcome is Outcome.HOLD
    made.run(DAY_3)
    assert made.last(UNVERIFIED).id == decided.last(UNVERIFIED).id


def test_an_erasure_takes_what_was_found_of_the_party(decided: MadeNetwork, tmp_path: Path) -> None:
    """Tables, graphs and pages are made again by the next run; the network's own table of events is named."""
    made = decided.copy(tmp_path / "network")

    files = erase(made.folder, [], DAY_2, basis="GDPR Art. 17(1)(a)", by="desk", subject=UNVERIFIED, lift=True).files

    assert files is not None
    assert {"out/influence", "state"} <= set(files.removed)
    assert any(each.where == "data/events.csv" for each in files.left)


def test_the_question_about_a_community_and_that_about_a_hold_name_each_other(decided: MadeNetwork) -> None:
    """One community, two questions: who has one before them knows of the other, and which answer ends the hold."""
    network = read_network(decided.folder)
    tasks = list_tasks(network, DAY_2, SUFFIXES)
    (finding,) = (each for each in tasks if each.kind == "finding")
    held = [each for each in tasks if each.kind == "hold"]

    of_finding = show_task(network, finding.id, DAY_2, TOOLS).beside
    of_hold = show_task(network, held[0].id, DAY_2, TOOLS).beside

    assert [each.split()[1] for each in of_finding] == [each.id for each in held]
    assert of_finding[0].endswith("on hold for this among other facts; no answer here ends that hold")
    assert of_hold == (
        f"Task {finding.id} asks whether one hand directs {held[0].concerned[0].id} and others; no answer there ends"
        " this hold",
    )  # fmt: skip


def test_no_technique_is_set_on_a_hold(decided: MadeNetwork, tmp_path: Path) -> None:
    """It says how accounts act together; a hold is about one of them."""
    copy = decided.copy(tmp_path / "network")
    network = read_network(copy.folder)
    held = next(each for each in list_tasks(network, DAY_2, SUFFIXES) if each.kind == "hold")
    stated, size = StatedEvent(held.id, "note", "seen", techniques=(("T0049",), ())), copy.size()

    with pytest.raises(BadInput, match="this task is of kind `hold`; expected finding"):
        act(network, stated, Acting("a.lee"), DAY_2, TOOLS)

    assert copy.size() == size

"""A cleared match stays cleared until what it rests on changes (`screening.md` §7, §12 cases 5 and 8)."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import convert

from evenhand.model.facts import Facts
from evenhand.model.judgement import JudgedPair, Verdict
from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook, rule
from evenhand.workflows.operations import verify_folder
from evenhand.workflows.queries import explain
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, TOOLS, MadeNetwork, empty_network

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A made-up person of a listed name and country, held as a namesake of an entry with two names."""
    made = empty_network(tmp_path_factory.mktemp("held") / "network")
    made.add("house-sanctions", id="s-mills", schema="Person", name="Dravik Ostelmar", alias="Dravik Mills;D. Zorbalt",
             country="qp", topic="made-up", note="12 Quay Street")  # fmt: skip
    for number in range(10):  # a list that loses much more than it keeps is not believed
        made.add("house-sanctions", id=f"s-{number}", schema="Company", name=f"Quandar Works {number}", topic="made-up")
    made.add("advertisers", id="mills", name="Dravik Mills", schema="Person", country="QP")
    made.run(DAY_1)
    return made


@pytest.fixture
def network(held: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return held.copy(tmp_path / "network")


def say(made: MadeNetwork, verdict: Verdict, at: datetime = DAY_1 + HOUR) -> JudgedPair:
    """Judge the one pair there is."""
    return judge(made.network, StatedJudgement("mills", "s-mills", verdict, "A. Reviewer", "born elsewhere"), at, TOOLS)


def outcome_on(made: MadeNetwork, day: int) -> Outcome:
    """Run on a day after the first and return what then stands about the person."""
    made.run(DAY_1 + timedelta(days=day))
    return made.last("mills").outcome


def shown(made: MadeNetwork, day: int) -> list[tuple[str, tuple[str, ...]]]:
    """Return what came of each judgement, as `explain` shows it."""
    explained = explain(made.network, "mills", DAY_1 + timedelta(days=day))
    return [(each.effect, each.changed) for each in explained.judgements]


def test_a_cleared_namesake_may_buy_and_the_decision_says_who_cleared_it(network: MadeNetwork) -> None:
    """The analyst's word ends the hold, and stands in the ledger like everything else."""
    pair = say(network, "not-same")

    assert network.last("mills").outcome == "hold"
    assert shown(network, 0) == [("next run", ())]
    assert outcome_on(network, 1) == "allow"
    assert f"judgement:{pair.seq}" in network.last("mills").findings[0].sources
    assert network.last("mills").facts["entities"][0]["parents"] == []
    assert shown(network, 1) == [("cleared", ())]
    assert verify_folder(network.folder).ok


KEEPS: dict[str, Callable[[MadeNetwork], object]] = {
    "the entry's address and remarks": lambda made: made.row("house-sanctions", "s-mills").update(note="1 Hill Road"),
    "an alias that was not compared": lambda made: made.row("house-sanctions", "s-mills").update(
        alias="Dravik Mills;Dorin Zorbalt"
    ),
    "another entry": lambda made: made.drop("house-sanctions", "s-none"),
    "the advertiser's money": lambda made: made.row("advertisers", "mills").update(prepaid="12.00"),
    "the whole of state": lambda made: shutil.rmtree(made.folder / "state"),
}  # fmt: skip
OPENS: dict[str, Callable[[MadeNetwork], object]] = {
    "alias": lambda made: made.row("house-sanctions", "s-mills").update(alias="Dravik Mills Junior;D. Zorbalt"),
    "country": lambda made: made.row("house-sanctions", "s-mills").update(country="qp;de"),
    "party name": lambda made: made.row("advertisers", "mills").update(name="Dravik Ostelmar"),
    "birthDate": lambda made: (
        made.row("house-sanctions", "s-mills").update(birth_date="1970-02-03"),
        made.row("advertisers", "mills").update(birth_date="1970-02-03"),
    ),
    "account": lambda made: (
        made.row("house-sanctions", "s-mills").update(account="instagram/dravik"),
        made.row("advertisers", "mills").update(accounts="instagram/dravik"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("changed", KEEPS)
def test_what_no_comparison_used_may_change(network: MadeNetwork, changed: str) -> None:
    """An analyst who clears the same false match at each update of a list stops reading."""
    say(network, "not-same")
    outcome_on(network, 1)

    KEEPS[changed](network)

    assert outcome_on(network, 2) == "allow"
    assert network.run(DAY_1 + timedelta(days=3)).decisions == 0


@pytest.mark.parametrize("field", OPENS)
def test_a_changed_value_that_was_used_opens_the_match_and_is_named(network: MadeNetwork, field: str) -> None:
    """On either side; however strong the new ground is, it holds and waits for the person."""
    pair = say(network, "not-same")
    outcome_on(network, 1)

    OPENS[field](network)

    assert outcome_on(network, 2) == "hold"
    ((effect, changed),) = shown(network, 2)
    assert effect == "open again"
    assert any(field in each for each in changed)
    said = network.last("mills").findings[0].because[-1]
    assert (said.name, said.ours) == ("judgement.open_again", f"not-same, judgement:{pair.seq}")
    assert field in said.theirs


@pytest.mark.parametrize("forget", [False, True])
def test_an_entry_that_left_its_list_and_came_back_is_open(network: MadeNetwork, forget: bool) -> None:
    """Anyone who listed it anew had a reason; the ledger remembers, so that a lost `state/` does not matter."""
    say(network, "not-same")
    row = network.row("house-sanctions", "s-mills")
    network.drop("house-sanctions", "s-mills")
    assert outcome_on(network, 1) == "allow"
    assert shown(network, 1) == [("no match", ())]

    network.lists["house-sanctions"].append(row)
    if forget:
        shutil.rmtree(network.folder / "state")

    assert outcome_on(network, 2) == "hold"
    assert shown(network, 2) == [("open again", ("the entry, which left the list and came back",))]
    say(network, "not-same", DAY_1 + timedelta(days=2, hours=1))
    assert outcome_on(network, 3) == "allow"


def test_a_match_that_a_person_confirms_is_certain(network: MadeNetwork) -> None:
    """By name alone it never would be; the decision names the judgement it rests on."""
    pair = say(network, "same")

    assert outcome_on(network, 1) == "refuse"
    (finding,) = network.last("mills").findings
    assert (finding.certain, finding.sources[-1]) == (True, f"judgement:{pair.seq}")
    assert shown(network, 1) == [("confirmed", ())]


def test_a_confirmed_match_that_changes_goes_back_to_a_person(network: MadeNetwork) -> None:
    """A refusal must not follow an id to somebody else."""
    say(network, "same")
    outcome_on(network, 1)

    network.row("advertisers", "mills")["name"] = "Dravik Ostelmar"

    assert outcome_on(network, 2) == "hold"
    assert shown(network, 2) == [("open again", ("party name", "alias no longer compared", "name newly compared"))]


def test_who_cannot_tell_leaves_it_open_and_says_so(network: MadeNetwork) -> None:
    """The next one who looks knows that somebody has."""
    say(network, "unsure")

    assert network.run(DAY_1 + timedelta(days=1)).decisions == 0
    assert network.last("mills").outcome == "hold"
    assert shown(network, 1) == [("unsure", ())]


def test_the_last_word_on_a_pair_counts(network: MadeNetwork) -> None:
    """People correct themselves; what they said before stays on record."""
    say(network, "not-same")
    outcome_on(network, 1)
    say(network, "same", DAY_1 + timedelta(days=1, hours=1))

    assert outcome_on(network, 2) == "refuse"
    assert shown(network, 2) == [("overtaken", ()), ("confirmed", ())]


def test_a_judgement_is_about_a_pair_and_not_about_a_name(network: MadeNetwork) -> None:
    """Another advertiser of the same name, and another entry of it, are other questions."""
    say(network, "not-same")
    network.add("advertisers", id="mills-2", name="Dravik Mills", schema="Person", country="QP")
    network.add("house-sanctions", id="s-mills-2", schema="Person", name="Dravik Mills", country="qp", topic="made-up")

    network.run(DAY_1 + timedelta(days=1))

    assert network.last("mills-2").outcome == "hold"
    assert network.last("mills").outcome == "hold"
    assert {finding.entity_id for finding in network.last("mills").findings} == {"s-mills-2"}


def test_a_cleared_owner_no_longer_counts_as_a_listed_one(network: MadeNetwork) -> None:
    """What a namesake owns is open again with it."""
    network.add("advertisers", id="company", name="Calvado Cement")
    network.add("ownership", owner="o-1", owned="company", share="80 %", owner_name="Dravik Ostelmar")
    network.run(DAY_1 + HOUR)
    before = network.last("company").outcome

    judge(
        network.network,
        StatedJudgement("o-1", "s-mills", "not-same", "A. Reviewer", "an heir"),
        DAY_1 + 2 * HOUR,
        TOOLS,
    )
    network.run(DAY_1 + timedelta(days=1))

    assert (before, network.last("company").outcome) == ("hold", "allow")


def test_replay_and_because_hold_of_what_follows_a_judgement(network: MadeNetwork) -> None:
    """The ruling stays the rulebook's: the record alone gives it again, and every restriction names its findings."""
    rulebook = Rulebook.load(network.folder / "rulebook")
    words: tuple[Verdict, ...] = ("unsure", "same", "not-same")
    for day, word in enumerate(words, 1):
        say(network, word, DAY_1 + timedelta(days=day, hours=-1))
        network.run(DAY_1 + timedelta(days=day))
    OPENS["alias"](network)
    network.run(DAY_1 + timedelta(days=9))

    decisions = [each for each in network.decisions() if each.party.id == "mills"]
    assert [each.outcome for each in decisions] == ["hold", "refuse", "allow", "hold"]
    for each in decisions:
        ruling = rule(convert(each.facts, Facts), rulebook)
        assert (ruling.outcome, ruling.reasons) == (each.outcome, each.reasons)
        assert each.outcome == "allow" or (each.grounds and all(finding.sources for finding in each.findings))


def test_the_letter_of_a_match_that_is_open_again_names_no_analyst(network: MadeNetwork) -> None:
    """The advertiser hears what was compared, not who works here."""
    say(network, "not-same")
    outcome_on(network, 1)
    OPENS["alias"](network)
    outcome_on(network, 2)

    letters = [path.read_text("utf-8") for path in (network.folder / "out" / "reasons").glob("*")]

    assert letters
    assert not [letter for letter in letters if "Reviewer" in letter or "born elsewhere" in letter]


@pytest.mark.parametrize(
    ("before", "after", "outcomes"),
    [("Morning Crust", "Dravik Mills", ("allow", "hold")), ("Dravik Mills", "Morning Crust", ("hold", "hold"))],
)
def test_a_party_renamed_under_its_id_is_screened_under_the_new_name(
    network: MadeNetwork, before: str, after: str, outcomes: tuple[str, str]
) -> None:
    """That there was no match is not remembered by an id; one that a decision rests on is, until somebody looks."""
    row = {**network.row("advertisers", "mills"), "id": "fresh", "name": before, "domains": "fresh.example"}
    network.add("advertisers", **row)
    outcome_on(network, 1)
    first = network.last("fresh").outcome

    network.row("advertisers", "fresh")["name"] = after
    outcome_on(network, 2)

    assert (first, network.last("fresh").outcome) == outcomes

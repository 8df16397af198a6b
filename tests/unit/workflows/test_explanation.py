"""The whole case of one party, as the ledger has it."""

from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest

from evenhand.ledger.proofs import is_included
from evenhand.model.errors import NotFound
from evenhand.model.outcome import Outcome
from evenhand.workflows.queries import explain
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network


@pytest.mark.parametrize("asked", ["bakery", "Morning Crust Bakery", "MORNING crust bakery"])
def test_a_party_is_found_by_id_or_name(begun: MadeNetwork, asked: str) -> None:
    """With every decision in force about it, its orders' too."""
    explained = explain(begun.network, asked, DAY_1)

    assert (explained.party_kind, explained.party_id, explained.name) == (
        "advertiser", "bakery", "Morning Crust Bakery",
    )  # fmt: skip
    assert [each.decision.scope for each in explained.in_force] == ["advertiser", "campaign:c-hidden"]
    assert explained.in_force[1].statement == f"r-{explained.in_force[1].decision.id[2:]}"


def test_a_decision_that_waits_is_explained_though_nothing_is_in_force_yet(begun: MadeNetwork) -> None:
    """The advertiser has the letter already; anyone who answers the telephone must find it."""
    explained = explain(begun.network, "outlet", DAY_1)

    assert explained.in_force == ()
    assert [each.decision.outcome for each in explained.waiting] == [Outcome.REFUSE]
    assert explained.waiting[0].because


def test_an_earlier_instant_shows_the_decision_that_was_in_force_then(tmp_path: Path) -> None:
    """An auditor asks what held when a bid was stopped, not what holds today."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Clear Water Circle")
    made.add("advertisers", id="minor", name="Clear Water Circle", country="GB")
    made.write()
    made.run(DAY_1)
    made.drop("house-sanctions", "s-1")
    made.run(DAY_2)

    earlier, today = (explain(made.network, "minor", at) for at in (DAY_1, DAY_2))

    assert [each.decision.outcome for each in earlier.in_force] != [each.decision.outcome for each in today.in_force]
    assert [each.decision.decided_at for each in earlier.in_force] == [DAY_1]
    assert len(earlier.inclusions) == len(earlier.in_force) + len(earlier.waiting)


def test_each_decision_is_proved_to_be_in_the_log(begun: MadeNetwork) -> None:
    """Anybody with the checkpoint can check it."""
    explained = explain(begun.network, "morvane", DAY_1)

    (proved,) = explained.inclusions
    head = explained.checkpoint
    assert explained.party_kind == "payer"
    assert is_included(
        proved.seq, head.size, b64decode(proved.leaf_hash), [b64decode(each) for each in proved.proof], head.root
    )


def test_what_a_dead_run_left_behind_the_head_is_explained_after_the_next_run(tmp_path: Path) -> None:
    """There is no proof of it yet."""
    made = empty_network(tmp_path / "network")
    made.run()

    def die(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("recording", total):
            raise KeyboardInterrupt

    made.row("advertisers", "bakery")["name"] = "Ozmerel Vantrik Foundry"
    with pytest.raises(KeyboardInterrupt):
        made.run(DAY_2, replace(TOOLS, progress=die))
    before = explain(made.network, "bakery", DAY_2).in_force[0].decision.outcome
    made.run(DAY_2)

    assert (before, explain(made.network, "bakery", DAY_2).in_force[0].decision.outcome) == ("allow", "hold")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("nobody", "no advertiser or payer of this id or name, and no decision about a campaign of it `nobody`"),
        ("Twin", "several parties are called `Twin`; expected one, two"),
    ],
)
def test_who_cannot_be_told_apart_is_not_guessed(tmp_path: Path, asked: str, says: str) -> None:
    """Two of one name are named by their ids."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="one", name="Twin")
    made.add("advertisers", id="two", name="Second", alias="Twin")
    made.run()

    with pytest.raises(NotFound, match=says):
        explain(made.network, asked, DAY_1)


def test_a_campaign_is_explained_with_its_advertiser(tmp_path: Path) -> None:
    """Who has the campaign's id in hand need not know whose it is."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="one", name="Harbour Bakery")
    made.add("campaigns", id="spring", advertiser_id="one", payer_id="one", political="yes", content="political")
    made.run()

    assert explain(made.network, "spring", DAY_1).party_id == "one"


def test_a_party_is_named_by_kind_and_id_as_judge_names_it(tmp_path: Path) -> None:
    """Where a name is two parties', `judge` says them so; each is understood here too."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="one", name="Twin")
    made.add("payers", id="two", name="Twin")
    made.run()
    with pytest.raises(NotFound, match="expected advertiser:one, payer:two"):
        judge(made.network, StatedJudgement("Twin", "m-none", "same", "A. Reviewer", "seen"), DAY_1, TOOLS)

    found = [explain(made.network, each, DAY_1) for each in ("advertiser:one", "payer:two")]

    assert [(each.party_kind, each.party_id) for each in found] == [("advertiser", "one"), ("payer", "two")]
    with pytest.raises(
        NotFound, match="no advertiser or payer of this id or name, and no decision about a campaign of it `payer:one`"
    ):
        explain(made.network, "payer:one", DAY_1)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("on", r"near: one \(Invented Freight GmbH\)$"),
        ("INVENTED", r"near: one \(Invented Freight GmbH\)$"),
        ("twos", r"near: two \(Zwickmühle Spielwaren\)$"),
        ("zwickmuehle spielwaren", r"near: two \(Zwickmühle Spielwaren\)$"),
        ("quite another", "an id or name of the last run's tables$"),
    ],
)
def test_near_ids_and_names_are_said_of_one_that_is_not_there(tmp_path: Path, asked: str, near: str) -> None:
    """Who mistypes an id sees which one it was, with its name."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="one", name="Invented Freight GmbH")
    made.add("advertisers", id="two", name="Zwickmühle Spielwaren")
    made.run()

    with pytest.raises(NotFound, match=near):
        explain(made.network, asked, DAY_1)


def test_before_the_first_run_there_is_nothing_to_explain(tmp_path: Path) -> None:
    """The error says what to do."""
    made = empty_network(tmp_path / "network")
    made.write()

    with pytest.raises(NotFound, match="no run yet; run `evenhand run` first"):
        explain(made.network, "bakery", DAY_1)


def test_a_rule_that_is_gone_is_named_by_its_id(begun: MadeNetwork, tmp_path: Path) -> None:
    """The decision stands until the next run; today's rulebook has no title for it."""
    made = begun.copy(tmp_path / "network")
    made.edit_rules(lambda text: text.replace('@id("undisclosed-payer")', '@id("hidden-payer")'))

    explained = explain(made.network, "bakery", DAY_1)

    assert explained.in_force[1].rules == (("undisclosed-payer", "undisclosed-payer"),)

"""Facts that people confirmed, laid over what the tables say."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.party import VerificationLevel
from evenhand.render.wording import fact_lines
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.queries.explanation import explain
from tests.confirmed import CONFIRMED_AT, confirm
from tests.networks import DAY_2, DAY_3, MadeNetwork, empty_network

DAY_4 = DAY_3 + timedelta(days=1)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A bakery that a listed payer owns for 60 %, refused on the first day."""
    made = empty_network(tmp_path_factory.mktemp("facts") / "network")
    made.row("house-sanctions", "s-none")["website"] = "https://vantrik.example"
    made.add("payers", id="vantrik", name="Ozmerel Vantrik Foundry", domains="vantrik.example")
    made.add("ownership", owner="vantrik", owned="bakery", share="60 %", kind="ownership")
    made.run()
    assert made.last("bakery").outcome == "refuse"
    return made


@pytest.fixture
def made(refused: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return refused.copy(tmp_path / "network")


def share(made: MadeNetwork, millionths: int, **fields: Any) -> int:
    return confirm(made, kind="share", owner_id="vantrik", share_ppm=millionths, **fields)


def test_a_confirmed_share_counts_instead_of_the_tables_and_the_decision_names_its_leaf(made: MadeNetwork) -> None:
    """The table says 60 %; a share register shows 20 %, and the rules let that buy."""
    seq = share(made, 200_000)

    report = made.run(DAY_2)

    decision = made.last("bakery")
    assert (decision.outcome, decision.reasons) == ("allow", ("open-to-all",))
    assert decision.facts["entities"][0]["attrs"]["designated_share_bp"] == 2000
    assert [finding.sources for finding in decision.findings] == [(f"confirmed:{seq}",)]
    assert made.register()[1]["bakery"].outcome == "allow"
    assert "1 fact confirmed by people over what the tables say" in report.again
    assert len(report.lifted) == 1


def test_a_restriction_by_a_confirmed_share_rests_on_it_and_not_on_the_row_that_it_replaces(made: MadeNetwork) -> None:
    """The statement is made from the findings: it must not cite what does not hold."""
    seq = share(made, 300_000)

    made.run(DAY_2)

    decision = made.last("bakery")
    assert (decision.outcome, decision.reasons) == ("hold", ("minority-designated-owner",))
    sources = {source for finding in decision.findings for source in finding.sources}
    assert f"confirmed:{seq}" in sources
    assert not any(source.startswith("table:ownership") for source in sources)
    statement = made.payloads("statement")[-1].decode()
    assert "60 %" not in statement
    assert '"automation":{"decision":"partial"' in statement


def test_a_share_of_nothing_takes_the_owner_away(made: MadeNetwork) -> None:
    """Sold: nothing is held, and the owner is no owner any more."""
    share(made, 0)

    made.run(DAY_2)

    assert made.last("bakery").outcome == "allow"
    assert made.last("bakery").facts["entities"][0]["attrs"]["owner_countries"] == []


@pytest.mark.parametrize(
    ("said", "outcome", "in_tables"),
    [("70 %", "refuse", True), ("5 %", "allow", False), ("", "hold", True)],
)
def test_a_fact_is_open_again_when_the_tables_say_something_else_and_the_stricter_counts(
    made: MadeNetwork, said: str, outcome: str, in_tables: bool
) -> None:
    """Nobody knows which is right before a person has looked: a change of a table frees nobody by itself."""
    seq = share(made, 200_000)
    made.run(DAY_2)
    made.row("ownership", "vantrik")["share"] = said

    report = made.run(DAY_3)

    assert made.last("bakery").outcome == outcome
    assert any(f"(confirmed:{seq}) is open again" in sentence for sentence in report.again)
    sources = {source for finding in made.last("bakery").findings for source in finding.sources}
    assert any(source.startswith("table:ownership") for source in sources) is in_tables


def test_a_fact_that_makes_stricter_stays_when_the_tables_become_milder(made: MadeNetwork) -> None:
    """A person saw 80 %; an export that says 4 % frees nobody until a person confirms it."""
    share(made, 800_000)
    made.run(DAY_2)
    made.row("ownership", "vantrik")["share"] = "4 %"

    made.run(DAY_3)
    assert made.last("bakery").outcome == "refuse"

    share(made, 40_000, at=DAY_3 + timedelta(hours=1))
    report = made.run(DAY_4)
    assert made.last("bakery").outcome == "allow"
    assert any("contradicts a later confirmed fact" in sentence for sentence in report.again)


def test_another_name_of_the_party_opens_a_fact_again(made: MadeNetwork) -> None:
    """An id may be given to somebody else."""
    share(made, 200_000)
    made.row("advertisers", "bakery")["name"] = "Evening Crust Bakery"

    report = made.run(DAY_2)

    assert made.last("bakery").outcome == "refuse"
    assert any("is open again" in sentence for sentence in report.again)


def test_the_later_of_two_facts_counts_by_its_place_in_the_ledger(made: MadeNetwork) -> None:
    """Whatever the clocks of the two said."""
    share(made, 200_000)
    share(made, 900_000, at=CONFIRMED_AT - timedelta(minutes=30))

    report = made.run(DAY_2)

    assert made.last("bakery").outcome == "refuse"
    assert "`vantrik` holds 20 % of `bakery`" in " ".join(report.again)


def test_control_that_was_confirmed_counts_and_control_that_was_denied_goes(made: MadeNetwork) -> None:
    """Control is never mixed into the shares."""
    made.row("ownership", "vantrik").update(kind="control", share="")
    made.run(DAY_2)
    assert made.last("bakery").reasons == ("possible-match-payer", "possible-match-review")

    confirm(made, kind="control", owner_id="vantrik", control=True, at=DAY_2 + timedelta(hours=1))
    made.run(DAY_3)
    assert made.last("bakery").reasons == ("minority-designated-owner",)
    assert made.last("bakery").facts["entities"][0]["attrs"]["designated_control"] is True

    confirm(made, kind="control", owner_id="vantrik", control=False, at=DAY_3 + timedelta(hours=1))
    made.run(DAY_4)
    assert made.last("bakery").outcome == "allow"


def test_a_row_that_does_not_say_whether_share_or_control_goes_only_when_both_were_confirmed(made: MadeNetwork) -> None:
    """A person who saw the share register has not seen who appoints the board."""
    made.row("ownership", "vantrik").update(kind="ownership_or_control")
    made.run(DAY_2)
    share(made, 100_000, at=DAY_2 + timedelta(hours=1))
    made.run(DAY_3)
    assert made.last("bakery").outcome == "hold"

    confirm(made, kind="control", owner_id="vantrik", control=False, at=DAY_3 + timedelta(hours=1))
    made.run(DAY_4)
    assert made.last("bakery").outcome == "allow"


def test_a_confirmed_verification_counts_until_its_day_and_is_a_ground_of_what_reads_it(made: MadeNetwork) -> None:
    """The rule reads the level; the finding that says so names the leaf."""
    made.drop("ownership", "vantrik")
    made.add("campaigns", id="c-1", advertiser_id="bakery", payer_id="bakery", political="yes", content="political")
    made.run(DAY_2)
    assert made.last("bakery", "campaign:c-1").outcome == "hold"

    confirm(
        made, kind="verification", level=VerificationLevel.REGISTER, until=DAY_3.date(), at=DAY_2 + timedelta(hours=1)
    )
    made.run(DAY_3)
    assert made.last("bakery", "campaign:c-1").outcome != "hold"
    assert made.register()[1]["bakery"].verification == 3

    made.run(DAY_4)
    held = made.last("bakery", "campaign:c-1")
    assert held.outcome == "hold"
    assert any(source.startswith("confirmed:") for finding in held.findings for source in finding.sources)


def test_a_run_that_lost_what_it_knew_counts_confirmed_facts_alike(made: MadeNetwork, tmp_path: Path) -> None:
    """Nothing of them is kept but the ledger's records."""
    share(made, 200_000)
    forgets = made.copy(tmp_path / "forgets")
    for each in (made, forgets):
        each.run(DAY_2)
    shutil.rmtree(forgets.folder / "state")

    for each in (made, forgets):
        each.row("advertisers", "bakery")["country"] = "IE"
        each.run(DAY_3)

    assert made.payloads() == forgets.payloads()
    assert made.register() == forgets.register()


def test_a_fact_about_somebody_who_left_the_tables_changes_nothing(made: MadeNetwork) -> None:
    """Their decision stands as it is; nothing is confirmed of nobody."""
    share(made, 200_000)
    made.drop("advertisers", "bakery")
    made.drop("ownership", "vantrik")
    made.add("advertisers", id="other", name="Another Crust", domains="another.example")

    made.run(DAY_2)

    assert made.last("bakery").outcome == "refuse"


def test_an_erased_fact_counts_no_more(made: MadeNetwork) -> None:
    """Erasing the records about a party takes what people confirmed of it."""
    share(made, 200_000)
    made.run(DAY_2)
    at = DAY_2 + timedelta(hours=1)
    erase(made.folder / "ledger", (), at, basis="made up", by="p-1", subject="bakery", lift=True)

    with open_ledger(made.folder / "ledger") as ledger:
        assert fold(ledger).confirmed == {}
    made.run(DAY_3)
    assert made.last("bakery").outcome == "refuse"


def test_a_date_alone_is_no_other_statement(made: MadeNetwork) -> None:
    """A nightly export dates its rows anew; the share is the same."""
    share(made, 200_000)
    made.row("ownership", "vantrik")["as_of"] = str(date(2026, 2, 1))

    made.run(DAY_2)

    assert made.last("bakery").outcome == "allow"


def test_a_fact_confirmed_by_a_clock_that_was_ahead_stops_no_run(made: MadeNetwork) -> None:
    """It counts by its place in the ledger."""
    share(made, 200_000, at=DAY_4)

    made.run(DAY_2)

    assert made.last("bakery").outcome == "allow"


def test_explaining_a_case_shows_its_confirmed_facts_and_what_came_of_each(made: MadeNetwork) -> None:
    """From the first answer to the change of the table."""
    first = share(made, 100_000)
    assert [each.effect for each in explain(made.network, "bakery", DAY_2).confirmed] == ["next run"]
    second = share(made, 200_000, at=CONFIRMED_AT + timedelta(minutes=1))
    made.run(DAY_2)

    shown = explain(made.network, "bakery", DAY_2).confirmed
    assert [(each.seq, each.effect) for each in shown] == [(first, "overtaken"), (second, "counts")]
    assert shown[1].tables == "60 %"

    made.row("ownership", "vantrik")["share"] = "70 %"
    made.run(DAY_3)
    text = "\n".join(line for each in explain(made.network, "bakery", DAY_3).confirmed for line in fact_lines(each))
    assert "`vantrik` holds 20 % of `bakery`, confirmed by p-1 on " in text
    assert "open again: the tables now say 70 %" in text


def test_explaining_a_case_shows_the_facts_of_other_companies_that_it_rests_on(made: MadeNetwork) -> None:
    """The share was confirmed one company further up."""
    made.add("advertisers", id="child", name="Crumb Factory", domains="crumb.example")
    made.add("ownership", owner="bakery", owned="child", share="100 %", kind="ownership")
    seq = share(made, 550_000)
    made.run(DAY_2)

    explained = explain(made.network, "child", DAY_2)

    assert explained.in_force[0].decision.outcome == "refuse"
    assert [(each.seq, each.fact.party_id, each.effect) for each in explained.confirmed] == [(seq, "bakery", "counts")]

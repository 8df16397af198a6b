"""A judgement is of the company that was judged, not of who has its id by now (`screening.md`, What people judge)."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.judgement import Verdict
from evenhand.render.wording import judgement_lines
from evenhand.workflows.queries import explain
from evenhand.workflows.review.judgement_file import judge_file
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.review_queue import open_matches
from evenhand.workflows.review.task_board import list_tasks
from tests.networks import DAY_1, TOOLS, MadeNetwork, empty_network

HOUR = timedelta(hours=1)
OTHERS = {"domains": "brand-new-site.example", "identifiers": "registration/{0}:HRB 99999; vat/{0}:555555555"}


def given(folder: Path, country: str) -> MadeNetwork:
    """Two companies of a listed name in one country, known by their numbers and websites; the first was run."""
    made = empty_network(folder)
    place = country.lower()
    made.add("house-sanctions", id="q-4", schema="Company", name="Tarsim Petroleum Trading FZE", country="ae",
             topic="made-up")  # fmt: skip
    for party, host, register, vat in (
        ("101", "tarsim", "HRB 111", "123456789"),
        ("102", "other", "HRB 222", "987654321"),
    ):
        made.add("advertisers", id=party, name="Tarsim Petroleum Trading", country=country, domains=f"{host}.example",
                 identifiers=f"registration/{place}:{register}; vat/{place}:{vat}")  # fmt: skip
    made.run(DAY_1)
    return made


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    return given(tmp_path_factory.mktemp("german") / "network", "DE")


@pytest.fixture
def network(german: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return german.copy(tmp_path / "network")


def say(made: MadeNetwork, verdict: Verdict) -> int:
    """Judge the first company, run, and return the leaf of the judgement."""
    pair = judge(made.network, StatedJudgement("101", "q-4", verdict, "A. Reviewer", "register seen HRB 111"),
          DAY_1 + HOUR, TOOLS)  # fmt: skip
    made.run(DAY_1 + 2 * HOUR)
    return pair.seq


def replace_company(made: MadeNetwork, party: str = "101") -> None:
    """Give the id to another company of the same name."""
    row = made.row("advertisers", party)
    row |= {name: text.format(row["country"].lower()) for name, text in OTHERS.items()}


@pytest.mark.parametrize(("country", "forget"), [("DE", False), ("RU", True)])
def test_an_id_that_was_given_to_another_company_of_the_name_is_open_again(
    tmp_path: Path, country: str, forget: bool
) -> None:
    """Of either country, whether findings are kept or made anew: the run, the task and `explain` say so."""
    made = given(tmp_path / "network", country)
    seq = say(made, "not-same")
    assert made.last("101").outcome == "allow"

    replace_company(made)
    if forget:
        shutil.rmtree(made.folder / "state")
    report = made.run(DAY_1 + 3 * HOUR)

    words = "party registration number, party VAT number, party website"
    assert f"`101` and `q-4` of `house-sanctions` open again after judgement {seq}: {words}" in report.again
    assert made.last("101").outcome == "hold"
    assert any("101" in each.question for each in list_tasks(made.network, DAY_1 + 4 * HOUR, TOOLS.suffixes))
    (shown,) = explain(made.network, "101", DAY_1 + 4 * HOUR).judgements
    assert judgement_lines(shown)[1].strip() == f"open again, because of what changed: {words}"


def test_two_clients_that_exchange_their_ids_do_not_exchange_what_was_judged(network: MadeNetwork) -> None:
    """Neither was judged under its new id."""
    say(network, "not-same")
    one, other = network.row("advertisers", "101"), network.row("advertisers", "102")

    one["id"], other["id"] = "102", "101"
    network.run(DAY_1 + 3 * HOUR)

    assert (network.last("101").outcome, network.last("102").outcome) == ("hold", "hold")


@pytest.mark.parametrize(
    "cells",
    [
        {"domains": "www.tarsim.example"},
        {"domains": "tarsim.example; tarsim-shop.example"},
        {"domains": ""},
        {"identifiers": "registration/de:hrb 111; vat/de:DE 123456789"},
        {"identifiers": "registration/de:HRB 111; registration/de:HRB 112; vat/de:123456789"},
        {"identifiers": ""},
        {"prepaid": "12.00"},
    ],
)
def test_what_is_corrected_added_or_taken_away_makes_nobody_another_company(
    network: MadeNetwork, cells: dict[str, str]
) -> None:
    """An analyst who clears the same company again and again stops reading."""
    say(network, "not-same")

    network.row("advertisers", "101").update(cells)
    network.run(DAY_1 + 3 * HOUR)

    assert network.last("101").outcome == "allow"


def test_what_was_taken_away_and_then_replaced_is_noticed(network: MadeNetwork) -> None:
    """What counts is what the judgement recorded, not what the last run saw."""
    say(network, "not-same")
    network.row("advertisers", "101").update(identifiers="", domains="")
    network.run(DAY_1 + 3 * HOUR)

    replace_company(network)
    network.run(DAY_1 + 4 * HOUR)

    assert network.last("101").outcome == "hold"


def test_a_confirmed_match_is_no_milder_for_another_company_and_the_run_asks(network: MadeNetwork) -> None:
    """To change one's numbers is no way out; the new company is told of all the same."""
    say(network, "same")
    assert network.last("101").outcome == "refuse"

    replace_company(network)
    report = network.run(DAY_1 + 3 * HOUR)

    assert network.last("101").outcome == "refuse"
    assert any("if the id is another company's now, judge the match again" in each for each in report.again)


def test_an_answer_to_a_queue_of_before_is_not_taken_of_another_company(network: MadeNetwork, tmp_path: Path) -> None:
    """Who filled it in looked at the first one."""
    (before, _) = sorted(open_matches(network.network, TOOLS.suffixes), key=lambda each: each.match.finding.party_id)
    file = tmp_path / "queue.csv"
    file.write_text(f"party,entity,answer,by,why,mark\n101,q-4,not-same,A. Reviewer,seen,{before.mark}\n")

    replace_company(network)
    network.run(DAY_1 + HOUR)
    judged = judge_file(network.network, file, DAY_1 + 2 * HOUR, TOOLS)

    assert [each.split(":")[0] for each in judged.problems] == ["queue.csv"]
    assert "the match changed" in judged.problems[0]

"""`run` and `explain` from the command line."""

from pathlib import Path

import pytest

from tests.commands import DAY_1, DAY_2, DAY_3, append, evenhand, replace


def test_a_run_shows_what_it_did_and_where_the_page_is(network: Path) -> None:
    """The terminal and the page say the same; the page is written first."""
    append("data/advertisers.csv", "a3,Pear Bakery,pear.example\n")(network)

    status, out, err = evenhand("run", network, "--at", DAY_2)

    assert (status, err) == (0, "")
    assert "Outcomes in force" in out
    assert "1 decision and 0 notices in this run" in out
    assert out.endswith(f"Report: {network}/out/report.html\n")


def test_a_run_on_unchanged_input_decides_nothing(network: Path) -> None:
    """A timer can call it every hour."""
    report = evenhand("run", network, "--at", DAY_2, "--json").json

    assert (report["decisions"], report["statements"]) == (0, 0)


def test_a_run_without_an_instant_is_now(network: Path) -> None:
    """The command line reads the clock; nothing below it does."""
    report = evenhand("run", network, "--json").json

    assert report["at"] > DAY_1


def test_a_party_is_explained_by_id_and_by_name(network: Path) -> None:
    """People have names at hand, scripts ids."""
    by_id = evenhand("explain", network, "a2", "--at", DAY_1)
    by_name = evenhand("explain", network, "quandar HOLDING", "--at", DAY_1)

    assert by_id.out.startswith("Refused  Quandar Holding")
    assert by_id.out == by_name.out


def test_an_allowed_party_is_explained_too(network: Path) -> None:
    """Why somebody may buy is a question of regulators."""
    answer = evenhand("explain", network, "a1", "--at", DAY_1)

    assert answer.out.startswith("Allowed  Plum Bakery")


@pytest.mark.parametrize("party", ["nobody", "x" * 10_000, "a2\x1b[2J", ""])
def test_an_unknown_party_is_one_short_line(network: Path, party: str) -> None:
    """What was typed is shown, cut and harmless."""
    status, _, err = evenhand("explain", network, party, "--at", DAY_1)

    assert status == 2
    assert "no advertiser or payer of this id or name, and no decision about a campaign of it" in err
    assert len(err) < 300
    assert "\x1b" not in err


def test_two_parties_of_one_name_are_told_apart(network: Path) -> None:
    """The ids to choose from are in the answer."""
    append("data/advertisers.csv", "b1,Plum Bakery,\n")(network)
    evenhand("run", network, "--at", DAY_2)

    status, _, err = evenhand("explain", network, "Plum Bakery", "--at", DAY_2)

    assert status == 2
    assert "several parties are called `Plum Bakery`; expected a1, b1" in err


def test_the_origin_cannot_change_under_a_ledger(network: Path) -> None:
    """Every signature names it."""
    replace("evenhand.toml", "ads.made-up.example/log", "other.example/log")(network)

    status, _, err = evenhand("run", network, "--at", DAY_3)

    assert status == 2
    assert "expected ads.made-up.example/log" in err

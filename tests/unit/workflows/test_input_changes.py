"""What changed of a run's input, and could free a party unnoticed, stops the run or is told first."""

from dataclasses import replace
from pathlib import Path

import pytest

from evenhand.model.errors import ListsMissing
from evenhand.workflows.run.network_run import run
from tests.networks import BY, DAY_2, DAY_3, TOOLS, MadeNetwork


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


STRICT = replace(TOOLS, accept_lists=frozenset())


def test_a_list_that_decisions_rest_on_cannot_be_left_out_unnoticed(made: MadeNetwork) -> None:
    """A commented block in the settings freed everybody on the list, with exit 0 and no word of it."""
    before = made.register()[1]
    del made.lists["house-sanctions"]

    with pytest.raises(ListsMissing) as caught:
        made.run(DAY_2, STRICT)

    assert "house-sanctions is no longer configured, and decisions in force rest on" in str(caught.value)
    assert "--accept-list house-sanctions" in str(caught.value)
    assert made.register()[1] == before
    report = made.run(DAY_2, replace(TOOLS, accept_lists=frozenset({"house-sanctions"})))
    assert report.lifted
    assert any("Nobody is screened any more against house-sanctions" in each for each in report.warnings)


def test_rows_that_are_gone_are_named(made: MadeNetwork) -> None:
    """Two rows of a table may go; that they did is told."""
    made.drop("advertisers", "bakery")
    made.tables["campaigns"] = [each for each in made.tables["campaigns"] if each["advertiser_id"] != "bakery"]

    report = made.run(DAY_2)

    assert "1 advertiser of the last run has no row any more: bakery (Morning Crust Bakery)." in report.warnings
    assert not any("no row any more" in each for each in made.run(DAY_3).warnings)


def test_a_list_of_the_future_is_told(made: MadeNetwork) -> None:
    """A letter would quote a day that has not come."""
    made.add("house-sanctions", id="s-new", schema="Company", name="Ullmar Wharf", topic="made-up")
    made.write()
    settings = made.folder / "evenhand.toml"
    settings.write_text(settings.read_text("utf-8").replace("2026-01-02", "2031-07-07"), "utf-8")

    report = run(made.network, DAY_2, BY, TOOLS)

    assert "house-sanctions has a date in the future: 2031-07-07. Letters would name it." in report.warnings


def test_nothing_is_told_where_nothing_changed(made: MadeNetwork) -> None:
    """A warning that always stands there is read by nobody."""
    report = made.run(DAY_2)

    assert (report.warnings, report.lifted) == ((), ())

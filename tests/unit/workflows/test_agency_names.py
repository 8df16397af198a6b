"""Agencies of a listed name are named in the report; nobody is refused for them."""

from pathlib import Path

import pytest

from evenhand.workflows.evaluation.agency_names import AGENCIES
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork, empty_network


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Two advertisers of an agency with a listed name, one of another agency, after a run."""
    made = empty_network(tmp_path_factory.mktemp("agencies") / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Carvelle Nordmark Lines", topic="made-up")
    for party, country, agency in (("a1", "DE", "Carvelle  Nordmark Lines"), ("a2", "RU", "Carvelle Nordmark Lines"),
                                   ("a3", "DE", "Plain Media")):  # fmt: skip
        made.add("advertisers", id=party, name=f"Bakery {party}", country=country, agency=agency)
    made.run(DAY_1)
    return made


@pytest.fixture
def made(first: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return first.copy(tmp_path / "network")


def of_agencies(warnings: tuple[str, ...]) -> list[str]:
    return [each.partition(". ")[0] for each in warnings if "No rule is about agencies" in each]


SAYS = "1 agency has a listed name or one like it: `Carvelle Nordmark Lines` (of a1 and 1 more; house-sanctions#s-1)"


@pytest.mark.parametrize("forget", [False, True])
def test_each_run_names_agencies_of_a_listed_name_and_refuses_nobody(made: MadeNetwork, forget: bool) -> None:
    """They take part in the sale; whether findings were kept or not, and from whichever country the client is."""
    if forget:
        (made.folder / "state" / AGENCIES).unlink()
    made.row("advertisers", "a3")["prepaid"] = "1.00"

    report = made.run(DAY_2)

    assert of_agencies(report.warnings) == [SAYS]
    assert {made.last(party).outcome for party in ("a1", "a2", "a3")} == {"allow"}


def test_an_agency_is_compared_with_what_the_list_says_today(made: MadeNetwork) -> None:
    """An entry that went or came between two runs is noticed, though what was found is kept."""
    made.row("house-sanctions", "s-1")["name"] = "Plain Media"

    report = made.run(DAY_2)

    assert of_agencies(report.warnings) == [
        "1 agency has a listed name or one like it: `Plain Media` (of a3; house-sanctions#s-1)"
    ]


@pytest.mark.parametrize("cells", [{"id": "p1", "name": "Carvelle Nordmark Lines"}, {"id": "Carvelle Nordmark Lines"}])
def test_an_agency_that_is_in_a_table_is_screened_there(made: MadeNetwork, cells: dict[str, str]) -> None:
    """By its name or its id: there a person can judge it, and is not asked twice."""
    made.add("payers", **{"name": "Another Name", **cells})

    assert of_agencies(made.run(DAY_2).warnings) == []


def test_a_column_that_is_emptied_is_no_longer_told_of(made: MadeNetwork) -> None:
    """Marks of nobody are no agency either."""
    for party, agency in (("a1", ""), ("a2", "n/a"), ("a3", "-")):
        made.row("advertisers", party)["agency"] = agency

    assert of_agencies(made.run(DAY_2).warnings) == []
    assert not (made.folder / "state" / AGENCIES).exists()
    assert of_agencies(made.run(DAY_3).warnings) == []

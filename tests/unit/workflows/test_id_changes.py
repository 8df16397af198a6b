"""Most known ids gone at once, while as many are new, stop a run; a few that are written otherwise are a warning."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evenhand.model.errors import NamesChanged
from evenhand.workflows.run.id_changes import written_otherwise
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network

MEANT = replace(TOOLS, accept_names=frozenset({"advertisers"}))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network with forty advertisers that has run once."""
    made = empty_network(tmp_path_factory.mktemp("forty") / "network")
    made.tables["advertisers"].clear()
    for number in range(1, 41):
        made.add("advertisers", id=f"{number:06}", name=f"Made Up {number}")
    made.run(DAY_1, TOOLS)
    return made


def write_ids(made: MadeNetwork, count: int, write: Callable[[str], str]) -> None:
    for row in made.tables["advertisers"][:count]:
        row["id"] = write(row["id"])


@pytest.mark.parametrize(
    ("write", "cause"),
    [
        (lambda each: each.lstrip("0"), "without their leading zeros: `000001` is now `1`, `000002` is now `2`,"),
        (lambda each: f"0{each}", "with leading zeros: `000001` is now `0000001`"),
        (lambda each: f"{each}.0", "with `.0` at their end: `000001` is now `000001.0`"),
        (lambda each: f"DE-{each}", "with `DE-` in front of them: `000001` is now `DE-000001`"),
        (lambda each: f"{each}/x", "with `/x` behind them"),
        (lambda each: f"{int(each) + 5000}", "replaced, with the same names: `000001` is now `5001`"),
    ],
    ids=["zeros lost", "zeros more", ".0", "prefix", "suffix", "all others"],
)
def test_a_run_stops_where_the_ids_are_others(
    forty: MadeNetwork, tmp_path: Path, write: Callable[[str], str], cause: str
) -> None:
    """The table has its size, and who is held under the old id would be allowed under the new one."""
    made = forty.copy(tmp_path / "network")
    write_ids(made, 40, write)
    size = made.size()

    with pytest.raises(NamesChanged) as error:
        made.run(DAY_2, TOOLS)
    assert f"40 of 40 known ids are gone from the table, and 40 ids are new in it: the same ids {cause}" in str(
        error.value
    )
    assert "does not count for another. If it is meant: `evenhand run DIR --accept-names advertisers`" in str(
        error.value
    )
    assert made.size() == size

    made.run(DAY_2, MEANT)
    made.run(DAY_2, TOOLS)


def test_other_names_under_other_ids_stop_a_run_too(forty: MadeNetwork, tmp_path: Path) -> None:
    """It is likely another house's table; who left it keeps the decision, and nobody is known in this one."""
    made = forty.copy(tmp_path / "network")
    for number, row in enumerate(made.tables["advertisers"]):
        row |= {"id": f"n-{number + 900}", "name": f"Unlike {number}"}

    with pytest.raises(NamesChanged, match="40 of 40 known ids are gone from the table, and 40 ids are new in it; exp"):
        made.run(DAY_2, TOOLS)


@pytest.mark.parametrize(("count", "stops"), [(0, False), (19, False), (20, True), (21, True)])
def test_many_ids_that_are_written_otherwise_stop_a_run(
    forty: MadeNetwork, tmp_path: Path, count: int, stops: bool
) -> None:
    """Twenty and more than a tenth, as for names."""
    made = forty.copy(tmp_path / "network")
    write_ids(made, count, lambda each: each.lstrip("0"))

    if stops:
        with pytest.raises(NamesChanged, match="the same ids without their leading zeros"):
            made.run(DAY_2, TOOLS)
    else:
        made.run(DAY_2, TOOLS)


def test_a_few_ids_that_are_written_otherwise_are_named(forty: MadeNetwork, tmp_path: Path) -> None:
    """A client with a new id and one that left are nobody's other writing."""
    made = forty.copy(tmp_path / "network")
    write_ids(made, 2, lambda each: each.lstrip("0"))
    made.tables["advertisers"][5]["id"] = "K-9"

    warnings = made.run(DAY_2, TOOLS).warnings

    assert [each for each in warnings if "written" in each] == [
        "2 advertiser ids may only be written otherwise: `000001` is now `1`, `000002` is now `2`. What was decided,"
        " judged or entered of an id, such as its owners, does not count for another."
    ]
    assert not [each for each in made.run(DAY_2, TOOLS).warnings if "written" in each]


def test_a_table_that_doubles_loses_no_id(forty: MadeNetwork, tmp_path: Path) -> None:
    """New clients are no reason to stop, whatever their number."""
    made = forty.copy(tmp_path / "network")
    for number in range(1, 121):
        made.add("advertisers", id=f"K-{number}", name=f"Added Later {number}")

    made.run(DAY_2, TOOLS)


def test_an_id_that_two_could_be_is_nobodys() -> None:
    """Whose it is would be a guess."""
    assert written_otherwise(["01", "001", "A"], ["1", "a"]) == [("A", "a", "with other capitals")]

"""Many known ids with another name at once stop a run, unless somebody says that this is meant."""

from dataclasses import replace
from pathlib import Path

import pytest

from evenhand.cases.publishing import REGISTER
from evenhand.model.errors import BadInput, NamesChanged
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network

MEANT = replace(TOOLS, accept_names=frozenset({"advertisers"}))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network with forty advertisers that has run once."""
    made = empty_network(tmp_path_factory.mktemp("forty") / "network")
    for number in range(2, 41):
        made.add("advertisers", id=f"a-{number}", name=f"Made Up {number}")
    made.run(DAY_1, TOOLS)
    return made


def rename(made: MadeNetwork, names: dict[str, str]) -> None:
    for party, name in names.items():
        made.row("advertisers", party)["name"] = name


def shifted(count: int) -> dict[str, str]:
    """Return names as they are when the column of names was sorted alone: each id has its neighbour's."""
    return {f"a-{number}": f"Made Up {number + 1}" for number in range(2, 2 + count)}


def replaced(count: int) -> dict[str, str]:
    return {f"a-{number}": f"Another {number}" for number in range(2, 2 + count)}


@pytest.mark.parametrize(
    ("names", "stops"),
    [
        (shifted(38), True), (shifted(5), True), (shifted(4), False), (replaced(20), True), (replaced(19), False),
        ({f"a-{number}": f"MADE-UP {number}." for number in range(2, 41)}, False),
    ],
)  # fmt: skip
def test_a_run_stops_where_many_known_ids_have_another_name(
    forty: MadeNetwork, tmp_path: Path, names: dict[str, str], stops: bool
) -> None:
    """More than a tenth, and twenty, or three that exchanged theirs; another spelling is the same name."""
    made = forty.copy(tmp_path / "network")
    rename(made, names)
    size = made.size()

    if stops:
        with pytest.raises(NamesChanged, match=r"known ids have another name.* --accept-names adv"):
            made.run(DAY_2, TOOLS)
        assert made.size() == size
    made.run(DAY_2, MEANT if stops else TOOLS)
    made.run(DAY_2, TOOLS)


def test_the_message_says_what_was_exchanged(forty: MadeNetwork, tmp_path: Path) -> None:
    """Names of other ids are the sign of a column that was sorted alone."""
    made = forty.copy(tmp_path / "network")
    rename(made, shifted(10))

    with pytest.raises(NamesChanged) as error:
        made.run(DAY_2, TOOLS)

    assert str(error.value) == (
        "data/advertisers.csv: 10 of 40 known ids have another name than in the last run; 10 of these names were other"
        " ids' names; the first is a-2, now `Made Up 3`, before `Made Up 2`; expected at most 10 % of them"
        " (max_renamed), or fewer than 20; see that names and ids still belong together: was one column sorted alone?"
        " If it is meant, run again with --accept-names advertisers"
    )


def test_the_share_is_a_setting_and_an_unknown_table_is_named(forty: MadeNetwork, tmp_path: Path) -> None:
    """A network that buys names in bulk says how many it takes."""
    made = forty.copy(tmp_path / "network")
    rename(made, shifted(10))
    made.settings["intake"]["max_renamed"] = "0.5"

    made.run(DAY_2, TOOLS)

    with pytest.raises(BadInput, match="--accept-names: no such table `campaigns`; expected advertisers, payers"):
        made.run(DAY_2, replace(TOOLS, accept_names=frozenset({"campaigns"})))


def test_without_a_register_there_is_nothing_to_compare(forty: MadeNetwork, tmp_path: Path) -> None:
    """`out/` may be deleted, and a register that nobody can read is written anew."""
    made = forty.copy(tmp_path / "network")
    rename(made, shifted(10))
    (made.folder / "out" / REGISTER).write_bytes(b"{")

    made.run(DAY_2, TOOLS)

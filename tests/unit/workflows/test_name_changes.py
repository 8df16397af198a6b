"""Many known ids with another name at once stop a run, unless somebody says that this is meant."""

from dataclasses import replace
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, NamesChanged
from evenhand.workflows.delivery.publication import REGISTER
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, empty_network

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
        "data/advertisers.csv, column name: 10 of 40 known ids have another name than in the last run; 10 ids have a"
        " name that was another id's: a-2 (before `Made Up 2`, now `Made Up 3`), a-3 (before `Made Up 3`, now `Made Up"
        " 4`), a-4 (before `Made Up 4`, now `Made Up 5`); expected at most 10 % of them"
        " (max_renamed), or fewer than 20; see that names and ids still belong together: was one column sorted alone?"
        " If it is meant: `evenhand run DIR --accept-names advertisers`"
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


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network with a listed outlet and forty clients, each with a website and a number, that has run once."""
    made = empty_network(tmp_path_factory.mktemp("sites") / "network")
    made.add("house-media", id="m-1", schema="Organization", name="Made Up 5", website="site-5.example",
             topic="typology:SC")  # fmt: skip
    for number in range(2, 41):
        number_of = f"registration/de:HRB {number}00"
        made.add("advertisers", id=f"a-{number}", name=f"Made Up {number}", domains=f"site-{number}.example",
                 identifiers=number_of)  # fmt: skip
    made.run(DAY_1, TOOLS)
    return made


def give(made: MadeNetwork, column: str, cells: dict[str, str]) -> None:
    for party, cell in cells.items():
        made.row("advertisers", party)[column] = cell


def shifted_sites(count: int) -> dict[str, str]:
    """Return websites of the first ids as if their column was sorted alone: each has its neighbour's, the last none."""
    moved = {f"a-{number}": f"site-{number + 1}.example" for number in range(2, 2 + count)}
    return moved | {f"a-{2 + count}": ""}


@pytest.mark.parametrize(
    ("column", "cells", "stops"),
    [
        ("domains", shifted_sites(38), True),
        ("domains", shifted_sites(3), True),
        ("domains", shifted_sites(2), False),
        ("domains", {f"a-{number}": f"other-{number}.example" for number in range(2, 22)}, True),
        ("domains", {f"a-{number}": f"other-{number}.example" for number in range(2, 21)}, False),
        ("domains", {f"a-{number}": f"www.site-{number}.example; more.example" for number in range(2, 41)}, False),
        ("domains", {f"a-{number}": "" for number in range(2, 41)}, False),
        ("identifiers", {f"a-{number}": f"registration/de:HRB {number + 1}00" for number in range(2, 40)}, True),
        ("identifiers", {f"a-{number}": f"vat:hrb-{number}00" for number in range(2, 41)}, False),
    ],
)
def test_a_run_stops_where_websites_or_numbers_changed_places(
    sites: MadeNetwork, tmp_path: Path, column: str, cells: dict[str, str], stops: bool
) -> None:
    """Three that were another id's, or more than a tenth and twenty that are others; accepted once, it is known."""
    made = sites.copy(tmp_path / "network")
    give(made, column, cells)
    size = made.size()

    if stops:
        with pytest.raises(NamesChanged, match=rf"advertisers.csv, column {column}: .* --accept-names advertisers"):
            made.run(DAY_2, TOOLS)
        assert made.size() == size
    made.run(DAY_2, MEANT if stops else TOOLS)
    made.run(DAY_3, TOOLS)


def test_websites_that_moved_to_ids_without_one_stop_a_run(sites: MadeNetwork, tmp_path: Path) -> None:
    """Blanks are sorted to one end: others get the websites of those that are blank now.

    The refused outlet is none of the seven: its decision keeps its website, in this run and every later one.
    """
    made = sites.copy(tmp_path / "network")
    give(made, "domains", {f"a-{number}": "" for number in range(10, 41)})
    made.run(DAY_2, TOOLS)
    blank = {f"a-{number}": "" for number in range(2, 10)}
    give(made, "domains", blank | {f"a-{number + 20}": f"site-{number}.example" for number in range(2, 10)})

    with pytest.raises(
        NamesChanged, match=r"column domains: 7 ids have a website that was another id's: a-22 \(before none"
    ):
        made.run(DAY_3, TOOLS)


def test_a_run_goes_on_where_one_of_many_leaves_the_website_that_they_share(forty: MadeNetwork, tmp_path: Path) -> None:
    """The register gave it to one of them: the others have it as before, and none of them took it."""
    made = forty.copy(tmp_path / "network")
    give(made, "domains", {f"a-{number}": "market.example" for number in range(2, 41)})
    made.run(DAY_2, TOOLS)
    owner = next(each for each, row in made.register()[1].items() if row.domains == ("market.example",))
    give(made, "domains", {owner: "own-site.example"})

    made.run(DAY_3, TOOLS)

    owners = [each for each, row in made.register()[1].items() if row.domains == ("market.example",)]
    assert len(owners) == 1
    assert owners != [owner]


def test_the_message_shows_websites_before_and_now(sites: MadeNetwork, tmp_path: Path) -> None:
    """Anyone who reads it sees the column, three ids and what to do."""
    made = sites.copy(tmp_path / "network")
    give(made, "domains", shifted_sites(8))

    with pytest.raises(NamesChanged) as error:
        made.run(DAY_2, TOOLS)

    assert str(error.value) == (
        "data/advertisers.csv, column domains: 8 of 39 known ids have another website than in the last run; 8 ids have"
        " a website that was another id's: a-2 (before `site-2.example`, now `site-3.example`), a-3 (before"
        " `site-3.example`, now `site-4.example`), a-4 (before `site-4.example`, now `site-5.example`); expected at"
        " most 10 % of them (max_renamed) or fewer than 20, and fewer than 3 that were another id's; see that websites"
        " and ids still belong together: was one column sorted alone? If it is meant: `evenhand run DIR"
        " --accept-names advertisers`"
    )


def test_names_that_are_countries_stop_the_first_run_until_they_are_meant(tmp_path: Path) -> None:
    """The names stand in another column; accepted once, they are known, and others are looked at anew."""
    made = empty_network(tmp_path / "network")
    for number in range(2, 12):
        made.add("advertisers", id=f"a-{number}", name="DE", country=f"Made Up {number}")

    with pytest.raises(
        NamesChanged, match=r"10 of 11 names are countries, such as `DE`; expected names .* --accept-names adv"
    ):
        made.run(DAY_1, TOOLS)
    assert made.run(DAY_1, MEANT).warnings == (
        "10 of 11 values of country in advertisers cannot be read (line 3: `Made Up 2`): is it another column's?"
        " Nothing was compared with them; all are in out/rejected-input.csv",
    )
    made.run(DAY_2, TOOLS)
    made.add("advertisers", id="new", name="Made Up")
    made.run(DAY_3, TOOLS)

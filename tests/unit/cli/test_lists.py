"""`evenhand lists show`: what is kept and what is in force."""

from pathlib import Path

from tests.commands import DAY_2, append, evenhand, replace


def test_every_version_stays_and_one_is_in_force(network: Path) -> None:
    """A decision of last month names a version that must still be there."""
    append("lists-in/house-list.csv", "l2,Company,Other,,,,,,,,made-up-program,,,\n")(network)
    evenhand("run", network, "--at", DAY_2)

    shown = evenhand("lists", "show", network)
    versions = evenhand("lists", "show", network, "--json").json["lists"]

    assert [version["in_force"] for version in versions].count(True) == 1
    assert {version["version"]["entries"] for version in versions} == {1, 2}
    assert shown.out.count("house-list") == 2
    assert shown.out.count("yes") == 1


def test_a_list_that_was_never_taken_says_so(network: Path) -> None:
    """Configured today, read by the next run."""
    replace("evenhand.toml", 'key = "house-list"', 'key = "house-new"')(network)

    answer = evenhand("lists", "show", network)

    assert answer.out == f"house-new: no version yet; `evenhand run {network}` takes the first\n"


def test_a_network_without_lists_says_so(network: Path) -> None:
    """An empty table would look like a fault."""
    replace("evenhand.toml", '[[list]]\nkey = "house-list"\npath = "lists-in/house-list.csv"', "")(network)

    assert "no list is configured" in evenhand("lists", "show", network).out

"""What a run and a check-up say of names in the mapping that mean nothing, and of lists that no setting has."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.workflows.queries.checkup import Machine, examine
from tests.networks import DAY_1, MadeNetwork, empty_network

MACHINE = Machine(DAY_1 + timedelta(hours=1), 1 << 50, {}, {})


def changed(folder: Path, name: str, before: str, after: str) -> MadeNetwork:
    """Return a network whose rulebook says something else once."""
    made = empty_network(folder)
    path = made.folder / "rulebook" / name
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    return made


@pytest.mark.parametrize(
    ("name", "before", "after", "question"),
    [
        ("territories.csv", "DE,EU", "DEU,EU", "`DEU` (did you mean DE?)"),
        ("territories.csv", "FR,EU", "FRA,EU", "`FRA` (did you mean FR?)"),
        ("laws.csv", "uk-sanctions,Russia,GB", "uk-sanctions,Russia,UK", "`UK` (did you mean GB?)"),
    ],
)
def test_a_run_stops_at_a_place_of_the_mapping_that_nobody_knows(
    tmp_path: Path, name: str, before: str, after: str, question: str
) -> None:
    """A law of `UK` would bind nobody, and the union would lack a member."""
    made = changed(tmp_path / "network", name, before, after)

    with pytest.raises(RulebookInvalid) as refused:
        made.run()

    assert f"{made.folder / 'rulebook' / name}: row {after.split(',', maxsplit=1)[0]}" in str(refused.value)
    assert f"{question} is no place" in str(refused.value)
    assert any(each.level == "error" and question in each.what for each in examine(made.folder, MACHINE))

    made.settings["rulebook"]["historic"] = True
    assert made.run().decisions == 1


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("designations.csv", "eu-fsf,*", "eu-fsff,*,eu-fsf,yes\neu-fsf,*",
         "names the list eu-fsff, and no [[list]] of the settings has this key; did you mean eu-fsf?"),
        ("designations.csv", "un-sc,*", "un-scc,*,un-sc,yes\nun-sc,*",
         "names the list un-scc, and no [[list]] of the settings has this key; did you mean un-sc?"),
        ("laws.csv", "eu-fsf,AFG", "eufsf,AFG",
         "names the list eufsf, and no [[list]] of the settings has this key; did you mean eu-fsf?"),
        ("designations.csv", "un-sc,*", "house-of-nobody,*,,no\nun-sc,*",
         "names the list house-of-nobody, and no [[list]] of the settings has this key."),
        ("territories.csv", "DE,EEA", "DE,EAA", "`EAA` is a union of its own; did you mean EEA?"),
    ],
)  # fmt: skip
def test_a_run_and_a_check_up_warn_of_names_that_may_be_mistyped(
    tmp_path: Path, name: str, before: str, after: str, said: str
) -> None:
    """Rows for lists of the shipped rulebook that the network does not use are none."""
    made = changed(tmp_path / "network", name, before, after)

    warnings = [each for each in made.run().warnings if f"{name}" in each]

    assert any(said in each for each in warnings)
    assert set(warnings) <= {each.what for each in examine(made.folder, MACHINE) if each.level == "warning"}


def test_what_ships_is_not_warned_of(tmp_path: Path) -> None:
    """The network has two of its lists."""
    made = empty_network(tmp_path / "network")

    assert [each for each in made.run().warnings if ".csv" in each and "rulebook" in each] == []

"""The tables of acts that a decision rests on are kept, so that its evidence can be shown after they have changed."""

import shutil
from pathlib import Path

import pytest

from evenhand.model.errors import NotFound
from evenhand.store.tables import read_parquet
from evenhand.workflows.queries.decided_coordination import decided_evidence
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, SUFFIXES, MadeNetwork, quiet
from tests.rings import OTHERS, RING, acts_of, background, ring_network, write_events, write_table

HELD = "ring-2"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[MadeNetwork, str]:
    """A network whose acts and declarations changed after a decision, and the id of that decision."""
    made = ring_network(tmp_path_factory.mktemp("kept") / "network")
    made.row("advertisers", HELD)["verification"] = "declared"
    made.settings["intake"]["declared"] = "data/declared.csv"
    declared = made.folder / "data/declared.csv"
    write_table(declared, ("account_id", "control_id"), [(OTHERS[0], "x"), (OTHERS[1], "x")])
    made.run(DAY_1)
    decided = made.last(HELD).id
    write_table(declared, ("account_id", "control_id"), [(each, "x") for each in RING])
    write_events(made, (*acts_of(RING, pages=3), *background(OTHERS)))
    made.run(DAY_2)
    return made, decided


def test_a_decision_names_the_tables_of_acts_and_each_is_kept_once(changed: tuple[MadeNetwork, str]) -> None:
    """By the hash of its bytes, as the other tables are."""
    made, _ = changed
    tables = made.last(HELD).inputs.tables
    kept = {path.stem for path in (made.folder / "snapshots").glob("*.parquet")}

    assert {"events", "declared"} <= tables.keys()
    assert {each.removeprefix("sha256:") for each in tables.values()} <= kept
    assert len(read_parquet(made.folder / "snapshots" / f"{tables['events'][7:]}.parquet")) == 158


def test_the_evidence_of_an_earlier_decision_is_shown_from_what_was_kept(changed: tuple[MadeNetwork, str]) -> None:
    """With the numbers that its finding recorded, although nothing in `data/` or `state/` says them any more."""
    made, decided = changed

    shown = evenhand("influence", "edge", made.folder, HELD, "ring-0", "--decision", decided)
    then = evenhand("influence", "edge", made.folder, HELD, "ring-0", "--decision", decided, "--json").json

    assert shown.lines[0].endswith("its finding is found with the same numbers")
    assert "10 of the same pages" in shown.lines[1]
    assert (then["is_found_again"], len(then["evidence"]["acts"])) == (True, 10)
    assert "3 shared acts" in evenhand("influence", "edge", made.folder, HELD, "ring-0").lines[-4]


def test_a_table_that_is_not_kept_any_more_is_named(changed: tuple[MadeNetwork, str], tmp_path: Path) -> None:
    """A person has to know which file of a backup is wanted."""
    made, decided = changed
    copy = made.copy(tmp_path / "network")
    shutil.rmtree(copy.folder / "snapshots")

    with pytest.raises(NotFound, match=r"was not kept .*restore `snapshots`"):
        decided_evidence(copy.network, decided, HELD, "ring-0", SUFFIXES, quiet)
    with pytest.raises(NotFound, match="rests on no coordination"):
        decided_evidence(copy.network, copy.last(OTHERS[0]).id, HELD, "ring-0", SUFFIXES, quiet)

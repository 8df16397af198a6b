"""Acts that are lost, or say nothing any more, lift no hold unless somebody says that this is meant."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, LedgerBusy, TableShrunk
from evenhand.model.outcome import Outcome
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.run.coordination_run import run_coordination_tests
from evenhand.workflows.run.table_sizes import LAST_RUN
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork
from tests.rings import OTHERS, RING, START, Event, acts_of, background, ring_network, write_events, write_table

STRICT = replace(TOOLS, accept_tables=frozenset())
HELD = RING[2]
ACTS = (*acts_of(RING), *background(OTHERS))
DAY = 86_400


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network of which one advertiser is on hold for acting with five others; four accounts declared one control."""
    made = ring_network(tmp_path_factory.mktemp("held") / "network")
    made.row("advertisers", HELD)["verification"] = "declared"
    made.settings["intake"]["declared"] = "data/declared.csv"
    declare(made, OTHERS[:4])
    made.run(DAY_1, STRICT)
    return made


def declare(made: MadeNetwork, accounts: tuple[str, ...]) -> None:
    table = made.folder / "data/declared.csv"
    write_table(table, ("account_id", "control_id"), [(each, "x") for each in accounts])


def rewritten(change: Callable[[Event], Event]) -> Callable[[MadeNetwork], None]:
    return lambda made: write_events(made, [change(each) for each in ACTS])


def without_setting(made: MadeNetwork) -> None:
    del made.settings["intake"]["events"]


def switched_off(made: MadeNetwork) -> None:
    made.settings["influence"] = {"enabled": False}


def with_smaller_cells(made: MadeNetwork) -> None:
    made.settings["influence"] = {"max_cell": 2}


def without_declarations(made: MadeNetwork) -> None:
    declare(made, ())


def without_declared_accounts(made: MadeNetwork) -> None:
    """As many rows, of which all but one name nobody."""
    declare(made, (OTHERS[0], *(f"x{each}" for each in OTHERS[1:4])))


LOSSES: dict[str, tuple[Callable[[MadeNetwork], None], str, str]] = {
    "the rows": (lambda made: write_events(made, []), "events", r"events\.csv: events has 0 acts .* read 200"),
    "the setting": (without_setting, "events", r"evenhand\.toml: events has 0 acts"),
    "half the rows": (lambda made: write_events(made, ACTS[:100]), "events", "events has 100 acts .* 10% fewer"),
    "what was before the run": (
        rewritten(lambda each: (*each[:3], str(int(each[3]) + 3650 * DAY), each[4])), "events", "events has 0 acts"
    ),
    "the ids": (rewritten(lambda each: (f"x{each[0]}", *each[1:])), "events", "events has 0 acts"),
    "the times of day": (
        rewritten(lambda each: (*each[:3], str(int(each[3]) // DAY * DAY), each[4])), "events", "has no times that can"
    ),
    "the switch": (switched_off, "coordination", r"evenhand\.toml: coordination is switched off; .* found 6"),
    "the settings": (
        with_smaller_cells, "coordination", "coordination names 0 .* named 6; .*; put the settings back"
    ),
    "the declarations": (without_declarations, "declared", r"declared\.csv: declared has 0 rows"),
    "who declared": (without_declared_accounts, "declared", "declared has 1 advertisers of the network; .* read 4"),
}  # fmt: skip


@pytest.mark.parametrize("lost", LOSSES)
def test_what_is_lost_of_the_acts_stops_the_run_until_somebody_accepts_it(
    held: MadeNetwork, tmp_path: Path, lost: str
) -> None:
    """The hold stays, and what the last test found stays readable."""
    made = held.copy(tmp_path / "network")
    lose, table, told = LOSSES[lost]
    lose(made)

    for _ in range(2):
        with pytest.raises(TableShrunk, match=f"{told}.*--accept-table {table}"):
            made.run(DAY_2, STRICT)
    assert (made.folder / "out/influence/pairs.parquet").exists()
    assert made.last(HELD).outcome is Outcome.HOLD

    made.run(DAY_2, replace(STRICT, accept_tables=frozenset({table})))
    made.run(DAY_3, STRICT)


@pytest.mark.parametrize("lost", ["the rows", "the switch"])
def test_the_count_of_an_earlier_version_is_made_up_from_what_it_found(
    held: MadeNetwork, tmp_path: Path, lost: str
) -> None:
    """It wrote the sizes of the other tables alone."""
    made = held.copy(tmp_path / "network")
    path = made.folder / "snapshots" / LAST_RUN
    path.write_text(path.read_text().replace("coordination", "other").replace('"events', '"others'))
    lose, table, _ = LOSSES[lost]
    lose(made)

    with pytest.raises(TableShrunk, match=table):
        made.run(DAY_2, STRICT)


def test_losses_are_noticed_without_what_the_last_run_kept_in_state(held: MadeNetwork, tmp_path: Path) -> None:
    """Another verb, or a person, may have removed it."""
    made = held.copy(tmp_path / "network")
    for path in (made.folder / "state").rglob("*"):
        if path.is_file():
            path.unlink()
    switched_off(made)

    with pytest.raises(TableShrunk, match="coordination is switched off"):
        made.run(DAY_2, STRICT)


def test_who_is_named_no_more_is_told(held: MadeNetwork, tmp_path: Path) -> None:
    """A few rows may go and more may be declared; neither is silent."""
    made = held.copy(tmp_path / "network")
    declare(made, (*OTHERS[:4], *RING[:3]))

    warnings = made.run(DAY_2, STRICT).warnings

    assert "data/declared.csv: 7 rows, 4 in the last run; accounts of one declared control are not named" in warnings
    assert "coordination: 3 accounts (ring-0, ring-1, ring-2) are named no more; the last test named them" in warnings


def test_a_table_that_grows_and_a_switch_without_findings_stop_nothing(held: MadeNetwork, tmp_path: Path) -> None:
    """Nor do two rows less."""
    made = held.copy(tmp_path / "network")
    write_events(made, [*ACTS[:-2], *((*each[:3], str(START + 9), "") for each in ACTS[-30:])])
    made.run(DAY_2, STRICT)
    write_events(made, background(OTHERS))
    made.run(DAY_2)
    switched_off(made)

    made.run(DAY_3, STRICT)


def test_the_tests_alone_stop_at_a_loss_as_a_run_does(held: MadeNetwork, tmp_path: Path) -> None:
    """What they would remove is the evidence of decisions in force; what is accepted here is not accepted for a run."""
    made = held.copy(tmp_path / "network")
    without_setting(made)
    made.write()

    with pytest.raises(TableShrunk, match="--accept-table events"):
        run_coordination_tests(made.network, DAY_2, STRICT)
    with pytest.raises(BadInput, match="no such table"):
        run_coordination_tests(made.network, DAY_2, replace(STRICT, accept_tables=frozenset({"acts"})))
    assert (made.folder / "out/influence/pairs.parquet").exists()
    run_coordination_tests(made.network, DAY_2, replace(STRICT, accept_tables=frozenset({"events"})))
    assert not (made.folder / "out/influence").exists()
    with pytest.raises(TableShrunk, match="events has 0 acts"):
        made.run(DAY_2, STRICT)


def test_the_tests_alone_wait_for_a_run_of_the_same_network(held: MadeNetwork, tmp_path: Path) -> None:
    """Two at once would mix what they write."""
    made = held.copy(tmp_path / "network")

    with open_ledger(made.network.ledger), pytest.raises(LedgerBusy):
        run_coordination_tests(made.network, DAY_2, replace(STRICT, wait_s=0))


def test_other_settings_under_which_as_many_are_named_stop_nothing(held: MadeNetwork, tmp_path: Path) -> None:
    """Nor does a spelling of the same setting, or what the tests alone found under settings that are taken back."""
    made = held.copy(tmp_path / "network")
    made.settings["influence"] = {"alpha": "0.01"}
    made.run(DAY_2, STRICT)
    made.settings["influence"] = {"alpha": "0.010", "max_cell": 2}
    made.write()
    run_coordination_tests(made.network, DAY_2, replace(STRICT, accept_tables=frozenset({"coordination"})))

    with pytest.raises(TableShrunk, match="coordination names 0"):
        made.run(DAY_2, STRICT)
    made.settings["influence"] = {"alpha": "0.010"}
    made.run(DAY_3, STRICT)

"""The scenarios of the benchmark: the same seed makes the same folder, and the runner reads it."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from benchmarks.influence_backgrounds import made_acts
from benchmarks.influence_scenarios import scenarios, small, write_scenario
from tests.conformance.influence_planted import EVENTS, run_scenario
from tests.conformance.influence_planted import scenarios as read_scenarios


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("scenarios") / "rings")


def make(folder: Path) -> Path:
    """Write a small scenario with four rings and one world without any."""
    background = partial(made_acts, acts=2_000, accounts=500, pages=600)
    draw = np.random.default_rng(18)
    write_scenario(folder, small(background, draw, 10, 8, 0.6), [background(draw)], 1)
    return folder


def test_rings_of_a_made_scenario_are_found_and_nobody_in_its_world_without_any(folder: Path) -> None:
    (scenario,) = read_scenarios(folder)
    outcome = run_scenario(scenario)

    found, expected, flagged, right = outcome.counts
    assert expected == 40
    assert found >= 36
    assert flagged == right
    assert outcome.flagged[0] == ()
    assert set(outcome.flagged) == {EVENTS, 0}


def test_the_same_seed_makes_the_same_files(folder: Path, tmp_path: Path) -> None:
    again = make(tmp_path / "rings")

    for name in ("truth.csv", "declared.csv", "scenario.json", "events.parquet", "null.parquet"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_each_part_has_the_same_scenarios() -> None:
    assert [row[0] for row in scenarios("look")] == [row[0] for row in scenarios("kept")]

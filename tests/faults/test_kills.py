"""The writer is killed at random moments: nothing acknowledged is lost or doubled, and the log verifies."""

import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import ledger_kill
from benchmarks.ledger_kill import HANDED_IN, LONGEST_S, Figures, kill_often
from evenhand.workflows.operations import create_ledger, open_ledger
from tests.unit.ledger.making import records


def usual_s(folder: Path) -> float:
    """Return how long this machine takes to append what a caller hands in."""
    create_ledger(folder, "kill.example/ledger")
    with open_ledger(folder) as ledger:
        start = time.monotonic()
        for turn in range(10):
            ledger.append(records(HANDED_IN, turn * HANDED_IN), datetime.now(UTC))
        return (time.monotonic() - start) / 10


def test_nothing_acknowledged_is_lost_whenever_the_writer_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law *Nothing lost*, twenty times a run."""
    # On a slow disk a writer is left alone for longer, so that it comes to something before it is killed.
    monkeypatch.setattr(ledger_kill, "LONGEST_S", max(LONGEST_S, 4 * usual_s(tmp_path / "usual")))

    figures = kill_often(tmp_path, 20, random.Random(12))

    assert figures == Figures(kills=20, acknowledged=figures.acknowledged, lost=0, verified=20)
    assert figures.acknowledged > 200


@pytest.mark.long
def test_nothing_acknowledged_is_lost_in_a_thousand_kills(tmp_path: Path) -> None:
    """Rare moments need many tries."""
    figures = kill_often(tmp_path, 1_000, random.Random(13))

    assert (figures.lost, figures.verified) == (0, 1_000)

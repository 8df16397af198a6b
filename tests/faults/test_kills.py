"""The writer is killed at random moments: nothing acknowledged is lost or doubled, and the log verifies."""

import random
from pathlib import Path

import pytest

from benchmarks.ledger_kill import Figures, kill_often


def test_nothing_acknowledged_is_lost_whenever_the_writer_is_killed(tmp_path: Path) -> None:
    """Law *Nothing lost*, fifty times a run."""
    figures = kill_often(tmp_path, 50, random.Random(12))

    assert figures == Figures(kills=50, acknowledged=figures.acknowledged, lost=0, verified=50)
    assert figures.acknowledged > 500


@pytest.mark.long
def test_nothing_acknowledged_is_lost_in_a_thousand_kills(tmp_path: Path) -> None:
    """Rare moments need many tries."""
    figures = kill_often(tmp_path, 1_000, random.Random(13))

    assert (figures.lost, figures.verified) == (0, 1_000)

"""A transparency report of a network: what it counts, and what it says that it does not count."""

from datetime import date
from pathlib import Path

import pytest

from evenhand.model.outcome import Outcome
from evenhand.reasons.transparency_report import Period
from evenhand.workflows.delivery.transparency_report import WrittenReport, check_report_folder, write_report
from evenhand.workflows.erasure.erase import erase
from tests.networks import DAY_2, MadeNetwork

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def report(made: MadeNetwork, folder: Path) -> WrittenReport:
    written = write_report(made.network, YEAR, (), folder)
    assert check_report_folder(folder)[1] == ()
    return written


def test_every_decision_other_than_allow_is_counted_or_said_not_to_be(made: MadeNetwork, tmp_path: Path) -> None:
    """A letter that waits for a review restricts nobody yet: it is one of those that are not counted."""
    written = report(made, tmp_path / "report")

    restricting = [each for each in made.decisions() if each.outcome is not Outcome.ALLOW]
    assert written.measures + sum(written.left_out.values()) == len(restricting)
    assert written.left_out["its letter has not gone out"] > 0
    assert "its letter has not gone out" in (tmp_path / "report" / "notes.txt").read_text("utf-8")


def test_an_erased_record_is_said_to_be_missing(made: MadeNetwork, tmp_path: Path) -> None:
    """Figures that fell without a word would look like a mistake."""
    before = report(made, tmp_path / "before")
    erase(made.folder, [], DAY_2, subject="outlet", lift=True, basis="GDPR Art. 17(1)(a)", by="desk")

    after = report(made, tmp_path / "after")

    assert after.left_out["its record was erased"] == before.measures - after.measures > 0

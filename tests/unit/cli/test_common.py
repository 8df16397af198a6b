"""What the verbs share: instants, the progress bar."""

import re
import time
from datetime import UTC, datetime

import pytest

from evenhand.cli.common import instant, pace, progress_bar, tools
from evenhand.model.errors import BadInput


@pytest.mark.parametrize("text", ["2026-11-02T13:00:00+01:00", "2026-11-02T12:00:00Z", "2026-11-02T12:00:00.7Z"])
def test_an_instant_is_utc_to_the_second(text: str) -> None:
    """The ledger counts in UTC; a fraction would make two runs of one second differ."""
    assert instant(text) == datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_no_instant_is_now() -> None:
    """To the second, too."""
    assert instant(None).microsecond == 0


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-11-02", "2026-11-02T12:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"]
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    """Years at the ends of the calendar leave no room for a notice period."""
    with pytest.raises(BadInput, match="expected ISO time with offset"):
        instant(text)


def test_progress_goes_to_standard_error_and_disappears(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard output belongs to the answer, even while a bar is shown."""
    monkeypatch.setenv("FORCE_COLOR", "1")

    with tools(quiet=False) as handed:
        handed.progress("ruling", 0, 10)
        handed.progress("ruling", 10, 10)

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "ruling" in shown.err


def test_progress_shows_rate_and_end_as_soon_as_something_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anyone who waits wants to know for how long, not how long it has been."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")

    with progress_bar(quiet=False) as progress:
        progress("screening", 0, 4000)
        time.sleep(0.02)
        progress("screening", 256, 4000)
        time.sleep(0.15)

    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    assert re.search(r"screening .* 256/4000 [0-9,]+/s, \d+ s left, ends \d\d:\d\d:\d\d", shown), shown


@pytest.mark.parametrize(
    ("done", "elapsed_s", "says"),
    [
        (0, 61.0, "61 s"),
        (1, 90.0, "0.7/min, 4 h 06 min left, ends "),
        (10, 1000.0, "0.6/min, 4 h 18 min left"),
        (100, 100.0, "1/s, 65 s left, ends 12:01:05"),
        (165, 1650.0, "6.0/min, 28 min"),
    ],
)
def test_a_pace_is_in_units_that_are_read_at_a_glance(done: int, elapsed_s: float, says: str) -> None:
    """Seconds up to two minutes, minutes up to two hours."""
    assert pace(done, 165, elapsed_s, datetime(2026, 11, 2, 12, tzinfo=UTC)).startswith(says)

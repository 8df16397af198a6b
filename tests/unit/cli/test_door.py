"""What the verbs share: instants, the progress bar."""

from datetime import UTC, datetime

import pytest

from evenhand.cli.door import instant, tools
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

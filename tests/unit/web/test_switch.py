"""The operator's word: what is taken, what is not, and what is written down."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.model.service import Mode
from evenhand.web.gate.switch import Switch

AT = datetime(2026, 8, 1, 12, 0, 5, 250, tzinfo=UTC)


def switched(path: Path, *words: bytes | None) -> Switch:
    """Return a switch that has read each of these words in turn; None is no file."""
    switch = Switch(path)
    switch.keeps_log = True
    for word in words:
        path.unlink(missing_ok=True)
        if word is not None:
            path.write_bytes(word)
        switch.read(AT)
    return switch


@pytest.mark.parametrize("mode", list(Mode))
def test_each_word_is_a_mode(tmp_path: Path, mode: Mode) -> None:
    """With or without the line end that an editor adds."""
    for ending in (b"", b"\n", b" \r\n"):
        switch = switched(tmp_path / "switch", mode.value.encode() + ending)

        assert (switch.mode, switch.is_unreadable) == (mode, False)


@pytest.mark.parametrize(
    "word", [None, b"", b"off", b"Observe", b"allow-all\nenforce", b"\xff\xfe", b"observe" + b" " * 100, b"\0" * 10**7]
)
def test_anything_else_leaves_the_last_word_in_force_and_shows(tmp_path: Path, word: bytes | None) -> None:
    """A slip of the operator's must not turn the gate off, or on."""
    switch = switched(tmp_path / "switch", b"allow-all", word)

    assert (switch.mode, switch.is_unreadable) == (Mode.ALLOW_ALL, True)


def test_a_folder_in_place_of_the_file_is_no_word(tmp_path: Path) -> None:
    """Whatever lies there, the service goes on."""
    switch = Switch(tmp_path)
    switch.read(AT)

    assert (switch.mode, switch.is_unreadable) == (Mode.ENFORCE, True)


def test_without_a_file_the_gate_enforces() -> None:
    """No switch was asked for, so none is missing."""
    switch = Switch(None)
    switch.read(AT)

    assert (switch.mode, switch.is_unreadable) == (Mode.ENFORCE, False)


def test_each_change_is_logged_once_with_its_time(tmp_path: Path) -> None:
    """The next run enters the lines in the ledger; a word that stays is no change, nor is one that is no word."""
    switched(tmp_path / "switch", b"enforce", b"observe", b"observe", b"nonsense", b"observe", b"refuse-all")

    assert (tmp_path / "switch.log").read_text() == "2026-08-01T12:00:05Z observe\n2026-08-01T12:00:05Z refuse-all\n"


def test_a_service_that_starts_again_logs_what_changed_meanwhile_and_nothing_else(tmp_path: Path) -> None:
    """It goes on from the last line of the log."""
    switched(tmp_path / "switch", b"observe")

    switched(tmp_path / "switch", b"observe")
    switched(tmp_path / "switch", b"enforce")

    assert [line.split()[1] for line in (tmp_path / "switch.log").read_text().splitlines()] == ["observe", "enforce"]


def test_an_empty_log_is_a_log_of_no_change(tmp_path: Path) -> None:
    """So a service begins: enforcing."""
    (tmp_path / "switch.log").touch()

    switched(tmp_path / "switch", b"enforce", b"observe")

    assert (tmp_path / "switch.log").read_text().count("\n") == 1


def test_a_log_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """The mode holds all the same: an operator who must stop the gate must not wait for a disk."""
    (tmp_path / "switch.log").mkdir()
    switch = switched(tmp_path / "switch", b"observe")
    assert switch.mode is Mode.OBSERVE

    (tmp_path / "switch.log").rmdir()
    switch.read(AT)

    assert (tmp_path / "switch.log").read_text().endswith("observe\n")


def test_only_the_process_that_keeps_the_log_writes_to_it(tmp_path: Path) -> None:
    """Of several workers one; all read the word."""
    (tmp_path / "switch").write_text("observe")
    switch = Switch(tmp_path / "switch")
    switch.read(AT)

    assert switch.mode is Mode.OBSERVE
    assert not (tmp_path / "switch.log").exists()

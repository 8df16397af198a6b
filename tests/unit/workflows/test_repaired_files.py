"""Public files of a log that somebody changed: a run goes on, says so, and what was found is kept."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.model.record import sha256_hex
from evenhand.store.network import read_network
from evenhand.workflows.operations import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.queries.checkup import Machine
from evenhand.workflows.queries.ledger_checkup import ledger_findings
from tests.networks import DAY_2, DAY_3, MadeNetwork
from tests.unit.ledger.making import AT, ORIGIN, records

PUBLISHED = ("tile/0/001.p/44", "tile/1/000.p/1", "tile/0/000", "tile/entries/000", "tile/entries/001.p/44")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger of 300 entries, published."""
    create_ledger(tmp_path / "ledger", ORIGIN)
    with open_ledger(tmp_path / "ledger") as opened:
        opened.append(records(300), AT)
        opened.publish(AT)
    return tmp_path / "ledger"


def flip(path: Path) -> bytes:
    """Change one bit in the middle of a file and return what stands there now."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return bytes(data)


def reopen(ledger: Path) -> None:
    with open_ledger(ledger):
        pass


def newest_tile(made: MadeNetwork) -> Path:
    return max((made.folder / "ledger/public/tile/0/000.p").iterdir(), key=lambda path: int(path.name))


@pytest.mark.parametrize("path", PUBLISHED)
def test_a_changed_public_file_is_kept_before_it_is_written_again(ledger: Path, path: str) -> None:
    """Whoever looks into it needs the bytes that readers were shown."""
    public = ledger / "public" / path
    good, found = public.read_bytes(), flip(public)
    assert not verify_folder(ledger).ok

    reopen(ledger)

    assert public.read_bytes() == good
    assert (ledger / f"private/repairs/{path}.{sha256_hex(found)[:16]}").read_bytes() == found


@pytest.mark.parametrize("damage", [flip, Path.unlink])
def test_a_repair_is_told_at_once_and_by_every_later_verify(
    ledger: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], object]
) -> None:
    """Else an auditor who verifies after a run learns nothing; the log itself holds."""
    damage(ledger / "public" / PUBLISHED[0])
    words = "0 changed, 1 removed" if damage is Path.unlink else "1 changed, 0 removed"

    with caplog.at_level(logging.WARNING, "evenhand.ledger"):
        reopen(ledger)
        reopen(ledger)
    report = verify_folder(ledger)

    (told,) = caplog.messages
    assert told == f"evenhand: {report.repaired}"
    assert report.ok
    assert f"{words}, `{PUBLISHED[0]}` first" in report.repaired
    assert verify_folder(ledger / "public").ok


def test_a_second_change_is_kept_beside_the_first(ledger: Path) -> None:
    """What was found once is never replaced."""
    for path in (PUBLISHED[0], PUBLISHED[3]):
        flip(ledger / "public" / path)
    reopen(ledger)
    (ledger / "public" / PUBLISHED[0]).write_bytes(b"something else")
    reopen(ledger)

    assert sum(path.is_file() for path in (ledger / "private/repairs").rglob("*")) == 3
    assert "3 changed, 0 removed" in verify_folder(ledger).repaired


def test_an_untouched_ledger_has_no_folder_of_repairs(ledger: Path) -> None:
    """Not even after a publication more."""
    with open_ledger(ledger) as opened:
        opened.append(records(10, 300), AT)
        opened.publish(AT)
    reopen(ledger)

    assert not (ledger / "private/repairs").exists()
    assert not verify_folder(ledger).repaired


def test_a_run_decides_and_warns_until_somebody_has_looked(begun: MadeNetwork, tmp_path: Path) -> None:
    """Enforcement does not wait for a damaged copy; the warning stays as long as the folder does."""
    made = begun.copy(tmp_path / "network")
    flip(newest_tile(made))

    first, second = made.run(DAY_2), made.run(DAY_2)

    repairs = LedgerFolder.at(made.folder).repairs
    for report in (first, second):
        assert report.warnings[0].startswith("public files of the log were not as published: 1 changed")
        assert str(repairs) in report.warnings[0]
    findings = ledger_findings(read_network(made.folder), Machine(DAY_3, 1 << 50, {}, {}))
    assert [each.todo for each in findings if "not as published" in each.what] == [
        "find out who did it, then move that folder away"
    ]
    repairs.rename(tmp_path / "looked-at")
    assert not any("as published" in each for each in made.run(DAY_2).warnings)

"""The power goes at any moment and takes any of the unsynced writes with it: the ledger starts and has lost nothing."""

import base64
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from evenhand.ledger import Ledger, recovery
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations import open_ledger, verify_folder
from tests.faults.disk import (
    Disk,
    Op,
    RecordingFiles,
    RecordingKey,
    RecordingVfs,
    acknowledged,
    read_image,
    signed,
    write_image,
)
from tests.unit.ledger.making import AT, ORIGIN, draw, new_folder, records


def write(folder: Path, *steps: tuple[int, bool]) -> Disk:
    """Return what happened while so many records were appended, step by step, and published where it says so."""
    disk = Disk(folder)
    vfs = RecordingVfs(disk)
    try:
        with closing(SqliteTables(folder / "private" / "ledger.sqlite")) as tables:
            ledger = Ledger(tables, RecordingFiles(disk), RecordingKey(ORIGIN, draw(32), disk), draw)
            for count, publish in steps:
                fresh = records(count, ledger.size)
                for receipt, record in zip(ledger.append(fresh, AT), fresh, strict=True):
                    disk.note(Op("acknowledged", value=(receipt.seq, record.payload)))
                if publish:
                    ledger.publish(AT)
    finally:
        vfs.unregister()
    return disk


def check(disk: Disk, cuts: Iterator[tuple[int, dict[int, int]]], scratch: Path) -> int:
    """Start from every image and hold it to what was told before the cut; return how many different ones there were."""
    seen = set()
    for moment, kept in cuts:
        image = disk.image(moment, kept)
        told = disk.ops[:moment]
        key = hash((frozenset(image.items()), len(acknowledged(told)), len(signed(told))))
        if key not in seen:
            seen.add(key)
            write_image(scratch, image)
            start(scratch, told, f"cut after {moment} of {len(disk.ops)}: {told[-1:]}, kept {kept}")
            shutil.rmtree(scratch)
    return len(seen)


def start(folder: Path, told: list[Op], cut: str) -> None:
    """Hold what is left to four laws: what is public verifies, nothing told is lost, the whole verifies after."""
    public = verify_folder(folder / "public")
    assert public.ok, f"{cut}: readers find {public.problems}"
    with open_ledger(folder, draw=draw) as ledger:
        for seq, payload in acknowledged(told):
            assert ledger.size > seq, f"{cut}: acknowledged {seq} is lost"
            assert ledger.payload(seq) == payload, f"{cut}: acknowledged {seq} is another"
        ledger.append(records(2, 10_000), AT)
        ledger.publish(AT)
    report = verify_folder(folder)
    assert report.ok, f"{cut}: {report.problems}"
    with closing(SqliteTables(folder / "private" / "ledger.sqlite", read_only=True)) as tables:
        heads = {(head.size, base64.b64encode(head.root)) for head in tables.checkpoints()}
    assert heads >= set(signed(told)), f"{cut}: a signed head is forgotten"


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """Return a place for images: in memory where there is such a folder, since nothing there is slow to sync."""
    memory = Path("/dev/shm")
    # Names of `tmp_path` come back in every run, and two may run at once on one machine.
    place = Path(tempfile.mkdtemp(prefix="evenhand-", dir=memory)) if os.access(memory, os.W_OK) else tmp_path
    yield place / "image"
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.parametrize("whole", [recovery.FULL_CHECK_LIMIT, 0])
def test_a_power_cut_in_a_publication_loses_nothing(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """Each moment with no unsynced write and with all of them, and cuts drawn, torn writes among them; also where the
    start reads no more than the edge, as that of a large log."""
    monkeypatch.setattr(recovery, "FULL_CHECK_LIMIT", whole)
    disk = write(new_folder(tmp_path / "l", 254), (1, True), (3, True), (2, False))

    assert check(disk, disk.some_cuts(60, random.Random(5)), scratch) > 40
    assert read_image(disk.folder) == disk.image(len(disk.ops), dict.fromkeys(disk.unsynced(len(disk.ops)), 1))


def test_a_power_cut_loses_nothing_whatever_was_synced_of_a_publication(tmp_path: Path, scratch: Path) -> None:
    """All subsets of unsynced writes, at every moment of one publication."""
    disk = write(new_folder(tmp_path / "l", 3), (3, True))

    assert check(disk, disk.every_cut(), scratch) > 250


@pytest.mark.long
def test_power_cuts_drawn_from_a_longer_run_lose_nothing(tmp_path: Path, scratch: Path) -> None:
    """Over the borders of tiles, with journals that are moved and begun anew."""
    disk = write(new_folder(tmp_path / "l", 250), *[(count, count % 2 == 0) for count in (2, 5, 300, 1, 4, 2, 6, 256)])

    assert check(disk, disk.some_cuts(3_000, random.Random(6)), scratch) > 1_000


@pytest.mark.parametrize(
    ("forgotten", "of", "says"),
    [
        ("sync", ".sqlite-wal", "acknowledged 254 is lost"),
        ("sync all", "", "readers find"),
        ("sync", "checkpoint.tmp", "readers find"),
    ],
)
def test_a_disk_that_does_not_sync_is_noticed(
    tmp_path: Path, scratch: Path, forgotten: str, of: str, says: str
) -> None:
    """The check can fail: without any one kind of sync something is lost."""
    disk = write(new_folder(tmp_path / "l", 254), (1, True), (3, True), (2, False))
    disk.ops = [op for op in disk.ops if not (op.kind == forgotten and op.path.endswith(of))]

    with pytest.raises(AssertionError, match=says):
        check(disk, disk.some_cuts(500, random.Random(5)), scratch)

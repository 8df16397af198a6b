"""One changed byte, drawn from every region of every kind of file, is found and its file named."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from evenhand.ledger.sealed_fields import seal
from evenhand.ledger.tiles import tiles
from evenhand.model.errors import EvenhandError
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from tests.unit.ledger.making import AT, ORIGIN
from tests.unit.ledger.test_go import goverify, needs_go

__all__ = ["goverify"]
SAID = (
    "SELECT seq, leaf, leaf_hash FROM entry ORDER BY seq",
    "SELECT seq, body, salt FROM payload ORDER BY seq",
    "SELECT seq, path, salt, value FROM sealed ORDER BY seq, path",
    "SELECT size, root, note FROM head ORDER BY size",
    "SELECT origin, vkey FROM meta",
)


def made(folder: Path, size: int) -> Path:
    create_ledger(folder, ORIGIN)
    with open_ledger(folder) as ledger:
        payload, fields = seal({"said": "words of a person", "n": 0}, ["/said"], lambda count: b"s" * count)
        ledger.append([LogRecord(kind="complaint", payload=canonical(payload), sealed=fields)], AT)
        ledger.append((each_record(number) for number in range(1, size)), AT)
        ledger.publish(AT)
    return folder


def each_record(number: int) -> LogRecord:
    payload = canonical({"id": f"d-{number}", "outcome": "allow", "why": f"{number:x}" * 20})
    return LogRecord(kind="decision", payload=payload, key=f"k-{number}", subject=f"a{number % 50}")


def regions(folder: Path, size: int) -> Iterator[tuple[str, list[Path]]]:
    """Yield each kind of file with the files of that kind that the log needs."""
    for name in (
        "ledger.toml",
        "private/signing.key",
        "private/ledger.sqlite-sums",
        "public/vkey",
        "public/checkpoint",
    ):
        yield name, [folder / name]
    kinds: dict[str, list[Path]] = {}
    for tile in tiles(size):
        width = "full" if tile.width == 256 else "partial"
        kinds.setdefault(f"{width} tile of level {tile.level}", []).append(folder / "public" / tile.path)
        if tile.level == 0:
            kinds.setdefault(f"{width} bundle", []).append(folder / "public" / tile.bundle_path)
    yield from kinds.items()


def flipped(good: bytes, at: int, chance: random.Random) -> bytes:
    return good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1 :]


def places(good: bytes, draws: int, chance: random.Random) -> set[int]:
    return {0, len(good) - 1, *(chance.randrange(len(good)) for _ in range(draws))}


def check_files(folder: Path, size: int, draws: int, program: Path | None) -> None:
    chance = random.Random(size)
    for kind, paths in regions(folder, size):
        path = chance.choice(paths)
        good = path.read_bytes()
        for at in places(good, draws, chance):
            path.write_bytes(flipped(good, at, chance))
            report = verify_folder(folder)

            name = str(path.relative_to(folder)).removeprefix("public/")
            assert any(name in each.where for each in report.problems), (kind, at, report.problems)
            if program is not None and path.is_relative_to(folder / "public") and not loose(path, good, at):
                done = subprocess.run([program, "log", folder / "public"], capture_output=True, check=False)
                assert done.returncode == 1, (kind, at)
        path.write_bytes(good)
    assert verify_folder(folder).ok


def loose(path: Path, good: bytes, at: int) -> bool:
    """Tell whether Go reads two bytes as one there: spare bits of base64, a blank at the end of the key."""
    return (path.name == "checkpoint" and at == len(good) - 3) or (path.name == "vkey" and at == len(good) - 1)


def said(folder: Path) -> list[Any]:
    """Return what the tables say of decisions."""
    with closing(SqliteTables(folder / "private/ledger.sqlite", read_only=True)) as tables:
        return [tables._rows(query) for query in SAID]


def check_tables(folder: Path, draws: int) -> None:
    """Change bytes anywhere in the database, free space and counters too."""
    chance, path = random.Random(3), folder / "private/ledger.sqlite"
    good = path.read_bytes()
    for at in places(good, draws, chance):
        path.write_bytes(flipped(good, at, chance))
        report = verify_folder(folder)
        assert any("ledger.sqlite" in each.where for each in report.problems), (at, report.problems)
    path.write_bytes(good)
    assert verify_folder(folder).ok


def check_marked(folder: Path, draws: int) -> None:
    """Change a byte of leaves, hashes, payloads, salts, roots and sealed values, wherever SQLite put them.

    Without checksums of pages: these are found by what they mean, no matter who wrote them last.
    """
    chance, path = random.Random(4), folder / "private/ledger.sqlite"
    path.with_name("ledger.sqlite-sums").unlink()
    good = path.read_bytes()
    values = [value for rows in said(folder)[:4] for row in chance.sample(rows, min(draws, len(rows))) for value in row]
    marks = [value.encode() if isinstance(value, str) else value for value in values if not isinstance(value, int)]
    for mark in marks:
        start = good.find(mark[:100])
        if start < 0:
            continue  # a value that SQLite cut over pages
        path.write_bytes(flipped(good, start + chance.randrange(len(mark[:100])), chance))
        assert not verify_folder(folder).ok, mark
    path.write_bytes(good)


def test_a_changed_byte_of_any_kind_of_file_is_found_and_its_file_named(tmp_path: Path) -> None:
    """Settings, key, head, tiles and bundles of every level, whole and partial."""
    check_files(made(tmp_path / "l", 700), 700, 3, None)


@needs_go
def test_the_go_reader_finds_the_same_changes(goverify: Path, tmp_path: Path) -> None:
    """Where a file is public, a program that shares no line with ours says no as well."""
    check_files(made(tmp_path / "l", 600), 600, 2, goverify)


def test_a_changed_byte_of_the_tables_is_found(tmp_path: Path) -> None:
    """Free space, counters and names by which rows are looked up too, though they say nothing of a decision."""
    folder = made(tmp_path / "l", 400)

    check_tables(folder, 40)
    check_marked(folder, 4)


@pytest.mark.long
def test_a_changed_byte_of_a_large_ledger_is_found(tmp_path: Path) -> None:
    """100,000 entries, some hundred bytes of each kind."""
    folder = made(tmp_path / "l", 100_000)
    check_files(folder, 100_000, 20, None)
    check_tables(folder, 100)
    check_marked(folder, 25)


@pytest.mark.long
@needs_go
def test_the_go_reader_finds_the_changes_of_a_large_ledger(goverify: Path, tmp_path: Path) -> None:
    """Beside ours, on the same bytes."""
    check_files(made(tmp_path / "l", 100_000), 100_000, 20, goverify)


@pytest.mark.parametrize("cut", [0, 1, 100, 8192, 20_000])
def test_a_truncated_database_is_told_in_one_line(tmp_path: Path, cut: int) -> None:
    """A disk that lost its end: verification and the next writer both say so, neither writes."""
    folder = made(tmp_path / "l", 300)
    path = folder / "private/ledger.sqlite"
    path.write_bytes(path.read_bytes()[:cut])

    assert {each.kind for each in verify_folder(folder).problems} & {"database", "row"}
    with pytest.raises(EvenhandError):
        open_ledger(folder).__enter__()
    assert path.stat().st_size == cut


def test_the_checkpoint_of_another_log_is_named(tmp_path: Path) -> None:
    """Copied by mistake, it verifies under its own key only."""
    folder = made(tmp_path / "l", 20)
    create_ledger(tmp_path / "o", "other.example/log")
    shutil.copy(tmp_path / "o/public/checkpoint", folder / "public/checkpoint")

    assert ("checkpoint", "checkpoint: no signature of a known key") in [
        (each.kind, each.where.partition(";")[0]) for each in verify_folder(folder).problems
    ]

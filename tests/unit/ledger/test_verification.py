"""Verification names the place of every changed byte, and believes the signed root alone."""

import random
import shutil
from pathlib import Path

import pytest

from evenhand.ledger import verify_log
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.store.keys import read_key
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.operations.ledgers import verify_folder
from tests.unit.ledger.making import AT, KEY, ORIGIN, OTHER_KEY, VERIFIER, Opened, new_folder, records
from tests.unit.ledger.test_log import edit

SIZE = 300


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_folder(tmp_path_factory.mktemp("sound") / "l", 100, SIZE)


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "l"))


def found(folder: Path) -> list[tuple[str, str, int | None]]:
    report = verify_folder(folder)
    assert report.ok == (not report.problems)
    return [(each.kind, each.where, each.index) for each in report.problems]


def test_a_sound_ledger_is_reported_whole(folder: Path) -> None:
    """The figures let a reader see that nothing was left out."""
    report = verify_folder(folder)

    assert (report.ok, report.origin, report.size, report.entries) == (True, ORIGIN, SIZE, SIZE)
    assert (report.payloads, report.erased, report.problems) == (SIZE, 0, ())


def test_a_public_folder_says_nothing_of_payloads(folder: Path) -> None:
    """A stranger has the tiles, not the tables."""
    report = verify_folder(folder / "public")

    assert (report.ok, report.entries, report.payloads, report.erased) == (True, SIZE, None, None)


def test_a_networks_folder_stands_for_its_ledger(folder: Path, tmp_path: Path) -> None:
    """Wherever a command takes DIR, the network may be named."""
    shutil.move(folder, tmp_path / "n" / "ledger")
    (tmp_path / "n" / "evenhand.toml").touch()

    assert verify_folder(tmp_path / "n").ok


def test_any_changed_byte_of_any_public_file_is_found_in_its_file(folder: Path) -> None:
    """Sampled over every file: first, last and ten other bytes, each with a random bit."""
    chance = random.Random(6962)
    needed = [path for path in (folder / "public").rglob("*") if path.is_file() and path.name not in ("100", "vkey")]
    for path in needed:
        good = path.read_bytes()
        for at in {0, len(good) - 1, *(chance.randrange(len(good)) for _ in range(10))}:
            path.write_bytes(good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1 :])

            places = [where for _, where, _ in found(folder / "public")]

            assert len(places) == 1, (path, at, places)
            assert places[0].startswith(str(path.relative_to(folder / "public"))), (path, at)
        path.write_bytes(good)


def test_any_changed_byte_of_the_rows_is_found(folder: Path) -> None:
    """Leaves, hashes, payloads, salts and roots, wherever SQLite put them in its file."""
    chance, path = random.Random(2), folder / "private" / "ledger.sqlite"
    good = path.read_bytes()
    regions = [b'{"n":', b'"kind":"decision"', bytes(range(32)), b'{"at":"2026']
    for region in regions:
        places = [at for at in range(len(good)) if good.startswith(region, at)]
        for start in chance.sample(places, 10):
            at = start + chance.randrange(len(region))
            path.write_bytes(good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1 :])

            assert found(folder), (region, at)
    path.write_bytes(good)
    assert not found(folder)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE entry SET leaf = replace(leaf, 'T', 'U') WHERE seq = 7", ("row", "entry", 7)),
        ("UPDATE entry SET leaf_hash = zeroblob(32) WHERE seq = 7", ("row", "entry", 7)),
        ("DELETE FROM entry WHERE seq = 7", ("row", "entry is missing", 7)),
        ("DELETE FROM entry WHERE seq = 299", ("row", "entry is missing", 299)),
        ("DELETE FROM payload WHERE seq = 7", ("payload", "payload is missing", 7)),
        ("UPDATE payload SET body = x'7b7d' WHERE seq = 7", ("payload", "payload", 7)),
        ("UPDATE payload SET salt = zeroblob(31) WHERE seq = 7", ("payload", "payload", 7)),
        ("UPDATE head SET root = zeroblob(32) WHERE size = 100", ("head", "head of size 100", None)),
        ("UPDATE head SET note = 'x' WHERE size = 300", ("head", "head of the checkpoint's size 300", None)),
        ("DELETE FROM head WHERE size = 300", ("head", "head of the checkpoint's size 300", None)),
        ("INSERT INTO idem VALUES ('k', 900)", ("database", "idem of entry 900, which is not there", None)),
        ("UPDATE meta SET vkey = 'x'", ("name", "meta", None)),
    ],
)  # fmt: skip
def test_a_changed_row_is_named(folder: Path, statement: str, problem: tuple[str, str, int | None]) -> None:
    """Tables are private, so their owner must be able to see what was changed in them."""
    edit(folder, statement)

    kind, where, index = problem

    assert (kind, f"private/ledger.sqlite: {where}", index) in found(folder)


def test_rows_beyond_the_checkpoint_are_checked_too(folder: Path) -> None:
    """They are acknowledged, though not yet published."""
    with Opened(folder) as ledger:
        ledger.append(records(2, SIZE), AT)
    assert not found(folder)
    edit(folder, "UPDATE entry SET leaf = x'7b7d' WHERE seq = 301", "DELETE FROM entry WHERE seq = 300")

    assert ("row", "private/ledger.sqlite: entry", 301) in found(folder)
    assert ("row", "private/ledger.sqlite: entry is missing", 300) in found(folder)


def test_a_leaf_that_was_copied_is_noticed_by_its_seq(folder: Path) -> None:
    """`seq` stands in the leaf, so that one entry cannot pass as two."""
    edit(folder, "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE seq = 8) WHERE seq = 7")

    assert ("row", "private/ledger.sqlite: entry says seq 8", 7) in found(folder)


def test_missing_and_torn_files_are_named(folder: Path) -> None:
    """A web server that lost a file shows a log that cannot be checked."""
    (folder / "public/tile/1/000.p/1").unlink()
    (folder / "public/tile/entries/001.p/44").write_bytes(b"\x01")

    assert found(folder / "public") == [("entry", "tile/entries/001.p/44", None), ("tile", "tile/1/000.p/1", None)]


def test_a_full_tile_stands_for_its_partial(folder: Path) -> None:
    """Old partial tiles may go once the full one exists (C2SP tlog-tiles)."""
    note = (folder / "public/checkpoint").read_bytes()
    with Opened(folder) as ledger:
        ledger.append(records(300, SIZE), AT)
        ledger.publish(AT)
    for path in (folder / "public").rglob("44"):
        path.unlink()
    (folder / "public/checkpoint").write_bytes(note)

    assert verify_folder(folder / "public").ok


def test_another_root_under_our_own_signature_is_not_believed(folder: Path) -> None:
    """A signature shows who speaks, not that it is true."""
    own = read_key((folder / "private/signing.key").read_bytes())
    (folder / "public/checkpoint").write_text(sign_checkpoint(ORIGIN, SIZE, bytes(32), own).note, encoding="utf-8")

    assert [kind for kind, _, _ in found(folder / "public")] == ["root"]


def test_a_wrong_key_verifies_nothing(folder: Path) -> None:
    """The reader's key decides, not the one that lies beside the log."""
    report = verify_folder(folder, OTHER_KEY.vkey)

    assert {"vkey", "checkpoint", "name"} <= {each.kind for each in report.problems}


def test_a_malformed_key_is_a_problem_of_the_key(folder: Path) -> None:
    """It must not look like a changed log."""
    report = verify_log(PublicFiles(folder / "public"), "x+00+y", VERIFIER)

    assert [each.kind for each in report.problems] == ["vkey"]


def test_tables_that_cannot_be_read_are_a_problem(folder: Path) -> None:
    """The public side is checked all the same."""
    (folder / "private/ledger.sqlite").write_bytes(b"no database" * 1000)

    assert [kind for kind, _, _ in found(folder)] == ["database"]


def test_settings_and_key_of_another_log_are_named(folder: Path) -> None:
    """A key that does not belong here would end the log at the next head."""
    (folder / "private/signing.key").write_bytes(KEY.to_file()[:-9])
    (folder / "ledger.toml").write_text('origin = "else.example"\n', encoding="utf-8")
    assert [kind for kind, _, _ in found(folder)] == ["settings", "key"]

    (folder / "private/signing.key").write_bytes(OTHER_KEY.to_file())
    (folder / "ledger.toml").write_text("origin", encoding="utf-8")
    assert [kind for kind, _, _ in found(folder)] == ["settings", "key"]

"""Erasure: the bytes are gone from every file, and every proof made before still holds."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from evenhand.ledger.erasure import Erasure, erasure_record
from evenhand.ledger.sealed_fields import seal
from evenhand.model.errors import BadInput, EvenhandError, NotFound, StorageFailed
from evenhand.model.log import ErasedEntry, LogRecord
from evenhand.model.record import canonical
from evenhand.store import sqlite
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.erasure.erase import Erased, erase
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.receipts import check, prove
from tests.unit.ledger.making import AT, ORIGIN

WHY = {"basis": "GDPR Art. 17(1)(a)", "by": "data protection officer"}


def secret(number: int, size: int = 40) -> str:
    """A text of a payload that stands nowhere else: no part of 16 characters repeats."""
    return random.Random(number).randbytes(size // 2 + 1).hex()[:size]


def new_ledger(folder: Path, count: int = 60, settings: str = "", size: int = 40) -> Path:
    create_ledger(folder, ORIGIN)
    with (folder / "ledger.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    with open_ledger(folder) as ledger:
        ledger.append([made_up(number, size) for number in range(count)], AT)
        ledger.publish(AT)
    return folder


def made_up(number: int, size: int = 40) -> LogRecord:
    payload = canonical({"words": secret(number, size)})
    return LogRecord(kind="decision", payload=payload, key=f"k{number}", subject=f"s{number % 3}")


def rows(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "private/ledger.sqlite")) as tables:
        return tables.execute(query).fetchall()


def left(folder: Path, *needles: bytes) -> list[str]:
    """Return the files in which a piece of 16 bytes of any needle is left."""
    pieces = {needle[at : at + 16] for needle in needles for at in range(0, len(needle) - 15, 8)}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files if not pieces.isdisjoint(windows(path.read_bytes()))]


def windows(data: bytes) -> Iterator[bytes]:
    """Yield every 16 bytes that follow one another."""
    return (data[at : at + 16] for at in range(len(data) - 15))


def test_nothing_of_an_erased_payload_is_left_in_any_file(tmp_path: Path) -> None:
    """Payload and salt, in rows, free pages, gaps and the journal: searched byte by byte, in pieces of 16."""
    folder = new_ledger(tmp_path / "l")
    ((salt,),) = rows(folder, "SELECT salt FROM payload WHERE seq = 7")
    assert left(folder, secret(7).encode(), salt) == ["ledger.sqlite"]

    done = erase(folder, [7, 30], AT, **WHY)

    assert done == Erased(erased=(7, 30), leaf=60)
    assert left(folder, secret(7).encode(), secret(30).encode(), salt) == []
    assert left(folder, secret(8).encode()) == ["ledger.sqlite"]


def test_payloads_of_many_pages_are_gone_as_well(tmp_path: Path) -> None:
    """Long payloads lie in chains of pages of their own, which deletion only frees."""
    folder = new_ledger(tmp_path / "l", count=12, size=40_000)
    assert left(folder, secret(3, 40_000).encode()) == ["ledger.sqlite"]

    erase(folder, range(2, 9), AT, **WHY)

    assert left(folder, *(secret(number, 40_000).encode() for number in range(2, 9))) == []
    assert verify_folder(folder).ok


def test_every_receipt_made_before_still_holds(tmp_path: Path) -> None:
    """The tree knows leaves, not payloads: an erasure changes no hash."""
    folder = new_ledger(tmp_path / "l")
    vkey = (folder / "public/vkey").read_text().strip()
    receipts = [prove(folder, index, disclose=index % 2 == 0) for index in range(60)]

    erase(folder, range(0, 60, 7), AT, **WHY)

    for receipt in receipts:
        (tmp_path / "r").write_text(receipt, encoding="utf-8")
        assert check(tmp_path / "r", vkey, None).ok


def test_verification_counts_what_was_erased_and_names_the_basis(tmp_path: Path) -> None:
    """A missing payload is either explained by a later leaf or a problem."""
    folder = new_ledger(tmp_path / "l")

    erase(folder, [7], AT, **WHY)
    erase(folder, [9], AT, basis="court order", by="counsel")
    report = verify_folder(folder)

    assert (report.ok, report.entries, report.payloads, report.erased) == (True, 62, 60, 2)
    assert report.erasures == (
        ErasedEntry(index=7, leaf=60, basis=WHY["basis"]), ErasedEntry(index=9, leaf=61, basis="court order")
    )  # fmt: skip


def test_an_erased_entry_is_proved_by_its_leaf_alone(tmp_path: Path) -> None:
    """There is nothing more to disclose."""
    folder = new_ledger(tmp_path / "l")
    erase(folder, [7], AT, **WHY)

    assert prove(folder, 7, disclose=True) == prove(folder, 7, disclose=False)


@pytest.mark.parametrize(
    ("indexes", "reason", "says", "error"),
    [
        ([], WHY, "needs entries, a basis and who", BadInput),
        ([7], WHY | {"basis": " "}, "needs entries, a basis and who", BadInput),
        ([7], WHY | {"by": ""}, "needs entries, a basis and who", BadInput),
        ([7, 61], WHY, "no such entry `61`", NotFound),
        ([-1], WHY, "no such entry `-1`", NotFound),
        ([5], WHY, "payload is gone already", BadInput),
        ([60], WHY, "an erasure cannot be erased", BadInput),
    ],
)
def test_what_cannot_be_erased_is_refused_whole(
    tmp_path: Path, indexes: list[int], reason: dict[str, str], says: str, error: type[EvenhandError]
) -> None:
    """No leaf may say that something went which did not."""
    folder = new_ledger(tmp_path / "l")
    erase(folder, [5], AT, **WHY)

    with pytest.raises(error, match=says):
        erase(folder, indexes, AT, **reason)
    assert rows(folder, "SELECT count(*) FROM payload") == [(60,)]
    assert verify_folder(folder).ok


def test_a_malformed_leaf_is_not_erased(tmp_path: Path) -> None:
    """What was changed must be looked at first."""
    folder = new_ledger(tmp_path / "l")
    with closing(SqliteTables(folder / "private/ledger.sqlite")) as tables:
        tables._rows("UPDATE entry SET leaf = x'7b7d' WHERE seq = 7")
        with pytest.raises(BadInput, match="not a leaf"):
            erasure_record(tables, Erasure(erased=(7,), **WHY))


def test_a_payload_that_comes_back_is_a_problem(tmp_path: Path) -> None:
    """Somebody put a row of an old copy into the tables."""
    folder = new_ledger(tmp_path / "l")
    row = rows(folder, "SELECT * FROM payload WHERE seq = 7")[0]
    erase(folder, [7], AT, **WHY)
    with closing(SqliteTables(folder / "private/ledger.sqlite")) as tables:
        tables._rows("INSERT INTO payload VALUES (?, ?, ?, ?)", *row)

    (problem,) = verify_folder(folder).problems

    assert problem.where.endswith("is there, but was erased at leaf 60")


def test_a_sealed_value_goes_alone(tmp_path: Path) -> None:
    """One person's words go; rule, facts and outcome stay replayable."""
    folder = new_ledger(tmp_path / "l", count=2)
    payload, fields = seal({"rule": "r1", "said": secret(99), "mail": secret(98)}, ["/said", "/mail"], bytes)
    with open_ledger(folder) as ledger:
        ledger.append([LogRecord(kind="complaint", payload=canonical(payload), sealed=fields)], AT)
    assert verify_folder(folder).ok

    with open_ledger(folder) as ledger:
        before = ledger.payload(2)
    erase(folder, [2], AT, fields=["/said"], **WHY)

    assert left(folder, secret(99).encode()) == []
    assert left(folder, secret(98).encode()) == ["ledger.sqlite"]
    with open_ledger(folder) as ledger:
        assert ledger.payload(2) == before
    assert (verify_folder(folder).ok, verify_folder(folder).erased) == (True, 0)

    erase(folder, [2], AT, **WHY)
    assert left(folder, secret(98).encode(), b'"rule":"r1"12345') == []
    assert verify_folder(folder).ok


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE sealed SET value = x'3132' WHERE path = '/said'", "sealed at /said"),
        ("UPDATE sealed SET salt = zeroblob(31) WHERE path = '/said'", "sealed at /said"),
        ("DELETE FROM sealed WHERE path = '/said'", "sealed at /said is missing"),
        ("INSERT INTO sealed VALUES (0, '/x', zeroblob(32), x'3132')", "sealed at /x"),
    ],
)
def test_a_changed_sealed_value_is_named(tmp_path: Path, statement: str, says: str) -> None:
    """It is as much part of what was decided as the payload."""
    folder = new_ledger(tmp_path / "l", count=2)
    payload, fields = seal({"said": "x"}, ["/said"], bytes)
    with open_ledger(folder) as ledger:
        ledger.append([LogRecord(kind="complaint", payload=canonical(payload), sealed=fields)], AT)
    with closing(SqliteTables(folder / "private/ledger.sqlite")) as tables:
        tables._rows(statement)

    assert [each.where for each in verify_folder(folder).problems] == [f"private/ledger.sqlite: {says}"]


def test_with_subjects_keys_one_deletion_closes_every_commitment(tmp_path: Path) -> None:
    """Salts are not stored: without the key nobody can try names against the public leaves."""
    folder = new_ledger(tmp_path / "l", settings='salts = "subject"\n')
    assert rows(folder, "SELECT DISTINCT salt FROM payload") == [(b"",)]
    keys = dict(rows(folder, "SELECT name, key FROM subject"))
    assert sorted(keys) == ["s0", "s1", "s2"]
    assert verify_folder(folder).ok
    disclosed = prove(folder, 4, disclose=True)
    (tmp_path / "r").write_text(disclosed, encoding="utf-8")
    assert check(tmp_path / "r", (folder / "public/vkey").read_text().strip(), None).payload is not None

    done = erase(folder, [], AT, subject="s1", **WHY)

    assert done.erased == tuple(range(1, 60, 3))
    assert rows(folder, "SELECT name FROM subject") == [("s0",), ("s2",)]
    assert left(folder, keys["s1"], *(secret(number).encode() for number in done.erased)) == []
    assert (verify_folder(folder).ok, verify_folder(folder).erased) == (True, 20)


def test_a_subjects_key_stays_while_a_payload_needs_it(tmp_path: Path) -> None:
    """Otherwise the payloads that are left could not be shown any more."""
    folder = new_ledger(tmp_path / "l", settings='salts = "subject"\n')

    erase(folder, [1], AT, **WHY)

    assert rows(folder, "SELECT count(*) FROM subject") == [(3,)]
    assert verify_folder(folder).ok


def test_a_changed_subject_is_found_where_its_key_makes_the_salt(tmp_path: Path) -> None:
    """Another subject's key gives another salt."""
    folder = new_ledger(tmp_path / "l", settings='salts = "subject"\n')
    with closing(SqliteTables(folder / "private/ledger.sqlite")) as tables:
        tables._rows("UPDATE payload SET subject = 's2' WHERE seq = 7")

    assert [(each.kind, each.index) for each in verify_folder(folder).problems] == [("payload", 7)]


def test_a_reader_that_holds_the_journal_is_told_and_the_leaf_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are gone, but not yet from every page: the operator must know."""
    monkeypatch.setattr(sqlite, "PATIENCE_MS", 50)
    folder = new_ledger(tmp_path / "l")
    reader = apsw.Connection(str(folder / "private/ledger.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    rows_read = reader.execute("SELECT body FROM payload")
    next(rows_read)

    with pytest.raises(StorageFailed, match="erased by leaf 60, but pieces may be left"):
        erase(folder, [7], AT, **WHY)
    rows_read.close()
    reader.close()

    assert verify_folder(folder).erased == 1


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"{}", "payload is no erasure"),
        (b'{"basis":"b","by":"w","erased":[9]}', "payload erases entry 9, which is later"),
        (b'{"basis":"b","by":"w","erased":[1]}', "payload is there, but was erased at leaf 2"),
    ],
)
def test_a_leaf_that_calls_itself_an_erasure_is_checked(tmp_path: Path, payload: bytes, says: str) -> None:
    """It must not excuse a payload that goes missing later, nor say that something went which is there."""
    folder = new_ledger(tmp_path / "l", count=2)
    with open_ledger(folder) as ledger:
        ledger.append([LogRecord(kind="erasure", payload=payload)], AT)

    assert [each.where for each in verify_folder(folder).problems] == [f"private/ledger.sqlite: {says}"]


def test_two_erasures_of_sealed_values_may_follow_each_other(tmp_path: Path) -> None:
    """A path that holds nothing any more is no fault."""
    folder = new_ledger(tmp_path / "l", count=2)
    payload, fields = seal({"said": secret(99)}, ["/said"], bytes)
    with open_ledger(folder) as ledger:
        ledger.append([LogRecord(kind="complaint", payload=canonical(payload), sealed=fields)], AT)

    for _ in range(2):
        erase(folder, [2], AT, fields=["/said"], **WHY)

    assert verify_folder(folder).ok

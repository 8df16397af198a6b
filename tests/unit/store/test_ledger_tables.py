"""The ledger's tables, one law after the other, in SQLite and in Postgres."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evenhand.ledger import Ledger, verify_log
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.subject_salts import SubjectSalts
from evenhand.ledger.tree import EMPTY_ROOT
from evenhand.model.errors import HistoryConflict, StorageFailed
from evenhand.model.log import SealedField, SeenCheckpoint, StoredCheckpoint, StoredEntry
from evenhand.store.public_files import PublicFiles
from evenhand.store.sqlite import SqliteTables, create_tables
from tests.clusters import Cluster
from tests.unit.ledger.making import AT, KEY, VERIFIER, draw, record, records

Open = Callable[..., Any]


def new_schema(cluster: Cluster) -> str:
    """Return the address of a schema of its own with the tables of an empty log."""
    from evenhand.store.postgres_schema import create_postgres_tables  # noqa: PLC0415  psycopg is an extra

    address = cluster.new_schema()
    create_postgres_tables(address, KEY.name, KEY.vkey)
    return address


@pytest.fixture(params=["sqlite", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Return what opens the tables of one log, again and again; they are closed at the end."""
    opened: list[Any] = []

    def sqlite(**options: bool) -> Any:
        opened.append(SqliteTables(tmp_path / "t.sqlite", **options))
        return opened[-1]

    if request.param == "sqlite":
        create_tables(tmp_path / "t.sqlite", KEY.name, KEY.vkey)
        yield sqlite
    else:
        address = new_schema(request.getfixturevalue("cluster"))
        yield lambda **options: opened.append(postgres(address, **options)) or opened[-1]
    for tables in opened:
        tables.close()


def postgres(address: str, **options: Any) -> Any:
    from evenhand.store.postgres import PostgresTables  # noqa: PLC0415

    # A closed connection's lock is let go of by the server, when it comes to it.
    return PostgresTables(address, wait_s=60, **options)


@pytest.fixture
def tables(opening: Open) -> Any:
    return opening()


def entry(seq: int, **fields: Any) -> StoredEntry:
    kept = {"leaf": b"leaf", "leaf_hash": b"hash", "body": b"body\0", "salt": b"salt", "subject": "a1", **fields}
    return StoredEntry(seq=seq, **kept)


def test_rows_come_back_in_order_and_from_any_start(tables: Any) -> None:
    """Over more than one page of rows."""
    tables.append([entry(seq) for seq in range(1_200)])

    assert [each[0] for each in tables.leaves()] == list(range(1_200))
    assert next(tables.leaves(7)) == (7, b"leaf", b"hash")
    assert [each.seq for each in tables.entries(1_100)] == list(range(1_100, 1_200))
    assert [seq for seq, _ in tables.last_leaves()] == list(range(1_199, -1, -1))
    assert tables.entry(5) == entry(5)
    assert tables.entry(1_200) is None
    assert tables.name() == (KEY.name, KEY.vkey)


def test_another_object_reads_what_the_first_acknowledged(opening: Open) -> None:
    """Also while the writer is still there, and nothing that it writes itself."""
    writer = opening()
    writer.append([entry(0, key="k")])
    reader = opening(read_only=True)

    assert list(reader.entries()) == [entry(0)]
    assert reader.known(["k", "other"]) == {"k": (0, b"hash")}
    with pytest.raises(StorageFailed):
        reader.rename("another key")
    writer.rename("another key")
    assert reader.name() == (KEY.name, "another key")


@pytest.mark.parametrize("bad", [entry(2, key="k0"), entry(0), entry(2, salt=None)])
def test_a_transaction_that_fails_leaves_nothing(tables: Any, bad: StoredEntry) -> None:
    """A caller is answered for all of its records or for none: a key twice, a seq twice, half a row."""
    tables.append([entry(0, key="k0")])

    with pytest.raises(StorageFailed, match=r"(?i)unique|null"):
        tables.append([entry(1, key="k1", sealed=(SealedField(path="/a", salt=b"s", value=b"v"),)), bad])
    assert [each[0] for each in tables.leaves()] == [0]
    assert tables.known(["k0", "k1"]) == {"k0": (0, b"hash")}
    assert not list(tables.sealed())


def test_a_key_of_an_erased_record_is_free_again(tables: Any) -> None:
    """Also where an older version kept it: a record under this key would be taken for one that is there."""
    tables.append([entry(0, key="k0"), entry(1, key="k1"), entry(2, key="k2")])
    tables.append([entry(3, erases=(0,))])
    remove = "DELETE FROM payload WHERE seq = 1"
    tables._rows(remove) if isinstance(tables, SqliteTables) else tables._change(remove)

    assert tables.known(["k0", "k1", "k2"]) == {"k2": (2, b"hash")}
    tables.append([entry(4, key="k0"), entry(5, key="k1")])
    assert tables.known(["k0", "k1"]) == {"k0": (4, b"hash"), "k1": (5, b"hash")}


def test_erasing_takes_payload_sealed_values_and_the_last_key(tables: Any) -> None:
    """In the transaction of the leaf that says so; the leaf itself, and other subjects, stay."""
    sealed = tuple(SealedField(path=path, salt=b"s", value=b"v") for path in ("/b", "/a"))
    tables.add_subject_keys({"a1": b"one", "a2": b"two"})
    tables.append([entry(0, sealed=sealed), entry(1, sealed=sealed), entry(2, subject="a2"), entry(3, subject="")])

    tables.append([entry(4, subject="", erases=(0,), erases_fields=("/a",))])
    assert [(seq, each.path) for seq, each in tables.sealed()] == [(0, "/b"), (1, "/a"), (1, "/b")]
    tables.append([entry(5, subject="", erases=(0,))])
    assert (tables.of_subject("a1"), tables.subject_keys(["a1", "a2", "a3"])) == ([1], {"a1": b"one", "a2": b"two"})
    tables.append([entry(6, subject="", erases=(1, 2))])
    tables.purge()

    assert [(each.body, each.salt) for each in tables.entries() if each.seq < 3] == [(None, None)] * 3
    assert (list(tables.sealed()), tables.subject_keys(["a1", "a2"])) == ([], {})
    assert len(list(tables.leaves())) == 7
    assert not list(tables.damage())


def test_a_head_follows_the_one_that_its_writer_knows(tables: Any) -> None:
    """Compare and swap: two writers that do not know of each other would sign two histories."""
    tables.add_checkpoint(StoredCheckpoint(size=1, root=b"one", at=1))
    tables.add_checkpoint(StoredCheckpoint(size=3, root=b"three", at=2), after=1)

    for head, after in ((1, None), (4, None), (4, 1), (4, 2), (4, 4)):
        with pytest.raises(HistoryConflict, match="another process committed a checkpoint"):
            tables.add_checkpoint(StoredCheckpoint(size=head, root=b"other", at=3), after=after)
    tables.add_note(1, "note")
    assert list(tables.checkpoints()) == [
        StoredCheckpoint(size=1, root=b"one", at=1, note="note"), StoredCheckpoint(size=3, root=b"three", at=2),
    ]  # fmt: skip
    assert [head.size for head in tables.checkpoints(2)] == [3]


def test_lines_of_witnesses_are_kept_beside_their_head(tables: Any) -> None:
    """The largest size of each is where the next proof of growth begins."""
    for size, witness, line in ((1, "w1", "a"), (2, "w1", "b"), (1, "w2", "c"), (2, "w1", "d"), (1, "W3", "e")):
        tables.add_cosignature(size, witness, line)

    assert tables.cosigned_sizes() == {"w1": 2, "w2": 1, "W3": 1}
    assert list(tables.cosignatures(1).items()) == [("W3", "e"), ("w1", "a"), ("w2", "c")]
    assert tables.cosignatures(2) == {"w1": "d"}


def test_tables_of_another_schema_are_refused(opening: Open) -> None:
    """A later version may keep what this one does not know."""
    change_behind(opening(), "UPDATE meta SET schema = 2")

    with pytest.raises(StorageFailed, match="expected schema 1"):
        opening(read_only=True).name()


def change_behind(tables: Any, statement: str) -> None:
    """Do what no method does."""
    tables._sql.execute(statement)


@contextmanager
def ledger_on(tables: Any, folder: Path, **options: Any) -> Iterator[Ledger]:
    if not (folder / "checkpoint").exists():
        folder.mkdir(exist_ok=True)
        empty = sign_checkpoint(KEY.name, 0, EMPTY_ROOT, KEY)
        tables.add_checkpoint(StoredCheckpoint(size=0, root=EMPTY_ROOT, at=0, note=empty.note))
        (folder / "checkpoint").write_text(empty.note, encoding="utf-8")
    yield Ledger(tables, PublicFiles(folder), KEY, draw, **options)


def test_a_ledger_older_than_a_head_that_was_seen_is_not_opened(tables: Any, tmp_path: Path) -> None:
    """Whatever its tables: an older dump of a database put back would sign a second history too."""
    with ledger_on(tables, tmp_path / "public") as ledger:
        ledger.append(records(3), AT)
        root = ledger.publish(AT).root
    for size, seen_root, says in ((5, bytes(32), "the ledger is older"), (2, bytes(32), "two histories")):
        seen = [SeenCheckpoint(where="state/meta.json", size=size, root=seen_root)]
        with pytest.raises(HistoryConflict, match=says), ledger_on(tables, tmp_path / "public", seen=seen):
            pass

    with ledger_on(tables, tmp_path / "public", seen=[SeenCheckpoint(where="state", size=3, root=root)]) as ledger:
        assert ledger.size == 3


def test_a_ledger_is_the_same_whatever_its_tables(opening: Open, tmp_path: Path) -> None:
    """Salts fixed, the heads of both are equal byte by byte; opened again, checked, and verified from outside."""
    for start, count, known in ((0, 300, False), (0, 300, True), (300, 7, False)):
        tables = opening()
        with ledger_on(tables, tmp_path / "public") as ledger:
            receipts = ledger.append(records(count, start), AT)
            assert {each.duplicate for each in receipts} == {known}
            assert ledger.publish(AT).size == start + count
        tables.close()

    report = verify_log(PublicFiles(tmp_path / "public"), KEY.vkey, VERIFIER, opening(read_only=True))
    assert (report.ok, report.payloads, report.problems) == (True, 307, ())
    assert report.root == "FlEFiWi+Gzi8cA3OqS161HP6YUcXYOA6K9m+DUCCVqw="


def test_a_changed_row_ends_the_start(opening: Open, tmp_path: Path) -> None:
    """Anyone who may write to the database still cannot change what was signed."""
    tables = opening()
    with ledger_on(tables, tmp_path / "public") as ledger:
        ledger.append(records(5), AT)
        ledger.publish(AT)
    change_behind(tables, "UPDATE entry SET leaf_hash = leaf WHERE seq = 3")
    tables.close()

    with pytest.raises(HistoryConflict, match="3"), ledger_on(opening(), tmp_path / "public"):
        pass


def test_keys_of_subjects_make_salts(tables: Any, tmp_path: Path) -> None:
    """One key for each subject, kept in the tables, gone with its last payload."""
    with ledger_on(tables, tmp_path / "public", subjects=SubjectSalts(tables, draw)) as ledger:
        ledger.append([record(1), record(2)], AT)
        assert ledger.payload(1) == b'{"n":2}'

    assert set(tables.subject_keys(["a1", "a2", "a3"])) == {"a1", "a2"}

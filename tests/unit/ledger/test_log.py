"""The ledger itself: append, publish, read, and what it does when the disk or the history is not as it should be."""

import errno
import shutil
from pathlib import Path

import pytest

from evenhand.ledger.proofs import is_included, verify_growth
from evenhand.model.errors import HistoryConflict, NotFound, RecordRefused, StorageFailed
from evenhand.model.log import LogRecord
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations.ledgers import open_ledger, verify_folder
from tests.unit.ledger.making import AT, FailAt, Opened, new_folder, record, records


def test_records_get_the_next_indexes_in_the_order_given(tmp_path: Path) -> None:
    """The index is the order of decisions; nothing else is (a clock may go back)."""
    with Opened(new_folder(tmp_path / "l")) as ledger:
        receipts = ledger.append(records(2_300), AT)

        assert [each.seq for each in receipts] == list(range(2_300))
        assert ledger.size == 2_300
        assert [payload for _, _, payload in ledger.entries()] == [each.payload for each in records(2_300)]


def test_a_known_key_gets_its_first_receipt_again(tmp_path: Path) -> None:
    """A caller that died before its answer retries, and the decision must not stand twice."""
    with Opened(new_folder(tmp_path / "l")) as ledger:
        first, inside = ledger.append([record(1), record(1)], AT)
        (later,) = ledger.append([record(1)], AT)

        assert ledger.size == 1
        assert not first.duplicate
        assert inside == later
        assert (later.seq, later.leaf_hash, later.duplicate) == (first.seq, first.leaf_hash, True)


def test_records_without_key_are_never_taken_for_one_another(tmp_path: Path) -> None:
    """An empty key says that the caller does not ask for the check."""
    with Opened(new_folder(tmp_path / "l")) as ledger:
        same = LogRecord(kind="review", payload=b"{}")

        assert [each.seq for each in ledger.append([same, same], AT)] == [0, 1]


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"payload": b'{"a":1.5}'}, "not an integer"),
        ({"payload": b'{"b":1, "a":2}'}, "not canonical"),
        ({"payload": b'"' + b"x" * (1 << 20) + b'"'}, "too large"),
        ({"kind": "gossip"}, "unknown kind"),
        ({"rulebook": "sha256:abc"}, "bad hash in `rulebook`"),
        ({"lists": "0" * 64}, "bad hash in `lists`"),
    ],
)
def test_a_refused_record_takes_its_transaction_with_it(tmp_path: Path, bad: dict[str, object], word: str) -> None:
    """Half a batch would leave its caller not knowing which half."""
    fields = {"kind": "decision", "payload": b"{}"} | bad
    with Opened(new_folder(tmp_path / "l")) as ledger:
        with pytest.raises(RecordRefused, match=word):
            ledger.append([record(1), LogRecord(**fields)], AT)  # type: ignore[arg-type]

        assert ledger.size == 0
        assert [each.seq for each in ledger.append([record(1)], AT)] == [0]


def test_large_payloads_are_split_over_transactions(tmp_path: Path) -> None:
    """A thousand records of 1 MiB in one transaction would be held in memory whole."""
    seen: list[str] = []
    large = [LogRecord(kind="claim", payload=b'"%s"' % (b"x" * 1_000_000)) for _ in range(20)]
    with Opened(new_folder(tmp_path / "l"), seen.append) as ledger:
        ledger.append(large, AT)

    assert seen.count("after append") == 2


def test_every_head_continues_every_earlier_one(tmp_path: Path) -> None:
    """Law *Growth*: a log that contradicts itself is worth nothing."""
    with Opened(new_folder(tmp_path / "l")) as ledger:
        heads = [ledger.checkpoint]
        for size in (1, 2, 255, 256, 257, 600):
            ledger.append(records(size - ledger.size, ledger.size), AT)
            heads.append(ledger.publish(AT))

        for old in heads:
            for new in heads:
                if old and new and 0 < old.size <= new.size:
                    verify_growth(old, new, ledger.consistency(old.size, new.size))


def test_an_entry_is_proved_against_the_published_root(tmp_path: Path) -> None:
    """This is what an advertiser's receipt is made of."""
    with Opened(new_folder(tmp_path / "l")) as ledger:
        receipts = ledger.append(records(300), AT)
        head = ledger.publish(AT)

        for each in receipts[::37]:
            assert is_included(each.seq, head.size, each.leaf_hash, ledger.inclusion(each.seq, head.size), head.root)


def test_publishing_nothing_new_gives_the_same_checkpoint(tmp_path: Path) -> None:
    """Two heads of one size would look like two histories."""
    with Opened(new_folder(tmp_path / "l", 3)) as ledger:
        assert ledger.publish(AT) == ledger.checkpoint


def test_entries_are_read_by_kind_and_from_a_start(tmp_path: Path) -> None:
    """A run folds decisions since the last run, not the whole log."""
    with Opened(new_folder(tmp_path / "l")) as ledger:
        ledger.append([record(0), LogRecord(kind="register", payload=b'"r"'), record(2)], AT)

        assert [seq for seq, _, _ in ledger.entries("decision")] == [0, 2]
        assert [seq for seq, _, _ in ledger.entries(start=1)] == [1, 2]
        assert ledger.last("register") == (1, b'"r"')
        assert ledger.last("register", 1) == (1, b'"r"')
        assert ledger.last("register", 2) is None
        assert ledger.last("complaint") is None
        assert ledger.payload(2) == b'{"n":2}'
        with pytest.raises(NotFound, match="no such entry `3`"):
            ledger.payload(3)


def test_a_payload_that_was_changed_is_not_read(tmp_path: Path) -> None:
    """Opening does not hash payloads, so reading one does."""
    folder = new_folder(tmp_path / "l", 3)
    edit(folder, "UPDATE payload SET body = '{\"n\":9}' WHERE seq = 1")

    with Opened(folder) as ledger, pytest.raises(HistoryConflict, match="payload of entry 1 was changed"):
        list(ledger.entries())


def test_a_payload_that_was_changed_is_not_read_by_the_object_that_wrote_it(tmp_path: Path) -> None:
    """It knows its own entries by a hash of all they were made of, and opens what differs from that."""
    folder = new_folder(tmp_path)
    with Opened(folder) as ledger:
        ledger.append(records(3), AT)
        assert ledger.payload(1) == records(3)[1].payload
        edit(folder, "UPDATE payload SET body = '{\"n\":9}' WHERE seq = 1")

        with pytest.raises(HistoryConflict, match="payload of entry 1 was changed"):
            ledger.payload(1)


@pytest.mark.parametrize("changed", ["UPDATE payload SET body = '{\"n\":9}'", "UPDATE payload SET salt = zeroblob(32)"])
def test_a_payload_that_was_changed_after_it_was_read_is_not_read_again(tmp_path: Path, changed: str) -> None:
    """What was opened once is known by a hash too, as long as it is the same."""
    folder = new_folder(tmp_path / "l", 3)
    with Opened(folder) as ledger:
        assert ledger.payload(1) == ledger.payload(1) == records(3)[1].payload
        edit(folder, f"{changed} WHERE seq = 1")

        for _ in range(2):
            with pytest.raises(HistoryConflict, match="payload of entry 1 was changed"):
                ledger.payload(1)


def test_a_payload_that_is_gone_is_none(tmp_path: Path) -> None:
    """The leaf and every proof outlive the payload."""
    folder = new_folder(tmp_path / "l", 3)
    edit(folder, "DELETE FROM payload WHERE seq = 1")

    with Opened(folder) as ledger:
        assert [payload is None for _, _, payload in ledger.entries()] == [False, True, False]


def test_whatever_call_fails_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Disk full or failing at any step: the ledger says so, opens again and verifies (`ledger.md` §6)."""
    told: set[str] = set()
    whole = new_folder(tmp_path / "whole", 255)
    for step in range(1, 1_000):
        folder, fail = (
            Path(shutil.copytree(whole, tmp_path / str(step))),
            FailAt(step, (errno.ENOSPC, errno.EIO)[step % 2]),
        )
        acknowledged = 255
        try:
            with Opened(folder, fail) as ledger:
                acknowledged = ledger.append(records(3, 255), AT)[-1].seq + 1
                ledger.publish(AT)
        except StorageFailed as failure:
            told.add(str(failure))
        with Opened(folder) as ledger:
            assert ledger.size >= acknowledged
            ledger.append(records(3, 255), AT)
            assert (ledger.size, ledger.publish(AT).size) == (258, 258)
        assert verify_folder(folder).ok, fail.failed
        if not fail.failed:
            break

    assert all("repair the disk" in line for line in told)
    assert 20 < step < 999


def test_after_a_failed_write_the_ledger_must_be_opened_again(tmp_path: Path) -> None:
    """Nobody knows what is on disk then, so nothing may be built on what memory believes."""
    seen: list[str] = []

    def fail(name: str) -> None:
        seen.append(name)
        if name == "after append":
            raise OSError(errno.EIO, "input/output error")

    with Opened(new_folder(tmp_path / "l"), fail) as ledger:
        for _ in range(2):
            with pytest.raises(StorageFailed):
                ledger.append([record(1)], AT)
        with pytest.raises(StorageFailed, match="open the ledger again"):
            ledger.publish(AT)

    assert seen.count("before append") == 1
    with open_ledger(tmp_path / "l") as ledger:
        assert ledger.size == 1


def edit(folder: Path, *statements: str) -> None:
    """Change the tables behind the ledger's back."""
    tables = SqliteTables(folder / "private" / "ledger.sqlite")
    for statement in statements:
        tables._rows(statement)
    tables.close()

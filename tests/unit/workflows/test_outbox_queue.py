"""From the ledger into the outbox: every statement once, whatever the ledger holds."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from evenhand.ledger import Ledger
from evenhand.model.errors import HistoryConflict
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical, sha256_hex
from evenhand.reasons import to_dsa
from evenhand.store.outbox import Outbox, State
from evenhand.workflows.delivery.outbox_queue import outbox_path, queue, queue_all
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.operations import create_ledger, open_ledger
from tests.unit.reasons.test_dsa import STATEMENT
from tests.unit.reasons.test_exports import RECORDS

AT = datetime(2026, 11, 25, tzinfo=UTC)
TARGET, ORIGIN = "https://database.example", "ads.made-up.example/log"


@contextmanager
def ledger_in(folder: Path) -> Iterator[Ledger]:
    if not folder.exists():
        create_ledger(folder, ORIGIN)
    with open_ledger(folder) as ledger:
        yield ledger


def append(ledger: Ledger, *payloads: Any, kind: str = "statement") -> None:
    ledger.append([LogRecord(kind=kind, payload=canonical(each), subject="a1") for each in payloads], AT)


def record(number: int, **fields: Any) -> dict[str, Any]:
    """Return a sound record, its explanation its own, as a leaf holds it."""
    name = "".join(chr(97 + int(digit)) for digit in str(number))
    ground = RECORDS[0]["ground"] | {"explanation": f"It is so of {name}."}
    return RECORDS[0] | {"id": f"r-{number}", "ground": ground, "notice_sha256": "00"} | fields


def outbox() -> Outbox:
    return Outbox(Path(":memory:"), TARGET, ORIGIN, wait_s=0)


def ids(box: Outbox, state: State = State.READY) -> list[str]:
    return [row.reason_id for row in box.of_state(state)]


def test_each_statement_is_queued_with_the_bytes_that_are_sent(tmp_path: Path) -> None:
    """Other kinds of leaves are passed over; the bytes are the payload's canonical JSON."""
    box = outbox()
    with ledger_in(tmp_path / "ledger") as ledger:
        append(ledger, {"id": "d-1"}, kind="decision")
        append(ledger, STATEMENT)
        queue(ledger, box)

    (row,) = box.of_state(State.READY)
    assert (row.seq, row.reason_id, box.size) == (1, STATEMENT.id, 2)
    assert row.payload == canonical(to_dsa(STATEMENT))
    assert row.payload_sha256 == sha256_hex(row.payload)


def test_what_came_since_is_queued_the_next_time(tmp_path: Path) -> None:
    """By its place in the ledger: nothing twice, nothing missed, over more than one chunk."""
    box = outbox()
    with ledger_in(tmp_path / "ledger") as ledger:
        append(ledger, *map(record, range(3)))
        queue(ledger, box)
        queue(ledger, box)
        append(ledger, *map(record, range(3, 1204)))
        queue(ledger, box)

    assert ids(box) == [f"r-{number}" for number in range(1204)]


def test_what_our_own_check_refuses_is_parked_with_its_fields(tmp_path: Path) -> None:
    """It goes back to the case; the database never sees it."""
    box = outbox()
    with ledger_in(tmp_path / "ledger") as ledger:
        append(ledger, RECORDS[2], record(1, facts="Ask a@b.example."), record(2))
        queue(ledger, box)

    parked = {row.reason_id: row.answer for row in box.of_state(State.PARKED)}
    assert ids(box) == ["r-2"]
    assert parked == {
        "r-000106": {"errors": [{"field": "application_date", "code": "date-range"}]},
        "r-1": {"errors": [{"field": "decision_facts", "code": "personal-data:email"}]},
    }


def test_a_statement_that_explains_as_three_others_do_is_queued_all_the_same(tmp_path: Path) -> None:
    """Five clients met one rule: the database is told of each of them."""
    box = outbox()
    with ledger_in(tmp_path / "ledger") as ledger:
        same = RECORDS[0]["ground"]
        append(ledger, *(record(number, ground=same, facts=f"Fact {letter}.") for number, letter in enumerate("abc")))
        queue(ledger, box)
        append(ledger, record(3, ground=same, facts="Fact d."))
        queue(ledger, box)

    assert ids(box, State.PARKED) == []
    assert ids(box) == ["r-0", "r-1", "r-2", "r-3"]


@pytest.mark.parametrize("payload", [{}, [], "x", 7, {"id": 7}, {"id": None, "facts": "x"}])
def test_a_leaf_that_is_no_record_is_parked(tmp_path: Path, payload: Any) -> None:
    """Anybody with the key may append one; those after it are queued all the same."""
    box = outbox()
    with ledger_in(tmp_path / "ledger") as ledger:
        append(ledger, payload, record(1))
        queue(ledger, box)

    (parked,) = box.of_state(State.PARKED)
    assert (parked.reason_id, parked.answer) == ("entry-0", {"errors": [{"field": "id", "code": "required"}]})
    assert ids(box) == ["r-1"]


def test_a_statement_that_was_erased_is_parked(tmp_path: Path) -> None:
    """There is nothing left to tell."""
    folder, box = tmp_path / "ledger", outbox()
    with ledger_in(folder) as ledger:
        append(ledger, record(1), record(2))
    erase(folder, [0], AT, basis="made up", by="made up")
    with ledger_in(folder) as ledger:
        queue(ledger, box)

    (parked,) = box.of_state(State.PARKED)
    assert parked.answer == {"errors": [{"field": "id", "code": "erased"}]}
    assert ids(box) == ["r-2"]


def test_a_statement_erased_before_it_was_sent_is_withdrawn(tmp_path: Path) -> None:
    """Its bytes go; one that may have arrived is still asked for."""
    folder, box = tmp_path / "ledger", outbox()
    with ledger_in(folder) as ledger:
        append(ledger, record(1), record(2), record(3))
        queue(ledger, box)
    box.put([structs.replace(row, state=State.SENDING) for row in box.of_state(State.READY) if row.seq == 2])
    erase(folder, [0, 2], AT, basis="made up", by="made up")
    with ledger_in(folder) as ledger:
        queue(ledger, box)

    (parked,) = box.of_state(State.PARKED)
    assert (parked.reason_id, parked.payload) == ("r-1", None)
    assert (ids(box), ids(box, State.SENDING)) == (["r-2"], ["r-3"])


def test_a_reason_id_is_queued_once(tmp_path: Path) -> None:
    """The database takes a `puid` once for ever."""
    box = outbox()
    with ledger_in(tmp_path / "ledger") as ledger:
        append(ledger, record(1), record(1, facts="Otherwise."))
        queue(ledger, box)

    assert len(ids(box)) == 1
    assert b"Otherwise" not in (next(box.of_state(State.READY)).payload or b"")


def test_an_outbox_that_has_read_further_than_the_ledger_is_refused(tmp_path: Path) -> None:
    """One of the two is an old copy."""
    box = outbox()
    box.add([], 7)

    with ledger_in(tmp_path / "ledger") as ledger, pytest.raises(HistoryConflict, match="read further"):
        queue(ledger, box)


def test_every_outbox_of_a_network_is_filled(tmp_path: Path) -> None:
    """After each run: what is recorded is queued, for the test instance too."""
    paths = [outbox_path(tmp_path, target) for target in (TARGET, "https://test.example")]
    for path, target in zip(paths, (TARGET, "https://test.example"), strict=True):
        Outbox(path, target, ORIGIN, wait_s=0).close()

    with ledger_in(tmp_path / "ledger") as ledger:
        append(ledger, record(1))
        assert queue_all(ledger, tmp_path) == ()

    for path in paths:
        with closing(Outbox(path, None, ORIGIN, wait_s=0)) as box:
            assert ids(box) == ["r-1"]


def test_an_outbox_that_cannot_be_used_stops_no_run(tmp_path: Path) -> None:
    """It is told; one that is being sent from will be filled by the next call."""
    held = Outbox(outbox_path(tmp_path, TARGET), TARGET, ORIGIN, wait_s=0)
    (tmp_path / "outbox" / "damaged.sqlite").write_bytes(b"not a database, whatever its name may say of it")
    (tmp_path / "outbox" / "empty.sqlite").write_bytes(b"")
    Outbox(tmp_path / "outbox" / "strange.sqlite", TARGET, "ads.other.example/log", wait_s=0).close()

    with ledger_in(tmp_path / "ledger") as ledger:
        doubts = queue_all(ledger, tmp_path)
    held.close()

    assert [doubt.partition("outbox/")[2].partition(":")[0] for doubt in doubts] == [
        "damaged.sqlite", "empty.sqlite", "strange.sqlite",
    ]  # fmt: skip
    assert all(doubt.startswith("statements of reasons are not queued: ") for doubt in doubts)


def test_each_database_has_an_outbox_of_its_own(tmp_path: Path) -> None:
    """A test instance must not pass for the real one; it lies where no run deletes anything."""
    paths = {
        outbox_path(tmp_path, target) for target in ("https://a.example", "https://a.example/b", "https://a-b.example")
    }

    assert len(paths) == 3
    assert {path.parent for path in paths} == {tmp_path / "outbox"}
    assert outbox_path(tmp_path, "https://../../x").parent == tmp_path / "outbox"

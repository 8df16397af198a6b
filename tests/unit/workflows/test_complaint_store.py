"""Complaints are read from the ledger whole, and one event is appended at a time."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from evenhand.appeals import fold
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import AcknowledgeBody, AdmitBody, EventBody, FileBody
from evenhand.model.errors import HistoryConflict, NotFound, StateRefused
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.workflows.complaint_records.complaint_store import (
    ComplaintFold,
    append_event,
    event_record,
    new_event,
    read_complaints,
)  # fmt: skip
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.operations import create_ledger, open_ledger, verify_folder
from tests.unit.appeals.complaint_events import COMPLAINT, FILED_AT, TO_REVIEW, chain, file_body, proposal

TEN = b"0123456789" * 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_ledger(tmp_path / "ledger", "made-up.example/log", draw=lambda n: (TEN * 2)[:n])
    return tmp_path / "ledger"


def append(folder: Path, body: EventBody, by: str = "anna", minutes: int = 0) -> Complaint:
    with open_ledger(folder) as ledger:
        event = new_event(COMPLAINT, body, by=by, at=FILED_AT + timedelta(minutes=minutes))
        after = append_event(ledger, read_complaints(ledger), event)
        ledger.publish(event.at)
        return after


def test_events_are_chained_and_fold_to_the_same_complaint_again(folder: Path) -> None:
    """Law *Replay*: what the ledger has is all that there is."""
    for minutes, (by, body) in enumerate(TO_REVIEW):
        after = append(folder, body, by, minutes)
    after = append(folder, proposal(), "anna", 9)

    with open_ledger(folder) as ledger:
        read = read_complaints(ledger)
        kinds = [leaf.kind for _, leaf, _ in ledger.entries()]
    assert read.by_id == {COMPLAINT: after}
    assert fold(after.events) == after
    assert kinds == ["complaint"] * 4 + ["review"]
    assert [each.prev_hash for each in after.events] == [each.prev_hash for each in chain([*TO_REVIEW])] + [
        after.events[-1].prev_hash
    ]
    assert verify_folder(folder).ok


def test_reading_on_comes_to_the_same_as_reading_anew(folder: Path) -> None:
    """A console reads on at each record; an erasure takes away what it knows."""
    fold_on = ComplaintFold()
    for minutes, (by, body) in enumerate(TO_REVIEW):
        append(folder, body, by, minutes)
        with open_ledger(folder) as ledger:
            assert fold_on.read_on(ledger) == read_complaints(ledger)
    erase(folder, (), FILED_AT, basis="GDPR Art. 17", by="dpo", subject="made-up")

    with open_ledger(folder) as ledger:
        assert fold_on.read_on(ledger) == read_complaints(ledger)
        assert fold_on.read_on(ledger).by_id == {}


def test_who_comes_second_is_told_so(folder: Path) -> None:
    """Two people read the same state; the second event is not written."""
    append(folder, TO_REVIEW[0][1])
    with open_ledger(folder) as ledger:
        seen = read_complaints(ledger)
        old = read_complaints(ledger)
        append_event(ledger, seen, new_event(COMPLAINT, AcknowledgeBody(), by="evenhand 1", at=FILED_AT))

        with pytest.raises(StateRefused, match="somebody else was first"):
            append_event(ledger, old, new_event(COMPLAINT, AcknowledgeBody(letter="x"), by="evenhand 1", at=FILED_AT))
        assert ledger.size == 2


def test_the_same_complaint_filed_twice_is_there_once(folder: Path) -> None:
    """A folder is read again after a crash."""
    append(folder, TO_REVIEW[0][1])

    with pytest.raises(StateRefused):
        append(folder, TO_REVIEW[0][1])


def test_a_history_that_does_not_follow_is_refused(folder: Path) -> None:
    """Somebody wrote an event past the table."""
    append(folder, TO_REVIEW[0][1])
    event = chain([*TO_REVIEW[:1], ("anna", AdmitBody(decide_by=FILED_AT))])[-1]
    with open_ledger(folder) as ledger:
        complaint = read_complaints(ledger).by_id[COMPLAINT]
        ledger.append([event_record(event, complaint)], FILED_AT)

        with pytest.raises(HistoryConflict, match="entry 1"):
            read_complaints(ledger)


def test_what_was_erased_is_counted_and_the_others_are_read(folder: Path) -> None:
    """Words and contact are personal data: they go with the party."""
    append(folder, TO_REVIEW[0][1])
    append(folder, AcknowledgeBody(), "evenhand 1")
    with open_ledger(folder) as ledger:
        other = new_event("c-other", _of_another_party(), by="Other", at=FILED_AT)
        append_event(ledger, read_complaints(ledger), other)

    erase(folder, (), FILED_AT, basis="GDPR Art. 17", by="dpo", subject="made-up")

    with open_ledger(folder) as ledger:
        read = read_complaints(ledger)
    assert (list(read.by_id), read.erased) == (["c-other"], 2)


def test_a_complaint_of_which_a_part_was_erased_does_not_stop_the_others(folder: Path) -> None:
    """A gap in the numbers is an erasure."""
    append(folder, TO_REVIEW[0][1])
    append(folder, AcknowledgeBody(), "evenhand 1")
    erase(folder, (0,), FILED_AT, basis="GDPR Art. 17", by="dpo")

    with open_ledger(folder) as ledger:
        read = read_complaints(ledger)

    assert (read.by_id, read.erased) == ({}, 2)


def test_a_complaint_is_found_by_the_beginning_of_its_id(folder: Path) -> None:
    """As people type it; two that begin so are named."""
    append(folder, TO_REVIEW[0][1])
    with open_ledger(folder) as ledger:
        read = read_complaints(ledger)

    assert read.get("c-0123").id == COMPLAINT
    for wrong in ("c-1", ""):
        with pytest.raises(NotFound, match="no complaint"):
            read.get(wrong)


def test_records_of_other_kinds_are_passed_over(folder: Path) -> None:
    """The ledger has everything else too."""
    with open_ledger(folder) as ledger:
        ledger.append([LogRecord(kind="correction", payload=canonical({"v": 1}))], FILED_AT)
        assert not read_complaints(ledger).by_id


def _of_another_party() -> FileBody:
    body = file_body()
    return FileBody(
        decision="d-other", party_kind="advertiser", party_id="other", filed_by="Other", reasons=body.reasons,
        words=body.words, acknowledge_by=body.acknowledge_by,
    )  # fmt: skip


def test_an_event_that_does_not_name_the_hash_of_the_one_before_is_refused(folder: Path) -> None:
    """The chain holds within a complaint, whatever the log around it says."""
    filed = append(folder, TO_REVIEW[0][1])
    event = new_event(COMPLAINT, AcknowledgeBody(), by="evenhand 1", at=FILED_AT)
    with open_ledger(folder) as ledger:
        ledger.append([event_record(structs.replace(event, seq=1), filed)], FILED_AT)

        with pytest.raises(HistoryConflict, match=f"event 1 of complaint {COMPLAINT} does not follow"):
            read_complaints(ledger)

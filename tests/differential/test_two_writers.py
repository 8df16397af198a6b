"""Records that a second process commits to are those that one process writes, and a process that is lost loses none."""

import hashlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ledger import Ledger
from evenhand.ledger.leaf import commit_record
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.model.errors import ProcessEnded, RecordRefused
from evenhand.model.log import LogRecord, Receipt
from evenhand.model.record import canonical
from evenhand.store.public_files import PublicFiles
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.evaluation import rulings
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.evaluation.run_state import read_state
from evenhand.workflows.evaluation.side_process import can_work_beside
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledgers import verify_folder
from evenhand.workflows.run import conditions_beside, network_run, record_writer, register_beside, run_worker
from evenhand.workflows.run.record_writer import commitments, write_records
from tests.differential.test_shared_screening import children
from tests.networks import full_network
from tests.suffixes import SUFFIXES
from tests.unit.ledger.making import AT, KEY, new_folder, record

pytestmark = pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")

Groups = list[tuple[LogRecord, ...]]


@contextmanager
def two_processes(chunk: int = 3) -> Iterator[None]:
    """Let two processes write even a few records, a few at a time, of rulings that SQL proposes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_writer, "_WORTH_A_PROCESS", 0)
        patch.setattr(run_worker, "_WORTH_BEGINNING", 0)
        patch.setattr(record_writer, "_CHUNK", chunk)
        patch.setattr(rulings, "_WORTH_SQL", 1)
        patch.setattr(conditions_beside, "_WORTH_A_PROCESS", 0)
        patch.setattr(register_beside, "_WORTH_A_PROCESS", 0)
        yield


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """Give a ledger whose salts are all different, and the same in every test."""
    tables, number = SqliteTables(folder / "private" / "ledger.sqlite"), count()

    def draw(size: int) -> bytes:
        return hashlib.shake_256(b"%d" % next(number)).digest(size)

    try:
        yield Ledger(tables, PublicFiles(folder / "public"), KEY, draw)
    finally:
        tables.close()


def written(folder: Path, groups: Groups) -> tuple[list[Receipt], list[tuple[Any, ...]]]:
    """Return the receipts of records written to a new ledger, and all of its rows."""
    receipts: list[Receipt] = []
    with opened(new_folder(folder)) as ledger, run_worker.run_worker(SUFFIXES) as worker:
        write_records(ledger, groups, AT, lambda found, _: receipts.extend(found), expected=len(groups), worker=worker)
    tables = SqliteTables(folder / "private" / "ledger.sqlite")
    try:
        return receipts, [(each.seq, each.leaf, each.leaf_hash, each.body, each.salt) for each in tables.entries()]
    finally:
        tables.close()


def public_files(ledger: Path) -> dict[str, bytes]:
    """Return the bytes of a ledger's public files by name."""
    return {
        str(each.relative_to(ledger)): each.read_bytes() for each in (ledger / "public").rglob("*") if each.is_file()
    }


def plain_values() -> st.SearchStrategy[Any]:
    """Return what payloads are made of."""
    leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.text('aé\\"☃', max_size=4)
    return st.recursive(leaves, lambda each: st.lists(each, max_size=3) | objects(each), max_leaves=8)


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with names that sealing looks for, and others."""
    names = st.sampled_from(["facts", "context", "entities", "attrs", "uid", "id", "type", "outcome", "keys", "a/b"])
    return st.dictionaries(names, values, max_size=4)


@settings(max_examples=12, deadline=None)
@given(
    payloads=st.lists(
        st.lists(st.tuples(objects(plain_values()), st.booleans()), min_size=1, max_size=2), min_size=1, max_size=9
    )
)
def test_two_processes_write_what_one_writes(
    tmp_path_factory: pytest.TempPathFactory, payloads: list[list[tuple[dict[str, Any], bool]]]
) -> None:
    """The same rows with the same salts in the same order, whatever is in the payloads; and the same receipts."""
    number = count()
    groups = [
        tuple(
            LogRecord(
                kind="decision", payload=canonical(payload | ({"sealing": 1} if sealed else {})), key=f"k{next(number)}"
            )
            for payload, sealed in group
        )
        for group in payloads
    ]
    folder = tmp_path_factory.mktemp("ledgers")

    alone = written(folder / "alone", groups)
    with two_processes():
        both = written(folder / "both", groups)

    assert both == alone
    assert len(both[1]) == sum(map(len, groups))


def test_a_run_with_two_processes_writes_the_same_and_knows_the_same(tmp_path: Path) -> None:
    """Ledger, register and conditions; and what the run keeps of its own decisions is what a fold over them gives."""
    begun = full_network(tmp_path / "begun")
    alone, both = begun.copy(tmp_path / "alone"), begun.copy(tmp_path / "both")

    alone.run()
    with two_processes():
        both.run()

    assert both.payloads() == alone.payloads()
    for name in ("out/register.jsonl", "state/conditions.msgpack"):
        assert (both.folder / name).read_bytes() == (alone.folder / name).read_bytes()
    assert public_files(both.folder / "ledger") == public_files(alone.folder / "ledger")
    with open_ledger(both.folder / "ledger") as ledger:
        state = read_state(both.network.state, ledger.checkpoint, ledger.root)
        assert state.history is not None
        assert state.history.cases == fold(ledger).cases
        assert state.history.cases
    with open_ledger(alone.folder / "ledger") as ledger:
        assert state.ruled == read_state(alone.network.state, ledger.checkpoint, ledger.root).ruled


def test_a_run_begins_the_process_before_it_reads_and_no_other(tmp_path: Path) -> None:
    """It ends with a run that fails."""
    made, before, beside = full_network(tmp_path), children(), list[set[int]]()

    def noting(name: str, patch: pytest.MonkeyPatch) -> None:
        real = getattr(network_run, name)

        def noted(*given: Any, **named: Any) -> Any:
            beside.append(children() - before)
            if name == stops:
                raise KeyError
            return real(*given, **named)

        patch.setattr(f"evenhand.workflows.run.network_run.{name}", noted)

    for stops in ("read_inputs", ""):
        beside.clear()
        with two_processes(), pytest.MonkeyPatch.context() as patch:
            for name in ("read_state", "read_inputs", "write_tables"):
                noting(name, patch)
            if stops:
                with pytest.raises(KeyError):
                    made.run()
            else:
                made.run()
        assert children() <= before
        assert len(beside) == (2 if stops else 3)
        assert len(beside[0]) == 1
        assert all(each == beside[0] for each in beside)


def test_a_record_that_is_refused_there_is_refused_here_in_the_same_words(tmp_path: Path) -> None:
    """Of its chunk nothing is stored, and what was appended before stays."""
    groups = [(record(number),) for number in range(7)]
    groups[4] = (LogRecord(kind="decision", payload=b'{"b":1, "a":2}'),)

    with two_processes(), pytest.raises(RecordRefused, match="payload is not canonical"):
        written(tmp_path / "ledger", groups)

    with opened(tmp_path / "ledger") as ledger:
        assert ledger.size == 3


def test_a_process_that_is_killed_stops_the_run_in_one_line_and_leaves_the_ledger_good(tmp_path: Path) -> None:
    """The ledger has whole chunks in their order, verifies, and takes the rest when the run is made again."""
    groups = [(record(number),) for number in range(12)]
    asked = count()

    def deadly(forms: SealingForms, question: memoryview) -> bytes:
        if next(asked) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return commitments(forms, question)

    with two_processes(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_worker, "commitments", deadly)
        with pytest.raises(
            ProcessEnded, match="records and register, was ended by SIGKILL; what was recorded before is safe"
        ):
            written(tmp_path / "ledger", groups)

    with opened(tmp_path / "ledger") as ledger:
        assert [payload for _, _, payload in ledger.entries()] == [each.payload for (each,) in groups[:6]]
        ledger.append([each for (each,) in groups], AT)
        ledger.publish(AT)
        assert [payload for _, _, payload in ledger.entries()] == [each.payload for (each,) in groups]
    assert verify_folder(tmp_path / "ledger").ok


def test_a_record_is_looked_at_before_it_is_committed_to() -> None:
    """The ledger asks no more of what is committed to elsewhere."""
    with pytest.raises(RecordRefused, match="unknown kind"):
        commit_record(LogRecord(kind="gossip", payload=b"{}"), bytes(32))  # type: ignore[arg-type]  # no kind of leaf

"""A small process that begins before a run reads anything, and makes what the run hands it everything for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from evenhand.ledger.sealing_forms import SealingForms
from evenhand.model.hosts import Suffixes
from evenhand.workflows.evaluation.side_process import SideWorker, can_work_beside
from evenhand.workflows.run.record_writer import COMMIT, commitments
from evenhand.workflows.run.register_beside import RegisterMaker

_WORTH_BEGINNING = 1 << 17  # bytes of tables: those of 4,000 advertisers have more, compressed or not

_Work = Callable[[memoryview], bytes]


@contextmanager
def run_worker(suffixes: Suffixes, tables: Iterable[Path] = ()) -> Iterator[SideWorker | None]:
    """Give the process that commits to records and makes the register; None where there is no core for it.

    It begins now where the tables are large, else with what it is first asked. A process keeps the memory that this
    one had when it was begun, whatever of it is let go of later: so it begins before anything is read.
    """
    if not can_work_beside():
        yield None
        return
    works: dict[bytes, _Work] = {COMMIT: partial(commitments, SealingForms()), **RegisterMaker(suffixes).works()}
    worker = SideWorker("records and register", partial(_answer, works), lost="what was recorded before is safe")
    try:
        if sum(each.stat().st_size for each in tables if each.is_file()) >= _WORTH_BEGINNING:
            worker.begin()
        yield worker
    finally:
        worker.end()


def _answer(works: Mapping[bytes, _Work], question: bytes) -> bytes:
    return works[question[:1]](memoryview(question)[1:])

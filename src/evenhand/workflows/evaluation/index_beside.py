"""The index of lists, made by another process while tables are read: a first run needs it right after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from evenhand.model.errors import EvenhandError
from evenhand.model.hosts import Suffixes
from evenhand.screening.index.cache import kept_index
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists
from evenhand.workflows.evaluation.side_process import SideProcess, can_work_beside

_WORTH_A_PROCESS = 2_000  # entries: the index of fewer is made as fast as a process is begun and its file read


@contextmanager
def index_beside(lists: Lists, memory: FindingsMemory | None, suffixes: Suffixes) -> Iterator[Callable[[], None]]:
    """Let a first run have the index of its lists made beside what happens within; what is given waits until it is.

    A later run screens few parties anew, if any, and may need none.

    Raises:
        ProcessEnded: the other process was ended.
    """
    path, entries = lists.index, sum(version.entries for version in lists.versions.values())
    if path is None or path.exists() or memory is not None or entries < _WORTH_A_PROCESS or not can_work_beside():
        yield lambda: None
        return
    file, whole = path, [(version, lists.entities(version)) for version in lists.versions.values()]

    def make() -> bytes:
        with suppress(EvenhandError, OSError):  # met again, and told, where the index is opened
            kept_index(file, whole, suffixes)
        return b""

    process = SideProcess("the index of lists", make)
    try:
        yield lambda: _done(process)
    finally:
        process.end()


def _done(process: SideProcess) -> None:
    process.result()

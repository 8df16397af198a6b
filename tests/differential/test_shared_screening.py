"""Parties screened by two processes find what one finds, and a process that is lost fails the run."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evenhand.model.errors import ProcessEnded
from evenhand.model.listing import ListedEntity
from evenhand.model.party import Payer
from evenhand.screening import Index
from evenhand.screening.index.prefilter import Prefilter
from evenhand.workflows.evaluation import index_beside, shared_screening
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, PartyKey, screen_parties
from evenhand.workflows.evaluation.shared_screening import findings_of
from evenhand.workflows.evaluation.side_process import SideProcess, can_work_beside
from tests.differential.test_screening import changed, made_up_names
from tests.unit.screening.made_up import SUFFIXES, entity, version

pytestmark = pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")

LIST = version("made-up")


def made_up(count: int) -> tuple[dict[PartyKey, Payer], tuple[ListedEntity, ...]]:
    """Return parties, many of them named much like entries, and the entries."""
    chance = random.Random(7)
    names = made_up_names(40, chance)
    entries = tuple(entity(f"e{at}", name=name) for at, name in enumerate(names))
    alike = [changed(chance.choice(names), chance) for _ in range(count)]
    return {("advertiser", f"a{at}"): Payer(id=f"a{at}", name=name) for at, name in enumerate(alike)}, entries


def screened(count: int, prefilter: Path | None) -> tuple[FindingsMemory, list[tuple[str, int, int]]]:
    """Return what a first run finds, and the progress that it showed."""
    parties, entries = made_up(count)
    lists = Lists({LIST.key: LIST}, lambda _: entries, lambda _: (), prefilter=prefilter)
    shown: list[tuple[str, int, int]] = []
    return screen_parties(parties, lists, None, SUFFIXES, lambda *each: shown.append(each))[0], shown


@contextmanager
def two_processes(at_once: int = 16) -> Iterator[None]:
    """Let two processes screen even a few parties."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared_screening, "_WORTH_A_PROCESS", 1)
        patch.setattr(shared_screening, "_AT_ONCE", at_once)
        yield


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    """The same findings in the same order of parties, the same prefilter for the next run, and progress to the end.

    Without a prefilter everybody is compared.
    """
    plain, shown_plain = screened(1_001, None)
    alone, _ = screened(1_001, tmp_path / "alone")
    with two_processes():
        both, shown = screened(1_001, tmp_path / "both")

    assert list(both.seen.items()) == list(alone.seen.items()) == list(plain.seen.items())
    assert sum(map(len, (each.noticed for each in both.seen.values()))) > 500
    assert (tmp_path / "both").read_bytes() == (tmp_path / "alone").read_bytes()
    assert Prefilter.open(tmp_path / "both").known == {each.content for each in both.seen.values()}
    assert [each[1] for each in shown] == sorted({each[1] for each in shown})
    assert shown_plain[-1] == ("screening", 1_001, 1_001)
    assert shown[-1] == ("screening", shown[0][2], shown[0][2])
    assert shown[0][2] < 1_001


class Deadly(list[tuple[str, Payer]]):
    """Parties that end any other process which looks at them."""

    own = os.getpid()

    def __getitem__(self, key: object) -> list[tuple[str, Payer]]:  # type: ignore[override]  # slices alone are asked for
        if os.getpid() != self.own:
            os.kill(os.getpid(), signal.SIGKILL)
        return []


def test_a_process_that_is_killed_fails_the_run_in_one_line() -> None:
    """Its findings are lost: a run that went on would allow whom they speak of."""
    parties = Deadly((kind, party) for (kind, _), party in made_up(32)[0].items())
    Deadly.own = os.getpid()

    def wait(*_: object) -> None:
        """Leave the other process its share: wait for its end before anything is taken here but the first."""
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)

    with two_processes(), pytest.raises(ProcessEnded, match="screening, was ended by SIGKILL; nothing was decided"):
        findings_of(parties, Index([], SUFFIXES), wait)  # type: ignore[arg-type]  # a list of parties all the same


@contextmanager
def made_beside(lists: Lists, memory: FindingsMemory | None = None) -> Iterator[Callable[[], None]]:
    """Let another process make the index of even a few entries, and give what waits for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_beside, "_WORTH_A_PROCESS", 0)
        with index_beside.index_beside(lists, memory, SUFFIXES) as index_is_kept:
            yield index_is_kept


def test_an_index_made_beside_is_opened_and_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first run would read its tables first, and then make the index with one core idle."""
    parties, entries = made_up(40)
    lists = Lists({LIST.key: LIST}, lambda _: entries, lambda _: (), index=tmp_path / "index")
    alone = screen_parties(parties, Lists(lists.versions, lists.entities, lists.relations), None, SUFFIXES, print)[0]

    with made_beside(lists) as index_is_kept:
        monkeypatch.setattr(Index, "__init__", None)  # here it can be opened, not made
        both, _ = screen_parties(parties, lists, None, SUFFIXES, print, index_is_kept=index_is_kept)

    assert both.seen == alone.seen
    assert any(each.noticed for each in both.seen.values())


def test_an_index_that_cannot_be_kept_is_told_where_it_is_opened(tmp_path: Path) -> None:
    """In the words that it always had."""
    parties, entries = made_up(4)
    (tmp_path / "file").touch()
    lists = Lists({LIST.key: LIST}, lambda _: entries, lambda _: (), index=tmp_path / "file" / "index")

    with made_beside(lists) as index_is_kept, pytest.raises(NotADirectoryError):
        screen_parties(parties, lists, None, SUFFIXES, print, index_is_kept=index_is_kept)


def test_an_index_is_made_beside_for_a_first_run_alone(tmp_path: Path) -> None:
    """Later few parties are screened anew, and perhaps none."""
    lists = Lists({LIST.key: LIST}, lambda _: (), lambda _: (), index=tmp_path / "index")

    with made_beside(lists, FindingsMemory("", {}, {})) as index_is_kept:
        index_is_kept()

    assert not (tmp_path / "index").exists()


def test_work_that_fails_beside_says_what_it_was() -> None:
    """A disk that is full shows only there."""

    def fail() -> bytes:
        raise OSError(28, "no space")

    process = SideProcess("x", fail)
    with pytest.raises(ProcessEnded, match=r"failed: OSError: \[Errno 28\] no space"):
        process.result()
    process.end()


def test_an_answer_that_cannot_be_left_whole_is_none() -> None:
    """The disk may be full when the work is done: half of what was found would pass for all."""

    def find() -> bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        return b"found " * 1_000

    process = SideProcess("x", find)
    with pytest.raises(ProcessEnded, match="failed: 1"):
        process.result()
    process.end()


def test_a_process_ends_when_its_work_is_done() -> None:
    """What it holds in memory nobody needs: a large answer may be asked for much later."""
    before = children()
    process = SideProcess("x", lambda: bytes(1 << 20))
    (beside_it,) = children() - before

    while Path(f"/proc/{beside_it}/cmdline").read_bytes():  # a process that ended and was not waited for has none
        time.sleep(0.01)

    assert process.result() == bytes(1 << 20)
    process.end()


def children() -> set[str]:
    """Return the processes that this one began and that are still there; other tests of this process may have some."""
    return {each for path in Path("/proc/self/task").glob("*/children") for each in path.read_text().split()}


def test_what_fails_within_ends_the_process_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for work whose run is over."""
    lists = Lists({LIST.key: LIST}, lambda _: (), lambda _: (), index=tmp_path / "index")
    monkeypatch.setattr(index_beside, "kept_index", lambda *_: signal.pause())
    before, beside_it = children(), set[str]()

    def fail_beside() -> None:
        with made_beside(lists):
            beside_it.update(children() - before)
            raise KeyError

    with pytest.raises(KeyError):
        fail_beside()

    assert len(beside_it) == 1
    assert children() <= before


def test_a_process_ends_with_the_one_that_began_it() -> None:
    """It would hold the lock on the ledger, and every further run would wait for it."""
    code = (
        "import signal, sys\n"
        "from evenhand.workflows.evaluation.side_process import SideProcess\n"
        "process = SideProcess('x', lambda: sys.stdout.write('begun\\n') and sys.stdout.flush() or signal.pause())\n"
        "process.result()\n"
    )
    began = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert began.stdout is not None
    assert began.stdout.readline() == b"begun\n"

    began.kill()

    # Who still has the output open keeps this waiting.
    assert began.communicate(timeout=60)[0] == b""

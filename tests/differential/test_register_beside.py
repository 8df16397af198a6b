"""A run whose register another process makes, beside one that makes it itself."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.errors import ProcessEnded, RegisterInvalid
from evenhand.workflows.delivery import publication
from evenhand.workflows.delivery.publication import MadeRegister, write_rows
from evenhand.workflows.evaluation.side_process import can_work_beside
from evenhand.workflows.run import register_beside
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork, full_network

pytestmark = pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")
WRITTEN = (
    "out/register.jsonl", "out/register.evh", "out/decisions.csv", "out/decisions.xlsx", "out/decisions.parquet",
    "state/conditions.msgpack", "state/meta.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = full_network(tmp_path_factory.mktemp("begun") / "network")
    made.run(DAY_1)
    return made


@contextmanager
def beside(work: Callable[[], object] = int, at_once: int = 2) -> Iterator[None]:
    """Let another process make the register of even a few parties, handed over a few at a time; do this work before."""

    def after(*given: Any) -> MadeRegister:
        assert os.getpid() != parent
        work()
        return write_rows(*given)

    parent = os.getpid()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(register_beside, "_WORTH_A_PROCESS", 0)
        patch.setattr(register_beside, "_AT_ONCE", at_once)
        patch.setattr(register_beside, "write_rows", after)
        yield


def stopped(made: MadeNetwork) -> str:
    """Return what stops a run."""
    with pytest.raises(OSError) as error:  # noqa: PT011  the two runs are compared by what it says
        made.run(DAY_2)
    return str(error.value).replace(str(made.folder), "DIR")


def test_a_register_made_beside_is_the_one_made_in_turn(begun: MadeNetwork, tmp_path: Path) -> None:
    """Byte for byte with all else that a run gives out, keeps and reports, over days on which something changes."""
    alone, both = begun.copy(tmp_path / "alone"), begun.copy(tmp_path / "both")

    for day, cells in (
        (DAY_2, {"country": "QP", "domains": "ferrolit.example"}),
        (DAY_3, {"verification": "register"}),
    ):
        for made in (alone, both):
            made.row("advertisers", "bakery").update(cells)
        expected = alone.run(day)
        with beside():
            assert both.run(day) == expected
        for name in WRITTEN:
            assert (both.folder / name).read_bytes() == (alone.folder / name).read_bytes(), name
        assert both.payloads() == alone.payloads()
    assert len(alone.payloads("register")) == 3


@pytest.mark.parametrize("blocked", ["out/register.jsonl", "out/decisions.csv"])
def test_what_cannot_be_written_stops_the_run_in_the_same_words(
    begun: MadeNetwork, tmp_path: Path, blocked: str
) -> None:
    """Where it is a table for people, the gate has its register all the same, and it is in the ledger."""
    alone, both = begun.copy(tmp_path / "alone"), begun.copy(tmp_path / "both")
    for made in (alone, both):
        made.row("advertisers", "bakery").update(domains="ferrolit.example")
        (made.folder / blocked).unlink()
        (made.folder / blocked).mkdir()

    expected = stopped(alone)
    with beside():
        assert stopped(both) == expected

    assert both.payloads() == alone.payloads()
    if blocked != "out/register.jsonl":
        for made in (alone, both):
            assert len(made.payloads("register")) == 2
            assert made.register()[1]["bakery"].outcome == "refuse"


def test_a_process_that_makes_a_register_and_dies_leaves_the_old_one(begun: MadeNetwork, tmp_path: Path) -> None:
    """The run stops in one line; what it decided is recorded, and the next run makes the register of it."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "bakery").update(domains="ferrolit.example")
    before = {name: (made.folder / name).read_bytes() for name in ("out/register.jsonl", "out/register.evh")}

    with (
        beside(lambda: os.kill(os.getpid(), signal.SIGKILL)),
        pytest.raises(ProcessEnded, match="records and register, was ended by SIGKILL; what was recorded before"),
    ):
        made.run(DAY_2)
    assert before == {name: (made.folder / name).read_bytes() for name in before}
    decided = len(made.decisions())
    assert decided > len(begun.decisions())

    assert made.run(DAY_2).decisions == 0
    assert len(made.decisions()) == decided
    assert made.register()[1]["bakery"].outcome == "refuse"


def test_a_row_that_no_reader_would_take_stops_the_run_in_the_same_words(begun: MadeNetwork, tmp_path: Path) -> None:
    """The other process takes no part of such a register, and the next run's is whole again."""
    made, kept = begun.copy(tmp_path / "network"), register_beside.register_rows

    def spoilt(*given: Any) -> Any:
        rows, sentences = kept(*given)
        return (msgspec.structs.replace(row, verification=9) for row in rows), sentences

    with beside(), pytest.MonkeyPatch.context() as patch:
        for module in (register_beside, publication):
            patch.setattr(module, "register_rows", spoilt)
        with pytest.raises(RegisterInvalid, match="verification"):
            made.run(DAY_2)
    before = (begun.folder / "out/register.jsonl").read_bytes()
    assert (made.folder / "out/register.jsonl").read_bytes() == before
    with beside():
        made.run(DAY_3)
    assert made.register()[1].keys() == begun.register()[1].keys()

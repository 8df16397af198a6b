"""What the last run knew is used only where it belongs."""

import dataclasses
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.model.errors import HistoryConflict
from evenhand.model.judgement import Judgement
from evenhand.model.log import Checkpoint
from evenhand.workflows.evaluation import kept_cases
from evenhand.workflows.evaluation.findings import is_seen_again
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.kept_cases import CASES
from evenhand.workflows.evaluation.known_rulings import rulings_to_write
from evenhand.workflows.evaluation.run_state import (
    PREFILTER,
    RunState,
    begin_state,
    read_cases,
    read_history,
    read_history_without_cases,
    read_memory,
    read_party_history,
    read_state,
)
from evenhand.workflows.operations import open_ledger
from tests.networks import DAY_1, MadeNetwork

JUDGEMENT = Judgement(
    party_kind="advertiser", party_id="a1", list="house-a", entity_id="e1", verdict="same", by="A. Reviewer", at=DAY_1,
    why="made up", used={"name": ("0", "1")}, scorer="1",
)  # fmt: skip


def begin(folder: Path, state: RunState, last: RunState | None = None) -> Callable[[Checkpoint], None]:
    """Write a state as a run does."""
    return begin_state(
        folder,
        state.memory,
        rulings_to_write(state.ruled, None if last is None else last.ruled),
        state.history,
        last=last,
        is_seen_again=state.memory is not None and last is not None and is_seen_again(state.memory, last.memory),
    )


@pytest.fixture(scope="module")
def head(begun: MadeNetwork) -> Checkpoint:
    with open_ledger(begun.folder / "ledger") as ledger:
        assert ledger.checkpoint is not None
        return ledger.checkpoint


def test_what_is_written_is_read_again(begun: MadeNetwork, head: Checkpoint, tmp_path: Path) -> None:
    """Findings, rulings and decisions, in their order."""
    state = read_state(begun.folder / "state", head)

    begin(tmp_path / "state", state)(head)

    assert state.memory is not None
    found = read_state(tmp_path / "state", head)
    assert found == state
    assert len({id(each.rulebook) for known in found.history.cases.values() for each in known}) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"state"}


def test_a_table_that_would_be_the_same_is_taken_over(begun: MadeNetwork, head: Checkpoint, tmp_path: Path) -> None:
    """What nobody changed is not written again; what is another, or parties in another order, is written as it is."""
    folder, tables = tmp_path / "state", ("findings.parquet", "rulings.msgpack")
    begin(folder, read_state(begun.folder / "state", head))(head)
    last = read_state(folder, head)
    assert last.memory is not None
    first = [(folder / each).stat().st_ino for each in tables]

    begin(folder, read_state(folder, head), last=last)(head)

    assert [(folder / each).stat().st_ino for each in tables] == first
    assert read_state(folder, head) == last

    turned = dict(reversed(last.memory.seen.items()))
    fewer = dict(list(last.ruled.items())[1:])
    begin(folder, RunState(replace(last.memory, seen=turned), fewer, last.history), last=last)(head)

    found = read_state(folder, head)
    assert found.memory is not None
    assert list(found.memory.seen.items()) == list(turned.items())
    assert found.ruled == fewer


def test_a_decision_that_was_overtaken_is_let_go_of_in_the_state_too(
    begun: MadeNetwork, head: Checkpoint, tmp_path: Path
) -> None:
    """Nobody may find it in force again; after an erasure nothing of what was kept counts."""
    folder = tmp_path / "state"
    begin(folder, read_state(begun.folder / "state", head))(head)
    state = read_state(folder, head)
    case, (one, *_) = next(iter(state.history.cases.items()))
    state.history.cases[case] = [replace(one, until=one.effective_from), one]
    begin(folder, state)(head)
    state = read_state(folder, head)
    assert len(state.history.cases[case]) == 2

    state.history.settle(one.effective_from)
    begin(folder, state, last=state)(head)

    assert read_state(folder, head).history.cases[case] == [one]
    state = read_state(folder, head)
    state.history.forget()
    begin(folder, state, last=state)(head)
    assert not read_state(folder, head).history.cases


@settings(max_examples=20)
@given(days=st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=5), most=st.integers(0, 6))
@example(days=[[0, 1], [], [1], [0, 1, 2, 3]], most=3)
def test_decisions_of_few_cases_beside_the_table_are_as_good_as_a_new_table(
    begun: MadeNetwork, head: Checkpoint, days: list[list[int]], most: int
) -> None:
    """Whoever asks for decisions finds the last ones, in the order in which the cases were opened."""
    with tempfile.TemporaryDirectory() as name, patch.object(kept_cases, "_MOST_CHANGED", most):
        folder, whole = Path(name, "state"), Path(name, "whole")
        begin(folder, read_state(begun.folder / "state", head))(head)
        every = list(read_state(folder, head).history.cases.values())
        new = [replace(known[-1], case=f"{known[-1].case}-new", id=f"{known[-1].id}-new") for known in every[:5]]
        made = [*new, *(known[-1] for known in every[:5])]
        for day, places in enumerate(days, 1):
            state, table = read_state(folder, head), (folder / CASES).stat().st_ino
            for place in places:
                at = DAY_1 + timedelta(days=day)
                state.history.take(replace(made[place], seq=1_000 * day + place, decided_at=at, effective_from=at))
            begin(folder, state, last=state)(head)
            begin(whole, state)(head)

            found = read_state(folder, head)
            assert list(found.history.cases.items()) == list(read_state(whole, head).history.cases.items())
            beside = msgspec.json.decode((folder / "meta.json").read_bytes())["changed"]
            assert ((folder / CASES).stat().st_ino == table) is bool(beside or not places)
            assert len(beside) <= most
            assert_same_for_parties(folder, whole, head, found)


def assert_same_for_parties(folder: Path, whole: Path, head: Checkpoint, state: RunState) -> None:
    parties = {(each.party_kind, each.party_id) for known in state.history.cases.values() for each in known}
    for party in sorted(parties)[:4]:
        one, other = (read_party_history(each, head, lambda _: b"", party) for each in (folder, whole))
        assert one is not None
        assert one == other
        assert {each.party_id for known in one.cases.values() for each in known} == {party[1]}
    some = {party_id for _, party_id in sorted(parties)[:3]}
    assert list(read_cases(folder, some).items()) == list(read_cases(whole, some).items())
    assert not read_history_without_cases(folder, head, lambda _: b"").cases


def test_the_sieve_of_parties_stays_when_the_rest_is_replaced(
    begun: MadeNetwork, head: Checkpoint, tmp_path: Path
) -> None:
    """It is dear to make, and known by what it holds: the next run may use it."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / PREFILTER).write_bytes(b"made up")

    begin(tmp_path / "state", read_state(begun.folder / "state", head))(head)

    assert (tmp_path / "state" / PREFILTER).read_bytes() == b"made up"
    assert read_memory(tmp_path / "state", head)[0] is not None


def test_judgements_are_kept_in_the_order_of_the_ledger(begun: MadeNetwork, head: Checkpoint, tmp_path: Path) -> None:
    """The last word on a pair counts, so their order does."""
    state, history = read_state(begun.folder / "state", head), History(size=head.size)
    for seq, verdict in ((7, "same"), (9, "not-same"), (11, "lapsed")):
        history.judge(seq, replace(JUDGEMENT, verdict=verdict))

    begin(tmp_path / "state", dataclasses.replace(state, history=history))(head)

    assert read_history(tmp_path / "state", head).judgements == history.judgements
    assert read_memory(tmp_path / "state", head) == (state.memory, head.size)
    assert read_memory(tmp_path / "nothing", head) == (None, 0)


def other_format(folder: Path) -> None:
    meta = msgspec.json.decode((folder / "meta.json").read_bytes())
    (folder / "meta.json").write_bytes(msgspec.json.encode(meta | {"format": -1}))


@pytest.mark.parametrize(
    "spoil",
    [
        other_format,
        lambda folder: (folder / "meta.json").write_text("{"),
        lambda folder: (folder / "findings.parquet").unlink(),
        lambda folder: (folder / "rulings.msgpack").write_bytes((folder / "in_force.parquet").read_bytes()),
    ],
)
def test_a_state_that_is_not_whole_is_none(
    begun: MadeNetwork, head: Checkpoint, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    """Everything is done again; nothing is guessed."""
    made = begun.copy(tmp_path / "network")
    spoil(made.folder / "state")

    assert read_state(made.folder / "state", head) == RunState()


def test_the_state_of_another_log_is_none_and_of_another_head_has_no_history(
    begun: MadeNetwork, head: Checkpoint, tmp_path: Path
) -> None:
    """Findings depend on tables and lists alone; decisions on the ledger that they were folded from."""
    folder = begun.folder / "state"

    assert read_state(folder, replace(head, origin="another.example/log")) == RunState()
    assert read_state(folder, None) == RunState()
    older = read_state(folder, replace(head, size=head.size - 1))
    assert (older.memory is not None, older.history) == (True, History())
    assert read_history(tmp_path, head) == History()
    assert read_history(folder, replace(head, root=bytes(32))) == History()
    assert read_history(folder, head).size == head.size


def test_the_history_of_an_earlier_head_counts_where_the_log_begins_with_it(
    begun: MadeNetwork, head: Checkpoint
) -> None:
    """People add records between runs: what was folded before them is not folded again."""
    folder = begun.folder / "state"
    later = replace(head, size=head.size + 3, root=bytes(32))

    assert read_history(folder, later, lambda size: head.root if size == head.size else b"").size == head.size
    assert read_state(folder, later, lambda _: head.root).history.size == head.size
    assert read_history(folder, later, lambda _: bytes(32)) == History()
    assert read_history(folder, replace(head, size=head.size - 1), lambda _: head.root) == History()

    def damaged(size: int) -> bytes:
        raise HistoryConflict("a tile is missing", got=size)

    assert read_history(folder, later, damaged) == History()


def test_there_is_no_state_of_a_run_that_saw_nothing(tmp_path: Path, head: Checkpoint) -> None:
    """Then the folder stays as it was."""
    begin(tmp_path / "state", RunState())(head)

    assert not (tmp_path / "state").exists()

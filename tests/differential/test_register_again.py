"""A register written in place of one with the same rows, beside one that is made whole."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.gate.registers.both_forms import write_registers
from evenhand.gate.registers.renewed_head import compiled_digest
from evenhand.model.errors import RegisterInvalid
from evenhand.model.register import RegisterRow
from evenhand.workflows.delivery import kept_register
from evenhand.workflows.run.network_run import run
from tests.differential.test_register_forms import LATER, ROWS, registers, written
from tests.networks import BY, DAY_1, TOOLS, MadeNetwork, full_network
from tests.unit.gate.registers import SEED, SUFFIXES, head, row

OTHER_SEED = SEED[::-1]
HOURS = timedelta(hours=20)


@st.composite
def two_registers(draw: st.DrawFn) -> tuple[list[RegisterRow], list[RegisterRow]]:
    """Return rows, and rows of a next run: often the same, in another order, without one, or with another."""
    first = draw(registers())
    second = draw(st.one_of(st.just(first), st.permutations(first)))
    if draw(st.booleans()):
        second = [*second, *draw(registers())][: draw(st.integers(0, 6))]
    return first, second


def seed_of(compiled: Path) -> bytes:
    """Return what keys are hashed by, which is at the beginning of the compiled form."""
    return compiled.read_bytes()[8:24]


@given(two_registers())
@example((ROWS, ROWS[::-1]))
@example(([row("a", domains=("www.one.example",))], [row("a", domains=("one.example",))]))
@example(([row("a", names=("One",))], [row("a", names=("Two",))]))
@example(([row("a", domains=("a.one.example",)), row("b", domains=("one.example",))],) * 2)
def test_a_register_in_place_of_another_is_what_is_made_whole(
    rows: tuple[list[RegisterRow], list[RegisterRow]],
) -> None:
    """Byte for byte, with the same warnings or words; where the seed is the one in place, the rows are the same."""
    before, after = rows
    with tempfile.TemporaryDirectory() as folder:
        again, whole = Path(folder, "again"), Path(folder, "whole")
        for each in (again, whole):
            each.mkdir()
        hashes = list[str]()

        def write(plain: Path, compiled: Path, made: list[RegisterRow], seed: bytes, last: str = "") -> tuple[str, ...]:
            warnings, rows_sha256 = write_registers(made, LATER, plain, compiled, SUFFIXES, seed, last=last)
            hashes.append(rows_sha256)
            return warnings

        if isinstance(written(again, lambda *paths: write(*paths, before, SEED))[0], str):
            return
        last, seed = compiled_digest(again / "register.evh"), seed_of(again / "register.evh")
        made = written(again, lambda *paths: write(*paths, after, OTHER_SEED, last))
        if isinstance(made[0], str):
            whole_fault = written(whole, lambda *paths: write(*paths, after, OTHER_SEED))[0]
            assert made[0].replace(str(again), str(whole)) == whole_fault
        elif seed_of(again / "register.evh") == seed:
            assert written(whole, lambda *paths: write(*paths, after, SEED)) == made
            assert len(set(hashes)) == 1
        else:
            assert written(whole, lambda *paths: write(*paths, after, OTHER_SEED)) == made
            assert hashes[1] == hashes[2]


def test_rows_below_what_has_become_a_public_suffix_are_refused(tmp_path: Path) -> None:
    """The list of suffixes may be another since: what it opens to everybody leads to no party."""
    plain, compiled = tmp_path / "register.jsonl", tmp_path / "register.evh"
    write_registers(ROWS, head(), plain, compiled, SUFFIXES, SEED)
    before = compiled.read_bytes()

    with (
        patch.object(type(SUFFIXES), "suffix_of", lambda _, host: host),
        pytest.raises(RegisterInvalid, match="a public suffix, open to anybody"),
    ):
        write_registers(ROWS, LATER, plain, compiled, SUFFIXES, SEED, last=compiled_digest(compiled))

    assert compiled.read_bytes() == before


@pytest.mark.parametrize("damaged", ["register.jsonl", "register.evh"])
def test_a_register_that_somebody_touched_is_made_whole(tmp_path: Path, damaged: str) -> None:
    """A byte of either form is another: the rows of this run are written, whatever is in place."""
    plain, compiled = tmp_path / "register.jsonl", tmp_path / "register.evh"
    write_registers(ROWS, head(), plain, compiled, SUFFIXES, SEED)
    path, last = tmp_path / damaged, compiled_digest(compiled)
    path.write_bytes(path.read_bytes().replace(b"One", b"Two").replace(b"one", b"two"))

    write_registers(ROWS, LATER, plain, compiled, SUFFIXES, OTHER_SEED, last=last)

    expected = tmp_path / "expected"
    expected.mkdir()
    write_registers(ROWS, LATER, expected / plain.name, expected / compiled.name, SUFFIXES, OTHER_SEED)
    assert plain.read_bytes() == (expected / plain.name).read_bytes()
    assert compiled.read_bytes() == (expected / compiled.name).read_bytes()


@pytest.fixture
def begun(tmp_path: Path) -> MadeNetwork:
    made = full_network(tmp_path / "network")
    made.run(DAY_1)
    return made


def is_compiled_again(made: MadeNetwork) -> bool:
    """Return whether a run of the next day hashes the keys of its register anew."""
    compiled = made.folder / "out" / "register.evh"
    seed = seed_of(compiled)
    made.write()
    run(made.network, DAY_1 + HOURS, BY, replace(TOOLS, draw=lambda size: b"\1" * size))
    assert made.register()[0].made_at == DAY_1 + HOURS
    return seed_of(compiled) != seed


def test_a_run_of_the_next_day_puts_another_head_before_the_same_rows(begun: MadeNetwork) -> None:
    """Rows are made each day anew, for verifications and campaigns end: mostly they come out as they were."""
    assert not is_compiled_again(begun)


def test_runs_in_which_nothing_changed_leave_a_register_that_is_known(begun: MadeNetwork) -> None:
    """They give it another head, and so another digest."""
    for minutes in (20, 40, 60):
        begun.run(DAY_1 + timedelta(minutes=minutes))

    assert not is_compiled_again(begun)


def test_a_row_that_differs_has_the_register_compiled_again(begun: MadeNetwork) -> None:
    """Its keys may have been chosen by somebody who knows the old seed."""
    begun.row("advertisers", "bakery")["name"] = "Another Bakery"

    assert is_compiled_again(begun)


@pytest.mark.parametrize("left", ["note", "compiler"])
def test_a_register_that_this_program_did_not_compile_is_compiled_again(
    begun: MadeNetwork, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    """Another version may read names otherwise; and what nobody noted may be by anybody."""
    if left == "note":
        (begun.network.state / "register.json").unlink()
    else:
        monkeypatch.setattr(kept_register, "compiler_sha256", lambda: "another")

    assert is_compiled_again(begun)

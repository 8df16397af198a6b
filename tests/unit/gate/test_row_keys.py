"""What refuses a row, whichever form it is read from or written to."""

from pathlib import Path

import pytest

from evenhand.gate import Gate, compile_register
from evenhand.gate.registers.plain_form import encode_register
from evenhand.model.errors import RegisterInvalid
from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, In, Not, Or, Program, When
from tests.unit.gate.registers import SEED, SUFFIXES, head, row


def deep(levels: int) -> Program:
    program: Program = Before(5)
    for _ in range(levels):
        program = Not(program)
    return program


@pytest.mark.parametrize(
    "program", [Or((Before(5),) * 64), deep(64), In("country", ("DE",) * 64)], ids=["wide", "deep", "list"]
)
def test_a_condition_of_more_than_64_nodes_refuses_both_forms(tmp_path: Path, program: Program) -> None:
    """A hand-written row would cost every bid of its party; the row and the rule are named."""
    fine, bad = (row("a", when=(When(outcome=Outcome.HOLD, rule="r-1", program=each),)) for each in (deep(63), program))
    says = "advertiser a: a program of more than 64 nodes in the condition of `r-1`; expected at most 64"
    plain, compiled = tmp_path / "register.jsonl", tmp_path / "register.evh"
    plain.write_bytes(encode_register(head(), [fine]))
    Gate(plain, "last")
    plain.write_bytes(encode_register(head(), [bad]))

    with pytest.raises(RegisterInvalid, match=says):
        Gate(plain, "last")
    with pytest.raises(RegisterInvalid, match=says):
        compile_register([bad], head(), compiled, SUFFIXES, SEED)
    assert not compiled.exists()


def test_an_account_s_service_is_found_in_any_case(tmp_path: Path) -> None:
    """A package of the Play store keeps its own, by which the store tells two apart."""
    path = tmp_path / "register.evh"
    rows = [row("a", accounts=("Play/com.Ford.app",)), row("b", accounts=("YouTube/Fiat",))]
    compile_register(rows, head(), path, SUFFIXES, SEED)

    page = "https://play.google.com/store/apps/details?id=com."
    assert Gate(path, "last").resolve([f"{page}Ford.app", "youtube.com/@fiat", f"{page}ford.app"]) == ("a", "b")

"""Both forms of a register written at once, beside the two that are written in turn."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.gate import compile_register, write_register
from evenhand.gate.registers.both_forms import write_registers
from evenhand.gate.registers.plain_form import decode_register
from evenhand.gate.registers.renewed_head import renew_head
from evenhand.model.errors import RegisterInvalid
from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, Is, When
from evenhand.model.record import sha256_hex
from evenhand.model.register import CampaignDecision, RegisterHead, RegisterRow
from tests.unit.gate.registers import FRESH_UNTIL, SEED, SUFFIXES, head, row

WHEN = (When(outcome=Outcome.LABEL, rule="political-label", instruct=("political",), program=Is("political", True)),)
# Equal to the others and another object; and one that cannot be read back, for its instant is no whole number of JSON.
SAME = tuple(msgspec.structs.replace(each) for each in WHEN)
LATE = (When(outcome=Outcome.HOLD, rule="late", program=Before(2**60)),)
HELD = CampaignDecision(id="c1", outcome=Outcome.HOLD, decision="d-9", reason="r-9", until=FRESH_UNTIL)
# One of these is in few registers: what is refused leaves nothing else to compare.
ODD: tuple[dict[str, object], ...] = (
    {"domains": ("www.www.one.example",)}, {"domains": ("one.example", "www.one.example", "https://One.example/x")},
    {"domains": ("shop.one.example",)}, {"domains": ("youtube.com", "shop.youtube.com")}, {"domains": ("example",)},
    {"domains": ("no host",)}, {"domains": ("same.example",)}, {"domains": ("www.same.example",)}, {"id": "same"},
    {"id": ""}, {"reason": "", "outcome": Outcome.REFUSE}, {"verification": 4}, {"bundles": ("com.same",)},
    {"when": LATE}, {"when": LATE, "id": ""}, {"names": ('x","when":[]}',)},
)  # fmt: skip


def texts(*some: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(some), max_size=2).map(tuple)


usual = st.fixed_dictionaries({
    "kind": st.sampled_from(("advertiser", "payer", "seat")),
    "outcome": st.sampled_from((Outcome.ALLOW, Outcome.REFUSE)),
    "reason": st.sampled_from(("r-1", "r-2")),
    "names": texts("Ford, Inc.", "Ford", "форд", "\U0001f600"),
    "domains": texts("{}.example", "www.{}.example", "a.{}.example"),
    "seats": texts("512", "DSP.example/512"),
    "identifiers": texts("vat/gr:123 456 789", "x:1"),
    "when": st.sampled_from((None, (), WHEN, SAME)),
    "campaigns": st.sampled_from(((), (HELD,))),
})  # fmt: skip


@st.composite
def registers(draw: st.DrawFn) -> list[RegisterRow]:
    numbers = draw(st.permutations(range(draw(st.integers(0, 5)))))
    fields = []
    for number in numbers:
        some = draw(usual)
        domains = tuple(each.format(number) for each in some["domains"])
        fields.append({"id": f"p{number}", "decision": "d-1", **some, "domains": domains})
    for place, odd in draw(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(ODD)), max_size=2)):
        if place < len(fields):
            fields[place] |= odd
    return [RegisterRow(**each) for each in fields]


def written(folder: Path, write: Callable[[Path, Path], tuple[str, ...]]) -> object:
    """Return the bytes of both files and the warnings, or the fault and the files that are there all the same."""
    plain, compiled = folder / "register.jsonl", folder / "register.evh"
    try:
        warnings: object = write(plain, compiled)
    except RegisterInvalid as error:
        warnings = str(error).replace(compiled.name, plain.name)
    return warnings, *(path.read_bytes() if path.exists() else b"" for path in (plain, compiled))


@given(registers())
@example([row("a", domains=("www.www.one.example",)), row("b", domains=("one.example",))])
def test_both_forms_at_once_are_the_forms_in_turn(made: list[RegisterRow]) -> None:
    """Byte for byte, with the same warnings; what is refused is refused with the same words."""

    def at_once(plain: Path, compiled: Path) -> tuple[str, ...]:
        warnings, rows_sha256 = write_registers(made, head(), plain, compiled, SUFFIXES, SEED)
        assert rows_sha256 == sha256_hex(plain.read_bytes().partition(b"\n")[2])
        return warnings

    def in_turn(plain: Path, compiled: Path) -> tuple[str, ...]:
        warnings = write_register(made, head(), plain, SUFFIXES)
        with plain.open("rb") as lines:
            top, rows = decode_register(lines, plain)
            compile_register(rows, top, compiled, SUFFIXES, SEED)
        return warnings

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        expected = written(place, in_turn)
        for path in place.iterdir():
            path.unlink()

        assert written(place, at_once) == expected


ROWS = [row("a", "refuse", domains=("one.example",), names=("One",)), row("b", domains=("two.example",), when=WHEN)]
LATER = head(checkpoint="log.example/made-up\n8\ncm9vdDg=\n", made_at=FRESH_UNTIL)


@given(registers())
@example(ROWS)
def test_another_head_before_the_same_rows_is_what_is_written_anew(made: list[RegisterRow]) -> None:
    """Byte for byte in both forms, as long as the rows are hashed by the same seed."""
    with tempfile.TemporaryDirectory() as folder:
        plain, compiled = Path(folder, "register.jsonl"), Path(folder, "register.evh")
        try:
            _, rows_sha256 = write_registers(made, head(), plain, compiled, SUFFIXES, SEED)
        except RegisterInvalid:
            return
        assert renew_head(plain, compiled, rows_sha256, lambda _: LATER) == msgspec.structs.replace(
            LATER, rows_sha256=rows_sha256
        )
        renewed = plain.read_bytes(), compiled.read_bytes()
        write_registers(made, LATER, plain, compiled, SUFFIXES, SEED)

        assert renewed == (plain.read_bytes(), compiled.read_bytes())


@given(st.booleans(), st.integers(0, 10**6), st.integers(1, 255))
def test_a_damaged_register_gets_no_other_head(is_plain: bool, place: int, flip: int) -> None:
    """One byte that is another in either form: nothing is written, and the run writes both anew."""
    with tempfile.TemporaryDirectory() as folder:
        plain, compiled = Path(folder, "register.jsonl"), Path(folder, "register.evh")
        _, rows_sha256 = write_registers(ROWS, head(), plain, compiled, SUFFIXES, SEED)
        path = plain if is_plain else compiled
        data = bytearray(path.read_bytes())
        data[place % len(data)] ^= flip
        path.write_bytes(data)
        before = plain.read_bytes(), compiled.read_bytes()
        try:
            same_head = msgspec.json.decode(before[0].partition(b"\n")[0], type=RegisterHead) == head()
        except (ValueError, msgspec.MsgspecError):
            same_head = False

        # Other bytes of the same head are replaced like the head that they say.
        assert (is_plain and same_head) or renew_head(plain, compiled, rows_sha256, lambda _: LATER) is None
        assert (plain.read_bytes(), compiled.read_bytes()) == before

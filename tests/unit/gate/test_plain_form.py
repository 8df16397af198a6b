"""Reading the plain form: every line is an object of its kind, or the file is refused and the line named."""

import contextlib
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.registers import plain_form
from evenhand.gate.registers.plain_form import encode_register
from evenhand.model.errors import RegisterInvalid
from evenhand.model.register import RegisterHead, RegisterRow
from tests.each_case import each_case
from tests.unit.gate.registers import NOW, head, row

WHERE = Path("register.jsonl")
TWICE = " of a register: a key is there twice:"


def decode_register(data: bytes, where: Path) -> tuple[RegisterHead, tuple[RegisterRow, ...]]:
    found, rows = plain_form.decode_register(data.split(b"\n"), where)
    return found, tuple(rows)


GOOD = encode_register(head(), [row("a", "hold", until=NOW)])


def test_what_was_written_is_read_back() -> None:
    """Head and rows survive the way through the file."""
    rows = (row("a", "limit", instruct=("cap",), until=NOW, domains=("a.example",)), row("512", "refuse", kind="seat"))

    top, read = decode_register(encode_register(head(), rows), WHERE)

    assert (msgspec.structs.replace(top, rows_sha256=msgspec.UNSET), read) == (head(), rows)


def test_blank_lines_are_no_rows() -> None:
    """Editors like to end a file with one."""
    assert decode_register(GOOD.replace(b"\n", b"\r\n\n"), WHERE) == decode_register(GOOD, WHERE)


@each_case(("data", "message"), [
    (b"", "register.jsonl: the register is empty; expected a head line"),
    (b" \n\n", "register.jsonl: the register is empty; expected a head line"),
    (GOOD[:-9], "register.jsonl:2: invalid row of a register: "),
    (GOOD[GOOD.index(b"\n") + 1 :], "register.jsonl:1: invalid head of a register: "),
    (GOOD + GOOD, "register.jsonl:3: invalid row of a register: "),
    (GOOD.replace(b'"register":1', b'"register":2'), "register.jsonl:1: invalid head of a register: "),
    (GOOD.replace(b'"register":1', b'"registry":1'), "register.jsonl:1: invalid head of a register: "),
    (GOOD.replace(b'"fresh_until"', b'"stale_from"'), "register.jsonl:1: invalid head of a register: "),
    (GOOD.replace(b'"missing":"allow",', b""), "register.jsonl:1: invalid head of a register: "),
    (GOOD.replace(b"00:00:00Z", b"00:00:00"), "register.jsonl:1: invalid head of a register: "),
    (GOOD.replace(b'"hold"', b'"ban"'), "register.jsonl:2: invalid row of a register: "),
    (GOOD.replace(b'"id":"a"', b'"id":""'), "register.jsonl:2: invalid row of a register: "),
    (GOOD.replace(b'"id":"a"', b'"id":"a","verification":4'), "register.jsonl:2: invalid row of a register: "),
    (GOOD.replace(b'"id":"a"', b'"id":"\xff"'), "register.jsonl:2: invalid row of a register: "),
    (GOOD.replace(b'"hold"', b'"hold","outcome":"allow"'), f"register.jsonl:2: invalid row{TWICE} `outcome`"),
    (GOOD.replace(b'"hold"', b'"hold","\\u006futcome":"allow"'), f"register.jsonl:2: invalid row{TWICE}"),
    (GOOD.replace(b'"policy":{', b'"policy":{"unknown":"allow",'), f"register.jsonl:1: invalid head{TWICE}"),
    (GOOD.replace(b'"id":"a"', b'"id":"a","when":' + b"[" * 100_000), "register.jsonl:2: invalid row of a register: "),
    (b'{"register":' + b"[" * 100_000, "register.jsonl:1: invalid head of a register: "),
    (b"EVHREG\x01\x00" + GOOD, "register.jsonl:1: invalid head of a register: "),
])  # fmt: skip
def test_a_damaged_or_foreign_file_is_refused_with_its_line(data: bytes, message: str) -> None:
    """Cut, empty, of another version, or missing a choice that the operator must make."""
    with pytest.raises(RegisterInvalid) as caught:
        decode_register(data, WHERE)

    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith(
        "; do not put this file in place of the register in use; `evenhand run` writes it anew"
    )
    assert "\n" not in str(caught.value)


THREE = encode_register(head(), [row("a", "refuse"), row("b"), row("c", "hold")])
TOP, A, B, C = THREE.splitlines(keepends=True)


@each_case("data", [
    TOP, TOP + A, TOP + A + C, TOP + A + B + C + C, TOP + B + A + C, TOP + A.replace(b"refuse", b"allow") + B + C,
    TOP + A + B + C.replace(b'"c"', b'"d"'),
])  # fmt: skip
def test_rows_that_are_not_those_that_were_written_are_refused(data: bytes) -> None:
    """Each of these lines is a good one: who stood in the others would be nobody that is known."""
    with pytest.raises(RegisterInvalid, match=r"^register.jsonl: rows of the register were changed, added or cut off"):
        decode_register(data, WHERE)


def test_a_register_written_by_hand_need_not_hash_its_rows() -> None:
    """Its head says nothing of them; nor are some of the rows compared with a hash of all."""
    by_hand = re.sub(rb'"rows_sha256":"[0-9a-f]+",', b"", TOP)

    assert [each.id for each in decode_register(by_hand + A + C, WHERE)[1]] == ["a", "c"]
    assert [each.id for each in plain_form.decode_register((TOP, C), WHERE, is_whole=False)[1]] == ["c"]


def test_every_name_that_a_line_gives_twice_is_refused() -> None:
    """Also with the same value, and inside a condition: a line as we write it is not looked through for them."""
    conditions = ({"rule": "r", "outcome": "hold", "program": ["is", "political", True]},)
    good = encode_register(head(), [row("a", "limit", instruct=("cap",), until=NOW, when=conditions)])
    pairs = list(re.finditer(rb'"[a-z_]+":(?:"[^"]*"|[0-9]+)', good))

    assert len(pairs) > 12
    for pair in pairs:
        with pytest.raises(RegisterInvalid, match=TWICE):
            decode_register(good[: pair.end()] + b"," + pair[0] + good[pair.end() :], WHERE)


@given(
    st.one_of(
        st.binary(), st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=3)).map(lambda at: GOOD[: at[0]] + at[1])
    )
)
def test_no_bytes_make_the_reader_fail_in_another_way(data: bytes) -> None:
    """The only error is one that says what to do."""
    with contextlib.suppress(RegisterInvalid):
        decode_register(data, WHERE)

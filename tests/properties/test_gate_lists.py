"""Lists of what is refused, in requests and for other systems, against the gate's own verdicts and a plain twin."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate import BlockList, Gate, Shaper, compile_register, write_register
from evenhand.gate.blocking.block_lists import block_lists
from evenhand.gate.blocking.drift import Listed, drift
from evenhand.gate.blocking.formats import FORMATS, report_on
from evenhand.model.errors import BadInput, RequestUnreadable
from evenhand.model.hosts import SHARED_HOSTS
from evenhand.model.register import RegisterRow
from tests.properties.test_gate import DOMAINS, INSTANTS, SEATS, VALUES, registers
from tests.unit.gate.registers import SEED, SUFFIXES, head

TEXTS = [value for value in VALUES if isinstance(value, str)] + ["www.big.example", "WWW.ПРИМЕР.рф", "a.big.example:80"]
LISTED = st.lists(st.sampled_from([*DOMAINS, "z.example", 'q"\\\u00e9']), max_size=4)
REQUESTS = st.fixed_dictionaries({}, optional={
    "id": st.text(max_size=3), "n": st.integers() | st.sampled_from([1.5, None, "\"badv\":[]", "é"]),
    "ext": st.fixed_dictionaries({}, optional={"badv": LISTED, "wseat": LISTED}),
    "badv": st.none() | LISTED, "bapp": st.none() | LISTED, "bseat": st.none() | LISTED,
    "wseat": st.none() | st.lists(st.sampled_from([*SEATS, 1, 2, "9", None, True]), max_size=4),
})  # fmt: skip
STYLES = st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":")}, {"ensure_ascii": False}])


@contextmanager
def gates(rows: list[RegisterRow]) -> Iterator[tuple[Gate, Gate]]:
    with tempfile.TemporaryDirectory() as folder:
        plain, compiled = Path(folder) / "register.jsonl", Path(folder) / "register.evh"
        write_register(rows, head(), plain, SUFFIXES)
        compile_register(rows, head(), compiled, SUFFIXES, SEED)
        yield Gate(plain, "last"), Gate(compiled, "last")


def blocks(row: RegisterRow, at: datetime) -> bool:
    return row.outcome.value in {"hold", "refuse"} and (row.until is None or at < row.until)


class Twin:
    """Shaping as the page tells it, on parsed values."""

    def __init__(self, rows: list[RegisterRow], at: datetime) -> None:
        refused = {domain for row in rows if blocks(row, at) for domain in row.domains if domain not in SHARED_HOSTS}
        refused = {"xn--e1afmkfd.xn--p1ai" if domain == "пример.рф" else domain for domain in refused}
        others = {domain for row in rows if not blocks(row, at) for domain in row.domains} | SHARED_HOSTS
        self.domains = {each for each in refused if not any(other.endswith(f".{each}") for other in others)}
        self.bundles = {bundle for row in rows if blocks(row, at) for bundle in row.bundles}
        self.seats = {seat for seat in SEATS if self._is_refused(seat, rows, at)}

    def shaped(self, request: dict[str, Any]) -> dict[str, Any]:
        after = dict(request)
        added = {"badv": self.domains, "bapp": self.bundles}
        if request.get("wseat") is None:
            added["bseat"] = self.seats
        for name, values in added.items():
            came = request.get(name) or []
            if new := sorted(values - set(came)):
                after[name] = [*came, *new]
        if wanted := [seat for seat in request.get("wseat") or () if not self._names(seat)]:
            after["wseat"] = wanted
        return after

    def _names(self, seat: object) -> bool:
        return isinstance(seat, str | int) and str(seat) in self.seats

    @staticmethod
    def _is_refused(seat: str, rows: list[RegisterRow], at: datetime) -> bool:
        own = [row for row in rows if row.kind == "seat" and row.id == seat]
        sharing = [blocks(row, at) for row in rows if row.kind != "seat" and seat in row.seats]
        return any(blocks(row, at) for row in own) or (all(sharing) and bool(sharing))


@given(registers(), REQUESTS, STYLES, INSTANTS)
def test_a_shaped_request_is_the_plain_twin_s_and_keeps_every_other_byte(
    rows: list[RegisterRow], request: dict[str, Any], style: dict[str, Any], at: datetime
) -> None:
    """Parsed, it is what the page says; as text, members that were not to change are the sender's own bytes."""
    text = json.dumps(request, **style).encode()
    with gates(rows) as opened:
        for gate in opened:
            shaper = Shaper()
            after = shaper.shape(text, gate, at)
            expected = Twin(rows, at).shaped(request)
            assert json.loads(after) == expected
            before, now = (msgspec.json.decode(each, type=dict[str, msgspec.Raw]) for each in (text, after))
            assert all(bytes(now[name]) == bytes(before[name]) for name in before if expected[name] == request[name])
            assert shaper.shape(after, gate, at) is after
            assert after is text or expected != request


@given(registers(), INSTANTS)
def test_what_shaping_adds_covers_nobody_that_the_gate_lets_pass(rows: list[RegisterRow], at: datetime) -> None:
    """Anyone who reads an entry with all that lies below it refuses only what the filter would refuse."""
    with gates(rows) as (gate, _):
        added = json.loads(Shaper().shape(b'{"wseat":["9"]}', gate, at)).get("badv", [])
        wide = BlockList(added, SUFFIXES)
        for host in ("big.example", "shop.big.example", "y.shop.big.example", "x.shop.big.example", "m.youtube.com"):
            if wide.blocks(host):
                assert gate.verdict(adomain=[host], at=at).outcome in {"hold", "refuse"}


@given(st.binary(max_size=40) | st.sampled_from([b"{", b"[", b'{"badv":', b'"', b",", b"}"]).map(lambda part: part * 9))
def test_no_bytes_bring_shaping_down(data: bytes) -> None:
    """The request is an outsider's text."""
    with gates([]) as (gate, _), suppress(RequestUnreadable):
        assert Shaper().shape(data, gate, gate.register.head.fresh_until) is data


@given(registers(), INSTANTS, st.lists(st.sampled_from(TEXTS)))
def test_a_spelling_is_listed_if_and_only_if_the_gate_refuses_it_for_its_advertiser(
    rows: list[RegisterRow], at: datetime, observed: list[str]
) -> None:
    """The list is the gate's verdicts, spelled out, and both forms of a register give the same one."""
    lines = [f"{each}\n".encode() for each in observed]
    with gates(rows) as opened:
        plain, compiled = (block_lists(gate, at, SUFFIXES, lines) for gate in opened)
        assert plain == compiled._replace(coverage=plain.coverage)
        assert report_on(plain, FORMATS["prebid-go"]) == report_on(compiled, FORMATS["prebid-go"])
        for spelling in {*plain.spelled, *observed}:
            codes = opened[0].verdict(adomain=[spelling], at=at).codes
            assert (spelling in plain.spelled) == ("advertiser-blocked" in codes)


@pytest.mark.parametrize("name", FORMATS)
@given(rows=registers(), at=INSTANTS)
def test_a_host_that_took_the_list_has_no_drift(name: str, rows: list[RegisterRow], at: datetime) -> None:
    """Written, read back and compared, in every format."""
    form = FORMATS[name]
    with gates(rows) as (gate, _):
        lists = block_lists(gate, at, SUFFIXES)
        due, host = form.due(lists), form.read(form.text(lists), Path("host"))
        assert drift(due, host) == drift(due, due)
        assert drift(due, host).same == len(due.values)


@pytest.mark.parametrize("name", FORMATS)
@given(
    data=st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: f"type,value\n{text}".encode("utf-8", "replace"))
)
def test_a_host_s_file_is_read_or_is_bad_input(name: str, data: bytes) -> None:
    """Nothing else may come out of a file that somebody else wrote."""
    with suppress(BadInput):
        assert isinstance(FORMATS[name].read(data, Path("host")), Listed)

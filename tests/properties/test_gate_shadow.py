"""The report and the gate never differ, and no bytes make the reader of logs fail."""

import gzip
import io
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.gate import filter_bids
from evenhand.gate.filter import find_removals
from evenhand.gate.shadow_report.report import shadow
from evenhand.gate.shadow_report.traffic_log import Fault, Line, read_lines
from evenhand.gate.wire.openrtb import read_request, read_response
from evenhand.model.register import GatePolicy
from tests.properties.test_gate_filter import POLICIES, REQUESTS, RESPONSES, gate
from tests.unit.gate.logs import line, read, response
from tests.unit.gate.registers import NOW


@given(REQUESTS, RESPONSES, POLICIES)
def test_judging_says_what_filtering_does(request: bytes, response: bytes, policy: GatePolicy) -> None:
    """One cuts and the other counts; both by the same judgement."""
    offered = read_response(response)
    assert offered is not None

    judged = find_removals(read_request(request), request, offered, gate(policy=policy), NOW)

    assert judged == replace(filter_bids(request, response, gate(policy=policy), NOW), response=None)


@given(st.lists(st.tuples(REQUESTS, RESPONSES), max_size=4), POLICIES)
def test_the_report_adds_up_what_the_filter_removes(pairs: list[tuple[bytes, bytes]], policy: GatePolicy) -> None:
    """Every sum of the report, against a plain count over `filter_bids`."""
    by = gate(policy=policy)
    lines = [Line(number, b"null", None, *pair) for number, pair in enumerate(pairs, 1)]
    filtered = [filter_bids(*pair, by, NOW) for pair in pairs]
    removed = [each for one in filtered for each in one.removed]

    report = shadow(lines, by, NOW)

    assert report.removed == len(removed)
    assert report.by_loss == Counter(each.loss for each in removed)
    assert report.by_outcome == Counter(each.outcome for each in removed)
    assert report.by_reason == Counter(each.reason for each in removed if each.reason is not None)
    assert report.by_code == Counter(
        code for one in filtered for each in (*one.removed, *one.noted) for code in each.codes
    )
    assert report.emptied == sum(one.response is None for one in filtered)
    assert sum(each.bids for each in report.rows) == sum(each.decision is not None for each in removed)


GOOD = line(response(), at="2026-08-01T12:00:00Z")


@given(st.lists(st.binary(max_size=80).map(lambda data: data.replace(b"\n", b"")), max_size=6))
def test_no_line_makes_the_reader_fail_or_spoils_the_next(broken: list[bytes]) -> None:
    """Any bytes: each line is good, told or blank, and a good one after them is read."""
    found = read(b"\n".join([*broken, GOOD]))

    assert found[-1] == read(b"\n" * len(broken) + GOOD)[0]
    assert all(isinstance(each, Line | Fault) for each in found)


@given(st.integers(0, 400), st.integers(0, 255), st.integers(1, 4))
def test_a_bit_turned_in_a_line_is_told_or_harmless(place: int, bits: int, pieces: int) -> None:
    """Wherever it is, and however the file comes in."""
    data = bytearray(b"\n".join([GOOD, GOOD]))
    data[place % len(data)] ^= bits
    file = io.BytesIO(data)

    found = list(read_lines(lambda most: file.read(min(most, pieces))))

    assert found == read(bytes(data))


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_broken_gzip_is_told_and_never_raises(place: int, bits: int) -> None:
    """A bit turned anywhere but in the mark that makes it gzip."""
    data = bytearray(gzip.compress(b"\n".join([GOOD] * 50), mtime=0))
    data[2 + place % (len(data) - 2)] ^= bits

    with gzip.GzipFile(fileobj=io.BytesIO(bytes(data))) as unpacked:
        found = list(read_lines(io.BufferedReader(unpacked).read1))

    assert all(isinstance(each, Line | Fault) for each in found)

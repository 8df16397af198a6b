"""A line of a log comes back with what was removed and with the bytes that are left."""

from pathlib import Path

import msgspec
import pytest

from evenhand.gate.shadow_report.traffic_log import Fault, Line, filtered_line
from evenhand.model.errors import RegisterInvalid
from tests.unit.gate.registers import FRESH_UNTIL, NOW, OPEN, compiled_gate, row

REFUSED = row("x", "refuse", domains=("x.example",))


def a_line(response: bytes, request: bytes = b"{}", at: object = None, name: bytes = b'"l1"') -> Line:
    return Line(3, name, at, request, response)


def test_a_line_of_the_answer_has_the_removals_and_the_bytes_that_are_left(tmp_path: Path) -> None:
    """The keys of a removal are those of the gate's reference; number spelling stays."""
    bids = b'{"seatbid":[{"bid":[{"id":"1","adomain":["x.example"]},{"id":"2", "price":1.10}]}]}'

    assert filtered_line(a_line(bids), compiled_gate(tmp_path, REFUSED), NOW) == (
        b'{"id":"l1","removed":[{"seatbid":0,"bid":0,"id":"1","outcome":"refuse","loss":202,"status":356,'
        b'"codes":["advertiser-blocked"],"decision":"d-x","reason":"r-x"}],'
        b'"response":{"seatbid":[{"bid":[{"id":"2", "price":1.10}]}]}}\n'
    )


def test_nothing_removed_is_the_response_itself_and_nothing_left_is_null(tmp_path: Path) -> None:
    """As the exchange would get it: 204 is null here."""
    gate = compiled_gate(tmp_path, REFUSED)
    empty, gone = b'{"id": "1"}', b'{"seatbid":[{"bid":[{"adomain":["x.example"]}]}]}'

    assert filtered_line(a_line(empty, name=b"7.0"), gate, NOW) == b'{"id":7.0,"removed":[],"response":{"id": "1"}}\n'
    assert msgspec.json.decode(filtered_line(a_line(gone), gate, NOW))["response"] is None


@pytest.mark.parametrize(("choice", "left"), [("allow", {"seatbid": 7}), ("refuse", None)])
def test_a_response_that_is_none_says_so_and_goes_as_the_operator_chose(
    tmp_path: Path, choice: str, left: object
) -> None:
    """It is nobody's removal."""
    gate = compiled_gate(tmp_path, policy=msgspec.structs.replace(OPEN, malformed=choice))

    answer = msgspec.json.decode(filtered_line(a_line(b'{"seatbid":7}'), gate, NOW))

    assert answer == {"id": "l1", "removed": [], "response": left, "malformed": True}


def test_a_request_that_is_none_is_a_fault_of_the_line(tmp_path: Path) -> None:
    """Told with its number."""
    fault = filtered_line(a_line(b"{}", request=b'{"regs":7}'), compiled_gate(tmp_path), NOW)

    assert isinstance(fault, Fault)
    assert (fault.number, "$.regs" in fault.what) == (3, True)


def test_a_line_is_judged_at_its_own_instant(tmp_path: Path) -> None:
    """A register that was fresh then answers; at an instant past its time nobody chose what that means."""
    gate = compiled_gate(tmp_path, REFUSED)

    assert filtered_line(a_line(b"{}", at=NOW), gate, FRESH_UNTIL) == b'{"id":"l1","removed":[],"response":{}}\n'
    with pytest.raises(RegisterInvalid, match="stale"):
        filtered_line(a_line(b"{}"), gate, FRESH_UNTIL)

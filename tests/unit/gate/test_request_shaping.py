"""Shaping of requests: block lists grow by what is refused, everything else passes."""

import gc
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.gate import Gate
from evenhand.gate.blocking.request_shaping import Shaper, shape_request
from evenhand.model.errors import RequestUnreadable
from evenhand.model.outcome import Outcome
from evenhand.model.program import Is, When
from tests.unit.gate.registers import FRESH_UNTIL, NOW, compiled_gate, open_gate, row

PEAR = row("pear", "refuse", domains=("pear.example", "birne.example"), bundles=("com.pear",), seats=("512",))
PLUM = row("plum", "hold", domains=("plum.example",))
FIG = row("fig", domains=("fig.example",), bundles=("com.fig",), seats=("7",))
IF_POLITICAL = (When(outcome=Outcome.REFUSE, rule="r", instruct=(), program=Is("political", True)),)
POLITICAL = row("elm", domains=("elm.example",), when=IF_POLITICAL)


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return compiled_gate(tmp_path, PEAR, PLUM, FIG)


def shaped(request: str, gate: Gate, shaper: Shaper | None = None) -> Any:
    return msgspec.json.decode((shaper or Shaper()).shape(request.encode(), gate, NOW))


def test_refused_and_held_parties_join_what_came(gate: Gate) -> None:
    """The publisher's own entries stay first, in their order; ours follow, sorted."""
    request = b'{"id":"1","badv":["z.example","plum.example","a.example"],"bapp":["com.z"],"imp":[{"bidfloor":1.10}]}'

    answer = shape_request(request, gate, NOW)

    assert answer == (
        b'{"id":"1","badv":["z.example","plum.example","a.example","birne.example","pear.example"],'
        b'"bapp":["com.z","com.pear"],"imp":[{"bidfloor":1.10}],"bseat":["512"]}'
    )
    assert shape_request(answer, gate, NOW) is answer


def test_refused_seats_leave_a_list_of_allowed_seats(gate: Gate) -> None:
    """At most one of `wseat` and `bseat` may be there (OpenRTB 2.6 §3.2.1)."""
    answer = shape_request(b'{"wseat":["7",512, "512" ,"9"]}', gate, NOW)

    assert answer.startswith(b'{"wseat":["7","9"],')
    assert b"bseat" not in answer


@pytest.mark.parametrize("wseat", ['["512"]', "[]"])
def test_a_list_of_allowed_seats_never_becomes_empty(gate: Gate, wseat: str) -> None:
    """Protocol buffers cannot tell an empty list from none, and none means that every seat may bid."""
    answer = shaped(f'{{"wseat":{wseat}}}', gate)

    assert answer["wseat"] == msgspec.json.decode(wseat)
    assert "bseat" not in answer


def test_null_is_no_list(gate: Gate) -> None:
    """Some exchanges write null for what they leave out."""
    answer = shaped('{"wseat":null,"bseat":null,"badv":null}', gate)

    assert answer["bseat"] == ["512"]
    assert answer["badv"] == ["birne.example", "pear.example", "plum.example"]


def test_a_domain_stays_away_when_an_allowed_party_has_one_below(tmp_path: Path) -> None:
    """A bidder takes an entry for all below it: the tenant must not fall with the landlord."""
    landlord = row("landlord", "refuse", domains=("big.example", "other.example"))
    gate = compiled_gate(tmp_path, landlord, row("tenant", domains=("shop.big.example",)))

    assert shaped("{}", gate)["badv"] == ["other.example"]


def test_what_hangs_on_a_condition_is_left_to_the_filter(tmp_path: Path) -> None:
    """A list cannot say `only where political`; a held party with a condition is held everywhere."""
    held = msgspec.structs.replace(PLUM, when=IF_POLITICAL)

    assert shaped("{}", compiled_gate(tmp_path, POLITICAL, held))["badv"] == ["plum.example"]


def test_a_decision_that_has_run_out_is_no_longer_listed(tmp_path: Path) -> None:
    """`until` counts at the instant of the request, also when instants come in any order."""
    ending = msgspec.structs.replace(PLUM, until=NOW + timedelta(hours=1))
    gate, shaper = compiled_gate(tmp_path, PEAR, ending), Shaper()

    before, after, again = (
        shaper.shape(b'{"badv":[]}', gate, NOW + timedelta(minutes=minutes)) for minutes in (59, 60, 59)
    )

    assert before == again
    assert b"plum" in before
    assert b"plum" not in after


def test_a_shared_seat_is_listed_only_if_all_who_share_it_are_refused(tmp_path: Path) -> None:
    """An agency's seat does not fall with one of its clients; a seat refused as a seat does."""
    rows = [
        row("a", "refuse", seats=("1", "2", "3")), row("b", "refuse", seats=("2",)), row("c", seats=("1", "3")),
        row("3", "refuse", kind="seat"), row("dsp.example/4", "refuse", kind="seat"),
    ]  # fmt: skip

    assert shaped("{}", compiled_gate(tmp_path, *rows))["bseat"] == ["2", "3"]


def test_a_platform_is_never_listed(tmp_path: Path) -> None:
    """`youtube.com` in a row leads to nobody, in the filter and here."""
    gate = compiled_gate(tmp_path, row("tv", "refuse", domains=("youtube.com", "tv.example")))

    assert shaped("{}", gate)["badv"] == ["tv.example"]


def test_a_list_ends_at_its_limit_with_what_was_seen_most(tmp_path: Path) -> None:
    """Bidders cut long lists: what bids most must stand within."""
    gate = open_gate(tmp_path, *(row(each, "refuse", domains=(f"{each}.example",)) for each in "abcd"))
    shaper = Shaper(most=3, seen={"https://www.D.example/x": 5, "d.example": 1, "b.example": 5, "not a host": 9})

    assert shaped('{"badv":["z.example"]}', gate, shaper)["badv"] == ["z.example", "b.example", "d.example"]
    assert shaped('{"badv":["x","y","z"]}', gate, shaper)["badv"] == ["x", "y", "z"]
    assert shaped('{"badv":["w","x","y","z"]}', gate, shaper)["badv"] == ["w", "x", "y", "z"]
    assert shaped("{}", gate, shaper)["badv"] == ["a.example", "b.example", "d.example"]


def test_a_stale_register_shapes_only_if_it_is_to_be_used(tmp_path: Path) -> None:
    """What is stale is no ground to keep anybody out, unless the operator said so."""
    kept, used = open_gate(tmp_path, PEAR), open_gate(tmp_path, PEAR, stale="last")

    assert shape_request(b"{}", kept, FRESH_UNTIL) == b"{}"
    assert b"pear.example" in shape_request(b"{}", used, FRESH_UNTIL)


def test_without_anything_refused_the_very_request_comes_back(tmp_path: Path) -> None:
    """Numbers beyond 64 bits, double keys and unknown fields included."""
    request = b' {"id" : "1", "x":123456789012345678901234567890, "x":-0.0, "badv":[ "a" ], "wseat":[1E2]} '

    assert shape_request(request, open_gate(tmp_path, FIG), NOW) is request


@pytest.mark.parametrize(
    "request_",
    [
        b"", b"[]", b"null", b'{"badv":"pear.example"}', b'{"wseat":{}}', b'{"bapp":[}', b'{"x":"\xff"}',
        b'{"device":7}', b'{"badv":' + b"[" * 70 + b"]" * 70 + b"}", b'{"wseat":[' + b"9" * 5000 + b"]}",
        b'\xef\xbb\xbf{"id":"1"}',
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_by_its_own_error(gate: Gate, request_: bytes) -> None:
    """Nothing else may come out: this runs in somebody's auction."""
    with pytest.raises(RequestUnreadable):
        shape_request(request_, gate, NOW)


def test_strange_values_in_a_list_stay_where_they_are(gate: Gate) -> None:
    """Lists are extended, not judged."""
    answer = shape_request(b'{"badv":[null,{"a":[]},7,"caf\xc3\xa9"],"wseat":[true,null,1.5,{},512]}', gate, NOW)

    assert b'[null,{"a":[]},7,"caf\xc3\xa9","birne.example"' in answer
    assert b'"wseat":[true,null,1.5,{}]' in answer


def test_a_register_that_is_replaced_is_let_go(tmp_path: Path) -> None:
    """What was gathered of an old register must not keep its file mapped."""
    gate, shaper = open_gate(tmp_path, PEAR), Shaper()
    first = shaper.shape(b"{}", gate, NOW)
    open_gate(tmp_path, PLUM)

    gate.refresh()
    second = shaper.shape(b"{}", gate, NOW)
    gc.collect()

    assert b"pear.example" in first
    assert b"pear.example" not in second
    assert b"plum.example" in second
    assert len(shaper._known) == 1


@pytest.mark.parametrize(
    ("request_", "after"),
    [
        (rb'{"id":"\ud83d","badv":["a"]}', rb'{"id":"\ud83d","badv":["a","plum.example"]}'),
        (rb'{"badv":[ "\uDE00" ],"\ud83d":1}', rb'{"badv":[ "\uDE00" ,"plum.example"],"\ud83d":1}'),
        (rb'{"wseat":["\ud83d", "k" ,"\ud83dk"]}', rb'{"wseat":["\ud83d","\ud83dk"],"badv":["plum.example"]}'),
        (rb'{"wseat":["\ud83d"],"badv":["plum.example"]}', None),
    ],
)
def test_half_a_character_escaped_alone_is_shaped_as_it_is_filtered(
    tmp_path: Path, request_: bytes, after: bytes | None
) -> None:
    """JSON allows it, exchanges take it, and it must not keep a request from being shaped; it passes as written."""
    gate = compiled_gate(tmp_path, PLUM, row("k", "refuse", kind="seat"))

    answer = shape_request(request_, gate, NOW)

    expected = request_ if after is None else after
    assert answer == (expected if b"wseat" in request_ else expected[:-1] + b',"bseat":["k"]}')
    assert (answer is request_) == (after is None)


def test_a_seat_of_another_system_leaves_the_list_however_its_host_is_written(tmp_path: Path) -> None:
    """As the filter finds it."""
    gate = compiled_gate(tmp_path, row("dsp.example/7", "refuse", kind="seat"))

    assert shape_request(b'{"wseat":["DSP.example/7","8"]}', gate, NOW) == b'{"wseat":["8"]}'

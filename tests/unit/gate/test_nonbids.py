"""Buyers told in the response itself why their bids went: one piece put in, every other byte where it was."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate import Gate, filter_bids
from evenhand.gate.nonbids import tell_buyers
from evenhand.model.outcome import Outcome
from evenhand.model.program import Is, When
from evenhand.model.register import GatePolicy
from evenhand.model.service import Tell
from tests.unit.gate.registers import FRESH_UNTIL, NOW, compiled_gate, row

X = row("x", "refuse", domains=("x.example",), seats=("9",))
HELD = row("h", "hold", domains=("h.example",))
MISSING = GatePolicy(unknown="allow", missing="refuse", malformed="refuse", mismatch="note")
BIDS = b'{"id":"1","impid":"i1","adomain":["x.example"]},{"id":"2", "impid":"i2","price":1.10,"adomain":["a.example"]}'


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return compiled_gate(tmp_path, X, HELD, policy=MISSING)


def answered(gate: Gate, response: bytes, tell: Tell) -> bytes:
    answer = tell_buyers(filter_bids(b"{}", response, gate, NOW), response, tell)
    assert answer is not None
    return answer


def test_each_removed_bid_is_told_below_its_seat(gate: Gate) -> None:
    """Status codes for `codes`; for `reasons` also the id of a refusal's statement.

    A hold has none beside it: a bid of somebody who is looked at reads as one that only lacks its domain.
    """
    response = (
        b'{"seatbid":[{"seat":"s","bid":[%b,{"impid":7,"adomain":["h.example"]}]},{"bid":[{"impid":"i3"}]},'
        b'{"seat":9,"bid":[{"impid":"i4","adomain":["a.example"]}]}]}' % BIDS
    )
    codes = [
        {"seat": "s", "nonbid": [{"impid": "i1", "statuscode": 356}, {"impid": "7", "statuscode": 350}]},
        {"nonbid": [{"impid": "i3", "statuscode": 350}]},
        {"seat": "9", "nonbid": [{"impid": "i4", "statuscode": 300}]},
    ]
    assert json.loads(answered(gate, response, "codes"))["ext"] == {"seatnonbid": codes}

    for nonbid, reason in (
        (codes[0]["nonbid"][0], "r-x"),
        (codes[2]["nonbid"][0], "r-x"),
    ):
        nonbid["ext"] = {"evenhand": {"reason": reason}}  # type: ignore[index]
    assert json.loads(answered(gate, response, "reasons"))["ext"] == {"seatnonbid": codes}


def test_a_rule_is_not_told_in_place_of_a_statement(tmp_path: Path) -> None:
    """A condition has no statement of reasons, and the name of its rule says what the advertiser is."""
    unverified = When(outcome=Outcome.HOLD, rule="unverified-political", program=Is("political", False))
    gate = compiled_gate(tmp_path, row("x", decision="d-x", reason="r-x", domains=("x.example",), when=(unverified,)))
    response = b'{"seatbid":[{"bid":[%b]}]}' % BIDS

    assert filter_bids(b"{}", response, gate, NOW).removed[0].reason == "rule:unverified-political"
    assert answered(gate, response, "reasons") == answered(gate, response, "codes")


PIECE = b'{"nonbid":[{"impid":"i1","statuscode":356}]}'


@pytest.mark.parametrize(("around", "piece"), [
    (b'{"seatbid":[{"bid":[%b]}] <>}\n', b',"ext":{"seatnonbid":[%b]}' % PIECE),
    (b'{"ext":{<>},"seatbid":[{"bid":[%b]}]}', b'"seatnonbid":[%b]' % PIECE),
    (b'{"ext" : { <>} ,"seatbid":[{"bid":[%b]}]}', b'"seatnonbid":[%b]' % PIECE),
    (b'{"ext":{"a":1E2 <>},"seatbid":[{"bid":[%b]}]}', b',"seatnonbid":[%b]' % PIECE),
    (b'{"seatbid":[{"bid":[%b]}],"ext":{"seatnonbid":[ <>],"z":[]}}', PIECE),
    (b'{"seatbid":[{"bid":[%b]}],"ext":{"seatnonbid":[{"seat":"t","nonbid":[]}<>]}}', b"," + PIECE),
    (b'{"ext":{},"seatbid":[{"bid":[%b]}],"\\u0065xt":{"\\ud83d":"\\ud83d"<>}}', b',"seatnonbid":[%b]' % PIECE),
    (b'{"ext":null,"seatbid":[{"bid":[%b]}]}', None),
    (b'{"ext":"{}","seatbid":[{"bid":[%b]}]}', None),
    (b'{"ext":{"seatnonbid":{"a":1}},"seatbid":[{"bid":[%b]}]}', None),
    (b'{"seatbid":[{"ext":{},"bid":[%b]}],"a":{"ext":{"seatnonbid":[]}}<>}', b',"ext":{"seatnonbid":[%b]}' % PIECE),
])  # fmt: skip
def test_what_is_told_stands_in_one_piece_and_no_other_byte_moves(
    gate: Gate, around: bytes, piece: bytes | None
) -> None:
    """In the `ext` and the list that are there; in nothing that is neither."""
    response = around.replace(b"<>", b"") % BIDS
    left = filter_bids(b"{}", response, gate, NOW).response
    assert left is not None

    expected = left if piece is None else around.replace(b"<>", piece) % BIDS.partition(b"]},")[2]

    assert answered(gate, response, "codes") == expected


def test_nothing_is_told_unless_asked_and_where_nothing_is_to_tell(gate: Gate) -> None:
    """No removal, no response left, no impression: the bytes that the filter left, the same object."""
    left = b'{"seatbid":[{"bid":[%b]}]}' % BIDS
    whole = b'{"seatbid":[{"bid":[{"impid":"1","adomain":["a.example"]}]}]}'
    nameless = left.replace(b'"impid":"i1",', b"")
    gone = b'{"seatbid":[{"bid":[{"impid":"1","adomain":["x.example"]}]}]}'

    for tell in get_args(Tell):
        assert answered(gate, whole, tell) is whole
        assert b"nonbid" not in answered(gate, nameless, tell)
        assert tell_buyers(filter_bids(b"{}", gone, gate, NOW), gone, tell) is None
    filtered = filter_bids(b"{}", left, gate, NOW)
    assert tell_buyers(filtered, left, "nothing") is filtered.response


def test_a_stale_register_that_refuses_leaves_nothing_to_tell_in(tmp_path: Path) -> None:
    """Nor does one that lets everything pass."""
    response = b'{"seatbid":[{"bid":[%b]}]}' % BIDS
    for stale, left in (("refuse", None), ("hold", None), ("allow", response)):
        gate = compiled_gate(tmp_path, X, stale=stale)
        assert tell_buyers(filter_bids(b"{}", response, gate, FRESH_UNTIL), response, "reasons") == left


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**20) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3) | st.just("ext"), inner, max_size=2)
    ),
    max_leaves=6,
)
exts = st.dictionaries(st.sampled_from(["seatnonbid", "a", "ext"]), values, max_size=3) | values
members = st.fixed_dictionaries({}, optional={"ext": exts, "nbr": values, "id": values})


@given(members, st.integers(0, 3), st.booleans())
def test_what_a_reader_sees_is_what_was_left_and_the_list(
    tmp_path_factory: pytest.TempPathFactory, response: dict[str, Any], indent: int, is_ascii: bool
) -> None:
    """On generated responses: the same object but for `ext.seatnonbid`, which has one element more."""
    gate = compiled_gate(tmp_path_factory.mktemp("gate"), X)
    response["seatbid"] = [{"bid": [{"impid": "i", "adomain": [f"{each}.example"]} for each in "xa"]}]
    data = json.dumps(response, indent=indent or None, ensure_ascii=is_ascii).encode()
    left = filter_bids(b"{}", data, gate, NOW).response
    assert left is not None
    before, after = json.loads(left), json.loads(answered(gate, data, "codes"))

    ext = before.setdefault("ext", {})
    if isinstance(ext, dict) and isinstance(ext.setdefault("seatnonbid", []), list):
        ext["seatnonbid"].append({"nonbid": [{"impid": "i", "statuscode": 356}]})
        assert after == before
    else:
        assert after == json.loads(left)

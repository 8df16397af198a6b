"""What must hold of the filter for every response: identity, idempotence, monotony, and its two ways of judging."""

import json
import tempfile
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate import Gate, filter_bids
from evenhand.gate.fast.bid_filter import _NO_SEAT, SeatBidFilter
from evenhand.gate.filter import Filtered
from evenhand.gate.wire.bid_removal import remove_bids
from evenhand.gate.wire.bid_spans import bid_spans
from evenhand.gate.wire.openrtb import _depth, is_unfit, read_request, read_response
from evenhand.model.errors import RequestUnreadable
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Contains, Is, When
from evenhand.model.register import GatePolicy, RegisterRow
from tests.unit.gate.registers import NOW, OPEN, compiled_gate, row

LABEL = When(outcome=Outcome.LABEL, rule="label", instruct=("sponsor",), program=Is("political", True))
IN_EU = When(outcome=Outcome.HOLD, rule="eu", program=And((Is("political", True), Contains("territories", "EU"))))
ROWS = (
    row("x", "refuse", domains=("x.example",), seats=("1",), bundles=("com.x",), names=("X", "Shared")),
    row("h", "hold", domains=("h.example", "sub.a.example"), names=("H",)),
    row("a", domains=("a.example",), seats=("2", "dsp.example/2"), names=("A", "Shared"), payers=("p",)),
    row(
        "b",
        decision="d-b",
        domains=("b.example",),
        names=("B",),
        seats=("3",),
        political_campaigns=("c",),
        when=(LABEL, IN_EU),
    ),
    row("v", decision="d-v", domains=("v.example",), names=("V",), seats=("4",), when=(LABEL,)),
    row("l", "label", domains=("l.example",), names=("L",), instruct=("cap",)),
    row("t", "refuse", domains=("t.example",), names=("T",), until=NOW),
    row("p", kind="payer", names=("P",), domains=("p.example",)),
    row("q", "refuse", kind="payer", names=("Q",)),
    row("9", "refuse", kind="seat"),
)
HEAD = {
    "unions": {"EU": ("DE",)},
    "political_categories": {"1": ("IAB11-4", "1.5", "True"), "7": ("386", "IAB11-4"), "8": ()},
}
STRICT = GatePolicy(unknown="hold", missing="refuse", malformed="refuse", mismatch="hold")


@cache
def gate(rows: tuple[RegisterRow, ...] = ROWS, policy: GatePolicy = OPEN) -> Gate:
    with tempfile.TemporaryDirectory() as folder:
        return compiled_gate(Path(folder), *rows, policy=policy, **HEAD)


VALUES = st.sampled_from([
    "x.example", "h.example", "a.example", "https://www.B.example/x", "l.example", "t.example", "p.example",
    "sub.a.example", "nobody.example", "broken", "", 7, None,
])  # fmt: skip
NAMES = st.sampled_from(["V", "X", "H", "A", "B", "Shared", "P", "Q", "L", "T", "Nobody", " ", "", "n" * 101, 7, None])
NODES = st.sampled_from([
    {"name": "A"}, {"name": "X"}, {"name": "Nobody"}, {"name": "Shared"}, {"asi": "dsp.example", "bsid": "2"},
    {"asi": "dsp.example", "bsid": "9"}, {"name": "Y", "domain": "x.example"}, {"name": " "},
])  # fmt: skip
CHAINS = st.builds(
    lambda nodes, complete: {"ver": "1.0", "complete": complete, "nodes": nodes},
    st.lists(NODES, max_size=3),
    st.sampled_from([0, 1, True]),
)
DSA = st.one_of(
    st.none(),
    st.just([]),
    st.fixed_dictionaries({}, optional={"behalf": NAMES, "paid": NAMES, "adrender": st.integers(0, 2)}),
    st.fixed_dictionaries({"behalf": st.sampled_from("AXV"), "paid": st.sampled_from("AXPQV")}),
)
CATEGORIES = st.sampled_from(["IAB1", "IAB1-2"]) | st.sampled_from(
    [
        "IAB11-4",
        "iab11-4 ",
        "IAB1,IAB11-4",
        "386",
        "\t386",
        386,
        386.0,
        1.5,
        True,
        None,
        "",
        [],
        ["IAB11-4"],
        {"IAB11-4": 1},
    ]
)
SINGLE = [[f"{each}.example"] for each in "aaxxbhltpvv"]
BIDS = st.fixed_dictionaries(
    # One known domain is what most bids have, and where the short way must not go wrong.
    {"adomain": st.sampled_from(SINGLE) | st.lists(VALUES, max_size=2) | VALUES},
    optional={
        "id": st.text(max_size=3),
        "bundle": st.sampled_from(["com.x", "com.x ", "com.y", None, ["com.x\t"], ["com.x", "com.y"], {}]),
        "cat": st.lists(CATEGORIES, max_size=2) | st.sampled_from([None, "iab11-4", "", 0, 386, {}, False]),
        "cattax": st.sampled_from([0, 1, 2, 7, 8, 99, 600, None, "1", "7 ", 7.0, 0.0, -7, True, False, "", "x", []]),
        "attr": st.just([1, 2]),
        "cid": st.sampled_from(["c", 7, ["c"], {}]),
        "ext": st.none() | st.fixed_dictionaries({"dsa": DSA}, optional={"dchain": CHAINS | st.none()}),
    },
)
SEATS = st.fixed_dictionaries(
    {"bid": st.lists(BIDS | st.sampled_from([7, None, [], "x"]), max_size=4)},
    optional={"seat": st.sampled_from(["1", "1 ", "2", "3", "\t4", "9.0", "9", 2, 2.0, None, True, {}])},
)
RESPONSES = st.lists(SEATS, max_size=3).map(lambda seats: json.dumps({"id": "1", "seatbid": seats}).encode())
REGS = st.none() | st.fixed_dictionaries(
    {}, optional={"dsarequired": st.integers(0, 3), "pubrender": st.integers(0, 2)}
)
REQUESTS = st.builds(
    lambda regs, country: json.dumps(
        {"id": "1", "regs": {"ext": {"dsa": regs}}, "device": {"geo": {"country": country}}}
    ).encode(),
    REGS,
    st.sampled_from(["DEU", "USA", None]),
)
POLICIES = st.sampled_from([OPEN, STRICT])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(REQUESTS, RESPONSES, POLICIES)
def test_the_fast_way_answers_as_the_reference(request: bytes, response: bytes, policy: GatePolicy) -> None:
    """Most bids are plain, and the plain way must never differ from examining everything."""
    assert by_fast_ways(request, response, gate(policy=policy)) == by_reference(request, response, gate(policy=policy))


@pytest.mark.parametrize("request_", [b"{}", b'{"regs":{"ext":{"dsa":{"dsarequired":2,"pubrender":0}}}}'])
def test_every_pairing_of_advertiser_seat_and_names_is_judged_alike_both_ways(request_: bytes) -> None:
    """What is rare among generated bids, all of it: whose domain, which seat, whose names."""
    names = ["A", "X", "H", "Shared", "P", "Q", "Nobody", None]
    dsa = [{"behalf": behalf, "paid": paid, "adrender": 1} for behalf, paid in product(names, names)]
    chained = {"dchain": {"ver": "1.0", "complete": 1, "nodes": [{"name": "X"}]}}
    adomains = [*map(list, dict.fromkeys(map(tuple, SINGLE))), None, ["n.example"], {"a.example": 1}, "a"]
    exts = [{}, *({"dsa": each} for each in dsa), *({"dsa": each, **chained} for each in dsa)]
    exts += [{"dsa": {**each, "adrender": 0}} for each in dsa[::9]]
    bids = [{"adomain": adomain, "ext": ext} for adomain, ext in product(adomains, exts)]
    response = json.dumps({"seatbid": [{"seat": seat, "bid": bids} for seat in ("1", "2", "3", "9", None)]}).encode()

    for policy in (OPEN, STRICT):
        assert by_fast_ways(request_, response, gate(policy=policy)) == by_reference(
            request_, response, gate(policy=policy)
        )


@pytest.mark.parametrize("cattax", [None, 0, 1, 2, 7, 8, 99, 600, "1", 7.0, [7], "x", "", -1, False])
def test_every_category_beside_every_taxonomy_is_judged_alike_both_ways(cattax: Any) -> None:
    """A number or anything else in place of a text hides no political category."""
    values = [
        "IAB1",
        "IAB11-4",
        "iAb11-4",
        "IAB11-4 ",
        "IAB1,IAB11-4",
        "386;387",
        "386",
        386,
        386.0,
        1.5,
        "1.5",
        True,
        None,
        "True",
        "None",
        7,
        "",
        [],
        {"a": 1},
    ]
    names = {"ext": {"dsa": {"behalf": "V", "paid": "V", "adrender": 1}}}
    bids = [
        {"adomain": adomain, "cat": cat, "attr": [1], **({} if cattax is None else {"cattax": cattax}), **ext}
        for adomain, ext in product([["v.example"], ["b.example"], ["n.example"], None], [names, {}])
        for cat in [*([each] for each in values), ["IAB1", "IAB11-4"], ["IAB1", 386], [], "IAB11-4", 386, "", {}]
    ]
    response = json.dumps({"seatbid": [{"seat": seat, "bid": bids} for seat in ("4", "3", None)]}).encode()

    for _ in range(2):  # what was met before is answered from memory
        assert by_fast_ways(b"{}", response, gate()) == by_reference(b"{}", response, gate())


@pytest.mark.parametrize(("written", "is_political"), [
    ({"cat": ["IAB11-4 "]}, True), ({"cat": ["\tiab11-4"]}, True), ({"cat": ["IAB1,IAB11-4"]}, True),
    ({"cat": "IAB1; IAB11-4\u00a0"}, True), ({"cat": ["386 "], "cattax": "7 "}, True), ({"cat": ["IAB11-40"]}, False),
    # The form says which taxonomy it is of, whatever number is beside it; other codes say nothing of that.
    ({"cat": ["IAB11-4"], "cattax": 2}, True), ({"cat": ["IAB11-4"], "cattax": 600}, True),
    ({"cat": ["IAB11-4"], "cattax": -1}, True), ({"cat": ["386"], "cattax": 2}, False),
    ({"cat": ["386"], "cattax": 600}, False), ({"cat": ["386"], "cattax": 99}, True),
    ({"cat": ["1.5"], "cattax": 2}, False), ({"cat": ["386"]}, False),
])  # fmt: skip
@pytest.mark.parametrize("country", ["DEU", "USA"])
def test_a_political_category_is_seen_however_it_is_written(
    written: dict[str, Any], is_political: bool, country: str
) -> None:
    """`adomain` is trimmed; a blank, a comma or another number hid what a label is for."""
    request = json.dumps({"device": {"geo": {"country": country}}}).encode()
    response = json.dumps({"seatbid": [{"bid": [{"adomain": ["v.example"], **written}]}]}).encode()

    for _ in range(2):
        [*noted] = filter_bids(request, response, gate(), NOW).noted
        assert [each.instruct for each in noted if each.instruct] == [("sponsor",)] * is_political


@pytest.mark.parametrize("group", [1, "1", "1 ", 1.0, True, "true"])
def test_bids_that_are_won_together_go_together_however_that_is_written(group: Any) -> None:
    """A lenient bidder's `true` is 1 to others."""
    bids = [{"adomain": ["x.example"]}, {"adomain": ["a.example"]}]
    response = json.dumps({"seatbid": [{"group": group, "bid": bids}]}).encode()

    assert filter_bids(b"{}", response, gate(), NOW).response is None
    apart = response.replace(json.dumps({"group": group})[1:-1].encode(), b'"group": false')
    assert filter_bids(b"{}", apart, gate(), NOW).response is not None


def test_a_bid_with_categories_that_are_not_political_takes_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most bids carry some: examining each of them took four times as long."""
    monkeypatch.setattr(SeatBidFilter, "_examine", lambda *_: pytest.fail("the reference"))
    real = {"cat": ["IAB3-1", "IAB22"], "cattax": 1, "attr": [1, 2, 9], "ext": {"dsa": {"behalf": "A", "paid": "A"}}}
    bids = [{**real, "adomain": ["a.example"]}, {**real, "adomain": ["n.example"], "ext": {}}] * 2

    filtered = filter_bids(b"{}", json.dumps({"seatbid": [{"bid": bids}]}).encode(), gate(), NOW)

    assert (filtered.removed, [each.bid for each in filtered.noted]) == ((), [1, 3])


def by_fast_ways(request: bytes, response: bytes, by: Gate) -> tuple[Any, Any]:
    filtered = filter_bids(request, response, by, NOW)
    return filtered.removed, filtered.noted


def by_reference(request: bytes, response: bytes, by: Gate) -> tuple[Any, Any]:
    """Return what the reference says of every bid."""
    bids = SeatBidFilter(by.opened, read_request(request), request, NOW)
    offered = read_response(response)
    assert offered is not None
    for i, seatbid in enumerate(offered.seatbid or ()):
        seat = _NO_SEAT if seatbid.seat is None else bids._seat(seatbid.seat)
        for j in range(len(seatbid.bid or ())):
            bids._examine(i, j, seatbid.bid_at(j), seat)
    return tuple(bids.removed), tuple(bids.noted)


@given(REQUESTS, RESPONSES, POLICIES)
def test_filtering_twice_removes_nothing_more(request: bytes, response: bytes, policy: GatePolicy) -> None:
    """What stays, stays."""
    once = filter_bids(request, response, gate(policy=policy), NOW)
    if once.response is not None:
        again = filter_bids(request, once.response, gate(policy=policy), NOW)
        assert again.response is once.response
        assert len(again.noted) == len(once.noted)


@given(REQUESTS, RESPONSES, st.sets(st.integers(0, len(ROWS) - 1)))
def test_a_stricter_register_never_lets_more_pass(request: bytes, response: bytes, refused: set[int]) -> None:
    """Refusing somebody more takes bids away and brings none back."""
    stricter = tuple(_refused(each) if place in refused else each for place, each in enumerate(ROWS))

    before = filter_bids(request, response, gate(), NOW)
    after = filter_bids(request, response, gate(stricter), NOW)

    assert places(before) <= places(after)


def places(filtered: Filtered) -> set[tuple[int, int]]:
    return {(each.seatbid, each.bid) for each in filtered.removed}


def _refused(each: RegisterRow) -> RegisterRow:
    fields = {name: getattr(each, name) for name in each.__struct_fields__}
    return RegisterRow(**{**fields, "outcome": Outcome.REFUSE, "decision": "d-z", "reason": "r-z", "until": None})


@given(RESPONSES, st.data())
def test_what_is_left_is_the_same_bytes_in_the_same_order(response: bytes, data: st.DataObject) -> None:
    """Whichever bids go: the others as they were, and one way of finding them as good as the other."""
    spans = bid_spans(response)
    places = [(i, j) for i, (_, bids) in enumerate(spans) for j in range(len(bids))]
    chosen = data.draw(st.sets(st.sampled_from(places), min_size=1)) if places else set()
    gone: dict[int, set[int]] = {}
    for i, j in chosen:
        gone.setdefault(i, set()).add(j)

    left = remove_bids(response, gone) if gone else response

    texts = [
        response[start:end]
        for i, (_, bids) in enumerate(spans)
        for j, (start, end) in enumerate(bids)
        if (i, j) not in chosen
    ]
    if left is None:
        assert texts == []
    else:
        assert [left[start:end] for _, bids in bid_spans(left) for start, end in bids] == texts
        assert read_response(left) is not None


@given(JSON, st.sampled_from([None, 2]))
def test_with_an_empty_register_the_filter_is_the_identity(value: Any, indent: int | None) -> None:
    """Any numbers, escapes, nesting and blanks; what is no response passes too where the operator lets it."""
    data = json.dumps({"seatbid": value} if value else value, indent=indent).encode()

    assert filter_bids(b"{}", data, gate(()), NOW).response is data


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.binary(max_size=300))
def test_no_bytes_make_the_filter_fail_in_another_way(request: bytes, response: bytes) -> None:
    """A request that is none is one error; a response that is none is the operator's choice."""
    try:
        filtered = filter_bids(request, response, gate(policy=STRICT), NOW)
    except RequestUnreadable:
        filtered = filter_bids(b"{}", response, gate(policy=STRICT), NOW)
    assert filtered.malformed or filtered.response is response or filtered.removed


@given(JSON, st.integers(0, 80))
def test_depth_is_counted_outside_of_strings(value: Any, more: int) -> None:
    """Brackets in markup are no nesting."""

    def depth(each: Any) -> int:
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    for _ in range(more):
        value = [value]
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

    assert _depth(text) == min(depth(value), 65)
    assert is_unfit(text) is (depth(value) > 64)


@pytest.mark.parametrize(("text", "depth"), [
    ('{"a":"]]]["}', 1), ('["\\\\","["]', 1), ('["a","[","\\"[","",[]]', 2),
    ('{"[":{"]":"\\\\\\""}}', 2), ('["\\u001f","["]', 1),
])  # fmt: skip
def test_strings_of_brackets_and_escapes_hide_no_depth(text: str, depth: int) -> None:
    """Each was a guess at what could go wrong, and one did."""
    json.loads(text)
    assert _depth(text.encode()) == depth

"""The filter of bid responses: exactly what must go goes, and what stays keeps every byte."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.gate import Gate, filter_bids
from evenhand.gate.fast.bid_filter import Noted
from evenhand.gate.filter import Filtered
from evenhand.model.errors import RegisterInvalid, RequestUnreadable
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Contains, In, Is, Unknown, When
from evenhand.model.register import GatePolicy, RegisterRow
from tests.unit.gate.registers import FRESH_UNTIL, NOW, OPEN, compiled_gate, row

REQUEST = b'{"id":"1","imp":[{"id":"1","banner":{"w":300}}]}'
STRICT = GatePolicy(unknown="hold", missing="refuse", malformed="refuse", mismatch="refuse")
BLOCKED = row(
    "x", "refuse", domains=("x.example", "x-shop.example", "икс.example"), seats=("512",), bundles=("com.x",),
    names=("X Trading GmbH",), payers=("p",), accounts=("youtube/x-trading",),
)  # fmt: skip
PAYER = row("p", "refuse", kind="payer", names=("P Holding AG",), domains=("p-holding.example",))
ALLOWED = row("a", domains=("a.example",), names=("A Bakery", "Delta"), seats=("7",), payers=("q",))
OTHER = row("q", kind="payer", names=("Q Media Ltd",))


def response(*bids: dict[str, Any], seat: Any = None) -> bytes:
    named = {} if seat is None else {"seat": seat}
    return json.dumps(
        {"id": "1", "seatbid": [{"bid": [{"id": "b", "impid": "1", "price": 1, **bid} for bid in bids], **named}]}
    ).encode()


def chained(complete: int, *nodes: dict[str, Any]) -> dict[str, Any]:
    return {"ext": {"dchain": {"ver": "1.0", "complete": complete, "nodes": list(nodes)}}}


def one(gate: Gate, bid: dict[str, Any], request: bytes = REQUEST, seat: Any = None) -> tuple[Any, ...]:
    """Return codes, loss and status of a single bid; of one that stays codes and instructions."""
    filtered = filter_bids(request, response(bid, seat=seat), gate, NOW)
    if filtered.removed:
        (removal,) = filtered.removed
        return removal.codes, removal.loss, removal.status
    return (filtered.noted[0].codes, filtered.noted[0].instruct) if filtered.noted else ((), ())


def test_bids_of_openrtb_3_do_not_pass_for_a_response_without_bids(tmp_path: Path) -> None:
    """They stand where no bid of 2.6 does: refused advertisers among them passed, and nobody counted that."""
    gate, other = compiled_gate(tmp_path, BLOCKED, ALLOWED, policy=STRICT), b'{"openrtb":{"ver":"3.0"}}'

    filtered = filter_bids(REQUEST, other, gate, NOW)

    assert (filtered.malformed, filtered.response) == (True, None)
    with pytest.raises(RequestUnreadable, match=r"\$\.openrtb"):
        filter_bids(other, response({"adomain": ["x.example"]}), gate, NOW)


def test_every_way_in_of_a_refused_advertiser_is_closed_and_no_other(tmp_path: Path) -> None:
    """Three domains, a seat, a bundle, an account, its name and its payer's; lifting the decision opens them all."""
    ways = [
        ({"adomain": ["x.example"]}, None), ({"adomain": ["https://www.X-Shop.example/a?b"]}, None),
        ({"adomain": ["ИКС.example"]}, None), ({"adomain": "x.example"}, None),
        ({"adomain": ["a.example", "x.example"]}, None),
        ({"adomain": ["a.example"], "bundle": "com.x"}, None), ({"adomain": ["https://youtube.com/@x-trading"]}, None),
        ({"adomain": ["nobody.example"]}, "512"), ({"adomain": ["nobody.example"]}, 512),
        ({"ext": {"dsa": {"behalf": "X Trading", "paid": "Q Media"}}}, None),
        ({"ext": {"dsa": {"behalf": "Nobody", "paid": "P Holding A.G."}}}, None),
        (chained(0, {"asi": "dsp.example", "bsid": "9"}, {"name": "X TRADING"}), None),
    ]  # fmt: skip
    others = [
        ({"adomain": ["a.example"], "ext": {"dsa": {"behalf": "A Bakery", "paid": "Q Media"}}}, "7"),
        ({"adomain": ["notx.example"]}, "51"), ({"adomain": ["x.example.org"]}, None),
        ({"adomain": ["х.example"]}, None),
        ({"adomain": ["a.example"], "bundle": "com.x.y"}, None),
    ]  # fmt: skip
    closed = compiled_gate(tmp_path, BLOCKED, PAYER, ALLOWED, OTHER)
    (tmp_path / "lifted").mkdir()
    lifted = compiled_gate(tmp_path / "lifted", *(_allowed(each) for each in (BLOCKED, PAYER, ALLOWED, OTHER)))

    for bid, seat in ways:
        assert filter_bids(REQUEST, response(bid, seat=seat), closed, NOW).response is None, bid
        assert not filter_bids(REQUEST, response(bid, seat=seat), lifted, NOW).removed, bid
    for bid, seat in others:
        assert not filter_bids(REQUEST, response(bid, seat=seat), closed, NOW).removed, bid


def _allowed(each: RegisterRow) -> RegisterRow:
    return RegisterRow(**{**{name: getattr(each, name) for name in each.__struct_fields__}, "outcome": Outcome.ALLOW})


def test_a_removal_names_place_decision_and_reason(tmp_path: Path) -> None:
    """The exchange reports the numbers, the buyer asks by the reason."""
    gate = compiled_gate(tmp_path, BLOCKED, ALLOWED)
    data = response(
        {"adomain": ["a.example"]}, {"adomain": ["x.example"], "id": "b2"}, {"id": 3, "adomain": ["x.example"]}
    )

    filtered = filter_bids(REQUEST, data, gate, NOW)

    assert [msgspec.structs.astuple(each) for each in filtered.removed] == [
        (0, 1, "b2", "refuse", 202, 356, ("advertiser-blocked",), "d-x", "r-x"),
        (0, 2, "3", "refuse", 202, 356, ("advertiser-blocked",), "d-x", "r-x"),
    ]
    assert filtered.response == response({"adomain": ["a.example"]})


def test_with_nothing_to_remove_the_response_is_the_same_object(tmp_path: Path) -> None:
    """Not even a copy: most responses have nobody to block."""
    data = response({"adomain": ["a.example"]}, {"adomain": ["nobody.example"]}, {}, seat="7")

    filtered = filter_bids(REQUEST, data, compiled_gate(tmp_path, BLOCKED, ALLOWED), NOW)

    noted = (Noted(0, 1, ("adomain-unknown",), ()), Noted(0, 2, ("adomain-missing",), ()))
    assert filtered == Filtered(data, (), noted, stale=False)
    assert filtered.response is data


@pytest.mark.parametrize(("outcome", "loss", "status"), [("refuse", 202, 356), ("hold", 201, 350)])
def test_a_hold_is_reported_as_pending(tmp_path: Path, outcome: str, loss: int, status: int) -> None:
    """Whatever led to the row."""
    held = row("h", outcome, domains=("h.example",), bundles=("com.h",), names=("Made-Up Held",))
    gate = compiled_gate(tmp_path, held, row("9", "hold", kind="seat"))

    assert one(gate, {"adomain": ["h.example"]}) == (("advertiser-blocked",), loss, status)
    named = {"ext": {"dsa": {"behalf": "Made-Up Held", "paid": "Made-Up Held"}}}
    assert one(gate, {"adomain": ["h.example"], **named}) == (
        ("advertiser-blocked", "behalf-blocked", "paid-blocked"), loss, status,
    )  # fmt: skip
    assert one(gate, {"adomain": ["nobody.example"]}, seat="9") == (("seat-blocked", "adomain-unknown"), 201, 350)


@pytest.mark.parametrize(("bid", "loose", "strict"), [
    ({}, (("adomain-missing",), ()), (("adomain-missing",), 10, 350)),
    ({"adomain": []}, (("adomain-missing",), ()), (("adomain-missing",), 10, 350)),
    ({"adomain": None}, (("adomain-missing",), ()), (("adomain-missing",), 10, 350)),
    ({"adomain": ["nobody.example"]}, (("adomain-unknown",), ()), (("adomain-unknown",), 201, 350)),
    ({"adomain": ["nobody"]}, (("adomain-malformed",), ()), (("adomain-malformed",), 6, 350)),
    ({"adomain": [7]}, (("adomain-malformed",), ()), (("adomain-malformed",), 6, 350)),
    ({"adomain": 0}, (("adomain-malformed",), ()), (("adomain-malformed",), 6, 350)),
    ({"adomain": ""}, (("adomain-malformed",), ()), (("adomain-malformed",), 6, 350)),
    ({"adomain": {}}, (("adomain-malformed",), ()), (("adomain-malformed",), 6, 350)),
    ({"adomain": ["a.example", "broken"]}, (("adomain-malformed",), ()), (("adomain-malformed",), 6, 350)),
    ({"adomain": ["nobody.example", "broken"]}, (("adomain-malformed", "adomain-unknown"), ()),
     (("adomain-malformed", "adomain-unknown"), 6, 350)),
])  # fmt: skip
def test_what_is_wrong_with_an_adomain_costs_what_the_operator_chose(
    tmp_path: Path, bid: dict[str, Any], loose: Any, strict: Any
) -> None:
    """Each value is read by itself; of several choices as strict the first of the table is reported."""
    assert one(compiled_gate(tmp_path, ALLOWED), bid) == loose
    assert one(compiled_gate(tmp_path, ALLOWED, policy=STRICT), bid) == strict


@pytest.mark.parametrize(("bid", "seat", "codes", "loss"), [
    ({"ext": {"dsa": {"behalf": "Somebody", "paid": "A Bakery"}}}, None, ("behalf-mismatch",), 508),
    ({"ext": {"dsa": {"behalf": "A Bakery", "paid": "Somebody"}}}, None, ("paid-mismatch",), 509),
    ({"ext": {"dsa": {"behalf": "Q Media", "paid": "Q Media"}}}, None, ("behalf-mismatch",), 508),
    ({"adomain": ["a.example", "b.example"]}, None, ("adomain-conflict",), 510),
    ({}, "8", ("seat-mismatch",), 511),
    (chained(1, {"name": "B Made Up"}), None, ("dchain-conflict",), 512),
    (chained(1, {"name": "Nobody"}), None, ("dchain-conflict",), 512),
])  # fmt: skip
def test_claims_that_are_not_true_are_noted_or_refused(
    tmp_path: Path, bid: dict[str, Any], seat: Any, codes: tuple[str, ...], loss: int
) -> None:
    """The names on file are the advertiser's and its declared payers'; where the operator only notes, all bids stay."""
    rows = (ALLOWED, OTHER, row("b", domains=("b.example",), names=("B Made-Up",)))
    bid = {"adomain": ["a.example"], **bid}

    assert one(compiled_gate(tmp_path, *rows), bid, seat=seat) == (codes, ())
    assert one(compiled_gate(tmp_path, *rows, policy=STRICT), bid, seat=seat) == (codes, loss, 350)


@pytest.mark.parametrize("bid", [
    {"ext": {"dsa": {"behalf": "a bakery", "paid": "Q. MEDIA, Limited"}}},
    chained(1, {"name": "A Bakery"}, {"asi": "dsp.example", "bsid": "1"}), chained(0, {"name": "Nobody"}),
    chained(1, {"asi": "dsp.example", "bsid": "1"}),
    {"ext": None}, {"ext": []}, {"ext": "x"}, {"ext": {"dsa": None, "dchain": None}},
])  # fmt: skip
def test_claims_that_are_true_or_absent_pass_without_a_word(tmp_path: Path, bid: dict[str, Any]) -> None:
    """Spelling, case and legal form do not make another name."""
    gate = compiled_gate(tmp_path, ALLOWED, OTHER, policy=STRICT)

    assert one(gate, {"adomain": ["a.example"], **bid}, seat="7") == ((), ())


def test_a_broken_chain_is_noted_and_the_bid_stays(tmp_path: Path) -> None:
    """Anyone who passes bids on begins a new chain; the advertiser is not refused for an intermediary's mistake."""
    gate = compiled_gate(tmp_path, ALLOWED, policy=STRICT)

    assert one(gate, {"adomain": ["a.example"], "ext": {"dchain": {"ver": 1.0}}}) == (("dchain-invalid",), ())


def test_a_shared_name_alone_never_refuses(tmp_path: Path) -> None:
    """Two companies may have one name; the domain tells them apart."""
    gate = compiled_gate(tmp_path, ALLOWED, row("d", "refuse", domains=("d.example",), names=("Delta",)))
    delta = {"ext": {"dsa": {"behalf": "Delta", "paid": "Delta"}}}

    assert one(gate, {"adomain": ["a.example"], **delta}) == ((), ())
    assert one(gate, {"adomain": ["nobody.example"], **delta}) == (("adomain-unknown", "name-ambiguous"), ())
    assert one(gate, {"adomain": ["d.example"], **delta}) == (("advertiser-blocked", "name-ambiguous"), 202, 356)


@pytest.mark.parametrize("dsa", ["ext", "regs"])
def test_a_required_object_is_asked_for_where_the_request_says_so(tmp_path: Path, dsa: str) -> None:
    """The extension of 2024 has it in `regs.ext`, later drafts in `regs`."""
    asks = {"dsarequired": 2}
    regs = {"ext": {"dsa": asks}} if dsa == "ext" else {"dsa": asks}
    request = json.dumps({"id": "1", "regs": regs}).encode()
    gate = compiled_gate(tmp_path, ALLOWED)

    assert one(gate, {"adomain": ["a.example"]}, request) == (("dsa-missing",), 501, 350)
    assert one(gate, {"adomain": ["a.example"], "ext": 7}, request) == (("dsa-missing",), 501, 350)
    assert one(gate, {"adomain": ["nobody.example"], "ext": {"dsa": {"behalf": "x"}}}, request) == (
        ("adomain-unknown", "dsa-paid-missing"), 503, 350,
    )  # fmt: skip


@pytest.mark.parametrize("required", ["2", 2.0, 3.5, True, [2], {}])
@pytest.mark.parametrize("place", ["ext", "regs"])
def test_a_request_that_requires_in_another_type_is_not_read_as_requiring_nothing(
    tmp_path: Path, required: Any, place: str
) -> None:
    """Its field is malformed; the bids would have passed without the notice that the law asks for."""
    asks = {"dsa": {"dsarequired": required}}
    request = json.dumps({"id": "1", "regs": {"ext": asks} if place == "ext" else asks}).encode()

    for encoded in (request, request.replace(b'"1"', '"ж"'.encode())):
        with pytest.raises(RequestUnreadable, match=r"dsa\.dsarequired` is .* expected a whole number"):
            one(compiled_gate(tmp_path, ALLOWED), {"adomain": ["a.example"]}, encoded)


def test_a_bid_without_a_taxonomy_uses_the_first_and_not_the_request_s(tmp_path: Path) -> None:
    """The request's is that of its own block lists; a bid's has its own default, 1 (OpenRTB 2.6 §4.2.3)."""
    rows = row("p", decision="d-p", domains=("p.example",), when=(POLITICAL,))
    gate = compiled_gate(tmp_path, rows, political_categories={"1": ("IAB11-4",), "7": ("386",)})
    asked = json.dumps({"id": "1", "cattax": 7}).encode()
    party = {"adomain": ["p.example"]}

    assert one(gate, {**party, "cat": ["386"]}, asked) == ((), ())
    assert one(gate, {**party, "cat": ["386"], "cattax": 7}, asked) == ((), ("sponsor",))
    assert one(gate, {**party, "cat": ["IAB11-4"]}, asked) == ((), ("sponsor",))


@pytest.mark.parametrize("ext", [[], "x", 7, {}])
def test_what_is_no_object_in_one_place_of_the_request_hides_none_in_the_other(tmp_path: Path, ext: Any) -> None:
    """Both places are read; an object that asks for nothing is one all the same."""
    request = json.dumps({"id": "1", "regs": {"ext": {"dsa": ext}, "dsa": {"dsarequired": 3}}}).encode()

    codes, *_ = one(compiled_gate(tmp_path, ALLOWED), {"adomain": ["a.example"]}, request)

    assert codes == (() if ext == {} else ("dsa-missing",))


@pytest.mark.parametrize(("name", "codes"), [
    ("X Trading", ("dchain-blocked",)), ("A Bakery", ()), ("Delta", ()), (None, ()),
])  # fmt: skip
def test_a_seat_of_several_parties_leaves_a_node_to_its_name(
    tmp_path: Path, name: str | None, codes: tuple[str, ...]
) -> None:
    """Row by domain, else by `asi/bsid`, else by name: a seat that leads to two rows leads to none."""
    shared = "dsp.example/2"
    rows = (
        row("x", "refuse", domains=("x.example",), names=("X Trading", "Delta"), seats=(shared,)),
        row("a", domains=("a.example",), names=("A Bakery", "Delta"), seats=(shared,)),
    )
    node = {"asi": "dsp.example", "bsid": "2", "name": name}

    assert one(compiled_gate(tmp_path, *rows), {"adomain": ["a.example"], **chained(0, node)})[0] == codes


def test_what_a_milder_row_asks_for_is_said_as_well(tmp_path: Path) -> None:
    """The outcome is the strictest, but a limit of one party takes no label from another."""
    rows = (
        row("l", "label", domains=("l.example",), instruct=("sponsor", "both")),
        row("m", "limit", domains=("m.example",), instruct=("cap", "both")),
    )
    gate = compiled_gate(tmp_path, *rows)

    asked = ("cap", "both", "sponsor")
    assert one(gate, {"adomain": ["l.example", "m.example"]}) == (("adomain-conflict",), asked)
    assert gate.verdict(adomain=["l.example", "m.example"], at=NOW).instruct == asked


@pytest.mark.parametrize("adomain", [[], ["nobody.example"]])
@pytest.mark.parametrize("political", [{"cat": ["IAB11-4"]}, {"cid": "c9"}])
def test_a_seat_stands_for_a_party_whose_conditions_ask_what_is_political(
    tmp_path: Path, adomain: list[str], political: dict[str, Any]
) -> None:
    """Also where the bid names nobody: what is political hangs on the bid and on the seat's own row."""
    held = When(outcome=Outcome.HOLD, rule="r", program=Is("political", True))
    party = row("p", decision="d-p", seats=("5",), when=(held,), political_campaigns=("c9",))
    gate = compiled_gate(tmp_path, party, political_categories={"1": ("IAB11-4",)})

    assert one(gate, {"adomain": adomain}, seat="5")[1] == ()
    assert one(gate, {"adomain": adomain, **political}, seat="5")[0][0] == "seat-blocked"


POLITICAL = When(outcome=Outcome.LABEL, rule="label", instruct=("sponsor",), program=Is("political", True))
IN_EU = When(
    outcome=Outcome.REFUSE, rule="eu", program=And((Is("political", True), Contains("territories", "EU"))),
)  # fmt: skip
FEED = When(outcome=Outcome.LIMIT, rule="feed", instruct=("cap",), program=In("placement", ("feed.example",)))
VIDEO = When(outcome=Outcome.LIMIT, rule="video", instruct=("muted",), program=Contains("media", "video"))


def served(**further: Any) -> bytes:
    return json.dumps(
        {"id": "1", "imp": [{"id": "1", "video": {}, "banner": {}}, {"id": "2", "banner": {}}], **further}
    ).encode()


def test_conditions_are_asked_of_request_and_bid(tmp_path: Path) -> None:
    """Place, categories, campaign and media; what is unknown inside a condition holds."""
    doubt = When(outcome=Outcome.LABEL, rule="u", program=Unknown("label_present"))
    rows = (
        row("p", decision="d-p", domains=("p.example",), when=(POLITICAL, IN_EU), political_campaigns=("c9",)),
        row("f", decision="d-f", domains=("f.example",), when=(FEED,)),
        row("v", decision="d-v", domains=("v.example",), when=(VIDEO,)),
        row("u", decision="d-u", domains=("u.example",), when=(doubt,)),
    )  # fmt: skip
    gate = compiled_gate(
        tmp_path, *rows, unions={"EU": ("DE",)}, political_categories={"1": ("IAB11-4",), "7": ("386",)}
    )
    german, american = (served(device={"geo": {"country": each}}) for each in ("DEU", "USA"))
    party = {"adomain": ["p.example"]}

    assert one(gate, party, german) == ((), ())
    assert one(gate, {**party, "cat": ["IAB11-4"]}, american) == ((), ("sponsor",))
    assert one(gate, {**party, "cat": ["IAB11-4"]}, german) == (("advertiser-blocked",), 202, 356)
    assert one(gate, {**party, "cat": ["IAB11-4"]}, REQUEST) == (("advertiser-blocked",), 201, 350)
    assert one(gate, {**party, "cat": [386], "cattax": 7}, american) == ((), ("sponsor",))
    assert one(gate, {**party, "cat": ["386"]}, american) == ((), ())
    assert one(gate, {**party, "cid": "c9"}, american) == ((), ("sponsor",))
    assert one(gate, {"adomain": ["f.example"]}, served(site={"domain": "feed.example"})) == ((), ("cap",))
    assert one(gate, {"adomain": ["f.example"]}, served(app={"bundle": "com.news"})) == ((), ())
    assert one(gate, {"adomain": ["f.example"]}) == (("advertiser-blocked",), 201, 350)
    assert one(gate, {"adomain": ["v.example"]}, served()) == ((), ("muted",))
    assert one(gate, {"adomain": ["v.example"], "mtype": 1}, served()) == ((), ())
    assert one(gate, {"adomain": ["v.example"], "impid": "2"}, served()) == ((), ())
    assert one(gate, {"adomain": ["v.example"], "impid": "9"}, served()) == (("advertiser-blocked",), 201, 350)
    assert one(gate, {"adomain": ["v.example"]}, b'{"imp":[7]}') == (("advertiser-blocked",), 201, 350)
    assert one(gate, {"adomain": ["u.example"]}) == (("advertiser-blocked",), 201, 350)


def test_a_condition_names_its_rule_as_the_reason(tmp_path: Path) -> None:
    """The decision that stands allows; what stopped this bid is a rule about bids like it."""
    gate = compiled_gate(tmp_path, row("p", decision="d-p", domains=("p.example",), when=(POLITICAL, IN_EU)),
                         political_categories={"1": ("IAB11-4",)}, unions={"EU": ("DE",)})  # fmt: skip
    data = response({"adomain": ["p.example"], "cat": ["IAB11-4"]})

    refused, held = (
        filter_bids(each, data, gate, NOW).removed[0] for each in (served(device={"geo": {"country": "DEU"}}), REQUEST)
    )

    assert (refused.outcome, refused.decision, refused.reason) == ("refuse", "d-p", "rule:eu")
    assert (held.outcome, held.decision, held.reason) == ("hold", "d-p", "rule:eu")


def test_past_its_end_a_decision_removes_nothing(tmp_path: Path) -> None:
    """In force means `at < until`."""
    gate = compiled_gate(tmp_path, row("t", "refuse", domains=("t.example",), until=NOW + timedelta(hours=1)))
    data = response({"adomain": ["t.example"]})

    assert filter_bids(REQUEST, data, gate, NOW).removed
    assert not filter_bids(REQUEST, data, gate, NOW + timedelta(hours=1)).removed


@pytest.mark.parametrize(("choice", "removed"), [
    ("allow", []), ("hold", [("hold", 201, 350)] * 2), ("refuse", [("refuse", 1, 350)] * 2),
    ("last", [("refuse", 202, 356)]),
])  # fmt: skip
def test_a_stale_register_does_what_the_operator_chose(tmp_path: Path, choice: str, removed: list[Any]) -> None:
    """Fail known; every answer says that it is stale."""
    gate = compiled_gate(tmp_path, BLOCKED, ALLOWED, stale=choice)
    data = response({"adomain": ["x.example"]}, {"adomain": ["a.example"]})

    filtered = filter_bids(REQUEST, data, gate, FRESH_UNTIL)

    assert filtered.stale
    assert [(each.outcome, each.loss, each.status) for each in filtered.removed] == removed
    assert not filter_bids(REQUEST, data, gate, NOW).stale


def test_a_stale_register_without_a_choice_filters_nothing_and_says_so(tmp_path: Path) -> None:
    """There is no built-in default."""
    with pytest.raises(RegisterInvalid, match="stale since"):
        filter_bids(REQUEST, response({}), compiled_gate(tmp_path, BLOCKED), FRESH_UNTIL)


DEEP = b'{"id":"1","ext":' + b"[" * 70 + b"]" * 70 + b"}"


@pytest.mark.parametrize("request_", [
    b"", b"{", b"[]", b"null", b"7", b'{"id":"1"', b'{"regs":[]}', b'{"regs":{"ext":7}}', b'{"device":"x"}',
    b'{"site":{"domain":["x"]}}', b'{"imp":[{"bidfloor":NaN}]}', b'{"id":"\xff"}', b'{"x":"\xed\xa0\x80"}', DEEP,
    b"[" * 1_000_000, b'{"a":' * 100_000,
])  # fmt: skip
def test_a_request_that_cannot_be_read_is_an_error_that_says_so(tmp_path: Path, request_: bytes) -> None:
    """Nothing is filtered on a guess, and no depth of brackets brings the process down."""
    with pytest.raises(RequestUnreadable) as caught:
        filter_bids(request_, response({}), compiled_gate(tmp_path, BLOCKED), NOW)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("data", [
    b"", b"{", b"[]", b"7", b'{"seatbid":{}}', b'{"seatbid":[7]}', b'{"seatbid":[{"bid":{}}]}',
    b'{"seatbid":[{"bid":[{"price":NaN}]}]}', b'{"seatbid":[]}\xff',
    DEEP, b"[" * 1_000_000,
])  # fmt: skip
def test_a_response_that_cannot_be_read_passes_or_goes_as_chosen_for_the_malformed(tmp_path: Path, data: bytes) -> None:
    """It is counted either way."""
    loose, strict = compiled_gate(tmp_path, BLOCKED), compiled_gate(tmp_path, BLOCKED, policy=STRICT)

    assert filter_bids(REQUEST, data, Gate(tmp_path / "register.evh", None), NOW).response is None
    assert filter_bids(REQUEST, data, strict, NOW) == Filtered(None, (), (), stale=False, malformed=True)
    passed = filter_bids(REQUEST, data, loose, NOW)
    assert passed.response is data
    assert passed.malformed


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00x", "\\ud83d\\u0041", "\\ud83d\\\\ude00", "\\ud83d\\ud83d\\ude00"])
def test_half_a_character_anywhere_hides_no_bid(tmp_path: Path, half: str) -> None:
    """Exchanges read an escape of half a surrogate pair; a response with one must not pass unread, nor be dropped."""
    gate = compiled_gate(tmp_path, BLOCKED, ALLOWED)
    refused, passing = '{"id":"1","adomain":["x.example"]}', f'{{"id":"2","adm":"{half}","adomain":["a.example"]}}'

    def left(*bids: str, seats: str = "") -> bytes | None:
        request, data = (
            REQUEST.replace(b"banner", f'{half}":1,"banner'.encode()),
            f'"seatbid":[{{"bid":[{",".join(bids)}]}}{seats}]',
        )
        filtered = filter_bids(request, f'{{"{half}":1,{data}}}'.encode(), gate, NOW)
        return None if filtered.response is None else filtered.response.partition(b'"seatbid":')[2]

    assert left(refused, passing) == f'[{{"bid":[{passing}]}}]}}'.encode()
    assert left(passing, refused, passing) == f'[{{"bid":[{passing},{passing}]}}]}}'.encode()
    assert left(refused, seats=f',{{"bid":[{passing}]}}') == f'[{{"bid":[{passing}]}}]}}'.encode()
    assert left(refused) is None
    assert left(passing) == f'[{{"bid":[{passing}]}}]}}'.encode()


def test_ten_thousand_bids_and_ten_thousand_domains_are_only_many(tmp_path: Path) -> None:
    """Every value of every list counts, whatever its length."""
    gate = compiled_gate(tmp_path, BLOCKED)
    many = response(*({"adomain": [f"n{n}.example"]} for n in range(9_999)), {"adomain": ["x.example"]})
    long = response({"adomain": [*(f"n{n}.example" for n in range(9_999)), "x.example"]})

    assert [each.bid for each in filter_bids(REQUEST, many, gate, NOW).removed] == [9_999]
    assert filter_bids(REQUEST, long, gate, NOW).response is None


def test_policies_are_those_of_the_head(tmp_path: Path) -> None:
    """The gate chooses nothing itself."""
    assert compiled_gate(tmp_path, ALLOWED).register.head.policy == OPEN


@pytest.mark.parametrize("malformed", ["allow", "hold", "refuse"])
@pytest.mark.parametrize(("stale", "passes"), [("allow", True), ("hold", False), ("refuse", False)])
def test_a_stale_register_answers_for_what_cannot_be_read_too(
    tmp_path: Path, malformed: Any, stale: Any, passes: bool
) -> None:
    """Who closes the gate past its time must not leave it open for anyone who writes no JSON."""
    gate = compiled_gate(tmp_path, BLOCKED, policy=msgspec.structs.replace(OPEN, malformed=malformed), stale=stale)

    answer = filter_bids(REQUEST, b"[]", gate, FRESH_UNTIL)

    assert answer == Filtered(b"[]" if passes else None, (), (), stale=True, malformed=True)


def test_without_a_choice_a_stale_register_says_nothing_of_what_cannot_be_read(tmp_path: Path) -> None:
    """Nobody chose."""
    with pytest.raises(RegisterInvalid):
        filter_bids(REQUEST, b"[]", compiled_gate(tmp_path, BLOCKED, stale=None), FRESH_UNTIL)


@pytest.mark.parametrize("seat", ["DSP.example/A7", "dsp.example/A7", "Team/7"])
def test_a_seat_of_another_system_is_found_however_its_host_is_written(tmp_path: Path, seat: str) -> None:
    """Of `asi/bsid` the first part is a host, the second is not; a slash in a seat of ours makes it nobody else's."""
    gate = compiled_gate(tmp_path, row("DSP.example/A7", "refuse", kind="seat"), row("x", "refuse", seats=("Team/7",)))
    ways = (
        one(gate, {"adomain": ["nobody.example"]}, seat=seat)[0][0],
        gate.verdict(seat=seat, at=NOW).codes[0],
        gate.verdict(adomain=["nobody.example"], seat=seat, at=NOW).codes[0],
    )

    assert ways == ("seat-blocked",) * 3
    assert gate.verdict(seat=seat.replace("7", "8"), at=NOW).outcome == "unknown"
    assert gate.verdict(seat=seat.replace("A", "a").replace("T", "t"), at=NOW).outcome == "unknown"


@pytest.mark.parametrize("odd", [
    {"cattax": "1"}, {"cattax": 1.0}, {"cat": "IAB1"}, {"bundle": ["com.nobody"]}, {"bundle": {"x": 1}},
    {"cid": [1, 2]}, {"cat": ["IAB1"], "cattax": "six"}, {"cat": {"x": 1}}, {"dealid": []}, {"impid": 1.5}, {"id": {}},
    {"ext": 7},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("policy", [OPEN, STRICT])
def test_a_wrong_type_in_one_bid_hides_no_other_and_costs_no_other(
    tmp_path: Path, odd: dict[str, Any], policy: GatePolicy
) -> None:
    """With one such field refused parties passed, in other seats too, or everybody's bids were dropped."""
    gate = compiled_gate(tmp_path, BLOCKED, ALLOWED, policy=policy)
    bids = [{"id": "odd", "adomain": ["a.example"], **odd}, {"id": "1", "adomain": ["x.example"], **odd},
            {"id": "2", "adomain": ["a.example"]}]  # fmt: skip
    data = json.dumps({"seatbid": [{"bid": bids}, {"seat": "7", "bid": bids[1:]}]}).encode()

    filtered = filter_bids(REQUEST, data, gate, NOW)

    gone = [(each.seatbid, each.bid) for each in filtered.removed if "advertiser-blocked" in each.codes]
    others = {each.codes for each in filtered.removed if "advertiser-blocked" not in each.codes}
    assert (filtered.malformed, gone) == (False, [(0, 1), (1, 0)])
    assert others <= {("bid-malformed",)}
    assert [(each.seatbid, each.bid) for each in filtered.removed if each.codes == ("bid-malformed",)] in ([], [(0, 0)])
    assert filtered.response is not None


@pytest.mark.parametrize("odd", [
    {"bundle": ["com.x", "com.y"]}, {"bundle": {"x": 1}}, {"bundle": True}, {"cat": {"x": 1}}, {"cat": False},
    {"cat": ["IAB1"], "cattax": "six"}, {"cat": ["IAB1"], "cattax": [1, 2]}, {"cat": ["IAB1"], "cattax": True},
], ids=str)  # fmt: skip
def test_a_field_that_decides_and_that_nobody_reads_makes_its_bid_malformed(
    tmp_path: Path, odd: dict[str, Any]
) -> None:
    """The operator chose what becomes of what is malformed: noted, or removed as an invalid bid (loss 3)."""
    bid = {"adomain": ["a.example"], **odd}

    assert one(compiled_gate(tmp_path, ALLOWED), bid) == (("bid-malformed",), ())
    assert one(compiled_gate(tmp_path, ALLOWED, policy=STRICT), bid) == (("bid-malformed",), 3, 300)


def test_what_is_no_bid_at_all_is_malformed_and_goes_alone(tmp_path: Path) -> None:
    """A number among the bids, and a seat that is neither text nor number."""
    strict = compiled_gate(tmp_path, BLOCKED, ALLOWED, policy=STRICT)
    data = (
        b'{"seatbid":[{"bid":[7, {"adomain":["a.example"]},null]},{"seat":{"a":1},"bid":[{"adomain":["a.example"]}]}]}'
    )

    filtered = filter_bids(REQUEST, data, strict, NOW)

    assert filtered.response == b'{"seatbid":[{"bid":[ {"adomain":["a.example"]}]}]}'.replace(b"[ {", b"[{")
    assert [each.codes for each in filtered.removed] == [("adomain-missing", "bid-malformed")] * 2 + [
        ("bid-malformed",)
    ]


@pytest.mark.parametrize("spelled", [{"bundle": ["com.x"]}, {"bundle": ("com.x")}])
def test_a_bundle_in_a_list_leads_to_its_party(tmp_path: Path, spelled: dict[str, Any]) -> None:
    """As a lone `adomain` outside of a list does."""
    assert one(compiled_gate(tmp_path, BLOCKED), {"adomain": ["nobody.example"], **spelled})[0][0] == "bundle-blocked"


@pytest.mark.parametrize(
    ("cat", "cattax"),
    [
        (["IAB11-4"], None), (["iab11-4"], 1), ("IAB11-4", "1"), (["Iab11-4"], 1.0), (["8ypbbl"], 7), (["386"], "7"),
        ([386.0], 7), ("386", 7), (["386"], "nobody knows"), (["iab11-4"], [1]),
    ],
)  # fmt: skip
def test_a_political_bid_is_one_however_its_category_is_written(tmp_path: Path, cat: Any, cattax: Any) -> None:
    """Case, a number for a text, a lone value, a taxonomy that nobody can read: none of it takes a label away."""
    party = row("p", decision="d-p", domains=("p.example",), when=(POLITICAL,))
    gate = compiled_gate(tmp_path, party, political_categories={"1": ("IAB11-4",), "7": ("386", "8YPBBL")})
    bid = {"adomain": ["p.example"], "cat": cat, **({} if cattax is None else {"cattax": cattax})}

    assert one(gate, bid)[1] == ("sponsor",)
    assert one(gate, {**bid, "cat": ["IAB1"]})[1] == ()


@pytest.mark.parametrize(("outcome", "told"), [("refuse", (513, 350)), ("hold", (201, 350))])
@pytest.mark.parametrize("group", [1, "1", 1.0])
def test_bids_that_are_won_or_lost_together_go_together(
    tmp_path: Path, group: Any, outcome: str, told: tuple[int, int]
) -> None:
    """Of an all-or-nothing group the rest must not be sold alone, and `removed` says why each went."""
    gate = compiled_gate(tmp_path, row("x", outcome, domains=("x.example",)), ALLOWED, policy=OPEN)
    bids = [{"id": name, "adomain": [f"{name}.example"]} for name in ("a", "n", "x", "a")]
    seats = [{"group": group, "bid": bids}, {"group": 0, "bid": bids}, {"group": group, "bid": bids[:2]}]

    filtered = filter_bids(REQUEST, json.dumps({"seatbid": seats}).encode(), gate, NOW)

    first = [each for each in filtered.removed if each.seatbid == 0]
    assert [(each.bid, each.id, each.outcome) for each in first] == [
        (0, "a", outcome), (1, "n", outcome), (2, "x", outcome), (3, "a", outcome),
    ]  # fmt: skip
    assert {(each.loss, each.status) for each in first if each.codes == ("group-incomplete",)} == {told}
    assert [each.bid for each in filtered.removed if each.seatbid == 1] == [2]
    assert [(each.seatbid, each.bid) for each in filtered.noted] == [(1, 1), (2, 1)]
    assert json.loads(filtered.response or b"")["seatbid"][1] == seats[2]

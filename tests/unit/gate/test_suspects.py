"""What looks like a mistake is told with why; what is plainly meant is not."""

from pathlib import Path

import msgspec
import pytest

from evenhand.gate.shadow_report.suspects import WHY
from evenhand.model.outcome import Outcome
from evenhand.model.program import Eq, When
from tests.unit.gate.logs import bid, line, response, shadowed
from tests.unit.gate.registers import OPEN, compiled_gate, row

REFUSED = row("x", "refuse", domains=("x.example",), bundles=("com.x",), names=("X",))
ALLOWED = row("a", domains=("a.example",), names=("A",))
BEHALF_A = {"dsa": {"behalf": "A", "paid": "A"}}


def kinds(folder: Path, *lines: bytes, rows: tuple[object, ...] = (REFUSED, ALLOWED), **policy: str) -> list[object]:
    gate = compiled_gate(folder, *rows, policy=msgspec.structs.replace(OPEN, **policy))
    return [(each.kind, each.about) for each in shadowed(gate, lines).suspects]


def test_an_allowed_advertiser_s_bid_that_fell_by_its_app_looks_like_a_mistake(tmp_path: Path) -> None:
    """A wrong bundle or seat on file stops somebody else's advertising."""
    found = kinds(tmp_path, line(response(bid("a.example", bundle="com.x"))))

    assert found == [("allowed-advertiser", "advertiser x")]


@pytest.mark.parametrize("adomain", [["x.example"], ["x.example", "a.example"], ["nobody.example"], []])
def test_a_refused_or_unknown_advertiser_s_bid_does_not(tmp_path: Path, adomain: list[str]) -> None:
    """The app only says once more what the domain says, or is all there is."""
    assert kinds(tmp_path, line(response(bid(*adomain, bundle="com.x")))) == []


@pytest.mark.parametrize(
    ("policy", "adomain", "code"),
    [
        ({"missing": "refuse"}, [], "adomain-missing"),
        ({"unknown": "hold"}, ["nobody.example"], "adomain-unknown"),
        ({"malformed": "hold"}, ["not a host"], "adomain-malformed"),
    ],
)
def test_what_only_the_operator_s_choice_removed_is_told_by_its_code(
    tmp_path: Path, policy: dict[str, str], adomain: list[str], code: str
) -> None:
    """Nobody decided on these advertisers."""
    assert kinds(tmp_path, line(response(bid(*adomain))), **policy) == [("no-decision", code)]


def test_a_name_that_is_not_the_advertiser_s_is_told_where_the_operator_removes_it(tmp_path: Path) -> None:
    """The choice for mismatches is a choice as well."""
    bids = response(bid("a.example", ext={"dsa": {"behalf": "Somebody", "paid": "A"}}))

    assert kinds(tmp_path, line(bids), mismatch="refuse") == [("no-decision", "behalf-mismatch")]


def test_what_a_row_or_the_law_would_have_removed_anyway_is_no_suspicion(tmp_path: Path) -> None:
    """Another choice of the operator would not have let these bids pass."""
    rows = (row("h", "hold", domains=("h.example",)), ALLOWED)
    asked = {"regs": {"ext": {"dsa": {"dsarequired": 2}}}}

    held = line(response(bid("h.example", "not a host")))
    silent = line(response(bid("nobody.example")), request=asked)

    assert kinds(tmp_path, held, silent, rows=rows, malformed="refuse", unknown="refuse") == []


@pytest.mark.parametrize("adomain", ["a.example", "nobody.example"])
def test_what_the_law_asks_for_is_no_suspicion(tmp_path: Path, adomain: str) -> None:
    """A bid without the DSA object that was demanded fell by the demand, whatever else is noted of it."""
    asked = {"regs": {"ext": {"dsa": {"dsarequired": 2}}}}

    assert kinds(tmp_path, line(response(bid(adomain)), request=asked)) == []


@pytest.mark.parametrize(
    ("adomain", "ext", "looks"),
    [
        ("shop.x.example", BEHALF_A, True),
        ("https://shop.x.example/a", BEHALF_A, True),
        ("x.example", BEHALF_A, False),
        ("www.x.example", BEHALF_A, False),
        ("shop.x.example", {"dsa": {"behalf": "X", "paid": "X"}}, False),
        ("shop.x.example", {"dsa": {"behalf": "Nobody", "paid": "A"}}, False),
        ("shop.x.example", {"dsa": {"behalf": "Y", "paid": "A"}}, False),
        ("shop.x.example", {}, False),
    ],
)
def test_a_host_below_a_blocked_domain_that_names_an_allowed_party_looks_like_a_mistake(
    tmp_path: Path, adomain: str, ext: dict[str, object], looks: bool
) -> None:
    """A platform's domain entered as one advertiser's stops all who have a shop there."""
    rows = (REFUSED, ALLOWED, row("y", "refuse", names=("Y",)))

    assert kinds(tmp_path, line(response(bid(adomain, ext=ext))), rows=rows) == (
        [("sub-host", "advertiser x")] if looks else []
    )  # fmt: skip


def test_a_party_that_a_condition_blocks_makes_no_sub_host(tmp_path: Path) -> None:
    """What the bid says it is on behalf of is blocked too."""
    german = {"device": {"geo": {"country": "DEU"}}}
    closed = When(outcome=Outcome.REFUSE, rule="closed", program=Eq("country", "DE"))
    rows = (REFUSED, row("a", names=("A",), when=(closed,)))

    assert kinds(tmp_path, line(response(bid("shop.x.example", ext=BEHALF_A)), request=german), rows=rows) == []


def test_a_hold_for_want_of_an_answer_looks_like_a_mistake(tmp_path: Path) -> None:
    """The exchange may not send a country; then everybody with a rule on countries is held."""
    refuse = When(outcome=Outcome.REFUSE, rule="closed", program=Eq("country", "DE"))
    hold = When(outcome=Outcome.HOLD, rule="looked-at", program=Eq("country", "DE"))
    untold = row("u", domains=("u.example",), when=(refuse,), decision="d-u")
    unsure = row("w", domains=("w.example",), when=(refuse, hold), decision="d-w")
    german = {"device": {"geo": {"country": "DEU"}}}

    assert kinds(tmp_path, line(response(bid("u.example"))), rows=(untold,)) == [("not-told", "advertiser u")]
    assert kinds(tmp_path, line(response(bid("u.example")), request=german), rows=(untold,)) == []
    assert kinds(tmp_path, line(response(bid("w.example"))), rows=(unsure,)) == []


@pytest.mark.parametrize(
    ("refused", "others", "looks"), [(20, 0, True), (19, 0, False), (10, 10, True), (9, 11, False)]
)
def test_a_row_that_stops_half_of_all_is_looked_at_first(
    tmp_path: Path, refused: int, others: int, looks: bool
) -> None:
    """Of twenty removed bids or more; fewer say nothing."""
    rows = (REFUSED, *(row(f"o{number}", "refuse", domains=(f"o{number}.example",)) for number in range(others)))
    bids = [bid("x.example")] * refused + [bid(f"o{number}.example") for number in range(others)]

    assert kinds(tmp_path, line(response(*bids)), rows=rows) == ([("most-of-all", "advertiser x")] if looks else [])


def test_suspicions_are_told_by_kind_with_the_first_place_and_the_money(tmp_path: Path) -> None:
    """Somebody goes and looks at that bid."""
    fine, wrong = (
        line(response(bid("a.example"))),
        line(response(bid("a.example"), bid("a.example", bundle="com.x", price=2))),
    )
    gate = compiled_gate(tmp_path, REFUSED, ALLOWED)

    (suspect,) = shadowed(gate, [fine, wrong, wrong]).suspects

    assert (suspect.line, suspect.seatbid, suspect.bid, suspect.bids) == (2, 0, 1, 2)
    assert (suspect.why, suspect.spend_at_risk) == (WHY["allowed-advertiser"], {"USD": 0.004})

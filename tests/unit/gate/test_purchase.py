"""The order desk gets an outcome, its codes in order, and for each of them what would change it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.gate import Gate, write_register
from evenhand.gate.orders.purchase import CODES, PurchaseAnswer, purchase
from evenhand.model.errors import RegisterInvalid, RequestUnreadable
from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, Contains, Eq, Is, When, milliseconds
from evenhand.model.register import CampaignDecision, GatePolicy, PurchaseRules, RegisterRow
from tests.unit.gate.orders import SPONSORED, order
from tests.unit.gate.registers import FRESH_UNTIL, NOW, OPEN, SUFFIXES, compiled_gate, head, row

RULES = PurchaseRules(verification={"EU": 2}, closed_to_political=("IE",), budget_micros={"0": 0, "1": 9_000_000})
HEAD: dict[str, Any] = {"purchase": RULES, "unions": {"EU": ("DE", "IE")}, "political_categories": {"1": ("IAB11-4",)}}
ANYWHERE: dict[str, Any] = {"unions": HEAD["unions"]}
NOON_MS = milliseconds(NOW)
PLUM = row("a1", domains=("plum.example",), payers=("p1",), verification=2)


HELD = CampaignDecision(id="c1", outcome=Outcome.HOLD, decision="d-c1", reason="r-c1")


def asked(
    folder: Path, *rows: RegisterRow, policy: GatePolicy = OPEN, stale: Any = None, at: Any = NOW,
    rules: dict[str, Any] = HEAD, **differs: Any,
) -> PurchaseAnswer:  # fmt: skip
    """Answer an order from the compiled register, having seen that the plain one answers the same."""
    plain = folder / "register.jsonl"
    write_register(rows, head(policy, **rules), plain, SUFFIXES)
    answer = purchase(order(**differs), compiled_gate(folder, *rows, policy=policy, stale=stale, **rules), at)
    assert answer == purchase(order(**differs), Gate(plain, stale), at)
    assert len(answer.changes) == len(answer.codes)
    return answer


def test_an_order_that_is_in_order_is_allowed(tmp_path: Path) -> None:
    """No code, nothing missing, and the register it was asked of."""
    answer = asked(tmp_path, PLUM)

    assert (answer.outcome, answer.codes, answer.missing, answer.stale) == (Outcome.ALLOW, (), (), False)
    assert answer.checkpoint == "log.example/made-up 7"


@pytest.mark.parametrize(
    ("differs", "outcome", "code"),
    [
        ({"payer": ...}, "refuse", "payer-undeclared"),
        ({"payer": ""}, "refuse", "payer-undeclared"),
        ({"payer": "p2"}, "refuse", "payer-undeclared"),
        ({"political": ...}, "refuse", "political-undeclared"),
        ({**SPONSORED, "notice": ""}, "refuse", "political-sponsor-missing"),
        ({**SPONSORED, "markets": ["IE"]}, "refuse", "political-market-closed"),
        ({**SPONSORED, "markets": ["FRA", "EU"]}, "refuse", "political-market-closed"),
        ({"landing_hosts": ["plum.example", "http://"]}, "refuse", "landing-host-malformed"),
        ({"landing_hosts": ["https://shop.quince.example/x"]}, "hold", "landing-host-other-advertiser"),
    ],
)
def test_each_fault_of_an_order_has_its_code(tmp_path: Path, differs: dict[str, Any], outcome: str, code: str) -> None:
    """One fault, one code: what is absent is refused, not guessed."""
    answer = asked(tmp_path, PLUM, row("a2", domains=("quince.example",)), **differs)

    assert (answer.outcome, answer.codes) == (outcome, (code,))
    assert (answer.decision, answer.reason) == (None, None)


def test_a_declared_payer_may_pay_and_a_landing_host_of_its_own_is_the_order_s(tmp_path: Path) -> None:
    """The payer that the order names is part of it."""
    payer = row("p1", kind="payer", domains=("holding.example",))

    assert asked(tmp_path, PLUM, payer, payer="p1", landing_hosts=["holding.example"]).codes == ()
    assert asked(tmp_path, PLUM, payer, landing_hosts=["holding.example"]).codes == ("landing-host-other-advertiser",)


def test_a_blocked_payer_blocks_whoever_it_pays_for(tmp_path: Path) -> None:
    """Declared or not: money of a refused payer is not taken, and its decision is named."""
    answer = asked(tmp_path, PLUM, row("p1", "refuse", kind="payer"), payer="p1")
    undeclared = asked(tmp_path, PLUM, row("p2", "hold", kind="payer"), payer="p2")

    assert (answer.outcome, answer.codes, answer.decision) == ("refuse", ("payer-blocked",), "d-p1")
    assert answer.reason == "r-p1"
    assert undeclared.codes == ("payer-undeclared", "payer-blocked")
    assert (undeclared.outcome, undeclared.decision) == ("refuse", None)


def test_an_advertiser_who_pays_for_another_is_a_payer_like_any(tmp_path: Path) -> None:
    """Every advertiser can pay: its row is the payer's, and its landing host the order's own."""
    plum = row("a1", domains=("plum.example",), payers=("a2",), verification=2)
    pays: dict[str, Any] = {"payer": "a2", "landing_hosts": ["plum.example", "pear.example"]}

    blocked = asked(tmp_path, plum, row("a2", "refuse", domains=("pear.example",)), **pays)
    allowed = asked(tmp_path, plum, row("a2", domains=("pear.example",)), **pays)

    assert (blocked.outcome, blocked.codes, blocked.decision) == ("refuse", ("payer-blocked",), "d-a2")
    assert (allowed.outcome, allowed.codes) == ("allow", ())


@pytest.mark.parametrize("outcome", ["hold", "refuse"])
def test_a_blocked_advertiser_has_its_row_s_outcome(tmp_path: Path, outcome: str) -> None:
    """With the decision, and the decision as what would have to change."""
    answer = asked(tmp_path, row("a1", outcome, verification=2))

    assert (answer.outcome, answer.codes, answer.decision) == (outcome, ("advertiser-blocked",), "d-a1")
    assert answer.changes == ("Decision d-a1 lifted; reason r-a1 says why it was taken.",)


def test_a_decision_that_ends_says_from_when_a_flight_may_begin(tmp_path: Path) -> None:
    """Waiting is one of the things that change the answer."""
    ends = msgspec.json.decode(b'"2026-08-15T00:00:00Z"', type=type(NOW))
    refused = row("a1", "refuse", verification=2, until=ends)
    later = {"starts": "2026-08-15T00:00:00Z", "ends": "2026-08-20T00:00:00Z"}

    assert "or a flight from 2026-08-15T00:00:00+00:00 on" in asked(tmp_path, refused).changes[0]
    after = asked(tmp_path, refused, flight=later)
    assert (after.outcome, after.codes, after.decision) == ("allow", (), None)


def test_a_limit_lets_the_order_pass_and_says_what_it_asks_for(tmp_path: Path) -> None:
    """A milder decision is part of the answer, not a code."""
    answer = asked(tmp_path, row("a1", "label", verification=2, instruct=("label:paid-for",)))

    assert (answer.outcome, answer.codes, answer.decision) == ("label", (), "d-a1")
    assert answer.instruct == ("label:paid-for",)


@pytest.mark.parametrize(
    ("differs", "outcome"),
    [
        ({"markets": ["FR"]}, "allow"),
        ({"markets": ["FR", "IRL"]}, "refuse"),
        ({"markets": ["EU"]}, "refuse"),
        ({"markets": ["FR"], **SPONSORED}, "hold"),
    ],
)
def test_conditions_are_asked_for_each_market_and_as_declared(
    tmp_path: Path, differs: dict[str, Any], outcome: str
) -> None:
    """A row that is allowed elsewhere is refused where its condition holds."""
    conditions = (
        When(outcome=Outcome.REFUSE, rule="closed-in-ireland", program=Eq("country", "IE")),
        When(outcome=Outcome.HOLD, rule="political-is-looked-at", program=Is("political", value=True)),
    )
    answer = asked(tmp_path, row("a1", verification=2, when=conditions), rules=ANYWHERE, **differs)

    assert answer.outcome == outcome
    assert answer.codes == (() if outcome == "allow" else ("advertiser-blocked",))
    if outcome == "refuse":
        assert answer.changes == ("Other markets, dates or contents, for which closed-in-ireland does not hold.",)


def test_categories_that_nobody_gave_are_unknown_not_absent(tmp_path: Path) -> None:
    """A rule on a category holds an order that says nothing of categories."""
    rule = When(outcome=Outcome.REFUSE, rule="no-betting", program=Contains("categories", "IAB9-7"))
    betting = row("a1", when=(rule,))

    assert asked(tmp_path, betting, rules=ANYWHERE, categories=...).outcome == "hold"
    assert asked(tmp_path, betting, rules=ANYWHERE, categories=["IAB1"]).outcome == "allow"
    assert asked(tmp_path, betting, rules=ANYWHERE, categories=["IAB9-7"]).outcome == "refuse"


@pytest.mark.parametrize("differs", [{"categories": ["IAB11-4"]}, {"campaign": "c-vote"}])
def test_a_political_order_is_one_whatever_it_declares(tmp_path: Path, differs: dict[str, Any]) -> None:
    """By its category or its campaign, as in the auction."""
    party = row("a1", verification=2, domains=("plum.example",), political_campaigns=("c-vote",))
    answer = asked(tmp_path, party, **differs)

    assert answer.codes == ("political-sponsor-missing",)
    assert answer.missing == ("sponsor", "controller", "election_or_process", "notice")


def test_a_market_asks_for_a_level_of_verification(tmp_path: Path) -> None:
    """Germany is in the made-up union that asks for documents; France is not."""
    party = row("a1", verification=1)
    held, passed = asked(tmp_path, party), asked(tmp_path, party, markets=["FR"])

    assert (held.outcome, held.codes) == ("hold", ("unverified",))
    assert held.changes == (
        "Have the advertiser verified to level 2 (document) for EU; it is at 1 (declared).",
    )  # fmt: skip
    assert passed.codes == ()


def test_a_budget_above_the_level_is_held(tmp_path: Path) -> None:
    """The level's most, to the micro."""
    party = row("a1", verification=1)

    assert asked(tmp_path, party, markets=["FR"], budget_micros=9_000_001).codes == ("budget-over-level",)
    assert asked(tmp_path, party, markets=["FR"], budget_micros=9_000_000).codes == ()


@pytest.mark.parametrize(("choice", "outcome"), [("allow", "allow"), ("hold", "hold"), ("refuse", "refuse")])
def test_an_advertiser_that_nobody_knows_gets_the_operator_s_choice(tmp_path: Path, choice: Any, outcome: str) -> None:
    """Nobody has verified it: that is the code. The choice is the order desk's own, not the auction's."""
    policy = msgspec.structs.replace(OPEN, unknown="refuse" if choice == "allow" else "allow")
    rules = {**ANYWHERE, "purchase": PurchaseRules(unknown=choice)}
    answer = asked(tmp_path, policy=policy, rules=rules, landing_hosts=[])

    assert (answer.outcome, answer.codes) == (outcome, () if choice == "allow" else ("unverified",))


def test_an_advertiser_that_nobody_knows_is_held_where_nothing_is_chosen(tmp_path: Path) -> None:
    """An operator who lets unknown bids pass has not said that strangers may order."""
    answer = asked(tmp_path, rules=ANYWHERE, landing_hosts=[])

    assert (answer.outcome, answer.codes, answer.advertiser) == ("hold", ("unverified",), None)
    assert answer.changes == ("Enter the advertiser first: nobody on file has this id.",)


@pytest.mark.parametrize("hosts", [["quince.example", "medlar.example"], ["medlar.example", "quince.example"]])
def test_a_landing_host_of_a_refused_party_refuses_by_its_decision(tmp_path: Path, hosts: list[str]) -> None:
    """Ordering in another's name changes nothing, wherever the refused host stands among the others."""
    others = [row("a2", "refuse", domains=("quince.example",)), row("a3", domains=("medlar.example",))]
    answer = asked(tmp_path, PLUM, *others, landing_hosts=hosts)
    number = hosts.index("quince.example")

    assert (answer.outcome, answer.codes, answer.decision) == ("refuse", ("landing-host-other-advertiser",), "d-a2")
    assert answer.changes == (
        f"Take out landing_hosts[{number}], which is another advertiser's, or let that one order.",
    )  # fmt: skip


@pytest.mark.parametrize("page", [
    "https://play.google.com/store/apps/details?id=com.quince", "https://apps.apple.com/de/app/quince/id1234567890",
])  # fmt: skip
def test_an_order_that_leads_to_a_refused_party_s_app_is_refused(tmp_path: Path, page: str) -> None:
    """Its page in a store is its own, as its website is."""
    refused = row("a2", "refuse", bundles=("com.quince", "1234567890"))

    answer = asked(tmp_path, PLUM, refused, landing_hosts=[page])

    assert (answer.outcome, answer.codes, answer.decision) == ("refuse", ("landing-host-other-advertiser",), "d-a2")


def test_a_flight_that_has_begun_is_judged_from_now_on(tmp_path: Path) -> None:
    """What was refused while its first days ran is over; both ends of a flight are in it."""
    over = row("a1", verification=2, when=(When(outcome=Outcome.REFUSE, rule="till-noon", program=Before(NOON_MS)),))
    begun = {"starts": "2026-07-01T00:00:00Z", "ends": "2026-08-20T00:00:00Z"}
    last = {"starts": "2026-07-01T00:00:00Z", "ends": "2026-08-01T14:00:00+02:00"}

    assert asked(tmp_path, over, flight=begun).outcome == "allow"
    assert asked(tmp_path, over, flight=last).outcome == "allow"
    assert asked(tmp_path, over, flight=begun, at=NOW - timedelta(seconds=1)).outcome == "refuse"


@pytest.mark.parametrize("stale", [None, "last"])
def test_a_flight_that_has_ended_is_no_order(tmp_path: Path, stale: Any) -> None:
    """It was allowed without a word: who mistypes a year books nothing that can run."""
    over = {"starts": "2025-08-01T00:00:00Z", "ends": "2026-08-01T13:59:59+02:00"}
    at = NOW if stale is None else FRESH_UNTIL

    with pytest.raises(RequestUnreadable, match=r"\$\.flight\.ends: the flight has ended: `2026-08-01T13:59:59\+02"):
        asked(tmp_path, PLUM, stale=stale, at=at, flight=over)


def test_what_advertiser_and_payer_each_are_asked_for_is_told(tmp_path: Path) -> None:
    """A limit of one does not swallow the label of the other."""
    payer = row("p1", "limit", kind="payer", instruct=("at-most-ten",))
    plum = row("a1", "label", payers=("p1",), verification=2, instruct=("label:paid-for",))

    answer = asked(tmp_path, plum, payer, payer="p1", landing_hosts=[])

    assert (answer.outcome, answer.decision) == ("limit", "d-p1")
    assert answer.instruct == ("at-most-ten", "label:paid-for")


def test_a_condition_stricter_than_the_decision_is_the_reason(tmp_path: Path) -> None:
    """The decision's statement is about something milder, and lifting the decision would change nothing."""
    closed = When(outcome=Outcome.REFUSE, rule="closed-in-germany", program=Eq("country", "DE"))

    answer = asked(tmp_path, row("a1", "hold", verification=2, when=(closed,)), landing_hosts=[])

    assert (answer.outcome, answer.decision, answer.reason) == ("refuse", "d-a1", "rule:closed-in-germany")
    assert answer.changes == ("Other markets, dates or contents, for which closed-in-germany does not hold.",)


def test_conditions_that_hold_are_told_also_where_the_form_decides(tmp_path: Path) -> None:
    """Who mends the form should not meet them only then."""
    closed = When(outcome=Outcome.HOLD, rule="closed-in-germany", program=Eq("country", "DE"))

    answer = asked(tmp_path, row("a1", verification=2, when=(closed,)), landing_hosts=[], political=None)

    assert (answer.outcome, answer.decision, answer.rules) == ("refuse", None, ("closed-in-germany",))


@pytest.mark.parametrize("word", ["hold", "refuse"])
def test_a_decision_about_the_campaign_binds_its_order_and_no_other(tmp_path: Path, word: str) -> None:
    """The advertiser may buy; this campaign may not."""
    decided = msgspec.structs.replace(HELD, outcome=Outcome(word))
    party = msgspec.structs.replace(PLUM, campaigns=(decided,))

    answer, other = asked(tmp_path, party), asked(tmp_path, party, campaign="c2")

    assert (answer.outcome, answer.codes, answer.decision, answer.reason) == (
        word, ("campaign-blocked",), "d-c1", "r-c1",
    )  # fmt: skip
    assert answer.changes == ("Decision d-c1 lifted; reason r-c1 says why it was taken.",)
    assert (other.outcome, other.codes) == ("allow", ())


def test_what_a_campaign_is_asked_for_is_asked_of_its_order(tmp_path: Path) -> None:
    """A label and a limit bind like those of an advertiser."""
    decided = msgspec.structs.replace(HELD, outcome=Outcome.LABEL, instruct=("sponsor",))

    answer = asked(tmp_path, msgspec.structs.replace(PLUM, campaigns=(decided,)))

    assert (answer.outcome, answer.codes, answer.instruct, answer.decision) == ("label", (), ("sponsor",), "d-c1")


@pytest.mark.parametrize(
    ("times", "starts", "ends", "codes"),
    [
        ({}, 0, 0, ("campaign-blocked",)),
        ({"begins": 2}, 0, 1, ()),
        ({"begins": 2}, 0, 2, ("campaign-blocked",)),
        ({"begins": 2}, 3, 4, ("campaign-blocked",)),
        ({"until": 2}, 1, 4, ("campaign-blocked",)),
        ({"until": 2}, 2, 4, ()),
    ],
)
def test_a_decision_about_a_campaign_counts_from_its_day_and_before_its_end(
    tmp_path: Path, times: dict[str, int], starts: int, ends: int, codes: tuple[str, ...]
) -> None:
    """One that waits stops an order whose flight reaches its day."""

    def day(number: int) -> datetime:
        return NOW + timedelta(days=number)

    decided = msgspec.structs.replace(HELD, **{name: day(number) for name, number in times.items()})
    flight = {"starts": day(starts).isoformat(), "ends": day(ends).isoformat()}

    answer = asked(tmp_path, msgspec.structs.replace(PLUM, campaigns=(decided,)), flight=flight)

    assert answer.codes == codes


def test_codes_stand_in_the_order_of_the_table(tmp_path: Path) -> None:
    """All of them at once: anyone who reads the first reads the payer first."""
    rows = [
        row("a1", "refuse", domains=("plum.example",), political_campaigns=("c1",), campaigns=(HELD,)),
        row("p1", "refuse", kind="payer"),
        row("a2", domains=("quince.example",)),
    ]
    differs = {"payer": "p1", "political": ..., "markets": ["IE"], "landing_hosts": ["quince.example", "::"]}
    others = (
        "payer-ambiguous", "advertiser-ambiguous", "seat-blocked", "sponsor-blocked", "sponsor-ambiguous",
        "controller-blocked", "controller-ambiguous",
    )  # fmt: skip

    assert asked(tmp_path, *rows, **differs).codes == tuple(code for code in CODES if code not in others)


def test_a_stale_register_gives_the_operator_s_choice_and_the_form_its_own_faults(tmp_path: Path) -> None:
    """What is missing from a form does not go stale."""
    late = FRESH_UNTIL + timedelta(hours=1)
    refused = row("a1", "refuse")
    passed = asked(tmp_path, refused, stale="allow", at=late)
    faulty = asked(tmp_path, refused, stale="allow", at=late, payer=...)
    last = asked(tmp_path, refused, stale="last", at=late, markets=["FR"])

    assert (passed.outcome, passed.codes, passed.stale, passed.decision) == ("allow", (), True, None)
    assert (faulty.outcome, faulty.codes, faulty.missing) == ("refuse", ("payer-undeclared",), ("payer",))
    assert ("advertiser-blocked" in last.codes, last.stale) == (True, True)
    with pytest.raises(RegisterInvalid, match="stale since"):
        asked(tmp_path, refused, at=late)


@pytest.mark.parametrize("market", ["XX", "Germany", "D", "NONE"])
def test_a_market_that_nobody_knows_is_refused(tmp_path: Path, market: str) -> None:
    """No rule would ever meet it, so it would open what the others close. A union without members is none."""
    with pytest.raises(RequestUnreadable, match=r"\$\.markets\[1\]: unknown market"):
        asked(tmp_path, PLUM, markets=["DE", market], rules={"unions": {"NONE": ()}})


@pytest.mark.parametrize("market", ["DE", "DEU", "de"])
def test_a_market_may_be_written_in_the_rules_as_in_an_order(tmp_path: Path, market: str) -> None:
    """A rule that is met under no name would let pass what it was written against."""
    rules = PurchaseRules(verification={market: 3}, closed_to_political=(market,))

    for bought in ("DE", "DEU", "EU"):
        answer = asked(tmp_path, PLUM, rules={**HEAD, "purchase": rules}, **{**SPONSORED, "markets": [bought]})
        assert set(answer.codes) == {"unverified", "political-market-closed"}, bought
    assert asked(tmp_path, PLUM, rules={**HEAD, "purchase": rules}, **{**SPONSORED, "markets": ["IE"]}).codes == ()

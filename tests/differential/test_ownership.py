"""The work list of ownership against a plain fixed point that looks at everything again each round."""

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.model.finding import Finding
from evenhand.model.ownership import RuleName
from evenhand.model.party import MILLIONTHS, Ownership
from evenhand.screening.grounds import Holder
from evenhand.screening.ownership import ownership_findings
from tests.conformance.screening_ownership import compare, disagreements
from tests.data import DATA, needs_data

Pairs = dict[tuple[str, str], int | None]
PARTIES = st.sampled_from(["L", "M", "P", "A", "B", "C", "D", "E"])
SHARES = st.none() | st.sampled_from([100_000, 250_000, 300_000, 499_999, 500_000, 500_001, 1_000_000])
GRAPHS = st.dictionaries(st.tuples(PARTIES, PARTIES).filter(lambda pair: pair[0] != pair[1]), SHARES, max_size=16)
CERTAIN = {"L": True, "M": True, "P": False}


def plain(pairs: Pairs, starts: set[str], rule: RuleName, *, high: bool) -> dict[str, int]:
    """Return the share of every company, each round from scratch until nothing changes (`screening.md` §8)."""
    companies = {owned for _, owned in pairs}
    rest = {
        c: max(0, MILLIONTHS - sum(share or 0 for (_, owned), share in pairs.items() if owned == c)) for c in companies
    }
    counted = set(starts)
    while True:
        held: dict[str, int] = {}
        for company in companies:
            parts = {o: share for (o, owned), share in pairs.items() if owned == company and o in counted}
            known = [share or 0 for share in parts.values()]
            open_ = [rest[company] if high and share is None else 0 for share in parts.values()]
            if rule == "aggregate_50":
                held[company] = min(sum(known) + max(open_, default=0), MILLIONTHS)
            else:
                held[company] = max((min(k + o, MILLIONTHS) for k, o in zip(known, open_, strict=True)), default=0)
        least = 500_000 if rule == "aggregate_50" else 500_001
        grown = counted | {company for company, share in held.items() if share >= least}
        if grown == counted:
            return held
        counted = grown


@pytest.mark.parametrize("rule", ["aggregate_50", "over_50_single"])
@given(pairs=GRAPHS)
@settings(max_examples=150, deadline=None)
def test_the_work_list_and_the_plain_rounds_give_the_same_shares(rule: RuleName, pairs: Pairs) -> None:
    """Rings, unknown shares and possible owners included; a larger graph can only add, and low is never above high."""
    rows = [Ownership(owner=o, owned=c, share=share, row=str(n)) for n, ((o, c), share) in enumerate(pairs.items())]
    holders = {
        party: Holder(
            certain, (Finding(party_kind="owner", party_id=party, kind="listed", score=1.0, certain=certain),)
        )
        for party, certain in CERTAIN.items()
    }

    holdings = ownership_findings(rows, holders, rule, date(2026, 1, 1))

    low = plain(pairs, {"L", "M"}, rule, high=False)
    high = plain(pairs, {"L", "M", "P"}, rule, high=True)
    for company in low:
        assert holdings.low.get(company, 0) == low[company] <= high[company] == holdings.high.get(company, 0)
    for stake in holdings.values():
        ways = [[*(link.owned for link in way), way[-1].owner] for way in (stake.shortest, stake.heaviest)]
        assert all(way[-1] in CERTAIN for way in ways)
        assert len(ways[0]) <= len(ways[1])
        assert all((owner, owned) in pairs for way in ways for owned, owner in pairwise(way))


@needs_data
def test_all_reference_graphs_agree() -> None:
    """120 graphs with answers worked out apart from this code."""
    result = compare([str(DATA / "screening" / "ownership" / "ownership.visible.jsonl")])

    assert result == {"cases": 120, "agree": 120, "disagree": 0}


def test_the_runner_says_where_it_disagrees() -> None:
    """A runner that cannot fail proves nothing."""
    row = {
        "shares": [
            {"owner": "L1", "owned": "A", "share": 0.5, "kind": "ownership"},
            {"owner": "L1", "owned": "B", "share": None, "kind": "control"},
        ],
        "listed": ["L1"],
        "expect": {"aggregate_50": {"A": {"status": "impossible", "low": 0.5, "high": 0.5}}, "control": []},
    }

    assert list(disagreements(json.loads(json.dumps(row)))) == [
        "aggregate_50 A: ('certain', 0.5, 0.5), expected ('impossible', 0.5, 0.5)",
        "control: ['B'], expected []",
    ]

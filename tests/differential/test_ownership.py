"""The arrays of ownership against a plain fixed point that looks at everything again each round."""

import json
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.finding import Finding
from evenhand.model.ownership import OwnershipRule
from evenhand.model.party import MILLIONTHS, Ownership
from evenhand.screening.ownership.aggregate_ownership import RULES, run_of
from evenhand.screening.ownership.owned_parties import ownership_findings
from evenhand.screening.ownership.ownership_rows import ownership_rows_of
from evenhand.screening.ownership.stake_grounds import Holder
from tests.conformance.screening_ownership import compare, disagreements
from tests.data import DATA, needs_data

ON = date(2026, 1, 1)
PARTIES = st.sampled_from(["L", "M", "P", "A", "B", "C", "D", "E"])
SHARES = st.none() | st.sampled_from([0, 100_000, 250_000, 300_000, 499_999, 500_000, 500_001, 1_000_000])
DAYS = st.none() | st.sampled_from([date(2024, 1, 1), date(2025, 6, 1), ON, date(2026, 1, 2)])
KINDS = st.sampled_from(["ownership", "ownership", "ownership_or_control", "control", "acts_for"])
ROWS = st.lists(
    st.builds(Ownership, owner=PARTIES, owned=PARTIES, share=SHARES, kind=KINDS, as_of=DAYS, until=DAYS), max_size=24
)
CERTAIN = {"L": True, "M": True, "P": False}
LAWS = st.builds(
    OwnershipRule, threshold_bp=st.sampled_from([2500, 5000, 10_000]), strict=st.booleans(), aggregate=st.booleans()
)


def holding(rows: list[Ownership]) -> dict[tuple[str, str], list[Ownership]]:
    """Return the rows of each owner and company that enter the arithmetic on the day, looked at one by one."""
    held: dict[tuple[str, str], list[Ownership]] = {}
    for row in newest(rows):
        if row.kind in ("ownership", "ownership_or_control"):
            held.setdefault((row.owner, row.owned), []).append(row)
    return held


def newest(rows: list[Ownership]) -> list[Ownership]:
    """Return the rows that hold on the day, without older statements of the same."""
    kept = []
    for row in rows:
        same = [each for each in rows if (each.owner, each.owned, each.kind) == (row.owner, row.owned, row.kind)]
        last = max(each.as_of or date.min for each in same if _holds(each)) if any(map(_holds, same)) else None
        if _holds(row) and (row.as_of or date.min) == last:
            kept.append(row)
    return kept


def _holds(row: Ownership) -> bool:
    return (row.as_of is None or row.as_of <= ON) and (row.until is None or row.until >= ON)


def known_and_more(rows: list[Ownership], *, high: bool) -> dict[tuple[str, str], tuple[int, int]]:
    """Return of each owner and company the known share, and what an unknown one may be besides."""
    held = holding(rows)
    known = {pair: sum(r.share or 0 for r in several if r.kind == "ownership") for pair, several in held.items()}
    is_open = {pair: any(r.share is None or r.kind != "ownership" for r in several) for pair, several in held.items()}
    of = {company: sum(share for (_, owned), share in known.items() if owned == company) for _, company in held}
    rest = {company: max(0, MILLIONTHS - share) for company, share in of.items()}
    return {pair: (known[pair], rest[pair[1]] if high and is_open[pair] else 0) for pair in held}


def plain(rows: list[Ownership], starts: set[str], rule: OwnershipRule, *, high: bool) -> dict[str, int]:
    """Return the share of every company, each round from scratch until nothing changes (`screening.md` §8)."""
    held = known_and_more(rows, high=high)
    counted = set(starts)
    while True:
        share: dict[str, int] = {}
        for company in {owned for _, owned in held}:
            parts = [held[o, c] for o, c in held if c == company and o in counted and o != company]
            if rule.aggregate:
                together = sum(known for known, _ in parts) + max((more for _, more in parts), default=0)
                share[company] = min(together, MILLIONTHS)
            else:
                share[company] = max((min(known + more, MILLIONTHS) for known, more in parts), default=0)
        grown = counted | {company for company, each in share.items() if each >= rule.least}
        if grown == counted:
            return share
        counted = grown


def best(rows: list[Ownership], counted: set[str], starts: set[str], company: str, *, high: bool) -> tuple[int, int]:
    """Return the fewest links and the widest narrowest holding among all ways to a listed owner, tried one by one."""
    weight = {pair: min(sum(parts), MILLIONTHS) for pair, parts in known_and_more(rows, high=high).items()}
    found: list[tuple[int, int]] = []
    waiting: list[tuple[tuple[str, ...], int]] = [((company,), MILLIONTHS)]
    while waiting:
        gone, narrowest = waiting.pop()
        for (owner, owned), each in weight.items():
            if owned == gone[-1] and each and owner in counted and owner != owned:
                if owner in starts:
                    found.append((len(gone), min(narrowest, each)))
                elif owner not in gone:
                    waiting.append(((*gone, owner), min(narrowest, each)))
    return min(links for links, _ in found), max(narrowest for _, narrowest in found)


def listed(party: str, certain: bool) -> Holder:
    finding = Finding(party_kind="owner", party_id=party, kind="listed", score=1.0, certain=certain)
    return Holder(certain, (finding,))


@given(rows=ROWS, rule=st.sampled_from([*RULES.values()]) | LAWS)
def test_the_arrays_and_the_plain_rounds_give_the_same_shares(rows: list[Ownership], rule: OwnershipRule) -> None:
    """Rings, unknown and overfull shares, kinds, dates and possible owners included; low is never above high."""
    holdings = ownership_findings(rows, {each: listed(each, sure) for each, sure in CERTAIN.items()}, rule, ON)

    low = plain(rows, {"L", "M"}, rule, high=False)
    acting = {row.owned for row in newest(rows) if row.kind == "acts_for" and row.owner in CERTAIN}
    high = plain(rows, {"L", "M", "P"} | acting, rule, high=True)
    assert holdings.high == {company: share for company, share in high.items() if share}
    assert holdings.low == {company: low[company] for company in holdings.high}
    assert all(low[company] <= high[company] for company in low)


@given(rows=ROWS, rule=st.sampled_from([*RULES.values()]) | LAWS)
def test_both_ways_are_the_best_of_all_ways(rows: list[Ownership], rule: OwnershipRule) -> None:
    """The shortest has the fewest links, the heaviest the largest smallest holding; each starts at a listed owner."""
    edges = ownership_rows_of(rows, ON)
    for starts, high in (({"L", "M"}, False), ({"L", "M", "P"}, True)):
        run = run_of(edges, starts, rule, high=high)
        counted = {edges.ids[number] for number in run.counted.nonzero()[0]}
        for number in run.share.nonzero()[0].tolist():
            links, narrowest = best(rows, counted, starts, edges.ids[number], high=high)
            heaviest = run.heaviest(number)

            assert len(run.shortest(number)) == links <= len(heaviest)
            assert min(run.weight[link] for link in heaviest) == narrowest
            assert edges.ids[edges.owner[heaviest[-1]]] in starts
            assert all(edges.owner[below] == edges.owned[above] for below, above in pairwise(heaviest))


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

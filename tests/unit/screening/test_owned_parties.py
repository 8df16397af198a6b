"""Shares of listed owners add up as OFAC's guidance says; control is told apart."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from evenhand.model.errors import OwnershipUnreadable
from evenhand.model.finding import Finding
from evenhand.model.ownership import OwnershipRule, RuleName
from evenhand.model.party import Ownership
from evenhand.screening.ownership.owned_parties import Holdings, ownership_findings
from evenhand.screening.ownership.stake_grounds import Holder, ids_of

ON = date(2026, 1, 1)
_numbers = iter(range(1, 10_000))


def holds(owner: str, owned: str, percent: float | None = None, **more: Any) -> Ownership:
    share = None if percent is None else round(percent * 10_000)
    return Ownership(owner=owner, owned=owned, share=share, **{"row": str(next(_numbers)), **more})


def listed(party: str, certain: bool = True) -> Holder:
    finding = Finding(
        party_kind="owner", party_id=party, kind="listed", list="house-made-up", entity_id=f"e-{party}", score=0.9,
        certain=certain, sources=(f"list:house-made-up@0#{party}",),
    )  # fmt: skip
    return Holder(certain=certain, findings=(finding,))


def found(*rows: Ownership, rule: RuleName = "aggregate_50", possible: str = "", on: date = ON) -> Holdings:
    holders = {party: listed(party, party not in possible.split()) for party in ("L1", "L2", *possible.split())}
    return ownership_findings(rows, holders, rule, on, "abc", kinds={"A": "advertiser"})


def test_a_subsidiary_owned_half_by_two_listed_entities_is_treated_as_listed() -> None:
    """Holdings of different listed owners add up (OFAC 2014)."""
    holdings = found(holds("L1", "A", 30, row="2", owner_name="Made Up Holding"), holds("L2", "A", 25, row="3"))

    [finding] = holdings.findings
    assert (finding.kind, finding.certain, finding.party_kind, finding.low) == (
        "owned_by_listed",
        True,
        "advertiser",
        550_000,
    )
    assert [each.ours for each in finding.because] == ["L1 (Made Up Holding): 30 %", "L2: 25 %"]
    assert finding.path == ("A", "L1")
    assert (finding.list, finding.entity_id) == ("house-made-up", "e-L1")
    assert finding.sources == (
        "table:ownership@abc#2", "list:house-made-up@0#L1", "table:ownership@abc#3", "list:house-made-up@0#L2",
    )  # fmt: skip


def test_a_stake_below_the_threshold_makes_no_finding_but_is_known() -> None:
    """The rulebook may look at 49 %; its sources are at hand."""
    holdings = found(holds("L1", "A", 49))

    assert holdings.findings == ()
    assert (holdings.low, holdings.high) == ({"A": 490_000}, {"A": 490_000})
    assert "list:house-made-up@0#L1" in holdings["A"].sources


def test_one_holder_alone_needs_more_than_half_under_the_other_rule() -> None:
    """UK: no adding of holders, strictly more than 50 %."""
    rows = holds("L1", "A", 50), holds("L2", "A", 50), holds("L1", "B", 50.0001)

    holdings = found(*rows, rule="over_50_single")

    assert [each.party_id for each in holdings.findings] == ["B"]
    assert holdings.low == {"A": 500_000, "B": 500_001}


def test_a_listed_owner_that_is_only_possible_counts_in_the_high_run() -> None:
    """A match by name alone must not make a company certainly owned."""
    holdings = found(holds("L1", "A", 30), holds("P", "A", 30), possible="P")

    [finding] = holdings.findings
    assert (finding.kind, finding.low, finding.high) == ("possibly_owned_by_listed", 300_000, 600_000)


@pytest.mark.parametrize(
    ("rows", "shares"),
    [
        ((holds("P", "A", 49),), (0, 490_000)),
        ((holds("P", "A", 20), holds("L1", "A", 10)), (100_000, 300_000)),
        ((holds("L1", "A"), holds("C", "A", 60)), (0, 400_000)),
        ((holds("P", "B", 50), holds("B", "A", 30)), (0, 300_000)),
        ((holds("P", "A", 50),), None),
        ((holds("L1", "A", 49),), None),
        ((holds("P", "B", 49), holds("B", "A", 30)), None),
        ((holds("C", "A", 49),), None),
        ((holds("B", "A", 30), holds("A", "B", 100), holds("P", "B", 60)), (0, 300_000)),
    ],
)
def test_what_may_be_held_beyond_what_is_known_stays_below_the_threshold(
    rows: tuple[Ownership, ...], shares: tuple[int, int] | None
) -> None:
    """At the threshold it is a possible match, and what is known is no possibility."""
    finding = found(*rows, possible="P").possible_minority("A")

    assert (finding and (finding.low, finding.high)) == shares
    if finding is not None:
        end = finding.path[-1]
        assert (finding.kind, finding.certain) == ("possibly_owned_by_listed", end == "L1")
        assert {f"list:house-made-up@0#{end}"} <= set(finding.sources)


def test_an_owned_or_controlled_link_is_never_certain_whatever_it_states() -> None:
    """The publisher does not say which of the two it is."""
    [finding] = found(holds("L1", "A", 80, kind="ownership_or_control")).findings

    assert (finding.kind, finding.low, finding.high) == ("possibly_owned_by_listed", 0, 1_000_000)
    assert finding.because[0].ours == "L1: unknown share"


def test_known_and_unknown_lines_of_one_owner_are_one_holding() -> None:
    """Half of what is known stays known."""
    [finding] = found(holds("L1", "A", 20), holds("L1", "A"), holds("C", "A", 30)).findings

    assert (finding.low, finding.high) == (200_000, 700_000)
    assert finding.because[0].ours == "L1: 20 % and an unknown share"


def test_both_ways_are_told_where_the_heaviest_is_not_the_shortest() -> None:
    """A reader sees the nearest listed owner and the one that matters most."""
    rows = holds("L2", "A", 10), holds("B", "A", 60), holds("L1", "B", 90)

    stake = found(*rows)["A"]

    assert (ids_of(stake.shortest), ids_of(stake.heaviest)) == (("A", "L2"), ("A", "B", "L1"))
    assert [each.name for each in stake.because] == ["ownership.share"] * 3 + ["ownership.heaviest_path"]
    assert stake.because[-1].ours == "A < B < L1"


def test_equal_ways_are_told_apart_by_id() -> None:
    """The same table must give the same finding in any row order."""
    rows = [holds("L2", "A", 50), holds("L1", "A", 50)]

    shortest = [ids_of(found(*each)["A"].shortest) for each in (rows, rows[::-1])]

    assert shortest == [("A", "L1")] * 2


@pytest.mark.parametrize(
    ("more", "low"),
    [
        ({}, 600_000),
        ({"as_of": date(2026, 1, 1), "until": date(2026, 1, 1)}, 600_000),
        ({"as_of": date(2026, 1, 2)}, 0),
        ({"until": date(2025, 12, 31)}, 0),
    ],
)
def test_only_lines_that_hold_on_the_day_count(more: dict[str, date], low: int) -> None:
    """Shares are taken as of the decision's day, both ends included."""
    assert found(holds("L1", "A", 60, **more)).low.get("A", 0) == low


def test_a_later_statement_replaces_an_earlier_one_of_the_same_holding() -> None:
    """A register that is stated anew each year must not add up over the years."""
    rows = holds("L1", "A", 60, as_of=date(2020, 1, 1)), holds("L1", "A", 30, as_of=date(2024, 1, 1))
    parts = holds("L1", "A", 30, as_of=date(2024, 1, 1)), holds("L1", "A", 25, as_of=date(2024, 1, 1))

    assert found(*rows).low == {"A": 300_000}
    assert found(*parts).low == {"A": 550_000}


def test_an_overfull_company_is_capped_and_named() -> None:
    """Wrong tables are computed all the same, and said aloud."""
    holdings = found(holds("L1", "A", 70), holds("L2", "A", 60), holds("L1", "B", 50.5), holds("C", "B", 50.5))

    assert holdings.overfull == ("A",)
    assert holdings.low["A"] == 1_000_000


def test_control_is_certain_only_if_a_person_confirmed_it_and_the_holder_is_certain() -> None:
    """Control is another kind of finding and never enters the arithmetic."""
    holdings = found(
        holds("L1", "A", kind="control", confirmed_by="desk", row="7"),
        holds("L2", "B", kind="control"),
        holds("P", "C", kind="control", confirmed_by="desk"),
        holds("P", "A", kind="control", confirmed_by="desk"),
        possible="P",
    )  # fmt: skip

    assert holdings.control == {"A": True, "B": False, "C": False}
    assert dict(holdings) == {}
    assert holdings.findings[0].sources == ("table:ownership@abc#7", "list:house-made-up@0#L1")
    assert {(each.kind, each.because[0].name) for each in holdings.findings} == {
        ("controlled_by_listed", "ownership.control")
    }


def test_control_by_a_company_that_is_only_owned_is_no_finding() -> None:
    """The reference graphs count control by the listed themselves."""
    rows = holds("L1", "B", 90), holds("B", "A", kind="control", confirmed_by="desk")

    assert found(*rows).control == {}


def test_a_party_that_would_be_its_own_listed_owner_gets_no_finding() -> None:
    """A ring that leads back to the listed party says nothing new of it."""
    holdings = found(holds("L1", "A", 60), holds("A", "L1", 60), holds("L1", "L1", 10))

    assert [each.party_id for each in holdings.findings] == ["A"]


def test_a_web_of_owners_is_told_by_its_nearest_links() -> None:
    """A finding stays readable however large the web is."""
    rows = [holds("L1", f"H{n}", 100) for n in range(90)] + [holds(f"H{n}", "A", 1) for n in range(90)]

    assert len(found(*rows)["A"].because) == 50


def test_a_negative_share_is_refused() -> None:
    """Intake refuses it by row; nothing else may bring it in."""
    with pytest.raises(OwnershipUnreadable, match="L1 of A: share is negative `-1`"):
        found(holds("L1", "A", -0.0001))


def test_a_way_is_told_with_names_and_dates() -> None:
    """Who reads it should see who holds how much, since when, without looking ids up."""
    rows = (
        holds("L1", "B", 60, owner_name="Made-up Trust", as_of=date(2020, 1, 1)),
        holds("B", "A", until=date(2027, 1, 1)),
    )
    holders = {"L1": listed("L1")}

    finding = ownership_findings(rows, holders, "aggregate_50", ON, names={"A": "Made-up Shop"}).findings[0]

    nearest, farthest = finding.way
    assert (nearest.owner, nearest.owned_name, nearest.unknown, nearest.until) == (
        "B", "Made-up Shop", True, date(2027, 1, 1),
    )  # fmt: skip
    assert (farthest.owner_name, farthest.known, farthest.as_of) == ("Made-up Trust", 600_000, date(2020, 1, 1))
    assert (finding.kind, finding.heaviest) == ("possibly_owned_by_listed", ())


def test_who_acts_for_a_listed_party_is_a_finding_of_its_own() -> None:
    """Certain only if somebody confirmed it; the stated ground is told."""
    rows = (
        holds("L1", "A", kind="acts_for", confirmed_by="desk", source="contract 7", row="4"),
        holds("L2", "B", kind="acts_for"),
        holds("X", "C", kind="acts_for", confirmed_by="desk"),
        holds("L1", "L1", kind="acts_for"),
    )

    holdings = found(*rows)

    assert [(each.party_id, each.kind, each.certain) for each in holdings.findings] == [
        ("A", "acts_for_listed", True), ("B", "acts_for_listed", False),
    ]  # fmt: skip
    assert [(each.name, each.ours) for each in holdings.findings[0].because] == [
        ("ownership.acts_for", "L1"), ("ownership.stated", "contract 7"),
    ]  # fmt: skip
    assert (holdings.control, holdings.findings[0].way[0].kind) == ({}, "acts_for")


def test_the_middle_of_a_very_long_way_is_left_out() -> None:
    """A record stays below the ledger's limit whatever the table holds; the ends are what is asked for."""
    names = ["L1", *(f"c{number:04}" for number in range(3_000))]
    rows = [holds(owner, owned, 60) for owner, owned in pairwise(names)]

    (finding,) = found(*rows).about({"c2999"})

    assert len(finding.way) == 50
    assert finding.path[0] == "c2999"
    assert finding.path[25:28] == ("c2974", "…", "c0024")
    assert finding.path[-1] == "L1"


def test_what_a_list_states_is_its_own_source() -> None:
    """A relation that a list publishes is in no table."""
    (finding,) = found(holds("L1", "A", 60, row="list:made-up@0#e-1")).findings

    assert finding.sources == ("list:made-up@0#e-1", "list:house-made-up@0#L1")


def test_only_findings_that_somebody_asks_for_are_told() -> None:
    """Ways and grounds of a million companies would be told to nobody."""
    holdings = found(holds("L1", "A", 60), holds("L1", "B", 60), holds("L2", "C", kind="control"))

    assert [each.party_id for each in holdings.about({"B", "C", "nobody"})] == ["B", "C"]


def test_a_party_without_a_stake_is_not_there() -> None:
    """Nobody who is listed may hold anything of it."""
    holdings = found(holds("L1", "A", 60), holds("X", "B", 60))

    assert (list(holdings), len(holdings), "A" in holdings, "B" in holdings) == (["A"], 1, True, False)
    assert (holdings.get("B"), holdings.get("nobody")) == (None, None)


def test_the_numbers_of_a_rule_can_be_given() -> None:
    """A network whose law knows another threshold states it."""
    rule = OwnershipRule(threshold_bp=2500, strict=True, aggregate=True)

    holdings = ownership_findings(
        [holds("L1", "A", 25), holds("L1", "B", 25.0001)], {"L1": listed("L1")}, rule, ON, kinds={}
    )

    assert [each.party_id for each in holdings.findings] == ["B"]


@pytest.mark.parametrize(("possible", "certain"), [("", True), ("L1", False)])
def test_what_those_own_who_act_for_a_listed_party_is_possibly_its_own(possible: str, certain: bool) -> None:
    """Never certain: nobody says that the nominee holds it for the other; the path shows why it may be."""
    rows = (
        holds("N", "A", 60, row="2"), holds("L1", "N", kind="acts_for", confirmed_by="desk", row="3"),
        holds("A", "B", 50, row="4"),
    )  # fmt: skip

    (whole, sub, tie) = found(*rows, possible=possible).findings

    assert (whole.kind, whole.low, whole.high, whole.certain) == ("possibly_owned_by_listed", 0, 600_000, certain)
    assert (whole.entity_id, whole.path, [link.kind for link in whole.way]) == (
        "e-L1", ("A", "N", "L1"), ["ownership", "acts_for"],
    )  # fmt: skip
    assert [(each.name, each.ours) for each in whole.because] == [
        ("ownership.share", "N: 60 %"), ("ownership.acts_for", "L1"),
    ]  # fmt: skip
    assert whole.sources == ("table:ownership@abc#2", "table:ownership@abc#3", "list:house-made-up@0#L1")
    assert (sub.kind, sub.path, tie.kind, tie.party_id) == (
        "possibly_owned_by_listed", ("B", "A", "N", "L1"), "acts_for_listed", "N",
    )  # fmt: skip


def test_a_nominee_passes_on_no_more_than_it_owns_and_nothing_that_it_controls() -> None:
    """Below the threshold nobody is possibly owned, and a nominee is not listed itself: it ties nobody."""
    holdings = found(
        holds("N", "A", 30), holds("N", "B", kind="control"), holds("N", "C", kind="acts_for"),
        holds("L1", "N", kind="acts_for"), holds("X", "D", 100), holds("Y", "X", kind="acts_for"),
    )  # fmt: skip

    assert [(each.party_id, each.kind) for each in holdings.findings] == [("N", "acts_for_listed")]
    assert (holdings["A"].low, holdings["A"].high) == (0, 300_000)
    assert holdings.possible_minority("A") is not None
    assert "D" not in holdings


def test_a_share_that_is_certain_stays_so_beside_a_nominee() -> None:
    """The arithmetic of known holdings reads no ties."""
    alone = found(holds("L1", "A", 50, row="2")).findings
    beside = found(holds("L1", "A", 50, row="2"), holds("N", "A", 50), holds("L2", "N", kind="acts_for")).findings

    assert beside[0] == replace(alone[0], high=1_000_000)

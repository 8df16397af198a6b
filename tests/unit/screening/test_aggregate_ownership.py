"""The fixed point and the two ways, where a chain is long or a web is dense."""

from datetime import date
from itertools import pairwise

import pytest

from evenhand.model.ownership import OwnershipRule
from evenhand.model.party import Ownership
from evenhand.screening.ownership.aggregate_ownership import RULES, Run, run_of
from evenhand.screening.ownership.ownership_rows import ownership_rows_of

AGGREGATE = RULES["aggregate_50"]


def ran(*holdings: tuple[str, str, int | None], rule: OwnershipRule = AGGREGATE, high: bool = False) -> Run:
    rows = [Ownership(owner=owner, owned=owned, share=share) for owner, owned, share in holdings]
    return run_of(ownership_rows_of(rows, date(2026, 1, 1)), ["L", "M"], rule, high=high)


def caught(run: Run) -> list[str]:
    return [run.edges.ids[number] for number in (run.counted & ~run.listed).nonzero()[0]]


def owners(run: Run, links: list[int]) -> list[str]:
    return [run.edges.ids[run.edges.owner[link]] for link in links]


def chain(length: int) -> list[tuple[str, str, int | None]]:
    names = ["L", *(f"c{number:05}" for number in range(length))]
    return [(owner, owned, 500_000) for owner, owned in pairwise(names)]


def test_a_chain_of_three_thousand_is_followed_to_its_end() -> None:
    """No recursion, whose limit a long chain would meet."""
    run = ran(*chain(3_000))
    last = run.edges.number["c02999"]

    assert len(caught(run)) == 3_000
    assert run.shortest(last) == run.heaviest(last)
    assert len(run.shortest(last)) == 3_000


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (OwnershipRule(threshold_bp=5000, strict=False, aggregate=True), ["half", "more", "sum"]),
        (OwnershipRule(threshold_bp=5000, strict=True, aggregate=True), ["more"]),
        (OwnershipRule(threshold_bp=5000, strict=False, aggregate=False), ["half", "more"]),
        (OwnershipRule(threshold_bp=5000, strict=True, aggregate=False), ["more"]),
        (OwnershipRule(threshold_bp=2500, strict=False, aggregate=False), ["half", "more", "sum"]),
        (OwnershipRule(threshold_bp=10_000, strict=False, aggregate=True), []),
    ],
)
def test_a_rule_is_its_numbers(rule: OwnershipRule, names: list[str]) -> None:
    """Threshold, strict and aggregate are what the jurisdictions differ in."""
    run = ran(("L", "half", 500_000), ("M", "more", 500_001), ("L", "sum", 250_000), ("M", "sum", 250_000), rule=rule)

    assert caught(run) == names


def test_a_ring_cannot_lift_itself() -> None:
    """Two companies that own each other are nobody's."""
    run = ran(("A", "B", 600_000), ("B", "A", 600_000), ("L", "A", 400_000))

    assert caught(run) == []
    assert run.share.tolist() == [400_000, 0, 0]


def test_the_shares_of_nobody_in_itself_count() -> None:
    """A company's own shares are no holding of a listed owner, once it is caught."""
    run = ran(("L", "A", 500_000), ("A", "A", 300_000))

    assert run.share[run.edges.number["A"]] == 500_000


def test_the_widest_of_several_ways_is_found_through_narrow_ones() -> None:
    """A company first reached over a small holding is reached again over a larger one."""
    run = ran(
        ("L", "A", 510_000), ("A", "B", 900_000), ("L", "B", 100_000),
        ("B", "C", 800_000), ("M", "D", 700_000), ("D", "C", 750_000), ("C", "E", 1_000_000), ("A", "E", 500_000),
    )  # fmt: skip
    number = run.edges.number

    assert owners(run, run.heaviest(number["B"])) == ["A", "L"]
    assert owners(run, run.shortest(number["B"])) == ["L"]
    assert owners(run, run.heaviest(number["C"])) == ["D", "M"]
    assert owners(run, run.heaviest(number["E"])) == ["C", "D", "M"]
    assert owners(run, run.shortest(number["E"])) == ["A", "L"]


def test_the_holdings_in_a_company_come_largest_first() -> None:
    """A finding names the links that matter most; what adds nothing is no link."""
    run = ran(("L", "A", 100_000), ("M", "A", 300_000), ("B", "A", 500_000), ("L", "B", 0), high=True)

    assert owners(run, run.holders_of(run.edges.number["A"]).tolist()) == ["M", "L"]


def test_who_is_listed_and_owns_nothing_changes_nothing() -> None:
    """Most listed parties are not in the table."""
    run = ran(("X", "A", 900_000))

    assert (caught(run), run.listed.any()) == ([], False)

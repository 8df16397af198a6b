"""Compare the ownership rules with graphs of known answer: `python -m tests.conformance.screening_ownership FILE…`.

A row agrees when every party of `expect` has its status, low and high (±1e-6) under both rules, and exactly the
parties of `control`, where it is stated, are controlled. The last line is `{"cases", "agree", "disagree"}`.
"""

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, NotRequired, TypedDict

from evenhand.model.finding import Finding
from evenhand.model.party import MILLIONTHS, Ownership, OwnershipKind
from evenhand.screening.ownership.aggregate_ownership import RULES
from evenhand.screening.ownership.owned_parties import Holdings, ownership_findings
from evenhand.screening.ownership.stake_grounds import Holder
from tests.conformance.cases import Arguments, Case, count, execute, read_cases

_ON = date(2026, 1, 1)


class Share(TypedDict):
    """A share of one company, 0 to 1; null where it is not known."""

    owner: str
    owned: str
    share: float | None
    kind: OwnershipKind


class Stake(TypedDict):
    """What is expected of a party."""

    status: str
    low: float
    high: float


class Expected(TypedDict):
    """What a graph must give under each rule."""

    aggregate_50: NotRequired[dict[str, Stake]]
    over_50_single: NotRequired[dict[str, Stake]]
    control: NotRequired[list[str]]


class Row(TypedDict):
    """A graph."""

    shares: list[Share]
    listed: list[str]
    expect: Expected


def compare(paths: list[str]) -> dict[str, int]:
    """Return how many graphs there are, agree and disagree; name those that disagree."""
    counts = count(list(read_cases(paths, Row)), agrees)
    return {"cases": counts["cases"], "agree": counts["agree"], "disagree": len(counts["disagree"])}


def agrees(row: Case) -> bool:
    """Return whether a graph gives what is expected; say what differs."""
    wrong = list(disagreements(row))
    if wrong:
        print(f"{row.get('id', row.get('about'))}: {'; '.join(wrong)}")
    return not wrong


def disagreements(row: dict[str, Any]) -> Iterator[str]:
    """Yield what differs between our answer on one graph and the expected one."""
    shares = [_ownership(number, each) for number, each in enumerate(row["shares"], 1)]
    holders = {party: Holder(certain=True, findings=(_listed(party),)) for party in row["listed"]}
    for rule in RULES:
        holdings = ownership_findings(shares, holders, rule, _ON)
        for party, expected in row["expect"].get(rule, {}).items():
            ours = _answer(holdings, party)
            theirs = (expected["status"], expected["low"], expected["high"])
            if ours[0] != theirs[0] or any(abs(a - b) > 1e-6 for a, b in zip(ours[1:], theirs[1:], strict=True)):
                yield f"{rule} {party}: {ours}, expected {theirs}"
        control = row["expect"].get("control")
        if rule == "aggregate_50" and control is not None and sorted(holdings.control) != sorted(control):
            yield f"control: {sorted(holdings.control)}, expected {sorted(control)}"


def _answer(holdings: Holdings, party: str) -> tuple[str, float, float]:
    stake = holdings.get(party)
    return ("impossible", 0.0, 0.0) if stake is None else (stake.status, stake.low / 1e6, stake.high / 1e6)


def _ownership(number: int, share: dict[str, Any]) -> Ownership:
    part = None if share["share"] is None else round(share["share"] * MILLIONTHS)
    return Ownership(owner=share["owner"], owned=share["owned"], share=part, kind=share["kind"], row=str(number))


def _listed(party: str) -> Finding:
    return Finding(
        party_kind="owner", party_id=party, kind="listed", list="made-up", entity_id=party, score=1.0, certain=True,
        sources=(f"list:made-up@0#{party}",),
    )  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("files", nargs="+")
    return execute(arguments, lambda chosen: compare(chosen.files), argv)


if __name__ == "__main__":
    sys.exit(main())

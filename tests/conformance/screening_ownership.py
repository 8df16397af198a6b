"""Compare the ownership rules with graphs of known answer: `python -m tests.conformance.screening_ownership FILE…`.

A row agrees when every party of `expect` has its status, low and high (±1e-6) under both rules, and exactly the
parties of `control` are controlled. The last line is `{"cases", "agree", "disagree"}`.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from evenhand.model.finding import Finding
from evenhand.model.party import MILLIONTHS, Ownership
from evenhand.screening.ownership.aggregate_ownership import RULES
from evenhand.screening.ownership.owned_parties import Holdings, ownership_findings
from evenhand.screening.ownership.stake_grounds import Holder

_ON = date(2026, 1, 1)


def compare(paths: list[str]) -> dict[str, int]:
    """Return how many graphs there are, agree and disagree; name those that disagree."""
    agree = disagree = 0
    for row in (json.loads(line) for path in paths for line in _lines(Path(path)) if line.strip()):
        if wrong := list(disagreements(row)):
            disagree += 1
            print(f"{row.get('id', row.get('about'))}: {'; '.join(wrong)}")
        else:
            agree += 1
    return {"cases": agree + disagree, "agree": agree, "disagree": disagree}


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
        if rule == "aggregate_50" and sorted(holdings.control) != sorted(row["expect"]["control"]):
            yield f"control: {sorted(holdings.control)}, expected {sorted(row['expect']['control'])}"


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


def _lines(path: Path) -> list[str]:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode().splitlines()


if __name__ == "__main__":
    print(json.dumps(compare(sys.argv[1:])))

"""The ownership rule at size, as `python -m benchmarks.ownership [--edges N]`; the figures are the last line.

A made register: two parties for five rows, one in a hundred listed, five rows in a hundred without a share, one in a
hundred of control, one listed party in three a namesake only. The listed may hold something of three parties in ten.
"""

import argparse
import json
import random
import resource
import time
from datetime import date
from typing import Any

from benchmarks.sizes import at_least
from evenhand.model.finding import Finding
from evenhand.model.party import Ownership
from evenhand.screening import Holder, Holdings, ownership_findings

EDGES = 1_000_000
ASKED = 1_000
ON = date(2026, 11, 24)
_SHARES = (10_000, 20_000, 50_000, 100_000, 250_000, 300_000, 500_000, 510_000, 750_000, 1_000_000)


def main() -> None:
    """Make a register, compute it and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--edges", type=at_least(10), default=EDGES, help=f"rows of the register, {EDGES:,} if not given"
    )
    print(json.dumps(measure(parser.parse_args().edges)))


def measure(edges: int) -> dict[str, Any]:
    """Return the figures of a made register of so many rows, computed in this process.

    `ownership_s`: shares of all parties, low and high, every party's shortest and heaviest way. `findings_ms`: one
    finding with its grounds, the mean over those of `ASKED` caught parties. Memory is what is used beside the rows.
    """
    rows, holders = made_register(edges)
    before = _peak_mb()
    start = time.perf_counter()
    holdings = ownership_findings(rows, holders, "aggregate_50", ON)
    caught = [party for party, share in holdings.high.items() if share >= 500_000][:ASKED]
    _ask(holdings, caught[:1])  # the ways of all parties are found with the first
    seconds, peak = time.perf_counter() - start, _peak_mb()
    start = time.perf_counter()
    found = _ask(holdings, caught)
    return {
        "ownership_edges": edges,
        "ownership_s": round(seconds, 2),
        "ownership_mb": peak - before,
        "ownership_rows_mb": before,
        "ownership_stakes": len(holdings),
        "ownership_findings_ms": round((time.perf_counter() - start) * 1000 / max(found, 1), 3),
    }


def made_register(edges: int) -> tuple[list[Ownership], dict[str, Holder]]:
    """Return a register of so many rows, the same for the same number, and its listed holders."""
    chance, parties = random.Random(edges), max(2, edges * 2 // 5)
    rows = [
        Ownership(
            owner=f"p{chance.randrange(parties)}",
            owned=f"p{chance.randrange(parties)}",
            share=None if chance.random() < 0.05 else chance.choice(_SHARES),
            kind="control" if chance.random() < 0.01 else "ownership",
            row=str(row),
        )
        for row in range(edges)
    ]
    return rows, {f"p{number}": _holder(f"p{number}", number % 300 != 0) for number in range(0, parties, 100)}


def _holder(party: str, certain: bool) -> Holder:
    finding = Finding(
        party_kind="owner", party_id=party, kind="listed", list="made-up", entity_id=party, score=0.9, certain=certain,
        sources=(f"list:made-up@0#{party}",),
    )  # fmt: skip
    return Holder(certain, (finding,))


def _ask(holdings: Holdings, parties: list[str]) -> int:
    return len(holdings.about(frozenset(parties)))


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()

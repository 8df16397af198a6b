"""Run export cases: `python -m tests.conformance.prebid_export FILE.json…` (`gate.md` §9).

A case gives a register, what a log saw, and bids. It agrees when the bids that fall by exact comparison with the
exported file are the stated ones, in each of Prebid's three configurations, from both forms of the register.
"""

import json
import sys
from typing import Any, TypedDict

from evenhand.gate import Gate
from evenhand.gate.blocking.block_lists import block_lists
from evenhand.gate.blocking.formats import FORMATS
from tests.conformance.cases import Case, run_files
from tests.conformance.registers import AT, SUFFIXES, gates


class Row(TypedDict):
    """A case; `removed` are places of bids."""

    register: list[dict[str, Any]]
    policy: dict[str, Any]
    observed: list[str]
    bids: list[dict[str, Any]]
    removed: list[int]


def agrees(case: Case) -> bool:
    """Return whether the bids that fall are those that a case states."""
    with gates(case["register"], case["policy"]) as opened:
        return all(
            fallen(case["bids"], configuration(name, gate, case["observed"])) == case["removed"]
            for gate in opened
            for name in ("prebid-go", "prebid-java", "prebid-js")
        )


def configuration(name: str, gate: Gate, observed: list[str]) -> tuple[list[str], bool]:
    """Return what an exported file blocks: domains, and whether a bid without any."""
    lines = (f"{each}\n".encode() for each in observed)
    whole = json.loads(FORMATS[name].text(block_lists(gate, AT, SUFFIXES, lines)))
    if name == "prebid-js":
        adv = whole["bidResponseFilter"]["adv"]
        return adv["badv"], adv["blockUnknown"]
    modules = whole["hooks"]["modules"]
    module = modules["prebid"]["ortb2blocking"] if name == "prebid-go" else modules["pb-ortb2-blocking"]
    badv = {key.replace("-", "_"): value for key, value in module["attributes"]["badv"].items()}
    assert badv["enforce_blocks"] is True
    return badv["blocked_adomain"], badv["block_unknown_adomain"]


def _adomain(bid: dict[str, Any]) -> list[Any]:
    written = bid.get("adomain") or []
    return written if isinstance(written, list) else [written]


def fallen(bids: list[dict[str, Any]], blocked: tuple[list[str], bool]) -> list[int]:
    """Return the places of the bids that Prebid would reject: it compares text, and counts a missing `adomain`."""
    domains, blocks_missing = blocked
    return [
        place
        for place, bid in enumerate(bids)
        if any(value in domains for value in _adomain(bid)) or (not bid.get("adomain") and blocks_missing)
    ]


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())

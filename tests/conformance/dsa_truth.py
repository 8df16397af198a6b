"""Run cases of the DSA object, its truth and demand chains: `python -m tests.conformance.dsa_truth FILE.json…`.

A case agrees when codes (sorted), acceptance, loss reason and seat-non-bid status are those it states (`gate.md` §12),
or, where it says `unreadable`, when the request is refused.
"""

import sys
from typing import Any, NotRequired, TypedDict

from evenhand.gate import Gate, filter_bids
from evenhand.model.errors import RequestUnreadable
from tests.conformance.cases import Case, encoded, run_files
from tests.conformance.registers import AT, gates


class Row(TypedDict):
    """A case."""

    register: list[dict[str, Any]]
    policy: dict[str, Any]
    seat: str | None
    regs_dsa: Any
    bid: dict[str, Any]
    codes: list[str]
    accept: bool
    loss: int | None
    status: int | None
    unreadable: NotRequired[bool]


def agrees(case: Case) -> bool:
    """Return whether both forms of the register give what the case states."""
    regs = {} if case["regs_dsa"] is None else {"regs": {"ext": {"dsa": case["regs_dsa"]}}}
    request = encoded({"id": "1", "imp": [{"id": "1"}], **regs})
    seat = {} if case["seat"] is None else {"seat": case["seat"]}
    response = encoded({"id": "1", "seatbid": [{"bid": [case["bid"]], **seat}]})
    stated = tuple(case[key] for key in ("codes", "accept", "loss", "status"))
    with gates(case["register"], case["policy"]) as both:
        if case.get("unreadable"):
            return all(_is_refused(gate, request, response) for gate in both)
        return all(_answer(gate, request, response) == stated for gate in both)


def _is_refused(gate: Gate, request: bytes, response: bytes) -> bool:
    try:
        filter_bids(request, response, gate, AT)
    except RequestUnreadable:
        return True
    return False


def _answer(gate: Gate, request: bytes, response: bytes) -> tuple[Any, ...]:
    filtered = filter_bids(request, response, gate, AT)
    if filtered.removed:
        (removal,) = filtered.removed
        return sorted(removal.codes), False, removal.loss, removal.status
    return sorted(code for noted in filtered.noted for code in noted.codes), True, None, None


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())

"""Run request and response pairs: `python -m tests.conformance.openrtb_pairs FILE.jsonl…` (`gate.md` §12).

A case agrees when request and response come back equal after reading and writing, the removals are those it states,
the bids that are left are the same bytes in the same order, and with nothing to remove the response is the same bytes.
"""

import json
import sys
from collections.abc import Collection
from typing import Any, NotRequired, TypedDict

import msgspec

from evenhand.gate import Gate, filter_bids
from evenhand.gate.wire.openrtb import whole_escapes
from tests.conformance.cases import Case, as_written, run_files
from tests.conformance.registers import AT, gates


class Row(TypedDict):
    """A case; `response_raw` is the text of a response, `removed` rows of seatbid, bid, loss and status."""

    register: list[dict[str, Any]]
    policy: dict[str, Any]
    request: Any
    response: NotRequired[Any]
    response_raw: NotRequired[str | None]
    removed: list[list[int]]


def agrees(case: Case) -> bool:
    """Return whether both forms of the register give what the case states."""
    request, raw = as_written(case, "request"), case.get("response_raw")
    response = as_written(case, "response") if raw is None else raw.encode("utf-8", "surrogatepass")
    if not all(map(_comes_back, (request, response))):
        return False
    with gates(case["register"], case["policy"]) as both:
        return all(_agrees(gate, request, response, case["removed"]) for gate in both)


def _comes_back(data: bytes) -> bool:
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(data))) == json.loads(data))
    except (msgspec.DecodeError, RecursionError):  # no JSON, half a surrogate, a number or depth too big: it still is
        return True


def _agrees(gate: Gate, request: bytes, response: bytes, stated: list[list[int]]) -> bool:
    filtered = filter_bids(request, response, gate, AT)
    removed = [[each.seatbid, each.bid, each.loss, each.status] for each in filtered.removed]
    if removed != stated:
        return False
    if filtered.malformed:
        return filtered.response in {response, None}
    if not removed:
        return filtered.response is response
    return _bids(filtered.response) == _bids(response, {(i, j) for i, j, *_ in stated})


def _bids(response: bytes | None, gone: Collection[tuple[int, int]] = ()) -> list[tuple[Any, bytes]]:
    """Return seat and text of each bid that is not gone, in order."""
    if response is None:
        return []
    seats = msgspec.json.decode(whole_escapes(response), type=dict[str, msgspec.Raw]).get("seatbid", b"[]")
    return [
        (seat.get("seat"), bytes(bid))
        for i, seat in enumerate(msgspec.json.decode(seats, type=list[dict[str, msgspec.Raw]] | None) or [])
        for j, bid in enumerate(msgspec.json.decode(seat.get("bid", b"[]"), type=list[msgspec.Raw] | None) or [])
        if (i, j) not in gone
    ]


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())

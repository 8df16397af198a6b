"""Run whole requests: `python -m tests.conformance.openrtb_requests FILE.jsonl…` (`gate.md` §12).

A valid request comes back equal after reading and writing, and shaping it by an empty register is the identity. One
that is not valid gives any answer but an error that nobody expects.
"""

import sys
from functools import cache
from typing import Any, TypedDict

import msgspec

from evenhand.gate import Gate, filter_bids
from evenhand.gate.blocking.request_shaping import shape_request
from evenhand.model.errors import RequestUnreadable
from tests.conformance.cases import Case, as_written, run_files
from tests.conformance.registers import AT, gates

_RESPONSE = b'{"id":"1","seatbid":[]}'


class Row(TypedDict):
    """A case; a request that is not valid can be anything."""

    valid: bool
    request: Any


def agrees(case: Case) -> bool:
    """Return whether a request is answered as its case states."""
    request = as_written(case, "request")
    try:
        shaped = shape_request(request, _empty(), AT)
        filtered = filter_bids(request, _RESPONSE, _empty(), AT)
    except RequestUnreadable:
        return not case["valid"]
    return not case["valid"] or (_comes_back(request, case) and shaped is request and filtered.response is _RESPONSE)


def _comes_back(request: bytes, case: Case) -> bool:
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(request))) == case["request"])
    except msgspec.DecodeError:  # half a surrogate pair, which the gate takes and passes as it is written
        return True


@cache
def _empty() -> Gate:
    with gates([]) as (_, compiled):
        return compiled


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())

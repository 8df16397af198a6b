"""Run whole requests: `python -m tests.conformance.openrtb_requests FILE.jsonl…` (`gate.md` §12).

A valid request comes back equal after reading and writing, and shaping it by an empty register is the identity. One
that is not valid gives any answer but an error that nobody expects.
"""

import json
from functools import cache

import msgspec

from evenhand.gate import Gate, filter_bids
from evenhand.gate.blocking.shape import shape_request
from evenhand.model.errors import RequestUnreadable
from tests.conformance.cases import Case, main
from tests.conformance.registers import AT, gates

_RESPONSE = b'{"id":"1","seatbid":[]}'


def agrees(case: Case) -> bool:
    """Return whether a request is answered as its case states."""
    request = json.dumps(case["request"], ensure_ascii=False).encode()
    try:
        same = msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(request))) == case["request"]
        shaped = shape_request(request, _empty(), AT)
        filtered = filter_bids(request, _RESPONSE, _empty(), AT)
    except RequestUnreadable:
        return not case["valid"]
    return not case["valid"] or (same and shaped is request and filtered.response is _RESPONSE)


@cache
def _empty() -> Gate:
    with gates([]) as (_, compiled):
        return compiled


if __name__ == "__main__":
    main(agrees)

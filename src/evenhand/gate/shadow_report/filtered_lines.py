"""One line of a log answered: what was removed, and what is left of its response, byte for byte."""

from datetime import datetime

import msgspec

from evenhand.gate.filter import filter_bids
from evenhand.gate.gate import Gate
from evenhand.gate.nonbids import tell_buyers
from evenhand.gate.shadow_report.traffic_log import Fault, Line
from evenhand.model.errors import RequestUnreadable
from evenhand.model.service import Tell

_json = msgspec.json.Encoder().encode


def filtered_line(line: Line, gate: Gate, at: datetime, tell: Tell = "nothing") -> bytes | Fault:
    """Return `{"id", "removed", "response"}` as one line of JSON, or what is wrong with the line's request.

    The line's own instant counts, else `at`. `response` is null where no bid is left; a response that could not be
    read also says `"malformed":true`, and passed or was dropped as the register's head says.
    `tell` is what `tell_buyers` adds.

    Raises:
        RegisterInvalid: the register is stale at the line's instant and nobody chose what that means.
    """
    try:
        filtered = filter_bids(line.request, line.response, gate, line.at or at)
    except RequestUnreadable as error:
        return Fault(line.number, str(error))
    left = tell_buyers(filtered, line.response, tell)
    parts = {
        "id": msgspec.Raw(line.id),
        "removed": filtered.removed,
        "response": None if left is None else msgspec.Raw(left),
    }
    return _json({**parts, "malformed": True} if filtered.malformed else parts) + b"\n"

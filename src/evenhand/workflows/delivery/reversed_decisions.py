"""Decisions that a complaint showed to be wrong: what they stated is not told to anybody for the first time."""

import msgspec

from evenhand.appeals import fold
from evenhand.ledger import LogReader
from evenhand.model.complaint import ComplaintEvent

_decode = msgspec.json.Decoder(ComplaintEvent, strict=False).decode


def reversed_decisions(ledger: LogReader) -> frozenset[str]:
    """Return the ids of the decisions that were reversed on a complaint; cost: each record of a complaint is read once.

    A complaint of which a record was erased says nothing.

    Raises:
        StateRefused: the events of a complaint do not follow from each other.
    """
    events: dict[str, list[ComplaintEvent]] = {}
    for kind in ("complaint", "review"):
        for _, _, payload in ledger.entries(kind):
            if payload is not None:
                event = _decode(payload)
                events.setdefault(event.complaint, []).append(event)
    in_order = (sorted(known, key=lambda each: each.seq) for known in events.values())
    # INVARIANT: events are written without gaps, so a gap is an erasure.
    whole = (known for known in in_order if [each.seq for each in known] == list(range(len(known))))
    return frozenset(each.decision for each in map(fold, whole) if each.outcome == "reversed")

"""The rulings that a run leaves for the next one, as rows of a table of `state/`."""

from collections.abc import Iterator, Mapping

import msgspec

from evenhand.model.ruling import Ruling
from evenhand.workflows.evaluation.rulings import RuledRequest

RULINGS = {
    "request": "VARCHAR", "facts_sha256": "VARCHAR", "read_sha256": "VARCHAR", "active_sha256": "VARCHAR",
    "outcome": "VARCHAR", "decision": "VARCHAR", "reasons": "VARCHAR", "errors": "VARCHAR", "time_bound": "BOOLEAN",
}  # fmt: skip
RulingRow = tuple[str, str, str, str, str, str, str, str, bool]


def ruling_rows(ruled: Mapping[str, RuledRequest]) -> Iterator[RulingRow]:
    """Yield a row for each ruling, by request."""
    for key, each in ruled.items():
        ruling = each.ruling
        yield (
            key, each.facts_sha256, each.read_sha256, each.active_sha256, ruling.outcome.value, ruling.decision,
            _text(ruling.reasons), _text(ruling.errors), each.time_bound,
        )  # fmt: skip


def known_ruling(row: RulingRow) -> tuple[str, RuledRequest]:
    """Return the request of a row, and its ruling."""
    key, whole, read, active, outcome, decision, reasons, errors, time_bound = row
    ruling = msgspec.convert(
        {
            "outcome": outcome,
            "decision": decision,
            "reasons": msgspec.json.decode(reasons),
            "errors": msgspec.json.decode(errors),
        },
        Ruling,
    )
    return key, RuledRequest(whole, read, active, time_bound, ruling)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()

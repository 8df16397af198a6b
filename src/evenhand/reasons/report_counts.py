"""What a transparency report counts of statements of reasons (DSA Art. 15 and 24)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

import msgspec

from evenhand.model.record import Record
from evenhand.model.statement import StatementOfReasons


class Numbers(Record, frozen=True, kw_only=True):
    """Counts of statements, each of `statements` in all; a record that is none is in `left_out` and nowhere else.

    `source` keeps requests of a government apart. In `territory` a statement counts once in each of its countries, so
    these add up to more; `EEA` and `global` stand for themselves. `days_to_notice` is the median of the days from the
    decision to the notice, over all statements; null where there are none.
    """

    statements: int
    left_out: int
    kind: dict[str, int]
    ground: dict[str, int]
    category: dict[str, int]
    source: dict[str, int]
    detection: dict[str, int]
    decision: dict[str, int]
    territory: dict[str, int]
    days_to_notice: float | None


_COUNTED = ("kind", "ground", "category", "source", "detection", "decision", "territory")


def numbers(records: Iterable[Mapping[str, Any]]) -> Numbers:
    """Return the counts of records, read one by one.

    Source: `reasons.md` §6. Complaints and what came of them are not in the record.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
    days: Counter[int] = Counter()
    left_out = 0
    for record in records:
        try:
            statement = msgspec.convert(record, StatementOfReasons)
        except msgspec.ValidationError:
            left_out += 1
            continue
        for name, words in _told(statement).items():
            counts[name].update(words)
        days[(statement.dates.informed - statement.dates.decided).days] += 1
    return Numbers(
        statements=days.total(),
        left_out=left_out,
        **{name: dict(sorted(counted.items())) for name, counted in counts.items()},
        days_to_notice=float(median(days.elements())) if days else None,
    )


def _told(statement: StatementOfReasons) -> dict[str, set[str]]:
    scope = statement.scope
    return {
        "kind": {statement.kind},
        "ground": {statement.ground.type},
        "category": {statement.category},
        "source": {statement.source.type},
        "detection": {statement.automation.detection},
        "decision": {statement.automation.decision},
        "territory": {scope} if isinstance(scope, str) else set(scope),
    }

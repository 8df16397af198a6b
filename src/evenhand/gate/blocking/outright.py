"""What a row means whatever a bid says: its decision, and the conditions that no bid can escape at an instant.

A refusal after a notice is such a condition: it begins at its instant and then holds for every bid.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from evenhand.gate.registers.register import Register
from evenhand.gate.registers.row_references import HAS_UNTIL, NOT_ONLY_POLITICAL, SEVERITY, RowContent
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Before, Contains, Eq, Hours, In, Is, Not, Or, Program, Unknown, milliseconds

Value = bool | None
Values = frozenset[Value]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_ANY: Final[Values] = frozenset({True, False, None})
_NOT_OF_BIDS: Final = HAS_UNTIL | NOT_ONLY_POLITICAL


def severity_at(register: Register, ref: int, at: datetime) -> int:
    """Return the severity that a row has at least for every bid at an instant, 0 (allow) to 4 (refuse)."""
    if not ref & _NOT_OF_BIDS:
        return ref & SEVERITY
    return severity_of(register.row(ref), at)


def turns_of(register: Register, ref: int) -> tuple[tuple[datetime, int], ...]:
    """Return from when on a row has which severity for every bid, the first from the beginning of time; in order."""
    if not ref & _NOT_OF_BIDS:
        return ((_FIRST, ref & SEVERITY),)
    row = register.row(ref)
    turns = [(_FIRST, severity_of(row, _FIRST))]
    for at in sorted({*_instants(row), *([] if row.until is None else [row.until])}):
        severity = severity_of(row, at)
        if severity != turns[-1][1]:
            turns.append((at, severity))
    return tuple(turns)


def severity_of(row: RowContent, at: datetime) -> int:
    """Return the severity that a row has at least for every bid at an instant; 0 once its decision has ended."""
    if row.until is not None and at >= row.until:
        return 0
    at_ms = milliseconds(at)
    return max([row.outcome.severity, *(_least(_values(when.program, at_ms), when.outcome) for when in row.when)])


def _least(values: Values, outcome: Outcome) -> int:
    """Return the severity that a condition adds at least: none where a bid can escape it; one that is unknown holds."""
    if False in values:
        return 0
    return min(outcome.severity if value else Outcome.HOLD.severity for value in values)


def _values(program: Program, at_ms: int) -> Values:
    """Return what a program can come to at an instant, whatever the bid says; each part is taken by itself.

    The hour of the day counts as the bid's: a list that changed with it could not be kept.
    """
    match program:
        case And(parts):
            return _joined([_values(part, at_ms) for part in parts], absorbing=False)
        case Or(parts):
            return _joined([_values(part, at_ms) for part in parts], absorbing=True)
        case Not(part):
            return frozenset(None if value is None else not value for value in _values(part, at_ms))
        case Before(until_ms):
            return frozenset({at_ms < until_ms})
        case Unknown():
            return frozenset({None})
        case Is() | Eq() | In() | Contains() | Hours():
            return _ANY
        case _:
            assert_never(program)


def _joined(parts: Sequence[Values], *, absorbing: bool) -> Values:
    """Return what a conjunction (`absorbing` False) or a choice (True) of parts can come to, in Kleene's values."""
    found: Values = frozenset({not absorbing})
    for part in parts:
        found = frozenset(_pair(left, right, absorbing=absorbing) for left in found for right in part)
    return found


def _pair(left: Value, right: Value, *, absorbing: bool) -> Value:
    if absorbing in (left, right):
        return absorbing
    return None if None in (left, right) else not absorbing


def _instants(row: RowContent) -> Iterator[datetime]:
    """Yield the instants that conditions of a row name, as far as there are such dates."""
    waiting: list[Program] = [when.program for when in row.when]
    while waiting:
        match waiting.pop():
            case And(parts) | Or(parts):
                waiting += parts
            case Not(part):
                waiting.append(part)
            case Before(at_ms):
                try:
                    yield _EPOCH + timedelta(milliseconds=at_ms)
                except OverflowError:
                    continue
            case _:
                pass

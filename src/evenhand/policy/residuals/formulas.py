"""Programs of the gate put together from parts, and kept short: what is decided is left out."""

from collections.abc import Iterable
from datetime import UTC, datetime

from evenhand.model.program import And, Before, Hours, Is, Not, Or, Program, Unknown

TRUE: Program = And(())
FALSE: Program = Or(())
# No instant of the calendar is later.
LAST_MS = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()) * 1_000 + 999
_HOURS = range(24)


def all_of(parts: Iterable[Program]) -> Program:
    """Return the conjunction of the parts, in their order, each once.

    >>> all_of([Is("political", True), And((Before(5), Before(3))), And(())])
    And(parts=(Is(field='political', value=True), Before(at_ms=3)))
    """
    flat = [each for part in parts for each in (part.parts if isinstance(part, And) else (part,))]
    found = list(dict.fromkeys(flat))
    if FALSE in found or any(_excludes(each) and opposite(each) in found for each in found):
        return FALSE
    bounds = [each.at_ms for each in found if isinstance(each, Before)]
    kept = [each for each in found if not isinstance(each, Before) or each.at_ms == min(bounds)]
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def any_of(parts: Iterable[Program]) -> Program:
    """Return the choice among the parts, in their order, each once.

    >>> any_of([Or((Before(5), Is("political", True))), Is("political", False)])
    And(parts=())
    """
    flat = [each for part in parts for each in (part.parts if isinstance(part, Or) else (part,))]
    found = list(dict.fromkeys(flat))
    if TRUE in found or any(_excludes(each) and opposite(each) in found for each in found):
        return TRUE
    return found[0] if len(found) == 1 else Or(tuple(found))


def opposite(program: Program) -> Program:
    """Return the program that is true where this one is false; unknown stays unknown.

    >>> opposite(Is("political", True)), opposite(Not(Before(5))), opposite(And(()))
    (Is(field='political', value=False), Before(at_ms=5), Or(parts=()))
    """
    match program:
        case And(()):
            return FALSE
        case Or(()):
            return TRUE
        case Not(part):
            return part
        case Is(field, value):
            return Is(field, not value)
        case Hours(hours):
            return at_hours(set(_HOURS) - set(hours))
        case Unknown():
            return program
        case _:
            return Not(program)


def before(ms: int, since_ms: int) -> Program:
    """Return whether the request is served before an instant, where it is not served before `since_ms`."""
    if ms <= since_ms:
        return FALSE
    return TRUE if ms > LAST_MS else Before(ms)


def at_hours(hours: Iterable[int]) -> Program:
    """Return whether the hour of the day in UTC is one of these."""
    found = tuple(sorted(set(hours)))
    if len(found) == len(_HOURS):
        return TRUE
    return Hours(found) if found else FALSE


def _excludes(program: Program) -> bool:
    """Return whether a program is never unknown, so that it and its opposite exclude one another."""
    return isinstance(program, Is | Before | Hours)

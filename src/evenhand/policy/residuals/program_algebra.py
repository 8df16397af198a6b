"""Programs of the gate put together from parts, and kept short: what is decided is left out."""

from collections.abc import Iterable
from datetime import UTC, datetime

from evenhand.model.program import And, Before, Hours, Is, Not, Or, Program, Unknown, size_of

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
    found = list(dict.fromkeys(each for part in parts for each in (part.parts if isinstance(part, And) else (part,))))
    if FALSE in found or _is_split(found):
        return FALSE
    settled = [_narrowed(each, found, Or) for each in found]
    if settled != found:
        return all_of(settled)
    bounds = [each.at_ms for each in found if isinstance(each, Before)]
    kept = [each for each in found if not isinstance(each, Before) or each.at_ms == min(bounds)]
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def any_of(parts: Iterable[Program]) -> Program:
    """Return the choice among the parts, in their order, each once.

    >>> any_of([Or((Before(5), Is("political", True))), Is("political", False)])
    And(parts=())
    """
    found = list(dict.fromkeys(each for part in parts for each in (part.parts if isinstance(part, Or) else (part,))))
    if TRUE in found or _is_split(found):
        return TRUE
    settled = [_narrowed(each, found, And) for each in found]
    if settled != found:
        return any_of(settled)
    return found[0] if len(found) == 1 else Or(tuple(found))


def opposite(program: Program) -> Program:
    """Return the program that is true where this one is false; unknown stays unknown.

    >>> opposite(Is("political", True)), opposite(Not(Before(5))), opposite(And(()))
    (Is(field='political', value=False), Before(at_ms=5), Or(parts=()))
    """
    match program:
        case And(parts) | Or(parts):
            turned = [opposite(part) for part in parts]
            other = any_of(turned) if isinstance(program, And) else all_of(turned)
            return other if size_of(other) <= size_of(program) else Not(program)
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


def _is_split(found: list[Program]) -> bool:
    """Return whether a program that is never unknown stands beside its opposite."""
    return any(_is_known(each) and opposite(each) in found for each in found)


def _narrowed(each: Program, beside: list[Program], kind: type[And] | type[Or]) -> Program:
    """Return what a choice says beside other parts that must all hold, or a conjunction beside other choices.

    `a && (a || b)` is `a`, and `a && (!a || b)` is `a && b` where `a` is never unknown; with `||` likewise.
    """
    if not isinstance(each, kind):
        return each
    if any(inner in beside for inner in each.parts):
        return TRUE if kind is Or else FALSE
    kept = [inner for inner in each.parts if not (_is_known(inner) and opposite(inner) in beside)]
    if len(kept) == len(each.parts):
        return each
    return any_of(kept) if kind is Or else all_of(kept)


def _is_known(program: Program) -> bool:
    return isinstance(program, Is | Before | Hours) or (isinstance(program, Not) and isinstance(program.part, Before))

"""What the values of a residual's program are at the gate: known, read from the request, or never to be known."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from evenhand.model.program import Eq, Program, SetField, TextField, Unknown
from evenhand.policy.residuals.program_algebra import FALSE, LAST_MS, TRUE, all_of, at_hours, before, opposite
from evenhand.policy.typed.extension_types import LEAST, MOST
from evenhand.policy.typed.nodes import Datetime, Duration, Value

HOUR_MS, DAY_MS = 3_600_000, 86_400_000

Kind = Literal["datetime", "duration", "long"]


class NotExpressible(Exception):
    """A program asks for something that the gate's programs do not have; the text names it."""


@dataclass(frozen=True)
class Known:
    """A value that is the same in every request."""

    value: Value


@dataclass(frozen=True)
class AlwaysErrs:
    """A value that errs in every request."""


@dataclass(frozen=True)
class NeverKnown:
    """A value that the gate never knows, by its name; `sure` if it errs in no request."""

    name: str
    sure: bool = True


@dataclass(frozen=True)
class Truth:
    """A Bool as a program; it counts where the program `ok` is true, elsewhere it errs."""

    value: Program
    ok: Program = TRUE


@dataclass(frozen=True)
class TextAttribute:
    """A text of the request."""

    field: TextField


@dataclass(frozen=True)
class SetAttribute:
    """A set of texts of the request."""

    field: SetField


@dataclass(frozen=True)
class FactsPath:
    """A record or entity of the request that is read by its attributes, by its path."""

    path: str


@dataclass(frozen=True)
class LinearTime:
    """What follows from the instant: (sign · instant + offset), in milliseconds, or whole units of it.

    `unit_ms` counts whole units toward zero, as `toDays` does; with `by_day` it is the midnight before.
    """

    kind: Kind
    sign: Literal[1, -1] = 1
    offset: int = 0
    unit_ms: int = 1
    by_day: bool = False

    @property
    def is_exact(self) -> bool:
        """Return whether it is the milliseconds themselves."""
        return self.unit_ms == 1 and not self.by_day

    def below(self, bound: int, since_ms: int) -> Program:
        """Return whether the value is below a bound, in a request not served before `since_ms`."""
        start = self._start(bound)
        if self.sign > 0:
            return before(start - self.offset, since_ms)
        return opposite(before(self.offset - start + 1, since_ms))

    def _start(self, bound: int) -> int:
        """Return the least (sign · instant + offset) whose value is not below the bound."""
        if self.by_day:
            return -(-bound // DAY_MS) * DAY_MS
        return bound * self.unit_ms if bound > 0 else (bound - 1) * self.unit_ms + 1


@dataclass(frozen=True)
class HourOfDay:
    """The time of day, `shift_h` hours ahead of UTC: in milliseconds, or in whole hours."""

    shift_h: int
    in_hours: bool = False

    def below(self, bound: int) -> Program:
        """Return whether it is below a bound.

        Raises:
            NotRead: the bound lies inside an hour, and the gate knows whole hours.
        """
        width = 1 if self.in_hours else HOUR_MS
        # In whole hours `bound` itself is one; in milliseconds an hour is cut by what is no multiple of it.
        if bound % width and 0 < bound < 24 * width:
            raise NotExpressible("a time of day that is no whole hour")
        return at_hours(hour for hour in range(24) if (hour + self.shift_h) % 24 * width < bound)


GateValue: TypeAlias = (
    Known | AlwaysErrs | NeverKnown | Truth | TextAttribute | SetAttribute | FactsPath | LinearTime | HourOfDay
)


def ok_of(part: GateValue) -> Program:
    """Return where a value does not err."""
    match part:
        case Truth(_, ok):
            return ok
        case AlwaysErrs():
            return FALSE
        case NeverKnown(name, False):
            return Unknown(name)
        case _:
            return TRUE


def truth_of(part: GateValue) -> Truth:
    """Return a value as a Bool.

    Raises:
        NotRead: it is none.
    """
    match part:
        case Truth():
            return part
        case Known(bool() as value):
            return Truth(TRUE if value else FALSE)
        case AlwaysErrs():
            return Truth(FALSE, FALSE)
        case NeverKnown(name):
            return Truth(Unknown(name), ok_of(part))
        case _:
            raise NotExpressible("a comparison or choice of values that are no truths")


def number_of(value: Value, kind: Kind | None) -> int:
    """Return a known value as the number that a line of this kind, or a clock (None), is compared with.

    Raises:
        NotRead: it is of another type.
    """
    match value, kind:
        case Datetime(number), "datetime":
            return number
        case Duration(number), "duration" | None:
            return number
        case int(), "long" if not isinstance(value, bool):
            return value
        case _:
            raise NotExpressible("values of two types")


def line(kind: Kind, sign: Literal[1, -1], offset: int, since_ms: int) -> LinearTime:
    """Return a line whose every value is an int64.

    Raises:
        NotRead: it overflows at some instant of the calendar.
    """
    ends = (sign * since_ms + offset, sign * LAST_MS + offset)
    if not LEAST <= min(ends) <= max(ends) <= MOST:
        raise NotExpressible("a sum of instants that can overflow")
    return LinearTime(kind, sign, offset)


def same_text(field: TextField, value: Value) -> Truth:
    """Return whether a text of the request is a known one."""
    if not isinstance(value, str):
        raise NotExpressible("values of two types")
    return Truth(Eq(field, value))


def between(low: Program, high: Program) -> Truth:
    """Return whether a value is not below one bound, and below the next."""
    return Truth(all_of((opposite(low), high)))

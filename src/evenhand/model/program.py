"""What is left of a rule for one row of the gate's register: a small condition on the request that is served.

Each node is an array that begins with its name, as `["and", [["is", "political", true], ["before", 1793577600000]]]`.
A program has at most 64 nodes.

Source: `docs/spec/register.md`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeAlias

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.record import Record

MOST_NODES = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

TextField = Literal["country", "region", "placement", "publisher", "deal"]
SetField = Literal["territories", "categories", "media"]
FlagField = Literal["political"]


class And(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="and"):
    """True where every part is, false where one is false, else unknown."""

    parts: "tuple[Program, ...]"


class Or(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="or"):
    """True where one part is, false where every part is false, else unknown."""

    parts: "tuple[Program, ...]"


class Not(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="not"):
    """The opposite; unknown stays unknown."""

    part: "Program"


class Is(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="is"):
    """Whether a flag of the request has this value."""

    field: FlagField
    value: bool


class Eq(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="eq"):
    """Whether a text of the request is this one."""

    field: TextField
    value: str


class In(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="in"):
    """Whether a text of the request is one of these."""

    field: TextField
    values: tuple[str, ...]


class Contains(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="contains"):
    """Whether a set of the request has this member."""

    field: SetField
    value: str


class Before(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="before"):
    """Whether the request is served before this instant, in milliseconds since 1970 (UTC)."""

    at_ms: Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class Hours(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="hours"):
    """Whether the hour of the day in UTC is one of these, 0 to 23."""

    hours: tuple[Annotated[int, msgspec.Meta(ge=0, le=23)], ...]


class Unknown(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="unknown"):
    """What the gate can never know, by the name the rule gives it, as `label_present`."""

    name: str


Program: TypeAlias = And | Or | Not | Is | Eq | In | Contains | Before | Hours | Unknown


def milliseconds(at: datetime) -> int:
    """Return an aware instant as programs count it: whole milliseconds since 1970 (UTC), rounded down."""
    return (at - _EPOCH) // _MILLISECOND


def nodes_of(program: Program) -> Iterator[Program]:
    """Yield a program and each part of it, from the outside inward."""
    yield program
    match program:
        case And(parts) | Or(parts):
            for part in parts:
                yield from nodes_of(part)
        case Not(part):
            yield from nodes_of(part)
        case _:
            pass


def size_of(program: Program, most: int = MOST_NODES) -> int:
    """Return how many nodes a program has, counted up to one more than `most`; a value of a list is a node too.

    >>> size_of(Not(In("country", ("DE", "IE"))))
    4
    """
    waiting: list[Program] = [program]
    found = 0
    while waiting and found <= most:
        node = waiting.pop()
        found += 1
        match node:
            case And(parts) | Or(parts):
                waiting += parts
            case Not(part):
                waiting.append(part)
            case In(_, values):
                found += len(values)
            case Hours(hours):
                found += len(hours)
            case _:
                pass
    return min(found, most + 1)


class When(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that may hold against a row when an advertisement is served, its outcome, and what it instructs.

    The row's outcome is the strictest of its own and of each of these whose program is true; one whose program is
    unknown counts as hold at least.
    """

    outcome: Outcome
    rule: str
    instruct: tuple[str, ...] = ()
    program: Program

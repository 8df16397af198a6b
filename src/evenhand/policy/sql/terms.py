"""What an expression stands for in SQL: a scalar, a path of the facts, a written set or record, or a choice of two."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface
from typing import TypeAlias

from evenhand.policy.schema import EntityRef, RecordType, SetOf, Type
from evenhand.policy.sql import dialects as sql
from evenhand.policy.sql.columns import FactPath
from evenhand.policy.sql.dialects import Sql
from evenhand.policy.typed.nodes import Datetime, Decimal, Duration, Ip, Uid


@dataclass(frozen=True, eq=False)
class Scalar:
    """A value computed in SQL: boolean, int64, or text."""

    sql: Sql


@dataclass(frozen=True, eq=False)
class Known:
    """A value written in the rule, neither entity, set nor record."""

    value: bool | int | str | Decimal | Datetime | Duration | Ip


@dataclass(frozen=True, eq=False)
class AtPath:
    """What the facts hold at a path; an entity that the rule names is at a path without steps."""

    path: FactPath


@dataclass(frozen=True, eq=False)
class Elements:
    """A set written out."""

    each: tuple["Term", ...]


@dataclass(frozen=True, eq=False)
class Record:
    """A record written out."""

    fields: dict[str, "Term"]


@dataclass(frozen=True, eq=False)
class Choice:
    """One of two entities, sets, records or addresses."""

    cond: Sql
    then: "Term"
    other: "Term"


Term: TypeAlias = Scalar | Known | AtPath | Elements | Record | Choice


@dataclass(frozen=True, eq=False)
class Pair:
    """Whether an expression is ok, never NULL; and what it stands for, not NULL where it is ok.

    `depth` is how many checked operations stand in one another.
    """

    ok: Sql
    term: Term
    depth: int = 0


class NotInSql(Exception):
    """Something that this version does not say in SQL; its rows go to Cedar."""


def ip_text(ip: Ip) -> str:
    """Return an address as the column holds it: with its prefix, host bits kept.

    >>> ip_text(Ip(4, 0x0A000001, 8))
    '10.0.0.1/8'
    """
    written = IPv4Interface((ip.address, ip.prefix)) if ip.version == 4 else IPv6Interface((ip.address, ip.prefix))
    return written.with_prefixlen


def over_choices(make: Callable[..., Sql], *terms: Term) -> Sql:
    """Return what is made of terms; of a choice, the choice of what is made of each side."""
    for place, term in enumerate(terms):
        if isinstance(term, Choice):
            before, after = terms[:place], terms[place + 1 :]
            then, other = (over_choices(make, *before, side, *after) for side in (term.then, term.other))
            return sql.choice(term.cond, then, other)
    return make(*terms)


def path_of_term(term: Term) -> FactPath:
    """Return where a term is in the facts."""
    assert isinstance(term, AtPath), "entities, and what is not written out, are of the facts"
    return term.path


def address_of(term: Term) -> FactPath | Ip:
    """Return an address that the rule writes, or where it is in the facts."""
    return term.value if isinstance(term, Known) and isinstance(term.value, Ip) else path_of_term(term)


def is_set(term: Term) -> bool:
    """Return whether a term is a set."""
    return isinstance(term, Elements) or (isinstance(term, AtPath) and isinstance(term.path.type, SetOf))


def field_names(term: Term) -> list[str] | None:
    """Return the names of a record's attributes, sorted; None of what is no record.

    Strict validation lets no two records meet whose attributes differ, or are optional in one alone.
    """
    match term:
        case Record(fields):
            return sorted(fields)
        case AtPath(FactPath(_, RecordType(attributes))):
            return sorted(attributes)
        case _:
            return None


def element_type(whole: Term) -> Type | None:
    """Return the type of a set's elements; of a set written out, None if they are no entities."""
    match whole:
        case AtPath(FactPath(_, SetOf(element))):
            return element
        case Elements((Choice(_, then, _), *_)):
            return element_type(Elements((then,)))
        case Elements((AtPath(FactPath(_, EntityRef() as element)), *_)):
            return element
        case _:
            return None


def named_entity(term: Term) -> str | None:
    """Return the id of an entity that the rule names, else None."""
    match term:
        case AtPath(FactPath(Uid(_, name), _, ())):
            return name
        case _:
            return None

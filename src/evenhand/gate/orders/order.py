"""An order as the order desk hands it in: what it has to say, and how it is read (`gate.md` §8)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from evenhand.gate.wire.openrtb import MOST_DEPTH, is_unfit
from evenhand.model.errors import RequestUnreadable
from evenhand.model.hosts import host_of
from evenhand.model.json_keys import repeated_key

Key = Annotated[str, msgspec.Meta(min_length=1)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]

_YEARS = range(1970, 2200)
_MOST_MICROS = 2**63 - 1
_TODO = "correct the order; nothing was decided"


class Flight(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a campaign runs, both ends included; `ends` is never before `starts`."""

    starts: Instant
    ends: Instant


class PartyKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a buyer can say of a party, one thing at least: what it is found by among those on file.

    `name` is its legal name or an alias, `domain` a host or an address, `register_number` the number of any register.
    """

    id: Key | None = None
    domain: Key | None = None
    name: Key | None = None
    register_number: Key | None = None
    vat_number: Key | None = None
    seat: Key | None = None

    def given(self) -> Iterator[tuple[str, str]]:
        """Yield the keys that are there, by name."""
        for name in self.__struct_fields__:
            if (text := getattr(self, name)) is not None:
                yield name, text


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign that somebody wants to buy; fields that are not named here pass unread.

    `advertiser` and `payer` are ids, any other key of a party, or several keys by name; the payer is the advertiser
    again where it pays itself. `markets` are countries in two or three letters, or
    unions that the register knows. `landing_hosts` are hosts or addresses that the creatives lead to, `categories`
    content categories of the taxonomy `cattax`, None if nobody said. Absent or empty `payer` and `political` can be
    read, and cost the order. The last four are for political orders (Regulation (EU) 2024/900, Art. 11 and 12).
    """

    advertiser: Key | PartyKeys
    campaign: Key
    flight: Flight
    markets: Annotated[tuple[Key, ...], msgspec.Meta(min_length=1, max_length=1_000)]
    budget_micros: Annotated[int, msgspec.Meta(ge=0, le=_MOST_MICROS)]
    landing_hosts: tuple[str, ...]
    payer: str | PartyKeys | None = None
    political: Literal["contains", "does-not-contain"] | None = None
    categories: tuple[str, ...] | None = None
    cattax: int = 1
    sponsor: str | None = None
    controller: str | None = None
    election_or_process: str | None = None
    notice: str | None = None

    @property
    def sponsor_fields_missing(self) -> tuple[str, ...]:
        """Return which of the four fields of a political order are absent or blank; a notice must be an address."""
        named = ("sponsor", "controller", "election_or_process")
        blank = [field for field in named if not (getattr(self, field) or "").strip()]
        notice = self.notice or ""
        return (*blank, *([] if "//" in notice and host_of(notice) else ["notice"]))


_order = msgspec.json.Decoder(Order).decode


def read_order(data: bytes, where: object = "") -> Order:
    """Return the order that a JSON text holds. `where` names its file in messages, if it has one.

    Raises:
        RequestUnreadable: no JSON object in UTF-8, deeper than 64, or a field that is missing, of a wrong type or out
            of range; the message names the field.
    """
    try:
        if is_unfit(data):
            expected = f"UTF-8, at most {MOST_DEPTH} levels deep"
            raise RequestUnreadable("not an order", where=where, expected=expected, todo=_TODO)
        order = _order(data)
        if key := repeated_key(data.decode()):
            raise RequestUnreadable("invalid order: a field is there twice:", where=where, got=key, todo=_TODO)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RequestUnreadable(f"invalid order: {error}", where=where, todo=_TODO) from error
    _check_parties(order, where)
    flight = order.flight
    if not is_flight(flight):
        raise RequestUnreadable(
            "invalid flight",
            where=f"{where}: $.flight" if where else "$.flight",
            got=f"{flight.starts.isoformat()} to {flight.ends.isoformat()}",
            expected="an end not before the start, both from 1970 to 2199",
            todo=_TODO,
        )
    return order


def is_flight(flight: Flight) -> bool:
    """Return whether a flight ends not before it starts, both from 1970 to 2199."""
    return flight.starts.year in _YEARS and flight.ends.year in _YEARS and flight.starts <= flight.ends


def check_not_over(flight: Flight, at: datetime) -> None:
    """Check that a flight goes on at an aware instant, or begins later.

    Raises:
        RequestUnreadable: it has ended.
    """
    if flight.ends < at:
        raise RequestUnreadable(
            "the flight has ended:",
            where="$.flight.ends",
            got=flight.ends.isoformat(),
            expected=f"{at.isoformat()} or later",
            todo=_TODO,
        )


def _check_parties(order: Order, where: object) -> None:
    for field, who in (("advertiser", order.advertiser), ("payer", order.payer)):
        if isinstance(who, PartyKeys) and not any(who.given()):
            raise RequestUnreadable(
                "invalid order: a party without a key",
                where=f"{where}: $.{field}" if where else f"$.{field}",
                expected=f"one of {', '.join(PartyKeys.__struct_fields__)}",
                todo=_TODO,
            )

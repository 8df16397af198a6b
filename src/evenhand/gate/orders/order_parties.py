"""Who is meant in an order: the one party on file that its keys lead to, nobody, or several."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from evenhand.gate.orders.order import Order, PartyKeys
from evenhand.gate.registers.row_keys import IDS, NUMBER, number_key
from evenhand.gate.registers.row_references import HOLD, KIND, KIND_SHIFT, KINDS, SEAT, SEVERITY, RowContent
from evenhand.gate.resolver import Resolver

Kinds = tuple[Literal["advertiser", "payer"], ...]
Refs = tuple[int, ...]

_MOST_NAMED: Final = 3


class FoundParty(NamedTuple):
    """The rows of one party, () where nobody is found or several are.

    Of a sponsor or controller they are the rows of all whom the text may mean, as nobody else's keys are asked for.

    `by` are the keys that lead to somebody, `missed` those that lead to nobody. `conflict` says, where several are
    found, which key leads to whom. `seats` are rows of the seat itself, which blocks anyone who buys through it.
    """

    rows: tuple[RowContent, ...]
    by: tuple[str, ...]
    missed: tuple[str, ...]
    conflict: str = ""
    seats: tuple[RowContent, ...] = ()

    @property
    def id(self) -> str | None:
        """Return the id of the party, None if it is not found."""
        return self.rows[0].id if self.rows else None

    @property
    def nobody(self) -> str:
        """Return that nobody has the keys that lead nowhere, without a full stop."""
        keys = " or ".join(name.replace("_", " ").replace("vat", "VAT") for name in self.missed)
        return f"nobody on file has this {keys or 'key'}"


class OrderParties(NamedTuple):
    """Who orders, who pays, None where no payer is named, and who else is named, by the field of the order."""

    advertiser: FoundParty
    payer: FoundParty | None
    pays_itself: bool
    named: Mapping[str, FoundParty]

    def other_payers(self) -> Iterator[RowContent]:
        """Yield what is known of who pays beside the advertiser's own row: a payer's, another advertiser's."""
        for row in self.payer.rows if self.payer is not None else ():
            if (row.kind, row.id) != ("advertiser", self.advertiser.id):
                yield row

    def as_fields(self) -> dict[str, object]:
        """Return who was found on file, and by which keys of the order."""
        advertiser, payer = self.advertiser, self.payer
        found = [
            ("advertiser", advertiser),
            *([("payer", payer)] if payer is not None and not self.pays_itself else []),
            *self.named.items(),
        ]
        return {
            "advertiser": advertiser.id,
            "payer": advertiser.id if self.pays_itself else payer.id if payer is not None else None,
            "found_by": tuple(f"{role}.{key}" for role, each in found for key in each.by),
            "not_found": tuple(f"{role}.{key}" for role, each in found for key in each.missed),
        }


def parties_of(resolver: Resolver, order: Order) -> OrderParties:
    """Return who orders and who pays; one who is given in the same words, or found to be the same, pays itself."""
    advertiser = find_party(resolver, order.advertiser, ("advertiser",))
    payer = find_party(resolver, order.payer, ("payer", "advertiser")) if order.payer else None
    is_same = payer is not None and payer.id is not None and payer.id == advertiser.id
    return OrderParties(advertiser, payer, is_same or order.payer == order.advertiser, dict(_named(resolver, order)))


def _named(resolver: Resolver, order: Order) -> Iterator[tuple[str, FoundParty]]:
    """Yield sponsor and controller, whatever the order declares: who is named has to be somebody one may deal with."""
    for field, text in (("sponsor", order.sponsor), ("controller", order.controller)):
        if text and text.strip():
            yield field, _all_named(resolver, text.strip())


def _all_named(resolver: Resolver, text: str) -> FoundParty:
    """Return everybody whom a text may mean: who has it as an id, else all with this domain, name or number."""
    kinds: Kinds = ("advertiser", "payer")
    if refs := tuple(_by_id(resolver, text, kinds)):
        return FoundParty(_rows(resolver, refs), ("id",), ())
    keys = PartyKeys(domain=text, name=text, register_number=text)
    reached = {key: _refs_of(resolver, key, given, kinds) for key, given in keys.given()}
    by = tuple(key for key, refs in reached.items() if refs)
    rows = _rows(resolver, tuple(dict.fromkeys(ref for key in by for ref in reached[key])))
    return FoundParty(rows, by, () if by else ("name",))


def find_party(resolver: Resolver, who: str | PartyKeys, kinds: Kinds) -> FoundParty:
    """Return who of the kinds is meant; a text is an id, else a domain, a name or a number, never a seat.

    The keys of one order have to lead to one party: where two lead to two, or one to several and no other tells them
    apart, nobody is found and `conflict` is not empty.
    """
    if isinstance(who, str):
        if refs := tuple(_by_id(resolver, who, kinds)):
            return FoundParty(_rows(resolver, refs), ("id",), ())
        who = PartyKeys(domain=who, name=who, register_number=who)
        found = _found(resolver, who, kinds)
        return found._replace(missed=() if found.by else ("id",))
    return _found(resolver, who, kinds)


def _found(resolver: Resolver, who: PartyKeys, kinds: Kinds) -> FoundParty:
    reached = {name: _refs_of(resolver, name, text, kinds) for name, text in who.given()}
    seats = _seat_rows(resolver, who.seat)
    by = tuple(name for name, refs in reached.items() if refs)
    missed = tuple(name for name, refs in reached.items() if not refs and not (name == "seat" and seats))
    parties = {name: {resolver.register.row(ref).id: ref for ref in reached[name]} for name in by}
    common = set.intersection(*(set(ids) for ids in parties.values())) if parties else set[str]()
    if len(common) == 1 or not parties:
        rows = tuple(dict.fromkeys(ref for name in by for ref in reached[name]))
        meant = tuple(ref for ref in rows if resolver.register.row(ref).id in common)
        return FoundParty(_rows(resolver, meant), by, missed, seats=seats)
    return FoundParty((), by, missed, _conflict(parties), seats)


def _refs_of(resolver: Resolver, name: str, text: str, kinds: Kinds) -> Refs:
    """Return what a key leads to among the kinds; where there is none of them, what it leads to that is blocked.

    Somebody who is refused as a payer does not become a stranger by ordering as an advertiser.
    """
    if name == "id":
        return tuple(_by_id(resolver, text, kinds))
    refs = tuple(ref for ref in _reached(resolver, name, text) if ref & KIND != SEAT)
    of_kinds = tuple(ref for ref in refs if KINDS[(ref & KIND) >> KIND_SHIFT] in kinds)
    return of_kinds or tuple(ref for ref in refs if ref & SEVERITY >= HOLD)


def _reached(resolver: Resolver, name: str, text: str) -> Refs:
    match name:
        case "domain":
            return resolver.adomain(text) or ()
        case "name":
            return resolver.name(text)
        case "seat":
            return resolver.seat(text)
        case _:
            key = number_key(text)
            return resolver.register.find(NUMBER, key) if key else ()


def _by_id(resolver: Resolver, text: str, kinds: Kinds) -> Iterator[int]:
    for kind in kinds:
        yield from resolver.register.find(IDS[kind], text)


def _seat_rows(resolver: Resolver, seat: str | None) -> tuple[RowContent, ...]:
    refs = resolver.seat(seat) if seat else ()
    return _rows(resolver, tuple(ref for ref in refs if ref & KIND == SEAT))


def _rows(resolver: Resolver, refs: Refs) -> tuple[RowContent, ...]:
    return tuple(map(resolver.register.row, refs))


def _conflict(parties: Mapping[str, Mapping[str, int]]) -> str:
    """Return which key leads to whom, as `domain leads to a1, name to a1 or a2`."""
    clauses = [f"{name} belongs to {_or(list(ids))}" for name, ids in parties.items()]
    return ", ".join([clauses[0], *(clause.replace(" belongs", "", 1) for clause in clauses[1:])])


def _or(ids: list[str]) -> str:
    if len(ids) > _MOST_NAMED:
        return f"{', '.join(ids[:_MOST_NAMED])} and {len(ids) - _MOST_NAMED} more"
    return " or ".join(ids)

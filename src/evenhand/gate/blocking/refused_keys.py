"""What a register refuses or holds by key alone, whatever the circumstances: what lists of other systems can carry."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple

from evenhand.gate.blocking.outright import severity_at, turns_of
from evenhand.gate.registers.layout import LONGEST_KEY
from evenhand.gate.registers.register import Register
from evenhand.gate.registers.row_keys import ACCOUNT, BUNDLE, DOMAIN, SEAT
from evenhand.gate.registers.row_references import HAS_UNTIL, HOLD, KIND
from evenhand.gate.registers.row_references import SEAT as SEAT_ROW
from evenhand.gate.resolver import Resolver

KINDS: Final = {DOMAIN: "domain", BUNDLE: "bundle", SEAT: "seat", ACCOUNT: "account"}

Key = tuple[bytes, str]
Refs = tuple[int, ...]


class Refused(NamedTuple):
    """The keys refused or held at one instant: kind → text → the row that decides, as a reference.

    `above` are refused domains below which an allowed party has its own, or a platform its host: to list them where a
    list covers what lies below would refuse that party, or all who advertise for what they have on the platform.
    """

    keys: dict[bytes, dict[str, int]]
    above: frozenset[str]


class RefusedKeys:
    """The keys of one register that lead to a row with refuse or hold, gathered once. Cost: about 3 µs a key,
    and 20 µs a row with conditions that are not about political advertising alone.

    Left out: a row that refuses only on a condition that some bid can escape, a domain that names a platform (it leads
    to no row), and a key of more than 255 bytes, which a compiled register keeps as a hash.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._register = resolver.register
        self._found: dict[Key, Refs] = {}
        self._turns: dict[int, tuple[tuple[datetime, int], ...]] = {}
        for kind, text, refs in self._register.entries():
            if kind in KINDS and any(map(self._ever_blocks, refs)) and _is_itself(resolver, kind, text, refs):
                self._found[kind, text] = refs
        self._allowed_below = self._above_allowed(resolver.shared)
        found = {ref for refs in self._found.values() for ref in refs}
        self._changes = sorted({at for ref in found for at, _ in self._turns_of(ref)[1:]})
        self._known: tuple[int, Refused] | None = None

    def at(self, at: datetime) -> Refused:
        """Return what is refused or held at an instant, worked out anew only when one has begun or ended."""
        period = bisect_right(self._changes, at)
        known = self._known
        if known is None or known[0] != period:
            known = self._known = period, self._refused(at)
        return known[1]

    def next_change(self, at: datetime) -> datetime | None:
        """Return when, after an instant, a decision about one of the keys begins or ends next; None if none does."""
        return next(iter(self._changes[bisect_right(self._changes, at) :]), None)

    def _refused(self, at: datetime) -> Refused:
        keys: dict[bytes, dict[str, int]] = {kind: {} for kind in KINDS}
        above = set(self._allowed_below)
        for (kind, text), refs in sorted(self._found.items()):
            ref = self._deciding(refs, at)
            if ref is not None:
                keys[kind][text] = ref
            elif kind == DOMAIN:
                above.update(_above(text))
        return Refused(keys, frozenset(above & keys[DOMAIN].keys()))

    def _deciding(self, refs: Refs, at: datetime) -> int | None:
        """Return the strictest row that a key is refused by; None if it speaks for an allowed party too.

        A seat that several parties share refuses by itself only if it is refused as a seat or all of them are.
        """
        blocking = [ref for ref in refs if blocks(self._register, ref, at)]
        parties = [ref for ref in refs if ref & KIND != SEAT_ROW]
        if len(parties) > 1 and not all(ref in blocking for ref in parties):
            blocking = [ref for ref in blocking if ref & KIND == SEAT_ROW]
        if len(blocking) < 2:
            return next(iter(blocking), None)
        severities = {ref: severity_at(self._register, ref, at) for ref in blocking}
        most = max(severities.values())
        # Of equally strict ones the first by name: the rows of the two forms of a register stand in different orders.
        return min((ref for ref in blocking if severities[ref] == most), key=self._party)

    def _party(self, ref: int) -> tuple[str, str]:
        row = self._register.row(ref)
        return row.kind, row.id

    def _turns_of(self, ref: int) -> tuple[tuple[datetime, int], ...]:
        turns = self._turns.get(ref)
        if turns is None:
            turns = self._turns[ref] = turns_of(self._register, ref)
        return turns

    def _ever_blocks(self, ref: int) -> bool:
        return any(severity >= HOLD for _, severity in self._turns_of(ref))

    def _above_allowed(self, platforms: Iterable[str]) -> frozenset[str]:
        """Return the refused domains above a platform's host, or one that leads to a row without hold or refuse."""
        if not any(kind == DOMAIN for kind, _ in self._found):
            return frozenset()
        allowed = (
            text
            for kind, text, _ in self._register.entries()
            if kind == DOMAIN and text.count(".") > 1 and (DOMAIN, text) not in self._found
        )
        return frozenset(
            host for text in chain(allowed, platforms) for host in _above(text) if (DOMAIN, host) in self._found
        )


def blocks(register: Register, ref: int, at: datetime) -> bool:
    """Return whether a row refuses or holds at an instant, whatever the circumstances of a bid."""
    return severity_at(register, ref, at) >= HOLD


def has_ended(register: Register, ref: int, at: datetime) -> bool:
    """Return whether a row's decision no longer binds at an instant."""
    until = register.row(ref).until if ref & HAS_UNTIL else None
    return until is not None and at >= until


def _is_itself(resolver: Resolver, kind: bytes, text: str, refs: Refs) -> bool:
    """Return whether a key leads to its rows as the gate looks it up, and is not the hash of a longer one."""
    if kind == DOMAIN:
        return resolver.host(text) == refs
    register: Register = resolver.register
    return text.isprintable() and len(text.encode()) <= LONGEST_KEY and register.find(kind, text) == refs


def _above(host: str) -> list[str]:
    """Return the domains above a host, the nearest first.

    >>> _above("a.b.example")
    ['b.example', 'example']
    """
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]

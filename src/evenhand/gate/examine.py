"""One bid or question examined whole: every code, every row it concerns, and what is reported (`gate.md` §5, §6)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from evenhand.gate.claims.chain import Chain, Node
from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.programs import deciding_rule, standing_outcome
from evenhand.gate.effects import HOLD, NOTE, Effect, chosen, codes_of, deciding
from evenhand.gate.registers.keys import BUNDLE, IDS, SEAT
from evenhand.gate.registers.refs import (
    HAS_SEATS,
    HAS_UNTIL,
    HAS_WHEN,
    KIND,
    OUTCOMES,
    SEVERITY,
    StandingRow,
)  # fmt: skip
from evenhand.gate.registers.refs import SEAT as SEAT_ROW
from evenhand.gate.resolve import Resolver
from evenhand.model.outcome import Outcome


class Asked(NamedTuple):
    """What a bid says of itself, or what a question names. `adomain` None: no bid, so that nothing is missing.

    `rows` were named by id. `presence` are codes 501 to 507; `chain` is None where there is none, False where it is
    invalid. From `campaign` (`cid`) on, what conditions may ask for; `media` is OpenRTB's `mtype`.
    """

    adomain: Sequence[object] | None = None
    seat: str | None = None
    bundle: str | None = None
    rows: tuple[int, ...] = ()
    behalf: str = ""
    paid: str = ""
    presence: tuple[str, ...] = ()
    chain: Chain | Literal[False] | None = None
    campaign: str | None = None
    political: bool = False
    categories: frozenset[str] | None = None
    deal: str | None = None
    impression: str | None = None
    media: int | None = None


class Examined(NamedTuple):
    """What came of it. `effect` decides where something blocks, else None; `outcome` is the strictest of all.

    `about` is the row that the answer is about, None if none is concerned; `acted_on` the row whose decision the
    outcome rests on, None where the operator's choice decided or the decision has run out; `rule` the condition of that
    row that made it stricter than its decision, if one did; `instruct` is what limits and labels of all rows ask for.
    """

    outcome: Outcome
    effect: Effect | None
    codes: tuple[str, ...]
    about: int | None
    acted_on: int | None
    instruct: tuple[str, ...]
    rule: str | None = None


class Standing(NamedTuple):
    """A row as it stands at an instant and in the circumstances of a bid."""

    ref: int
    severity: int
    instruct: tuple[str, ...]
    lapsed: bool = False
    rule: str | None = None


class Examiner:
    """Examines bids against one register at one instant; `place` gives the circumstances, of which all but these are
    the request's: whether the bid is political, its categories, deal and media.
    """

    def __init__(self, resolver: Resolver, at: datetime, place: Callable[[Asked, bool], Circumstances]) -> None:
        self.resolver, self._at, self._place = resolver, at, place

    def examine(self, asked: Asked) -> Examined:
        """Return everything that is to be said of a bid, or of a party asked about."""
        bid = _Bid(self, asked)
        return bid.examined(bid.effects())

    def standing(self, ref: int, asked: Asked) -> Standing:
        """Return how a row stands: past `until` the party is known and nothing holds against it."""
        if not ref & (HAS_UNTIL | HAS_WHEN):
            severity = ref & SEVERITY
            instruct = self.resolver.register.row(ref).instruct if 0 < severity < HOLD else ()
            return Standing(ref, severity, instruct)
        row = self.resolver.register.row(ref)
        if row.until is not None and self._at >= row.until:
            return Standing(ref, 0, (), lapsed=True)
        return self._conditional(ref, row, asked)

    def _conditional(self, ref: int, row: StandingRow, asked: Asked) -> Standing:
        political = asked.political or asked.campaign in row.political_campaigns
        circumstances = self._place(asked, political)
        outcome, counting = standing_outcome(row.outcome, row.when, circumstances)
        instruct = dict.fromkeys([*row.instruct, *(each for when in counting for each in when.instruct)])
        rule = None if outcome is row.outcome else deciding_rule(outcome, counting, circumstances)
        return Standing(ref, outcome.severity, tuple(instruct), rule=rule)


class _Bid:
    """One bid while it is examined."""

    def __init__(self, examiner: Examiner, asked: Asked) -> None:
        self._examiner, self._asked = examiner, asked
        self._resolver, self._register = examiner.resolver, examiner.resolver.register
        self._policy = self._register.head.policy
        values = [] if asked.adomain is None else asked.adomain
        self._led = [self._resolver.adomain(value) for value in values]
        self._named = tuple(dict.fromkeys([*(ref for led in self._led for ref in led or ()), *asked.rows]))
        self._seats = self._resolver.seat(asked.seat) if asked.seat is not None else ()
        self._bundle = self._register.find(BUNDLE, asked.bundle) if asked.bundle else ()
        advertisers = [ref for ref in self._named if not ref & KIND]
        self._advertiser = advertisers[0] if len(advertisers) == 1 else None
        self._several = len(advertisers) > 1
        self._known: dict[int, Standing] = {}

    def effects(self) -> list[Effect]:
        """Return every effect, from all places."""
        return [
            *self._blocked("seat-blocked", self._speaking_seats()),
            *self._blocked("advertiser-blocked", self._named),
            *self._blocked("bundle-blocked", self._bundle),
            *self._names(),
            *self._chain(),
            *self._adomain(),
            *(Effect(code, Outcome.REFUSE.severity) for code in self._asked.presence),
        ]

    def examined(self, effects: list[Effect]) -> Examined:
        """Return the outcome: the strictest of the effects and of the rows concerned."""
        effect, codes = deciding(effects), codes_of(effects)
        rows = [self._standing(ref) for ref in (*self._named, *self._bundle, *self._speaking_seats())]
        first = max(rows, key=lambda row: row.severity, default=None)
        if effect is not None:
            about = effect.ref if effect.ref is not None or first is None else first.ref
            rule = None if effect.ref is None else self._standing(effect.ref).rule
            return Examined(OUTCOMES[effect.severity], effect, codes, about, effect.ref, (), rule)
        if first is None:
            return Examined(Outcome.ALLOW, None, codes, None, None, ())
        acted_on = None if first.lapsed else first.ref
        # Of two rows that let a bid pass, what the milder one asks for is owed as well.
        instruct = tuple(dict.fromkeys(each for row in (first, *rows) for each in row.instruct))
        return Examined(OUTCOMES[first.severity], None, codes, first.ref, acted_on, instruct, first.rule)

    def _standing(self, ref: int) -> Standing:
        if ref not in self._known:
            self._known[ref] = self._examiner.standing(ref, self._asked)
        return self._known[ref]

    def _blocks(self, ref: int) -> bool:
        return self._standing(ref).severity >= HOLD

    def _blocked(self, code: str, refs: Iterable[int]) -> list[Effect]:
        return [Effect(code, self._standing(ref).severity, ref) for ref in refs if self._blocks(ref)]

    def _speaking_seats(self) -> tuple[int, ...]:
        """Return the rows that the seat speaks for: its own, and its parties' if they are one or all blocked.

        Like a shared name, a seat that an allowed party shares never refuses by itself.
        """
        parties = [ref for ref in self._seats if ref & KIND != SEAT_ROW]
        if len(parties) > 1 and not all(map(self._blocks, parties)):
            return tuple(ref for ref in self._seats if ref & KIND == SEAT_ROW)
        return self._seats

    def _names(self) -> Iterable[Effect]:
        """Yield what follows from the names in the DSA object: blocked owners, names not the advertiser's."""
        advertiser, mismatch = self._advertiser, self._policy.mismatch
        for way, name, ours in (("behalf", self._asked.behalf, self._is_its), ("paid", self._asked.paid, self._pays)):
            if not name:
                continue
            owners = self._resolver.name(name)
            blocking = [ref for ref in owners if self._blocks(ref)]
            if blocking and len(blocking) == len(owners):
                yield from self._blocked(f"{way}-blocked", owners)
            elif blocking and not (advertiser in owners and not self._blocks(advertiser)):
                yield Effect("name-ambiguous", NOTE)
            if advertiser is not None and not ours(owners):
                yield chosen(f"{way}-mismatch", mismatch)

    def _is_its(self, owners: tuple[int, ...]) -> bool:
        return self._advertiser in owners

    def _pays(self, owners: tuple[int, ...]) -> bool:
        """Return whether a name is the advertiser's or one of its declared payers'."""
        if self._advertiser is None or self._advertiser in owners:
            return True
        payers = self._register.row(self._advertiser).payers
        return any(self._register.row(ref).id in payers for ref in owners if ref & KIND != SEAT_ROW)

    def _chain(self) -> Iterable[Effect]:
        chain = self._asked.chain
        if not chain:
            return [] if chain is None else [Effect("dchain-invalid", NOTE)]
        parties = [self._party(node) for node in chain.nodes]
        found = self._blocked("dchain-blocked", (ref for ref in parties if ref is not None))
        if chain.complete and self._advertiser is not None and self._is_another(chain.nodes[0], parties[0]):
            found.append(chosen("dchain-conflict", self._policy.mismatch))
        return found

    def _party(self, node: Node) -> int | None:
        """Return the row of a node: by its domain, else by `asi/bsid`, else by its name; a row that it alone means."""
        if node.domain is not None and (found := self._resolver.host(node.domain)):
            return found[0]
        if node.asi is not None and (found := self._register.find(SEAT, f"{node.asi}/{node.bsid}")):
            found = tuple(ref for ref in found if ref & KIND == SEAT_ROW) or found
            if len(found) == 1:
                return found[0]
        owners = self._resolver.name(node.name) if node.name else ()
        return owners[0] if len(owners) == 1 else None

    def _is_another(self, node: Node, party: int | None) -> bool:
        """Return whether the first node of a complete chain is another advertiser, or has a name that is not ours."""
        if party is not None and not party & KIND:
            return party != self._advertiser
        return bool(node.name) and self._advertiser not in self._resolver.name(node.name)

    def _adomain(self) -> Iterable[Effect]:
        """Yield what is wrong with `adomain` itself, and whether advertiser and seat belong together."""
        asked, policy = self._asked, self._policy
        if asked.adomain is None:
            return
        if None in self._led:
            yield chosen("adomain-malformed", policy.malformed)
        if not self._led:
            yield chosen("adomain-missing", policy.missing)
        elif not self._named and any(led is not None for led in self._led):
            yield chosen("adomain-unknown", policy.unknown)
        if self._several:
            yield chosen("adomain-conflict", policy.mismatch)
        ref = self._advertiser
        if ref is not None and ref & HAS_SEATS and asked.seat is not None and ref not in self._seats:
            yield chosen("seat-mismatch", policy.mismatch)


def rows_by_id(resolver: Resolver, party: str | None) -> tuple[int, ...]:
    """Return the row of the advertiser of an id, else of the payer; () if there is none."""
    if not party:
        return ()
    find = resolver.register.find
    return find(IDS["advertiser"], party) or find(IDS["payer"], party)

"""The plain way to an answer: every code of a bid or question, every row it concerns (`gate.md` §5, §6).

The ways in `fast` give the same answers in less time; the tests compare them with this one.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from evenhand.gate.claims.demand_chain import Chain, Node
from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.programs import conditional_outcome, deciding_rule
from evenhand.gate.effects import HOLD, NOTE, Effect, chosen, codes_of, deciding
from evenhand.gate.registers.register import Register
from evenhand.gate.registers.row_keys import IDS
from evenhand.gate.registers.row_references import (
    HAS_SEATS,
    HAS_UNTIL,
    HAS_WHEN,
    KIND,
    OUTCOMES,
    SEVERITY,
    RowContent,
)  # fmt: skip
from evenhand.gate.registers.row_references import SEAT as SEAT_ROW
from evenhand.gate.resolver import Resolver
from evenhand.model.outcome import Outcome


class Query(NamedTuple):
    """What a bid says of itself, or what a question names. `adomain` None: no bid, so that nothing is missing.

    `rows` were named by id. `presence` are codes 501 to 507; `chain` is None where there is none, False where it is
    invalid. From `campaign` (`cid`) on, what conditions may ask for; `media` is OpenRTB's `mtype`. `is_malformed`: a
    field by which bids are decided has a type that nobody reads.
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
    is_malformed: bool = False


class Assessment(NamedTuple):
    """What a register says of a bid or question; `effect` is what blocks, else None; `outcome` the strictest of all.

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


class RowState(NamedTuple):
    """A row as it stands at an instant and in the circumstances of a bid."""

    ref: int
    severity: int
    instruct: tuple[str, ...]
    lapsed: bool = False
    rule: str | None = None


class Examiner:
    """Examines bids against one register at one instant. `context` gives the circumstances of a bid: those of the
    request, completed by the bid's categories, deal and media, and by whether it is political.
    """

    def __init__(self, resolver: Resolver, at: datetime, context: Callable[[Query, bool], Circumstances]) -> None:
        self.resolver, self._at, self._context = resolver, at, context

    def examine(self, query: Query) -> Assessment:
        """Return everything that is to be said of a bid, or of a party asked about."""
        examination = _Examination(self, query)
        return examination.assess(examination.effects())

    def state(self, ref: int, query: Query) -> RowState:
        """Return how a row stands: past `until` the party is known and nothing holds against it."""
        if not ref & (HAS_UNTIL | HAS_WHEN):
            severity = ref & SEVERITY
            instruct = self.resolver.register.row(ref).instruct if 0 < severity < HOLD else ()
            return RowState(ref, severity, instruct)
        row = self.resolver.register.row(ref)
        if row.until is not None and self._at >= row.until:
            return RowState(ref, 0, (), lapsed=True)
        return self._conditional(ref, row, query)

    def _conditional(self, ref: int, row: RowContent, query: Query) -> RowState:
        political = query.political or query.campaign in row.political_campaigns
        circumstances = self._context(query, political)
        outcome, met = conditional_outcome(row.outcome, row.when, circumstances)
        instruct = dict.fromkeys([*row.instruct, *(kind for when in met for kind in when.instruct)])
        rule = None if outcome is row.outcome else deciding_rule(outcome, met, circumstances)
        return RowState(ref, outcome.severity, tuple(instruct), rule=rule)


class _Examination:
    """The examination of one bid or question."""

    def __init__(self, examiner: Examiner, query: Query) -> None:
        self._examiner, self._query = examiner, query
        self._resolver, self._register = examiner.resolver, examiner.resolver.register
        self._policy = self._register.head.policy
        values = [] if query.adomain is None else query.adomain
        self._rows_by_value = [self._resolver.adomain(value) for value in values]
        self._named_rows = tuple(
            dict.fromkeys([*(ref for refs in self._rows_by_value for ref in refs or ()), *query.rows])
        )
        self._seats = self._resolver.seat(query.seat) if query.seat is not None else ()
        self._bundle = self._resolver.bundle(query.bundle) if query.bundle else ()
        advertisers = [ref for ref in self._named_rows if not ref & KIND]
        self._advertiser = advertisers[0] if len(advertisers) == 1 else None
        self._has_conflict = len(advertisers) > 1
        self._states: dict[int, RowState] = {}

    def effects(self) -> list[Effect]:
        """Return every effect, from all places."""
        return [
            *self._blocked("seat-blocked", self._seat_rows()),
            *self._blocked("advertiser-blocked", self._named_rows),
            *self._blocked("bundle-blocked", self._bundle),
            *self._names(),
            *self._chain(),
            *self._adomain(),
            *([chosen("bid-malformed", self._policy.malformed)] if self._query.is_malformed else []),
            *(Effect(code, Outcome.REFUSE.severity) for code in self._query.presence),
        ]

    def assess(self, effects: list[Effect]) -> Assessment:
        """Return the outcome: the strictest of the effects and of the rows concerned."""
        effect, codes = deciding(effects), codes_of(effects)
        states = [self._state(ref) for ref in (*self._named_rows, *self._bundle, *self._seat_rows())]
        strictest = max(states, key=lambda state: state.severity, default=None)
        if effect is not None:
            about = effect.ref if effect.ref is not None or strictest is None else strictest.ref
            rule = None if effect.ref is None else self._state(effect.ref).rule
            return Assessment(OUTCOMES[effect.severity], effect, codes, about, effect.ref, (), rule)
        if strictest is None:
            return Assessment(Outcome.ALLOW, None, codes, None, None, ())
        acted_on = None if strictest.lapsed else strictest.ref
        # Of two rows that let a bid pass, what the milder one asks for is owed as well.
        instruct = tuple(dict.fromkeys(kind for state in (strictest, *states) for kind in state.instruct))
        return Assessment(OUTCOMES[strictest.severity], None, codes, strictest.ref, acted_on, instruct, strictest.rule)

    def _state(self, ref: int) -> RowState:
        if ref not in self._states:
            self._states[ref] = self._examiner.state(ref, self._query)
        return self._states[ref]

    def _blocks(self, ref: int) -> bool:
        return self._state(ref).severity >= HOLD

    def _blocked(self, code: str, refs: Iterable[int]) -> list[Effect]:
        return [Effect(code, self._state(ref).severity, ref) for ref in refs if self._blocks(ref)]

    def _seat_rows(self) -> tuple[int, ...]:
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
        for field, name, is_ours in (
            ("behalf", self._query.behalf, self._is_its),
            ("paid", self._query.paid, self._pays),
        ):
            if not name:
                continue
            owners = self._resolver.name(name)
            blocking = [ref for ref in owners if self._blocks(ref)]
            if blocking and len(blocking) == len(owners):
                yield from self._blocked(f"{field}-blocked", owners)
            elif blocking and not (advertiser in owners and not self._blocks(advertiser)):
                yield Effect("name-ambiguous", NOTE)
            if advertiser is not None and not is_ours(owners):
                yield chosen(f"{field}-mismatch", mismatch)

    def _is_its(self, owners: tuple[int, ...]) -> bool:
        return self._advertiser in owners

    def _pays(self, owners: tuple[int, ...]) -> bool:
        """Return whether a name is the advertiser's or one of its declared payers'."""
        if self._advertiser is None or self._advertiser in owners:
            return True
        payers = self._register.row(self._advertiser).payers
        return any(self._register.row(ref).id in payers for ref in owners if ref & KIND != SEAT_ROW)

    def _chain(self) -> Iterable[Effect]:
        chain = self._query.chain
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
        if node.asi is not None and (found := self._resolver.seat(f"{node.asi}/{node.bsid}")):
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
        query, policy = self._query, self._policy
        if query.adomain is None:
            return
        if None in self._rows_by_value:
            yield chosen("adomain-malformed", policy.malformed)
        if not self._rows_by_value:
            yield chosen("adomain-missing", policy.missing)
        elif not self._named_rows and any(refs is not None for refs in self._rows_by_value):
            yield chosen("adomain-unknown", policy.unknown)
        if self._has_conflict:
            yield chosen("adomain-conflict", policy.mismatch)
        ref = self._advertiser
        if ref is not None and ref & HAS_SEATS and query.seat is not None and ref not in self._seats:
            yield chosen("seat-mismatch", policy.mismatch)


def rows_by_id(resolver: Resolver, party: str | None) -> tuple[int, ...]:
    """Return the row of the advertiser of an id, else of the payer; () if there is none."""
    if not party:
        return ()
    find = resolver.register.find
    return find(IDS["advertiser"], party) or find(IDS["payer"], party)


def decided_by(register: Register, assessment: Assessment) -> tuple[str | None, str | None]:
    """Return decision and reason that an answer rests on; None where the operator's choice decided, or nothing.

    Where a condition made the answer stricter than the decision, the reason is `rule:` and the rule's id: there is no
    statement about a single bid.
    """
    if assessment.acted_on is None:
        return None, None
    row = register.row(assessment.acted_on)
    return row.decision, row.reason if assessment.rule is None else f"rule:{assessment.rule}"

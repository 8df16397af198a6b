"""The decisions that stand, and what people judged: a fold over the ledger's leaves, up to a tree size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from evenhand.ledger import LogReader
from evenhand.model.confirmed_fact import ConfirmedFact
from evenhand.model.decision import Decision
from evenhand.model.evidence import EvidenceEvent
from evenhand.model.judgement import Judgement
from evenhand.model.outcome import Outcome
from evenhand.model.party import Keys
from evenhand.workflows.evaluation.confirmed_facts import FactKey, RecordedFact, fact_key
from evenhand.workflows.evaluation.judged_findings import Pair, RecordedJudgement, pair_of
from evenhand.workflows.evaluation.payload_parts import OwnDecision, ReliefEvent, own_decision, relief_event
from evenhand.workflows.evaluation.standing_relief import StandingRelief
from evenhand.workflows.evidence_records.evidence_fold import decode_event


class CaseDecision(msgspec.Struct, frozen=True, gc=False):
    """What the fold keeps of one decision, or of one stage of it; `since` is the instant of the case's first decision.

    `keys` and `unread` are of decisions other than allow. Where such a one has no keys, written by an older version,
    `table` is the SHA-256 of the table of the party's row. `lifts`: it allows, and its party is told so.
    """

    seq: int
    id: str
    case: str
    party_kind: str
    party_id: str
    scope: str
    outcome: Outcome
    reasons: tuple[str, ...]
    errors: tuple[str, ...]
    grounds: tuple[tuple[str, str, str], ...]
    instruct: tuple[str, ...]
    decided_at: datetime
    effective_from: datetime
    until: datetime | None
    rulebook: str
    since: datetime
    keys: Keys | None = None
    table: str = ""
    unread: tuple[str, ...] = ()
    lifts: bool = False

    def covers(self, at: datetime) -> bool:
        """Return whether this decision's time holds `at`: effective_from ≤ at < until."""
        return self.effective_from <= at and (self.until is None or at < self.until)


class _Known(NamedTuple):
    """The decisions in force at an instant, and those that wait for their day: a run asks for all a dozen times."""

    at: datetime
    in_force: list[CaseDecision]
    waiting: list[CaseDecision]


@dataclass
class History:
    """Per case its decisions that may still matter, oldest first; `size` is the tree size it was folded at.

    `judgements` are all that people said of each pair and `confirmed` all facts that they confirmed, by what they are
    about, in the order of the ledger; `evidence` is what was done with saved documents; `erasures` is one more than the
    index of the last erasure, 0 if there was none. `reliefs` are by the id of the decision that is not applied: that
    decision stays in force, as the rules have it. `planned` is by case the index of the last plan of a settlement that
    is to change it: it counts for a party without a row, until the run that takes it up.
    INVARIANT: the last of each list is the case's newest decision; those before it are kept only while the newer
    ones wait for their day or will end.
    """

    size: int = 0
    cases: dict[str, list[CaseDecision]] = field(default_factory=dict)
    judgements: dict[Pair, list[RecordedJudgement]] = field(default_factory=dict)
    confirmed: dict[FactKey, list[RecordedFact]] = field(default_factory=dict)
    erasures: int = 0
    reliefs: dict[str, StandingRelief] = field(default_factory=dict)
    evidence: list[EvidenceEvent] = field(default_factory=list)
    planned: dict[str, int] = field(default_factory=dict, compare=False)  # of no use to runs after the next
    changed: set[str] | None = field(default=None, compare=False)  # cases other than in the table of `state/`
    _known: _Known | None = field(default=None, init=False, compare=False, repr=False)

    def forget(self) -> None:
        """Let go of everything that was folded."""
        self.size, self.erasures, self.changed, self._known = 0, 0, None, None
        for known in (self.cases, self.judgements, self.confirmed, self.reliefs, self.evidence, self.planned):
            known.clear()

    def newest(self, case: str) -> CaseDecision | None:
        """Return the case's last decision, in force or waiting."""
        return known[-1] if (known := self.cases.get(case)) else None

    def in_force(self, case: str, at: datetime) -> CaseDecision | None:
        """Return the last decision by sequence that covers `at` (`pipeline.md` §7); None counts as allow."""
        return last_in_force(self.cases.get(case, ()), at)

    def all_in_force(self, at: datetime) -> Iterator[CaseDecision]:
        """Return every case's decision in force at `at`, in the order the cases were opened."""
        return iter(self._known_at(at).in_force)

    def relief(self, standing: CaseDecision, at: datetime) -> StandingRelief | None:
        """Return the relief by which a decision in force is not applied at `at`, None where it is applied.

        INVARIANT: only the case's newest decision is relieved. Another ruling, stricter or on other grounds, ends it.
        """
        relief = self.reliefs.get(standing.id)
        newest = self.newest(standing.case)
        if relief is None or newest is None or newest.id != standing.id:
            return None
        return relief if relief.since <= at < relief.until else None

    def is_to_change(self, standing: CaseDecision) -> bool:
        """Return whether a complaint was decided, and its settlement planned, after this decision was made."""
        return self.planned.get(standing.case, -1) > standing.seq

    def waiting(self, at: datetime) -> Iterator[CaseDecision]:
        """Return every case's newest decision that takes effect only after `at`."""
        return iter(self._known_at(at).waiting)

    def _known_at(self, at: datetime) -> _Known:
        if self._known is None or self._known.at != at:
            in_force = filter(None, (last_in_force(known, at) for known in self.cases.values()))
            waiting = (known[-1] for known in self.cases.values() if known[-1].effective_from > at)
            self._known = _Known(at, list(in_force), list(waiting))
        return self._known

    def next_change(self, at: datetime) -> datetime | None:
        """Return the earliest instant after `at` at which a decision begins or ends."""
        known = chain.from_iterable(self.cases.values())
        every = (instant for each in known for instant in (each.effective_from, each.until))
        instants = (instant for instant in every if instant is not None and instant > at)
        ends = (each.until for each in self.reliefs.values() if each.until > at)
        return min(chain(instants, ends), default=None)

    def add(self, seq: int, decision: Decision) -> None:
        """Fold one more decision in; older ones that it has overtaken for good are let go."""
        for each in self._standing(seq, decision):
            self.take(each)

    def standing(self, seq: int, payload: bytes) -> tuple[CaseDecision, ...]:
        """Return what the fold would keep of one more decision, from its payload, without folding it in."""
        return self._standing(seq, own_decision(payload))

    def take(self, standing: CaseDecision) -> None:
        """Fold in what `standing` gave; older ones that it has overtaken for good are let go."""
        known = self.cases.get(standing.case, [])
        self.cases[standing.case], self._known = _still_matter([*known, standing], standing.decided_at), None
        if self.changed is not None:
            self.changed.add(standing.case)

    def _standing(self, seq: int, decision: Decision | OwnDecision) -> tuple[CaseDecision, ...]:
        known = self.cases.get(decision.case, [])
        return in_stages(seq, decision, known[0].since if known else decision.decided_at)

    def judge(self, seq: int, judgement: Judgement) -> None:
        """Fold one more judgement in."""
        self.judgements.setdefault(pair_of(judgement), []).append(RecordedJudgement(seq, judgement))

    def confirm(self, seq: int, fact: ConfirmedFact) -> None:
        """Fold one more confirmed fact in."""
        self.confirmed.setdefault(fact_key(fact), []).append(RecordedFact(seq, fact))

    def relieve(self, seq: int, event: ReliefEvent) -> None:
        """Fold one more event of a complaint in: a relief given or ended, a plan; others change nothing."""
        body = event.body
        if body.kind == "interim_relief" and body.until is not None:
            given = StandingRelief(seq, event.complaint, body.decision, event.by, event.at, body.until)
            self.reliefs[given.decision] = given
        elif body.kind in _END_RELIEF:
            self.reliefs = {key: each for key, each in self.reliefs.items() if each.complaint != event.complaint}
        self.planned |= dict.fromkeys(body.planned_cases, seq)

    def settle(self, at: datetime) -> None:
        """Let go of decisions that a later one has overtaken at `at`; time never goes back between runs."""
        self.reliefs, self._known = {key: each for key, each in self.reliefs.items() if each.until > at}, None
        for case, known in self.cases.items():
            if len(known) > 1:
                self.cases[case] = _still_matter(known, at)
                if self.changed is not None and len(self.cases[case]) != len(known):
                    self.changed.add(case)


def last_in_force(known: Sequence[CaseDecision], at: datetime) -> CaseDecision | None:
    """Return the last of a case's decisions that covers `at`."""
    for each in reversed(known):
        if each.effective_from <= at and (each.until is None or at < each.until):  # `covers`, in half of its time
            return each
    return None


def _still_matter(known: list[CaseDecision], at: datetime) -> list[CaseDecision]:
    """Drop what stands before the newest decision that covers `at` and never ends."""
    lasting = (i for i in range(len(known) - 1, -1, -1) if known[i].until is None and known[i].covers(at))
    return known[next(lasting, 0) :]


def case_decision(seq: int, decision: Decision | OwnDecision, since: datetime) -> CaseDecision:
    """Return what is kept of one decision of a case whose first is `since`."""
    return CaseDecision(
        seq=seq,
        id=decision.id,
        case=decision.case,
        party_kind=decision.party.kind,
        party_id=decision.party.id,
        scope=decision.scope,
        outcome=decision.outcome,
        reasons=decision.reasons,
        errors=decision.errors,
        grounds=decision.grounds,
        instruct=decision.instruct,
        decided_at=decision.decided_at,
        effective_from=decision.effective_from,
        until=decision.until,
        rulebook=decision.inputs.rulebook,
        since=since,
        keys=decision.keys,
        table=_table_of(decision),
        unread=decision.unread,
        lifts=decision.outcome is Outcome.ALLOW and bool(decision.plan.tell),
    )


def in_stages(seq: int, decision: Decision | OwnDecision, since: datetime) -> tuple[CaseDecision, ...]:
    """Return what is kept of one decision: one for each of its stages, with its own id, and one for itself.

    A stage ends where the next begins; it has the grounds of its own rules alone.
    """
    whole, stages = case_decision(seq, decision, since), decision.stages
    if not stages:
        return (whole,)
    ends = [*(each.effective_from for each in stages[1:]), whole.effective_from]
    earlier = (
        replace(
            whole, outcome=each.outcome, reasons=each.reasons, instruct=each.instruct, until=until,
            effective_from=each.effective_from, grounds=tuple(key for key in whole.grounds if key[0] in each.reasons),
        )
        for each, until in zip(stages, ends, strict=True)
    )  # fmt: skip
    return (*earlier, whole)


def _table_of(decision: Decision | OwnDecision) -> str:
    if decision.outcome is Outcome.ALLOW or decision.keys is not None:
        return ""
    name = "payers" if decision.party.kind == "payer" else "advertisers"
    return decision.inputs.tables.get(name, "").removeprefix("sha256:")


_END_RELIEF = frozenset({"relief_ended", "withdraw", "supersede"})


_decode = msgspec.json.Decoder(Decision, strict=False).decode
_judgement = msgspec.json.Decoder(Judgement).decode
_confirmed = msgspec.json.Decoder(ConfirmedFact).decode


def decision_of(payload: bytes) -> Decision:
    """Return the decision that a leaf's payload holds."""
    return _decode(payload)


_FOLDED = ("decision", "judgement", "confirmed_fact", "complaint", "claim", "erasure")


def fold(ledger: LogReader, known: History | None = None, size: int | None = None) -> History:
    """Return the history up to a tree size (None: all entries), going on from `known` where that is a prefix of it.

    After an erasure all is folded anew: what was erased may be among what is known.
    """
    size = ledger.size if size is None else size
    history = known if known is not None and known.size <= size else History()
    if history.size and any(_payloads(ledger, ("erasure",), history.size, size)):
        history.forget()
    start, history.size = history.size, size
    for seq, kind, payload in _payloads(ledger, _FOLDED, start, size):
        _add(history, seq, kind, payload)
    return history


def _add(history: History, seq: int, kind: str, payload: bytes) -> None:
    match kind:
        case "decision":
            history.add(seq, decision_of(payload))
        case "judgement":
            history.judge(seq, _judgement(payload))
        case "confirmed_fact":
            history.confirm(seq, _confirmed(payload))
        case "complaint":
            history.relieve(seq, relief_event(payload))
        case "claim":
            history.evidence += filter(None, (decode_event(payload),))
        case _:
            history.erasures = seq + 1


def _payloads(ledger: LogReader, kinds: Sequence[str], start: int, end: int) -> Iterator[tuple[int, str, bytes]]:
    """Yield the records of these kinds that are still there; one that was erased counts no more."""
    for seq, leaf, payload in ledger.entries_of(kinds, start):
        if seq >= end:
            return
        if payload is not None:
            yield seq, leaf.kind, payload

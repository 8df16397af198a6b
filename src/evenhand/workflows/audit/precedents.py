"""Earlier decisions about others in cases like one that is explained, and what would have to change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.decision import Decision, Party
from evenhand.model.run import DecidedCase, Explained, Precedent, Precedents
from evenhand.store.network import Network
from evenhand.workflows.audit.fact_changes import fact_changes
from evenhand.workflows.audit.recorded_decisions import (
    ADVERSE,
    RULEBOOK,
    FactReaders,
    RecordedDecision,
    decode_decision,
)
from evenhand.workflows.audit.recorded_facts import FactReader, Values
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

MOST_SEARCHED = 20_000
"""Leaves that are looked through on either side of the case: a hundred thousand take seconds."""
MOST_SAME = 20
_PAYER = "Payer."


def with_precedents(explained: Explained, network: Network) -> Explained:
    """Return an explained party with the precedents of each of its decisions.

    Raises:
        HistoryConflict: a payload is not the one that its leaf commits to.
    """
    with read_ledger(network.ledger) as ledger:
        return beside_precedents(explained, ledger, FactReaders(Rulebooks(network)))


def beside_precedents(
    explained: Explained, ledger: LogReader, readers: FactReaders, most_searched: int = MOST_SEARCHED
) -> Explained:
    """Return the same where ledger and readers are open already; so many leaves are looked through on either side.

    Raises:
        HistoryConflict: a payload is not the one that its leaf commits to.
    """
    cases = (*explained.in_force, *explained.waiting)
    searches = [_Search.of(case, readers) for case in cases]
    for each in _earlier(ledger, cases, most_searched):
        for search in searches:
            search.compare(each, readers)
    found = tuple(search.found(readers) for search in searches)
    return msgspec.structs.replace(explained, precedents=found)


class _Earlier(NamedTuple):
    """A decision that was read, and its leaf."""

    seq: int
    decision: RecordedDecision


def _earlier(ledger: LogReader, cases: Sequence[DecidedCase], most: int) -> Iterator[_Earlier]:
    """Yield the decisions around the last of the cases, those of its run too, of the scopes that the cases have."""
    last = max((case.seq for case in cases), default=0)
    scopes = [f'"scope":"{scope_kind(case.decision.scope)}'.encode() for case in cases]
    for seq, _, payload in ledger.entries("decision", max(0, last - most)):
        if seq > last + most:
            return
        if payload is not None and any(scope in payload for scope in scopes):
            yield _Earlier(seq, decode_decision(payload))


@dataclass
class _Search:
    """The search for the precedents of one case, whose facts its own rules read: `reader` and what it has read."""

    decision: Decision
    seq: int
    reader: FactReader | None
    values: Values
    searched: int = 0
    same: dict[Party, Precedent] = field(default_factory=dict)
    nearest: Precedent | None = None

    @classmethod
    def of(cls, case: DecidedCase, readers: FactReaders) -> Self:
        recorded = decode_decision(msgspec.json.encode(case.decision))
        reader = readers.of_decision(recorded)
        return cls(case.decision, case.seq, reader, {} if reader is None else readers.values(recorded, reader))

    def compare(self, earlier: _Earlier, readers: FactReaders) -> None:
        decision = earlier.decision
        if self.reader is None or not self._is_like(decision):
            return
        self.searched += 1
        differing = differences(readers.values(decision, self.reader), self.values)
        differs = without_own_payer(differing, self.decision.facts["context"], self.decision.party.id)
        if not differs:
            self.same.pop(decision.party, None)
            self.same[decision.party] = _precedent(earlier)
        if (decision.outcome in ADVERSE) is not (self.decision.outcome in ADVERSE):
            found = _precedent(earlier, differs)
            self.nearest = min(filter(None, (found, self.nearest)), key=_distance)

    def _is_like(self, decision: RecordedDecision) -> bool:
        """Return whether a decision is about another party, of the same scope, and no later than the case's."""
        is_other = decision.party != self.decision.party and decision.decided_at <= self.decision.decided_at
        return is_other and scope_kind(decision.scope) == scope_kind(self.decision.scope)

    def found(self, readers: FactReaders) -> Precedents:
        rulebook = readers.rulebook(self.decision.inputs.rulebook)
        return Precedents(
            seq=self.seq,
            searched=self.searched,
            same=tuple(reversed(self.same.values()))[:MOST_SAME],
            nearest_other=self.nearest,
            changes=() if rulebook is None else fact_changes(self.decision, rulebook),
        )


def _precedent(earlier: _Earlier, differs: tuple[str, ...] = ()) -> Precedent:
    decision = earlier.decision
    return Precedent(
        seq=earlier.seq, party_kind=decision.party.kind, party_id=decision.party.id, outcome=decision.outcome.value,
        differs_in=differs,
    )  # fmt: skip


def differences(theirs: Values, ours: Values) -> tuple[str, ...]:
    """Return the facts in which an earlier decision differs; a record that one of the two lacks is one fact."""
    differing = {path for path in ours if path in theirs and theirs[path] != ours[path]}
    return tuple(sorted({_record_of(path) if None in (ours[path], theirs[path]) else path for path in differing}))


def without_own_payer(differs: tuple[str, ...], context: Mapping[str, Any], party: str) -> tuple[str, ...]:
    """Leave out what differs of the payer as it does of the party, where the party pays for itself."""
    if context.get("payer", {}).get("__entity", {}).get("id") != party:
        return differs
    own = {path.partition(".")[2] for path in differs if not path.startswith(_PAYER)}
    return tuple(path for path in differs if not (path.startswith(_PAYER) and path.partition(".")[2] in own))


def _record_of(path: str) -> str:
    return path.rpartition(".")[0] if path.count(".") > 1 else path


def _distance(precedent: Precedent) -> tuple[int, bool]:
    """Return in how many facts a decision differs; among equals one by the same rules is nearer."""
    return len(precedent.differs_in), RULEBOOK in precedent.differs_in


def scope_kind(scope: str) -> str:
    """Return `advertiser`, `payer` or `campaign`."""
    return scope.partition(":")[0]

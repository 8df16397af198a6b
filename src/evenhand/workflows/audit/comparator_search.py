"""Who was in the position of one decided party, and how they were treated: the analysis for one case.

Every decision of the ledger about another party is compared with the case as the case's own rules see facts. Of each
party the decision nearest to the case counts; parties that differ from it in the same way, and were treated alike,
stand together. A name is no fact: where nothing but names that a rule gives differs, a case is like.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.comparator import CannotTest, ComparatorFinding, FactDifference, LaterDecision
from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound
from evenhand.model.outcome import Outcome
from evenhand.policy.attribute_roles import IDENTITY, covers, protected_classes
from evenhand.store.network import Network
from evenhand.workflows.audit.case_flips import case_flips, naming_rules
from evenhand.workflows.audit.comparator_sets import Compared, choose_sets
from evenhand.workflows.audit.named_parties import find_named
from evenhand.workflows.audit.precedents import differences, scope_kind, without_own_payer
from evenhand.workflows.audit.recorded_decisions import (
    RULEBOOK,
    FactReaders,
    RecordedDecision,
    decode_decision,
    decode_facts,
)
from evenhand.workflows.audit.recorded_facts import NO_LAW, FactReader, Values
from evenhand.workflows.audit.recorded_groups import GroupReader
from evenhand.workflows.evaluation.findings import PartyKey, Progress
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

MOST_NEAR, MOST_EXAMPLES = 5, 5
"""Sets of parties that differ in a fact and were treated milder, and examples of a set, that are shown."""
_STEP = 2_000


def find_comparators(
    network: Network, decision: str, named: Sequence[str], at: datetime, progress: Progress
) -> ComparatorFinding:
    """Return how others in the position of a decision's party were treated; decisions after `at` are left out.

    `named` are ids or names of parties that are compared whatever they differ in. Nothing is written, no lock is taken.

    Raises:
        NotFound: the ledger has no such decision.
        HistoryConflict: a payload is not the one that its leaf commits to.
    """
    readers = FactReaders(Rulebooks(network))
    with read_ledger(network.ledger) as ledger:
        size = ledger.size
        seq, case = _case(ledger, decision)
        recorded = decode_decision(msgspec.json.encode(case))
        reader = readers.of_decision(recorded)
        search = _Search(seq, case, reader, {} if reader is None else readers.values(recorded, reader))
        for number, each in _others(ledger, case, at, size, progress):
            search.compare(number, each, readers)
    nearest = search.nearest_with_later()
    parties, not_found = find_named(network, named, nearest)
    flips = case_flips(seq, case, reader, search.seen, progress)
    shown, more = choose_sets(nearest, parties, case.outcome)
    naming = () if reader is None else naming_rules(case, reader)
    return ComparatorFinding(
        decision=case.id, case_leaf=seq, party=case.party, outcome=case.outcome, rules=case.reasons, at=at,
        searched=search.searched, comparators=shown, more=more, not_found=not_found, naming_rules=naming,
        cannot_be_tested=_cannot_test(search, naming), flips=flips.result, by_law=flips.by_law,
    )  # fmt: skip


def is_decision(network: Network, text: str) -> bool:
    """Return whether a text is the id of a decision in the ledger."""
    with read_ledger(network.ledger) as ledger:
        return text.startswith("d-") and ledger.seq_of(text) is not None


def _case(ledger: LogReader, decision: str) -> tuple[int, Decision]:
    seq = ledger.seq_of(decision)
    payload = None if seq is None else ledger.payload(seq)
    if seq is None or payload is None:
        raise NotFound("no such decision in the ledger, or it was erased", where=ledger.origin, got=decision)
    return seq, decision_of(payload)


def _others(
    ledger: LogReader, case: Decision, at: datetime, size: int, progress: Progress
) -> Iterator[tuple[int, RecordedDecision]]:
    """Yield the decisions about other parties of the same scope that were made up to an instant."""
    scope = f'"scope":"{scope_kind(case.scope)}'.encode()
    for seq, _, payload in ledger.entries("decision"):
        if seq >= size:
            break
        if seq % _STEP == 0:
            progress("comparing decisions", seq, size)
        if payload is not None and scope in payload:
            decision = decode_decision(payload)
            if decision.party != case.party and decision.decided_at <= at:
                yield seq, decision
    progress("comparing decisions", size, size)


@dataclass
class _Search:
    """The case, the reader of facts for its rules, what was read of it, and the nearest decision about each party.

    `last` has of each case of another party its last decision: what it says, and when it was made.
    """

    seq: int
    case: Decision
    reader: FactReader | None
    values: Values
    searched: int = 0
    nearest: dict[PartyKey, Compared] = field(default_factory=dict)
    last: dict[str, tuple[Outcome, datetime]] = field(default_factory=dict)
    seen: dict[str, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        schema = None if self.reader is None else self.reader.active.schema
        self._identity = () if schema is None else (*protected_classes(schema)[IDENTITY], "Payer.@id")
        self._groups = None if schema is None else GroupReader(schema)
        self._own_groups = self._groups_of(decode_decision(msgspec.json.encode(self.case)))

    def compare(self, seq: int, decision: RecordedDecision, readers: FactReaders) -> None:
        if self.reader is None:
            return
        self.searched += 1
        self.last[decision.case] = decision.outcome, decision.decided_at
        theirs = readers.values(decision, self.reader)
        differing = without_own_payer(differences(theirs, self.values), self.case.facts["context"], self.case.party.id)
        # What a law asks of one of the two alone follows from the other facts that differ.
        paths = [path for path in differing if NO_LAW not in (theirs.get(path), self.values.get(path))] or differing
        groups = self._groups_of(decision)
        found = Compared(
            distance=sum(path not in self._identity for path in paths), seq=seq, party=decision.party,
            outcome=decision.outcome, rules=decision.reasons, under_same_rules=RULEBOOK not in paths,
            differs=tuple(_difference(path, self.values, theirs) for path in paths),
            groups=tuple(name for name, value in groups.items() if value != self._own_groups.get(name)),
            case=decision.case,
        )  # fmt: skip
        key = decision.party.kind, decision.party.id
        if key not in self.nearest or found.rank < self.nearest[key].rank:
            self.nearest[key] = found

    def nearest_with_later(self) -> dict[PartyKey, Compared]:
        """Return the nearest decision about each party, with the last of its case where that says something else."""
        return {key: each._replace(later=self._later(each)) for key, each in self.nearest.items()}

    def _later(self, compared: Compared) -> LaterDecision | None:
        outcome, decided_at = self.last[compared.case]
        if outcome is compared.outcome:
            return None
        return LaterDecision(party=compared.party, outcome=outcome, decided_at=decided_at)

    def _groups_of(self, decision: RecordedDecision) -> Values:
        if self._groups is None:
            return {}
        facts = decode_facts(decision.facts)
        self._groups.note(facts, self.seen)
        return self._groups.read(facts, decision.party.id)


def _difference(path: str, ours: Values, theirs: Values) -> FactDifference:
    """Return a fact that differs; of a record that one of two lacks, that it is known or not."""
    if path in ours:
        return FactDifference(fact=path, case=ours[path], other=theirs.get(path))
    case, other = ("known" if _knows(path, values) else None for values in (ours, theirs))
    return FactDifference(fact=path, case=case, other=other)


def _knows(record: str, values: Values) -> bool:
    return any(value is not None for path, value in values.items() if covers(record, path))


def _cannot_test(search: _Search, naming: tuple[str, ...]) -> CannotTest | None:
    like = [each for each in search.nearest.values() if each.is_like]
    if search.reader is None:
        return "rulebook_not_kept"
    if naming:
        return "rule_names_party"
    if not like:
        return "no_like_case"
    return None if any(each.groups for each in like) else "same_groups"

"""The ledger as a table for an audit: one row a decision, with the facts as they were recorded.

Columns, each a list of the same length, text or None unless said otherwise: `advertiser` (party id), `case`, `seq`
(int, leaf index), `outcome`, `rules`, `rulebook`, `lists`, `decided_by`, `decided_at`, `opened_at`, `examined`,
`flags_before` (int), `spend` (float, in the network's currency), `size`, `kind`, `age`, `law`, `erased`; one a relevant
fact, by its Cedar path; one a protected attribute, by its last name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.audit_coverage import OneGroup
from evenhand.model.facts import Facts
from evenhand.model.judgement import Judgement
from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook
from evenhand.policy.annotations import legal_basis, relied_on
from evenhand.workflows.audit.account_groups import UNIT_MICROS, age_band, kind_of, size_band, spend_micros
from evenhand.workflows.audit.match_table import Cell, MatchRows, instant_text
from evenhand.workflows.audit.one_group import GroupsMet
from evenhand.workflows.audit.party_exceptions import PartyExceptions
from evenhand.workflows.audit.recorded_decisions import (
    ADVERSE,
    FactReaders,
    RecordedDecision,
    decode_decision,
    decode_facts,
    rules_name,
)
from evenhand.workflows.audit.recorded_facts import FactReader, RecordedFacts, Values
from evenhand.workflows.audit.recorded_groups import GroupReader
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

Columns = dict[str, list[Cell]]

HEAD = (
    "advertiser", "case", "seq", "outcome", "rules", "rulebook", "lists", "decided_by", "decided_at", "opened_at",
    "examined", "flags_before", "spend", "size", "kind", "age", "law", "erased",
)  # fmt: skip
AUDIT_KINDS = frozenset({"audit_plan", "audit_report"})
_ADVERTISER = "advertiser"
_STEP = 2_000


class Equals(msgspec.Struct):
    """Decisions of any scope whose facts are the same to the rules: the first of them stands for all in a replay."""

    seq: int
    party_id: str
    rulebook: Rulebook
    rulebook_name: str
    facts: Facts
    decisions: int = 0


class _Release(msgspec.Struct, frozen=True):
    """The one field of a rulebook's record that an audit needs."""

    sha256: str


class Last(NamedTuple):
    """The newest decision whose rulebook was kept: the rules in force are those that it was ruled by."""

    rulebook: Rulebook
    rulebook_name: str
    decided_at: datetime


@dataclass
class LedgerTables:
    """What one reading of the ledger gives: the table of decisions, that of matches, and what is in neither.

    `erased` are decisions and judgements whose payload is gone. `rulebook_missing` counts decisions by a rulebook that
    the network has not kept: they are compared with nothing. `other_scopes` are decisions about payers and campaigns,
    which are in `equals` alone. `repeated` ones say once more what a row says already. `values` are those seen of each
    protected attribute, by path, as JSON. `facts` are those that rules read of rows, `last` is the newest decision.
    `unchanged` counts advertisers that no decision under the rules of the newest row is about. `one_group` are rules
    of dates and lists whose decisions are all about one group, `exceptions` what is about one party alone.
    """

    columns: Columns = field(default_factory=dict)
    matches: MatchRows = field(default_factory=MatchRows)
    equals: dict[tuple[str | None, ...], Equals] = field(default_factory=dict)
    values: dict[str, set[bytes]] = field(default_factory=dict)
    erased: int = 0
    rulebook_missing: Counter[str] = field(default_factory=Counter)
    other_scopes: int = 0
    repeated: int = 0
    facts: set[str] = field(default_factory=set)
    last: "Last | None" = None
    unchanged: int = 0
    one_group: tuple[OneGroup, ...] = ()
    exceptions: PartyExceptions = field(default_factory=PartyExceptions)

    @property
    def rows(self) -> int:
        """Return the number of rows of the table of decisions."""
        return len(self.columns["seq"]) if self.columns else 0


def read_tables(
    ledger: LogReader, size: int, rulebooks: Rulebooks, facts: Sequence[str], progress: Progress
) -> LedgerTables:
    """Return the tables of the first `size` leaves; `facts` are the columns of relevant facts.

    The ledger is read once, entry by entry; what is kept is the cells and one set of facts for those that are equals.

    Raises:
        HistoryConflict: a payload is not the one that its leaf commits to.
    """
    reading = _Reading(FactReaders(rulebooks), tuple(facts))
    for seq, leaf, payload in ledger.entries():
        if seq >= size:
            break
        if seq % _STEP == 0:
            progress("reading decisions", seq, size)
        if leaf.kind == "decision":
            reading.decision(seq, leaf.lists, leaf.rulebook, payload)
        elif leaf.kind == "judgement":
            reading.judgement(seq, payload)
        elif leaf.kind == "rulebook" and payload is not None:
            reading.release(payload)
    progress("reading decisions", size, size)
    return reading.tables()


@dataclass
class _Road:
    """How far a case has come: since when it waits, and how many decisions other than allow it has had."""

    waits_since: datetime | None = None
    flags: int = 0


@dataclass
class _Reading:
    """The state of one reading, entry by entry."""

    readers: FactReaders
    facts: tuple[str, ...]
    found: LedgerTables = field(default_factory=LedgerTables)
    roads: dict[str, _Road] = field(default_factory=dict)
    judged: set[tuple[str, str]] = field(default_factory=set)
    rows: list[dict[str, Cell]] = field(default_factory=list)
    seen: set[tuple[object, ...]] = field(default_factory=set)
    groups: dict[str, GroupReader] = field(default_factory=dict)
    laws: dict[str, dict[str, str]] = field(default_factory=dict)
    newest: str = ""
    rules_of: dict[str, set[str]] = field(default_factory=dict)
    met: GroupsMet = field(default_factory=GroupsMet)

    def decision(self, seq: int, lists: str, rulebook: str, payload: bytes | None) -> None:
        if payload is None:
            self.found.erased += 1
            self.rows.append(
                {
                    "advertiser": f"erased entry {seq}",
                    "seq": seq,
                    "rulebook": rulebook,
                    "lists": lists,
                    "erased": "true",
                }
            )
            return
        decision = decode_decision(payload)
        known = self.readers.rulebook(decision.inputs.rulebook)
        if known is None:
            self.found.rulebook_missing[decision.inputs.rulebook] += 1
            self._note_rules(decision, _start_of(decision.inputs.rulebook))
            return
        facts = decode_facts(decision.facts)
        reader = self.readers.reader(known, facts, decision.decided_at)
        name = rules_name(known, reader)
        values = reader.read(facts, decision.decision, (*decision.reasons, *decision.errors))
        self._note_rules(decision, name)
        self._equals(seq, decision, known, (name, facts.action.id, facts.principal.type, *values.values()))
        self.found.exceptions.note_ruling(known, decision.inputs.lint)
        self.found.exceptions.note_matches(decision.findings)
        self.found.last = Last(known, name, decision.decided_at)
        groups = self._groups(known)
        groups.note(facts, self.found.values)
        self.found.matches.notice(seq, decision.findings, decision.decided_at, partial(groups.read, facts))
        if decision.scope == _ADVERTISER:
            equal = reader.compared(values, decision.facts)
            own = groups.read(facts, decision.party.id)
            row = self._row(seq, lists, decision, name, known, facts) | equal | own
            self._note_groups(decision, reader, own)
            self.found.exceptions.note_notice(seq, decision)
            self._add(row, (decision.case, name, decision.outcome, *equal.values()))
            self.found.facts.update(equal)
        else:
            self.found.other_scopes += 1

    def judgement(self, seq: int, payload: bytes | None) -> None:
        if payload is None:
            self.found.matches.erased += 1
            return
        judgement = _judgement(payload)
        if judgement.verdict != "lapsed":
            self.judged.add((judgement.party_kind, judgement.party_id))
            self.found.matches.judge(seq, judgement)
            self.found.exceptions.note_judgement(seq, judgement)

    def release(self, payload: bytes) -> None:
        """Note a rulebook: it is in force from here on, also where no decision changes under it."""
        self.newest = _start_of(msgspec.json.decode(payload, type=_Release).sha256)

    def tables(self) -> LedgerTables:
        names = dict.fromkeys((*HEAD, *self.facts, *(name for row in self.rows for name in row)))
        self.found.unchanged = sum(
            not any(name.startswith(self.newest) for name in names) for names in self.rules_of.values()
        )
        self.found.one_group = self.met.one_group()
        self.found.columns = {name: [row.get(name) for row in self.rows] for name in names}
        return self.found

    def _note_rules(self, decision: RecordedDecision, name: str) -> None:
        if decision.scope == _ADVERTISER:
            self.newest = name
            self.rules_of.setdefault(decision.party.id, set()).add(name)

    def _note_groups(self, decision: RecordedDecision, reader: FactReader, groups: Values) -> None:
        """Note whom rules of dates and lists have met; a rule that relies on a protected attribute by law is left out.

        What such a rule does is reported as treated differently by law.
        """
        lawful = self._laws(reader.rulebook)
        rules = reader.of_time.intersection(decision.reasons).difference(lawful)
        lists = {each.list for each in decision.findings if each.list} if decision.outcome in ADVERSE else ()
        self.met.note(decision.party.id, groups, rules, lists)

    def _groups(self, rulebook: Rulebook) -> GroupReader:
        if rulebook.sha256 not in self.groups:
            self.groups[rulebook.sha256] = GroupReader(rulebook.schema)
        return self.groups[rulebook.sha256]

    def _equals(self, seq: int, decision: RecordedDecision, rulebook: Rulebook, key: tuple[str | None, ...]) -> None:
        if key not in self.found.equals:
            facts = msgspec.json.decode(decision.facts, type=Facts)
            self.found.equals[key] = Equals(seq, decision.party.id, rulebook, str(key[0]), facts)
        self.found.equals[key].decisions += 1

    def _row(
        self, seq: int, lists: str, decision: RecordedDecision, name: str, rulebook: Rulebook, facts: RecordedFacts
    ) -> dict[str, Cell]:
        road = self.roads.setdefault(decision.case, _Road())
        opened, flags = road.waits_since or decision.decided_at, road.flags
        road.waits_since = opened if decision.outcome is Outcome.HOLD else None
        road.flags += decision.outcome is not Outcome.ALLOW
        micros = spend_micros(facts)
        return {
            "advertiser": decision.party.id,
            "case": decision.case,
            "seq": seq,
            "outcome": decision.outcome.value,
            "rules": ";".join(decision.reasons),
            "rulebook": name,
            "lists": lists,
            "decided_by": decision.decided_by.kind,
            "decided_at": instant_text(decision.decided_at),
            "opened_at": instant_text(opened),
            "examined": "true" if (decision.party.kind, decision.party.id) in self.judged else "false",
            "flags_before": flags,
            "spend": None if micros is None else micros / UNIT_MICROS,
            "size": size_band(micros),
            "kind": kind_of(facts),
            "age": age_band(facts, decision.decided_at),
            "law": self._law(rulebook, decision.reasons),
            "erased": "false",
        }

    def _add(self, row: dict[str, Cell], same: tuple[object, ...]) -> None:
        """Add a row, unless one of the same case says the same of the same facts: that is no second decision."""
        if same in self.seen:
            self.found.repeated += 1
            return
        self.seen.add(same)
        self.rows.append(row)

    def _law(self, rulebook: Rulebook, reasons: Sequence[str]) -> str | None:
        return law_of(self._laws(rulebook), reasons)

    def _laws(self, rulebook: Rulebook) -> dict[str, str]:
        if rulebook.sha256 not in self.laws:
            self.laws[rulebook.sha256] = laws_by_rule(rulebook)
        return self.laws[rulebook.sha256]


def _start_of(sha256: str) -> str:
    """Return what the names of all rules of a rulebook begin with."""
    return f"{sha256.removeprefix('sha256:')[:12]}."


def laws_by_rule(rulebook: Rulebook) -> dict[str, str]:
    """Return the law of each rule that says that its law lets a protected attribute matter."""
    found = {}
    for rule in rulebook.rules.values():
        basis = legal_basis(rule.annotations)
        if basis is not None and relied_on(rule.annotations):
            found[rule.id] = f"{basis[0]}, {basis[1]}"
    return found


def law_of(laws: Mapping[str, str], reasons: Iterable[str]) -> str | None:
    """Return the laws by which a protected attribute decided, None where none did; `laws` are those of rules."""
    return "; ".join(sorted({laws[name] for name in reasons if name in laws})) or None


_judgement = msgspec.json.Decoder(Judgement).decode

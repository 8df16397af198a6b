"""Recorded decisions as an audit reads them, and the reader of facts for the rules that each was ruled by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from evenhand.model.decision import DecidedBy, Party
from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook
from evenhand.policy.request import day_of
from evenhand.workflows.audit.match_table import RecordedFinding
from evenhand.workflows.audit.recorded_facts import CLOCK, FactReader, RecordedFacts, Values, decoded, type_at
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

RULEBOOK, ACTION = "rulebook", "action"
ADVERSE = (Outcome.HOLD, Outcome.REFUSE)
"""Outcomes with which a party may not buy; with the others it may."""


class RecordedInputs(msgspec.Struct, frozen=True):
    """What an audit needs of inputs: the rulebook, and the lint codes in spite of which it was loaded."""

    rulebook: str
    lint: tuple[str, ...] = ()


class RecordedDecision(msgspec.Struct, frozen=True):
    """What an audit reads of a decision's payload; the rest of it is skipped, which is half of the time."""

    party: Party
    case: str
    scope: str
    outcome: Outcome
    decision: str
    reasons: tuple[str, ...]
    errors: tuple[str, ...]
    findings: tuple[RecordedFinding, ...]
    facts: msgspec.Raw
    inputs: RecordedInputs
    decided_at: datetime
    effective_from: datetime
    decided_by: DecidedBy


@dataclass
class FactReaders:
    """Readers of facts by rulebook, action and day; a rulebook that was not kept has none."""

    kept: Rulebooks
    _known: dict[tuple[str, str, str], FactReader] = field(default_factory=dict)
    _absent: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def rulebook(self, sha256: str) -> Rulebook | None:
        """Return the rulebook that a decision names, None if the network has not kept it."""
        return self.kept.by_hash(sha256.removeprefix("sha256:"))

    def reader(self, rulebook: Rulebook, facts: RecordedFacts, decided_at: datetime) -> FactReader:
        """Return the reader for the rules that were in force on the day that the facts speak of."""
        at, action = decoded(facts.context.get("at")), facts.action.id
        key = rulebook.sha256, action, str(at)
        if key not in self._known:
            active = rulebook.active(day_of(at) or decided_at.astimezone(UTC).date())
            same = (each for each in self._known.values() if (each.active, each.action) == (active, action))
            self._known[key] = next(same, None) or FactReader(rulebook, active, action)
        return self._known[key]

    def of_decision(self, decision: RecordedDecision) -> FactReader | None:
        """Return the reader of a decision's own rules, None if its rulebook was not kept."""
        rulebook = self.rulebook(decision.inputs.rulebook)
        return None if rulebook is None else self.reader(rulebook, decode_facts(decision.facts), decision.decided_at)

    def values(self, decision: RecordedDecision, reader: FactReader) -> Values:
        """Return the facts of a decision as a reader sees them, and the name of the decision's own rules.

        What the schema of its own rules did not have is left out: it was not known to be absent.
        """
        facts, own = decode_facts(decision.facts), self.of_decision(decision)
        values = reader.read(facts, decision.decision, (*decision.reasons, *decision.errors))
        values = reader.compared(values, decision.facts)
        for path in () if own is None else self._lacking(own, reader):
            values.pop(path, None)
        return values | {RULEBOOK: "not kept" if own is None else own.active.sha256, ACTION: facts.action.id}

    def _lacking(self, own: FactReader, reader: FactReader) -> Sequence[str]:
        key = own.active.sha256, reader.active.sha256
        if key not in self._absent:
            schema = own.active.schema
            attributes = (path for path in reader.paths if "@" not in path and "." in path and path != CLOCK)
            self._absent[key] = [path for path in attributes if type_at(schema, path) is None]
        return self._absent[key]


def rules_name(rulebook: Rulebook, reader: FactReader) -> str:
    """Return the name of a rulebook's rules in force on a day: the starts of two hashes."""
    return f"{rulebook.sha256[:12]}.{reader.active.sha256[:8]}"


decode_decision = msgspec.json.Decoder(RecordedDecision, strict=False).decode
decode_facts = msgspec.json.Decoder(RecordedFacts).decode

"""What the table of an audit must say of a decision that an auditor's folder shows, cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import structs

from evenhand.ledger.field_commitments import is_sealed
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical_exact
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook
from evenhand.policy.request import day_of
from evenhand.workflows.audit.account_groups import UNIT_MICROS, age_band, kind_of, size_band, spend_micros
from evenhand.workflows.audit.decision_table import law_of, laws_by_rule
from evenhand.workflows.audit.folder_replay import CLOSED, NotRuled, filled_facts
from evenhand.workflows.audit.match_table import instant_text
from evenhand.workflows.audit.recorded_decisions import decode_facts, rules_name
from evenhand.workflows.audit.recorded_facts import FactReader, RecordedFacts, decoded, principal_of
from evenhand.workflows.audit.recorded_groups import GroupReader
from evenhand.workflows.audit.shown_fields import ID

Cells = Mapping[str, str | None]


class ShownInputs(msgspec.Struct, frozen=True):
    """The hashes of a shown decision that its leaf has too."""

    rulebook: str
    lists: dict[str, str]


class ShownDecision(msgspec.Struct, frozen=True):
    """What every shown decision has in the open, and its facts as far as they are shown."""

    outcome: Outcome
    decision: Literal["allow", "deny", "nodecision"]
    reasons: tuple[str, ...]
    errors: tuple[str, ...]
    decided_at: str
    inputs: ShownInputs
    facts: dict[str, Any]

    @property
    def ruling(self) -> Ruling:
        """Return the ruling that it records."""
        return Ruling(outcome=self.outcome, decision=self.decision, reasons=self.reasons, errors=self.errors)


class SeenDecision(NamedTuple):
    """What a shown decision says of its row in the table, by column; None and what is not there it does not say.

    `facts` are all that its rules read; None where the rulebook cannot be used.
    """

    cells: Cells
    facts: Cells | None


@dataclass(frozen=True)
class ShownCells:
    """Makes the cells of decisions; equal facts are read once. `reads` are the facts that rules read, by rulebook."""

    rulebooks: Mapping[str, Rulebook]
    reads: Mapping[str, frozenset[str]]
    _tables: dict[str, "_RulebookCells"] = field(default_factory=dict)
    _of_facts: dict[bytes, tuple[str, Cells]] = field(default_factory=dict)

    def seen(self, decision: ShownDecision, equals: bytes) -> SeenDecision:
        """Return what a decision says of its row; `equals` is the same for those of which rules read the same."""
        sha256 = decision.inputs.rulebook.removeprefix("sha256:")
        if sha256 not in self.rulebooks:
            return SeenDecision({"outcome": decision.outcome, "rules": ";".join(decision.reasons)}, None)
        if sha256 not in self._tables:
            self._tables[sha256] = _RulebookCells(self.rulebooks[sha256], self.reads[sha256])
        table, facts = self._tables[sha256], decode_facts(_as_recorded(decision.facts))
        if equals not in self._of_facts:
            self._of_facts[equals] = table.of_facts(decision, facts)
        name, of_facts = self._of_facts[equals]
        return SeenDecision({"rulebook": name, **dict(table.of_party(decision, facts))}, of_facts)


@dataclass(frozen=True)
class _RulebookCells:
    """Reads the cells of decisions by one rulebook."""

    rulebook: Rulebook
    reads: frozenset[str]
    _readers: dict[tuple[str, str], FactReader] = field(default_factory=dict)

    def of_party(self, decision: ShownDecision, facts: RecordedFacts) -> Iterator[tuple[str, str | None]]:
        """Yield the cells that are not of facts."""
        at, micros = datetime.fromisoformat(decision.decided_at), spend_micros(facts)
        yield "outcome", decision.outcome
        yield "rules", ";".join(decision.reasons)
        yield "decided_at", instant_text(at)
        yield "kind", kind_of(facts)
        yield "age", age_band(facts, at)
        yield "law", law_of(self._laws, decision.reasons) or ""
        yield "size", size_band(micros)
        yield "spend", None if micros is None else str(micros / UNIT_MICROS)
        own = tuple(each for each in facts.entities if each.uid == facts.principal)
        shown = {name for name, raw in principal_of(facts).items() if bytes(raw) != b"null"}
        for name, value in self._groups.read(structs.replace(facts, entities=own), facts.principal.id).items():
            yield name, "" if value is None and name in shown else value

    def of_facts(self, decision: ShownDecision, facts: RecordedFacts) -> tuple[str, Cells]:
        """Return the name of the rules and the cells of facts; ids are None, and laws whose reach an id may decide."""
        day = day_of(decoded(facts.context.get("at"))) or datetime.fromisoformat(decision.decided_at).date()
        key = facts.action.id, day.isoformat()
        if key not in self._readers:
            self._readers[key] = FactReader(self.rulebook, self.rulebook.active(day), facts.action.id)
        reader = self._readers[key]
        values = reader.read(facts, decision.decision, (*decision.reasons, *decision.errors))
        filled = self._filled(decision.facts)
        compared = reader.compared(values, msgspec.Raw(filled or _as_recorded(decision.facts)))
        unknown = {path for path in compared if path.endswith(ID) or (not filled and path in reader.lawful)}
        return rules_name(self.rulebook, reader), {
            path: None if path in unknown else value or "" for path, value in compared.items()
        }

    def _filled(self, facts: Mapping[str, Any]) -> bytes:
        """Return facts that fit the schema, nothing where an id that is not shown may decide."""
        if hides_id(facts, self.reads):
            return b""
        try:
            return canonical_exact(filled_facts(facts, self.rulebook.schema, self.reads))
        except NotRuled:
            return b""

    @cached_property
    def _groups(self) -> GroupReader:
        return GroupReader(self.rulebook.schema)

    @cached_property
    def _laws(self) -> dict[str, str]:
        return laws_by_rule(self.rulebook)


def hides_id(value: Any, reads: frozenset[str]) -> bool:
    """Tell whether an id that rules read is not shown anywhere in facts."""
    if isinstance(value, list):
        return any(hides_id(each, reads) for each in value)
    if not isinstance(value, Mapping):
        return False
    if is_sealed(value.get("id")) and f"{value.get('type')}.@id" in reads:
        return True
    return any(hides_id(each, reads) for each in value.values())


def _as_recorded(facts: Mapping[str, Any]) -> bytes:
    """Return shown facts as recorded ones are: ids that are not shown are the same, other values are null."""
    return canonical_exact(_without_sealed(facts))


def _without_sealed(value: Any) -> Any:
    if is_sealed(value):
        return None
    if isinstance(value, list):
        return [_without_sealed(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    if value.keys() == {"id", "type"} and is_sealed(value["id"]):
        return {"type": value["type"], "id": CLOSED}
    empty: dict[str, Any] = {"parents": [], "tags": {}}
    found = {name: _without_sealed(each) for name, each in value.items()}
    return found | {name: empty[name] for name in empty.keys() & value.keys() if is_sealed(value[name])}

"""The parts of payloads that a history reads where it needs no whole record."""

from datetime import datetime

import msgspec

from evenhand.model.decision import Party, Stage
from evenhand.model.outcome import Outcome
from evenhand.model.party import Keys


class DecisionInputs(msgspec.Struct, frozen=True):
    """What is read of a decision's inputs here."""

    rulebook: str
    tables: dict[str, str]


class DecisionPlan(msgspec.Struct, frozen=True):
    """What is read of a decision's plan here."""

    tell: tuple[msgspec.Raw, ...]


class OwnDecision(msgspec.Struct, frozen=True):
    """What is kept of a decision that this process wrote itself, without facts and findings: a third of the time."""

    id: str
    case: str
    party: Party
    scope: str
    outcome: Outcome
    reasons: tuple[str, ...]
    errors: tuple[str, ...]
    grounds: tuple[tuple[str, str, str], ...]
    instruct: tuple[str, ...]
    decided_at: datetime
    effective_from: datetime
    inputs: DecisionInputs
    plan: DecisionPlan
    until: datetime | None = None
    keys: Keys | None = None
    unread: tuple[str, ...] = ()
    stages: tuple[Stage, ...] | msgspec.UnsetType = msgspec.UNSET


class PlannedPlace(msgspec.Struct, frozen=True):
    """What is read of a place that a settlement has to reach here: one of kind `public_record` asks for a case."""

    kind: str
    ask: str


class ReliefBody(msgspec.Struct, frozen=True):
    """What is read of an event's body here; `points` are a plan's places, in other bodies something else."""

    kind: str
    decision: str = ""
    until: datetime | None = None
    waits_for: str = ""
    points: msgspec.Raw = msgspec.Raw(b"[]")

    @property
    def planned_cases(self) -> list[str]:
        """Return the cases that a plan which waits for nothing is to change."""
        if self.kind != "plan" or self.waits_for:
            return []
        return [each.ask for each in _places(self.points) if each.kind == "public_record"]


class ReliefEvent(msgspec.Struct, frozen=True):
    """What is read of a complaint's event here."""

    complaint: str
    at: datetime
    by: str
    body: ReliefBody


_places = msgspec.json.Decoder(tuple[PlannedPlace, ...]).decode
_relief = msgspec.json.Decoder(ReliefEvent).decode
_decode = msgspec.json.Decoder(OwnDecision, strict=False).decode


def own_decision(payload: bytes) -> OwnDecision:
    """Return what is kept of the decision that a payload holds, which the ledger has just taken."""
    return _decode(payload)


def relief_event(payload: bytes) -> ReliefEvent:
    """Return the part of a complaint's event that may give or end a relief, or plan the end of a decision."""
    return _relief(payload)

"""What Cedar itself makes of a request, rule by rule: no counterexample is shown that it does not confirm."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cedarpy
import msgspec

from evenhand.policy.engine import CedarEngine, EntitiesUnfit
from evenhand.policy.tree import Policy, to_handle

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Marks:
    """The ids of the rules that are satisfied, permits too, and of those that err."""

    satisfied: frozenset[str]
    errors: frozenset[str]


class Replay:
    """Policies ready to be asked one by one; Cedar hides the satisfied permits where a forbid is, so they are apart."""

    def __init__(self, policies: Iterable[Policy], schema: cedarpy.Schema) -> None:
        kept = list(policies)
        permits = [policy for policy in kept if policy.effect == "permit"]
        self._all = CedarEngine(to_handle(kept), schema)
        self._permits = CedarEngine(to_handle(permits), schema) if len(permits) < len(kept) else None

    def marks(self, facts: dict[str, Any]) -> Marks | None:
        """Return what each rule makes of a request in Cedar JSON; None if it does not fit the schema."""
        request = {name: facts[name] for name in ("principal", "action", "resource")}
        request["context"] = _encode(facts["context"]).decode()
        entities = _encode(facts["entities"])
        try:
            answer = self._all.answers([request], entities)[0]
        except EntitiesUnfit:
            return None
        if answer.decision == "nodecision":
            return None
        satisfied = frozenset(answer.reasons)
        if answer.decision == "deny" and satisfied and self._permits is not None:
            satisfied |= frozenset(self._permits.answers([request], entities)[0].reasons)
        return Marks(satisfied, frozenset(answer.errors))

"""What Cedar itself makes of a request, rule by rule: no counterexample is shown that it does not confirm."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import cedarpy
import msgspec

from evenhand.policy.engine import CedarEngine, EntitiesInvalid
from evenhand.policy.syntax_tree import Policy, to_handle

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class RuleResults:
    """The ids of the rules that are satisfied, permits too, and of those that err."""

    satisfied: frozenset[str]
    errors: frozenset[str]


class CedarReplay:
    """Policies ready to be asked one by one.

    Every policy is a permit here: where a forbid is satisfied, Cedar does not tell which permits are, and what a policy
    makes of a request does not hang on its effect.
    """

    def __init__(self, policies: Iterable[Policy], schema: cedarpy.Schema) -> None:
        self._engine = CedarEngine(to_handle(replace(policy, effect="permit") for policy in policies), schema)

    def results(self, facts: dict[str, Any]) -> RuleResults | None:
        """Return what each rule makes of a request in Cedar JSON; None if it does not fit the schema."""
        request = {name: facts[name] for name in ("principal", "action", "resource")}
        request["context"] = _encode(facts["context"]).decode()
        try:
            response = self._engine.responses([request], _encode(facts["entities"]))[0]
        except EntitiesInvalid:
            return None
        if response.decision == "nodecision":
            return None
        return RuleResults(frozenset(response.reasons), frozenset(response.errors))

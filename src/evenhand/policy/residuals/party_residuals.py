"""Residuals of standing facts: what a rulebook leaves open for an advertiser before anybody asks."""

from functools import cache

import msgspec

from evenhand.model.facts import Facts
from evenhand.model.record import record_sha256
from evenhand.model.residual import Residual
from evenhand.policy.residuals.residual import KnownFacts, residual
from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.schema import Environment
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Fields, Rule, Uid
from evenhand.policy.typed.values import FactsInvalid, read_entities, read_value


class PartyResiduals:
    """The residuals of one set of rules; `later` are the fields of the context that only a request brings.

    The rules are typed once for each environment, so that many parties cost no more than their own facts.
    """

    def __init__(self, active: ActiveRules, later: frozenset[str], *, rulebook_sha256: str) -> None:
        self._active, self._later, self._sha256 = active, later, rulebook_sha256
        self._rules = cache(self._lowered)

    def of(self, facts: Facts) -> tuple[Residual, ...]:
        """Return what is left for the principal and action of the facts, one residual a type of resource.

        The facts' resource is not looked at. Of the context, what is there is known, and what is neither there nor
        in `later` is known not to be there. The entities are known whole; any other may be anything.

        Raises:
            FactsInvalid: the facts do not fit the schema.
        """
        schema = self._active.schema
        store = read_entities((msgspec.to_builtins(entity) for entity in facts.entities), schema)
        principal, action = Uid(facts.principal.type, facts.principal.id), (facts.action.type, facts.action.id)
        environments = [
            each for each in schema.environments if (each.principal, each.action) == (principal.type, action)
        ]
        if not environments:
            raise FactsInvalid(f"no environment takes {principal.type}, {action[1]}")
        return tuple(
            residual(
                self._rules(environment),
                environment,
                KnownFacts(principal, store, self._context(facts, environment), self._absent(facts, environment)),
                rulebook_sha256=self._sha256,
                facts_sha256=record_sha256(facts),
            )
            for environment in environments
        )

    def _lowered(self, environment: Environment) -> tuple[Rule, ...]:
        return lower_all(self._active.policies, self._active.schema, environment)

    def _context(self, facts: Facts, environment: Environment) -> Fields:
        fields = environment.context.attributes
        if not facts.context.keys() <= fields.keys():
            raise FactsInvalid(f"context has {sorted(facts.context)} where {sorted(fields)} are declared")
        read = {
            name: read_value(value, fields[name].type, self._active.schema) for name, value in facts.context.items()
        }
        return Fields({name: value for name, value in read.items() if name not in self._later})

    def _absent(self, facts: Facts, environment: Environment) -> frozenset[str]:
        return frozenset(environment.context.attributes) - facts.context.keys() - self._later

"""Residuals of standing facts: what a rulebook leaves open for an advertiser before anybody asks."""

import msgspec

from evenhand.model.facts import Facts
from evenhand.model.record import record_sha256
from evenhand.model.residual import Residual
from evenhand.policy.residuals.residual import KnownFacts, residual
from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.schema import Environment
from evenhand.policy.typed.nodes import Fields, Uid
from evenhand.policy.typed.values import FactsInvalid, read_entities, read_value


class PartyResiduals:
    """The residuals of one set of rules; `later` are the fields of the context that only a request brings.

    The rules are typed once for each environment, so that many parties cost no more than their own facts.
    """

    def __init__(self, active: ActiveRules, later: frozenset[str], *, rulebook_sha256: str) -> None:
        self._active, self._later, self._sha256 = active, later, rulebook_sha256

    def of(self, facts: Facts) -> tuple[Residual, ...]:
        """Return what is left for the principal and action of the facts, one residual a type of resource.

        The facts' resource is not looked at. Of the context, what is there is known, and what is neither there nor
        in `later` is known not to be there. The entities are known whole; any other may be anything.

        Raises:
            FactsInvalid: the facts do not fit the schema.
        """
        return tuple(self._left(facts, each) for each in self._environments(facts))

    def of_resource(self, facts: Facts, resource_type: str) -> Residual:
        """Return the one of these residuals that is for a type of resource.

        Raises:
            FactsInvalid: the facts do not fit the schema.
        """
        fitting = (each for each in self._environments(facts) if each.resource == resource_type)
        return self._left(facts, next(fitting))

    def _environments(self, facts: Facts) -> list[Environment]:
        wanted = facts.principal.type, (facts.action.type, facts.action.id)
        found = [each for each in self._active.schema.environments if (each.principal, each.action) == wanted]
        if not found:
            raise FactsInvalid(f"no environment takes {facts.principal.type}, {facts.action.id}")
        return found

    def _left(self, facts: Facts, environment: Environment) -> Residual:
        store = read_entities(map(msgspec.to_builtins, facts.entities), self._active.schema)
        principal = Uid(facts.principal.type, facts.principal.id)
        return residual(
            self._active.typed(environment),
            environment,
            KnownFacts(principal, store, self._context(facts, environment), self._absent(facts, environment)),
            rulebook_sha256=self._sha256,
            facts_sha256=record_sha256(facts),
        )

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

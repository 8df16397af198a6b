"""The queries of a rulebook, each made once for a set of rules and an environment."""

from functools import lru_cache
from typing import Literal

from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.schema import Environment
from evenhand.policy.sql.dialects import Dialect
from evenhand.policy.sql.query import Compiled, to_sql
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule

Cut = Literal["all", "open"]
"""Rules as they are, or those that read the clock, cut before they do."""

_AT_HAND = 16  # sets of rules of a process: an audit asks three times under the same few


class CompiledQueries:
    """Makes queries in the words of one engine; what was made of a set of rules is there for who asks next."""

    def __init__(self, dialect: Dialect = "duckdb") -> None:
        self._dialect = dialect

    def of(self, active: ActiveRules, environment: Environment, cut: Cut) -> Compiled:
        """Return the query of rules in force for requests of an environment."""
        made = _made_of(active.sha256, self._dialect)
        if (environment, cut) not in made:
            made[environment, cut] = to_sql(_typed(active, environment, cut), active.schema, self._dialect)
        return made[environment, cut]


def _typed(active: ActiveRules, environment: Environment, cut: Cut) -> tuple[Rule, ...]:
    return active.typed(environment) if cut == "all" else lower_all(active.open_policies, active.schema, environment)


@lru_cache(maxsize=_AT_HAND)
def _made_of(rules_sha256: str, dialect: Dialect) -> dict[tuple[Environment, Cut], Compiled]:  # noqa: ARG001  its key
    """Return where the queries of a set of rules are kept, which its hash names."""
    return {}

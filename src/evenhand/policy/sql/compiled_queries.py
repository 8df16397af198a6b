"""The queries of a rulebook, each made once for a set of rules and an environment."""

from typing import Literal

from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.schema import Environment
from evenhand.policy.sql.dialects import Dialect
from evenhand.policy.sql.query import Compiled, to_sql
from evenhand.policy.typed.lowering import lower_all

Cut = Literal["all", "open"]
"""Rules as they are, or those that read the clock, cut before they do."""


class CompiledQueries:
    """Makes queries in the words of one engine and keeps them."""

    def __init__(self, dialect: Dialect = "duckdb") -> None:
        self._dialect = dialect
        self._made: dict[tuple[str, Environment, Cut], Compiled] = {}

    def of(self, active: ActiveRules, environment: Environment, cut: Cut) -> Compiled:
        """Return the query of rules in force for requests of an environment."""
        key = active.sha256, environment, cut
        if key not in self._made:
            policies = active.policies if cut == "all" else active.open_policies
            self._made[key] = to_sql(lower_all(policies, active.schema, environment), active.schema, self._dialect)
        return self._made[key]

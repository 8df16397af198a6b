"""Policies cut short before they look at a path: could they apply if that path had another value?"""

from dataclasses import replace

from evenhand.policy.reads import Reader
from evenhand.policy.schema import Environment, Schema
from evenhand.policy.tree import Policy, conjuncts, environments_of, pst


def before(policy: Policy, path: str, schema: Schema) -> Policy | None:
    """Return the policy cut before its first conjunct that reads `path`; None if no conjunct reads it.

    The cut policy is satisfied or in error wherever the whole one could be at some value of `path`, because
    several `when` and `unless` and the operands of `&&` are tried from left to right (`policy.md` §6).
    """
    environments = list(environments_of(policy, schema))
    kept: list[pst.Clause] = []
    for conjunct in conjuncts(policy):
        if any(_reads_path(conjunct, path, schema, environment) for environment in environments):
            return replace(policy, clauses=tuple(kept))
        kept.append(conjunct)
    return None


def _reads_path(conjunct: pst.Clause, path: str, schema: Schema, environment: Environment) -> bool:
    reader = Reader(schema, environment)
    reader.value(conjunct.expr)
    return any(f"{path}.".startswith(f"{read}.") or read.startswith(f"{path}.") for read in reader.paths())

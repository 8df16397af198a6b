"""What Cedar itself makes of a request, rule by rule: no counterexample is shown that it does not confirm."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

import cedarpy
import msgspec

from evenhand.policy.engine import CedarEngine, EntitiesInvalid, Response
from evenhand.policy.syntax_tree import Policy, conjuncts, pst, to_handle

# A set of texts in the context, by name, and a text that must be in it.
Needed: TypeAlias = tuple[str, str]

# The policies that are asked of every request.
_ALWAYS = (None,)

_STORES = 1_000

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class RuleResults:
    """The ids of the rules that are satisfied, permits too, and of those that err."""

    satisfied: frozenset[str]
    errors: frozenset[str]


class CedarReplay:
    """Policies ready to be asked one by one.

    Every policy is a permit here, without annotations: where a forbid is satisfied, Cedar does not tell which permits
    are, and what a policy makes of a request does not hang on its effect. Annotations are half the work of reading it.
    A policy that asks first whether a text is in a set of the context is not asked of a request where it is not: it
    can neither be satisfied nor err. Of 1,000 policies of one territory each, Cedar is asked a handful.
    Those that remain are asked in two calls, however many texts the sets hold: each call reads the whole context.
    """

    def __init__(self, policies: Iterable[Policy], schema: cedarpy.Schema) -> None:
        self._schema = schema
        self._groups: dict[Needed | None, list[Policy]] = {None: []}
        for policy in policies:
            self._groups.setdefault(needed_text(policy), []).append(_stripped(policy))
        self._names = dict.fromkeys(needed[0] for needed in self._groups if needed is not None)
        self._engines: dict[tuple[Needed | None, ...], CedarEngine] = {}
        # Half of the requests made for rules differ in their context alone.
        self._store = lru_cache(maxsize=_STORES)(self._engine(_ALWAYS).store)

    def results(self, facts: dict[str, Any]) -> RuleResults | None:
        """Return what each rule makes of a request in Cedar JSON; None if it does not fit the schema."""
        request = {name: facts[name] for name in ("principal", "action", "resource")}
        request["context"] = _encode(facts["context"]).decode()
        responses: list[Response] = []
        try:
            store = self._store(_encode(facts["entities"]))
        except EntitiesInvalid:
            return None
        for groups in filter(None, (_ALWAYS, self._asked(facts))):
            responses += self._engine(groups).responses_in([request], store)
        if any(response.decision == "nodecision" for response in responses):
            return None
        return RuleResults(
            frozenset(name for response in responses for name in response.reasons),
            frozenset(name for response in responses for name in response.errors),
        )

    def _asked(self, facts: dict[str, Any]) -> tuple[Needed, ...]:
        """Return the groups of policies to ask of a request besides; all where an entity that it names is unknown."""
        stored = {(each["uid"]["type"], each["uid"]["id"]) for each in facts["entities"]}
        named = {(facts[name]["type"], facts[name]["id"]) for name in ("principal", "resource")}
        if not named <= stored:
            return tuple(each for each in self._groups if each is not None)
        texts = [
            (name, text) for name in self._names for text in facts["context"].get(name, ()) if isinstance(text, str)
        ]
        return tuple(each for each in dict.fromkeys(texts) if each in self._groups)

    def _engine(self, groups: tuple[Needed | None, ...]) -> CedarEngine:
        if groups not in self._engines:
            policies = [policy for group in groups for policy in self._groups[group]]
            self._engines[groups] = CedarEngine(to_handle(policies), self._schema)
        return self._engines[groups]


def _stripped(policy: Policy) -> Policy:
    return replace(policy, effect="permit", annotations={})


def needed_text(policy: Policy) -> Needed | None:
    """Return a set of the context and a text that must be in it, or the policy is not satisfied and does not err.

    Read off the conditions that come first, as long as none of them can err where principal and resource are stored.
    """
    for expr in _first_conditions(policy):
        match expr:
            case pst.BinaryOp("contains", pst.GetAttr(pst.Var("context"), name), pst.StringLit(text)):
                return name, text
    return None


def _first_conditions(policy: Policy) -> Iterator[pst.Expr]:
    """Yield the first conditions of a strictly valid policy that cannot err, with the one that ends them."""
    for clause in conjuncts(policy):
        if not isinstance(clause, pst.When):
            return
        match clause.expr:
            case pst.HasAttr(pst.Var(), (_,)):
                yield clause.expr
            case pst.BinaryOp("contains", pst.GetAttr(pst.Var(), _), pst.StringLit() | pst.EntityLit()):
                yield clause.expr
            case _:
                return

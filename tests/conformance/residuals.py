"""Residuals as the runners and differentials make them: some facts known first, and kept as bytes in between."""

from collections.abc import Iterable

import msgspec

from evenhand.model.residual import Residual
from evenhand.policy.residuals.residual import KnownFacts, residual
from evenhand.policy.schema import Environment, RecordType
from evenhand.policy.typed.nodes import Fields, Rule, Uid
from evenhand.policy.typed.values import Request


def left_of(rules: tuple[Rule, ...], request: Request, known: Iterable[Uid], fields: Iterable[str] = ()) -> Residual:
    """Return what is left once the principal, the entities `known`, all they are in, and `fields` are."""
    entities = {each for uid in known if uid in request.store for each in (uid, *request.store[uid].ancestors)}
    standing = KnownFacts(
        request.principal,
        {uid: stored for uid, stored in request.store.items() if uid in entities},
        Fields({name: request.context[name] for name in fields if name in request.context}),
        frozenset(fields) - request.context.keys(),
    )
    action = request.action.type, request.action.id
    environment = Environment(request.principal.type, action, request.resource.type, RecordType())
    rest = residual(rules, environment, standing, rulebook_sha256="made-up", facts_sha256="made-up")
    return msgspec.msgpack.decode(msgspec.msgpack.encode(rest), type=Residual)

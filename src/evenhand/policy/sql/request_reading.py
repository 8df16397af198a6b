"""Facts read as typed requests by the thousand: an entity that many of them share is read once."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from evenhand.model.facts import Entity, Facts
from evenhand.model.facts import Uid as FactsUid
from evenhand.model.record import Record
from evenhand.policy.request import EntityKey, PreparedRequest, prepare
from evenhand.policy.schema import Schema
from evenhand.policy.typed.nodes import Uid
from evenhand.policy.typed.values import FactsInvalid, Request, StoredEntity, read_entities, read_request


class _RawFacts(Record, frozen=True, kw_only=True):
    """`Facts` whose entities are not decoded yet."""

    principal: FactsUid
    action: FactsUid
    resource: FactsUid
    context: dict[str, Any]
    entities: tuple[msgspec.Raw, ...]


_decode = msgspec.json.Decoder(_RawFacts).decode
_decode_entity = msgspec.json.Decoder(Entity).decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class _Read:
    """An entity read alone; `stored` says only what it is in directly."""

    key: EntityKey
    uid: Uid
    text: bytes
    references: frozenset[EntityKey]
    stored: StoredEntity


class Unusable(ValueError):
    """Facts that the engine itself should look at: one entity twice, a ring of parents, an action among them."""


# An entity is prepared as if it were asked about at some instant; which one is of no account.
_ANY_TIME = {"at": {"__extn": {"fn": "datetime", "arg": "1970-01-01"}}}


class RequestReader:
    """Reads requests under one schema; equal entities of different requests are one object."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._by_text: dict[bytes, _Read] = {}
        # The entity is kept beside its reading, so that no other object can get its number.
        self._by_object: dict[int, tuple[Entity, _Read]] = {}
        self._placed: dict[tuple[int, frozenset[Uid]], StoredEntity] = {}

    def read(self, facts: Facts | bytes) -> tuple[PreparedRequest, Request]:
        """Return facts prepared and typed.

        Raises:
            FactsInvalid: they are no facts, can be asked of no engine, or do not fit the schema.
            Unusable: they may fit or not.
        """
        try:
            return self._read(_decode(facts) if isinstance(facts, bytes) else facts)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise FactsInvalid(str(error)) from error

    def _read(self, facts: Facts | _RawFacts) -> tuple[PreparedRequest, Request]:
        own = _prepared(facts.principal, facts.action, facts.resource, facts.context)
        each = [self._entity(entity) for entity in facts.entities]
        found = {read.uid: read for read in each}
        if len(found) < len(each):
            raise Unusable("an entity that is there twice")
        prepared = PreparedRequest(
            day=own.day,
            request=own.request,
            entities={read.key: read.text for read in each},
            references=own.references.union(*(read.references for read in each)),
            parents={(uid.type, uid.id) for read in each for uid in read.stored.ancestors},
        )
        store = {read.uid: self._placed_in(found, read) for read in each}
        return prepared, read_request({**own.request, "context": facts.context}, store, self._schema)

    def _entity(self, entity: Entity | msgspec.Raw) -> _Read:
        if isinstance(entity, Entity):
            kept = self._by_object.get(id(entity))
            if kept is None:
                kept = self._by_object[id(entity)] = entity, self._of_text(_encode(entity))
            return kept[1]
        return self._of_text(bytes(entity))

    def _of_text(self, text: bytes) -> _Read:
        if text not in self._by_text:
            entity = _decode_entity(text)
            if (entity.uid.type, entity.uid.id) in self._schema.groups:
                raise Unusable("an action among the entities")
            prepared = _prepared(entity.uid, entity.uid, entity.uid, _ANY_TIME, entity)
            ((uid, stored),) = read_entities([msgspec.to_builtins(entity)], self._schema).items()
            self._by_text[text] = _Read((uid.type, uid.id), uid, text, frozenset(prepared.references), stored)
        return self._by_text[text]

    def _placed_in(self, found: dict[Uid, _Read], read: _Read) -> StoredEntity:
        """Return an entity with all that it is in, which hangs on the others of the request."""
        above: set[Uid] = set()
        ahead = list(read.stored.ancestors)
        while ahead:
            each = ahead.pop()
            if each not in above:
                above.add(each)
                ahead.extend(found[each].stored.ancestors if each in found else ())
        if read.uid in above:
            raise Unusable("a ring of parents")
        key = id(read), frozenset(above)
        if key not in self._placed:
            self._placed[key] = replace(read.stored, ancestors=key[1])
        return self._placed[key]


def _prepared(
    principal: FactsUid, action: FactsUid, resource: FactsUid, context: dict[str, Any], *entities: Entity
) -> PreparedRequest:
    facts = Facts(principal=principal, action=action, resource=resource, context=context, entities=entities)
    prepared = prepare(facts)
    if prepared is None:
        raise FactsInvalid("facts that can be asked of no engine")
    return prepared

"""What the rulebook may look at: one request with its entities, in Cedar's JSON."""

from typing import Any

from evenhand.model.record import Record


class Uid(Record, frozen=True, kw_only=True):
    """The name of an entity: its type in the schema and its id."""

    type: str
    id: str


class Entity(Record, frozen=True, kw_only=True):
    """An entity with the attributes that the schema gives its type; values are Cedar JSON."""

    uid: Uid
    attrs: dict[str, Any]
    parents: tuple[Uid, ...] = ()
    tags: dict[str, Any] = {}


class Facts(Record, frozen=True, kw_only=True):
    """One request: may `principal` do `action` with `resource`, in `context`?

    `entities` holds principal, payer, resource and all designations above them, so that a recorded request
    can be ruled again alone. Values are Cedar JSON, instants ISO text in `{"__extn": {"fn": "datetime", …}}`.
    A JSON null anywhere is an error.
    """

    principal: Uid
    action: Uid
    resource: Uid
    context: dict[str, Any]
    entities: tuple[Entity, ...]

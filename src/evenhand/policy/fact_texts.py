"""Facts in JSON, taken apart only as far as requests differ: what is inside an attribute stays text."""

from typing import Any

import msgspec

from evenhand.model.facts import Uid

_NOTHING = msgspec.Raw(b"{}")


class EntityText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entity of facts whose attributes and tags are JSON."""

    uid: Uid
    attrs: msgspec.Raw
    parents: tuple[Uid, ...] = ()
    tags: msgspec.Raw = _NOTHING


class FactsText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same as `Facts` with each value of the context and the attributes of each entity as JSON."""

    principal: Uid
    action: Uid
    resource: Uid
    context: dict[str, msgspec.Raw]
    entities: tuple[EntityText, ...]

    @property
    def names_one_twice(self) -> bool:
        """Return whether two entities have one name."""
        return len({(each.uid.type, each.uid.id) for each in self.entities}) < len(self.entities)


_facts_text = msgspec.json.Decoder(FactsText).decode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_value = msgspec.json.Decoder().decode


def read_facts_text(text: bytes) -> FactsText:
    """Return facts that are canonical JSON.

    Raises:
        msgspec.ValidationError: they are no facts.
        msgspec.DecodeError: they are no JSON.
    """
    return _facts_text(text)


def members_of(text: msgspec.Raw | bytes) -> dict[str, msgspec.Raw]:
    """Return the members of a JSON object; raises as `read_facts_text`."""
    return _members(text)


def value_of(text: msgspec.Raw | bytes) -> Any:
    """Return the value of a JSON text; raises as `read_facts_text`."""
    return _value(text)

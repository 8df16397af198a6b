"""`designations.json`: the designations that parties can be under, as Cedar entities, held to the schema."""

import json
import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NoReturn

import cedarpy
import msgspec

from evenhand.model.facts import Entity
from evenhand.policy.rulebook import source_locations as locations

_EXPECTED = "Designation entities of the schema"
_ENTITIES = msgspec.json.Decoder(tuple[Entity, ...])
_BYTE = re.compile(r"\(byte (\d+)\)")
_ELEMENT = re.compile(r"`\$\[(\d+)\]")


def read_entities(text: str, where: Path, schema: cedarpy.Schema) -> dict[str, Entity]:
    """Return the designations by id.

    Raises:
        RulebookInvalid: no JSON, no entities of the schema, another type, an id given twice, an unknown parent,
            or designations that are in one another in a ring.
    """
    entities = _decoded(text, where)
    known: dict[str, Entity] = {}
    for place, entity in enumerate(entities):
        if entity.uid.type != "Designation":
            _refuse("not a designation", text, where, place, json.dumps(msgspec.to_builtins(entity.uid)), _EXPECTED)
        if entity.uid.id in known:
            _refuse("duplicate designation", text, where, place, entity.uid.id, "each id once")
        known[entity.uid.id] = entity
    _refuse_strange_parents(entities, known, text, where)
    _refuse_rings(entities, text, where)
    for place, entity in enumerate(entities):
        message = _unfit(entity, schema)
        if message is not None:
            _refuse(message, text, where, place, entity.uid.id, _EXPECTED)
    return known


def _decoded(text: str, where: Path) -> Sequence[Entity]:
    try:
        return _ENTITIES.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        message = str(error)
        byte, element = _BYTE.search(message), _ELEMENT.search(message)
        offset = 0
        if byte is not None:
            offset = len(text.encode()[: int(byte[1])].decode(errors="ignore"))
        elif element is not None:
            offset = _offset_of(int(element[1]), text)
        raise locations.invalid(message, where, text, offset, expected=_EXPECTED) from None


def _refuse(what: str, text: str, where: Path, place: int, got: str, expected: str) -> NoReturn:
    raise locations.invalid(what, where, text, _offset_of(place, text), got=got, expected=expected)


def _offset_of(place: int, text: str) -> int:
    """Return where an element of a JSON list begins."""
    read, offset = json.JSONDecoder(), text.index("[") + 1
    for left in range(place, -1, -1):
        offset = re.compile(r"[\s,]*").match(text, offset).end()  # type: ignore[union-attr]
        if left:
            offset = read.raw_decode(text, offset)[1]
    return offset


def _refuse_strange_parents(entities: Sequence[Entity], known: Mapping[str, Entity], text: str, where: Path) -> None:
    for place, entity in enumerate(entities):
        for parent in entity.parents:
            if parent.id not in known:
                _refuse(f"unknown parent of {entity.uid.id}", text, where, place, parent.id, "an id of this file")


def _refuse_rings(entities: Sequence[Entity], text: str, where: Path) -> None:
    """Refuse designations inside one another: Cedar's hierarchy has no ring, and its own error names none."""
    above: Mapping[str, list[str]] = {entity.uid.id: [parent.id for parent in entity.parents] for entity in entities}
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        ring: list[str] = error.args[1][::-1]
        place = [entity.uid.id for entity in entities].index(ring[0])
        _refuse("designations form a cycle", text, where, place, " in ".join(ring), "no cycle")


def _unfit(entity: Entity, schema: cedarpy.Schema) -> str | None:
    try:
        cedarpy.Entities.from_json_str(msgspec.json.encode([entity]).decode(), schema)
    except ValueError as error:
        return str(error)
    return None

"""A rulebook's folder, read whole and refused whole: schema, policies, designations and territories."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cedarpy
import msgspec

from evenhand.model.errors import RulebookInvalid
from evenhand.model.facts import Entity
from evenhand.model.record import files_sha256
from evenhand.model.ruling import Rule
from evenhand.policy.annotations import problems
from evenhand.policy.engine import validation_errors
from evenhand.policy.mapping import Designations, Territories, read_designations, read_territories
from evenhand.policy.reads import Reads, reads_of
from evenhand.policy.schema import Schema, read_schema
from evenhand.policy.tree import Policy, named, parse

SCHEMA_FILE = "schema.cedarschema"
MAPPING_FILES = ("designations.json", "designations.csv", "territories.csv")

_entities = msgspec.json.Decoder(tuple[Entity, ...]).decode


@dataclass(frozen=True)
class Source:
    """Everything a folder says; policies carry their rule's id and stand in the order of the text."""

    sha256: str
    mapping_sha256: str
    files: Mapping[str, str]
    schema: Schema
    handle: cedarpy.Schema
    policies: tuple[Policy, ...]
    reads: Mapping[str, Reads]
    rules: Mapping[str, Rule]
    designations: Mapping[str, Entity]
    mapped: Designations
    territories: Territories


def read_folder(folder: Path) -> Source:
    """Return what a rulebook's folder says.

    The `*.cedar` files are one text in name order; each is parsed by itself, so that an error names its file.

    Raises:
        RulebookInvalid: no schema or policies, no strict validation, an annotation out of its form, an id given
            twice, or designations or territories that do not hold.
    """
    rule_files = _files(folder)
    mapping_files = {name: (folder / name).read_bytes() for name in MAPPING_FILES if (folder / name).is_file()}
    texts = {name: _text(data, folder / name) for name, data in (rule_files | mapping_files).items()}
    handle = _schema_handle(texts[SCHEMA_FILE], folder / SCHEMA_FILE)
    schema = read_schema(texts[SCHEMA_FILE], str(folder / SCHEMA_FILE))
    found = list(_policies(folder, {name: texts[name] for name in rule_files if name != SCHEMA_FILE}, handle))
    policies = _each_once(found)
    reads = {policy.id: reads_of(policy, schema) for policy in policies}
    designations = _designations(texts.get("designations.json"), folder / "designations.json", handle)
    if designations:
        _check_members(reads, designations, folder)
    return Source(
        sha256=files_sha256(rule_files),
        mapping_sha256=files_sha256(mapping_files),
        files={name: hashlib.sha256(data).hexdigest() for name, data in rule_files.items()},
        schema=schema,
        handle=handle,
        policies=policies,
        reads=reads,
        rules={policy.id: _rule(policy, reads[policy.id]) for policy in policies},
        designations=designations,
        mapped=_mapped(texts.get("designations.csv"), designations, folder),
        territories=_territories(texts.get("territories.csv"), folder),
    )


def _files(folder: Path) -> dict[str, bytes]:
    names = sorted(path.name for path in folder.glob("*.cedar"))
    if not (folder / SCHEMA_FILE).is_file() or not names:
        raise RulebookInvalid("no rulebook here", where=folder, expected=f"{SCHEMA_FILE} and at least one *.cedar")
    return {name: (folder / name).read_bytes() for name in (*names, SCHEMA_FILE)}


def _text(data: bytes, where: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RulebookInvalid("no UTF-8", where=where, line=line) from error


def _schema_handle(text: str, where: Path) -> cedarpy.Schema:
    try:
        return cedarpy.Schema.from_str(text)
    except ValueError as error:
        raise RulebookInvalid(str(error), where=where, expected="a schema in Cedar's schema syntax") from error


@dataclass(frozen=True)
class _Found:
    """A policy with the file and line of its id, for errors."""

    policy: Policy
    where: Path
    line: int | None


def _policies(folder: Path, texts: Mapping[str, str], schema: cedarpy.Schema) -> Iterator[_Found]:
    for name, text in texts.items():
        where = folder / name
        try:
            policies = parse(text)
        except ValueError as error:
            raise RulebookInvalid(str(error), where=where, expected="policies in Cedar's syntax") from error
        found = [_named(policy, place, text, where) for place, policy in enumerate(policies)]
        for positional, message in validation_errors(text, schema):
            wrong = found[int(positional.removeprefix("policy"))]
            raise RulebookInvalid(
                "rule breaks strict validation", where=where, line=wrong.line, got=wrong.policy.id, expected=message
            )
        yield from found


def _named(policy: Policy, place: int, text: str, where: Path) -> _Found:
    """Return the policy under the id of its rule, once its annotations are in form."""
    rule_id = policy.annotations.get("id", "")
    line = _line_of(rule_id, text)
    for what, annotation, got, expected in problems(policy.annotations, policy.effect == "forbid"):
        rule = f"rule {rule_id}" if rule_id else f"policy {place + 1} of the file"
        raise RulebookInvalid(f"{what} @{annotation} of {rule}", where=where, line=line, got=got, expected=expected)
    return _Found(named(policy, rule_id), where, line)


def _line_of(rule_id: str, text: str) -> int | None:
    place = text.find(f'@id("{rule_id}")')
    return None if place < 0 else text.count("\n", 0, place) + 1


def _each_once(found: list[_Found]) -> tuple[Policy, ...]:
    seen: set[str] = set()
    for each in found:
        if each.policy.id in seen:
            raise RulebookInvalid("rule id given twice", where=each.where, got=each.policy.id, expected="each id once")
        seen.add(each.policy.id)
    return tuple(each.policy for each in found)


def _rule(policy: Policy, reads: Reads) -> Rule:
    return Rule(
        id=policy.id,
        forbids=policy.effect == "forbid",
        annotations=dict(policy.annotations),
        reads=reads.paths,
        actions=reads.actions,
        members=reads.members,
    )


def _designations(text: str | None, where: Path, schema: cedarpy.Schema) -> dict[str, Entity]:
    if text is None:
        return {}
    try:
        entities = _entities(text)
        cedarpy.Entities.from_json_str(msgspec.json.encode(entities).decode(), schema)
    except (ValueError, msgspec.ValidationError) as error:
        raise RulebookInvalid(str(error), where=where, expected="Designation entities of the schema") from error
    known = {entity.uid.id: entity for entity in entities}
    for entity in entities:
        if entity.uid.type != "Designation":
            raise RulebookInvalid("no designation", where=where, got=json.dumps(msgspec.to_builtins(entity.uid)))
        for parent in entity.parents:
            if parent.id not in known:
                raise RulebookInvalid(
                    f"unknown parent of {entity.uid.id}", where=where, got=parent.id, expected="an id of this file"
                )
    return known


def _check_members(reads: Mapping[str, Reads], designations: Mapping[str, Entity], folder: Path) -> None:
    """Refuse a rule that asks for a designation nobody can be under: a slip of the pen would let everyone pass."""
    for rule_id, read in reads.items():
        for kind, member in sorted(read.members):
            if kind != "Designation" and member not in designations:
                raise RulebookInvalid(
                    f"rule {rule_id} asks for an unknown designation", where=folder, got=member,
                    expected="an id of designations.json",
                )  # fmt: skip


def _mapped(text: str | None, designations: Mapping[str, Entity], folder: Path) -> Designations:
    return Designations() if text is None else read_designations(text, designations, str(folder / "designations.csv"))


def _territories(text: str | None, folder: Path) -> Territories:
    return Territories() if text is None else read_territories(text, str(folder / "territories.csv"))

"""All that entities are in, directly or not: read in Python, for the few facts in which an entity has parents."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import msgspec
import numpy as np

from evenhand.model.facts import Uid
from evenhand.policy.schema import Schema
from evenhand.policy.sql.fact_relation import CONTEXT, Role, literal, quoted
from evenhand.policy.sql.fact_shapes import REFERENCE
from evenhand.policy.sql.query import ROW
from evenhand.policy.typed.values import all_above


class _Entity(msgspec.Struct, frozen=True):
    uid: Uid
    parents: tuple[Uid, ...] | None = None


_entities = msgspec.json.Decoder(tuple[_Entity, ...]).decode
_encode = msgspec.json.Encoder().encode


def read_parents(database: duckdb.DuckDBPyConnection, facts: str, roles: Sequence[Role], schema: Schema) -> None:
    """Make the table `above` for those of the facts that have parents: whether all are there, what roles are in.

    Columns: `row_id`, `parents_there`, and `<role>__above`, each as `type id`. Facts with a ring of parents, or with a
    parent that an entity cannot have, are not in it.
    """
    ids = [_id(role) for role in roles]
    found = database.execute(
        f"SELECT {ROW}, to_json(list_transform(entities, lambda e: struct_pack(uid := e.uid, parents := e.parents))),"
        f" {', '.join(ids)} FROM {facts} WHERE len(list_filter(entities, lambda e: len(e.parents) > 0)) > 0"
    ).fetchall()
    rows: dict[str, list[Any]] = {ROW: [], "parents_there": [], **{f"{role.name}__above": [] for role in roles}}
    for row, entities, *named in found:
        parents = {each.uid: each.parents or () for each in _entities(entities)}
        above = {uid: all_above(uid, parents) for uid in parents}
        if _can_be(parents, schema) and not any(uid in above[uid] for uid in parents):
            rows[ROW].append(row)
            rows["parents_there"].append(all(each in parents for own in parents.values() for each in own))
            for role, name in zip(roles, named, strict=True):
                own = above.get(Uid(type=role.kind, id=name), ()) if name is not None else ()
                rows[f"{role.name}__above"].append(_encode([f"{uid.type} {uid.id}" for uid in own]).decode())
    _create(database, rows)


def _id(role: Role) -> str:
    if not role.name.startswith(CONTEXT):
        return role.name
    name = role.name.removeprefix(CONTEXT)
    return f"from_json(context, {literal(json.dumps({name: REFERENCE}))}).{quoted(name)}.__entity.id"


def _can_be(parents: Mapping[Uid, Iterable[Uid]], schema: Schema) -> bool:
    return all(each.type in schema.entities[uid.type].ancestors for uid, own in parents.items() for each in own)


def _create(database: duckdb.DuckDBPyConnection, rows: Mapping[str, list[Any]]) -> None:
    texts = {name: np.array(cells, np.object_) for name, cells in rows.items() if name.endswith("__above")}
    numbers = {ROW: np.array(rows[ROW], np.int64), "parents_there": np.array(rows["parents_there"], np.bool_)}
    database.register("parents", numbers | texts)
    lists = [f"from_json({quoted(name)}::VARCHAR, '[\"VARCHAR\"]') AS {quoted(name)}" for name in texts]
    selected = f"SELECT {ROW}, parents_there, {', '.join(lists)} FROM parents"
    database.execute(f"CREATE OR REPLACE TEMP TABLE above AS {selected}")
    database.unregister("parents")

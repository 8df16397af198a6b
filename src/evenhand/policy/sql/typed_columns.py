"""The columns that compiled rules read, as SQL over the relation of facts: nothing of it passes through Python."""

from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.policy.schema import EntityRef, Primitive, Schema
from evenhand.policy.sql.columns import Column, Exists, FactPath, In, IpTest, Present, Value
from evenhand.policy.sql.fact_relation import Role, literal, quoted
from evenhand.policy.sql.fact_shapes import has_column
from evenhand.policy.sql.query import FITS, ROW
from evenhand.policy.typed.nodes import Uid

_ABSENT = {"BOOLEAN": "FALSE", "BIGINT": "0", "VARCHAR": "''"}


class NotInRelation(Exception):
    """Something that rules read and the relation does not hold: such rules are asked of facts read plainly."""


def wide_rows(columns: Sequence[Column], roles: Sequence[Role], schema: Schema, relation: str) -> str:
    """Return the query that makes the wide table of a relation.

    Raises:
        NotInRelation: a column can not be made of it.
    """
    made = _Made(frozenset(role.name for role in roles), schema)
    selected = [ROW, f"TRUE AS {FITS}", *(f"{made.cell(each)} AS {quoted(each.name)}" for each in columns)]
    return f"SELECT {', '.join(selected)} FROM {relation}"


@dataclass(frozen=True)
class _Made:
    roles: frozenset[str]
    schema: Schema

    def cell(self, column: Column) -> str:
        match column.source:
            case Value(path):
                absent = _ABSENT.get(column.storage, f"[]::{column.storage}")
                return f"coalesce({self._at(path)}, {absent})"
            case Present(path):
                return f"({self._at(path)} IS NOT NULL)"
            case Exists(path):
                return f"({quoted(self._role(path) + '__attrs')} IS NOT NULL)"
            case In(path, FactPath(Uid(kind, name), _, ())):
                return self._is_in(path, kind, name)
            case In() | IpTest():
                raise NotInRelation

    def _is_in(self, path: FactPath, kind: str, name: str) -> str:
        role = self._role(path)
        is_below = f"list_contains({quoted(role + '__above')}, {literal(f'{kind} {name}')})"
        is_same = path.type == EntityRef(kind)
        return f"({quoted(role)} IS NOT DISTINCT FROM {literal(name)} OR {is_below})" if is_same else is_below

    def _role(self, path: FactPath) -> str:
        if str(path) not in self.roles or len(path.steps) > 1:
            raise NotInRelation
        return str(path)

    def _at(self, path: FactPath) -> str:
        """Return the value at a path, NULL where something on the way is absent."""
        if path.base is None:
            if path.root == "context":
                return "context"
            return quoted(self._role(path))
        step = path.steps[-1]
        if step.tag and path.type != Primitive("String"):
            raise NotInRelation
        if step.tag:
            return f"{quoted(self._role(path.base) + '__tags')}[{literal(step.name)}]"
        if isinstance(path.base.type, EntityRef):
            owner = quoted(self._role(path.base) + "__attrs")
            is_kept = has_column(path.type, self.schema)
        else:
            owner, is_kept = self._at(path.base), has_column(path.type, self.schema, role=path.base.base is None)
        if not is_kept:
            raise NotInRelation
        return f"{owner}.{quoted(step.name)}"

"""Facts in JSON ruled by columns: DuckDB reads them, makes the columns that rules read, and rules them.

What has no columns here is left to who asks, who reads it plainly: forms of JSON that only Cedar reads, facts that do
not fit the schema, and rules that ask for more than the relation holds.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import repeat
from typing import Literal, NamedTuple

import duckdb
import numpy as np

from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Ruling
from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.schema import Environment, Primitive, Schema
from evenhand.policy.sql.batch_ruling import Ruled, rule_table
from evenhand.policy.sql.compiled_queries import CompiledQueries
from evenhand.policy.sql.entity_parents import read_parents
from evenhand.policy.sql.fact_relation import ENTITY, quoted, relation_query, roles_of
from evenhand.policy.sql.fact_shapes import UID, entity_fits, record_fits
from evenhand.policy.sql.query import FITS, ROW
from evenhand.policy.sql.typed_columns import NotInRelation, wide_rows
from evenhand.store.spark_engine import SparkEngine

RELATION = "relation"
_PARTS = {"principal": "JSON", "action": "JSON", "resource": "JSON", "context": "JSON", "entities": ["JSON"]}
_NAMED = ("principal", "action", "resource")
_EPOCH = date(1970, 1, 1)
_MOST_FORMS = 20_000  # of some 2 kB each
_NOT_BOUND = Ruling(outcome=Outcome.ALLOW, decision="allow")  # of rules of which none reads the clock
_AT = Primitive("datetime")


class ColumnRuling(NamedTuple):
    """What is said of the facts at a place, and whether everything that the rules look into is among them."""

    place: int
    ruling: Ruling
    is_complete: bool
    time_bound: bool


class ColumnRuler:
    """Rules facts in JSON under the rules that are `active` on their day; what it does not yield is to be read plainly.

    The JSON is canonical: no name stands twice in an object. Forms of JSON are judged once and remembered. With `spark`
    the queries are in its words and are answered there.
    """

    def __init__(
        self,
        schema: Schema,
        active: Callable[[date], ActiveRules],
        database: duckdb.DuckDBPyConnection,
        queries: CompiledQueries,
        spark: SparkEngine | None = None,
    ) -> None:
        self._schema, self._active, self._database, self._queries = schema, active, database, queries
        self._spark = spark
        self._forms: dict[str, int] = {}

    def rule(self, texts: Sequence[str]) -> Iterator[ColumnRuling]:
        """Yield the rulings of those facts that have columns, in no order.

        Where DuckDB refuses a query, as for a text that is no JSON, `refused` has its words, and nothing is yielded.
        """
        self.refused: list[str] = []
        try:
            for environment in self.relate(texts):
                yield from self.rule_relation(environment, RELATION)
        except duckdb.Error as error:
            self.refused.append(str(error))

    def relate(self, texts: Sequence[str]) -> Iterator[Environment]:
        """Yield each environment in which some of the facts are, whose relation is the table `relation` until the next.

        Raises:
            duckdb.Error: a text is no JSON.
        """
        self._read(texts)
        for environment in self._sort():
            self._relate(environment)
            yield environment

    def rule_relation(self, environment: Environment, relation: str) -> Iterator[ColumnRuling]:
        """Yield the rulings of a relation of facts (`fact_relation`), each under the rules of its day."""
        for active, rows in self._by_day(relation):
            try:
                yield from self._under(active, environment, rows)
            except NotInRelation:
                continue

    def rule_columns(
        self, active: ActiveRules, environment: Environment, rows: str, cut: Literal["all", "open"] = "all"
    ) -> Ruled:
        """Return what some rules say of the rows of a relation, in the order of `row_id`.

        Raises:
            NotInRelation: the rules read something that has no column.
        """
        compiled = self._queries.of(active, environment, cut)
        wide = wide_rows(compiled.columns, roles_of(environment, self._schema), self._schema, rows)
        if self._spark is not None:
            self._database.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(compiled.table)} AS {wide}")
            return rule_table(self._database, compiled, self._spark)
        query = f"WITH {quoted(compiled.table)} AS ({wide}) {compiled.query}"
        return rule_table(self._database, replace(compiled, query=query))

    def _by_day(self, relation: str) -> Iterator[tuple[ActiveRules, str]]:
        """Yield each set of rules that is in force on a day of the relation, with the query of the rows of its days."""
        days = self._database.execute(f"SELECT DISTINCT day FROM {relation} WHERE {FITS}").fetchnumpy()["day"].tolist()
        sets = {day: self._active(_EPOCH + timedelta(days=day)) for day in days}
        for active in {each.sha256: each for each in sets.values()}.values():
            own = [day for day, each in sets.items() if each.sha256 == active.sha256]
            yield active, f"(SELECT * FROM {relation} WHERE {FITS} AND list_contains({own}, day))"

    def _read(self, texts: Sequence[str]) -> None:
        """Make the table `read`: row, what is named, context and entities as JSON, and the form of all.

        A text with a null in it, which has no type and could hide in a list, is left out.
        """
        self._database.register("texts", {ROW: np.arange(len(texts)), "text": np.array(texts, np.object_)})
        uid = json.dumps(UID)
        names = [*(f"s.{name}->>'type'" for name in _NAMED), "s.action->>'id'"]
        forms = [f"json_structure(s.{name})::VARCHAR" for name in (*_NAMED, "context")]
        each = "[e->'uid'->>'type', json_structure(e)::VARCHAR]"
        self._database.execute(f"""
            CREATE OR REPLACE TEMP TABLE read AS SELECT {ROW}, s.context AS context,
                from_json(s.principal, '{uid}').id AS principal, from_json(s.resource, '{uid}').id AS resource,
                list_transform(s.entities, lambda e: from_json(e, '{json.dumps(ENTITY)}')) AS entities,
                to_json([{", ".join(names)}, {", ".join(forms)}]
                    || flatten(list_transform(s.entities, lambda e: {each})))::VARCHAR AS form
            FROM (SELECT {ROW}, from_json(text, '{json.dumps(_PARTS)}') AS s FROM texts
                WHERE NOT contains(text, 'null') AND list_sort(json_keys(text)) = {sorted(_PARTS)})
            """)
        self._database.unregister("texts")

    def _sort(self) -> list[Environment]:
        """Make the table `forms`, which says by form in which environment its facts are; return those that occur."""
        found = self._database.execute("SELECT DISTINCT form FROM read WHERE form IS NOT NULL").fetchall()
        forms = [form for (form,) in found]
        if len(self._forms) > _MOST_FORMS:
            self._forms.clear()
        for form in forms:
            if form not in self._forms:
                self._forms[form] = self._environment(form)
        numbers = [self._forms[form] for form in forms]
        judged = {"form": np.array(forms, np.object_), "environment": np.array(numbers, np.int64)}
        self._database.register("judged", judged)
        self._database.execute(
            "CREATE OR REPLACE TEMP TABLE forms AS SELECT form::VARCHAR AS form, environment FROM judged"
        )
        self._database.unregister("judged")
        return [self._schema.environments[number] for number in sorted(set(numbers)) if number >= 0]

    def _environment(self, form: str) -> int:
        """Return the number of the environment whose facts have this form, -1 if they have to be read plainly."""
        principal, action_type, resource, action, *rest = json.loads(form)
        *named, context = [json.loads(each) for each in rest[:4]]
        kinds, entities = self._schema.entities, zip(rest[4::2], rest[5::2], strict=True)
        if not all(each == UID for each in named):
            return -1
        if not all(entity_fits(json.loads(each), kinds.get(kind), self._schema) for kind, each in entities):
            return -1
        wanted = principal, (action_type, action), resource
        for number, each in enumerate(self._schema.environments):
            if (each.principal, each.action, each.resource) == wanted and self._is_readable(each):
                fits = record_fits(context, each.context.attributes, self._schema, roles=True)
                return number if fits else -1
        return -1

    def _is_readable(self, environment: Environment) -> bool:
        at = environment.context.attributes.get("at")
        named = (environment.principal, environment.resource)
        return at is not None and at.type == _AT and not any(self._schema.entities[kind].members for kind in named)

    def _relate(self, environment: Environment) -> None:
        """Make the table `relation` of the facts of an environment."""
        number = self._schema.environments.index(environment)
        own = f"SELECT read.* FROM read JOIN forms USING (form) WHERE environment = {number}"
        self._database.execute(f"CREATE OR REPLACE TEMP VIEW own AS {own}")
        roles = roles_of(environment, self._schema)
        read_parents(self._database, "own", roles, self._schema)
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE {RELATION} AS {relation_query(environment, self._schema, 'own', 'above')}"
        )

    def _under(self, active: ActiveRules, environment: Environment, rows: str) -> Iterator[ColumnRuling]:
        complete = self._complete(active, environment)
        rulings = self.rule_columns(active, environment, rows).rulings()
        named = self._database.execute(f"SELECT {ROW}, {complete} AS complete FROM {rows} ORDER BY {ROW}").fetchnumpy()
        places, is_complete = named[ROW].tolist(), named["complete"].tolist()
        bound: Iterator[Ruling | None] = repeat(_NOT_BOUND, len(places))
        if active.open_policies:
            bound = self.rule_columns(active, environment, rows, "open").rulings()
        for place, whole, ruling, other in zip(places, is_complete, rulings, bound, strict=True):
            if ruling is not None and other is not None:
                yield ColumnRuling(place, ruling, whole, bool(other.reasons or other.errors))

    def _complete(self, active: ActiveRules, environment: Environment) -> str:
        """Return in SQL whether everything that the rules look into is among the facts (`ruling.is_complete`)."""
        looked_into = {kind for kind, each in self._schema.entities.items() if kind in active.kinds}
        named = {kind for kind, _ in active.named}
        enumerated = {kind for kind in looked_into if self._schema.entities[kind].members}
        if looked_into & named or enumerated:
            raise NotInRelation
        there = [
            f"({quoted(role.name)} IS NULL OR {quoted(role.name + '__attrs')} IS NOT NULL)"
            for role in roles_of(environment, self._schema)
            if role.kind in looked_into
        ]
        return " AND ".join(["parents_there", *there])

"""The decisions of the last run page by page: filtered, sorted and searched in DuckDB, never all of them in Python."""

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import duckdb

from evenhand.model.decision_list import DecisionListed, DecisionPage, DecisionQuery
from evenhand.model.errors import NotFound, StorageFailed
from evenhand.model.outcome import Outcome
from evenhand.store.duckdb_engine import GIVE_BACK, analysis_engine
from evenhand.store.network import Network
from evenhand.store.parquet_rows import literal
from evenhand.workflows.delivery.decision_tables import CSV
from evenhand.workflows.delivery.publication import DECISIONS

_MEMORY: Final = "400MB"
_LONGEST_LINE: Final = 2_000_000  # of the CSV, in bytes; read as many at a time, it takes 15 MB less than by itself
_MOST_PAGES: Final = 64
_MOST_OF_KIND: Final = 40  # rules and lists that can be filtered by
# The names in the CSV are made safe for a spreadsheet; those of decisions in force are in the Parquet as they are.
_LOAD: Final = """
CREATE TABLE decided AS SELECT
    row_number() OVER () AS place, c.party AS kind, coalesce(p.party_id, c.id) AS id, coalesce(p.name, c.name) AS name,
    strip_accents(lower(coalesce(p.name, c.name) || ' ' || coalesce(p.party_id, c.id))) AS folded,
    c.scope, CASE WHEN c.scope LIKE 'campaign:%' THEN 'campaign' ELSE c.scope END AS about,
    c.outcome::outcomes AS outcome, c.in_force = 'yes' AS in_force,
    c.since::DATE AS since, c.until::DATE AS until, coalesce(c.list, '') AS list,
    coalesce(c.rules, '') AS rules, c.sentence, c.decision, c.leaf::BIGINT AS seq
FROM read_csv(
    {csv}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', max_line_size = {line},
    buffer_size = {line}
) AS c LEFT JOIN read_parquet({parquet}) AS p USING (decision)
"""
_SHOWN: Final = "kind, id, name, scope, outcome::VARCHAR, in_force, since, until, list, rules, sentence, decision, seq"
_SORTS: Final = {
    "name": "lower(name) {}, place", "since": "since {}, place", "scope": "scope {}, place",
    "outcome": "outcome {}, place", "rule": "rules {}, place", "": "place {}",
}  # fmt: skip


class DecisionTable:
    """The decisions in force and those that wait for their day, as the last run wrote them to `out/`; for all threads.

    Raises:
        NotFound: there was no run yet.
        StorageFailed: a table cannot be read.
    """

    def __init__(self, network: Network) -> None:
        csv, parquet = network.out / CSV, network.out / DECISIONS
        if not (csv.exists() and parquet.exists()):
            raise NotFound("no run yet", where=network.folder, todo="run `evenhand run` first")
        self._lock = threading.Lock()
        self._pages = lru_cache(maxsize=_MOST_PAGES)(self._page)
        self._engine = analysis_engine(_MEMORY)
        words = ", ".join(f"'{each.value}'" for each in sorted(Outcome, key=lambda each: each.severity))
        try:
            # Packed, and read by one thread: each holds what it reads until the process ends.
            self._engine.execute(GIVE_BACK)
            self._engine.execute("ATTACH ':memory:' AS packed (COMPRESS); USE packed; SET threads = 1")
            self._engine.execute(f"CREATE TYPE outcomes AS ENUM ({words})")
            self._engine.execute(_LOAD.format(csv=literal(csv), parquet=literal(parquet), line=_LONGEST_LINE))
            self._engine.execute("CHECKPOINT packed; SET threads = 2")
        except duckdb.Error as error:
            raise StorageFailed("cannot be read", where=csv, got=str(error).splitlines()[0]) from error

    def page(self, query: DecisionQuery, size: int) -> DecisionPage:
        """Return `size` rows of those that a query asks for, how many there are, and what one can filter by.

        The table stays as it was loaded: the pages that were asked for last are kept.
        """
        with self._lock:
            return self._pages(query, size)

    def _page(self, query: DecisionQuery, size: int) -> DecisionPage:
        where, values = _conditions(query)
        cube = self._cube(query)
        rows = self._rows(
            f"SELECT {_SHOWN} FROM decided WHERE {where}"
            f" ORDER BY {_order(query.sort)} LIMIT {int(size)} OFFSET {int(query.skip)}", values,
        )  # fmt: skip
        rules = self._rules(query)
        chosen = query.outcome, query.scope, query.list
        return DecisionPage(
            rows=tuple(map(_listed, rows)),
            total=sum(number for *key, number in cube if _fits(key, chosen)),
            outcomes=_counts(cube, 0, chosen),
            scopes=_counts(cube, 1, chosen),
            lists=_counts(cube, 2, chosen),
            rules=rules,
        )

    def _cube(self, query: DecisionQuery) -> list[tuple[str, str, str, int]]:
        """Return how many there are of each outcome, scope and list, of those that words and rule leave."""
        where, values = _conditions(query, ("outcome", "scope", "list"))
        return self._rows(
            f"SELECT outcome::VARCHAR, about, list, count(*) FROM decided WHERE {where} GROUP BY ALL", values
        )

    def _rules(self, query: DecisionQuery) -> dict[str, int]:
        where, values = _conditions(query, ("rule",))
        return dict(self._rows(
            f"SELECT title, count(*) FROM (SELECT unnest(string_split(rules, '; ')) AS title FROM decided WHERE {where}"
            f" AND rules <> '') GROUP BY title ORDER BY count(*) DESC, title LIMIT {_MOST_OF_KIND}", values,
        ))  # fmt: skip

    def _rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        return self._engine.execute(query, list(values)).fetchall()


def _conditions(query: DecisionQuery, without: Collection[str] = ()) -> tuple[str, list[object]]:
    """Return the conditions of a query and their values, leaving some of them out."""
    parts, values = ["true"], list[object]()
    for name, condition, value in (
        ("outcome", "outcome::VARCHAR = ?", query.outcome), ("scope", "about = ?", query.scope),
        ("list", "list = ?", query.list), ("rule", "list_contains(string_split(rules, '; '), ?)", query.rule),
    ):  # fmt: skip
        if value and name not in without:
            parts.append(condition)
            values.append(value)
    for word in query.text.split():
        parts.append("contains(folded, strip_accents(lower(?)))")
        values.append(word)
    return " AND ".join(parts), values


def _fits(key: Sequence[str], chosen: Sequence[str], without: int = -1) -> bool:
    return all(
        not wanted or value == wanted
        for place, (value, wanted) in enumerate(zip(key, chosen, strict=True))
        if place != without
    )  # fmt: skip


def _counts(cube: Sequence[tuple[str, str, str, int]], place: int, chosen: Sequence[str]) -> dict[str, int]:
    """Return how many there are of each value at a place of the cube, as the other conditions have it."""
    counts = Counter[str]()
    for *key, number in cube:
        if key[place] and _fits(key, chosen, place):
            counts[key[place]] += number
    return dict(counts.most_common(_MOST_OF_KIND))


def _order(sort: str) -> str:
    down = sort.startswith("-")
    return _SORTS.get(sort.removeprefix("-"), _SORTS[""]).format("DESC" if down else "ASC")


def _listed(row: tuple[Any, ...]) -> DecisionListed:
    kind, party_id, name, scope, outcome, in_force, since, until, key, rules, sentence, decision, seq = row
    return DecisionListed(
        party_kind=kind, party_id=party_id, name=name, scope=scope, outcome=Outcome(outcome), in_force=in_force,
        since=since or date.min, until=until, list=key, rules=tuple(filter(None, rules.split("; "))),
        sentence=sentence or "", decision=decision, seq=seq,
    )  # fmt: skip

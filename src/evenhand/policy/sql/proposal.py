"""Rulings proposed by SQL for facts by the thousand; what SQL does not say plainly, Cedar rules (`policy.md` §8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import duckdb
import msgspec

from evenhand.model.facts import Facts
from evenhand.model.ruling import Ruling
from evenhand.policy.request import prepare
from evenhand.policy.rulebook.rulebook import ActiveRules, Rulebook
from evenhand.policy.ruling import NO_RULING, held_if_incomplete, is_complete, rule_many, time_bound
from evenhand.policy.schema import Environment
from evenhand.policy.sql.batch_ruling import Ruled, rule_requests
from evenhand.policy.sql.column_rulings import ColumnRuler
from evenhand.policy.sql.compiled_queries import CompiledQueries
from evenhand.policy.sql.query import Compiled
from evenhand.policy.sql.request_reading import RequestReader, Unusable
from evenhand.policy.typed.values import FactsInvalid, Request, environment_of
from evenhand.store.spark_engine import SparkEngine

# So many facts are held as values at a time: about 5 kB each, were they all of different parties.
CHUNK = 50_000
# Queries over columns cost as much as reading so many facts plainly.
_WORTH_COLUMNS = 500
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Proposed:
    """Rulings in the order of the facts; `routed` says by place why Cedar ruled some of them.

    Every ruling is what `rule_many` says of the same facts, and `time_bound` what the function of that name does.
    """

    rulings: tuple[Ruling, ...]
    time_bound: tuple[bool, ...]
    routed: Mapping[int, str]


class Proposer:
    """Rules facts under one rulebook by SQL; the queries are made once for each set of rules and environment.

    Reading the facts takes almost all of the time: what many of them share, as one entity, is read once.
    """

    def __init__(self, rulebook: Rulebook, threads: int = 2, spark: SparkEngine | None = None) -> None:
        self._rulebook, self._spark = rulebook, spark
        self._database = duckdb.connect(config={"threads": threads})
        self._queries = CompiledQueries("spark" if spark else "duckdb")
        self._columns = ColumnRuler(rulebook.schema, rulebook.active, self._database, self._queries, spark)

    def propose(self, batch: Sequence[Facts | bytes]) -> Proposed:
        """Return the rulings of facts, in their order; facts given as bytes are JSON of `Facts`."""
        answers = [_UNFIT] * len(batch)
        routed: dict[int, str] = {}
        for start in range(0, len(batch), CHUNK):
            for place, answer in self._chunk(batch[start : start + CHUNK]):
                if isinstance(answer, str):
                    routed[start + place] = answer
                else:
                    answers[start + place] = answer
        for place, answered in zip(routed, self._by_cedar([batch[place] for place in routed]), strict=True):
            answers[place] = answered
        return Proposed(tuple(each.ruling for each in answers), tuple(each.time_bound for each in answers), routed)

    def _by_cedar(self, batch: Sequence[Facts | bytes]) -> Iterator["_BatchAnswer"]:
        for facts, ruling in zip(batch, rule_many(batch, self._rulebook), strict=True):
            prepared = prepare(facts)
            bound = prepared is not None and time_bound([facts], self._rulebook.active(prepared.day))[0]
            yield _BatchAnswer(ruling, bound)

    def _chunk(self, batch: Sequence[Facts | bytes]) -> Iterator[tuple[int, "_BatchAnswer | str"]]:
        """Yield for each of the facts what is said of them, or why Cedar has to rule them."""
        left = set(range(len(batch)))
        if len(batch) >= _WORTH_COLUMNS:
            for ruled in self._columns.rule([_text(facts) for facts in batch]):
                left.discard(ruled.place)
                yield ruled.place, _answer(ruled.ruling, ruled.is_complete, ruled.time_bound)
        yield from self._read_plainly(batch, sorted(left))

    def _read_plainly(
        self, batch: Sequence[Facts | bytes], places: Sequence[int]
    ) -> Iterator[tuple[int, "_BatchAnswer | str"]]:
        """Yield what is said of the facts at some places, each read as values."""
        reader = RequestReader(self._rulebook.schema)
        groups: dict[tuple[str, Environment], _Group] = {}
        for place in places:
            try:
                prepared, request = reader.read(batch[place])
            except Unusable as odd:
                yield place, str(odd)
                continue
            except FactsInvalid:
                yield place, _UNFIT
                continue
            active = self._rulebook.active(prepared.day)
            environment = environment_of(request, active.schema)
            group = groups.setdefault((active.sha256, environment), _Group(active, environment, [], [], []))
            group.places.append(place)
            group.requests.append(request)
            group.complete.append(is_complete(prepared, active))
        for group in groups.values():
            yield from self._group(group)

    def _group(self, group: "_Group") -> Iterator[tuple[int, "_BatchAnswer | str"]]:
        compiled = self._queries.of(group.active, group.environment, "all")
        why = "; ".join(f"{each.rule}: {each.why}" for each in compiled.not_compilable)
        rulings = self._ruled(compiled, group).rulings()
        for place, ruling, bound, complete in zip(
            group.places, rulings, self._time_bound(group), group.complete, strict=True
        ):
            if ruling is None or bound is None:
                yield place, why
            else:
                yield place, _answer(ruling, complete, bound)

    def _time_bound(self, group: "_Group") -> Iterator[bool | None]:
        """Yield for each request whether a rule that reads the clock could apply at another time; None: ask Cedar."""
        if not group.active.open_policies:
            yield from (False for _ in group.requests)
            return
        compiled = self._queries.of(group.active, group.environment, "open")
        for ruling in self._ruled(compiled, group).rulings():
            yield None if ruling is None else bool(ruling.reasons or ruling.errors)

    def _ruled(self, compiled: Compiled, group: "_Group") -> Ruled:
        return rule_requests(self._database, compiled, group.requests, group.active.schema, self._spark)


class _BatchAnswer(NamedTuple):
    """What is said of one request's facts."""

    ruling: Ruling
    time_bound: bool


def _answer(ruling: Ruling, is_complete: bool, time_bound: bool) -> _BatchAnswer:
    return _BatchAnswer(held_if_incomplete(ruling, complete=is_complete), time_bound)


def _text(facts: Facts | bytes) -> str:
    try:
        return (facts if isinstance(facts, bytes) else _encode(facts)).decode()
    except UnicodeDecodeError:
        return "{}"


_UNFIT = _BatchAnswer(NO_RULING, time_bound=False)


@dataclass(frozen=True)
class _Group:
    """Requests of one environment under one set of rules, with their places, and whether nothing is missing."""

    active: ActiveRules
    environment: Environment
    places: list[int]
    requests: list[Request]
    complete: list[bool]

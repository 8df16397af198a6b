"""Rulings proposed by SQL for facts by the thousand; what SQL does not say plainly, Cedar rules (`policy.md` §8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Ruling
from evenhand.policy.rulebook import ActiveRules, Rulebook
from evenhand.policy.ruling import NO_RULING, is_complete, rule_many
from evenhand.policy.schema import Environment
from evenhand.policy.sql_requests import Odd, RequestReader
from evenhand.policy.sql_ruling import rule_requests
from evenhand.policy.to_sql import Compiled, to_sql
from evenhand.policy.typed import lower_all
from evenhand.policy.values import Request, ValuesUnfit, environment_of

# So many facts are held as values at a time: about 5 kB each, were they all of different parties.
CHUNK = 50_000


@dataclass(frozen=True)
class Proposed:
    """Rulings in the order of the facts; `routed` says by place why Cedar ruled some of them.

    Every ruling is what `rule_many` says of the same facts.
    """

    rulings: tuple[Ruling, ...]
    routed: Mapping[int, str]


def rule_by_sql(batch: Sequence[Facts | bytes], rulebook: Rulebook) -> Proposed:
    """Return the rulings of many facts, the same as `rule_many`, several times faster."""
    return Proposer(rulebook).propose(batch)


class Proposer:
    """Rules facts under one rulebook by SQL; the queries are made once for each set of rules and environment."""

    def __init__(self, rulebook: Rulebook, threads: int = 2) -> None:
        self._rulebook = rulebook
        self._database = duckdb.connect(config={"threads": threads})
        self._compiled: dict[tuple[str, Environment], Compiled] = {}

    def propose(self, batch: Sequence[Facts | bytes]) -> Proposed:
        """Return the rulings of facts, in their order; facts given as bytes are JSON of `Facts`."""
        rulings = [NO_RULING] * len(batch)
        routed: dict[int, str] = {}
        for start in range(0, len(batch), CHUNK):
            for place, said in self._chunk(batch[start : start + CHUNK]):
                if isinstance(said, Ruling):
                    rulings[start + place] = said
                else:
                    routed[start + place] = said
        for place, ruling in zip(routed, rule_many([batch[place] for place in routed], self._rulebook), strict=True):
            rulings[place] = ruling
        return Proposed(tuple(rulings), routed)

    def _chunk(self, batch: Sequence[Facts | bytes]) -> Iterator[tuple[int, Ruling | str]]:
        """Yield for each of the facts the ruling, or why Cedar has to rule them."""
        reader = RequestReader(self._rulebook.schema)
        groups: dict[tuple[str, Environment], _Group] = {}
        for place, facts in enumerate(batch):
            try:
                asked, request = reader.read(facts)
            except Odd as odd:
                yield place, str(odd)
                continue
            except ValuesUnfit:
                yield place, NO_RULING
                continue
            active = self._rulebook.active(asked.day)
            environment = environment_of(request, active.schema)
            group = groups.setdefault((active.sha256, environment), _Group(active, environment, [], [], []))
            group.places.append(place)
            group.requests.append(request)
            group.complete.append(is_complete(asked, active))
        for group in groups.values():
            yield from self._group(group)

    def _group(self, group: "_Group") -> Iterator[tuple[int, Ruling | str]]:
        compiled = self._query(group)
        why = "; ".join(f"{each.rule}: {each.why}" for each in compiled.not_compilable)
        rulings = rule_requests(self._database, compiled, group.requests, group.active.schema).rulings()
        for place, ruling, complete in zip(group.places, rulings, group.complete, strict=True):
            if ruling is None:
                yield place, why
            else:
                lacking = not complete and ruling.outcome.severity < Outcome.HOLD.severity
                yield place, NO_RULING if lacking else ruling

    def _query(self, group: "_Group") -> Compiled:
        key = group.active.sha256, group.environment
        if key not in self._compiled:
            rules = lower_all(group.active.policies, group.active.schema, group.environment)
            self._compiled[key] = to_sql(rules, group.active.schema, "duckdb")
        return self._compiled[key]


@dataclass(frozen=True)
class _Group:
    """Requests of one environment under one set of rules, with their places, and whether nothing is missing."""

    active: ActiveRules
    environment: Environment
    places: list[int]
    requests: list[Request]
    complete: list[bool]

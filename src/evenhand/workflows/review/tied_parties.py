"""Which parties can depend on each other: what is judged of one cannot change the facts of another that is not tied.

Parties are tied where one owns, pays for or is confirmed to be the other, where both match one entry of a list, or
where their entries are in one relation that a list states. A group is everybody who is tied over any number of steps.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from evenhand.intake import Tables
from evenhand.model.listing import ListRelation
from evenhand.workflows.evaluation.confirmed_facts import RecordedFact
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.list_relations import JOINED, folded_name, held_end
from evenhand.workflows.evaluation.namesake_owners import namesake_lines
from evenhand.workflows.evaluation.run_context import parties_of
from evenhand.workflows.evaluation.run_state import KnownInputs

_Node = str | tuple[str, ...]
"""A party is its id; an entry of a list, or a name that a list states, is a tuple."""


class TiedParties:
    """The groups of the parties of one run. Cost: once O(parties + rows + findings + relations), then by group."""

    def __init__(self, inputs: KnownInputs, memory: FindingsMemory) -> None:
        self._inputs, self._memory = inputs, memory

    def around(self, parties: Iterable[str], confirmed: Iterable[RecordedFact]) -> frozenset[str]:
        """Return these parties and all who are tied to one of them, also by what people `confirmed` since the run."""
        facts = [frozenset(filter(None, (each.fact.party_id, each.fact.owner_id, each.fact.of))) for each in confirmed]
        found, waiting = set[str](), {*parties}
        while waiting:
            found |= waiting.union(*(self._groups.get(each, ()) for each in waiting))
            waiting = {end for ends in facts if ends & found for end in ends} - found
        return frozenset(found)

    @cached_property
    def _groups(self) -> Mapping[str, Collection[str]]:
        """Return by party all of its group, one object for all of them: this is kept as long as the run."""
        members: dict[_Node, list[str]] = {}
        for node, root in _with_roots(self._ties()):
            if isinstance(node, str):
                members.setdefault(root, []).append(node)
        return {party: group for group in map(tuple, members.values()) for party in group}

    def _ties(self) -> Iterator[tuple[_Node, _Node]]:
        yield from _ties_of_tables(self._inputs.tables)
        for (_, party), seen in self._memory.seen.items():
            for each in seen.noticed:
                yield party, ("entry", each.finding.list, each.finding.entity_id)
        named = set[str]()
        for key, relations in self._inputs.relations.items():
            for relation in relations:
                ends = _ends(key, relation)
                named |= {end[1] for end in ends if end[0] == "name"}
                yield ends
                id_, name = held_end(relation)
                if id_ and name and relation.kind in JOINED:  # it may be no entry, and is found by its name then
                    named.add(folded_name(name))
                    yield ("entry", key, id_), ("name", folded_name(name))
        if named:
            yield from _bearers(self._inputs.tables, named)


def _ties_of_tables(tables: Tables) -> Iterator[tuple[str, str]]:
    yield from ((each.owner, each.owned) for each in (*tables.ownership, *namesake_lines(tables)))
    yield from ((each.id, each.payer_id) for each in tables.advertisers if each.payer_id)
    yield from ((each.advertiser_id, each.payer_id) for each in tables.campaigns if each.payer_id)


def _with_roots(ties: Iterable[tuple[_Node, _Node]]) -> Iterator[tuple[_Node, _Node]]:
    """Yield everything that is tied and what names its group (union-find with halved paths)."""
    roots: dict[_Node, _Node] = {}

    def root(node: _Node) -> _Node:
        while (above := roots.setdefault(node, node)) != node:
            roots[node] = node = roots[above]
        return node

    for tie in ties:
        # Rows are made again whenever they are read: interned, an id is kept once.
        one, other = (sys.intern(each) if isinstance(each, str) else each for each in tie)
        roots[root(one)] = root(other)
    yield from ((node, root(node)) for node in list(roots))


def _ends(key: str, relation: ListRelation) -> tuple[_Node, _Node]:
    """Return both ends of a relation: the entry, or the name of a party that the list only names."""
    subject: _Node = (
        ("entry", key, relation.subject) if relation.subject else ("name", folded_name(relation.subject_name))
    )
    object_: _Node = ("entry", key, relation.object) if relation.object else ("name", folded_name(relation.object_name))
    return subject, object_


def _bearers(tables: Tables, named: Collection[str]) -> Iterator[tuple[_Node, _Node]]:
    for (_, party_id), party in parties_of(tables).items():
        for name in (party.name, *party.aliases):
            if (folded := folded_name(name)) in named:
                yield party_id, ("name", folded)

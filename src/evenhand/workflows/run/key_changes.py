"""Which known parties have another website than in the last run, or a website or number that was another id's."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from evenhand.model.outcome import Outcome
from evenhand.model.party import Payer
from evenhand.model.text_matching import plain
from evenhand.workflows.delivery.party_names import KnownRow


class Change(NamedTuple):
    """What a party had in the last run, and has now."""

    party_id: str
    before: str
    now: str

    def __str__(self) -> str:
        was = f"before `{self.before}`" if self.before else "before none"
        return f"{self.party_id} ({was}, now `{self.now}`)"


class Column(NamedTuple):
    """A column that may have been sorted alone: where its values stand, and how two of them are compared."""

    name: str
    word: str
    before: Callable[[KnownRow], tuple[str, ...]]
    now: Callable[[Payer], tuple[str, ...]]
    alike: Callable[[str], str]

    def values_before(self, row: KnownRow) -> dict[str, str]:
        """Return what a party had as it is compared, each with how it was written."""
        return {self.alike(each): each for each in self.before(row)}

    def values_now(self, party: Payer) -> dict[str, str]:
        """Return what a party has as it is compared, each with how it is written."""
        return {self.alike(each): each for each in self.now(party)}


def _number(identifier: str) -> str:
    """Return a number alone: another heading may have given it another scheme."""
    return plain(identifier.partition(":")[2])


def _numbers(party: Payer) -> tuple[str, ...]:
    return tuple([each.text for each in party.identifiers]) if party.identifiers else ()  # most have none


WEBSITES = Column(
    "domains", "website", attrgetter("domains"), attrgetter("domains"), lambda host: host.removeprefix("www.")
)
IDENTIFIERS = Column("identifiers", "number", attrgetter("identifiers"), _numbers, _number)


def other_values(column: Column, parties: Sequence[Payer], before: Mapping[str, KnownRow]) -> tuple[list[Payer], int]:
    """Return the parties with other values than they had, and how many of the rest have any; most have the same."""
    now, had = map(column.now, parties), (column.before(before[each.id]) for each in parties)
    pairs = list(zip(now, had, strict=True))
    others = [each for each, (values, known) in zip(parties, pairs, strict=True) if values != known]
    return others, sum(1 for values, known in pairs if values and values == known)


def changed_keys(column: Column, others: Sequence[Payer], before: Mapping[str, KnownRow]) -> tuple[list[Change], int]:
    """Return which of the parties with other values have none that they had, and how many had one and have one."""
    changed, count = [], 0
    for party in others:
        had, has = column.values_before(before[party.id]), column.values_now(party)
        count += bool(had and has)
        if had and has and had.keys().isdisjoint(has):
            changed.append(_change(party, had, next(iter(has.values()))))
    return changed, count


def moved_keys(
    column: Column, others: Sequence[Payer], parties: Sequence[Payer], before: Mapping[str, KnownRow]
) -> list[Change]:
    """Return the parties with a value that they had not, and that another known party had and has no more.

    `others` are those of the parties that have other values than they had.

    A value counts once, however many have it now: where many share a website the register gave it to one of them, and
    that this one left is no exchange.

    A party under a decision other than allow keeps its keys in the register: where it lost a value, that counts only
    in the run in which the other party gives up its own for it, or a table once accepted would stop every run.
    """
    fresh = [each for each in others if not set(column.now(each)) <= set(column.before(before[each.id]))]
    if not fresh:
        return []
    wanted = {value for party in fresh for value in column.values_now(party)}
    owners: dict[str, list[str]] = {}
    for party_id, row in before.items():
        for value in map(column.alike, column.before(row)):
            if value in wanted:
                owners.setdefault(value, []).append(party_id)
    involved = {party.id for party in fresh}.union(*owners.values())
    now = {party.id: column.values_now(party) for party in parties if party.id in involved}
    left = {value: of for value, of in owners.items() if not any(value in now[each] for each in of)}
    kept = {value for value, of in left.items() if any(before[each].outcome is not Outcome.ALLOW for each in of)}
    found: dict[str, Change] = {}
    for party in fresh:
        had = column.values_before(before[party.id])
        for value, written in now[party.id].items():
            is_left = value in left and value not in had and value not in found
            if is_left and (value not in kept or (had and had.keys().isdisjoint(now[party.id]))):
                found[value] = _change(party, had, written)
                break
    return list(found.values())


def _change(party: Payer, had: Mapping[str, str], now: str) -> Change:
    return Change(party.id, next(iter(had.values()), ""), now)

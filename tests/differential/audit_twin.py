"""The plain twin of the audit's strata, pairs, tables and nearest decisions: dictionaries and loops."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from evenhand.audit.pairs import odd_side

Row = Mapping[str, Any]
ADVERSE = ("refuse", "hold")


def is_adverse(row: Row) -> bool:
    return row["outcome"] in ADVERSE


def strata(rows: Sequence[Row], facts: Sequence[str]) -> dict[tuple[Any, ...], list[Row]]:
    """Return the decided rows by their facts and rulebook, in the order of their numbers."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: int(each["seq"])):
        if row["outcome"] is not None and row["rulebook"] is not None:
            found[tuple(row[name] for name in (*facts, "rulebook"))].append(row)
    return found


def odd(rows: Sequence[Row], facts: Sequence[str], groups: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return number, side, comparator, number of comparators and differing groups of every odd decision."""
    found = []
    for members in strata(rows, facts).values():
        adverse = sum(map(is_adverse, members))
        for row in members:
            side = odd_side(len(members), adverse, adverse=is_adverse(row))
            if side is not None:
                others = [other for other in members if is_adverse(other) != is_adverse(row)]
                differs = tuple(name for name in groups if row[name] != others[0][name])
                found.append((row["seq"], side, others[0]["seq"], len(others), differs))
    return sorted(found)


def untestable(rows: Sequence[Row], facts: Sequence[str], groups: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return number, nearest number and differing facts of every adverse decision without another known group."""
    names = (*facts, "rulebook")
    found = []
    everything = [row for members in strata(rows, facts).values() for row in members]
    for members in strata(rows, facts).values():
        for row in filter(is_adverse, members):
            if any(_is_other_group(row, other, name) for other in members for name in groups):
                continue
            ranked = [
                (sum(row[name] != other[name] for name in names), other["seq"], other)
                for other in everything
                if any(_is_other_group(row, other, name) for name in groups)
            ]
            if ranked:
                _, seq, other = min(ranked, key=lambda each: each[:2])
                found.append((row["seq"], seq, tuple(name for name in names if row[name] != other[name])))
            else:
                found.append((row["seq"], None, ()))
    return sorted(found)


def coverage(rows: Sequence[Row], facts: Sequence[str], groups: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return by attribute the number of adverse decisions, and of those with another known group beside them."""
    of_all = [(row, members) for members in strata(rows, facts).values() for row in filter(is_adverse, members)]
    return [
        (name, len(of_all), sum(any(_is_other_group(row, each, name) for each in members) for row, members in of_all))
        for name in groups
    ]


def _is_other_group(row: Row, other: Row, name: str) -> bool:
    return row[name] != other[name] and None not in (row[name], other[name])


def tables(rows: Sequence[Row], facts: Sequence[str], group: str) -> dict[Any, list[tuple[int, ...]]]:
    """Return the informative tables of every value of a group, in any order."""
    found: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
    for members in strata(rows, facts).values():
        for value in {row[group] for row in members}:
            own = [is_adverse(row) for row in members if row[group] == value]
            rest = [is_adverse(row) for row in members if row[group] != value]
            table = (sum(own), len(own) - sum(own), sum(rest), len(rest) - sum(rest))
            informative = own and rest and 0 < sum(own) + sum(rest) < len(members)
            found[value] += [table] if informative else []
    return found


def near(rows: Sequence[Row], facts: Sequence[str], seq: int) -> list[tuple[int, tuple[str, ...]]]:
    """Return the numbers of decisions that differ from one in at most one fact, with that fact."""
    names = (*facts, "rulebook")
    everything = [row for members in strata(rows, facts).values() for row in members]
    (case,) = [row for row in everything if row["seq"] == seq]
    differing = [(row["seq"], tuple(name for name in names if row[name] != case[name])) for row in everything]
    return sorted((number, names) for number, names in differing if len(names) <= 1 and number != seq)

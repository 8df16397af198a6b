"""Strata, pairs, tables and neighbours by DuckDB are those that plain loops find."""

from random import Random

import msgspec
import numpy as np
import pytest

from evenhand.audit import comparators, precedents, read_decisions
from evenhand.audit.pairs import odd_decisions
from evenhand.audit.strata import tables_by_value
from evenhand.audit.untestable import attribute_coverage, untestable_decisions
from evenhand.model.errors import NotFound
from tests.differential import audit_twin
from tests.unit.audit.made_tables import SMALL, columns, drawn_rows

SIZES = [1, 2, 5, 12, 40, 150]


@pytest.mark.parametrize("size", SIZES)
def test_pairs_tables_and_nearest_are_those_of_the_plain_twin(size: int) -> None:
    """On drawn tables with unknown facts, groups and rulebooks, ties and undecided rows."""
    rows = drawn_rows(Random(size), size)
    facts, groups = SMALL.facts, SMALL.groups

    with read_decisions(columns(rows), SMALL) as table:
        odd = [
            (each.seq, each.side, each.comparator_seq, each.comparators, each.differs_in)
            for each in odd_decisions(table)
        ]
        untestable = [(each.seq, each.nearest_seq, each.differs_in) for each in untestable_decisions(table)]
        coverage = [(each.attribute, each.adverse, each.compared) for each in attribute_coverage(table)]
        tables = [
            {
                each.value: sorted(map(tuple, np.asarray(each.tables).tolist()))
                for each in tables_by_value(table, f"g{n}")
            }
            for n in range(len(groups))
        ]

    assert odd == audit_twin.odd(rows, facts, groups)
    assert untestable == audit_twin.untestable(rows, facts, groups)
    assert coverage == audit_twin.coverage(rows, facts, groups)
    for name, found in zip(groups, tables, strict=True):
        assert found == {value: sorted(rows) for value, rows in audit_twin.tables(rows, facts, name).items()}


@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_of_many_facts_is_that_of_the_plain_twin(seed: int) -> None:
    """With five facts of three values nobody is like anybody: the nearest differs in two facts and more."""
    chance = Random(seed)
    more = ("third", "fourth", "fifth")
    rows = [{**each, **{name: chance.choice("xyz") for name in more}} for each in drawn_rows(chance, 25)]
    plan = msgspec.structs.replace(SMALL, facts=(*SMALL.facts, *more))

    with read_decisions(columns(rows), plan) as table:
        untestable = [(each.seq, each.nearest_seq, each.differs_in) for each in untestable_decisions(table)]

    assert untestable == audit_twin.untestable(rows, plan.facts, plan.groups)
    assert max(len(differs) for _, _, differs in untestable) > 1


def test_near_comparators_and_precedents_are_those_of_the_plain_twin() -> None:
    """Of every decision of a drawn table; the latest precedent with the same facts comes first."""
    rows = drawn_rows(Random(9), 60)
    decided = [each["seq"] for each in rows if each["outcome"] and each["rulebook"]]

    with read_decisions(columns(rows), SMALL) as table:
        for seq in decided[::5]:
            near = audit_twin.near(rows, SMALL.facts, seq)
            earlier = [(number, names) for number, names in near if number < seq]
            found = [(each.seq, (each.differs_in,)) for each in comparators(table, seq, most=100)]
            before = [(each.seq, (each.differs_in,) if each.differs_in else ()) for each in precedents(table, seq, 100)]

            assert found == [(number, names) for number, names in near if names]
            assert before == sorted(earlier, key=lambda each: (len(each[1]), -each[0]))


def test_a_decision_that_cannot_be_compared_has_no_precedents() -> None:
    """It is not in the table, was not decided, or names no rulebook."""
    with (
        read_decisions(columns(drawn_rows(Random(1), 4)), SMALL) as table,
        pytest.raises(NotFound, match="no decision that can be compared `99`"),
    ):
        precedents(table, 99)

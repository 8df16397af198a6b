"""What ties parties to the Union or to a third country: where they are established, who owns and controls them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from evenhand.model.ownership import OwnershipRule
from evenhand.model.party import Advertiser, Ownership
from evenhand.screening.ownership.aggregate_ownership import run_of
from evenhand.screening.ownership.ownership_rows import OwnershipRows, ownership_rows_of

MORE_THAN_HALF = OwnershipRule(threshold_bp=5000, strict=True, aggregate=True)


def sponsor_ties(
    advertiser: Advertiser,
    in_union: Collection[str],
    controlled: Mapping[str, bool | None],
    may_lack: Callable[[str], bool],
) -> dict[str, bool]:
    """Return what the schema says of an advertiser's place and of its control from outside the Union.

    What nobody knows is left out. A schema that has to have it (`may_lack`) gets `False` for it: not established in
    the Union, and not controlled from outside, as far as is known. `controlled` is what `control_from_outside` gives.
    """
    ties = {
        "union_established": advertiser.country in in_union if advertiser.country else None,
        "third_country_controlled": controlled.get(advertiser.id, False),
    }
    return {name: bool(value) for name, value in ties.items() if value is not None or not may_lack(name)}


def control_from_outside(
    rows: Sequence[Ownership], countries: Mapping[str, str], in_union: Collection[str], day: date
) -> dict[str, bool | None]:
    """Return by id who is controlled from outside the Union on a day: `True`, or `None` where nobody can tell.

    Parties from outside own more than half together, directly or through companies of which that is so, or one of
    them controls the party. An owner's country is that of its row; without one, that of the party of the tables that
    it is (`countries`, by id, ``""`` if unknown). Nobody can tell where it could be so: an owner's country is unknown
    or its row and its own table differ, its share is unknown, or who controls the party may be controlled in turn.
    Cost: O(n log n) over the rows.

    Raises:
        OwnershipUnreadable: a share is no whole number of millionths from 0 to 1,000,000.

    Source: Regulation (EU) 2024/900, Article 5(2), "ultimately owned or controlled".
    """
    edges = ownership_rows_of(rows, day)
    ties = [rows[place] for place in edges.unshared if rows[place].kind == "control"]
    outside, possible = _owners((*map(rows.__getitem__, edges.rows), *ties), countries, in_union)
    if not (outside or possible):
        return {}
    certain = _owned(edges, outside, high=False) | {row.owned for row in ties if row.owner in outside}
    while True:
        counted = outside | possible
        owned = _owned(edges, counted, high=True)
        tied = {row.owned for row in ties if row.owner in counted | owned}
        if tied <= possible:
            return dict.fromkeys(owned | tied, None) | dict.fromkeys(certain, True)
        possible |= tied  # what one owns who may be controlled from outside may be so too


def country_of(row: Ownership, countries: Mapping[str, str]) -> str:
    """Return the country of an owner as its row states it, else as its own table does; ``""`` if neither."""
    return row.owner_country or countries.get(row.owner, "")


def _owners(
    rows: Iterable[Ownership], countries: Mapping[str, str], in_union: Collection[str]
) -> tuple[set[str], set[str]]:
    """Return the owners from outside the Union, and those who may be."""
    outside: set[str] = set()
    possible: set[str] = set()
    for row in rows:
        stated = country_of(row, countries)
        if stated and stated not in in_union:
            outside.add(row.owner)
        elif (countries.get(row.owner) or stated) not in in_union:
            possible.add(row.owner)
    return outside, possible


def _owned(edges: OwnershipRows, holders: Collection[str], *, high: bool) -> set[str]:
    share = run_of(edges, holders, MORE_THAN_HALF, high=high).share
    return {edges.ids[number] for number in np.flatnonzero(share >= MORE_THAN_HALF.least).tolist()}

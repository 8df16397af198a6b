"""The rows of a network's tables by the parties that they are about."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from evenhand.intake import Tables
from evenhand.model.campaign import Campaign
from evenhand.model.party import Advertiser, Ownership, Payer

Row = TypeVar("Row")


class RunRows:
    """The rows of some tables by the parties that they are about, in the order of the files."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._advertisers = _places((each.id,) for each in tables.advertisers)
        self._payers = _places((each.id,) for each in tables.payers)
        self._ownership = _places((each.owner, each.owned) for each in tables.ownership)
        self._campaigns = _places((each.advertiser_id, each.payer_id) for each in tables.campaigns)
        self._creatives = _places((each.campaign_id,) for each in tables.creatives)

    def __contains__(self, party_id: object) -> bool:
        """Return whether an id is that of an advertiser or payer."""
        return party_id in self._advertisers or party_id in self._payers

    def advertiser(self, party_id: str) -> Advertiser | None:
        """Return an advertiser, None where the tables have none of this id."""
        return next(iter(_chosen(self._tables.advertisers, self._advertisers, (party_id,))), None)

    def payer(self, party_id: str) -> Payer | None:
        """Return a payer, None where the tables have none of this id."""
        return next(iter(_chosen(self._tables.payers, self._payers, (party_id,))), None)

    def campaigns(self, advertiser: str) -> tuple[Campaign, ...]:
        """Return the campaigns of an advertiser."""
        found = _chosen(self._tables.campaigns, self._campaigns, (advertiser,))
        return tuple(each for each in found if each.advertiser_id == advertiser)

    def owners(self, party_id: str) -> tuple[Ownership, ...]:
        """Return the lines that say who owns or controls a party, or for whom it acts."""
        found = _chosen(self._tables.ownership, self._ownership, (party_id,))
        return tuple(each for each in found if each.owned == party_id)

    def of(self, parties: Collection[str]) -> Tables:
        """Return the tables with the rows about these parties only; votes are about everybody."""
        tables = self._tables
        campaigns = _chosen(tables.campaigns, self._campaigns, parties)
        return replace(
            tables,
            advertisers=_chosen(tables.advertisers, self._advertisers, parties),
            payers=_chosen(tables.payers, self._payers, parties),
            ownership=_chosen(tables.ownership, self._ownership, parties),
            campaigns=campaigns,
            creatives=_chosen(tables.creatives, self._creatives, [each.id for each in campaigns]),
        )


_Places = Mapping[str, int | list[int]]
"""The place of the only row of a key, else all of them: most keys have one, and a list is thrice as large."""


def _places(keys: Iterable[Iterable[str]]) -> _Places:
    found: dict[str, int | list[int]] = {}
    for place, several in enumerate(keys):
        for key in filter(None, several):
            known = found.setdefault(sys.intern(key), place)
            if isinstance(known, list):
                known.append(place)
            elif known != place:
                found[key] = [known, place]
    return found


def _chosen(rows: Sequence[Row], places: _Places, keys: Iterable[str]) -> tuple[Row, ...]:
    found = (places.get(key, ()) for key in keys)
    wanted = {place for each in found for place in ((each,) if isinstance(each, int) else each)}
    return tuple(rows[place] for place in sorted(wanted))

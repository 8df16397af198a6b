"""Who is owned or controlled by the listed, how far that is sure, and over which rows it was found."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np

from evenhand.model.finding import Comparison, Finding, FindingKind
from evenhand.model.ownership import OwnershipLink, OwnershipRule, RuleName
from evenhand.model.party import Ownership, PartyKind
from evenhand.screening.ownership.aggregate_ownership import RULES, Run, run_of
from evenhand.screening.ownership.ownership_rows import OwnershipRows, ownership_rows_of
from evenhand.screening.ownership.stake_grounds import Holder, Register, comparison, ids_of

_TIED: dict[str, FindingKind] = {"control": "controlled_by_listed", "acts_for": "acts_for_listed"}


@dataclass(frozen=True)
class Stake:
    """What the listed hold of one party, directly and through those caught, in millionths.

    `low` takes unknown shares for nothing, `high` for all that is left. The ways lead from the party up to a
    listed owner; `because` and `sources` name at most 50 links, nearest first, and the listed ends' findings.
    """

    status: Literal["certain", "possible", "impossible"]
    low: int
    high: int
    shortest: tuple[OwnershipLink, ...]
    heaviest: tuple[OwnershipLink, ...]
    because: tuple[Comparison, ...]
    sources: tuple[str, ...]


class Holdings(Mapping[str, Stake]):
    """The ownership rule's answer: by id, the stake of every party that the listed may hold anything of.

    Shares are computed at once, ways and grounds when asked for. `control` says of each controlled party whether
    that is certain; `overfull` are companies whose known shares add up to more than 101 %, computed all the same.
    """

    def __init__(self, register: Register, low: Run, high: Run, least: int, kinds: Mapping[str, PartyKind]) -> None:
        self._register, self._low, self._high, self._least, self._kinds = register, low, high, least, kinds
        self.overfull = high.edges.overfull
        self.control: dict[str, bool] = {}
        for finding in self._tied:
            if finding.kind == "controlled_by_listed":
                self.control[finding.party_id] = finding.certain or self.control.get(finding.party_id, False)

    def __getitem__(self, party: str) -> Stake:
        number = self._high.edges.number[party]
        sure, most = int(self._low.share[number]), int(self._high.share[number])
        if not most:
            raise KeyError(party)
        is_sure = sure >= self._least or (most < self._least and sure > 0)
        status: Literal["certain", "possible", "impossible"] = "impossible"
        if most >= self._least:
            status = "certain" if sure >= self._least else "possible"
        return self._stake(number, self._low if is_sure else self._high, status, sure, most)

    def __iter__(self) -> Iterator[str]:
        return (self._high.edges.ids[number] for number in np.flatnonzero(self._high.share).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._high.share))

    def __contains__(self, party: object) -> bool:
        number = self._high.edges.number.get(party) if isinstance(party, str) else None
        return number is not None and bool(self._high.share[number])

    @property
    def low(self) -> dict[str, int]:
        """Return the sure share of each party with a stake, in millionths."""
        return self._shares(self._low)

    @property
    def high(self) -> dict[str, int]:
        """Return the largest possible share of each party with a stake, in millionths."""
        return self._shares(self._high)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding: owned and possibly owned by id, then controlled, then acting for the listed."""
        return self.about(self._high.edges.number)

    def about(self, parties: Container[str]) -> tuple[Finding, ...]:
        """Return the findings about some parties; a party that would be its own listed owner gets none."""
        edges = self._high.edges
        caught = (edges.ids[number] for number in np.flatnonzero(self._high.share >= self._least).tolist())
        owned = (self._owned(party, self[party]) for party in caught if party in parties)
        tied = (finding for finding in self._tied if finding.party_id in parties)
        return tuple(finding for each in (owned, tied) for finding in each if finding.path[-1] != finding.party_id)

    def possible_minority(self, party: str) -> Finding | None:
        """Return what the listed may hold of a party below the rule's threshold, where that is more than is known.

        None where they may hold no more than is known, or where they may reach the threshold, which `about` says.
        """
        number = self._high.edges.number.get(party)
        sure, most = (0, 0) if number is None else (int(self._low.share[number]), int(self._high.share[number]))
        if number is None or not sure < most < self._least:
            return None
        finding = self._owned(party, self._stake(number, self._high, "impossible", sure, most))
        return finding if finding.path[-1] != party else None

    def _shares(self, run: Run) -> dict[str, int]:
        held = np.flatnonzero(self._high.share)
        return dict(zip(self, run.share[held].tolist(), strict=True))

    def _stake(
        self, number: int, run: Run, status: Literal["certain", "possible", "impossible"], low: int, high: int
    ) -> Stake:
        register = self._register
        shortest, heaviest = run.shortest(number), run.heaviest(number)
        ways = register.way(run, shortest), register.way(run, heaviest)
        because, sources = register.grounds(run, number)
        if heaviest != shortest:
            way = " < ".join(ids_of(ways[1]))
            because.append(comparison("ownership.heaviest_path", way, ways[1][0].owned, 1.0))
        return Stake(status, low, high, ways[0], ways[1], tuple(because), tuple(sources))

    def _owned(self, party: str, stake: Stake) -> Finding:
        path = ids_of(stake.shortest)
        end = self._end(path[-1])
        return Finding(
            party_kind=self._kinds.get(party, "owner"),
            party_id=party,
            kind="owned_by_listed" if stake.status == "certain" else "possibly_owned_by_listed",
            list=end.list,
            entity_id=end.entity_id,
            score=end.score,
            certain=end.certain,
            because=stake.because,
            path=path,
            way=stake.shortest,
            heaviest=stake.heaviest if stake.heaviest != stake.shortest else (),
            low=stake.low,
            high=stake.high,
            sources=stake.sources,
        )

    @cached_property
    def _tied(self) -> tuple[Finding, ...]:
        """Return one finding for each party that a listed holder controls, or that acts for one.

        A company that a listed one owns is not listed itself: it ties nobody.
        """
        groups: dict[tuple[bool, str, str], list[Ownership]] = {}
        for row in map(self._register.shares.__getitem__, self._high.edges.unshared):
            if row.owner != row.owned and row.owner in self._register.holders:
                groups.setdefault((row.kind == "acts_for", row.owned, row.owner), []).append(row)
        return tuple(self._tie(groups[key]) for key in sorted(groups))

    def _tie(self, rows: Sequence[Ownership]) -> Finding:
        row, holder = rows[0], self._register.holders[rows[0].owner]
        end = self._end(row.owner)
        because, sources = self._register.stated(rows)
        return Finding(
            party_kind=self._kinds.get(row.owned, "owner"),
            party_id=row.owned,
            kind=_TIED[row.kind],
            list=end.list,
            entity_id=end.entity_id,
            score=end.score,
            certain=holder.certain and any(each.confirmed_by for each in rows),
            because=because,
            path=(row.owned, row.owner),
            way=(self._register.tie(rows),),
            sources=sources,
        )

    def _end(self, holder: str) -> Finding:
        return max(self._register.holders[holder].findings, key=lambda finding: (finding.certain, finding.score))


def ownership_findings(
    shares: Sequence[Ownership],
    holders: Mapping[str, Holder],
    rule: RuleName | OwnershipRule,
    on: date,
    sha256: str = "",
    *,
    kinds: Mapping[str, PartyKind] | None = None,
    names: Mapping[str, str] | None = None,
) -> Holdings:
    """Return what listed holders own and control on a day, after the ownership rule chosen.

    `sha256` names the ownership table in the sources. `kinds` says what each party is to the network, and `names`
    what it is called; who is not in `kinds` is an `owner`. Findings are made for companies that are caught or may be
    (`owned_by_listed`, `possibly_owned_by_listed`), for those under control (`controlled_by_listed`: never mixed into
    the shares) and those that act for a listed party (`acts_for_listed`), both certain only if somebody confirmed it
    and the holder is certain. What those own who act for a listed party counts as possibly owned by
    it. Cost: O(n log n) over the rows; a million take about 3 s.

    Raises:
        OwnershipUnreadable: a share is no whole number of millionths from 0 to 1,000,000.

    Source: OFAC, Revised Guidance on Entities Owned by Persons Whose Property and Interests in Property Are
    Blocked, 13 Aug 2014; UK: OFSI, ownership and control, one holder with more than 50 %.
    """
    chosen = RULES[rule] if isinstance(rule, str) else rule
    edges = ownership_rows_of(shares, on)
    certain = [party for party, holder in holders.items() if holder.certain]
    nominees = _nominees(shares, edges, holders)
    low = run_of(edges, certain, chosen, high=False)
    is_one = len(certain) == len(holders) and not nominees and not edges.unknown.any()
    high = low if is_one else run_of(edges, (*holders, *nominees), chosen, high=True)
    return Holdings(Register(shares, sha256, names or {}, holders, nominees), low, high, chosen.least, kinds or {})


def _nominees(
    shares: Sequence[Ownership], edges: OwnershipRows, holders: Mapping[str, Holder]
) -> dict[str, list[Ownership]]:
    """Return those who act for a holder and are none, each with the rows of the one that is surest.

    What they own may be the holder's own: nobody says whether they act for it there too.
    """
    acting: dict[str, dict[str, list[Ownership]]] = {}
    for row in map(shares.__getitem__, edges.unshared):
        if row.kind == "acts_for" and row.owner in holders and row.owned not in holders:
            acting.setdefault(row.owned, {}).setdefault(row.owner, []).append(row)
    return {
        nominee: ties[min(ties, key=lambda each: (not holders[each].certain, each))] for nominee, ties in acting.items()
    }

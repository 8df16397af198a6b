"""Who is owned or controlled by the listed, how far that is sure, and over which rows it was found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from evenhand.model.finding import Comparison, Finding
from evenhand.model.party import MILLIONTHS, Ownership, PartyKind
from evenhand.screening.stakes import Holding, Rule, Run, graph_of, in_force, run_of

OwnershipRule = Literal["aggregate_50", "over_50_single"]

# OFAC adds holders up and 50 % is enough; UK: one holder alone with strictly more (`screening.md` §8).
_RULES = {
    "aggregate_50": Rule(threshold=MILLIONTHS // 2, adds_up=True),
    "over_50_single": Rule(threshold=MILLIONTHS // 2 + 1, adds_up=False),
}
_MOST_LINKS = 50


@dataclass(frozen=True)
class Holder:
    """A listed party whose holdings count, and why it is one; not certain: it counts in the high run only."""

    certain: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Stake:
    """What the listed hold of one party, directly and through those caught, in millionths.

    `low` takes unknown shares for nothing, `high` for all that is left. The paths lead from the party up to a
    listed owner; `because` and `sources` name at most 50 links, nearest first, and the listed ends' findings.
    """

    status: Literal["certain", "possible", "impossible"]
    low: int
    high: int
    shortest: tuple[str, ...]
    heaviest: tuple[str, ...]
    because: tuple[Comparison, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Holdings:
    """The ownership rule's answer: a stake for every party that the listed may hold anything of.

    `control` says of each controlled party whether that is certain; `overfull` are companies whose known
    shares add up to more than 101 %, computed all the same.
    """

    stakes: Mapping[str, Stake]
    control: Mapping[str, bool]
    findings: tuple[Finding, ...]
    overfull: tuple[str, ...]

    @property
    def low(self) -> dict[str, int]:
        """Return the sure share of each party with a stake, in millionths."""
        return {party: stake.low for party, stake in self.stakes.items()}

    @property
    def high(self) -> dict[str, int]:
        """Return the largest possible share of each party with a stake, in millionths."""
        return {party: stake.high for party, stake in self.stakes.items()}


def ownership_findings(
    shares: Sequence[Ownership],
    holders: Mapping[str, Holder],
    rule: OwnershipRule,
    on: date,
    sha256: str = "",
    kinds: Mapping[str, PartyKind] | None = None,
) -> Holdings:
    """Return what listed holders own and control on a day, after the ownership rule chosen.

    `sha256` names the ownership table in the sources. `kinds` says what each party is to the network; who is
    not in it is an `owner`. Findings are made for companies that are caught or may be (`owned_by_listed`,
    `possibly_owned_by_listed`) and for those under control (`controlled_by_listed`: never mixed into the shares;
    certain only if a person confirmed it and the holder is certain). Cost: O(n log n) over the rows.

    Raises:
        OwnershipUnreadable: a share is negative.

    Source: OFAC, Revised Guidance on Entities Owned by Persons Whose Property and Interests in Property Are
    Blocked, 13 Aug 2014; UK: OFSI, ownership and control, one holder with more than 50 %.
    """
    rows = in_force(shares, on)
    graph = graph_of(rows)
    certain = {party for party, holder in holders.items() if holder.certain}
    low = _Explained(run_of(graph, certain, _RULES[rule], high=False), holders, sha256)
    high = _Explained(run_of(graph, holders, _RULES[rule], high=True), holders, sha256)
    threshold = _RULES[rule].threshold
    stakes = {party: _stake(party, low, high, threshold) for party in sorted(high.run.share)}
    teller = _Teller(holders, kinds or {})
    owned = [teller.owned(party, stake) for party, stake in stakes.items() if stake.status != "impossible"]
    controlled = list(_controlled(rows, sha256, teller))
    control: dict[str, bool] = {}
    for finding in controlled:
        control[finding.party_id] = finding.certain or control.get(finding.party_id, False)
    findings = tuple(each for each in owned + controlled if each.path[-1] != each.party_id)
    return Holdings(stakes, control, findings, graph.overfull)


class _Explained:
    """One run with its ways and rows at hand."""

    def __init__(self, run: Run, holders: Mapping[str, Holder], sha256: str) -> None:
        self.run, self.holders, self.sha256 = run, holders, sha256
        self.shortest, self.heaviest = run.links(heaviest=False), run.links(heaviest=True)

    def grounds(self, party: str) -> tuple[list[Comparison], list[str]]:
        """Return the comparisons and sources that a share of a party rests on, nearest links first."""
        because: list[Comparison] = []
        sources: dict[str, None] = {}
        queue, seen = [party], {party}
        for company in queue:  # grows while it is walked
            for holding in self.run.holders_of(company)[: _MOST_LINKS - len(because)]:
                because.append(_share_comparison(holding))
                sources.update(dict.fromkeys(row_source(row, self.sha256) for row in holding.rows))
                if holding.owner in self.run.starts:
                    sources.update(dict.fromkeys(_sources_of(self.holders[holding.owner])))
                elif holding.owner not in seen:
                    seen.add(holding.owner)
                    queue.append(holding.owner)
        return because, list(sources)


class _Teller:
    """Makes findings of ways and grounds: who is concerned, and which entry stands at the end."""

    def __init__(self, holders: Mapping[str, Holder], kinds: Mapping[str, PartyKind]) -> None:
        self.holders, self.kinds = holders, kinds

    def owned(self, party: str, stake: Stake) -> Finding:
        end = self._end(stake.shortest)
        return Finding(
            party_kind=self.kinds.get(party, "owner"),
            party_id=party,
            kind="owned_by_listed" if stake.status == "certain" else "possibly_owned_by_listed",
            list=end.list,
            entity_id=end.entity_id,
            score=end.score,
            certain=end.certain,
            because=stake.because,
            path=stake.shortest,
            low=stake.low,
            high=stake.high,
            sources=stake.sources,
        )

    def controlled(self, path: tuple[str, ...], certain: bool, stated: Comparison, sources: list[str]) -> Finding:
        end = self._end(path)
        return Finding(
            party_kind=self.kinds.get(path[0], "owner"),
            party_id=path[0],
            kind="controlled_by_listed",
            list=end.list,
            entity_id=end.entity_id,
            score=end.score,
            certain=certain,
            because=(stated,),
            path=path,
            sources=tuple(dict.fromkeys(sources)),
        )

    def _end(self, path: tuple[str, ...]) -> Finding:
        return max(self.holders[path[-1]].findings, key=lambda finding: (finding.certain, finding.score))


def row_source(row: Ownership, sha256: str) -> str:
    """Return how a row of the ownership table is named as a source."""
    return f"table:ownership@{sha256}#{row.row}"


def _stake(party: str, low: _Explained, high: _Explained, threshold: int) -> Stake:
    sure, most = low.run.share.get(party, 0), high.run.share[party]
    shown = low if sure >= threshold or (most < threshold and sure > 0) else high
    shortest, heaviest = shown.run.path(party, shown.shortest), shown.run.path(party, shown.heaviest)
    because, sources = shown.grounds(party)
    if heaviest != shortest:
        because.append(_comparison("ownership.heaviest_path", " < ".join(heaviest), party, 1.0))
    status: Literal["certain", "possible", "impossible"] = "impossible"
    if most >= threshold:
        status = "certain" if sure >= threshold else "possible"
    return Stake(status, sure, most, shortest, heaviest, tuple(because), tuple(sources))


def _controlled(rows: Sequence[Ownership], sha256: str, teller: _Teller) -> Iterator[Finding]:
    """Yield one finding for each listed holder that controls another party; a company it owns is not listed."""
    pairs: dict[tuple[str, str], list[Ownership]] = {}
    for row in rows:
        if row.kind == "control" and row.owner != row.owned and row.owner in teller.holders:
            pairs.setdefault((row.owned, row.owner), []).append(row)
    for (owned, owner), lines in sorted(pairs.items()):
        holder = teller.holders[owner]
        certain = holder.certain and any(line.confirmed_by for line in lines)
        stated = _comparison("ownership.control", _named(lines[0]), owned, 1.0, "kind")
        sources = [*(row_source(line, sha256) for line in lines), *_sources_of(holder)]
        yield teller.controlled((owned, owner), certain, stated, sources)


def _sources_of(holder: Holder) -> Iterator[str]:
    return (source for finding in holder.findings for source in finding.sources)


def _share_comparison(holding: Holding) -> Comparison:
    known = f"{holding.known / 10_000:.4f}".rstrip("0").rstrip(".") + " %"
    share = known if not holding.unknown else f"{known} and an unknown share" if holding.known else "unknown share"
    similarity = min(holding.known / MILLIONTHS, 1.0)
    return _comparison("ownership.share", f"{_named(holding.rows[0])}: {share}", holding.owned, similarity, "share")


def _named(row: Ownership) -> str:
    return f"{row.owner} ({row.owner_name})" if row.owner_name else row.owner


def _comparison(name: str, ours: str, theirs: str, similarity: float, field: str = "") -> Comparison:
    return Comparison(
        name=name, ours=ours, theirs=theirs, similarity=similarity, weight=0.0, effect="for", source_field=field
    )

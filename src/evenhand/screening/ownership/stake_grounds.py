"""What a share or a tie rests on, told from the rows of the table: links, comparisons, sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from evenhand.model.finding import Comparison, Finding
from evenhand.model.ownership import OwnershipLink
from evenhand.model.party import MILLIONTHS, Ownership, OwnershipKind
from evenhand.screening.ownership.aggregate_ownership import Run

MOST_LINKS = 50
"""Links that one finding names; of a longer way the middle is left out, so that a record stays readable."""

_TIES = {"control": "ownership.control", "acts_for": "ownership.acts_for"}


@dataclass(frozen=True)
class Holder:
    """A listed party whose holdings count, and why it is one; not certain: it counts in the high run only."""

    certain: bool
    findings: tuple[Finding, ...]

    @property
    def sources(self) -> Iterator[str]:
        """Return the sources of its findings, in order."""
        return (source for finding in self.findings for source in finding.sources)


@dataclass(frozen=True)
class Register:
    """The ownership table at hand: its rows, its hash, what parties are called, who is listed, and who acts for them.

    `nominees` are those who act for a holder and are none, each with the rows that say so.
    """

    shares: Sequence[Ownership]
    sha256: str
    names: Mapping[str, str]
    holders: Mapping[str, Holder]
    nominees: Mapping[str, Sequence[Ownership]]

    def rows(self, run: Run, holding: int) -> list[Ownership]:
        """Return the rows that a holding rests on, in table order."""
        first = run.edges.first_row
        return [self.shares[place] for place in run.edges.rows[first[holding] : first[holding + 1]]]

    def way(self, run: Run, holdings: Sequence[int]) -> tuple[OwnershipLink, ...]:
        """Return holdings as the links of a way, without the middle if there are more than `MOST_LINKS`.

        Behind a nominee the last link leads to the holder for whom it acts.
        """
        half = MOST_LINKS // 2
        kept = holdings if len(holdings) <= MOST_LINKS else (*holdings[:half], *holdings[-half:])
        links = tuple(self._link(run, holding) for holding in kept)
        acting = self.nominees.get(links[-1].owner)
        return links if acting is None else (*links, self.tie(acting))

    def _link(self, run: Run, holding: int) -> OwnershipLink:
        """Return a holding as a link of a way."""
        rows, known = self.rows(run, holding), int(run.edges.known[holding])
        kind: OwnershipKind = "ownership" if any(row.kind == "ownership" for row in rows) else "ownership_or_control"
        newest = self.tie(rows)
        return OwnershipLink(
            owner=newest.owner, owner_name=newest.owner_name, owned=newest.owned, owned_name=newest.owned_name,
            kind=kind, known=known, unknown=bool(run.edges.unknown[holding]), as_of=newest.as_of, until=newest.until,
        )  # fmt: skip

    def tie(self, rows: Sequence[Ownership]) -> OwnershipLink:
        """Return rows of one owner and party as a link without shares; the dates are the newest row's."""
        newest = max(rows, key=lambda row: row.as_of or date.min)
        return OwnershipLink(
            owner=newest.owner,
            owner_name=newest.owner_name or self.names.get(newest.owner, ""),
            owned=newest.owned,
            owned_name=self.names.get(newest.owned, ""),
            kind=newest.kind,
            as_of=newest.as_of,
            until=newest.until,
        )

    def grounds(self, run: Run, company: int) -> tuple[list[Comparison], list[str]]:
        """Return the comparisons and sources that a share of a party rests on, nearest links first."""
        because: list[Comparison] = []
        sources: dict[str, None] = {}
        queue, seen = [company], {company}
        for each in queue:  # grows while it is walked
            for holding in run.holders_of(each)[: MOST_LINKS - len(because)]:
                rows, owner = self.rows(run, holding), int(run.edges.owner[holding])
                because.append(_share_comparison(rows, int(run.edges.known[holding])))
                sources.update(dict.fromkeys(row_source(row, self.sha256) for row in rows))
                if run.listed[owner]:
                    tie, ends = self._end(rows[0].owner)
                    because += tie
                    sources.update(dict.fromkeys(ends))
                elif owner not in seen:
                    seen.add(owner)
                    queue.append(owner)
        return because, list(sources)

    def _end(self, owner: str) -> tuple[tuple[Comparison, ...], tuple[str, ...]]:
        """Return why an owner counts: the sources of a holder, or for whom it acts and who says so."""
        acting = self.nominees.get(owner)
        return ((), tuple(self.holders[owner].sources)) if acting is None else self.stated(acting)

    def stated(self, rows: Sequence[Ownership]) -> tuple[tuple[Comparison, ...], tuple[str, ...]]:
        """Return the comparisons and sources of a tie without shares: what is stated, and on what ground."""
        row = rows[0]
        because = [comparison(_TIES[row.kind], _named(row), row.owned, 1.0, "kind")]
        grounds = dict.fromkeys(each.source for each in rows if each.source)
        because += [comparison("ownership.stated", ground, row.owned, 1.0, "source") for ground in grounds]
        sources = [*(row_source(each, self.sha256) for each in rows), *self.holders[row.owner].sources]
        return tuple(because), tuple(dict.fromkeys(sources))


def row_source(row: Ownership, sha256: str) -> str:
    """Return how a row of the ownership table is named as a source.

    That of another table, of a list, or of what a person confirmed is one already.
    """
    return row.row if row.row.startswith(("list:", "confirmed:", "table:")) else f"table:ownership@{sha256}#{row.row}"


def ids_of(way: Sequence[OwnershipLink]) -> tuple[str, ...]:
    """Return the ids along a way, from the party up to the listed owner, `…` where links are left out."""
    ids = [way[0].owned]
    for link in way:
        ids += [link.owner] if link.owned == ids[-1] else ["…", link.owned, link.owner]
    return tuple(ids)


def comparison(name: str, ours: str, theirs: str, similarity: float, field: str = "") -> Comparison:
    """Return a comparison of an ownership finding: it always speaks for it and has no weight of its own."""
    return Comparison(
        name=name, ours=ours, theirs=theirs, similarity=similarity, weight=0.0, effect="for", source_field=field
    )


def _share_comparison(rows: Sequence[Ownership], known: int) -> Comparison:
    text = f"{known / 10_000:.4f}".rstrip("0").rstrip(".") + " %"
    if any(row.share is None or row.kind != "ownership" for row in rows):
        text = f"{text} and an unknown share" if known else "unknown share"
    similarity = min(known / MILLIONTHS, 1.0)
    return comparison("ownership.share", f"{_named(rows[0])}: {text}", rows[0].owned, similarity, "share")


def _named(row: Ownership) -> str:
    return f"{row.owner} ({row.owner_name})" if row.owner_name else row.owner

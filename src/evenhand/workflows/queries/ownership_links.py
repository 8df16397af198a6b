"""Who stands above a party: what its findings rest on, and what the tables say of its owners and theirs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from evenhand.model.finding import Finding
from evenhand.model.ownership import OwnershipLink
from evenhand.model.party import Ownership
from evenhand.model.run import Explained
from evenhand.workflows.evaluation.known_findings import read_seen
from evenhand.workflows.queries.known_parties import KnownParties

MOST_LINKS = 40
"""Links of one picture; more cannot be read."""
MOST_STEPS = 6
_OWNERSHIP = frozenset({"owned_by_listed", "possibly_owned_by_listed", "controlled_by_listed", "acts_for_listed"})


def owner_links(parties: KnownParties, explained: Explained) -> tuple[OwnershipLink, ...]:
    """Return the links from a party up, each once, those of findings first; `MOST_LINKS` at most."""
    found = {(each.owner, each.owned, each.kind): each for each in _of_findings(explained)}
    for link in _of_tables(parties, explained.party_id):
        found.setdefault((link.owner, link.owned, link.kind), link)
    return tuple(found.values())[:MOST_LINKS]


def listed_owners(state: Path, explained: Explained, links: Sequence[OwnershipLink]) -> tuple[str, ...]:
    """Return the ids of owners that are listed: by what the last run saw of them, or as a finding's path ends there."""
    cases = (*explained.in_force, *explained.waiting)
    findings = (finding for case in cases for finding in case.decision.findings)
    ends = dict.fromkeys(each.path[-1] for each in findings if each.kind in _OWNERSHIP and each.path)
    seen = read_seen(state, {each.owner for each in links}) if links else {}
    listed = (key for key, each in seen.items() if any(_is_listed(counted.finding) for counted in each.noticed))
    return tuple(dict.fromkeys((*ends, *listed)))


def _is_listed(finding: Finding) -> bool:
    return finding.kind == "listed" and finding.certain


def _of_findings(explained: Explained) -> Iterator[OwnershipLink]:
    for case in (*explained.in_force, *explained.waiting):
        for finding in case.decision.findings:
            yield from finding.way
            yield from finding.heaviest


def _of_tables(parties: KnownParties, party_id: str) -> Iterator[OwnershipLink]:
    """Yield the links above a party step by step, nearest first; a ring is followed once."""
    above, seen, count = [party_id], {party_id}, 0
    for _ in range(MOST_STEPS):
        rows = [row for owned in above for row in parties.owners(owned)]
        for row in rows:
            count += 1
            if count > MOST_LINKS:
                return
            yield _link(parties, row)
        above = [each for each in dict.fromkeys(row.owner for row in rows) if each not in seen]
        seen.update(above)


def _link(parties: KnownParties, row: Ownership) -> OwnershipLink:
    return OwnershipLink(
        owner=row.owner, owner_name=row.owner_name or _name(parties, row.owner), owned=row.owned,
        owned_name=_name(parties, row.owned), kind=row.kind, known=row.share or 0,
        unknown=row.share is None and row.kind in ("ownership", "ownership_or_control"), as_of=row.as_of,
        until=row.until,
    )  # fmt: skip


def _name(parties: KnownParties, party_id: str) -> str:
    party = parties.party(party_id)
    return party.name if party is not None else ""

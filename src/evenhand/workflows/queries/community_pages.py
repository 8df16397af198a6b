"""What the tests of influence found, held in memory for many readers; each page looks up its part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from evenhand.influence.graph_files import group_pairs
from evenhand.model.coordination import Community, CoordinatedGroup, CoordinatedPair
from evenhand.model.errors import NotFound
from evenhand.model.outcome import Outcome
from evenhand.store.duckdb_engine import run_lookup
from evenhand.store.network import Network
from evenhand.store.parquet_rows import literal
from evenhand.workflows.delivery.publication import DECISIONS
from evenhand.workflows.influence.communities_shown import tested_sentence
from evenhand.workflows.influence.edge_evidence import kept_result
from evenhand.workflows.influence.influence_run import KeptResult


@dataclass(frozen=True)
class TestedCommunities:
    """The result of the last tests; `tested` says what was tested, when, and whether it is stale."""

    network: Network
    kept: KeptResult
    tested: str

    @classmethod
    def of(cls, network: Network) -> "TestedCommunities":
        """Return what was tested last.

        Raises:
            NotFound: nothing was tested yet.
        """
        kept = kept_result(network)
        return cls(network, kept, tested_sentence(network, kept))

    @cached_property
    def communities(self) -> tuple[Community, ...]:
        """Return all communities, those with the smallest share of chance first."""
        return self.kept.result.communities

    @cached_property
    def groups(self) -> dict[str, CoordinatedGroup]:
        """Return the groups by id, as the tests found them."""
        return {each.id: each for each in self.kept.coordination.groups}

    def chosen(self, text: str = "", layer: str = "") -> list[Community]:
        """Return the communities with an id, account or name that has `text` in it, and linked by `layer`."""
        wanted = text.casefold()
        return [
            each
            for each in self.communities
            if (not layer or layer in each.layers) and (not wanted or self._has(each, wanted))
        ]

    def _has(self, community: Community, wanted: str) -> bool:
        names = self.kept.names
        texts = (community.id, *community.members, *(names.get(each, "") for each in community.members))
        return any(wanted in each.casefold() for each in texts)

    def community(self, group: str) -> Community:
        """Return a community by its id.

        Raises:
            NotFound: there is none.
        """
        found = next((each for each in self.communities if each.id == group), None)
        if found is None:
            raise NotFound("no community of this id", got=group, todo="look in the list of communities")
        return found

    def pairs(self, community: Community) -> list[CoordinatedPair]:
        """Return the pairs within a community: what shows most first, declared pairs last."""
        return sorted(group_pairs(self.kept.coordination, community.members), key=lambda each: each.declared)


def member_outcomes(network: Network, accounts: Sequence[str]) -> Mapping[str, Outcome]:
    """Return the outcome in force of those accounts that are advertisers of the network, as the last run wrote it."""
    path = network.out / DECISIONS
    query = (
        f"SELECT party_id, outcome FROM read_parquet({literal(path)})"
        " WHERE party_kind = 'advertiser' AND scope = 'advertiser' AND party_id IN (SELECT unnest(?))"
    )
    try:
        rows = run_lookup(query, [list(accounts)]) if path.exists() else []
    except OSError:
        return {}
    return {str(account): Outcome(outcome) for account, outcome in rows}

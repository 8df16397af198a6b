"""Everything the requests of one run are made from, indexed once."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

from evenhand.intake import Tables
from evenhand.intake.ownership_table import owner_party
from evenhand.model.campaign import Campaign, Vote
from evenhand.model.claims import Tally
from evenhand.model.evidence import QuotedClaim
from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.network import Settings
from evenhand.model.party import Advertiser, Keys, Ownership, Payer
from evenhand.policy import Rulebook
from evenhand.policy.rulebook import Regime
from evenhand.screening.ownership.ownership_rows import in_force
from evenhand.workflows.evaluation.confirmed_facts import CountedFact
from evenhand.workflows.evaluation.findings import PartyKey, ScreenedParty
from evenhand.workflows.evaluation.missing_input import NOTHING_MISSING, MissingInput
from evenhand.workflows.evaluation.namesake_owners import namesake_lines
from evenhand.workflows.evaluation.sponsor_ties import control_from_outside

Key = TypeVar("Key")
Value = TypeVar("Value")

POSSIBLE_MATCH = "possible-match"
NAME_ONLY = "name-only-match"
NAME_ONLY_OUTLET = "name-only-outlet"
NAME_ONLY_OTHER = "name-only-outlet-other"
"""Designations of parties of which nothing but a name agrees with an entry: of a list that designates; of an outlet,
where the party looks like one itself; of an outlet, where it does not. What follows is the rulebook's choice."""

POSSIBLE_SHARE = "possible_share_bp"
"""The attribute of an advertiser of which listed owners may hold more than is known; not every schema has it."""
UNITED_NATIONS = "UN"
NO_CLAIMS = Tally()


@dataclass
class RegimeHoldings:
    """What the parties of one regime hold of a party, in basis points, and the findings that say so."""

    share_bp: int
    findings: list[Finding]


@dataclass
class PartyFacts:
    """What findings say of one party, ready to become attributes; each attribute knows its findings.

    `parents` maps a designation to the findings that put the party under it. `share` is in millionths, the low
    end of the ownership rule; `possible_share` is the finding of what listed owners may hold besides, below the rule's
    threshold. `regimes` are the shares of single regimes. `media` is Cedar JSON or None. `cluster_size`
    advertisers act as one with it, itself among them, and `similarity` is 1 less the share of chance findings. `tally`
    counts the confirmed claims that a person linked to it.
    """

    parents: dict[str, list[Finding]] = field(default_factory=dict)
    share: int = 0
    share_findings: list[Finding] = field(default_factory=list)
    possible_share: Finding | None = None
    regimes: dict[Regime, RegimeHoldings] = field(default_factory=dict)
    control_findings: list[Finding] = field(default_factory=list)
    media: dict[str, Any] | None = None
    media_findings: list[Finding] = field(default_factory=list)
    cluster_size: int = 0
    similarity: float = 0.0
    coordination_findings: list[Finding] = field(default_factory=list)
    tally: Tally = NO_CLAIMS
    claims_findings: list[Finding] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def belongs_to(self, designation: str, finding: Finding) -> None:
        """Put the party under a designation on the ground of a finding."""
        self.parents.setdefault(designation, []).append(finding)


NO_FINDINGS = PartyFacts()


@dataclass(frozen=True)
class RunContext:
    """The inputs of one run; `since` is the day a party was first ruled, by its id.

    `stated` are the entries that lists say own, control or send a party, by (list, id). `missing` is what could not be
    read; `kept` are the keys that decisions in force keep, by the decision's id; `gone` the names of
    who left the tables. `confirmed` are facts that people confirmed; they are laid over `tables`. `unrelieved`
    are decisions that are kept though they would be ruled otherwise today: no relief keeps them from being applied.
    `quoted` are the claims that a statement may give, by id.
    """

    at: datetime
    settings: Settings
    rulebook: Rulebook
    tables: Tables
    versions: Mapping[str, ListVersion]
    seen: Mapping[PartyKey, ScreenedParty]
    views: Mapping[str, PartyFacts]
    since: Mapping[str, date]
    stated: Mapping[tuple[str, str], ListedEntity] = field(default_factory=dict)
    missing: MissingInput = NOTHING_MISSING
    kept: Mapping[str, Keys] = field(default_factory=dict)
    gone: Mapping[tuple[str, str], str] = field(default_factory=dict)
    confirmed: Sequence[CountedFact] = ()
    unrelieved: frozenset[str] = frozenset()
    quoted: Mapping[str, QuotedClaim] = field(default_factory=dict)

    @cached_property
    def day(self) -> date:
        """Return the day of the run in the network's zone."""
        return self.at.astimezone(self.settings.zone).date()

    @cached_property
    def advertisers(self) -> dict[str, Advertiser]:
        """Return the advertisers by id."""
        return {each.id: each for each in self.tables.advertisers}

    @cached_property
    def payers(self) -> dict[str, Payer]:
        """Return everybody who can pay by id: the payers of the table, and every advertiser."""
        return {each.id: each for each in self.tables.payers} | self.advertisers

    @cached_property
    def third_parties(self) -> dict[str, Payer]:
        """Return the owners that are neither advertiser nor payer, by id; only their name and country are known."""
        return third_parties(self.tables.ownership, self.payers)

    @cached_property
    def campaigns(self) -> dict[str, list[Campaign]]:
        """Return the campaigns of each advertiser."""
        return grouped((campaign.advertiser_id, campaign) for campaign in self.tables.campaigns)

    @cached_property
    def campaigns_paid(self) -> dict[str, list[Campaign]]:
        """Return the campaigns that each payer pays for."""
        return grouped((campaign.payer_id, campaign) for campaign in self.tables.campaigns)

    @cached_property
    def owners(self) -> dict[str, list[Ownership]]:
        """Return each party's direct owners as last stated on the day; whom it only acts for owns nothing of it."""
        held = (row for row in in_force(self.tables.ownership, self.day) if row.kind != "acts_for")
        return grouped((row.owned, row) for row in held)

    @cached_property
    def creative_languages(self) -> dict[str, list[str]]:
        """Return the languages of each advertiser's creatives."""
        owner = {campaign.id: campaign.advertiser_id for campaign in self.tables.campaigns}
        return grouped((owner[each.campaign_id], each.language) for each in self.tables.creatives if each.language)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the network's territories as its settings name them: codes, or the one word EEA or global."""
        named = self.settings.network.territories
        return (named,) if isinstance(named, str) else named

    @cached_property
    def territories(self) -> tuple[str, ...]:
        """Return the network's places with what they stand for on the day, sorted."""
        if self.settings.network.territories == "global":
            return self.rulebook.territories.everywhere(self.day)
        return self.expand(self.places)

    @cached_property
    def bound_by(self) -> tuple[str, ...]:
        """Return the places and unions whose law binds the network on the day, sorted.

        What the settings name, else the network's territories; a network that any state binds is bound by what its
        state owes to the United Nations.
        """
        named = self.settings.network.bound_by
        states = self.territories if named is None else self.rulebook.territories.with_unions(named, self.day)
        return tuple(sorted({*states, UNITED_NATIONS}))

    @cached_property
    def neutral_shares(self) -> dict[str, dict[str, Any]]:
        """Return by type of entity the attributes of shares for a party of which no regime's parties hold anything."""
        found: dict[str, dict[str, Any]] = {"Advertiser": {}, "Payer": {}}
        for each in self.rulebook.shares:
            each.put(found.setdefault(each.entity, {}), 0)
        return found

    @cached_property
    def knows_bound_by(self) -> Callable[[str], bool]:
        """Return what says whether requests of an action carry the places whose law binds the network."""
        rulebook = self.rulebook  # not `self`, which would hold itself: a ring of all tables, and the collector rests
        return lru_cache(lambda action: rulebook.knows_context(action, "bound_by"))

    @cached_property
    def in_union(self) -> frozenset[str]:
        """Return the countries that are in the European Union on the day."""
        return frozenset(self.rulebook.territories.members("EU", self.day))

    @cached_property
    def countries(self) -> dict[str, str]:
        """Return the country of each advertiser and payer by id, as the tables have it."""
        return {party_id: each.country for party_id, each in self.payers.items()}

    @cached_property
    def controlled_from_outside(self) -> dict[str, bool | None]:
        """Return who is controlled from outside the European Union on the day, `None` where nobody can tell."""
        rows = (*self.tables.ownership, *namesake_lines(self.tables))
        return control_from_outside(rows, self.countries, self.in_union, self.day)

    @cached_property
    def may_lack(self) -> Callable[[str], bool]:
        """Return what says whether the schema lets advertisers be without an attribute."""
        rulebook = self.rulebook  # not `self`, as above
        return lru_cache(lambda name: rulebook.may_lack("Advertiser", name))

    def expand(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return the places, the members of those that are unions, and the unions of all of them on the day, sorted.

        What is sold in a union is sold in each of its members: a rule about one of them is about it too.
        """
        return self._expanded(tuple(places))

    @cached_property
    def _expanded(self) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
        known, day = self.rulebook.territories, self.day

        @cache  # campaigns name the same few places, in many combinations
        def around(place: str) -> tuple[str, ...]:
            return known.expand(place, day)

        @lru_cache(maxsize=1 << 12)
        def found(places: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(sorted({each for place in places for each in around(place)}))

        return found

    def vote_in(self, territories: Iterable[str], campaign: Campaign | None = None) -> Vote | None:
        """Return the vote in these territories that closes first among those not closed yet.

        Of a campaign only votes count that its flight, from the day of the run on, falls before: at the order desk,
        too, rules of the time before a vote are looked at over the flight, not on the day of the order.
        """
        places = set(territories)
        ahead = (
            vote
            for vote in self.tables.votes
            if vote.territory in places
            and self.at < vote.closes
            and (campaign is None or runs_before(vote, campaign, self.day))
        )
        return min(ahead, key=lambda vote: (vote.closes, vote.territory), default=None)

    def view(self, party_id: str) -> PartyFacts:
        """Return what findings say of a party; nothing for one that nobody noticed."""
        return self.views.get(party_id, NO_FINDINGS)

    def entity_of(self, finding: Finding) -> ListedEntity | None:
        """Return the listed end of a finding, None where it has none or its party is gone."""
        return self.entry(finding.list, finding.entity_id)

    def entry(self, list_key: str, entity_id: str) -> ListedEntity | None:
        """Return an entry that somebody was matched with or that a list says is an owner, None for any other."""
        end = list_key, entity_id
        return self._entities.get(end) or self.stated.get(end)

    @cached_property
    def _entities(self) -> dict[tuple[str, str], ListedEntity]:
        return {
            (noticed.finding.list, noticed.finding.entity_id): noticed.entity
            for seen in self.seen.values()
            for noticed in seen.noticed
        }

    @cached_property
    def verified(self) -> dict[str, str]:
        """Return how findings name the confirmed verification of each party that has one, by its id."""
        over = (each.recorded for each in self.confirmed if each.laid_over)
        return {each.fact.party_id: each.source for each in over if each.fact.kind == "verification"}

    def row_source(self, table: str, row_id: str) -> str:
        """Return the source text of a table's row."""
        return f"table:{table}@{self.tables.hashes.get(table, '')}#{row_id}"


def runs_before(vote: Vote, campaign: Campaign, today: date) -> bool:
    """Return whether a day of a campaign's flight, as far as it is not past, is in the window before a vote.

    A flight without a first day begins today, one without a last day has no end; one that is past is looked at today.
    """
    begins = max(campaign.starts or today, today)
    ends = None if campaign.ends is None else max(campaign.ends, today)
    return begins < vote.closes.date() and (ends is None or ends >= vote.window_opens.date())


def third_parties(rows: Iterable[Ownership], known: Container[str]) -> dict[str, Payer]:
    """Return the named owners that are not known as advertisers or payers; they are screened by name."""
    return {row.owner: owner_party(row) for row in rows if row.owner not in known and row.owner_name}


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Return the values of each key in the order given."""
    groups: dict[Key, list[Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def parties_of(tables: Tables) -> dict[PartyKey, Payer]:
    """Return everybody to be screened: advertisers, payers that are none, named owners that are neither.

    INVARIANT: an id stands for one party, whatever its kind.
    """
    parties: dict[PartyKey, Payer] = {("advertiser", each.id): each for each in tables.advertisers}
    advertisers = {each.id for each in tables.advertisers}
    parties |= {("payer", each.id): each for each in tables.payers if each.id not in advertisers}
    known = {party_id: party for (_, party_id), party in parties.items()}
    return parties | {("owner", key): each for key, each in third_parties(tables.ownership, known).items()}

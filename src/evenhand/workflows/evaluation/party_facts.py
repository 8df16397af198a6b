"""What the findings say of each party: designations, shares, control, media (`pipeline.md` §5)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache

from evenhand.intake import Tables
from evenhand.model.campaign import Campaign
from evenhand.model.coordination import InfluenceResult
from evenhand.model.finding import Finding
from evenhand.model.network import Settings
from evenhand.model.ownership import OwnershipRule, RuleName
from evenhand.model.party import MediaControl, PartyKind, Payer
from evenhand.policy import Rulebook
from evenhand.policy.rulebook import Regime
from evenhand.screening import Holder, Holdings, ownership_findings
from evenhand.screening.ownership.aggregate_ownership import RULES
from evenhand.screening.ownership.owned_parties import Stake
from evenhand.screening.ownership.stake_grounds import ids_of
from evenhand.workflows.evaluation.confirmed_facts import fact_findings, lay_over
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.list_relations import ListRelations, ListStatements, relations_of
from evenhand.workflows.evaluation.media_control import media_record
from evenhand.workflows.evaluation.missing_input import missing_input
from evenhand.workflows.evaluation.namesake_owners import namesake_lines
from evenhand.workflows.evaluation.outlet_signs import looks_like_an_outlet
from evenhand.workflows.evaluation.run_context import (
    NAME_ONLY,
    NAME_ONLY_OTHER,
    NAME_ONLY_OUTLET,
    POSSIBLE_MATCH,
    POSSIBLE_SHARE,
    PartyFacts,
    RegimeHoldings,
    RunContext,
    grouped,
    parties_of,
)
from evenhand.workflows.evidence_records.evidence_fold import fold_evidence
from evenhand.workflows.evidence_records.party_tally import claims_finding, party_tallies

NOTHING_NOTICED = InfluenceResult()
_BY_SHARES = ("owned_by_listed", "possibly_owned_by_listed")


def derive_party_facts(
    settings: Settings,
    at: datetime,
    rulebook: Rulebook,
    tables: Tables,
    memory: FindingsMemory,
    history: History,
    *,
    stated: Iterable[ListStatements] = (),
    noticed: InfluenceResult = NOTHING_NOTICED,
) -> tuple[RunContext, tuple[str, ...]]:
    """Return what requests are made from, and a sentence on each thing in it that cannot be right.

    `stated` are the lists whose relations join the ownership table. What people confirmed is laid over the tables.
    `noticed` says which advertisers act as one.
    """
    day = at.astimezone(settings.zone).date()
    counted, confirmed = lay_over(tables, history.confirmed, day)
    ties = relations_of(stated, memory.seen, parties_of(tables).values(), counted.ownership, rulebook)
    views, doubts = party_facts_of(memory.seen, counted, ties, rulebook, settings.ownership.rule, day)
    for finding in fact_findings(confirmed, {party_id: kind for kind, party_id in memory.seen}):
        views.setdefault(finding.party_id, PartyFacts()).findings.append(finding)
    _add_coordination(views, noticed)
    _add_claims(views, history, {party_id: kind for kind, party_id in memory.seen})
    day_of = lru_cache(lambda since: since.astimezone(settings.zone).date())  # a run opens many cases at one instant
    since = {
        known[0].party_id: day_of(known[0].since) for known in history.cases.values() if known[0].scope == "advertiser"
    }
    run_context = RunContext(at, settings, rulebook, counted, memory.versions, memory.seen, views, since, ties.entities,
                  missing_input(tables, history, at), confirmed=confirmed)  # fmt: skip
    return run_context, doubts + tuple(ties.doubts)


def _add_coordination(views: dict[str, PartyFacts], noticed: InfluenceResult) -> None:
    """Add to the views of named advertisers how many act as one with them, and the finding that says so."""
    for community in noticed.communities:
        for account in community.advertisers:
            view = views.setdefault(account, PartyFacts())
            view.cluster_size, view.similarity = len(community.members), 1.0 - community.q
    for finding in noticed.findings:
        view = views.setdefault(finding.party_id, PartyFacts())
        view.findings.append(finding)
        view.coordination_findings.append(finding)


def _add_claims(views: dict[str, PartyFacts], history: History, kinds: Mapping[str, PartyKind]) -> None:
    """Add to the views of parties what the confirmed claims come to that a person linked to them."""
    for party, counted in party_tallies(fold_evidence(history.evidence)).items():
        if party.id in kinds:
            view, finding = views.setdefault(party.id, PartyFacts()), claims_finding(counted, kinds[party.id])
            view.tally = counted.tally
            view.findings.append(finding)
            view.claims_findings.append(finding)


def party_facts_of(
    seen: Mapping[PartyKey, ScreenedParty],
    tables: Tables,
    ties: ListRelations,
    rulebook: Rulebook,
    rule: RuleName | OwnershipRule,
    day: date,
) -> tuple[dict[str, PartyFacts], tuple[str, ...]]:
    """Return the view of every party that something was found of, by id, and a sentence for each overfull company."""
    stated = {each.id: each.media for each in tables.advertisers if each.media is not None}
    views = {party_id: PartyFacts(media=media_record((), media)) for party_id, media in stated.items()}
    holders = dict(ties.holders)
    outlets = _Outlets(tables)
    for (_, party_id), each in seen.items():
        if each.noticed:
            views[party_id] = _from_matches(each.noticed, rulebook, outlets, stated.get(party_id))
            counted = tuple(noticed.finding for noticed in each.noticed if _is_counted(noticed, rulebook))
            if counted:
                holders[party_id] = Holder(any(finding.certain for finding in counted), counted)
    kinds = {party_id: kind for kind, party_id in seen}
    names = ties.names | {party.id: party.name for party in (*tables.payers, *tables.advertisers)}
    sha256 = tables.hashes.get("ownership", "")
    shares = (*tables.ownership, *namesake_lines(tables), *ties.lines)

    def held_by(holders: Mapping[str, Holder], rule: RuleName | OwnershipRule) -> Holdings:
        return ownership_findings(shares, holders, rule, day, sha256, kinds=kinds, names=names)

    holdings = held_by(holders, rule)
    listed = {party for party, holder in holders.items() if holder.certain}
    _add_ownership(views, holdings, kinds, listed)
    if rulebook.knows_attribute("Advertiser", POSSIBLE_SHARE):
        _add_possible_shares(views, holdings, kinds, listed)
    reached = _designations(seen, ties, rulebook) if rulebook.shares else {}
    for regime in dict.fromkeys(each.regime for each in rulebook.shares):
        chosen = regime.rule or rule
        own = _of_regime(holders, reached, regime)
        if own:
            again = holdings if (own, chosen) == (holders, rule) else held_by(own, chosen)
            _add_regime(views, again, kinds, regime, strict=_chosen(chosen).strict)
    return views, tuple(f"{company}: its known shares add up to more than 101 %" for company in holdings.overfull)


def _chosen(rule: RuleName | OwnershipRule) -> OwnershipRule:
    return RULES[rule] if isinstance(rule, str) else rule


def _designations(
    seen: Mapping[PartyKey, ScreenedParty], ties: ListRelations, rulebook: Rulebook
) -> dict[tuple[str, str], frozenset[str]]:
    """Return by (list, entry) the designations that reach to what the entry owns, and those that they are in."""
    entities = {(n.finding.list, n.finding.entity_id): n.entity for each in seen.values() for n in each.noticed}
    return {
        key: frozenset[str]().union(
            *(
                rulebook.within(name)
                for name, counts in rulebook.designation_for(key[0], entity.values("program"))
                if counts
            )
        )
        for key, entity in (entities | ties.entities).items()
    }


def _of_regime(
    holders: Mapping[str, Holder], reached: Mapping[tuple[str, str], frozenset[str]], regime: Regime
) -> dict[str, Holder]:
    """Return the holders that are under a regime's designation, each with the findings that put it there."""
    found: dict[str, Holder] = {}
    for party, holder in holders.items():
        own = tuple(
            each for each in holder.findings if regime.designation in reached.get((each.list, each.entity_id), ())
        )
        if own:
            found[party] = Holder(any(each.certain for each in own), own)
    return found


def _add_regime(
    views: dict[str, PartyFacts], holdings: Holdings, kinds: Mapping[str, PartyKind], regime: Regime, *, strict: bool
) -> None:
    """Add what one regime's parties hold of each party.

    INVARIANT: a rule that asks for half or more reads a share rounded down; one that asks for more than half reads
    a share rounded up. Neither rounding lifts a company over its threshold or keeps it below.
    """
    found = {each.party_id: each for each in holdings.about(kinds) if each.kind in _BY_SHARES}
    for party_id in filter(holdings.__contains__, kinds):
        stake = holdings[party_id]
        if stake.low:
            finding = found.get(party_id) or _below_the_rule(party_id, stake, kinds[party_id])
            share_bp = -(-stake.low // 100) if strict else stake.low // 100
            views.setdefault(party_id, PartyFacts()).regimes[regime] = RegimeHoldings(share_bp, [finding])


class _Outlets:
    """Which parties look like news outlets themselves; looked up only for those that bear the name of one."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def _parties(self) -> Mapping[str, Payer]:
        return {party.id: party for party in parties_of(self._tables).values()}

    @cached_property
    def _campaigns(self) -> Mapping[str, list[Campaign]]:
        return grouped((campaign.advertiser_id, campaign) for campaign in self._tables.campaigns)

    def __contains__(self, party_id: object) -> bool:
        party = self._parties.get(str(party_id))
        return party is None or looks_like_an_outlet(party, self._campaigns.get(party.id, []))


def _match_designation(finding: Finding, rulebook: Rulebook, outlets: _Outlets) -> str:
    """Return the designation of a match that is not certain.

    INVARIANT: a rulebook that does not know the weaker ones treats every match alike, as a possible one.
    """
    if finding.strength != "name_only":
        return POSSIBLE_MATCH
    named = NAME_ONLY
    if finding.kind == "state_media":
        named = NAME_ONLY_OUTLET if finding.party_id in outlets else NAME_ONLY_OTHER
    return named if named in rulebook.designations else POSSIBLE_MATCH


def _from_matches(
    noticed: Iterable[CountedFinding], rulebook: Rulebook, outlets: _Outlets, stated: MediaControl | None
) -> PartyFacts:
    view = PartyFacts()
    codes: list[str] = []
    for finding, entity in ((each.finding, each.entity) for each in noticed):
        view.findings.append(finding)
        if finding.kind not in ("listed", "state_media"):
            continue
        if not finding.certain:
            view.belongs_to(_match_designation(finding, rulebook, outlets), finding)
            continue
        for designation, _ in rulebook.designation_for(finding.list, entity.values("program")):
            view.belongs_to(designation, finding)
        if finding.kind == "state_media":
            codes.extend(entity.values("controlTypology"))
            view.media_findings.append(finding)
    view.media = media_record(codes, stated)
    return view


def _is_counted(noticed: CountedFinding, rulebook: Rulebook) -> bool:
    """Return whether the party's holdings count: an entry of a list whose designation reaches to what it owns."""
    programs = noticed.entity.values("program")
    return noticed.finding.kind == "listed" and any(
        counts for _, counts in rulebook.designation_for(noticed.finding.list, programs)
    )


def _add_ownership(
    views: dict[str, PartyFacts], holdings: Holdings, kinds: Mapping[str, PartyKind], listed: Collection[str]
) -> None:
    """Add to the views what is owned and controlled; nobody asks for a party that no table knows.

    Who is `listed` for certain is no possible match besides: what only may be is shown.
    """
    found = holdings.about(kinds)
    caught = {finding.party_id for finding in found if finding.kind in _BY_SHARES}
    for party_id in filter(holdings.__contains__, kinds):
        stake, view = holdings[party_id], views.setdefault(party_id, PartyFacts())
        view.share = stake.low
        if party_id not in caught and stake.low:
            view.share_findings.append(_below_the_rule(party_id, stake, kinds[party_id]))
    for finding in found:
        view = views.setdefault(finding.party_id, PartyFacts())
        view.findings.append(finding)
        match finding.kind:
            case "owned_by_listed":
                view.share_findings.append(finding)
            case "controlled_by_listed" if holdings.control[finding.party_id] and finding.certain:
                view.control_findings.append(finding)
            case _:
                if finding.party_id not in listed:
                    view.belongs_to(POSSIBLE_MATCH, finding)
                if finding.kind == "possibly_owned_by_listed" and finding.low:
                    view.share_findings.append(finding)


def _add_possible_shares(
    views: dict[str, PartyFacts], holdings: Holdings, kinds: Mapping[str, PartyKind], listed: Collection[str]
) -> None:
    """Add to the views of advertisers what listed owners may hold below the rule's threshold, beyond what is known.

    From the threshold on it is a possible match, which `_add_ownership` adds.
    """
    for party_id in holdings:
        if kinds.get(party_id) == "advertiser" and party_id not in listed:
            views.setdefault(party_id, PartyFacts()).possible_share = holdings.possible_minority(party_id)


def _below_the_rule(party_id: str, stake: Stake, kind: PartyKind) -> Finding:
    """Return a `recorded` finding of a share below the rule's threshold, with the owners' matches as sources."""
    return Finding(
        party_kind=kind,
        party_id=party_id,
        kind="recorded",
        score=1.0,
        certain=True,
        because=stake.because,
        path=ids_of(stake.shortest),
        way=stake.shortest,
        heaviest=stake.heaviest if stake.heaviest != stake.shortest else (),
        low=stake.low,
        high=stake.high,
        sources=stake.sources,
    )

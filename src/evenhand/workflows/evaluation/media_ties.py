"""Clients that an outlet under the control of a state owns or pays for: a person is asked whether its entry counts.

Each is a match of kind `state_media` that is not certain, so that it holds, is a question of its own and is settled by
a judgement like any other. Why: choice 94.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace as replaced

from evenhand.intake import Tables
from evenhand.model.campaign import CampaignStatus
from evenhand.model.finding import MEDIA_OWNER, MEDIA_PAYER, Comparison, Finding
from evenhand.model.network import Settings
from evenhand.model.party import Advertiser
from evenhand.screening import Holder, ownership_findings
from evenhand.workflows.evaluation.confirmed_facts import lay_over
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.judged_findings import MATCHES, apply_judgements
from evenhand.workflows.evaluation.media_control import outlet_control
from evenhand.workflows.evaluation.namesake_owners import namesake_lines
from evenhand.workflows.evaluation.outlet_signs import may_be_news
from evenhand.workflows.evaluation.run_context import grouped

_HELD = frozenset({"owned_by_listed", "possibly_owned_by_listed", "controlled_by_listed"})
_WEAK = frozenset({"name_only"})
Outlets = Mapping[str, CountedFinding]


def with_media_ties(
    memory: FindingsMemory, history: History, tables: Tables, settings: Settings, at: datetime
) -> FindingsMemory:
    """Return what screening saw, with the ties of today in place of those of an earlier run.

    An outlet is who matches an entry for certain, or did until its own row was changed, after what people judged,
    under control of a state and not exempt.
    Reached are advertisers that it owns or may own by the network's ownership rule, or controls, if they may be in news
    themselves; and those for which it, or a company of which that is so, pays. Cost: O(parties); where there is an
    outlet, that of the ownership rule.
    """
    changed = {
        key: _without_ties(party)
        for key, party in memory.seen.items()
        if any(each.finding.is_media_tie for each in party.noticed)
    }
    bare = _with(memory, changed)
    outlets = _outlets(apply_judgements(bare, history.judgements)[0], tables)
    if not outlets:
        return bare
    counted, _ = lay_over(tables, history.confirmed, at.astimezone(settings.zone).date())
    held = _held(counted, outlets, settings, at, {party_id: kind for kind, party_id in bare.seen})
    campaigns = grouped((each.advertiser_id, each) for each in counted.campaigns)
    for advertiser in counted.advertisers:
        key: PartyKey = ("advertiser", advertiser.id)
        if advertiser.id in outlets or key not in bare.seen:
            continue
        own = campaigns.get(advertiser.id, [])
        payers = [advertiser.payer_id, *(each.payer_id for each in own if each.status is not CampaignStatus.ENDED)]
        owned = held.get(advertiser.id)
        ties = list(_ties(advertiser, payers, outlets, held, owned if owned and may_be_news(advertiser, own) else None))
        if ties:
            changed[key] = _with_ties(bare.seen[key], ties)
    return _with(bare, changed)


def _with(memory: FindingsMemory, changed: Mapping[PartyKey, ScreenedParty]) -> FindingsMemory:
    """Return a memory in which these parties are others; the same one where there is none."""
    return FindingsMemory(memory.scorer, memory.versions, {**memory.seen, **changed}) if changed else memory


def _outlets(memory: FindingsMemory, tables: Tables) -> dict[str, CountedFinding]:
    """Return by party a certain match of each outlet that counts as under the control of a state."""
    stated = {each.id: each.media for each in tables.advertisers if each.media is not None}
    found = {}
    for (_, party_id), party in memory.seen.items():
        media = [each for each in party.noticed if each.finding.kind == "state_media"]
        certain = [each for each in media if each.finding.certain or each.finding.was_certain]
        codes = [code for each in certain for code in each.entity.values("controlTypology")]
        control = outlet_control(codes, stated.get(party_id)) if certain else None
        if control is not None and control.is_of_a_state:
            found[party_id] = certain[0]
    return found


def _held(
    tables: Tables, outlets: Outlets, settings: Settings, at: datetime, kinds: Mapping[str, str]
) -> dict[str, Finding]:
    """Return by party what says that an outlet owns, may own or controls it."""
    shares = (*tables.ownership, *namesake_lines(tables))
    if not any(row.owner in outlets for row in shares):
        return {}
    holders = {party_id: Holder(certain=True, findings=(each.finding,)) for party_id, each in outlets.items()}
    names = {each.id: each.name for each in (*tables.payers, *tables.advertisers)}
    day, sha256 = at.astimezone(settings.zone).date(), tables.hashes.get("ownership", "")
    found: dict[str, Finding] = {}
    for each in ownership_findings(shares, holders, settings.ownership.rule, day, sha256, names=names).about(kinds):
        if each.kind in _HELD:
            found.setdefault(each.party_id, each)
    return found


def _ties(
    advertiser: Advertiser, payers: Iterable[str], outlets: Outlets, held: Mapping[str, Finding], owned: Finding | None
) -> Iterator[CountedFinding]:
    if owned is not None:
        yield _tie(advertiser, outlets[owned.path[-1]], MEDIA_OWNER, owned.path[-1], owned)
    for payer in dict.fromkeys(payers):
        if payer in outlets:
            yield _tie(advertiser, outlets[payer], MEDIA_PAYER, payer, None)
        elif payer != advertiser.id and (holding := held.get(payer)):
            yield _tie(advertiser, outlets[holding.path[-1]], MEDIA_PAYER, payer, holding)


def _tie(advertiser: Advertiser, outlet: CountedFinding, name: str, who: str, owned: Finding | None) -> CountedFinding:
    """Return the tie of an advertiser to an outlet that owns it, or of which the payer `who` is or is `owned`."""
    entry, match = outlet.entity, outlet.finding
    way = owned.path if owned is not None else (who,)
    ground = Comparison(
        name=name, ours=who, theirs=entry.caption or entry.id, similarity=1.0, weight=0.0, effect="for",
    )  # fmt: skip
    grounds = owned.because if owned is not None else ()
    return CountedFinding(
        Finding(
            party_kind="advertiser",
            party_id=advertiser.id,
            kind="state_media",
            list=match.list,
            entity_id=match.entity_id,
            score=0.0,  # nothing of the two is compared
            certain=False,
            because=(ground, *grounds),
            path=way if way[0] == advertiser.id else (advertiser.id, *way),
            way=owned.way if owned is not None else (),
            heaviest=owned.heaviest if owned is not None else (),
            low=owned.low if owned is not None else 0,
            high=owned.high if owned is not None else 0,
            sources=tuple(dict.fromkeys((*match.sources, *(owned.sources if owned is not None else ())))),
        ),
        entry,
    )


def _with_ties(party: ScreenedParty, ties: Iterable[CountedFinding]) -> ScreenedParty:
    """Return a party with its ties; a pair is one question, so that what holds already stays as it is.

    INVARIANT: a weaker match of the same pair goes into the tie whole, so that `_without_ties` gives it back.
    """
    noticed = {_pair(each.finding): each for each in party.noticed if each.finding.kind in MATCHES}
    rest = [each for each in party.noticed if each.finding.kind not in MATCHES]
    for tie in ties:
        known = noticed.get(_pair(tie.finding))
        if known is None:
            noticed[_pair(tie.finding)] = tie
        elif not known.finding.path and _is_weak(known.finding):
            because = (*tie.finding.because, *known.finding.because)
            whole = replaced(tie.finding, because=because, score=known.finding.score)
            noticed[_pair(tie.finding)] = CountedFinding(whole, known.entity)
    return replaced(party, noticed=(*noticed.values(), *rest))


def _is_weak(finding: Finding) -> bool:
    """Return whether a match of the pair holds nobody by itself."""
    return finding.kind == "lookalike_domain" or finding.strength in _WEAK


def _without_ties(party: ScreenedParty) -> ScreenedParty:
    """Return a party as screening saw it."""
    return replaced(party, noticed=tuple(filter(None, map(_as_screened, party.noticed))))


def _as_screened(noticed: CountedFinding) -> CountedFinding | None:
    """Return a match without the tie that was laid over it; None of a tie alone."""
    finding = noticed.finding
    if not finding.is_media_tie:
        return noticed
    end = next((place for place, each in enumerate(finding.because) if _is_screened(each)), None)
    if end is None:
        return None
    because = finding.because[end:]
    looks = all(each.name != "name.whole_only" for each in because)
    match = replaced(
        finding, kind="lookalike_domain" if looks else "state_media", name_only=not looks, because=because, path=(),
        way=(), heaviest=(), low=0, high=0, sources=finding.sources[:1],
    )  # fmt: skip
    return CountedFinding(match, noticed.entity)


def _is_screened(comparison: Comparison) -> bool:
    """Return whether a comparison is one of names, numbers and websites, and none of a tie."""
    return not comparison.name.startswith(("media.", "ownership."))


def _pair(finding: Finding) -> tuple[str, str]:
    return finding.list, finding.entity_id

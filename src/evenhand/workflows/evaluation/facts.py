"""Who fills which attribute of the schema: one party, payer or campaign as a Cedar entity (`pipeline.md` §5)."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from evenhand.model.campaign import Campaign, Vote
from evenhand.model.facts import Facts
from evenhand.model.party import Advertiser, Payer
from evenhand.workflows.evaluation.run_context import NO_FINDINGS, POSSIBLE_SHARE, PartyFacts, RunContext
from evenhand.workflows.evaluation.sponsor_ties import country_of, sponsor_ties

Json = dict[str, Any]

CONTENT_KIND = "ContentKind"
"""The entity type whose ids are kinds of content, in every schema."""

# The attribute of a party whose row was rejected, with a reference to what no schema knows: it is among what rules
# read, so that a ruling from before does not count for it. No identifier of Cedar has blanks.
NOT_SCREENED = "not screened: row rejected"

_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr", "CJK": "Hani",
    "HIRAGANA": "Hira", "KATAKANA": "Kana", "HANGUL": "Hang", "DEVANAGARI": "Deva", "BENGALI": "Beng", "THAI": "Thai",
    "TAMIL": "Taml", "TELUGU": "Telu", "ARMENIAN": "Armn", "GEORGIAN": "Geor", "ETHIOPIC": "Ethi", "KHMER": "Khmr",
    "MYANMAR": "Mymr", "SINHALA": "Sinh", "LAO": "Laoo", "TIBETAN": "Tibt", "MONGOLIAN": "Mong", "GURMUKHI": "Guru",
}  # fmt: skip


def advertiser_entity(run_context: RunContext, advertiser: Advertiser) -> Json:
    """Return the Advertiser entity; what nothing fills yet has the schema's neutral value."""
    view = run_context.view(advertiser.id)
    campaigns = run_context.campaigns.get(advertiser.id, ())
    owners = run_context.owners.get(advertiser.id, ())
    attributes: Json = {
        "country": advertiser.country,
        "owner_countries": sorted({country for row in owners if (country := country_of(row, run_context.countries))}),
        "languages": languages(run_context, advertiser),
        "scripts": scripts((advertiser.name, *advertiser.aliases)),
        "spend_micros": sum(campaign.spent_micros for campaign in campaigns),
        "verification": int(advertiser.verification.level_on(run_context.day)),
        "first_seen": _extension("datetime", first_seen(run_context, advertiser)),
        "designated_share_bp": view.share // 100,
        "designated_control": bool(view.control_findings),
        "association": _association(view) if view is not NO_FINDINGS else _NO_ASSOCIATION,
        "evidence": _evidence(view) if view is not NO_FINDINGS else _NO_EVIDENCE,
        "circumvention_confirmed": bool(advertiser.circumvention_confirmed_by),
    } | _sponsor_ties(run_context, advertiser)
    if view.media is not None:
        attributes["media"] = view.media
    if view.possible_share is not None:
        attributes[POSSIBLE_SHARE] = view.possible_share.high // 100
    _add_regime_shares(run_context, "Advertiser", view, attributes)
    return _entity("Advertiser", advertiser.id, attributes | _not_screened(run_context, advertiser), view.parents)


def languages(run_context: RunContext, advertiser: Advertiser) -> list[str]:
    """Return the languages of an advertiser and of its creatives, sorted."""
    return sorted({*advertiser.languages, *run_context.creative_languages.get(advertiser.id, ())})


def _association(view: PartyFacts) -> Json:
    """Return with how many advertisers it acts as one, and how many links to listed parties are on record."""
    return {
        "cluster_size": view.cluster_size,
        # Rounded down: a rule's threshold is never reached by rounding.
        "similarity": _extension("decimal", f"{int(view.similarity * 10_000) / 10_000:.4f}"),
        "listed_links": sum(finding.kind == "acts_for_listed" for finding in view.findings),
    }


def _evidence(view: PartyFacts) -> Json:
    """Return what confirmed claims that a person linked to the party come to; nothing where there are none."""
    return {
        "named_sources": view.tally.named_sources,
        "official_documents": view.tally.official_documents,
        "anonymous_sources": view.tally.anonymous_sources,
        "denied": view.tally.denials > 0,
    }


def payer_entity(run_context: RunContext, payer: Payer) -> Json:
    """Return the Payer entity of a payer, or of an advertiser that pays itself."""
    view = run_context.view(payer.id)
    attributes: Json = {
        "country": payer.country,
        "verification": int(payer.verification.level_on(run_context.day)),
        "designated_share_bp": view.share // 100,
    }
    _add_regime_shares(run_context, "Payer", view, attributes)
    return _entity("Payer", payer.id, attributes | _not_screened(run_context, payer), view.parents)


def _not_screened(run_context: RunContext, party: Payer) -> Json:
    """Return what no schema has, for a party whose row was rejected: every rulebook holds what does not fit it.

    So it is for a party with an owner whom nobody can screen, unless something speaks against it: then rules apply,
    which may refuse.
    """
    view = run_context.view(party.id)
    is_clean = not (view.parents or view.share or view.control_findings)
    if party.id in run_context.tables.unscreened or (is_clean and party.id in run_context.tables.ownerless):
        return {NOT_SCREENED: reference("Row", "rejected")}
    return {}


def is_rejected(facts: Facts) -> bool:
    """Return whether facts are of a party whose row was rejected, or who pays has such a row: they fit no schema."""
    return any(NOT_SCREENED in each.attrs for each in facts.entities)


def bound_by(run_context: RunContext, action: str) -> Json:
    """Return the places whose law binds the network as part of the context, if the schema has them there."""
    return {"bound_by": list(run_context.bound_by)} if run_context.knows_bound_by(action) else {}


def campaign_entity(campaign: Campaign) -> Json:
    """Return the Campaign entity."""
    return _entity("Campaign", campaign.id, {
        "content": content_kinds(campaign.content),
        "landing_host": campaign.landing_host,
        "budget_micros": campaign.budget_micros,
    })  # fmt: skip


def plain_entity(kind: str, entity_id: str, attributes: Json) -> Json:
    """Return an entity without parents, such as the empty resource of a standing request."""
    return _entity(kind, entity_id, attributes)


def designations_above(run_context: RunContext, *entities: Json) -> list[Json]:
    """Return the Designation entities above these, without double ones, by id."""
    known = run_context.rulebook.designations
    above: dict[str, Json] = {}
    waiting = [parent["id"] for entity in entities for parent in entity["parents"]]
    while waiting:
        name = waiting.pop()
        if name not in above and name in known:
            entity = known[name]
            parents = [parent.id for parent in entity.parents]
            above[name] = _entity("Designation", name, entity.attrs, parents)
            waiting.extend(parents)
    return [above[name] for name in sorted(above)]


def instant(at: datetime) -> Json:
    """Return an instant as Cedar JSON, in UTC to the second."""
    return _extension("datetime", _instant_text(at))


@lru_cache(maxsize=16)  # every request of a run has the same
def _instant_text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def vote_record(vote: Vote) -> Json:
    """Return a vote as the schema's record."""
    return {
        "union_wide_rules": vote.union_wide_rules,
        "window_opens": instant(vote.window_opens),
        "closes": instant(vote.closes),
    }


def reference(kind: str, entity_id: str) -> Json:
    """Return a reference to an entity as Cedar JSON."""
    return {"__entity": {"type": kind, "id": entity_id}}


def content_kinds(names: Iterable[str]) -> list[Json]:
    """Return content kinds as enum references, sorted."""
    return list(_content_kinds(tuple(names)))


@lru_cache(maxsize=1 << 10)  # campaigns have few combinations
def _content_kinds(names: tuple[str, ...]) -> tuple[Json, ...]:
    return tuple(reference(CONTENT_KIND, name) for name in sorted(set(names)))


def scripts(names: Sequence[str]) -> list[str]:
    """Return the ISO 15924 codes of the scripts the letters of these names belong to, sorted.

    >>> scripts(["Тест TV"])
    ['Cyrl', 'Latn']
    """
    if all(map(str.isascii, names)):  # letters of ASCII are Latin: most names need no look at each
        return ["Latn"] if any(name.upper() != name.lower() for name in names) else []
    letters = {letter for name in names for letter in name if letter.isalpha()}
    return sorted({_script_of(letter) for letter in letters})


def first_seen(run_context: RunContext, advertiser: Advertiser) -> str:
    """Return the day the advertiser was first seen: the table's, else its first decision's, else today's."""
    return (advertiser.first_seen or run_context.since.get(advertiser.id, run_context.day)).isoformat()


def _add_regime_shares(run_context: RunContext, kind: str, view: PartyFacts, attributes: Json) -> None:
    """Add the share of each regime that the schema asks for (`@share_of`); a schema without them gets none."""
    neutral = run_context.neutral_shares[kind]
    if not view.regimes and neutral.keys().isdisjoint(attributes):
        attributes |= neutral
        return
    for each in run_context.rulebook.shares:
        if each.entity == kind:
            held = view.regimes.get(each.regime)
            each.put(attributes, held.share_bp if held is not None else 0)


@lru_cache(maxsize=1 << 12)
def _script_of(letter: str) -> str:
    return _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], "Zzzz")


def _entity(kind: str, entity_id: str, attributes: Json, parents: Collection[str] = ()) -> Json:
    return {
        "uid": {"type": kind, "id": entity_id},
        "attrs": attributes,
        "parents": [{"type": "Designation", "id": parent} for parent in sorted(parents)] if parents else [],
    }


def _extension(function: str, argument: str) -> Json:
    return {"__extn": {"fn": function, "arg": argument}}


def _sponsor_ties(run_context: RunContext, advertiser: Advertiser) -> Json:
    controlled = run_context.controlled_from_outside if run_context.tables.ownership else {}
    return sponsor_ties(advertiser, run_context.in_union, controlled, run_context.may_lack)


# Most parties have none: what is said of them is the same record over and over.
_NO_ASSOCIATION, _NO_EVIDENCE = _association(NO_FINDINGS), _evidence(NO_FINDINGS)

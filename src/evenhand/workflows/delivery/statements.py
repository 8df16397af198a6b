"""The statement of reasons of each decision other than allow: its leaf, and the case it is made from."""

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import replace

from evenhand.model.decision import Decision
from evenhand.model.evidence import QuotedClaim
from evenhand.model.finding import Finding, further_entries
from evenhand.model.listing import ListedEntity
from evenhand.model.log import LogRecord
from evenhand.model.outcome import Outcome
from evenhand.model.party import Payer
from evenhand.model.record import canonical
from evenhand.model.statement import Case, StatementOfReasons
from evenhand.reasons import letter, statement_of_reasons
from evenhand.workflows.evaluation.consequences import campaign_stops
from evenhand.workflows.evaluation.laws import laws_of
from evenhand.workflows.evaluation.run_context import RunContext


def statement_record(
    run_context: RunContext,
    decision: Decision,
    rulebook: str,
    lists: str,
    told_by: date | None = None,
    ends: Mapping[Outcome, datetime] = MappingProxyType({}),
) -> LogRecord:
    """Return the leaf to append right after a decision's: the reasons record and the hash of its notice.

    `told_by` is the day by which the letter of the decision before goes out, None where there was none; `ends` are
    those of `RestrictionEnds`.
    """
    case = replace(case_of(run_context, decision), told_by=told_by, ends=dict(ends))
    statement = statement_of_reasons(decision, case)
    payload: dict[str, Any] = msgspec.to_builtins(statement)
    del payload["entry"]  # known only once it is appended
    payload["notice_sha256"] = letter(statement, statement.language).sha256
    return LogRecord(
        kind="statement",
        payload=canonical(payload),
        subject=decision.party.id,
        key=statement.id,
        rulebook=rulebook,
        lists=lists,
    )


def statement_of(payload: bytes) -> StatementOfReasons:
    """Return the reasons record that a leaf's payload holds."""
    raw: dict[str, Any] = msgspec.json.decode(payload)
    del raw["notice_sha256"]
    return msgspec.convert(raw, StatementOfReasons)


def case_of(run_context: RunContext, decision: Decision) -> Case:
    """Return the case that a decision's statement of reasons is filled from."""
    party = run_context.payers[decision.party.id]
    campaigns = {each.id: each for each in run_context.campaigns.get(party.id, ())}
    touched = {planned.id for planned in decision.plan.campaigns} | {decision.scope.removeprefix("campaign:")}
    entities = {
        entity.id: entity for finding in decision.findings if (entity := run_context.entity_of(finding)) is not None
    }
    ends = {end for finding in decision.findings for end in further_entries(finding)}
    further = {f"{key}#{name}": entity for key, name in ends if (entity := run_context.entry(key, name)) is not None}
    ids = sorted({party.id} | {each for finding in decision.findings for each in ids_in(finding)})
    people = [known for each in ids if (known := run_context.payers.get(each) or run_context.third_parties.get(each))]
    links = [link for finding in decision.findings for link in (*finding.way, *finding.heaviest)]
    between = {link.owner: link.owner_name for link in links if link.owner.startswith("list:")}
    stated = {each: entity for each in ids if (entity := _stated(run_context, each)) is not None}
    listed = {each for finding in decision.findings for each in _listed_persons(finding, entities)}
    persons = _persons(run_context, people, listed, (*entities.values(), *further.values(), *stated.values()))
    return Case(
        party=party,
        rules=tuple(run_context.rulebook.rules[name] for name in (*decision.reasons, *decision.errors)),
        entities=entities,
        further=further,
        lists=dict(run_context.versions),
        campaigns={key: campaign for key, campaign in campaigns.items() if key in touched},
        names=between
        | {key: entity.caption for key, entity in stated.items()}
        | {each.id: each.name for each in people},
        persons=tuple(sorted(persons)),
        laws=laws_of(run_context, decision),
        settings=run_context.settings.reasons,
        zone=run_context.settings.network.zone,
        informed=run_context.day,
        object_on=_object_on(run_context, decision, party),
        claims=_claims(run_context, decision),
        campaign_stops=campaign_stops(run_context, decision.party.kind, party.id, decision.scope),
    )


def _claims(run_context: RunContext, decision: Decision) -> dict[str, QuotedClaim]:
    """Return the claims that the findings of a decision rest on; one that is not at hand is refused by the renderer."""
    named = (source.removeprefix("claim:") for each in decision.findings for source in each.sources
             if source.startswith("claim:"))  # fmt: skip
    return {each: run_context.quoted[each] for each in named if each in run_context.quoted}


def ids_in(finding: Finding) -> Iterator[str]:
    """Yield the ids of everybody whom a finding is about, leads over or compares holdings of."""
    yield finding.party_id
    yield from finding.path
    for link in (*finding.way, *finding.heaviest):
        yield from (link.owned, link.owner)
    for each in finding.because:
        if each.name.startswith("ownership.") and each.name != "ownership.stated":
            yield each.theirs
            yield from (who.partition(": ")[0].partition(" (")[0] for who in each.ours.split(" < "))


def _stated(run_context: RunContext, owner: str) -> ListedEntity | None:
    """Return the entry of a list that is an owner because the list says so, `list:<key>#<id>`."""
    key, _, entity_id = owner.removeprefix("list:").partition("#")
    return run_context.stated.get((key, entity_id))


def _persons(
    run_context: RunContext, parties: Iterable[Payer], listed: Set[str], entities: Iterable[ListedEntity]
) -> set[str]:
    people = (party for party in parties if party.id in listed or _is_person(run_context, party))
    own = {name for party in people for name in (party.name, *party.aliases)}
    return own | {entity.caption for entity in entities if entity.schema == "Person"}


def _is_person(run_context: RunContext, party: Payer) -> bool:
    """Return whether a party is a natural person; an owner with only a name is one if it looks like a listed one."""
    seen = run_context.seen.get(("owner", party.id)) if party.id in run_context.third_parties else None
    return party.schema == "Person" or any(each.entity.schema == "Person" for each in (seen.noticed if seen else ()))


def _listed_persons(finding: Finding, entities: Mapping[str, ListedEntity]) -> Iterator[str]:
    """Yield the id of whom a finding says to be a listed person, whatever the row says: the party itself or its owner.

    A party that merely resembles one is none yet; an owner may be one, and no public text names it then.
    """
    entity = entities.get(finding.entity_id)
    if entity is not None and entity.schema == "Person" and (finding.certain or finding.path):
        yield finding.path[-1] if finding.path else finding.party_id


def _object_on(run_context: RunContext, decision: Decision, party: Payer) -> date | None:
    """Return when the account or the order began: first_seen, or a campaign's first day."""
    advertiser = run_context.advertisers.get(party.id)
    campaigns = {f"campaign:{each.id}": each.starts for each in run_context.campaigns.get(party.id, ())}
    if decision.scope in campaigns:
        return campaigns[decision.scope]
    return advertiser.first_seen if advertiser is not None else None

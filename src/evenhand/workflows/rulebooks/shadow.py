"""A second rulebook beside the one in force, over the network's recorded facts: who would be decided otherwise?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import msgspec

from evenhand.model.facts import Entity, Facts
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook
from evenhand.policy.attribute_roles import IDENTITY, protected_classes
from evenhand.policy.rulebook import mapping_changes
from evenhand.store.network import Network
from evenhand.workflows.delivery.gate_conditions import ServeConditions
from evenhand.workflows.delivery.party_names import Names, party_names
from evenhand.workflows.evaluation.confirmations import confirm
from evenhand.workflows.evaluation.facts import instant, is_rejected
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.recorded_decisions import recorded_decisions
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.release import kept_release, last_released, releases_of
from evenhand.workflows.rulebooks.replay import facts_of
from evenhand.workflows.rulebooks.shadow_campaigns import RuledCampaign, facts_under, ruled_campaigns
from evenhand.workflows.rulebooks.shadow_conditions import conditions_under, context_under

_SPEND = "spend_micros"
_facts = msgspec.json.Decoder(Facts).decode


class Flip(Record, frozen=True, kw_only=True):
    """A case that the second rulebook decides otherwise; `spend_micros` is what the party has spent so far.

    `party_name` is its first name in the register of the last run, ``""`` if it is not there. `seq` is the entry of the
    decision, None of a campaign that has none: it runs as its advertiser may buy.
    """

    party_kind: str
    party_id: str
    party_name: str
    scope: str
    seq: int | None
    before: Outcome
    after: Outcome
    rules_gained: tuple[str, ...]
    rules_lost: tuple[str, ...]
    spend_micros: int


class Group(Record, frozen=True, kw_only=True):
    """Those of one value of a protected attribute: how many cases there are, and how many get stricter or milder."""

    attribute: str
    value: str
    cases: int
    stricter: int
    milder: int


class Shadow(Record, frozen=True, kw_only=True):
    """What a second rulebook would change at an instant; nothing of it is enforced.

    `table` counts cases by outcome in force and outcome under the second, those without change too. `flips` are
    complete, the largest change first, then the most spent; each was confirmed by Cedar. Campaigns that no decision is
    about are cases like others; where nothing knows them, `is_without_campaigns`. `later` are by id the days from which
    rules hold that do not hold yet at that instant: nobody was ruled by them. `groups` are by protected
    class. `routed` cases were ruled by Cedar alone. `unfit` cases have facts that the second rulebook's schema does not
    take, and would be held for that; `misfits` says how the first of them does not fit. `rejected` cases are of rows
    that were rejected: no rulebook takes them, and they stay on hold. `held_at_gate` says for which
    rules the gate would hold bids, and of how many advertisers, since a bid does not tell what the rule asks.
    """

    rulebook: str
    at: datetime
    cases: int
    table: dict[str, dict[str, int]]
    flips: tuple[Flip, ...]
    groups: dict[str, tuple[Group, ...]]
    routed: int
    unfit: int
    misfits: tuple[str, ...]
    is_without_campaigns: bool = False
    later: dict[str, str] = {}
    held_at_gate: tuple[str, ...] = ()
    rejected: int = 0


def shadow(network: Network, other: Rulebook, at: datetime, progress: Progress) -> Shadow:
    """Return who would flip, were `other` in force at `at` over the facts of the decisions in force then.

    No notice counts: an outcome is that of the day on which it takes effect. Campaigns that are allowed as their
    advertiser is have no decision; their facts are made of what the last run read. So are those of everybody where
    lists or places mean something else under `other`.

    Raises:
        NotFound: there is no ledger, or what the last run read is lost and lists mean something else.
        RulebookInvalid: the rulebook that was released last was not kept.
        TableUnreadable: the table of votes cannot be read.
        ProposalDisagrees: SQL and Cedar rule a flip differently.
    """
    from evenhand.policy.sql import Proposer  # noqa: PLC0415  sqlglot: 15 MB that a console seldom needs

    at = at.astimezone(UTC)
    history, known = recorded(network)
    standing, facts = _in_force(history, known, at)
    if _is_mapped_otherwise(network, other):
        made = facts_under(network, other, at)
        keys = [(each.party_kind, each.party_id, each.scope) for each in standing]
        facts = [_facts(made[key]) if key in made else each for key, each in zip(keys, facts, strict=True)]
    known |= {each.seq: about for each, about in zip(standing, facts, strict=True)}
    progress("ruling", 0, len(facts))
    proposed = Proposer(other).propose(facts)
    progress("ruling", len(facts), len(facts))
    changed = [place for place, each in enumerate(standing) if each.outcome is not proposed.rulings[place].outcome]
    confirm([proposed.rulings[place] for place in changed], [facts[place] for place in changed], other)
    campaigns = ruled_campaigns(network, other, at, progress)
    ruled = campaigns or []
    held = [each for each, ruling in zip(facts, proposed.rulings, strict=True) if ruling.decision == "nodecision"]
    held += [each.facts for each in ruled if each.ruling.decision == "nodecision"]
    unfit = [each for each in held if not is_rejected(each)]
    moved = [each for each in ruled if each.is_changed]
    names = party_names(network) if changed or moved else {}
    flips = [_flip(standing[place], proposed.rulings[place], facts[place], names) for place in changed]
    flips += [_campaign_flip(each, names) for each in moved]
    table = Counter((each.outcome, ruling.outcome) for each, ruling in zip(standing, proposed.rulings, strict=True))
    table.update((each.before, each.after) for each in ruled)
    return Shadow(
        rulebook=f"sha256:{other.sha256}",
        at=at,
        cases=len(standing) + len(ruled),
        table={before: {after: table[before, after] for after in Outcome} for before in Outcome},
        flips=tuple(sorted(flips, key=_order)),
        groups=_groups(chain(_moves(standing, proposed.rulings, facts), _campaign_moves(ruled)), other),
        routed=len(proposed.routed),
        unfit=len(unfit),
        misfits=other.misfits(unfit[0]) if unfit else (),
        is_without_campaigns=campaigns is None,
        later=_later(other, at),
        rejected=len(held) - len(unfit),
        held_at_gate=_held_at_gate(network, other, at, history, known),
    )


def _is_mapped_otherwise(network: Network, other: Rulebook) -> bool:
    """Return whether lists, places or hosts mean something else under a rulebook than under what was released last."""
    with read_ledger(network.ledger) as ledger:
        before = last_released(ledger)
        mapping = None if before is None else releases_of(ledger, before)[-1].mapping_files
    if before is None:
        in_force = Rulebook.load(network.rulebook, historic=True)
    else:
        in_force = kept_release(network, before, mapping)
    return bool(mapping_changes(in_force.source, other.source))


def recorded(network: Network) -> tuple[History, dict[int, Facts]]:
    """Return the decisions that stand, and by sequence the facts of each that was not erased.

    Raises:
        NotFound: there is no ledger.
    """
    history, facts = History(), dict[int, Facts]()
    for seq, decision in recorded_decisions(network.ledger):
        if decision is not None:
            history.add(seq, decision)
            facts[seq] = facts_of(decision)
    return history, facts


def _in_force(history: History, facts: Mapping[int, Facts], at: datetime) -> tuple[list[CaseDecision], list[Facts]]:
    """Return the decisions in force, by the order in which their cases were opened, and their facts as of `at`."""
    standing = list(history.all_in_force(at))
    clock = {"at": instant(at)}
    return standing, [
        msgspec.structs.replace(facts[each.seq], context=facts[each.seq].context | clock) for each in standing
    ]


def _held_at_gate(
    network: Network, other: Rulebook, at: datetime, history: History, facts: Mapping[int, Facts]
) -> tuple[str, ...]:
    at_the_gate = ServeConditions(other, at)
    for _ in conditions_under(context_under(network, other, at), at_the_gate, history, facts):
        pass
    return at_the_gate.sentences().held


def _flip(standing: CaseDecision, ruling: Ruling, facts: Facts, names: Names) -> Flip:
    before, after = set(standing.reasons), set(ruling.reasons)
    return Flip(
        party_kind=standing.party_kind,
        party_id=standing.party_id,
        party_name=next(iter(names.get((standing.party_kind, standing.party_id), ())), ""),
        scope=standing.scope,
        seq=standing.seq,
        before=standing.outcome,
        after=ruling.outcome,
        rules_gained=tuple(sorted(after - before)),
        rules_lost=tuple(sorted(before - after)),
        spend_micros=_principal(facts).get(_SPEND, 0),
    )


def _campaign_flip(campaign: RuledCampaign, names: Names) -> Flip:
    before, after = set(campaign.reasons), set(campaign.ruling.reasons)
    party = campaign.request.party
    return Flip(
        party_kind=party.kind,
        party_id=party.id,
        party_name=next(iter(names.get((party.kind, party.id), ())), ""),
        scope=campaign.request.scope,
        seq=None,
        before=campaign.before,
        after=campaign.after,
        rules_gained=tuple(sorted(after - before)),
        rules_lost=tuple(sorted(before - after)),
        spend_micros=_principal(campaign.facts).get(_SPEND, 0),
    )


def _later(rulebook: Rulebook, at: datetime) -> dict[str, str]:
    """Return the rules that hold from a later day on, with that day."""
    days = {rule.id: rule.annotations.get("effective_from", "") for rule in rulebook.rules.values()}
    return {name: day for name, day in sorted(days.items()) if day > f"{at:%Y-%m-%d}"}


def _order(flip: Flip) -> tuple[int, int, str, str]:
    return -abs(flip.after.severity - flip.before.severity), -flip.spend_micros, flip.party_id, flip.scope


def _principal(facts: Facts) -> Mapping[str, Any]:
    return next((entity.attrs for entity in facts.entities if entity.uid == facts.principal), {})


_Move = tuple[Outcome, Outcome, Facts]
"""Of a case the outcome in force, the one under the second rulebook, and its facts."""


def _moves(standing: Sequence[CaseDecision], rulings: Sequence[Ruling], facts: Sequence[Facts]) -> Iterator[_Move]:
    for each, ruling, about in zip(standing, rulings, facts, strict=True):
        yield each.outcome, ruling.outcome, about


def _campaign_moves(ruled: Iterable[RuledCampaign]) -> Iterator[_Move]:
    for each in ruled:
        yield each.before, each.after, each.facts


def _groups(moves: Iterable[_Move], rulebook: Rulebook) -> dict[str, tuple[Group, ...]]:
    """Return the counts by value of each protected attribute of a principal or payer, by class."""
    classes = {name: paths for name, paths in protected_classes(rulebook.schema).items() if name != IDENTITY}
    paths = {path for several in classes.values() for path in several if "." in path}
    counts = {path: (Counter[str](), Counter[str](), Counter[str]()) for path in paths}
    for before, after, about in moves:
        for path, (cases, stricter, milder) in counts.items():
            kind, _, attribute = path.partition(".")
            for value in _values(about.entities, kind, attribute):
                cases[value] += 1
                stricter[value] += after.severity > before.severity
                milder[value] += after.severity < before.severity
    return {
        name: tuple(group for path in several if path in counts for group in _group(path, *counts[path]))
        for name, several in classes.items()
    }


def _group(path: str, cases: Counter[str], stricter: Counter[str], milder: Counter[str]) -> Iterator[Group]:
    for value in sorted(cases):
        yield Group(attribute=path, value=value, cases=cases[value], stricter=stricter[value], milder=milder[value])


def _values(entities: Iterable[Entity], kind: str, attribute: str) -> set[str]:
    """Return what a case's entities of a type have in an attribute, each member of a set by itself."""
    found: set[str] = set()
    for entity in entities:
        if entity.uid.type == kind and attribute in entity.attrs:
            value = entity.attrs[attribute]
            found.update(map(_told, value) if isinstance(value, list) else [_told(value)])
    return found


def _told(value: Any) -> str:
    """Return a value as a group is named; numbers by their power of ten, for hardly two are equal."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"from 10^{len(str(abs(value))) - 1}" if value else "0"
    return str(value)

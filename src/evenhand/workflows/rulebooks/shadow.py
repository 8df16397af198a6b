"""A second rulebook beside the one in force, over the network's recorded facts: who would be decided otherwise?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from evenhand.model.facts import Entity, Facts
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook
from evenhand.policy.attribute_roles import IDENTITY, protected_classes
from evenhand.store.network import Network
from evenhand.workflows.delivery.party_names import Names, party_names
from evenhand.workflows.evaluation.confirmations import confirm
from evenhand.workflows.evaluation.facts import instant
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.recorded_decisions import recorded_decisions
from evenhand.workflows.rulebooks.replay import facts_of

_SPEND = "spend_micros"


class Flip(Record, frozen=True, kw_only=True):
    """A case that the second rulebook decides otherwise; `spend_micros` is what the party has spent so far.

    `party_name` is its first name in the register of the last run, ``""`` if it is not there.
    """

    party_kind: str
    party_id: str
    party_name: str
    scope: str
    seq: int
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
    complete, the largest change first, then the most spent; each was confirmed by Cedar. `groups` are by protected
    class. `routed` cases were ruled by Cedar alone. `unfit` cases have facts that the second rulebook's schema does not
    take, and would be held for that; `misfits` says how the first of them does not fit.
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


def shadow(network: Network, other: Rulebook, at: datetime, progress: Progress) -> Shadow:
    """Return who would flip, were `other` in force at `at` over the facts of the decisions in force then.

    Campaigns that are allowed as their advertiser is have no decision and are not among the cases.

    Raises:
        NotFound: there is no ledger.
        ProposalDisagrees: SQL and Cedar rule a flip differently.
    """
    from evenhand.policy.sql import Proposer  # noqa: PLC0415  sqlglot: 15 MB that a console seldom needs

    at = at.astimezone(UTC)
    standing, facts = _in_force(network, at)
    progress("ruling", 0, len(facts))
    proposed = Proposer(other).propose(facts)
    progress("ruling", len(facts), len(facts))
    changed = [place for place, each in enumerate(standing) if each.outcome is not proposed.rulings[place].outcome]
    confirm([proposed.rulings[place] for place in changed], [facts[place] for place in changed], other)
    unfit = [each for each, ruling in zip(facts, proposed.rulings, strict=True) if ruling.decision == "nodecision"]
    names = party_names(network) if changed else {}
    flips = [_flip(standing[place], proposed.rulings[place], facts[place], names) for place in changed]
    table = Counter((each.outcome, ruling.outcome) for each, ruling in zip(standing, proposed.rulings, strict=True))
    return Shadow(
        rulebook=f"sha256:{other.sha256}",
        at=at,
        cases=len(standing),
        table={before: {after: table[before, after] for after in Outcome} for before in Outcome},
        flips=tuple(sorted(flips, key=_order)),
        groups=_groups(standing, proposed.rulings, facts, other),
        routed=len(proposed.routed),
        unfit=len(unfit),
        misfits=other.misfits(unfit[0]) if unfit else (),
    )


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


def _in_force(network: Network, at: datetime) -> tuple[list[CaseDecision], list[Facts]]:
    """Return the decisions in force, by the order in which their cases were opened, and their facts as of `at`."""
    history, facts = recorded(network)
    standing = list(history.all_in_force(at))
    clock = {"at": instant(at)}
    return standing, [
        msgspec.structs.replace(facts[each.seq], context=facts[each.seq].context | clock) for each in standing
    ]


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


def _order(flip: Flip) -> tuple[int, int, str, str]:
    return -abs(flip.after.severity - flip.before.severity), -flip.spend_micros, flip.party_id, flip.scope


def _principal(facts: Facts) -> Mapping[str, Any]:
    return next((entity.attrs for entity in facts.entities if entity.uid == facts.principal), {})


def _groups(
    standing: Sequence[CaseDecision], rulings: Sequence[Ruling], facts: Sequence[Facts], rulebook: Rulebook
) -> dict[str, tuple[Group, ...]]:
    """Return the counts by value of each protected attribute of a principal or payer, by class."""
    found: dict[str, tuple[Group, ...]] = {}
    for name, paths in protected_classes(rulebook.schema).items():
        if name != IDENTITY:
            found[name] = tuple(
                group for path in paths if "." in path for group in _group(path, standing, rulings, facts)
            )
    return found


def _group(
    path: str, standing: Sequence[CaseDecision], rulings: Sequence[Ruling], facts: Sequence[Facts]
) -> Iterator[Group]:
    cases, stricter, milder = Counter[str](), Counter[str](), Counter[str]()
    kind, _, attribute = path.partition(".")
    for each, ruling, about in zip(standing, rulings, facts, strict=True):
        moved = ruling.outcome.severity - each.outcome.severity
        for value in _values(about.entities, kind, attribute):
            cases[value] += 1
            stricter[value] += moved > 0
            milder[value] += moved < 0
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

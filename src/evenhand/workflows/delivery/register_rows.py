"""The rows of the gate's register: decisions in force, joined with today's names and keys (`pipeline.md` §10)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from evenhand.intake import is_made_id
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import is_shared_host
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser, Keys, Payer
from evenhand.model.political_categories import political_categories
from evenhand.model.program import When
from evenhand.model.register import RegisterHead, RegisterRow
from evenhand.policy import Rulebook
from evenhand.workflows.delivery.campaign_rows import with_campaigns
from evenhand.workflows.delivery.gate_conditions import GateSentences, ServeConditions, advertiser_conditions, beside
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.later_conditions import later_conditions
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.relieved_rows import relieved
from evenhand.workflows.evaluation.decision_stages import next_untold
from evenhand.workflows.evaluation.history import CaseDecision, History, last_in_force
from evenhand.workflows.evaluation.run_context import RunContext, grouped

_OF_LISTS = frozenset(
    {"listed", "owned_by_listed", "possibly_owned_by_listed", "controlled_by_listed", "acts_for_listed"}
)


def register_rows(
    run_context: RunContext, history: History, memory: ConditionMemory
) -> tuple[Iterator[RegisterRow], GateSentences]:
    """Return one row a party of the tables or under a decision, and sentences for the report.

    Each party of the tables has a decision, in force or waiting; one that has none stops the run. The sentences tell
    each rule that the gate holds for because it cannot tell. A key may be several rows' (`settle_keys`).
    Conditions that the `memory` knows are not made again; the rows are the same.
    Cost without them: about 0.1 ms a party where rules read much the same of many, 0.5 ms where each is another
    case to them.

    Raises:
        RegisterInvalid: a party of the tables has no decision.
    """
    tables = run_context.tables
    in_force, newest, later = _by_party(history, run_context.at)
    when, sentences = _conditions(run_context, in_force, newest, memory)
    parties: dict[tuple[str, str], Payer] = {("advertiser", each.id): each for each in tables.advertisers}
    parties |= {("payer", each.id): each for each in tables.payers if each.id not in run_context.advertisers}
    _check_decided(parties, newest.keys())
    orders = _orders(run_context)

    def rows() -> Iterator[RegisterRow]:
        for key, party in parties.items():
            row = _row(run_context, party, in_force.get(key), newest[key], when.get(party.id), orders)
            yield row if key not in later else msgspec.structs.replace(row, when=(*(row.when or ()), *later[key]))
        # INVARIANT: who left the tables keeps decision and keys until another decision replaces it.
        left = (each for key, each in in_force.items() if key not in parties)
        yield from (_row_of_keys(run_context, each) for each in left if _still_counts(each))

    found = with_campaigns(history, run_context.at, rows())
    if not history.reliefs:
        return found, sentences
    return (relieved(run_context, history, row, in_force.get((row.kind, row.id))) for row in found), sentences


def _check_decided(parties: Iterable[tuple[str, str]], decided: Collection[tuple[str, str]]) -> None:
    """Raise if there is a party without a decision: its row would say allow on the ground of nothing.

    Raises:
        RegisterInvalid: no register is written; the one in force stays.
    """
    without = [" ".join(party) for party in parties if party not in decided]
    if without:
        raise RegisterInvalid(
            f"{len(without)} parties of the tables have no decision in the ledger", got=", ".join(without[:5]),
            expected="a decision for each",
            todo="no register was written; run `evenhand ledger verify` and report this as a fault",
        )  # fmt: skip


def register_head(
    run_context: RunContext, history: History, checkpoint: str, now: datetime | None = None
) -> RegisterHead:
    """Return the head: fresh until the hours run out or a decision begins or ends of which no row tells beforehand.

    The hours count from the run's instant or from the clock `now`, whichever is earlier: a run ahead of the clock
    must not make a register that stays fresh for longer.
    """
    gate, rulebook = run_context.settings.gate, run_context.rulebook
    following = next_untold(history, run_context.at, run_context.payers)
    return RegisterHead(
        policy=gate.policy,
        fresh_until=fresh_until(run_context.at, now, gate.fresh_for_hours, following),
        checkpoint=checkpoint,
        made_at=run_context.at,
        unions=unions_on(rulebook, run_context.day),
        political_categories=political_categories(gate.political_categories),
        shared_hosts=rulebook.shared_hosts,
        purchase=gate.purchase,
    )


def fresh_until(at: datetime, now: datetime | None, hours: int, following: datetime | None) -> datetime:
    """Return until when a register of `at` is fresh, by the clock `now`, `following` being the next change there is."""
    stale = min(at, now or at) + timedelta(hours=hours)
    return min(stale, following) if following else stale


def unions_on(rulebook: Rulebook, day: date) -> dict[str, tuple[str, ...]]:
    """Return the unions of states that have a member on a day, each with its members."""
    territories = rulebook.territories
    unions = sorted({each.union for each in territories.memberships})
    return {union: members for union in unions if (members := territories.members(union, day))}


def beside_decision(items: tuple[When, ...], newest: CaseDecision | None, at: datetime) -> tuple[When, ...]:
    """Return the conditions that add to a party's newest decision, whether it is in force at `at` or waits."""
    if newest is None:
        return beside(items, Outcome.ALLOW)
    if newest.effective_from <= at:
        return beside(items, newest.outcome)
    return beside(items, newest.outcome, frozenset(newest.reasons + newest.errors), newest.effective_from)


_OfParties = dict[tuple[str, str], CaseDecision]


class _ByParty(NamedTuple):
    """Decisions about parties, not their campaigns, by party: in force, the newest, what rows say of it beforehand."""

    in_force: _OfParties
    newest: _OfParties
    later: dict[tuple[str, str], tuple[When, ...]]


def _by_party(history: History, at: datetime) -> _ByParty:
    in_force: _OfParties = {}
    newest: _OfParties = {}
    later: dict[tuple[str, str], tuple[When, ...]] = {}
    for known in history.cases.values():
        last = known[-1]
        if last.scope.startswith("campaign:"):
            continue
        key = last.party_kind, last.party_id
        newest[key] = last
        if (standing := last_in_force(known, at)) is not None:
            in_force[key] = standing
        if last.effective_from > at and last.id not in history.reliefs:
            later[key] = later_conditions(known, at)
    return _ByParty(in_force, newest, later)


def _conditions(
    run_context: RunContext, in_force: _OfParties, newest: _OfParties, memory: ConditionMemory
) -> tuple[dict[str, tuple[When, ...]], GateSentences]:
    """Return the conditions of each advertiser that has any, by id, and sentences on what the gate cannot tell.

    They add to the newest decision where it waits, else to the one in force.
    """
    at_the_gate, at = ServeConditions(run_context.rulebook, run_context.at), run_context.at
    found = {}
    # By the place in memory of what most advertisers share, which is kept there: to hash it costs more than all else.
    beside_allow: dict[int, tuple[tuple[When, ...], tuple[When, ...]]] = {}
    for advertiser_id, made in advertiser_conditions(run_context, at_the_gate, memory):
        items, decision = at_the_gate.counted(made), newest.get(("advertiser", advertiser_id))
        if decision is not None and decision.effective_from <= at:
            decision = in_force.get(("advertiser", advertiser_id))
        if decision is not None and decision.outcome is Outcome.ALLOW and decision.effective_from <= at:
            known = beside_allow.get(id(items))
            if known is None:
                known = beside_allow[id(items)] = items, beside(items, Outcome.ALLOW)
            _, when = known
        else:
            when = beside_decision(items, decision, at)
        if when:
            found[advertiser_id] = when
    return found, at_the_gate.sentences()


def _row(
    run_context: RunContext,
    party: Payer,
    standing: CaseDecision | None,
    newest: CaseDecision,
    when: tuple[When, ...] | None,
    orders: "_Orders",
) -> RegisterRow:
    """Return a party's row; `standing` is its decision in force, if one is, and `newest` its last one."""
    is_advertiser = isinstance(party, Advertiser)
    row = RegisterRow(
        kind="advertiser" if is_advertiser else "payer",
        id=party.id,
        outcome=Outcome.ALLOW,
        decision=newest.id if standing is None else standing.id,
        names=(party.name, *party.aliases),
        domains=_no_platforms(party.domains, run_context.rulebook),
        accounts=party.accounts,
        seats=party.seats if isinstance(party, Advertiser) else (),
        bundles=party.bundles if isinstance(party, Advertiser) else (),
        identifiers=tuple([each.text for each in party.identifiers]) if party.identifiers else (),
        payers=_payers(run_context, party, orders) if isinstance(party, Advertiser) else (),
        verification=int(party.verification.level_on(run_context.day)),
        political_campaigns=tuple(sorted(orders.political[party.id])) if party.id in orders.political else (),
        when=when if is_advertiser else None,
    )
    if standing is None:  # the newest waits or has ended
        return row
    if standing.id == newest.id:  # a stage is followed by what is stricter: a gate that gets no newer row keeps it
        standing = msgspec.structs.replace(standing, until=newest.until)
    if standing.outcome is not Outcome.ALLOW or standing.instruct or standing.until is not None:
        row = msgspec.structs.replace(row, **_decided(run_context, standing))
    keys = _keys(run_context, standing)
    return row if keys is None else _with_keys(run_context, row, keys, is_read=not run_context.missing.about(party.id))


def _keys(run_context: RunContext, standing: CaseDecision) -> Keys | None:
    """Return the keys that a decision keeps: those it was made with, and those found of an older one."""
    return run_context.kept.get(standing.id) or standing.keys


def _with_keys(run_context: RunContext, row: RegisterRow, keys: Keys, *, is_read: bool) -> RegisterRow:
    """Return a row with further keys; its verification is today's if all of the party's input `is_read`."""
    known = Keys(
        names=row.names, domains=row.domains, accounts=row.accounts, seats=row.seats, bundles=row.bundles,
        identifiers=row.identifiers, verification=row.verification,
    )  # fmt: skip
    both = known | keys
    return msgspec.structs.replace(
        row,
        names=both.names,
        domains=_no_platforms(both.domains, run_context.rulebook),
        accounts=both.accounts,
        seats=both.seats if row.kind == "advertiser" else (),
        bundles=both.bundles if row.kind == "advertiser" else (),
        identifiers=both.identifiers,
        verification=row.verification if is_read else both.verification,
    )


def _still_counts(standing: CaseDecision) -> bool:
    """Return whether a decision about somebody without a row counts; that a row cannot be read ends with the row."""
    return standing.outcome is not Outcome.ALLOW and not is_made_id(standing.party_id)


def _no_platforms(hosts: tuple[str, ...], rulebook: Rulebook) -> tuple[str, ...]:
    """Return the hosts without those of platforms."""
    return tuple([host for host in hosts if not _is_platform(host, rulebook.shared_hosts)])


def _is_platform(host: str, platforms: Collection[str]) -> bool:
    return is_shared_host(host) or bool(platforms and any(f".{host}".endswith(f".{each}") for each in platforms))


class _Orders(NamedTuple):
    """The ids of political campaigns by advertiser, and the payers of campaigns that others than it pay."""

    political: Mapping[str, Sequence[str]]
    payers: Mapping[str, Sequence[str]]


def _orders(run_context: RunContext) -> _Orders:
    """Return what rows say of campaigns; most are not political and their advertiser pays: few rows look at any."""
    campaigns = run_context.tables.campaigns
    return _Orders(
        grouped((each.advertiser_id, each.id) for each in campaigns if each.political),
        grouped((each.advertiser_id, each.payer_id) for each in campaigns if each.payer_id != each.advertiser_id),
    )


def _payers(run_context: RunContext, advertiser: Advertiser, orders: _Orders) -> tuple[str, ...]:
    """Return the declared payers of an advertiser: its own and those of its campaigns."""
    others = orders.payers.get(advertiser.id)
    if others is None and advertiser.payer_id in ("", advertiser.id):  # most pay for themselves
        return ()
    named = {advertiser.payer_id, *(others or ())} - {"", advertiser.id}
    return tuple(sorted([each for each in named if each in run_context.payers]))


def _row_of_keys(run_context: RunContext, standing: CaseDecision) -> RegisterRow:
    row = RegisterRow(
        kind="payer" if standing.party_kind == "payer" else "advertiser",
        id=standing.party_id,
        decision=standing.id,
        **_decided(run_context, standing),
    )
    return _with_keys(run_context, row, _keys(run_context, standing) or Keys(), is_read=False)


def _decided(run_context: RunContext, standing: CaseDecision) -> dict[str, Any]:
    """Return what a row says of the decision in force beside its id."""
    return {
        "outcome": standing.outcome,
        "reason": None if standing.outcome is Outcome.ALLOW else reason_id(standing.id),
        "instruct": standing.instruct,
        "until": standing.until,
        "sanctioned": _is_sanctioned(run_context, standing),
    }


def _is_sanctioned(run_context: RunContext, standing: CaseDecision) -> bool:
    """Return whether a refusal rests on a rule of law and on a list that names the party or whom it belongs to."""
    if standing.outcome is not Outcome.REFUSE:
        return False
    rules = run_context.rulebook.rules
    lawful = {name for name in standing.reasons if name in rules and rules[name].annotations.get("ground") == "illegal"}
    return any(rule in lawful and kind in _OF_LISTS for rule, kind, _ in standing.grounds)

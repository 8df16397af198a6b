"""The rows of the gate's register: decisions in force, joined with today's names and keys (`pipeline.md` §10)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from evenhand.intake import is_made_id
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import is_shared_host
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser, Keys, Payer
from evenhand.model.program import Before, Not, When, milliseconds
from evenhand.model.register import RegisterHead, RegisterRow
from evenhand.policy import Rulebook
from evenhand.workflows.delivery.gate_conditions import ServeConditions, advertiser_conditions, beside
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.settled_keys import settle_keys
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.run_context import RunContext

_OF_LISTS = frozenset(
    {"listed", "owned_by_listed", "possibly_owned_by_listed", "controlled_by_listed", "acts_for_listed"}
)


def register_rows(
    run_context: RunContext, history: History, memory: ConditionMemory | None = None
) -> tuple[list[RegisterRow], tuple[str, ...]]:
    """Return one row a party of the tables or under a decision, and sentences for the report.

    Each party of the tables has a decision, in force or waiting; one that has none stops the run.
    The sentences tell each key that was contested, and each rule that the gate holds for because it cannot tell.
    Conditions that the `memory` knows are not made again; the rows are the same.
    Cost without them: about 0.1 ms a party where rules read much the same of many, 0.5 ms where each is another
    case to them.
    """
    in_force, newest = _by_party(history, run_context.at)
    standing = dict(in_force)
    waiting = {key: each for key, each in newest.items() if each.effective_from > run_context.at}
    when, sentences = _conditions(run_context, in_force | waiting, memory or ConditionMemory({}))
    parties: list[tuple[str, Payer]] = [("advertiser", each) for each in run_context.tables.advertisers]
    parties += [("payer", each) for each in run_context.tables.payers if each.id not in run_context.advertisers]
    _check_decided([(kind, party.id) for kind, party in parties], newest.keys())
    rows = [
        _row(run_context, party, standing.pop((kind, party.id), None), newest[kind, party.id], when.get(party.id))
        for kind, party in parties
    ]
    # INVARIANT: who left the tables keeps decision and keys until another decision replaces it.
    rows += [_row_of_keys(run_context, each) for each in standing.values() if _still_counts(each)]
    if history.reliefs:
        rows = [_relieved(run_context, history, row, in_force.get((row.kind, row.id))) for row in rows]
    settled, contested = settle_keys(rows)
    return settled, contested + sentences


def _check_decided(parties: Iterable[tuple[str, str]], decided: Collection[tuple[str, str]]) -> None:
    """Raise if there is a party without a decision: its row would say allow on the ground of nothing.

    Raises:
        RegisterInvalid: no register is written; the one in force stays.
    """
    without = [f"{kind} {party}" for kind, party in parties if (kind, party) not in decided]
    if without:
        raise RegisterInvalid(
            f"{len(without)} parties of the tables have no decision in the ledger", got=", ".join(without[:5]),
            expected="a decision for each",
            todo="no register was written; run `evenhand ledger verify` and report this as a fault",
        )  # fmt: skip


def register_head(
    run_context: RunContext, history: History, checkpoint: str, now: datetime | None = None
) -> RegisterHead:
    """Return the head: fresh until the hours run out or a decision begins or ends, whichever is earlier.

    The hours count from the run's instant or from the clock `now`, whichever is earlier: a run ahead of the clock
    must not make a register that stays fresh for longer.
    """
    gate, rulebook = run_context.settings.gate, run_context.rulebook
    following = history.next_change(run_context.at)
    return RegisterHead(
        policy=gate.policy,
        fresh_until=fresh_until(run_context.at, now, gate.fresh_for_hours, following),
        checkpoint=checkpoint,
        made_at=run_context.at,
        unions=unions_on(rulebook, run_context.day),
        political_categories=gate.political_categories,
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


def reason_id(decision_id: str) -> str:
    """Return the id of a decision's reasons record."""
    return "r-" + decision_id.removeprefix("d-")


_OfParties = dict[tuple[str, str], CaseDecision]


def _by_party(history: History, at: datetime) -> tuple[_OfParties, _OfParties]:
    """Return the decisions about parties, not about their campaigns, by party: those in force, and the newest."""
    in_force: _OfParties = {}
    newest: _OfParties = {}
    for case, known in history.cases.items():
        last = known[-1]
        if last.scope.startswith("campaign:"):
            continue
        key = last.party_kind, last.party_id
        newest[key] = last
        standing = history.in_force(case, at)
        if standing is not None:
            in_force[key] = standing
    return in_force, newest


def _conditions(
    run_context: RunContext, newest: Mapping[tuple[str, str], CaseDecision], memory: ConditionMemory
) -> tuple[dict[str, tuple[When, ...]], tuple[str, ...]]:
    """Return the conditions of each advertiser that has any, by id, and sentences on what the gate cannot tell.

    `newest` are the decisions in force, or those that wait in their place.
    """
    at_the_gate = ServeConditions(run_context.rulebook, run_context.at)
    found = {}
    # By the place in memory of what most advertisers share, which is kept there: to hash it costs more than all else.
    beside_allow: dict[int, tuple[tuple[When, ...], tuple[When, ...]]] = {}
    for advertiser_id, made in advertiser_conditions(run_context, at_the_gate, memory):
        items, decision = at_the_gate.counted(made), newest.get(("advertiser", advertiser_id))
        if decision is not None and decision.outcome is Outcome.ALLOW and decision.effective_from <= run_context.at:
            if id(items) not in beside_allow:
                beside_allow[id(items)] = items, beside(items, Outcome.ALLOW)
            _, when = beside_allow[id(items)]
        else:
            when = beside_decision(items, decision, run_context.at)
        if when:
            found[advertiser_id] = when
    return found, at_the_gate.sentences()


def _row(
    run_context: RunContext,
    party: Payer,
    standing: CaseDecision | None,
    newest: CaseDecision,
    when: tuple[When, ...] | None,
) -> RegisterRow:
    """Return a party's row; where no decision is in force, it is allowed by the `newest`, which waits or has ended."""
    advertiser = party if isinstance(party, Advertiser) else None
    decided = (
        _decided(run_context, standing) if standing is not None else {"outcome": Outcome.ALLOW, "decision": newest.id}
    )
    row = RegisterRow(
        kind="advertiser" if advertiser is not None else "payer",
        id=party.id,
        names=(party.name, *party.aliases),
        domains=tuple(host for host in party.domains if not _is_platform(host, run_context.rulebook)),
        accounts=party.accounts,
        seats=advertiser.seats if advertiser is not None else (),
        bundles=advertiser.bundles if advertiser is not None else (),
        identifiers=tuple(each.text for each in party.identifiers),
        payers=tuple(sorted(_payers(run_context, advertiser))) if advertiser is not None else (),
        verification=int(party.verification.level_on(run_context.day)),
        political_campaigns=_political_campaigns(run_context, party.id) if advertiser is not None else (),
        when=when if advertiser is not None else None,
        **decided,
    )
    keys = _keys(run_context, standing) if standing is not None else None
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
        domains=tuple(host for host in both.domains if not _is_platform(host, run_context.rulebook)),
        accounts=both.accounts,
        seats=both.seats if row.kind == "advertiser" else (),
        bundles=both.bundles if row.kind == "advertiser" else (),
        identifiers=both.identifiers,
        verification=row.verification if is_read else both.verification,
    )


def _still_counts(standing: CaseDecision) -> bool:
    """Return whether a decision about somebody without a row counts; that a row cannot be read ends with the row."""
    return standing.outcome is not Outcome.ALLOW and not is_made_id(standing.party_id)


def _is_platform(host: str, rulebook: Rulebook) -> bool:
    return is_shared_host(host) or any(f".{host}".endswith(f".{each}") for each in rulebook.shared_hosts)


def _political_campaigns(run_context: RunContext, advertiser_id: str) -> tuple[str, ...]:
    return tuple(sorted(each.id for each in run_context.campaigns.get(advertiser_id, ()) if each.political))


def _payers(run_context: RunContext, advertiser: Advertiser) -> set[str]:
    """Return the declared payers of an advertiser: its own and those of its campaigns."""
    named = {advertiser.payer_id, *(campaign.payer_id for campaign in run_context.campaigns.get(advertiser.id, ()))}
    return {payer for payer in named if payer in run_context.payers and payer != advertiser.id}


def _row_of_keys(run_context: RunContext, standing: CaseDecision) -> RegisterRow:
    row = RegisterRow(
        kind="payer" if standing.party_kind == "payer" else "advertiser", id=standing.party_id, outcome=Outcome.ALLOW
    )
    keys = _keys(run_context, standing) or Keys()
    return _with_keys(run_context, msgspec.structs.replace(row, **_decided(run_context, standing)), keys, is_read=False)


def _decided(run_context: RunContext, standing: CaseDecision) -> dict[str, Any]:
    allowed = standing.outcome is Outcome.ALLOW
    return {
        "outcome": standing.outcome,
        "decision": standing.id,
        "reason": None if allowed else reason_id(standing.id),
        "instruct": standing.instruct,
        "until": standing.until,
        "sanctioned": _is_sanctioned(run_context, standing),
    }


def _relieved(
    run_context: RunContext, history: History, row: RegisterRow, standing: CaseDecision | None
) -> RegisterRow:
    relief = None if standing is None else history.relief(standing, run_context.at)
    if relief is None or standing is None or standing.id in run_context.unrelieved:
        return row
    return relieved_row(row, standing, relief.until)


def relieved_row(row: RegisterRow, standing: CaseDecision, until: datetime) -> RegisterRow:
    """Return a row as it is while its decision is not applied; from `until` on it is as strict as before.

    The end is a condition and not the row's own `until`: a gate that goes on with a stale register applies it too.
    What the decision's rules say of single requests is not applied either, what other rules say is.
    """
    rules = {*standing.reasons, *standing.errors}
    others = tuple(each for each in row.when or () if each.rule not in rules)
    again = When(
        outcome=standing.outcome, rule=next(iter(standing.reasons), ""), instruct=standing.instruct,
        program=Not(Before(milliseconds(until))),
    )  # fmt: skip
    return msgspec.structs.replace(
        row, outcome=Outcome.ALLOW, reason=None, instruct=(), until=None, sanctioned=False, when=(*others, again)
    )


def _is_sanctioned(run_context: RunContext, standing: CaseDecision) -> bool:
    """Return whether a refusal rests on a rule of law and on a list that names the party or whom it belongs to."""
    if standing.outcome is not Outcome.REFUSE:
        return False
    rules = run_context.rulebook.rules
    lawful = {name for name in standing.reasons if name in rules and rules[name].annotations.get("ground") == "illegal"}
    return any(rule in lawful and kind in _OF_LISTS for rule, kind, _ in standing.grounds)

"""Which rulings become decisions, from when, and with what consequences (`pipeline.md` §7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
from msgspec import UNSET

from evenhand.model.decision import DecidedBy, Decision, Inputs
from evenhand.model.facts import Facts
from evenhand.model.finding import Finding
from evenhand.model.outcome import Outcome
from evenhand.model.party import Keys, keys_of
from evenhand.model.record import canonical_exact, record_sha256, sha256_hex
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many, without_at
from evenhand.screening import SCORER
from evenhand.workflows.evaluation.consequences import plan
from evenhand.workflows.evaluation.grounds import Ground, grounds_of
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.requests import Request, refund
from evenhand.workflows.evaluation.rulings import RuledRequest
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.run.decision_forms import DecisionForms, MadeDecision, decision_id, identity, made
from evenhand.workflows.run.notice_periods import instructions, timing_of

_WORDS = {
    Outcome.ALLOW: "allowed", Outcome.LABEL: "labelled", Outcome.LIMIT: "limited", Outcome.HOLD: "on hold",
    Outcome.REFUSE: "refused",
}  # fmt: skip
_NOTHING: frozenset[str] = frozenset()  # one for all: another would take 216 bytes each time
_facts = msgspec.json.Decoder(Facts).decode


class Change(msgspec.Struct, frozen=True, gc=False):
    """A ruling that differs from the case's last decision, and on what it rests.

    `missing` is not empty where the ruling is no stricter and may be so only because that cannot be read any more: the
    decision in force stays.
    """

    request: Request
    ruled: RuledRequest
    before: CaseDecision | None
    findings: tuple[Finding, ...]
    grounds: tuple[Ground, ...]
    changed: tuple[str, ...]
    missing: frozenset[str] = _NOTHING


def changes(
    run_context: RunContext, requested: Sequence[Request], ruled: Mapping[str, RuledRequest], history: History
) -> Iterator[Change]:
    """Yield what has to be decided: cases without a decision, or whose ruling or grounds differ from the last one.

    A campaign's case is opened only by an outcome stricter than its advertiser's; once open it is followed.
    """
    # To hash the id of each request's case takes longer than to look all cases up by what it is made of.
    decided = (known[-1] for known in history.cases.values())
    newest = {(last.party_kind, last.party_id, last.scope): last for last in decided}
    for request in requested:
        ruling = ruled[request.key].ruling
        before = newest.get((request.party.kind, request.party.id, request.scope))
        if before is None and request.campaign is not None and not _stricter_than_advertiser(request, ruling, ruled):
            continue
        if ruling.outcome is Outcome.ALLOW and not _changed(before, ruling, ()):  # most are; it counts no grounds
            continue
        findings, grounds = _rests_on(run_context, request, ruling)
        changed = _changed(before, ruling, grounds)
        if changed:
            missing = _NOTHING
            if before is not None:  # else the case has none in force either, and its id need not be hashed
                missing = _keeps(run_context, ruling, before, history.in_force(before.case, run_context.at))
            yield Change(request, ruled[request.key], before, findings, grounds, changed, missing)


def decisions(
    run_context: RunContext, due: Sequence[Change], history: History, inputs: Inputs, by: DecidedBy
) -> Iterator[MadeDecision]:
    """Yield the decision of each change, in order."""
    refunds, forms = _refunds(run_context, due), DecisionForms(run_context.advertisers, history.erasures)
    for change in due:
        make = partial(_decision, run_context, change, history, inputs, by, refunds.get(change.request.key))
        if change.before is None and not change.findings and change.ruled.ruling.outcome is Outcome.ALLOW:
            yield forms.of(change.request, change.ruled, make)
        else:
            yield made(make())


def kept_sentences(differing: Iterable[Change]) -> tuple[str, ...]:
    """Return a sentence for each decision that would get milder because something that it may rest on is missing."""
    return tuple(
        f"{each.before.outcome} of {each.before.scope} {each.request.party.id} is kept, not changed to"
        f" {each.ruled.ruling.outcome}, because input is missing: {', '.join(sorted(each.missing))}"
        for each in differing
        if each.missing and each.before is not None and each.before.outcome is not each.ruled.ruling.outcome
    )


def lifted_sentences(run_context: RunContext, due: Iterable[Change], history: History) -> Iterator[str]:
    """Yield a sentence for each decision that gets milder: whom a run frees, people must see.

    `history` is that of before anything was recorded.
    """
    for each in due:
        if (freed := _freed(run_context, each, history)) is not None:
            was, now, then = freed
            who = f"{run_context.payers[each.request.party.id].name} ({each.request.scope} {each.request.party.id})"
            yield f"{who}: {_WORDS[was]} until now, {_WORDS[now]} from this run on{then}"


def _freed(run_context: RunContext, change: Change, history: History) -> tuple[Outcome, Outcome, str] | None:
    """Return what holds of a case until now and from this run on where that is milder, and what comes later."""
    ruling, before = change.ruled.ruling, change.before
    if before is None:
        return None
    if ruling.outcome.severity < before.outcome.severity:
        return before.outcome, ruling.outcome, ""
    current = history.in_force(before.case, run_context.at)
    starts, stages = timing_of(run_context, change.request, ruling, current, before)
    if current is None or not stages or stages[0].outcome.severity >= current.outcome.severity:
        return None
    day = starts.astimezone(run_context.settings.zone).date()
    return current.outcome, stages[0].outcome, f" until {day}, then {_WORDS[ruling.outcome]}"


def relief_sentences(run_context: RunContext, history: History) -> tuple[str, ...]:
    """Return a sentence for each decision in force that is not applied now: whom a person frees, people must see."""
    found = ((each, history.relief(each, run_context.at)) for each in history.all_in_force(run_context.at))
    return tuple(
        f"{each.scope} {each.party_id}: {_WORDS[each.outcome]}, lifted by {relief.by} until"
        f" {relief.until.astimezone(run_context.settings.zone):%Y-%m-%d}, complaint {relief.complaint}"
        for each, relief in (found if history.reliefs else ())
        if relief is not None and each.id not in run_context.unrelieved
    )


def _keeps(run_context: RunContext, ruling: Ruling, *known: CaseDecision | None) -> frozenset[str]:
    """Return the missing input for which a decision is kept; none where the ruling is stricter than all that is known.

    INVARIANT: what a decision rested on and cannot be read any more never makes it milder.
    """
    kept = (
        run_context.missing.new_since(each)
        for each in known
        if each is not None and each.outcome is not Outcome.ALLOW and ruling.outcome.severity <= each.outcome.severity
    )
    return frozenset().union(*kept)


def _stricter_than_advertiser(request: Request, ruling: Ruling, ruled: Mapping[str, RuledRequest]) -> bool:
    return ruling.outcome.severity > ruled[f"advertiser:{request.party.id}"].ruling.outcome.severity


def _rests_on(
    run_context: RunContext, request: Request, ruling: Ruling
) -> tuple[tuple[Finding, ...], tuple[Ground, ...]]:
    """Return findings and grounds; an allow keeps all the party's findings, so that like cases can be compared."""
    if ruling.outcome is Outcome.ALLOW:
        return tuple(run_context.view(request.party.id).findings), ()
    return grounds_of(run_context, request, ruling)


def _changed(before: CaseDecision | None, ruling: Ruling, grounds: tuple[Ground, ...]) -> tuple[str, ...]:
    if before is None:
        return ("outcome",)
    pairs: dict[str, tuple[object, object]] = {
        "outcome": (before.outcome, ruling.outcome),
        "reasons": (before.reasons, ruling.reasons),
        "errors": (before.errors, ruling.errors),
    }
    if ruling.outcome is not Outcome.ALLOW:
        pairs["grounds"] = (before.grounds, grounds)
    return tuple(name for name, (old, new) in pairs.items() if old != new)


def _refunds(run_context: RunContext, due: Sequence[Change]) -> dict[str, Ruling]:
    """Return the ruling of paying back for each advertiser that a change refuses, by the change's key."""
    refused = [
        change.request
        for change in due
        if change.request.scope == "advertiser" and change.ruled.ruling.outcome is Outcome.REFUSE
    ]
    requested = [_facts(refund(run_context, run_context.advertisers[request.party.id]).facts) for request in refused]
    return dict(zip((request.key for request in refused), rule_many(requested, run_context.rulebook), strict=True))


def _decision(
    run_context: RunContext, change: Change, history: History, inputs: Inputs, by: DecidedBy, refunded: Ruling | None
) -> Decision:
    request, ruling, before = change.request, change.ruled.ruling, change.before
    current = history.in_force(request.case, run_context.at)
    in_force = current.outcome if current is not None else Outcome.ALLOW
    starts, stages = timing_of(run_context, request, ruling, current, before)
    announced = before.outcome if before is not None else Outcome.ALLOW
    consequences = plan(
        run_context, request, ruling.outcome, starts, refunded, stages=stages,
        lifts={in_force, announced} != {Outcome.ALLOW},
    )  # fmt: skip
    supersedes = before.id if before is not None else None
    named = identity(request.party, request.scope, ruling, change.grounds, supersedes, after_erasure=history.erasures)
    return Decision(
        id=decision_id(record_sha256(named)),
        case=request.case,
        party=request.party,
        scope=request.scope,
        territories=request.territories,
        outcome=ruling.outcome,
        decision=ruling.decision,
        reasons=ruling.reasons,
        errors=ruling.errors,
        instruct=instructions(run_context.rulebook.rules[name] for name in ruling.reasons),
        grounds=change.grounds,
        findings=change.findings,
        facts=msgspec.json.decode(request.facts),
        facts_sha256=sha256_hex(canonical_exact(without_at(_facts(request.facts)))),
        read_sha256=change.ruled.read_sha256.hex(),
        inputs=inputs,
        plan=consequences,
        decided_at=run_context.at,
        effective_from=starts,
        decided_by=by,
        supersedes=supersedes,
        changed=change.changed,
        keys=_keys(run_context, change),
        sealing=1,
        unread=_unread(run_context, change),
        stages=stages or UNSET,
    )


def _keys(run_context: RunContext, change: Change) -> Keys | None:
    """Return what the gate finds the party by: with the keys of the decision before where some cannot be read now."""
    if change.ruled.ruling.outcome is Outcome.ALLOW:
        return None
    party, before = change.request.party.id, change.before
    keys = keys_of(run_context.payers[party], run_context.day)
    kept = run_context.kept.get(before.id) if before is not None and run_context.missing.about(party) else None
    return keys if kept is None else keys | kept


def _unread(run_context: RunContext, change: Change) -> tuple[str, ...]:
    """Return what a decision other than allow was made without; never more than the stricter one that it replaces."""
    if change.ruled.ruling.outcome is Outcome.ALLOW:
        return ()
    missing, before = run_context.missing.about(change.request.party.id), change.before
    known = before is not None and before.outcome is not Outcome.ALLOW
    return tuple(sorted(missing & frozenset(before.unread) if before is not None and known else missing))


def inputs_of(rulebook: Rulebook, lists: Mapping[str, str], tables: Mapping[str, str]) -> Inputs:
    """Return the hashes that this run's decisions are made from."""
    return Inputs(
        rulebook=f"sha256:{rulebook.sha256}",
        engine=rulebook.engine,
        mapping=f"sha256:{rulebook.mapping_sha256}",
        lists={key: f"sha256:{value}" for key, value in lists.items()},
        tables={name: f"sha256:{value}" for name, value in tables.items()},
        scorer=SCORER,
        lint=rulebook.lint,
    )

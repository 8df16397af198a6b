"""Which rulings become decisions, from when, and with what consequences (`pipeline.md` §7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from evenhand.model.campaign import Campaign, CampaignStatus
from evenhand.model.decision import DecidedBy, Decision, Inputs, Plan
from evenhand.model.facts import Facts
from evenhand.model.finding import Finding
from evenhand.model.outcome import Outcome
from evenhand.model.party import Keys, keys_of
from evenhand.model.record import canonical_exact, record_sha256, sha256_hex
from evenhand.model.ruling import Rule, Ruling
from evenhand.policy import Rulebook, rule_many, without_at
from evenhand.screening import SCORER
from evenhand.workflows.evaluation.consequences import plan
from evenhand.workflows.evaluation.grounds import Ground, because
from evenhand.workflows.evaluation.history import History, Standing
from evenhand.workflows.evaluation.requests import Request, refund
from evenhand.workflows.evaluation.rulings import Ruled
from evenhand.workflows.evaluation.run_context import World

_WORDS = {
    Outcome.ALLOW: "allowed", Outcome.LABEL: "labelled", Outcome.LIMIT: "limited", Outcome.HOLD: "on hold",
    Outcome.REFUSE: "refused",
}  # fmt: skip
_facts = msgspec.json.Decoder(Facts).decode


class Change(msgspec.Struct, frozen=True):
    """A ruling that differs from the case's last decision, and on what it rests.

    `missing` is not empty where the ruling is no stricter and may be so only because that cannot be read any more: the
    decision in force stays.
    """

    request: Request
    ruled: Ruled
    before: Standing | None
    findings: tuple[Finding, ...]
    grounds: tuple[Ground, ...]
    changed: tuple[str, ...]
    missing: frozenset[str] = frozenset()


def changes(world: World, asked: Sequence[Request], ruled: Mapping[str, Ruled], history: History) -> Iterator[Change]:
    """Yield what has to be decided: cases without a decision, or whose ruling or grounds differ from the last one.

    A campaign's case is opened only by an outcome stricter than its advertiser's; once open it is followed.
    """
    for request in asked:
        ruling = ruled[request.key].ruling
        before = history.newest(request.case)
        if before is None and request.campaign is not None and not _stricter_than_advertiser(request, ruling, ruled):
            continue
        findings, grounds = _rests_on(world, request, ruling)
        changed = _changed(before, ruling, grounds)
        if changed:
            missing = _keeps(world, ruling, before, history.in_force(request.case, world.at))
            yield Change(request, ruled[request.key], before, findings, grounds, changed, missing)


def decisions(
    world: World, due: Sequence[Change], history: History, inputs: Inputs, by: DecidedBy
) -> Iterator[Decision]:
    """Yield the decision of each change, in order."""
    refunds = _refunds(world, due)
    for change in due:
        outcome = change.ruled.ruling.outcome
        current = history.in_force(change.request.case, world.at)
        in_force = current.outcome if current is not None else Outcome.ALLOW
        starts = effective_from(world, change.request, change.ruled.ruling, in_force)
        announced = change.before.outcome if change.before is not None else Outcome.ALLOW
        consequences = plan(
            world, change.request, outcome, starts, refunds.get(change.request.key),
            lifts={in_force, announced} != {Outcome.ALLOW},
        )  # fmt: skip
        yield _decision(world, change, inputs, by, starts, consequences, after_erasure=history.erasures)


def kept_sentences(differing: Iterable[Change]) -> tuple[str, ...]:
    """Return a sentence for each decision that would get milder because something that it may rest on is missing."""
    return tuple(
        f"{each.before.outcome} of {each.before.scope} {each.request.party.id} is kept, not changed to"
        f" {each.ruled.ruling.outcome}, because input is missing: {', '.join(sorted(each.missing))}"
        for each in differing
        if each.missing and each.before is not None and each.before.outcome is not each.ruled.ruling.outcome
    )


def lifted_sentences(world: World, due: Iterable[Change]) -> tuple[str, ...]:
    """Return a sentence for each decision that gets milder: whom a run frees, people must see."""
    return tuple(
        f"{world.payers[each.request.party.id].name} ({each.before.scope} {each.request.party.id}):"
        f" {_WORDS[each.before.outcome]} until now, {_WORDS[each.ruled.ruling.outcome]} from this run on"
        for each in due
        if each.before is not None and each.ruled.ruling.outcome.severity < each.before.outcome.severity
    )


def effective_from(world: World, request: Request, ruling: Ruling, in_force: Outcome) -> datetime:
    """Return when a ruling takes effect: at once, or after the notice its rules promise a running client.

    Notice is given for an outcome stricter than the one in force, without a legal ground or an error, to a party
    with a campaign that ran: the least `@notice_days` of the rules that carry the outcome, in the network's days.
    """
    rules = [world.rulebook.rules[name] for name in ruling.reasons]
    at_once = (
        ruling.outcome.severity <= in_force.severity
        or bool(ruling.errors)
        or any(rule.annotations.get("ground") == "illegal" for rule in rules)
        or not any(_ran(campaign, world) for campaign in _campaigns(world, request))
    )
    carriers = [rule for rule in rules if rule.annotations.get("verdict") == ruling.outcome]
    if at_once or not carriers:
        return world.at
    days = min(int(rule.annotations["notice_days"]) for rule in carriers)
    return (world.at.astimezone(world.settings.zone) + timedelta(days=days)).astimezone(UTC)


def _keeps(world: World, ruling: Ruling, *known: Standing | None) -> frozenset[str]:
    """Return the missing input for which a decision is kept; none where the ruling is stricter than all that is known.

    INVARIANT: what a decision rested on and cannot be read any more never makes it milder.
    """
    kept = (
        world.missing.new_since(each)
        for each in known
        if each is not None and each.outcome is not Outcome.ALLOW and ruling.outcome.severity <= each.outcome.severity
    )
    return frozenset().union(*kept)


def _stricter_than_advertiser(request: Request, ruling: Ruling, ruled: Mapping[str, Ruled]) -> bool:
    return ruling.outcome.severity > ruled[f"advertiser:{request.party.id}"].ruling.outcome.severity


def _rests_on(world: World, request: Request, ruling: Ruling) -> tuple[tuple[Finding, ...], tuple[Ground, ...]]:
    """Return findings and grounds; an allow keeps all the party's findings, so that like cases can be compared."""
    if ruling.outcome is Outcome.ALLOW:
        return tuple(world.view(request.party.id).findings), ()
    return because(world, request, ruling)


def _changed(before: Standing | None, ruling: Ruling, grounds: tuple[Ground, ...]) -> tuple[str, ...]:
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


def _refunds(world: World, due: Sequence[Change]) -> dict[str, Ruling]:
    """Return the ruling of paying back for each advertiser that a change refuses, by the change's key."""
    refused = [
        change.request
        for change in due
        if change.request.scope == "advertiser" and change.ruled.ruling.outcome is Outcome.REFUSE
    ]
    asked = [_facts(refund(world, world.advertisers[request.party.id]).facts) for request in refused]
    return dict(zip((request.key for request in refused), rule_many(asked, world.rulebook), strict=True))


def _campaigns(world: World, request: Request) -> Sequence[Campaign]:
    if request.campaign is not None:
        return (request.campaign,)
    return world.campaigns.get(request.party.id, ()) if request.party.kind == "advertiser" else ()


def _ran(campaign: Campaign, world: World) -> bool:
    begun = campaign.starts is None or campaign.starts <= world.day
    return campaign.spent_micros > 0 or (campaign.status is not CampaignStatus.PLANNED and begun)


def _decision(
    world: World, change: Change, inputs: Inputs, by: DecidedBy, starts: datetime, consequences: Plan,
    *, after_erasure: int,
) -> Decision:  # fmt: skip
    request, ruling = change.request, change.ruled.ruling
    facts = _facts(request.facts)
    supersedes = change.before.id if change.before is not None else None
    identity = {
        "party": request.party, "scope": request.scope, "outcome": ruling.outcome, "reasons": ruling.reasons,
        "errors": ruling.errors, "grounds": change.grounds, "supersedes": supersedes,
        # INVARIANT: no decision after an erasure has the id of one that was erased, though all else be the same.
        **({"after_erasure": after_erasure} if after_erasure else {}),
    }  # fmt: skip
    return Decision(
        id="d-" + record_sha256(identity)[:20],
        case=request.case,
        party=request.party,
        scope=request.scope,
        territories=request.territories,
        outcome=ruling.outcome,
        decision=ruling.decision,
        reasons=ruling.reasons,
        errors=ruling.errors,
        instruct=_instruct(world.rulebook.rules[name] for name in ruling.reasons),
        grounds=change.grounds,
        findings=change.findings,
        facts=msgspec.json.decode(request.facts),
        facts_sha256=sha256_hex(canonical_exact(without_at(facts))),
        read_sha256=change.ruled.read_sha256,
        inputs=inputs,
        plan=consequences,
        decided_at=world.at,
        effective_from=starts,
        decided_by=by,
        supersedes=supersedes,
        changed=change.changed,
        keys=_keys(world, change),
        unread=_unread(world, change),
    )


def _keys(world: World, change: Change) -> Keys | None:
    """Return what the gate finds the party by: with the keys of the decision before where some cannot be read now."""
    if change.ruled.ruling.outcome is Outcome.ALLOW:
        return None
    party, before = change.request.party.id, change.before
    keys = keys_of(world.payers[party], world.day)
    kept = world.kept.get(before.id) if before is not None and world.missing.about(party) else None
    return keys if kept is None else keys | kept


def _unread(world: World, change: Change) -> tuple[str, ...]:
    """Return what a decision other than allow was made without; never more than the stricter one that it replaces."""
    if change.ruled.ruling.outcome is Outcome.ALLOW:
        return ()
    missing, before = world.missing.about(change.request.party.id), change.before
    known = before is not None and before.outcome is not Outcome.ALLOW
    return tuple(sorted(missing & frozenset(before.unread) if before is not None and known else missing))


def _instruct(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the kinds of limit and label that the satisfied rules ask for, sorted."""
    kinds = (rule.annotations.get(rule.annotations.get("verdict", "")) for rule in rules)
    return tuple(sorted({kind for kind in kinds if kind}))


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

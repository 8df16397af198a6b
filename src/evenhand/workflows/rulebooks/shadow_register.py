"""The register that the gate would have under a second rulebook: the last run's, with the flips and new conditions."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from evenhand.gate.registers.plain_form import decode_register, encode_register
from evenhand.model.errors import NotFound
from evenhand.model.outcome import Outcome
from evenhand.model.program import When
from evenhand.model.register import CampaignDecision, RegisterRow
from evenhand.policy import Rulebook
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.delivery.gate_conditions import UNFIT, ServeConditions, beside
from evenhand.workflows.delivery.later_conditions import later_conditions
from evenhand.workflows.delivery.publication import REGISTER
from evenhand.workflows.delivery.register_rows import beside_decision, unions_on
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.rulebooks.shadow import Flip, Shadow, recorded
from evenhand.workflows.rulebooks.shadow_conditions import conditions_under, context_under

_STANDING = ("advertiser", "payer")

Flips = Mapping[tuple[str, str], Flip]


def write_register(network: Network, other: Rulebook, found: Shadow, out: Path) -> tuple[str, ...]:
    """Write the register of the last run as it would be under the second rulebook, whole or not at all.

    Rows and campaigns that flip to anything but allow name `proposed-<kind>-<id>` as their decision: nobody took one,
    and the gate opens no register without. Their reason is the first of the rules gained. Keys stay with the party
    that has them. Conditions are made anew, of the facts recorded last and today's table of votes.
    Returns sentences on what of the conditions `found` does not say.

    Raises:
        NotFound: there is no register of a last run.
        TableUnreadable: the table of votes cannot be read.
    """
    path = network.out / REGISTER
    if not path.exists():
        raise NotFound("no register of a last run", where=path, todo="run `evenhand run` first")
    head, rows = decode_register(path.read_bytes().split(b"\n"), path)
    flips = {(each.party_kind, each.party_id): each for each in found.flips if each.scope in _STANDING}
    campaigns = dict[str, dict[str, Flip]]()
    for each in found.flips:
        if each.scope not in _STANDING:
            campaigns.setdefault(each.party_id, {})[each.scope.removeprefix("campaign:")] = each
    run_context = context_under(network, other, found.at)
    when, sentences = _conditions(network, run_context, flips)
    head = msgspec.structs.replace(head, unions=unions_on(other, run_context.day), shared_hosts=other.shared_hosts)
    changed = (_with_campaigns(_row(row, flips, when), campaigns.get(row.id, {})) for row in rows)
    write_whole(out, encode_register(head, changed))
    return sentences


def _conditions(
    network: Network, run_context: RunContext, flips: Flips
) -> tuple[dict[str, tuple[When, ...]], tuple[str, ...]]:
    """Return the conditions of each advertiser by id, and sentences on what no rule could be applied to."""
    history, facts = recorded(network)
    at_the_gate = ServeConditions(run_context.rulebook, run_context.at)
    when = {}
    for newest, items in conditions_under(run_context, at_the_gate, history, facts):
        flip = flips.get(("advertiser", newest.party_id))
        found = beside(items, flip.after) if flip else beside_decision(items, newest, run_context.at)
        if not flip and newest.effective_from > run_context.at and newest.id not in history.reliefs:
            found += later_conditions(history.cases[newest.case], run_context.at)
        when[newest.party_id] = found
    return when, at_the_gate.sentences().beside


def _row(row: RegisterRow, flips: Flips, when: Mapping[str, tuple[When, ...]]) -> RegisterRow:
    if row.kind == "advertiser":
        # Whose facts were erased is held: nothing tells what a rule would say.
        row = msgspec.structs.replace(row, when=when.get(row.id, UNFIT.items) or None)
    flip = flips.get((row.kind, row.id))
    if flip is None:
        return row
    if flip.after is Outcome.ALLOW:
        decision, reason = None, None
    else:
        decision, reason = f"proposed-{row.kind}-{row.id}", next(iter(flip.rules_gained), "no-rule")
    return msgspec.structs.replace(
        row, outcome=flip.after, decision=decision, reason=reason, instruct=(), until=None, sanctioned=False
    )


def _with_campaigns(row: RegisterRow, flips: Mapping[str, Flip]) -> RegisterRow:
    """Return a row with decisions about campaigns as they would be; `flips` are by campaign."""
    if row.kind != "advertiser" or not flips:
        return row
    proposed = (
        CampaignDecision(
            id=campaign, outcome=flip.after, decision=f"proposed-campaign-{campaign}",
            reason=next(iter(flip.rules_gained), "no-rule"),
        )
        for campaign, flip in flips.items()
        if flip.after is not Outcome.ALLOW
    )  # fmt: skip
    kept = (each for each in row.campaigns if each.id not in flips)
    return msgspec.structs.replace(row, campaigns=tuple(sorted((*kept, *proposed), key=lambda each: each.id)))

"""Which requests a run rules (`pipeline.md` §6), each as the bytes of its facts."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from evenhand.model.campaign import Campaign, CampaignStatus
from evenhand.model.decision import Party
from evenhand.model.party import Advertiser, Payer
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.workflows.evaluation.facts import (
    advertiser_entity,
    bound_by,
    campaign_entity,
    designations_above,
    instant,
    payer_entity,
    plain_entity,
    reference,
    vote_record,
)
from evenhand.workflows.evaluation.facts_forms import FactsForms, FilledForm
from evenhand.workflows.evaluation.run_context import RunContext

Json = dict[str, Any]

_EMPTY = "-"
_EMPTY_CAMPAIGN = Campaign(id=_EMPTY, advertiser_id=_EMPTY)


class Request(msgspec.Struct, frozen=True, gc=False):
    """One request of a run. `key` is unique in the run; `stated` are its facts, or what they are made of.

    `payer_id` and `campaign` say whom and what the facts were made from, so that each attribute finds its
    origin; `territories` are the places it is about, without the unions above them.
    """

    key: str
    party: Party
    scope: str
    territories: tuple[str, ...]
    stated: bytes | FilledForm
    payer_id: str
    campaign: Campaign | None = None

    @property
    def facts(self) -> bytes:
        """Return the canonical JSON of a `Facts` record. Cost: 1 µs where they are made of something."""
        return self.stated if isinstance(self.stated, bytes) else self.stated.facts()

    @property
    def case(self) -> str:
        """Return the case's id: k- and the start of SHA-256(party kind NUL id NUL scope)."""
        return case_id(self.party, self.scope)


def case_id(party: Party, scope: str) -> str:
    """Return the id of the case of a party in a scope."""
    return "k-" + sha256_hex(f"{party.kind}\0{party.id}\0{scope}".encode())[:16]


def requests(run_context: RunContext, *, also_serve: bool) -> Iterator[Request]:
    """Yield the requests whose rulings become decisions: advertisers, then payers, then campaigns, in table order.

    With `also_serve` each standing request is followed by its twin for the action `serve`, key `serve:<id>`
    (needed only if a rule covers `serve` and not `buy`).
    """
    forms = FactsForms(run_context)
    for advertiser in run_context.tables.advertisers:
        yield standing(run_context, advertiser, forms)
        if also_serve:
            yield _serving(run_context, advertiser)
    for payer in run_context.tables.payers:
        if payer.id not in run_context.advertisers:
            yield payout(run_context, payer, "payer", "payer", 0)
    for campaign in run_context.tables.campaigns:
        if campaign.status is not CampaignStatus.ENDED:
            yield _order(run_context, campaign, forms)


def is_screened(run_context: RunContext, request: Request) -> bool:
    """Return whether party and payer of a request, and their owners, were read: else it is held, whatever the rules."""
    unread = run_context.tables.unscreened.keys() | run_context.tables.ownerless.keys()
    return unread.isdisjoint((request.party.id, request.payer_id))


def standing(run_context: RunContext, advertiser: Advertiser, forms: FactsForms | None = None) -> Request:
    """Return the request whose ruling is about the advertiser itself: may it buy at all, paid as it usually is?"""
    payer = _own_payer(run_context, advertiser)

    def make() -> Json:
        context = _context(run_context, payer, True, run_context.territories)
        return _dealing(run_context, "buy", context, (advertiser, payer), campaign_entity(_EMPTY_CAMPAIGN))

    stated = canonical_exact(make()) if forms is None else forms.of(advertiser, payer, None, "standing", make)
    return Request(
        f"advertiser:{advertiser.id}", _party(advertiser), "advertiser", run_context.places, stated, payer.id
    )


def refund(run_context: RunContext, advertiser: Advertiser) -> Request:
    """Return the request to pay an advertiser's prepaid money back; its ruling goes into the plan."""
    return payout(run_context, advertiser, "advertiser", "refund", advertiser.prepaid_micros)


def payout(run_context: RunContext, payee: Payer, kind: str, scope: str, amount_micros: int) -> Request:
    """Return the request to pay money out to a payer, or back to an advertiser."""
    entity = payer_entity(run_context, payee) if kind == "payer" else _advertiser(run_context, payee)
    account = plain_entity("Account", _EMPTY, {"holder_matches": True})
    context = {
        "at": instant(run_context.at),
        "amount_micros": amount_micros,
        "territories": list(run_context.territories),
    }
    facts = canonical_exact(_facts(run_context, "pay_out", context, entity, account))
    party = Party(kind="payer" if kind == "payer" else "advertiser", id=payee.id)
    return Request(f"{scope}:{payee.id}", party, scope, run_context.places, facts, payee.id)


def _serving(run_context: RunContext, advertiser: Advertiser) -> Request:
    payer = _own_payer(run_context, advertiser)
    context = _context(run_context, payer, True, run_context.territories)
    context |= {"placement": reference("Placement", _EMPTY), "label_present": False}
    creative = plain_entity("Creative", _EMPTY, {"content": [], "landing_host": ""})
    placement = plain_entity("Placement", _EMPTY, {"territory": "", "slot": ""})
    facts = canonical_exact(_dealing(run_context, "serve", context, (advertiser, payer), creative, placement))
    return Request(f"serve:{advertiser.id}", _party(advertiser), "advertiser", run_context.places, facts, payer.id)


def _order(run_context: RunContext, campaign: Campaign, forms: FactsForms) -> Request:
    advertiser = run_context.advertisers[campaign.advertiser_id]
    named = run_context.payers.get(campaign.payer_id)
    payer = named or _own_payer(run_context, advertiser)
    territories = run_context.expand(campaign.territories) if campaign.territories else run_context.territories

    vote = run_context.vote_in(territories, campaign)

    def make() -> Json:
        context = _context(run_context, payer, named is not None, territories, political=campaign.political)
        if vote is not None:
            context["vote"] = vote_record(vote)
        return _dealing(run_context, "buy", context, (advertiser, payer), campaign_entity(campaign))

    question = named is not None, vote, campaign.political
    stated = forms.of(advertiser, payer, (campaign, territories), question, make)
    scope = f"campaign:{campaign.id}"
    places = campaign.territories or run_context.places
    return Request(scope, _party(advertiser), scope, places, stated, payer.id, campaign)


def _own_payer(run_context: RunContext, advertiser: Advertiser) -> Payer:
    return run_context.payers.get(advertiser.payer_id, advertiser)


def _party(advertiser: Advertiser) -> Party:
    return Party(kind="advertiser", id=advertiser.id)


def _advertiser(run_context: RunContext, payee: Payer) -> Json:
    return advertiser_entity(run_context, run_context.advertisers[payee.id])


def _context(
    run_context: RunContext, payer: Payer, disclosed: bool, territories: Sequence[str], *, political: bool = False
) -> Json:
    return {
        "at": instant(run_context.at),
        "payer": reference("Payer", payer.id),
        "payer_disclosed": disclosed,
        "territories": list(territories),
        "political": political,
    }


def _dealing(
    run_context: RunContext,
    action: str,
    context: Json,
    parties: tuple[Advertiser, Payer],
    resource: Json,
    *others: Json,
) -> Json:
    principal, payer = advertiser_entity(run_context, parties[0]), payer_entity(run_context, parties[1])
    return _facts(run_context, action, context, principal, resource, payer, *others)


def _facts(run_context: RunContext, action: str, context: Json, principal: Json, resource: Json, *others: Json) -> Json:
    entities = [principal, resource, *others]
    return {
        "principal": principal["uid"],
        "action": {"type": "Action", "id": action},
        "resource": resource["uid"],
        "context": context | bound_by(run_context, action),
        "entities": [*entities, *designations_above(run_context, *entities)],
    }

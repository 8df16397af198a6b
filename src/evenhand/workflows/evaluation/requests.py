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
from evenhand.workflows.evaluation.run_context import World

Json = dict[str, Any]

_EMPTY = "-"
_EMPTY_CAMPAIGN = Campaign(id=_EMPTY, advertiser_id=_EMPTY)


class Request(msgspec.Struct, frozen=True):
    """One request of a run. `key` is unique in the run; `facts` are canonical JSON of a `Facts` record.

    `payer_id` and `campaign` say whom and what the facts were made from, so that each attribute finds its
    origin; `territories` are the places it is about, without the unions above them.
    """

    key: str
    party: Party
    scope: str
    territories: tuple[str, ...]
    facts: bytes
    payer_id: str
    campaign: Campaign | None = None

    @property
    def case(self) -> str:
        """Return the case's id: k- and the start of SHA-256(party kind NUL id NUL scope)."""
        return "k-" + sha256_hex(f"{self.party.kind}\0{self.party.id}\0{self.scope}".encode())[:16]


def requests(world: World, *, also_serve: bool) -> Iterator[Request]:
    """Yield the requests whose rulings become decisions: advertisers, then payers, then campaigns, in table order.

    With `also_serve` each standing request is followed by its twin for the action `serve`, key `serve:<id>`
    (needed only if a rule covers `serve` and not `buy`).
    """
    for advertiser in world.tables.advertisers:
        yield standing(world, advertiser)
        if also_serve:
            yield _serving(world, advertiser)
    for payer in world.tables.payers:
        if payer.id not in world.advertisers:
            yield payout(world, payer, "payer", "payer", 0)
    for campaign in world.tables.campaigns:
        if campaign.status is not CampaignStatus.ENDED:
            yield _order(world, campaign)


def is_screened(world: World, request: Request) -> bool:
    """Return whether party and payer of a request, and their owners, were read: else it is held, whatever the rules."""
    unread = world.tables.unscreened.keys() | world.tables.ownerless.keys()
    return unread.isdisjoint((request.party.id, request.payer_id))


def standing(world: World, advertiser: Advertiser) -> Request:
    """Return the request whose ruling is about the advertiser itself: may it buy at all, paid as it usually is?"""
    payer = _own_payer(world, advertiser)
    context = _context(world, payer, True, world.territories)
    resource = campaign_entity(_EMPTY_CAMPAIGN)
    facts = _dealing(world, "buy", context, (advertiser, payer), resource)
    return Request(f"advertiser:{advertiser.id}", _party(advertiser), "advertiser", world.places, facts, payer.id)


def refund(world: World, advertiser: Advertiser) -> Request:
    """Return the request to pay an advertiser's prepaid money back; its ruling goes into the plan."""
    return payout(world, advertiser, "advertiser", "refund", advertiser.prepaid_micros)


def payout(world: World, payee: Payer, kind: str, scope: str, amount_micros: int) -> Request:
    """Return the request to pay money out to a payer, or back to an advertiser."""
    entity = payer_entity(world, payee) if kind == "payer" else _advertiser(world, payee)
    account = plain_entity("Account", _EMPTY, {"holder_matches": True})
    context = {"at": instant(world.at), "amount_micros": amount_micros, "territories": list(world.territories)}
    facts = _facts(world, "pay_out", context, entity, account)
    party = Party(kind="payer" if kind == "payer" else "advertiser", id=payee.id)
    return Request(f"{scope}:{payee.id}", party, scope, world.places, facts, payee.id)


def _serving(world: World, advertiser: Advertiser) -> Request:
    payer = _own_payer(world, advertiser)
    context = _context(world, payer, True, world.territories)
    context |= {"placement": reference("Placement", _EMPTY), "label_present": False}
    creative = plain_entity("Creative", _EMPTY, {"content": [], "landing_host": ""})
    placement = plain_entity("Placement", _EMPTY, {"territory": "", "slot": ""})
    facts = _dealing(world, "serve", context, (advertiser, payer), creative, placement)
    return Request(f"serve:{advertiser.id}", _party(advertiser), "advertiser", world.places, facts, payer.id)


def _order(world: World, campaign: Campaign) -> Request:
    advertiser = world.advertisers[campaign.advertiser_id]
    named = world.payers.get(campaign.payer_id)
    payer = named or _own_payer(world, advertiser)
    territories = world.with_unions(campaign.territories) if campaign.territories else world.territories
    context = _context(world, payer, named is not None, territories, political=campaign.political)
    vote = world.vote_in(territories)
    if vote is not None:
        context["vote"] = vote_record(vote)
    facts = _dealing(world, "buy", context, (advertiser, payer), campaign_entity(campaign))
    scope = f"campaign:{campaign.id}"
    places = campaign.territories or world.places
    return Request(scope, _party(advertiser), scope, places, facts, payer.id, campaign)


def _own_payer(world: World, advertiser: Advertiser) -> Payer:
    return world.payers.get(advertiser.payer_id, advertiser)


def _party(advertiser: Advertiser) -> Party:
    return Party(kind="advertiser", id=advertiser.id)


def _advertiser(world: World, payee: Payer) -> Json:
    return advertiser_entity(world, world.advertisers[payee.id])


def _context(
    world: World, payer: Payer, disclosed: bool, territories: Sequence[str], *, political: bool = False
) -> Json:
    return {
        "at": instant(world.at),
        "payer": reference("Payer", payer.id),
        "payer_disclosed": disclosed,
        "territories": list(territories),
        "political": political,
    }


def _dealing(
    world: World, action: str, context: Json, parties: tuple[Advertiser, Payer], resource: Json, *others: Json
) -> bytes:
    principal, payer = advertiser_entity(world, parties[0]), payer_entity(world, parties[1])
    return _facts(world, action, context, principal, resource, payer, *others)


def _facts(world: World, action: str, context: Json, principal: Json, resource: Json, *others: Json) -> bytes:
    entities = [principal, resource, *others]
    return canonical_exact({
        "principal": principal["uid"],
        "action": {"type": "Action", "id": action},
        "resource": resource["uid"],
        "context": context | bound_by(world, action),
        "entities": [*entities, *designations_above(world, *entities)],
    })  # fmt: skip

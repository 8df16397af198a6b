"""Everybody whom a network's tables name and screening looks at."""

from evenhand.intake import Tables
from evenhand.model.party import Payer
from evenhand.workflows.evaluation.findings import PartyKey
from evenhand.workflows.evaluation.run_context import third_parties


def parties_of(tables: Tables) -> dict[PartyKey, Payer]:
    """Return everybody to be screened: advertisers, payers that are none, named owners that are neither.

    INVARIANT: an id stands for one party, whatever its kind.
    """
    parties: dict[PartyKey, Payer] = {("advertiser", each.id): each for each in tables.advertisers}
    advertisers = {each.id for each in tables.advertisers}
    parties |= {("payer", each.id): each for each in tables.payers if each.id not in advertisers}
    known = {party_id: party for (_, party_id), party in parties.items()}
    return parties | {("owner", key): each for key, each in third_parties(tables.ownership, known).items()}

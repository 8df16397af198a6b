"""Screening: is this advertiser or payer listed, or owned by one who is, and on what ground do we say so?"""

from evenhand.screening.index.entity_index import Index
from evenhand.screening.names.weights import SCORER
from evenhand.screening.ownership.owned_parties import Holdings, ownership_findings
from evenhand.screening.ownership.stake_grounds import Holder
from evenhand.screening.parties.party_comparison import compare
from evenhand.screening.party_screening import screen

__all__ = ["SCORER", "Holder", "Holdings", "Index", "compare", "ownership_findings", "screen"]

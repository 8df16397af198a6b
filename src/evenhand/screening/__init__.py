"""Screening: is this advertiser or payer listed, or owned by one who is, and on what ground do we say so?"""

from evenhand.screening.compare import compare
from evenhand.screening.grounds import Holder
from evenhand.screening.index import Index
from evenhand.screening.ownership import Holdings, ownership_findings
from evenhand.screening.screen import screen
from evenhand.screening.weights import SCORER

__all__ = ["SCORER", "Holder", "Holdings", "Index", "compare", "ownership_findings", "screen"]

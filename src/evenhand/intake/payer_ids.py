"""Payers whom no table knows: an advertiser would pay itself, a campaign be one whose payer is hidden, for a slip."""

from collections.abc import Set

from evenhand.intake.rejected_input import refused
from evenhand.intake.sheet import Sheet, Unread
from evenhand.model.campaign import Campaign
from evenhand.model.party import Advertiser

COLUMN = "payer_id"
_EXPECTED = "an id of payers or advertisers"


def tell_unknown_payers(file: str, sheet: Sheet[Advertiser] | Sheet[Campaign], known: Set[str]) -> None:
    """Add to a table's rejected values each id of a payer that is none of `known`; the rows stay as they are.

    A campaign whose table has no such column takes its advertiser's payer: that is told of the advertiser.
    INVARIANT: whose payer is lost is ruled with the advertiser's own facts in its place, which may be milder, so that
    no stricter decision in force ends by it (choice 18). A campaign counts besides as one whose payer is hidden.
    """
    if COLUMN not in sheet.places:
        return
    for item in sheet.items:
        if item.payer_id and item.payer_id not in known:
            line, value = sheet.lines[item.id], item.payer_id
            sheet.refused.append(refused(file, line, COLUMN, value, _EXPECTED, what="value"))
            party = item.id if isinstance(item, Advertiser) else item.advertiser_id
            sheet.unread.append(Unread(sheet.name, COLUMN, value, party, line))

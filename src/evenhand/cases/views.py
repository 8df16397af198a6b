"""What the findings say of each party: designations, shares, control, media (`river.md` §5)."""

from collections.abc import Iterable, Mapping
from datetime import date

from evenhand.cases.facts import media_record
from evenhand.cases.findings import PartyKey, Seen
from evenhand.cases.world import POSSIBLE_MATCH, View
from evenhand.intake import Tables
from evenhand.model.finding import Comparison, Finding
from evenhand.policy import Rulebook
from evenhand.screening import Holder, Holdings, ownership_findings


def views_of(
    seen: Mapping[PartyKey, Seen], tables: Tables, rulebook: Rulebook, rule: str, day: date
) -> tuple[dict[str, View], tuple[str, ...]]:
    """Return the view of every party that something was found of, by id, and sentences on overfull companies."""
    views: dict[str, View] = {}
    holders: dict[str, Holder] = {}
    for (_, party_id), each in seen.items():
        if each.noticed:
            views[party_id] = _from_matches(each, rulebook)
            counted = [f for f in views[party_id].findings if f.kind == "listed" and _counts(f, each, rulebook)]
            if counted:
                holders[party_id] = Holder(any(f.certain for f in counted), tuple(counted))
    holdings = ownership_findings(tables.ownership, holders, rule, day, tables.hashes.get("ownership", ""))
    _add_ownership(views, holdings, holders)
    return views, tuple(f"{company}: known shares add up to more than 101 %" for company in holdings.overfull)

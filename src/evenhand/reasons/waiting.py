"""How long the letter of a hold waits for a review: only where the hold rests on a match that nobody confirmed."""

from datetime import date, timedelta

from evenhand.model.case import Case
from evenhand.model.decision import Decision
from evenhand.model.outcome import Outcome

_NOT_MATCHES = ("recorded", "rule_error")


def waits_until(decision: Decision, case: Case) -> date | None:
    """Return the day on which the letter goes out at the latest; None where it goes out with the decision.

    It waits where the decision holds, for possible matches alone, and keeps no campaign from running: then nothing
    is restricted yet that the advertiser could use, and most such matches are cleared within days. A hold for what
    the advertiser has to mend (a payer that is not named, an unknown share) never waits, nor does one that is
    announced for a later day. Where the hold replaces another decision its letter waits no longer than that one's.

    Source: DSA Art. 17(2), "at the latest from the date that the restriction is imposed"; docs/choices/0020.
    """
    settings = case.settings
    if settings.hold_notice == "at_once" or decision.outcome is not Outcome.HOLD or not _only_possible(decision):
        return None
    if decision.effective_from > decision.decided_at:
        return None
    last = case.informed + timedelta(days=settings.hold_notice_days)
    day = min(filter(None, (last, case.campaign_stops, case.told_by)))
    return day if day > case.informed else None


def _only_possible(decision: Decision) -> bool:
    """Return whether every finding of a decision is a match that nobody has confirmed."""
    found = decision.findings
    return bool(found) and all(not each.certain and each.kind not in _NOT_MATCHES for each in found)

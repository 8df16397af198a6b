"""Deadlines of letters: how long the letter of a hold waits for a review."""

from datetime import date, timedelta

from evenhand.model.decision import Decision
from evenhand.model.finding import UNREAD, Finding
from evenhand.model.outcome import Outcome
from evenhand.model.statement import Case

_NOT_MATCHES = ("recorded", "rule_error")


def waits_until(decision: Decision, case: Case) -> date | None:
    """Return the day on which the letter goes out at the latest; None where it goes out with the decision.

    It waits where the decision holds, for possible matches, a row that the network could not read or content that its
    rulebook does not know, and keeps no campaign from running: then nothing is restricted yet that the advertiser could
    use, and most such holds end within days. What the network mistyped the advertiser cannot mend. A hold for what
    the advertiser has to mend (a payer that is not named, an unknown share) never waits, nor does one that is
    announced for a later day. Where the hold replaces another decision its letter waits no longer than that one's.

    Source: DSA Art. 17(2), "at the latest from the date that the restriction is imposed"; docs/choices/0020.
    """
    settings = case.settings
    if settings.hold_notice == "at_once" or decision.outcome is not Outcome.HOLD or not _is_ours_to_settle(decision):
        return None
    if decision.effective_from > decision.decided_at:
        return None
    last = case.informed + timedelta(days=settings.hold_notice_days)
    day = min(filter(None, (last, case.campaign_stops, case.told_by)))
    return day if day > case.informed else None


def _is_ours_to_settle(decision: Decision) -> bool:
    """Return whether every finding of a decision is a match that nobody has confirmed, or of what could not be read."""
    found = decision.findings
    return bool(found) and all(_is_unread(each) or _is_possible(each) for each in found)


def _is_possible(finding: Finding) -> bool:
    return not finding.certain and finding.kind not in _NOT_MATCHES


def _is_unread(finding: Finding) -> bool:
    return finding.kind == "rule_error" and all(each.name in UNREAD for each in finding.because)

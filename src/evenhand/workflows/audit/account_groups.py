"""Groups of advertisers that no attribute names: by what they have spent, how long they are known, what they are."""

from datetime import UTC, date, datetime, timedelta

from evenhand.policy.request import day_of
from evenhand.workflows.audit.recorded_facts import RecordedFacts, principal_of

UNIT_MICROS = 1_000_000

_AGES = (
    (timedelta(days=14), "under 14 days"),
    (timedelta(days=90), "14 to 89 days"),
    (timedelta(days=365), "90 to 364 days"),
    (timedelta(days=5 * 365), "1 to 4 years"),
)


def spend_micros(facts: RecordedFacts) -> int | None:
    """Return what the party had spent when it was decided, None where the facts do not say."""
    spent = facts.attribute("spend_micros")
    return spent if isinstance(spent, int) and not isinstance(spent, bool) else None


def size_band(micros: int | None) -> str | None:
    """Return the band of a spend by the power of ten of whole units of the currency.

    >>> size_band(0), size_band(2_500_000), size_band(4_200_000_000), size_band(None)
    ('0', '1 to 9', '1,000 to 9,999', None)
    """
    if micros is None:
        return None
    units = micros // UNIT_MICROS
    if units <= 0:
        return "0"
    low = 10 ** (len(str(units)) - 1)
    return f"{low:,} to {10 * low - 1:,}"


def age_band(facts: RecordedFacts, decided_at: datetime) -> str | None:
    """Return how long the party had been known when it was decided, in bands; None where the facts do not say."""
    seen = day_of(facts.attribute("first_seen"))
    return None if seen is None else age_on(seen, decided_at.astimezone(UTC).date())


def age_on(seen: date, day: date) -> str:
    """Return the band of the time between two days.

    >>> age_on(date(2026, 1, 1), date(2026, 1, 15)), age_on(date(2010, 1, 1), date(2026, 1, 1))
    ('14 to 89 days', '5 years or more')
    """
    return next((words for limit, words in _AGES if day - seen < limit), "5 years or more")


def kind_of(facts: RecordedFacts) -> str:
    """Return the kind of organisation as far as the facts of a decision tell it."""
    return "news outlet" if "media" in principal_of(facts) else "other"

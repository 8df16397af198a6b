"""When listings count, by the dates that a list states of them: which entries are in force on a day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from evenhand.lists.formats.dates import first_day, last_day, partial_date
from evenhand.model.listing import ListedEntity, ListVersion

PERIOD: Final = "listingPeriod"
"""The property of an entry with a value `<since>..<until>` for each of its listings, its dates as published."""

_DAY: Final = timedelta(days=1)
_MOST_NAMED: Final = 5


def period(since: Iterable[str], until: Iterable[str]) -> str:
    """Return a listing that states these dates, from the first of them to the last; ``""`` if it states none.

    A date that cannot be read is kept, in place of those that can.

    >>> period(["2024"], ["2026-05"]), period([], ["2026-05", "2027"]), period([], ["31.12.2026"])
    ('2024..2026-05', '..2027', '..31.12.2026')
    """
    first = min(since, key=lambda text: first_day(text) if partial_date(text) else date.min, default="")
    last = max(until, key=lambda text: last_day(text) if partial_date(text) else date.max, default="")
    return f"{first}..{last}" if first or last else ""


def entries_in_force(entities: Iterable[ListedEntity], day: date) -> tuple[ListedEntity, ...]:
    """Return the entries without those of which no listing has begun, or every one has ended, on a day."""
    return tuple([entity for entity in entities if _is_in_force(entity, day)])


def on_day(
    version: ListVersion, entities: Sequence[ListedEntity], day: date
) -> tuple[ListVersion, Sequence[ListedEntity]]:
    """Return a version as it counts on a day, and its entries in force; `entities` are all that it publishes."""
    days = _same_days(entities, day)
    return (version, entities) if days is None else (replace(version, days=days), entries_in_force(entities, day))


def period_notes(entities: Sequence[ListedEntity], day: date) -> Iterator[str]:
    """Yield a sentence each on entries that have ended by a day, that have not begun, and whose dates are not read."""
    apart = [(entity, _days_of(entity)) for entity in entities if not _is_in_force(entity, day)]
    ended = [f"{entity.id} ({max(last for _, last in days)})" for entity, days in apart
             if all(last < day for _, last in days)]  # fmt: skip
    ahead = [f"{entity.id} ({min(first for first, _ in days if first > day)})" for entity, days in apart
             if any(first > day for first, _ in days)]  # fmt: skip
    if ended:
        verb = "has ended and counts" if len(ended) == 1 else "have ended and count"
        yield f"{len(ended):,} of {_entries(len(entities))} {verb} no more (last day): {_named(ended)}"
    if ahead:
        verb = "does not count" if len(ahead) == 1 else "do not count"
        yield f"{len(ahead):,} of {_entries(len(entities))} {verb} yet (first day): {_named(ahead)}"
    unread = [f"{entity.id} ({text})" for entity in entities for text in entity.values(PERIOD) if not _is_read(text)]
    if unread:
        yield (
            "dates of listings that cannot be read, or end before they begin, are not counted, so that the entry is in"
            f" force: {_named(unread)}"
        )


def listed_until(entity: ListedEntity) -> str:
    """Return the last day of the last listing of an entry, ``""`` where one has no end."""
    days = _days_of(entity)
    return str(max(last for _, last in days)) if days and all(last < date.max for _, last in days) else ""


def _same_days(entities: Iterable[ListedEntity], day: date) -> tuple[date, date] | None:
    """Return the days around a day on which no listing begins or ends; None where all entries are always in force."""
    first, last = date.min, date.max
    for text in {text for entity in entities for text in entity.values(PERIOD)}:
        begins, ends = _days(text)
        for new in (begins, *([ends + _DAY] if ends < date.max else [])):
            first, last = (max(first, new), last) if new <= day else (first, min(last, new - _DAY))
    is_all = last == date.max and all(_is_in_force(entity, day) for entity in entities)
    return None if is_all else (first, last)


def _is_in_force(entity: ListedEntity, day: date) -> bool:
    listings = entity.properties.get(PERIOD)
    return not listings or any(first <= day <= last for first, last in map(_days, listings))


def _days_of(entity: ListedEntity) -> list[tuple[date, date]]:
    return [_days(text) for text in entity.values(PERIOD)]


@lru_cache(1 << 16)
def _days(text: str) -> tuple[date, date]:
    """Return the first and the last day of a listing.

    INVARIANT: a date that cannot be read, and an end before its beginning, begin and end nothing.
    """
    since, _, until = text.partition("..")
    first = first_day(since) if partial_date(since) else date.min
    last = last_day(until) if partial_date(until) else date.max
    return (first, last) if first <= last else (date.min, date.max)


@lru_cache(1 << 16)
def _is_read(text: str) -> bool:
    since, _, until = text.partition("..")
    is_date = all(partial_date(each) for each in (since, until) if each)
    return is_date and (not (since and until) or first_day(since) <= last_day(until))


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _named(several: Sequence[str]) -> str:
    return ", ".join(several[:_MOST_NAMED]) + (", ..." if len(several) > _MOST_NAMED else "")

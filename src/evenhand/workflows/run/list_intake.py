"""The lists of a run: read anew, or their earlier versions, or the run stops; and what people must see first.

INVARIANT: no run decides without a version of a required list (architecture, invariant 9).
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from evenhand.lists import Versions
from evenhand.lists.removal_guard import RemovalGuard
from evenhand.lists.updates import GuardOf, fetch_record
from evenhand.model.errors import ListsMissing, ListUnreadable
from evenhand.model.listing import ListVersion
from evenhand.model.network import ListSource
from evenhand.model.run import ListNews
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.evaluation.decided_entries import Entries
from evenhand.workflows.evaluation.findings import Lists
from evenhand.workflows.evaluation.run_state import PREFILTER


class TakenLists(NamedTuple):
    """The versions to screen against, what became of each configured list, and sentences on what was missing or old."""

    lists: Lists
    news: tuple[ListNews, ...]
    warnings: tuple[str, ...]


def guards(entries: Callable[[], Entries], accepted: Collection[str], day: date) -> GuardOf:
    """Return what new versions of each list must keep; `entries` are asked for once, when a version is new.

    `day` is the one on which entries count, in the network's zone. `accepted` are the keys of lists that a person has
    checked.
    """
    found = cache(entries)
    return lambda source: RemovalGuard(
        Decimal(source.max_removed), lambda: found().get(source.key, ()), source.key in accepted, day
    )


def take_lists(network: Network, at: datetime, guard_of: GuardOf) -> TakenLists:
    """Read the configured lists and return what a run at `at` screens against; `guard_of` says what each must keep.

    Raises:
        ListsMissing: a required list has no version, or no list has an entry and nobody accepted that.
        ListUnreadable: what is kept of a list is damaged.
    """
    sources, kept = network.settings.lists, Versions(network.lists)
    taken = (kept.take(source, network.folder, guard_of(source)) for source in sources)
    day = at.astimezone(network.settings.zone).date()
    counted = [as_counted(kept, replace(each, problem=network.as_set(each.problem)), day) for each in taken]
    news = tuple(each for each, _ in counted)
    versions = {version.key: version for _, version in counted if version is not None}
    lists = Lists(versions, kept.entities, kept.relations, network.lists / "screening.index", network.state / PREFILTER)
    _stop_if_missing(network, news, lists)
    ages = (sentence for source in sources if (sentence := age_warning(kept, source, at.date())))
    unsafe = (source.unsafe for source in sources if source.unsafe)
    return TakenLists(lists, news, (*_warnings(news, lists), *ages, *unsafe))


def as_counted(kept: Versions, news: ListNews, day: date) -> tuple[ListNews, ListVersion | None]:
    """Return the result for a list with what is to be said of entries not in force, and its version as it counts.

    `day` is in the network's zone.
    """
    if news.version is None:
        return news, None
    try:
        version = kept.on(news.version, day)
        notes = kept.period_notes(news.version, day)
    except ListUnreadable:  # met again, and told, where an entry is asked for
        return news, news.version
    return replace(news, notes=(*news.notes, *notes)), version


def _stop_if_missing(network: Network, news: tuple[ListNews, ...], lists: Lists) -> None:
    required = {source.key for source in network.settings.lists if source.required}
    missing = [each for each in news if each.version is None and each.key in required]
    where = network.folder / SETTINGS_FILE
    if missing:
        several = "a required list has" if len(missing) == 1 else f"{len(missing)} required lists have"
        problems = "; ".join(f"{each.key}: {each.problem}" for each in missing)
        raise ListsMissing(
            f"{several} no version to screen against, so nothing was decided: {problems}", where=where,
            todo="correct the path or address, or set `required = false` for a list that may be missing",
        )  # fmt: skip
    if network.settings.without_lists.none == "stop" and (nobody := _no_entry(news, lists)):
        raise ListsMissing(
            f"{nobody}, so nobody would be screened and nothing was decided", where=where,
            expected="a [[list]] block whose list has entries",
            todo='add one, or accept it with `none = "accept"` in [lists]',
        )  # fmt: skip


def _no_entry(news: tuple[ListNews, ...], lists: Lists) -> str:
    """Return that no list has an entry that counts, ``""`` where one has."""
    versions = lists.versions.values()
    if any(each.entries if each.days is None else lists.entities(each) for each in versions):
        return ""
    ended = " in force: all have ended or not begun" if any(each.entries for each in versions) else ""
    return f"the configured lists have 0 entries{ended}" if news else "no list is configured"


def _warnings(news: tuple[ListNews, ...], lists: Lists) -> Iterator[str]:
    """Yield what a person must see first: lists without a version or with an earlier one, and no entry at all."""
    if what := _no_entry(news, lists):
        yield f'Nobody was screened: {what}, which `none = "accept"` in [lists] allows.'
    for one_list in news:
        if one_list.version is None:
            yield f"{one_list.key} was not screened against: it has no version and is not required. {one_list.problem}"
        elif one_list.status == "kept":
            dated = f"of {one_list.version.published_on}" if one_list.version.published_on else "without a date"
            entries = f"{one_list.version.entries:,} {'entry' if one_list.version.entries == 1 else 'entries'}"
            yield (
                f"{one_list.key} was not updated: its earlier version {dated} ({entries}) was used. {one_list.problem}"
            )


def age_warning(kept: Versions, source: ListSource, today: date) -> str:
    """Return that a list is older than its setting allows, ``""`` if it is not.

    A fetched list is as old as its last answer from the server, unchanged or new; any other as its publication.
    """
    current, most = kept.current(source.key), source.oldest_days
    if current is None or most is None:
        return ""
    fresh = fresh_on(kept, source)
    how, todo = ("last fetched", "; run `evenhand lists update`") if source.urls else ("published", "")
    if fresh is None:
        return f"{source.key} may be old: its date is not known, and `max_age_days` is {most}{todo}."
    days = (today - fresh).days
    if days <= most:
        return ""
    return f"{source.key} is old: {how} on {fresh}, {days} days ago, and `max_age_days` is {most}{todo}."


def fresh_on(kept: Versions, source: ListSource) -> date | None:
    """Return the day that a list's age is counted from, None where there is no version or nobody knows the day."""
    current = kept.current(source.key)
    if current is None or not source.urls:
        return None if current is None else current.published_on
    how = fetch_record(kept, current)
    return None if how is None else (how.confirmed_at or how.retrieved_at).date()

"""Each list of a network with its version, age and problems: nothing of its entries is read."""

from datetime import datetime
from typing import NamedTuple

from evenhand.lists import Versions
from evenhand.lists.updates import fetch_record
from evenhand.model.errors import ListUnreadable, NotFound
from evenhand.model.listing import ListVersion
from evenhand.model.network import ListSource
from evenhand.store.network import Network
from evenhand.workflows.evaluation.list_problems import read_list_problems
from evenhand.workflows.evaluation.unused_entries import read_unused_entries
from evenhand.workflows.run.list_intake import age_warning


class KeptVersion(NamedTuple):
    """A kept version, when it was fetched and last confirmed by its server (None: never), and whether it counts."""

    version: ListVersion
    fetched: datetime | None
    confirmed: datetime | None
    in_force: bool


class ListShown(NamedTuple):
    """A configured list: the version in force, when it was fetched, its age in words, what is wrong with it.

    `age`, `problem` and `unused` (entries that decide nothing) are sentences, ``""`` where nothing is to be said;
    `missing` counts the entries that a version lacks which was not taken.
    """

    source: ListSource
    current: KeptVersion | None
    age: str
    problem: str
    since: datetime | None
    missing: int
    unused: str = ""


def list_overview(network: Network, at: datetime) -> tuple[ListShown, ...]:
    """Return the lists of a network in the order of its settings."""
    kept, problems = Versions(network.lists), {each.key: each for each in read_list_problems(network.state)}
    unused = {each.key: str(each) for each in read_unused_entries(network.state)}
    found = []
    for source in network.settings.lists:
        known, refused = problems.get(source.key), kept.not_taken(source.key)
        try:
            current, damage = _current(kept, source.key), ""
            age = age_warning(kept, source, at.date())
        except ListUnreadable as error:
            current, damage, age = None, network.as_set(str(error)), ""
        problem = damage or (known.problem if known else "")
        since = known.since if known else None
        missing = refused.missing_count if refused else 0
        found.append(ListShown(source, current, age, problem, since, missing, unused.get(source.key, "")))
    return tuple(found)


def kept_versions(network: Network, key: str) -> tuple[KeptVersion, ...]:
    """Return the kept versions of a list, the newest first.

    Raises:
        NotFound: the network has no such list.
        ListUnreadable: what is kept is damaged.
    """
    known = [source.key for source in network.settings.lists]
    if key not in known:
        raise NotFound("no such list", got=key, expected=", ".join(known) or "a [[list]] block in evenhand.toml")
    kept = Versions(network.lists)
    current = kept.current(key)
    return tuple(_kept(kept, each, current) for each in reversed(kept.all(key)))


def _current(kept: Versions, key: str) -> KeptVersion | None:
    current = kept.current(key)
    return None if current is None else _kept(kept, current, current)


def _kept(kept: Versions, version: ListVersion, current: ListVersion | None) -> KeptVersion:
    how = fetch_record(kept, version)
    fetched, confirmed = (None, None) if how is None else (how.retrieved_at, how.confirmed_at)
    return KeptVersion(version, fetched, confirmed, current is not None and version.sha256 == current.sha256)

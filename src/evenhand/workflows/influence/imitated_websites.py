"""Whose website is imitated, in `out/influence/lookalike_hosts.parquet`: for people to look at, no test counts it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from evenhand.influence.lookalike_hosts import How, LookalikeHost, lookalike_hosts
from evenhand.intake import Tables
from evenhand.model.host_likeness import readable_host
from evenhand.model.hosts import Suffixes
from evenhand.store.tables import write_parquet
from evenhand.workflows.influence.network_events import NetworkEvents

_COLUMNS = {"own": "VARCHAR", "accounts": "VARCHAR", "other": "VARCHAR", "other_accounts": "VARCHAR", "how": "VARCHAR"}

_FILE: Final = "lookalike_hosts.parquet"
_MOST_NAMED: Final = 3
_HOW: Final[dict[How, str]] = {
    "like signs": "with letters that look alike", "other suffix": "under another suffix",
    "slip": "one slip of the keyboard away",
}  # fmt: skip


def own_websites(tables: Tables) -> list[tuple[str, str]]:
    """Return advertisers and their websites, sorted."""
    return sorted((each.id, host) for each in tables.advertisers for host in each.domains)


def imitated_websites(found: NetworkEvents, suffixes: Suffixes) -> list[LookalikeHost]:
    """Return the hosts of some advertisers that look like the website of another, sorted."""
    used = ((account, name.removeprefix("host:")) for account, kind, name, _, _ in found.tokens if kind == "host")
    return lookalike_hosts(own_websites(found.tables), used, suffixes)


def lookalike_sentences(rows: Sequence[LookalikeHost]) -> Iterator[str]:
    """Yield how many hosts look like an advertiser's own, those with letters that look alike first, with examples.

    Where both hosts are websites of advertisers they are one look-alike.
    """
    once = {frozenset((each.own, each.other)): each for each in reversed(rows)}
    parts = []
    for how, words in _HOW.items():
        several = sorted(each for each in once.values() if each.how == how)
        named = [_named(each) for each in several[:_MOST_NAMED]]
        more = [f"{len(several) - _MOST_NAMED:,} more"] if len(several) > _MOST_NAMED else []
        parts += [f"{len(several):,} {words} ({'; '.join([*named, *more])})"] if several else []
    if parts:
        yield f"look-alike hosts, for people to look at: {', '.join(parts)}; all in out/influence/{_FILE}"


def _named(row: LookalikeHost) -> str:
    readable = readable_host(row.other)
    spelled = f"{readable} = {row.other}" if readable != row.other else row.other
    return f"{spelled} of {', '.join(row.other_accounts[:_MOST_NAMED])} like {readable_host(row.own)}"


def write_lookalikes(folder: Path, rows: Sequence[LookalikeHost]) -> None:
    """Write the hosts of some advertisers that look like the website of another."""
    write_parquet(folder / _FILE, _COLUMNS, (
        (each.own, " ".join(each.accounts), each.other, " ".join(each.other_accounts), each.how) for each in rows
    ))  # fmt: skip

"""Whose website is imitated, in `out/influence/lookalike_hosts.parquet`: for people to look at, no test counts it."""

from pathlib import Path

from evenhand.influence.lookalike_hosts import lookalike_hosts
from evenhand.intake import Tables
from evenhand.model.hosts import Suffixes
from evenhand.store.tables import write_parquet
from evenhand.workflows.influence.network_events import NetworkEvents

_COLUMNS = {"own": "VARCHAR", "accounts": "VARCHAR", "other": "VARCHAR", "other_accounts": "VARCHAR", "how": "VARCHAR"}


def own_websites(tables: Tables) -> list[tuple[str, str]]:
    """Return advertisers and their websites, sorted."""
    return sorted((each.id, host) for each in tables.advertisers for host in each.domains)


def write_lookalikes(folder: Path, found: NetworkEvents, suffixes: Suffixes) -> None:
    """Write the hosts of some advertisers that look like the website of another."""
    used = ((account, name.removeprefix("host:")) for account, kind, name, _, _ in found.tokens if kind == "host")
    rows = lookalike_hosts(own_websites(found.tables), used, suffixes)
    write_parquet(folder / "lookalike_hosts.parquet", _COLUMNS, (
        (each.own, " ".join(each.accounts), each.other, " ".join(each.other_accounts), each.how) for each in rows
    ))  # fmt: skip

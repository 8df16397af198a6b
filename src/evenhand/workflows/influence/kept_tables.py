"""The tables of acts that were tested, kept in `snapshots/` by the hash of their bytes as the other tables are."""

from collections.abc import Mapping
from typing import Final

from evenhand.intake.events import places_of
from evenhand.intake.network_tables import source_of
from evenhand.model.errors import TableUnreadable
from evenhand.store.network import Network
from evenhand.store.tables import erased_note, snapshot, table_sha256

EVENT_TABLES: Final = ("events", "declared", "bids")


def keep_tables(network: Network, files: Mapping[str, str]) -> None:
    """Keep each table of acts as Parquet, once per content; `files` are the hashes that findings name.

    Raises:
        TableUnreadable: a table cannot be read, or is no longer the one that was tested.
    """
    for name, sha256 in files.items():
        kept = network.snapshots / f"{sha256}.parquet"
        if kept.exists() and not erased_note(kept).exists():
            continue
        source = source_of(network.folder, network.settings.intake, name)
        places = places_of(source).values()
        if snapshot(source.folder / source.file, network.snapshots, places, source.sheet, source.known) != kept:
            raise TableUnreadable("was changed while it was tested", where=source.file, todo="run again")


def changed_tables(network: Network, files: Mapping[str, str]) -> tuple[str, ...]:
    """Return which tables of acts are no longer those of these hashes, or cannot be read any more."""
    return tuple(name for name, sha256 in event_hashes(network).items() if files and sha256 != files.get(name, ""))


def event_hashes(network: Network) -> dict[str, str]:
    """Return the hash of each table of acts by name, ``""`` where the settings name none."""
    return {name: _hash_of(network, name) for name in EVENT_TABLES}


def _hash_of(network: Network, name: str) -> str:
    intake = network.settings.intake
    if not (file := getattr(intake, name)):
        return ""
    try:
        return table_sha256(network.folder / file, intake.sheets.get(name, ""))
    except TableUnreadable:
        return "unreadable"

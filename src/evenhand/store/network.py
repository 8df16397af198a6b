"""A network is a folder: its settings read and its paths named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from msgspec.structs import replace

from evenhand.model.network import Settings
from evenhand.model.upload import TableName
from evenhand.store.object_addresses import copy_of, is_address
from evenhand.store.settings import SETTINGS_FILE, read_settings

__all__ = ["SETTINGS_FILE", "STATE", "Network", "read_network"]

STATE = "state"
"""The name of the folder of what the last run knew, beside that of what leaves."""


@dataclass(frozen=True)
class Network:
    """A network's folder with its settings; the paths are those of `pipeline.md` §2.

    `objects` are the addresses of tables by name; the settings here have the paths of their copies, which a run makes.
    `keeps_staff`: while `staff.toml` does not hold, what last held in this process counts, so that a server goes on.
    """

    folder: Path
    settings: Settings
    objects: Mapping[str, str] = field(default_factory=dict)
    keeps_staff: bool = False

    @property
    def rulebook(self) -> Path:
        """Return the rulebook's folder."""
        return self.folder / self.settings.rulebook.path

    @property
    def lists(self) -> Path:
        """Return the folder of kept list versions."""
        return self.folder / "lists"

    @property
    def ledger(self) -> Path:
        """Return the ledger's folder."""
        return self.folder / "ledger"

    @property
    def snapshots(self) -> Path:
        """Return the folder of tables as read, by content hash."""
        return self.folder / "snapshots"

    @property
    def state(self) -> Path:
        """Return the folder of what the last run knew; it may be deleted."""
        return self.folder / STATE

    @property
    def out(self) -> Path:
        """Return the folder of what leaves: register, reasons, report."""
        return self.folder / "out"

    def as_set(self, text: str) -> str:
        """Return a text whose paths in the network are as the settings give them, not as they are on a disk."""
        for folder in sorted({str(self.folder), str(self.folder.resolve())}, key=len, reverse=True):
            text = text.replace(f"{folder}/", "") if folder != "." else text
        return text


def read_network(folder: Path) -> Network:
    """Return the network in `folder`.

    Raises:
        NetworkUnreadable: the folder or `evenhand.toml` is missing, is not TOML, or a key is missing, unknown or wrong.
    """
    settings = read_settings(folder)
    objects = {name: file for name in get_args(TableName) if is_address(file := getattr(settings.intake, name))}
    copies = {name: copy_of(address) for name, address in objects.items()}
    return Network(folder, replace(settings, intake=replace(settings.intake, **copies)), objects)

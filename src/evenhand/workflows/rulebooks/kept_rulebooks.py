"""The rulebooks that a network has ruled by, kept by hash: a decision can be replayed when its rules are long gone."""

import shutil

from evenhand.policy import Rulebook
from evenhand.policy.rulebook import MAPPING_FILES
from evenhand.store.atomic_files import sync_path
from evenhand.store.network import Network

FOLDER = "rulebooks"


def keep_rulebook(network: Network, rulebook: Rulebook) -> None:
    """Keep the files of a rulebook in `snapshots/rulebooks/<sha256>`, whole or not at all, unless they are there."""
    kept = network.snapshots / FOLDER / rulebook.sha256
    if kept.exists():
        return
    building = kept.with_name(f"{kept.name}.tmp")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    for name in (*rulebook.files, *MAPPING_FILES):
        if (network.rulebook / name).is_file():
            shutil.copyfile(network.rulebook / name, building / name)
            sync_path(building / name)
    sync_path(building)
    building.replace(kept)
    sync_path(kept.parent)


class Rulebooks:
    """A network's rulebooks by hash, each loaded once: those kept, and the one that stands in its folder."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._known: dict[str, Rulebook | None] = {}

    def by_hash(self, sha256: str) -> Rulebook | None:
        """Return the rulebook with this hash, None if it was not kept.

        Kept ones are taken as historic: what was ruled by them is a fact, whatever the linter says today.

        Raises:
            RulebookInvalid: what is kept is no rulebook any more.
        """
        if sha256 not in self._known:
            kept = self._network.snapshots / FOLDER / sha256
            found = Rulebook.load(kept if kept.is_dir() else self._network.rulebook, historic=True)
            self._known[sha256] = found if found.sha256 == sha256 else None
        return self._known[sha256]

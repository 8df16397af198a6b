"""The rulebooks that a network has ruled by, kept by hash: a decision can be replayed when its rules are long gone."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from evenhand.model.record import record_sha256
from evenhand.policy import Rulebook
from evenhand.policy.rulebook import RELEASED_FILES, mapping_files
from evenhand.store.atomic_files import sync_path
from evenhand.store.network import Network

FOLDER = "rulebooks"


def keep_rulebook(network: Network, rulebook: Rulebook) -> None:
    """Keep the files of a rulebook in `snapshots/rulebooks/<sha256>`, whole or not at all, unless they are there.

    The same rules with another mapping are kept beside it, so that a later release can say what that changes.
    """
    mapping = rulebook.source.mapping_files
    kept = kept_folder(network, rulebook.sha256, mapping)
    if kept.exists() and mapping_files(kept) == mapping:
        return
    if kept.exists():
        kept = _with_mapping(network, rulebook.sha256, mapping)
        shutil.rmtree(kept, ignore_errors=True)  # somebody wrote into the folder while a run copied it
    building = kept.with_name(f"{kept.name}.tmp")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    for name in (*rulebook.files, *RELEASED_FILES):
        if (network.rulebook / name).is_file():
            shutil.copyfile(network.rulebook / name, building / name)
            sync_path(building / name)
    sync_path(building)
    building.replace(kept)
    sync_path(kept.parent)


def kept_folder(network: Network, sha256: str, mapping: Mapping[str, str]) -> Path:
    """Return where rules are kept with this mapping, by the hashes of its files; where they may be, if they are not."""
    beside = _with_mapping(network, sha256, mapping)
    return beside if beside.is_dir() else network.snapshots / FOLDER / sha256


def _with_mapping(network: Network, sha256: str, mapping: Mapping[str, str]) -> Path:
    return network.snapshots / FOLDER / f"{sha256}-{record_sha256(mapping)}"


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

"""Which rulebook a path on the command line means."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.policy.rulebook import RulebookContents


class RulebookPath(NamedTuple):
    """Where a rulebook lies, the file in it that stands for its policies (else all), and whether it is historic."""

    folder: Path
    variant: str
    historic: bool


def rulebook_at(path: Path) -> RulebookPath:
    """Return the rulebook that a path means: its folder, a network's folder, or one file of policies in the first."""
    from evenhand.policy.rulebook import SCHEMA_FILE
    from evenhand.store.network import SETTINGS_FILE, read_network

    if (path / SETTINGS_FILE).is_file():
        network = read_network(path)
        return RulebookPath(network.rulebook, "", network.settings.rulebook.historic)
    if path.is_file():
        for file in (path, path.resolve()):
            for folder in file.parents:
                if (folder / SCHEMA_FILE).is_file():
                    return RulebookPath(folder, str(file.relative_to(folder)), False)
        raise BadInput("file is not inside a rulebook", where=path, expected=f"{SCHEMA_FILE} in a folder above")
    return RulebookPath(path, "", False)


def contents_at(path: Path) -> "RulebookContents":
    """Return what the rulebook at a path says; one that lint refuses can still be read and proved wrong."""
    from evenhand.policy.rulebook import read_folder

    book = rulebook_at(path)
    return read_folder(book.folder, historic=True, variant=book.variant)

"""Creatives of a network that show the same text or picture, or nearly; pictures are in `data/pictures`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evenhand.influence import similar_images, similar_texts
from evenhand.intake import Tables
from evenhand.model.errors import BadInput
from evenhand.workflows.influence.table_events import Token

ALIKE: Final = ("creative_text", "creative_image")
"""Kinds of objects of which likeness counts, not equality alone."""

_FOLDER: Final = Path("data", "pictures")
_MOST_NAMED = 5


def alike_objects(
    network: Path, tables: Tables, tokens: list[Token], warnings: list[str]
) -> dict[tuple[str, str], str]:
    """Return the object that a creative shares with like ones, by kind and creative; a warning for what is no picture.

    A picture is a file of any ending that is named for the creative's `media_sha256`.
    """
    held = {(kind, creative) for _, kind, _, _, creative in tokens if kind in ALIKE}
    texts = similar_texts((each.id, each.text) for each in tables.creatives if ("creative_text", each.id) in held)
    found = {("creative_text", creative): name for creative, name in texts.object_ids.items()}
    files = pictures_of(network)
    hashed = ((each.id, each.media_sha256.lower()) for each in tables.creatives)
    given = [(creative, files[media]) for creative, media in hashed if media in files]
    try:
        pictures = similar_images(given)
    except BadInput as error:
        warnings.append(f"{_FOLDER.as_posix()}: pictures are compared by hash alone: {error}")
        return found
    if pictures.unreadable:
        warnings.append(f"{_FOLDER.as_posix()}: {'; '.join(_unreadable(pictures.unreadable))}")
    return found | {("creative_image", creative): name for creative, name in pictures.object_ids.items()}


def pictures_of(network: Path) -> dict[str, Path]:
    """Return the files of a network's pictures by the hash that they are named for."""
    folder = network / _FOLDER
    return {path.stem.lower(): path for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def _unreadable(unreadable: dict[str, str]) -> Iterator[str]:
    for creative, why in sorted(unreadable.items())[:_MOST_NAMED]:
        yield f"the picture of creative `{creative}` {why}"
    if len(unreadable) > _MOST_NAMED:
        yield f"and {len(unreadable) - _MOST_NAMED:,} more; each is compared by its hash alone"

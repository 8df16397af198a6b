"""What shows the same text or picture, or nearly: creatives of a network, and texts in its table of events.

Pictures are in `data/pictures`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from evenhand.influence import similar_images, similar_texts
from evenhand.intake import Tables
from evenhand.intake.object_names import folded
from evenhand.model.errors import BadInput
from evenhand.workflows.influence.table_events import Token, text_id

ALIKE: Final = ("creative_text", "creative_image")
"""Kinds of objects of which likeness counts, not equality alone."""

_FOLDER: Final = Path("data", "pictures")
_MOST_NAMED = 3
_TEXT: Final = "creative_text:"
_ID: Final = re.compile(r"[!-~]*")  # no blank and no letter but plain ones: a hash or a number, whatever its length


@dataclass
class AlikeObjects:
    """Which object like things have in common: `creatives` by kind and id, `texts` by the name in a table of events.

    `not_compared` counts texts of which some possible likeness was not looked at.
    """

    creatives: dict[tuple[str, str], str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    not_compared: int = 0


def alike_objects(
    network: Path, tables: Tables, tokens: list[Token], named: Iterable[str], warnings: list[str]
) -> AlikeObjects:
    """Return the objects that creatives and texts share with like ones; a warning for what is no picture.

    `named` are the texts of a table of events, as objects. A picture is a file of any ending that is named for the
    creative's `media_sha256`.
    """
    held = {(kind, creative) for _, kind, _, _, creative in tokens if kind in ALIKE}
    found = _alike_texts(
        {each.id: each.text for each in tables.creatives if ("creative_text", each.id) in held}, sorted(named)
    )
    found.creatives |= _alike_pictures(network, tables, warnings)
    return found


def is_event_text(name: str) -> bool:
    """Return whether an object of a table of events is a text that others may resemble, not an id or a few words.

    >>> is_event_text("creative_text:they hide it from you"), is_event_text("creative_text:9f86d081884c7d659a2f")
    (True, False)
    """
    return name.startswith(_TEXT) and _ID.fullmatch(name) is None and bool(text_id(name.removeprefix(_TEXT)))


def _alike_texts(texts: dict[str, str], named: list[str]) -> AlikeObjects:
    """Return the objects of texts; where a text of events is among like ones, all have the first of these as theirs."""
    similar = similar_texts([
        *(((f"c{creative}", folded(text))) for creative, text in texts.items()),
        *((f"e{name}", name.removeprefix(_TEXT)) for name in named),
    ])  # fmt: skip
    first: dict[str, str] = {}
    for name in named:
        first.setdefault(similar.object_ids[f"e{name}"], name)
    shared = {key: first.get(name, name) for key, name in similar.object_ids.items()}
    return AlikeObjects(
        {("creative_text", key[1:]): name for key, name in shared.items() if key[0] == "c"},
        {key[1:]: name for key, name in shared.items() if key[0] == "e" and key[1:] != name},
        similar.not_compared,
    )


def _alike_pictures(network: Path, tables: Tables, warnings: list[str]) -> dict[tuple[str, str], str]:
    files = pictures_of(network)
    hashed = ((each.id, each.media_sha256.lower()) for each in tables.creatives)
    given = [(creative, files[media]) for creative, media in hashed if media in files]
    try:
        pictures = similar_images(given)
    except BadInput as error:
        warnings.append(f"{_FOLDER.as_posix()}: pictures are compared by hash alone: {error}")
        return {}
    if pictures.unreadable:
        warnings.append(f"{_FOLDER.as_posix()}: {_unreadable(pictures.unreadable)}")
    return {("creative_image", creative): name for creative, name in pictures.object_ids.items()}


def pictures_of(network: Path) -> dict[str, Path]:
    """Return the files of a network's pictures by the hash that they are named for."""
    folder = network / _FOLDER
    return {path.stem.lower(): path for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def _unreadable(unreadable: dict[str, str]) -> str:
    """Return in one sentence how many pictures cannot be read, of which creatives, and why of the first."""
    names = sorted(unreadable)
    shown, more = ", ".join(names[:_MOST_NAMED]), len(names) - _MOST_NAMED
    count = "1 picture" if len(names) == 1 else f"{len(names):,} pictures"
    rest = f" and {more:,} more" if more > 0 else ""
    return (
        f"{count} cannot be read and count by hash alone (creatives {shown}{rest}); {names[0]} {unreadable[names[0]]}"
    )

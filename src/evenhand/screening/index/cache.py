"""Files kept for the next run: an index while it is of its lists, a prefilter while it knows most parties."""

from collections.abc import Collection, Sequence
from pathlib import Path

from evenhand.model.errors import IndexUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.screening.index.entity_index import Index
from evenhand.screening.index.prefilter import Prefilter
from evenhand.screening.index.stored_arrays import is_stored

_WORTH_A_SIEVE = 1_000
_KNOWN = 0.9


def kept_index(
    path: Path, lists: Sequence[tuple[ListVersion, Sequence[ListedEntity]]], suffixes: Suffixes
) -> tuple[Index, str]:
    """Return the index of these lists that a file keeps, and ``""``; or one that was built and kept there, and why.

    Raises:
        IndexUnreadable: the file is something else than an index, and stays.
        OSError: it cannot be written.
    """
    if not path.exists():
        why = "none was kept yet"
    else:
        if path.is_dir() or not is_stored(path):
            raise IndexUnreadable("is no screening index, and stays", where=path, todo="name another file")
        try:
            return Index.open(path, suffixes, [version for version, _ in lists]), ""
        except IndexUnreadable as error:
            why = str(error)
    Index(lists, suffixes).save(path)
    return Index.open(path, suffixes), why


def kept_prefilter(path: Path) -> Prefilter | None:
    """Return the prefilter that a file keeps; None if there is none, it is damaged or of another scorer."""
    try:
        return Prefilter.open(path)
    except IndexUnreadable:
        return None


def prefilter_is_due(known: Prefilter | None, contents: Collection[str]) -> bool:
    """Return whether a prefilter of these parties, by the hashes of what is read of each, is to be made.

    Few parties are read as fast as a prefilter; nine in ten that are known already are enough, the rest is read.
    """
    met = sum(map(known.known.__contains__, contents)) if known else 0
    return len(contents) >= _WORTH_A_SIEVE and met < _KNOWN * len(contents)


def keep_prefilter(path: Path, prefilter: Prefilter) -> None:
    """Keep a prefilter for the next run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    prefilter.save(path)

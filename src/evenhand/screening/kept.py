"""An index kept beside its lists: used while it is of them and of this scorer, else built again."""

from collections.abc import Sequence
from pathlib import Path

from evenhand.model.errors import IndexUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.screening.index import Index
from evenhand.screening.stored import is_stored


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

"""Which rows of a table are added, removed or changed against the table of today."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from msgspec import structs

from evenhand.intake import Tables
from evenhand.model.upload import RowChange

_MOST: Final = 100
_KEYS: Final[Mapping[str, Callable[[Any], str]]] = {
    "advertisers": lambda row: row.id,
    "payers": lambda row: row.id,
    "campaigns": lambda row: row.id,
    "creatives": lambda row: row.id,
    "ownership": lambda row: f"{row.owner} → {row.owned}",
    "votes": lambda row: f"{row.territory} {row.first_day}",
}


def row_changes(table: str, before: Tables, after: Tables) -> tuple[dict[str, int], tuple[RowChange, ...]]:
    """Return how many rows differ, and the first of them: removed ones first, then changed, then added.

    Rows are compared as they are understood, by their key: another order, spelling of a date or heading is no change.
    Of several rows with one key (two holdings of one owner) the first is compared with the first.
    """
    old, new = (_by_key(table, getattr(each, table)) for each in (before, after))
    removed = [RowChange(what="removed", key=key[0], name=_name(old[key])) for key in old if key not in new]
    added = [RowChange(what="added", key=key[0], name=_name(new[key])) for key in new if key not in old]
    changed = [
        RowChange(what="changed", key=key[0], name=_name(new[key]), fields=tuple(_differing(old[key], new[key])))
        for key in old
        if key in new and old[key] != new[key]
    ]
    counts = {
        "added": len(added), "removed": len(removed), "changed": len(changed),
        "unchanged": len(old) - len(removed) - len(changed),
    }  # fmt: skip
    shown = (*islice(removed, _MOST), *islice(changed, _MOST), *islice(added, _MOST))
    return counts, shown


def _by_key(table: str, rows: Sequence[Any]) -> dict[tuple[str, int], Any]:
    count: dict[str, int] = defaultdict(int)
    found = {}
    for row in rows:
        key = _KEYS[table](row)
        found[key, count[key]] = row
        count[key] += 1
    return found


def _name(row: Any) -> str:
    return str(getattr(row, "name", ""))


def _differing(old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    for field in structs.fields(old):
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was != now:
            yield field.name.replace("_", " "), _text(was), _text(now)


def _text(value: Any) -> str:
    """Return a value as a cell could have it, ``""`` for none."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list | set | frozenset):
        return "; ".join(_text(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(each)}" for name, each in value.items())
    if isinstance(value, date):
        return value.isoformat()
    text = getattr(value, "text", None)
    return text if isinstance(text, str) else str(value)

"""A difference of two list versions in lines for people."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from evenhand.lists.difference import Difference, Publication
from evenhand.model.listing import FieldChange, ListChange
from evenhand.render.wording import short_hash

_FIRST = 20
_WIDE = 100


def difference_lines(difference: Difference, captions: Mapping[str, str], *, every: bool) -> Iterator[str]:
    """Yield counts, fields, and the first changes in words, amended ones first; with `every` all of them, uncut."""
    name = " ".join(filter(None, (difference.publisher, difference.list))) or "list"
    yield f"{name}: from {_publication(difference.old)} to {_publication(difference.new)}"
    yield _counted(difference.counts.items())
    if difference.fields:
        yield f"amended in: {_counted(difference.fields.items())}"
    if difference.reader_changes:
        yield f"parsed differently by a newer parser version: {difference.reader_changes:,} entries"
    ordered = sorted(difference.changes, key=lambda change: change.op != "amended")
    for change in ordered if every else islice(ordered, _FIRST):
        yield _change(change, captions[change.id], every=every)
    if not every and len(ordered) > _FIRST:
        yield f"and {len(ordered) - _FIRST:,} more: --all"


class ChangeRow(NamedTuple):
    """An entry that changed: what happened to it, its id and caption, and (field, values gone, values come)."""

    op: str
    id: str
    caption: str
    fields: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


def change_rows(changes: Iterable[ListChange], captions: Mapping[str, str]) -> tuple[ChangeRow, ...]:
    """Return changes for a page, each value whole: of a field what went and what came, not what stayed."""
    return tuple(
        ChangeRow(each.op, each.id, captions.get(each.id, ""), tuple(map(_moved, each.fields))) for each in changes
    )


def _moved(change: FieldChange) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    gone = tuple(value for value in change.before if value not in change.after)
    return change.field, gone, tuple(value for value in change.after if value not in change.before)


def _publication(publication: Publication) -> str:
    published = f"of {publication.published_at}" if publication.published_at else "without a date"
    return f"{publication.entries:,} entries {published} ({short_hash(publication.sha256)})"


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts)


def _change(change: ListChange, caption: str, *, every: bool) -> str:
    fields = "; ".join(_field(field, every=every) for field in change.fields)
    return f"{change.op} {change.id} {caption}" + (f": {fields}" if fields else "")


def _field(change: FieldChange, *, every: bool) -> str:
    gone = [value for value in change.before if value not in change.after]
    come = [value for value in change.after if value not in change.before]
    if len(change.before) == len(change.after) == 1:
        same = 0 if every else _same_start(gone[0], come[0])
        return f"{change.field} {_quoted(gone[0], same, every=every)} became {_quoted(come[0], same, every=every)}"
    moved = (("lost", gone), ("gained", come))
    parts = [f"{word} {', '.join(_quoted(each, every=every) for each in values)}" for word, values in moved if values]
    return f"{change.field} {' and '.join(parts)}"


def _same_start(one: str, other: str) -> int:
    """Return where two long texts begin to differ, at the beginning of a word."""
    if max(len(one), len(other)) <= _WIDE:
        return 0
    pairs = enumerate(zip(one, other, strict=False))
    differs = next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
    return one.rfind(" ", 0, differs) + 1


def _quoted(value: str, start: int = 0, *, every: bool) -> str:
    rest = f"...{value[start:]}" if start else value
    return f"`{rest if every or len(rest) <= _WIDE else rest[: _WIDE - 3] + '...'}`"

"""The ownership table of a day as arrays: parties by number, one holding for each owner and company."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from evenhand.model.errors import OwnershipUnreadable
from evenhand.model.party import MILLIONTHS, Ownership, OwnershipKind

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

_OVERFULL = 1_010_000
_KINDS: dict[OwnershipKind, int] = {"ownership": 0, "ownership_or_control": 1, "control": 2, "acts_for": 3}
_UNSHARED = 2  # from here on a kind says nothing of shares


@dataclass(frozen=True)
class OwnershipRows:
    """The holdings of a day. A party's number is the place of its id in `ids`, so that numbers sort as ids do.

    Columns by holding, ordered by owner, then company: `owner`, `owned`, `known` millionths, and whether some more
    is `unknown`. Owner `n` has the holdings `first[n]` to `first[n + 1]`; holding `h` rests on the rows of the table
    at `rows[first_row[h]:first_row[h + 1]]`. `rest` is what known shares leave of each party, in millionths;
    `unshared` are the rows of control and acting for, which the arithmetic never sees.
    """

    ids: Sequence[str]
    number: Mapping[str, int]
    owner: Places
    owned: Places
    known: Numbers
    unknown: Flags
    first: Numbers
    rows: Places
    first_row: Numbers
    rest: Numbers
    overfull: tuple[str, ...]
    unshared: Places

    def into(self, company: int) -> Places:
        """Return the holdings in a company, by owner."""
        order, first = self._by_owned
        return order[first[company] : first[company + 1]]

    @cached_property
    def _by_owned(self) -> tuple[Places, Numbers]:
        order = np.argsort(self.owned, kind="stable").astype(np.int32)
        return order, np.searchsorted(self.owned[order], np.arange(len(self.ids) + 1, dtype=np.int32))


def ownership_rows_of(shares: Sequence[Ownership], on: date) -> OwnershipRows:
    """Return the holdings that hold on a day; lines of one owner and company are added.

    `ownership_or_control` counts as an unknown share, whatever it states (`screening.md` §8). Cost: O(n log n).

    Raises:
        OwnershipUnreadable: a share is no whole number of millionths from 0 to 1,000,000.
    """
    stated = _shares(shares)
    ids, number, owner, owned = _interned(shares)
    kind = np.fromiter((_KINDS[row.kind] for row in shares), np.int8, len(shares))
    held = _in_force(shares, owner, owned, kind, len(ids), on)
    rows = held[kind[held] < _UNSHARED].astype(np.int32)
    pair = owner[rows].astype(np.int64) * len(ids) + owned[rows]
    order = np.argsort(pair, kind="stable")
    rows, pair = rows[order], pair[order]
    starts = _starts(pair)
    counts = (kind[rows] == 0) & (stated[rows] >= 0)
    holders, companies = owner[rows[starts]], owned[rows[starts]]
    known = _sums(np.where(counts, stated[rows], 0), starts)
    held_of = np.zeros(len(ids), np.int64)
    np.add.at(held_of, companies, known)
    return OwnershipRows(
        ids=ids,
        number=number,
        owner=holders,
        owned=companies,
        known=known,
        unknown=_sums((~counts).astype(np.int64), starts) > 0,
        first=np.searchsorted(holders, np.arange(len(ids) + 1, dtype=np.int32)),
        rows=rows,
        first_row=np.append(starts, len(rows)),
        rest=np.maximum(MILLIONTHS - held_of, 0),
        overfull=tuple(ids[each] for each in np.flatnonzero(held_of > _OVERFULL)),
        unshared=held[kind[held] >= _UNSHARED].astype(np.int32),
    )


def in_force(shares: Sequence[Ownership], on: date) -> list[Ownership]:
    """Return the rows that hold on a day: begun, not past `until`, and of the newest `as_of` of their kind.

    Two rows of one owner, company, kind and `as_of` are parts of one holding; an earlier `as_of` is an older
    statement of it and gives way. The order stays.
    """
    ids, _, owner, owned = _interned(shares)
    kind = np.fromiter((_KINDS[row.kind] for row in shares), np.int8, len(shares))
    return [shares[place] for place in _in_force(shares, owner, owned, kind, len(ids), on)]


def _shares(shares: Sequence[Ownership]) -> Numbers:
    """Return the shares as stated, -1 where unknown."""
    values = [row.share for row in shares]
    if any(value is not None and (type(value) is not int or not 0 <= value <= MILLIONTHS) for value in values):
        raise _unreadable(shares)
    return np.fromiter((-1 if value is None else value for value in values), np.int64, len(values))


def _unreadable(shares: Sequence[Ownership]) -> OwnershipUnreadable:
    row = next(r for r in shares if r.share is not None and not (type(r.share) is int and 0 <= r.share <= MILLIONTHS))
    negative = isinstance(row.share, int) and row.share < 0
    return OwnershipUnreadable(
        "share is negative" if negative else "share is no whole number of millionths",
        where=f"{row.owner} of {row.owned}", got=row.share, expected="0 to 1,000,000",
        todo="correct the row, or leave the share empty if it is unknown",
    )  # fmt: skip


def _interned(shares: Sequence[Ownership]) -> tuple[list[str], dict[str, int], Places, Places]:
    owners, owned = list(map(attrgetter("owner"), shares)), list(map(attrgetter("owned"), shares))
    ids = sorted({*owners, *owned})
    number = dict(zip(ids, range(len(ids)), strict=True))
    columns = [np.fromiter(map(number.__getitem__, each), np.int32, len(each)) for each in (owners, owned)]
    return ids, number, columns[0], columns[1]


def _in_force(
    shares: Sequence[Ownership], owner: Places, owned: Places, kind: npt.NDArray[np.int8], size: int, on: date
) -> Numbers:
    """Return the places of the rows that hold on a day, in order."""
    stated = np.fromiter((0 if row.as_of is None else row.as_of.toordinal() for row in shares), np.int64, len(shares))
    until = np.fromiter(
        (date.max.toordinal() if row.until is None else row.until.toordinal() for row in shares), np.int64, len(shares)
    )
    held = np.flatnonzero((stated <= on.toordinal()) & (on.toordinal() <= until))
    group = (owner[held].astype(np.int64) * size + owned[held]) * len(_KINDS) + kind[held]
    order = np.argsort(group, kind="stable")
    held, starts = held[order], _starts(group[order])
    newest = np.maximum.reduceat(stated[held], starts) if len(starts) else stated[:0]
    stays = stated[held] == np.repeat(newest, np.diff(np.append(starts, len(held))))
    return np.sort(held[stays])


def _starts(ordered: Numbers) -> Numbers:
    """Return the places where a new value begins in an ordered column."""
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else ordered


def _sums(values: Numbers, starts: Numbers) -> Numbers:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]

"""Which known ids are gone from a table while others are new in it, and how they were written anew.

INVARIANT: nothing missing is allowed silently (architecture, invariant 9). A decision, a judgement, an owner or a
campaign is of an id: under another one the same party is a stranger, and may be allowed.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from evenhand.model.outcome import Outcome
from evenhand.model.party import Payer
from evenhand.model.text_matching import plain
from evenhand.workflows.delivery.party_names import KnownRow

NOT_OF_THE_NEW = "What was decided, judged or entered of an id, such as its owners, does not count for another"
"""What follows from ids that are written otherwise."""

_AS_NUMBER = re.compile(r"[.,]0+$")
_ZEROS = re.compile(r"(?<![0-9.,])0+(?=[0-9])")
_NO_DIGIT = re.compile(r"[^0-9]+")
_SHOWN = 3


class IdChange(NamedTuple):
    """An id of the last run, the new one that is likely to be the same party's, and how it differs."""

    before: str
    now: str
    how: str

    def __str__(self) -> str:
        return f"`{self.before}` is now `{self.now}`"


class IdChanges(NamedTuple):
    """The ids of a table against those `known` from the last run: how many are gone, how many new, and which are both.

    `rewritten` of the `changes` differ in leading zeros, letter case or `.0` alone.
    """

    known: int
    gone: int
    new: int
    rewritten: int
    changes: tuple[IdChange, ...]


def id_changes(parties: Collection[Payer], kind: str, rows: Mapping[tuple[str, str], KnownRow]) -> IdChanges:
    """Return how the ids of a table differ from those of its kind in the register of the last run.

    A row that is not allowed stays in the register when its party leaves the table: it is gone in this run only if a
    new id is likely to be the same. Cost: O(rows), and a look-up a row where no id is new.
    """
    new = [each for each in parties if (kind, each.id) not in rows]
    if not new:
        return IdChanges(0, 0, 0, 0, ())
    now = {each.id for each in parties}
    before = {party: row for (of, party), row in rows.items() if of == kind}
    left = {party: row for party, row in before.items() if party not in now}
    rewritten = written_otherwise(left, [each.id for each in new])
    changes = list(rewritten)
    for find in (_around_their_digits, _of_the_same_name):
        were, are = {each.before for each in changes}, {each.now for each in changes}
        changes += find(
            {party: row for party, row in left.items() if party not in were},
            [each for each in new if each.id not in are],
        )
    gone = {party for party, row in left.items() if row.outcome is Outcome.ALLOW} | {each.before for each in changes}
    return IdChanges(len(before) - len(left) + len(gone), len(gone), len(new), len(rewritten), tuple(changes))


def written_otherwise(gone: Iterable[str], new: Iterable[str]) -> list[IdChange]:
    """Return the new ids that are gone ones in another writing: other leading zeros or capitals, with or without `.0`.

    A writing that two of them have is nobody's.

    >>> [each.how for each in written_otherwise(["010864", "K-1", "A7"], ["10864", "k-1", "A7.0"])]
    ['without their leading zeros', 'with other capitals', 'with `.0` at their end']
    """
    return _pairs(_by_spelling(gone, _as_value), _by_spelling(new, _as_value))


def cause_of(changes: Collection[IdChange]) -> str:
    """Return what most of some changes have in common, with the first examples; ``""`` of none."""
    if not changes:
        return ""
    [(how, _)] = Counter(each.how for each in changes).most_common(1)
    return f"the same ids {how}: {', '.join([str(each) for each in changes if each.how == how][:_SHOWN])}"


def _as_value(text: str) -> str:
    """Return an id without what a spreadsheet adds or drops, and in small letters."""
    return _ZEROS.sub("", _AS_NUMBER.sub("", text.strip()).casefold())


def _digits(text: str) -> str:
    return _NO_DIGIT.sub("", _AS_NUMBER.sub("", text)).lstrip("0")


def _by_spelling(ids: Iterable[str], spelled: Callable[[str], str]) -> dict[str, str]:
    """Return ids by how they are spelled, of those that no other one is spelled as."""
    every = [(spelled(each), each) for each in ids]
    count = Counter(key for key, _ in every)
    return {key: each for key, each in every if key and count[key] == 1}


def _pairs(before: Mapping[str, str], now: Mapping[str, str], other: str = "written otherwise") -> list[IdChange]:
    return [IdChange(each, now[key], next(_ways(each, now[key]), other)) for key, each in before.items() if key in now]


def _around_their_digits(left: Mapping[str, KnownRow], new: Iterable[Payer]) -> list[IdChange]:
    """Return the ids that something was put before or behind, or taken away from."""
    return _pairs(_by_spelling(left, _digits), _by_spelling([each.id for each in new], _digits))


def _of_the_same_name(left: Mapping[str, KnownRow], new: Iterable[Payer]) -> list[IdChange]:
    were = _by_spelling(left, lambda party: plain(next(iter(left[party].names), "")))
    names = {each.id: each.name for each in new}
    return _pairs(were, _by_spelling(names, lambda party: plain(names[party])), "replaced, with the same names")


def _ways(before: str, now: str) -> Iterator[str]:
    """Yield in which ways an id is another writing of one: the words behind `the same ids`."""
    for long, short, word in ((before, now, "without"), (now, before, "with")):
        if len(long) > len(short) and _ZEROS.sub("", long) == _ZEROS.sub("", short):
            yield f"{word} {'their ' if word == 'without' else ''}leading zeros"
        if _AS_NUMBER.sub("", long) == short:
            yield f"{word} `{long[len(short) :]}` at their end"
        if long.endswith(short):
            yield f"{word} `{long[: -len(short)]}` in front of them"
        if long.startswith(short):
            yield f"{word} `{long[len(short) :]}` behind them"
    if before.casefold() == now.casefold():
        yield "with other capitals"

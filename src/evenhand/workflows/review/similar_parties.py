"""Which parties somebody may have meant by an id or name that is not there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import nlargest
from itertools import pairwise

from evenhand.model.text_matching import LEAST_SIMILAR, similarity_to
from evenhand.workflows.evaluation.findings import PartyKey

_MOST = 3
_WHOLE_WORD = 0.9


def expected_party(text: str, names: Mapping[PartyKey, Iterable[str]]) -> str:
    """Return what was expected instead of a text, with up to three parties of an id like it and three of such a name.

    A name that has the text as whole words is like it, whatever else it has. Cost: 2 s for 100,000 parties.
    """
    wanted = text.casefold()
    ids = {id_: (id_,) for _, id_ in names}
    called = {id_: tuple(several) for (_, id_), several in names.items()}
    found = dict.fromkeys([*_most_alike(ids, similarity_to(text)), *_most_alike(called, _compared_names(wanted))])
    near = ", ".join(f"{id_} ({called[id_][0]})" if called[id_] else id_ for id_ in found)
    return f"an id or name of the last run's tables{f'; near: {near}' if near else ''}"


def _most_alike(written: Mapping[str, tuple[str, ...]], ratio: Callable[[str], float]) -> Iterator[str]:
    rated = ((max((ratio(each.casefold()) for each in texts), default=0.0), id_) for id_, texts in written.items())
    best = nlargest(_MOST, (each for each in rated if each[0] >= LEAST_SIMILAR), key=lambda each: each[0])
    yield from (id_ for _, id_ in best)


def _compared_names(wanted: str) -> Callable[[str], float]:
    """Return what tells how alike a name is, from 0 to 1: by the pairs of letters that both have."""
    pairs = set(pairwise(wanted))

    def ratio(text: str) -> float:
        if f" {wanted} " in f" {text} ":
            return _WHOLE_WORD
        others = set(pairwise(text))
        return 2 * len(pairs & others) / max(1, len(pairs) + len(others))

    return ratio

"""States by name, adjective and seat of government: "Lima said" is a state, each state alike (`capitals.txt`)."""

from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple


class StateWords(NamedTuple):
    """For each name, adjective and seat of government in small letters, the states that it stands for."""

    names: dict[str, frozenset[str]]
    adjectives: dict[str, frozenset[str]]
    seats: dict[str, frozenset[str]]


@cache
def state_words() -> StateWords:
    """Return the words of all states."""
    tables: tuple[dict[str, set[str]], ...] = ({}, {}, {})
    for line in files("evenhand.evidence").joinpath("capitals.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = [[word.strip() for word in cell.split(",")] for cell in line.split(";")]
            for table, words in zip(tables, cells, strict=True):
                for word in words:
                    table.setdefault(word.casefold(), set()).add(cells[0][0])
    names, adjectives, seats = ({word: frozenset(states) for word, states in table.items()} for table in tables)
    return StateWords(names, adjectives, seats)


def states_named(phrase: str) -> frozenset[str]:
    """Return the states that a whole phrase names, as itself or by its seat of government; none where it is no state.

    >>> sorted(states_named("Brussels"))
    ['Belgium', 'European Union']
    """
    known = state_words()
    words = " ".join(phrase.split()).casefold().replace("’", "'").strip(' ,;:"“”')
    for plain in (words, words.removeprefix("the "), words.removesuffix("'s").removeprefix("the ")):
        if found := known.names.get(plain, frozenset()) | known.seats.get(plain, frozenset()):
            return found
    return frozenset()


def states_within(phrase: str) -> frozenset[str]:
    """Return the states that any word of a phrase names: "Kenya's regulator", "the Peruvian ministry", "Lima"."""
    states, openings = _by_any_word()
    words = [word.strip(".,;:()\"“”’'") for word in phrase.replace("’", "'").replace("-owned", "").split()[:60]]
    found: set[str] = set()
    for start, first in enumerate(words):
        if not first[:1].isupper():
            continue
        for length in (1, 2, 3) if first.casefold() in openings else (1,):
            piece = " ".join(words[start : start + length]).removesuffix("'s").casefold()
            found |= states.get(piece, frozenset())
    return frozenset(found)


def joined_state_at(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """Return where the state stands of whose name a span is a part: "the Grenadines" of those with Saint Vincent."""
    for name in _joined_names_in(text):
        at = text.find(name, max(0, span[0] - len(name)), span[1] + len(name))
        if at >= 0 and at <= span[0] and span[1] <= at + len(name):
            return at, at + len(name)
    return None


@lru_cache(maxsize=2)
def _joined_names_in(text: str) -> tuple[str, ...]:
    return tuple(name for name in _joined_names() if name in text)


@cache
def _joined_names() -> tuple[str, ...]:
    """Return the names of states with a small word within, as they are written."""
    small = ("and", "of", "the")
    names = (name for name in state_words().names if any(f" {word} " in name for word in small))
    written = (" ".join(word if word in small else word.capitalize() for word in name.split()) for name in names)
    return tuple(sorted(written, key=len, reverse=True))


@cache
def _by_any_word() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return the states by name, adjective and seat alike, with and without a full stop; the first of several words."""
    tables = state_words()
    words = {word for table in tables for word in table}
    words |= {word.removesuffix(".") for word in words}
    states = {
        word: frozenset[str]().union(*(table.get(word) or table.get(word + ".") or () for table in tables))
        for word in words
    }
    return states, frozenset(word.split()[0] for word in words if " " in word)

"""Other names in a text: persons of another origin, other states, "she" for "he"; exchanges are functions of texts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Final

from evenhand.evidence.states import state_words
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Article

Exchange = Callable[[str], str]
"""A function from a text to the same text with other names; the same name always becomes the same."""

_GENDER: Final = {
    "he": "she", "him": "her", "his": "her", "himself": "herself", "mr": "mrs", "spokesman": "spokeswoman",
    "chairman": "chairwoman", "congressman": "congresswoman", "councilman": "councilwoman", "man": "woman",
    "businessman": "businesswoman", "men": "women", "father": "mother", "son": "daughter", "brother": "sister",
    "husband": "wife", "king": "queen", "prince": "princess", "spokesmen": "spokeswomen",
}  # fmt: skip
_BOTH: Final = (
    _GENDER
    | {other: word for word, other in _GENDER.items() if word != "him"}
    | {"ms": "mr", "her": "his", "hers": "his"}
)
_GENDERED: Final = re.compile(r"\b(?:" + "|".join(sorted(_BOTH, key=len, reverse=True)) + r")\b", re.IGNORECASE)
_PARTICLES: Final = r"(?:(?:de|da|do|van|von|der|al|bin|la|el)\s)*"
_PERSON: Final = rf"[^\W\d_a-z][\w’'-]*[^\W_](?:\s{_PARTICLES}[^\W\d_a-z][\w’-]*[^\W_]){{1,3}}"
_STEPS: Final = {"states 1": 37, "states 2": 71, "states 3": 113}


def exchanges() -> Iterator[tuple[str, Callable[[str, Article], Exchange]]]:
    """Yield each table's name and the function that makes its exchange for a text and what was read of it."""
    for origin, (given, family) in swap_tables().items():
        yield origin, partial(_persons_exchanged, given, family)
    for table, step in _STEPS.items():
        yield table, partial(_states_exchanged, step)
    yield "he and she", _gender_exchanged


def _persons_exchanged(given: Sequence[str], family: Sequence[str], text: str, article: Article) -> Exchange:
    return exchange_words(_persons(text, article, given, family))


def _states_exchanged(step: int, text: str, _: Article) -> Exchange:
    return exchange_words(_states(text, step))


def _gender_exchanged(_: str, __: Article) -> Exchange:
    return _exchange_gender


@cache
def swap_tables() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the given and family names of each origin."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    origin = ""
    for line in files("evenhand.evidence").joinpath("swap_names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            origin = line.strip("[]")
            found[origin] = ()
        elif line and not line.startswith("#"):
            found[origin] = (*found[origin], tuple(line.split()))
    return {origin: (given, family) for origin, (given, family) in found.items()}


def exchange_words(words: Mapping[str, str]) -> Exchange:
    """Return the function that puts other words in the place of some, whole words and the longest first."""
    if not words:
        return lambda text: text
    longest = sorted(words, key=len, reverse=True)
    pattern = re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)")
    return lambda text: pattern.sub(lambda match: words[match[0]], text)


def _persons(text: str, article: Article, given: Sequence[str], family: Sequence[str]) -> dict[str, str]:
    """Return for each part of a person's name in a text the name to put there."""
    words: dict[str, str] = {}
    # INVARIANT: no two persons get one name; those beyond the table keep their own.
    named: dict[str, int] = {}
    for name in _names(text, article):
        bare = (part.removesuffix("’s").removesuffix("'s") for part in name.split())
        parts = [part for part in bare if part[:1].isupper() and _is_free(part)]
        number = named.setdefault(parts[-1], len(named)) if parts else len(family)
        if number >= len(family):
            continue
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            words.setdefault(part, family[number] if last else given[(number + place) % len(given)])
    return words


def _names(text: str, article: Article) -> list[str]:
    """Return the persons whom a text names: who speak, write or edit, and who have an office before the name."""
    found = dict.fromkeys(claim.speaker.name for claim in article.claims if claim.speaker.kind == "named_person")
    found |= dict.fromkeys((*article.document.reporters, *article.document.editors))
    titled = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _offices()))) + rf")\s(?P<name>{_PERSON})")
    found |= dict.fromkeys(match["name"] for match in titled.finditer(text))
    return [name for name in found if name]


def _offices() -> frozenset[str]:
    words = read_words("speaker_words.txt")
    return frozenset(form for word in words["roles"] | words["speaking_for"] for form in (word, word.capitalize()))


def _is_free(word: str) -> bool:
    """Return whether a word is of a name alone: no state, no office."""
    known, words = state_words(), read_words("speaker_words.txt")
    plain = word.casefold()
    taken = any(plain in table for table in known) or any(
        plain in words[name] for name in ("roles", "speaking_for", "common")
    )
    return len(word) > 1 and not taken


def _states(text: str, step: int) -> dict[str, str]:
    """Return for each word for a state in a text the word for another state, `step` places further in the alphabet."""
    known = state_words()
    states = sorted(set().union(*known.names.values()))
    found: dict[str, str] = {}
    for table in known:
        spelled: dict[str, str] = {}
        for word, named in table.items():
            for state in named:
                spelled.setdefault(state, word)
        for word, named in table.items():
            other = states[(states.index(sorted(named)[0]) + step) % len(states)]
            for form in {_capitalised(word), word.upper()} if "." in word or len(word) < 4 else {_capitalised(word)}:
                if form in text:
                    found.setdefault(form, _capitalised(spelled[other]))
    return found


def _capitalised(words: str) -> str:
    small = {"of", "the", "and", "da", "es"}
    return " ".join(
        word if word in small else "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
        for word in words.split()
    )


def _exchange_gender(text: str) -> str:
    return _GENDERED.sub(partial(_other_gender, text), text)


def _other_gender(text: str, match: re.Match[str]) -> str:
    word = match[0].casefold()
    object_of_verb = word == "her" and not re.match(r"\s+[a-z“\"]", text[match.end() : match.end() + 3])
    other = "him" if object_of_verb else _BOTH[word]
    return other.capitalize() if match[0][0].isupper() else other

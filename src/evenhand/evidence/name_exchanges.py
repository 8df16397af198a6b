"""Other names in a text: persons of another origin, other states, "she" for "he"; exchanges are functions of texts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Final

from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.states import state_words
from evenhand.evidence.word_classes import (
    AUXILIARIES,
    BREAKS,
    DETERMINERS,
    JOINTS,
    NAMES_TOO,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TITLES,
)
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
_WITH_ARTICLE: Final = frozenset(
    ["Bahamas", "Central African Republic", "Comoros", "Czech Republic", "Democratic Republic of the Congo",
     "Dominican Republic", "European Union", "Gambia", "Maldives", "Marshall Islands", "Netherlands", "Philippines",
     "Seychelles", "Solomon Islands", "United Arab Emirates", "United Kingdom", "United States", "Vatican"]
)  # fmt: skip
"""States whose names stand behind "the"; it is English grammar, and nothing but the exchange asks for it."""
_WITHOUT_ARTICLE: Final = frozenset({"america", "britain", "great britain", "holland", "czechia", "vatican city"})
_OPENS_WITH_VOWEL: Final = re.compile(r"(?!U[A-Z.]|U[grt][aiou]|Uk|Eu|Er|On[ce])[AEIOUaeiouÁÉÍÓÚÖ]")
_BEHIND_SENTENCE: Final = re.compile(
    r"[ \t]*\n|[”\"]|\s+[“\"]?(?:The|A|An|He|She|It|They|We|In|On|At|But|And|However|That|This|His|Her)\b"
)
_BEFORE_SENTENCE: Final = re.compile(r"(?:[.!?][”\"]?\s+|\n)[“\"]?$")
_WORD: Final = re.compile(r"\w+")
_SMALL: Final = AUXILIARIES | BREAKS | DETERMINERS | JOINTS | PREPOSITIONS | SUBJECT_PRONOUNS
_NO_NOUN: Final = "|".join(sorted(_SMALL | {"to", "not", "again", "too", "also", "back", "out", "up", "down"}))
_OWNS: Final = re.compile(rf"\s+(?!(?:{_NO_NOUN})\b|[A-Z][\w’'.-]*\s(?:{'|'.join(sorted(AUXILIARIES))})\b)[\w“\"‘']")
"""What stands behind "her" where somebody owns: a noun; else it is the object: "told her that", "asked her Mr. Lim"."""
_OF_OWNER: Final = re.compile(r"\bof $")
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


def _states_exchanged(step: int, text: str, article: Article) -> Exchange:
    # America Ferrera and Michael Jordan keep their names: nobody is called Philippines.
    speakers = {claim.speaker.name for claim in article.claims if claim.speaker.kind == "named_person"}
    persons = {word for name in speakers if len(name.split()) == 2 for word in name.split()}
    return exchange_words({word: other for word, other in _states(text, step).items() if word not in persons})


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
    """Return the function that puts other words in the place of some, whole words and the longest first.

    "a" and "an" go with the new word, "Sanders' book" becomes "Novak's book", and the stop of "U.S." that also ends a
    sentence stays: without that the new text is one that nobody would write, and what changes in it shows nothing.
    """
    if not words:
        return lambda text: text
    longest = sorted(words, key=len, reverse=True)
    pattern = re.compile(
        r"(?:\b(?P<article>[Aa]n?)(?P<gap>\s+))?(?<![\w.])(?P<word>"
        + "|".join(map(re.escape, longest))
        + r")(?!\w)(?P<owner>(?<=s)[’'](?=\s[a-z]))?"
    )
    return lambda text: pattern.sub(partial(_other_word, words), text)


def _other_word(words: Mapping[str, str], match: re.Match[str]) -> str:
    new = words[match["word"]]
    if new.startswith("the ") and _BEFORE_SENTENCE.search(match.string, max(0, match.start() - 4), match.start()):
        new = "T" + new[1:]
    if match["article"]:
        vowel = "n" if _OPENS_WITH_VOWEL.match(new) else ""
        new = match["article"][0] + vowel + match["gap"] + new
    if match["owner"]:
        new += match["owner"] if new.endswith("s") else match["owner"] + "s"
    ends = match["word"].endswith(".") and not new.endswith(".") and _BEHIND_SENTENCE.match(match.string, match.end())
    return new + "." if ends else new


def _persons(text: str, article: Article, given: Sequence[str], family: Sequence[str]) -> dict[str, str]:
    """Return for each part of a person's name in a text the name to put there."""
    words: dict[str, str] = {}
    # INVARIANT: no two persons get one name, and none that the text has already (a Park where there is a Park Avenue);
    # those beyond the table keep their own.
    present = set(_WORD.findall(text))
    given, family = ([name for name in names if name not in present] for names in (given, family))
    named: dict[str, int] = {}
    for name in _names(text, article):
        parts = [part for part in _parts(name) if _is_free(part)]
        number = named.setdefault(parts[-1], len(named)) if parts else len(family)
        if number >= len(family):
            continue
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            if last or given:
                words.setdefault(part, family[number] if last else given[(number + place) % len(given)])
    return words


def _parts(name: str) -> list[str]:
    """Return the words of a person's name: none of an office before it, no initials and no "Jr."; those stay.

    Words of a headline ("Says Lim Can Win") and of a body ("Teachers Union") are no name: exchanged all over a text
    they would leave sentences that nobody writes.
    """
    words = [word.removesuffix("’s").removesuffix("'s") for word in name.split()]
    titles, table = {office.strip(".") for office in _offices()}, read_words("speaker_words.txt")
    offices = [at for at, word in enumerate(words) if word.casefold().strip(".") in titles]
    words = words[offices[-1] + 1 :] if offices else words
    if any(_is_small(word) or word.casefold() in table["name_of_body"] | table["bodies"] for word in words):
        return []
    return [word for word in words if word[:1].isupper() and not word.endswith(".") and not word.isupper()]


def _is_small(word: str) -> bool:
    """Return whether a word is one of grammar, or a verb of speech in the present, whatever letter it begins with."""
    cue = cue_table().get(word.casefold())
    speaks = cue is not None and cue.shape == "present"
    return (word[:1].isupper() and word.casefold() in _SMALL and word not in NAMES_TOO) or speaks


def _names(text: str, article: Article) -> list[str]:
    """Return the persons whom a text names: who speak, write or edit, and who have an office before the name."""
    found = dict.fromkeys(claim.speaker.name for claim in article.claims if claim.speaker.kind == "named_person")
    found |= dict.fromkeys((*article.document.reporters, *article.document.editors))
    titles = _offices() | {office.capitalize() for office in _offices()}
    titled = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, titles))) + rf")\s(?P<name>{_PERSON})")
    found |= dict.fromkeys(match["name"] for match in titled.finditer(text))
    return [name for name in found if name]


@cache
def _offices() -> frozenset[str]:
    words = read_words("speaker_words.txt")
    return words["roles"] | words["speaking_for"] | TITLES


def _is_free(word: str) -> bool:
    """Return whether a word is of a name alone: no state, no office."""
    known, words = state_words(), read_words("speaker_words.txt")
    plain = word.casefold().strip(".")
    taken = any(plain in table for table in known) or any(
        plain in words[name] for name in ("roles", "speaking_for", "common")
    )
    taken = taken or plain in TITLES
    return len(word) > 1 and not taken


def _states(text: str, step: int) -> dict[str, str]:
    """Return for each word for a state in a text the word for another state, `step` places further in the alphabet.

    Of those that are written with "the" another one: "the Chile" is written by nobody.
    """
    known = state_words()
    states = sorted(set().union(*known.names.values()))
    found: dict[str, str] = {}
    for table in known:
        spelled: dict[str, str] = {}
        for word, named in table.items():
            for state in named:
                spelled.setdefault(state, word)
        for word, named in table.items():
            state = sorted(named)[0]
            alike = [other for other in states if (other in _WITH_ARTICLE) == (state in _WITH_ARTICLE)]
            other = alike[(alike.index(state) + step) % len(alike)]
            bare = table is known.names and state in _WITH_ARTICLE and word in _WITHOUT_ARTICLE
            new = ("the " if bare else "") + _capitalised(spelled[other])
            for form in {_capitalised(word), word.upper()} if "." in word or len(word) < 4 else {_capitalised(word)}:
                if form in text:
                    found.setdefault(form, new)
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
    other = _BOTH[word]
    if word == "her" and not _OWNS.match(text, match.end()):
        other = "him"
    elif word == "his" and _OF_OWNER.search(text, 0, match.start()) and not _OWNS.match(text, match.end()):
        other = "hers"  # "a house of his in Lima"
    return other.capitalize() if match[0][0].isupper() else other

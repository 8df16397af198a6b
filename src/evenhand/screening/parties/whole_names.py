"""Names that are the same as a whole, however short: enough to show a person, never more by itself.

A name of four letters says too little to be a match. That it is all of our name and all of a listed one is still
worth a look: `FARC`, `TASS`. Of news outlets the words that many of them add or leave out do not count (`Sputnik` and
`Sputnik News`), a listed `gazeta.ru` is `gazeta` too, and a listed name may be meant by its first letters (`VOA`).
"""

import re
from functools import lru_cache

from evenhand.screening.names.name_score import acronyms
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.similarity import bare_skeleton, similarity
from evenhand.screening.names.words import BRANCH_WORDS, KINDS, is_form_word
from evenhand.screening.parties.profile import WEAK

_BROADCAST_WORDS = frozenset({
    "news", "tv", "tele", "television", "televisao", "radio", "radios", "channel", "canal", "kanal", "telekanal",
    "broadcasting", "novosti", "noticias", "nachrichten", "newspaper", "nachrichtenagentur", "presseagentur", "agentur",
    "agence", "agencia", "agenzia", "agencja", "agentstvo", "ajansi",
})  # fmt: skip
_ADDED_WORDS = frozenset({
    "agency", "press", "media", "network", "world", "international", "online", "live", "service", "digital", "daily",
    "times", "post", "fm", "hd", "plus", "today", "the", "original",
    "english", "arabic", "deutsch", "german", "francais", "french", "espanol", "spanish", "russian", "turkish",
    "chinese", "portuguese", "italian", "urdu", "farsi", "persian", "hindi", "kurdi", "documentary", "edition",
    "weekly", "publishing", "publisher", "publications", "house", "communication", "communications", "corporate",
    "information", "center", "centre", "and",
})  # fmt: skip
_GROUP_WORDS = frozenset({"group", "holding", "holdings", "concern", "company", "corporation", "enterprise"})
_SHORTEST_WORD = 6
_ARTICLES = frozenset({"al", "el"})
WORDS_BESIDE_ONE = _GROUP_WORDS | _ARTICLES
"""Words beside which a name may still be of one word: of any others it has at most one."""
_SHORTEST_BEHIND_ARTICLE = 5
_SPELLINGS = {"dsch": "j", "tsch": "ch", "sch": "sh", "ph": "f", "ck": "k", "ee": "i", "oo": "u", "ou": "u", "ij": "i"}
_SPELLINGS |= {"iy": "i", "w": "v", "z": "s", "q": "k", "c": "k", "y": "i"}
_SPELLED = re.compile(r"dsch|tsch|sch|ph|ck|ee|oo|ou|i[jy](?=[aeou])|[wzqy]|c(?!h)")
_DOUBLED = re.compile(r"(.)\1+")
_ALIKE = 0.87
_WORDS_OF_INITIALS = _BROADCAST_WORDS | {"voice", "agency", "press"}
_LEAST = 3
_ACRONYMS = re.compile(r"[A-Z]{3,}(?:[-/][A-Z]{3,})+")
_AT_HAND = 1 << 10  # names of ours: each is asked for while its candidates are compared, and hardly again
_HOST = re.compile(r"(?:www\.)?([\w-]{2,})(?:\.[a-z]{2,})+", re.ASCII | re.IGNORECASE)


def core(name: Name, *, places: bool = True) -> str:
    """Return an outlet's name without the words that outlets add or leave out, in one word; else whole.

    `places` says whether countries, towns and words for a branch count.

    >>> from evenhand.screening.names.normal_form import read_name
    >>> [core(read_name(text, "name", person=False)) for text in ("RT News", "Sputnik International", "Daily News")]
    ['rt', 'sputnik', 'dailynews']
    """
    telling = [word for word in name.tokens if word not in _BROADCAST_WORDS]
    own = [word for word in telling if word not in _ADDED_WORDS and (places or not _is_place(word))]
    kept = own if sum(map(len, own)) >= _LEAST else telling
    if name.numbers or all(word in KINDS or len(word) == 1 for word in kept):
        return name.joined
    return "".join(kept)


def _is_place(word: str) -> bool:
    return KINDS.get(word) == "country" or word in BRANCH_WORDS


@lru_cache(maxsize=1 << 15)
def outlet_keys(name: Name) -> frozenset[str]:
    """Return what a listed outlet may be called in one word: all of it, without common words, by its first letters."""
    found = {name.joined, core(name)}
    if not _WORDS_OF_INITIALS.isdisjoint(name.tokens):
        found |= acronyms(name)
    if host := _HOST.fullmatch(name.text.strip()):
        found.add(host[1].replace("-", "").lower())
    return frozenset(found)


@lru_cache(maxsize=_AT_HAND)
def query_outlet_keys(name: Name) -> frozenset[str]:
    """Return the words under which a listed outlet may be meant by a name of ours; none for a person's."""
    if name.person:
        return frozenset()
    letters = _ACRONYMS.fullmatch(name.text.strip())  # an agency of two names: `ITAR-TASS`
    parts = re.split("[-/]", letters[0].lower()) if letters else ()
    return frozenset({name.joined, core(name), core(name, places=False), *parts})


def whole_key(name: Name) -> str:
    """Return under what a name of one telling word meets one written otherwise; ``""`` for a short or general word."""
    word = _romanised(_one_word(name))
    bones = bare_skeleton(word)
    return word[:1] + bones if len(bones) >= _LEAST or _has_article(name) else word


@lru_cache(maxsize=_AT_HAND)
def head_office(name: Name) -> str:
    """Return a name without towns, words for a branch and countries behind it, in one word; ``""`` if it has none.

    >>> from evenhand.screening.names.normal_form import read_name
    >>> head_office(read_name("Iran Air Büro Wien", "name", person=False))
    'iranair'
    """
    words = [word for word in name.tokens if word not in BRANCH_WORDS]
    while len(words) > 1 and (KINDS.get(words[-1]) == "country" or is_form_word(words[-1])):
        words.pop()
    return "".join(words) if len(words) > 1 and len(words) < len(name.tokens) and not name.person else ""


@lru_cache(maxsize=1 << 12)
def _one_word(name: Name) -> str:
    if name.person or name.numbers:
        return ""
    article = _has_article(name)
    telling = [word for word in name.tokens[article:] if word not in _GROUP_WORDS]
    word = telling[0] if len(telling) == 1 else ""
    shortest = _SHORTEST_BEHIND_ARTICLE if article else _SHORTEST_WORD
    return word if word.isascii() and word not in KINDS and len(word) >= shortest else ""


def _has_article(name: Name) -> bool:
    return len(name.tokens) > 1 and name.tokens[0] in _ARTICLES


@lru_cache(maxsize=1 << 15)
def _romanised(word: str) -> str:
    """Return a word as German, French and English spell one sound alike: `dschasira` and `jazeera` are `jasira`."""
    return _DOUBLED.sub(r"\1", _SPELLED.sub(lambda found: _SPELLINGS[found[0]], word))


def _differ_by_a_number(ours: Name, theirs: Name) -> bool:
    """Return whether one name is the other and a number behind or before it."""
    return without_numbers(ours) == theirs.joined if ours.numbers else without_numbers(theirs) == ours.joined


def _is_spelled_otherwise(ours: Name, theirs: Name) -> bool:
    """Return whether both are one word but for words for a group of companies: `Renova`, `Hisbollah` for Hizballah.

    An Arabic article stands in front of both or of neither: `Al-Kaida` for AL QAIDA.
    """
    mine, other = _one_word(ours), _one_word(theirs)
    if not mine or not other or _has_article(ours) != _has_article(theirs) or whole_key(ours) != whole_key(theirs):
        return False
    return similarity(mine, other) >= _ALIKE or _romanised(mine) == _romanised(other)


@lru_cache(maxsize=_AT_HAND)
def without_numbers(name: Name) -> str:
    """Return a name that has numbers without them, in one word; ``""`` if no word of it tells it from others.

    >>> from evenhand.screening.names.normal_form import read_name
    >>> [without_numbers(read_name(text, "name", person=False)) for text in ("FARC 2", "Channel 5", "FARC")]
    ['farc', '', '']
    """
    if not name.numbers or name.person or all(word in KINDS or len(word) == 1 for word in name.tokens):
        return ""
    return "".join(name.tokens)


def is_whole(ours: Name, theirs: Name, *, media: bool) -> bool:
    """Return whether all of our name is all of a listed organisation's; common words of outlets do not count.

    A weak alias is none: its publisher does not ask anybody to look for it alone.
    """
    if ours.person or theirs.person or not ours.joined or theirs.field == WEAK:
        return False
    if ours.joined == theirs.joined or _differ_by_a_number(ours, theirs) or _is_spelled_otherwise(ours, theirs):
        return True
    if (office := head_office(ours)) and office == theirs.joined and len(theirs.tokens) > 1:
        return True
    return media and not query_outlet_keys(ours).isdisjoint(outlet_keys(theirs))

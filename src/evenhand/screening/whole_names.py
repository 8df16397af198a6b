"""Names that are the same as a whole, however short: enough to show a person, never more by itself.

A name of four letters says too little to be a match. That it is all of our name and all of a listed one is still
worth a look: `FARC`, `TASS`. Of news outlets the words that many of them add or leave out do not count (`Sputnik` and
`Sputnik News`), a listed `gazeta.ru` is `gazeta` too, and a listed name may be meant by its first letters (`VOA`).
"""

import re
from functools import lru_cache

from evenhand.screening.normal import Name
from evenhand.screening.score import acronyms
from evenhand.screening.words import KINDS

_SENDS = frozenset({
    "news", "tv", "tele", "television", "televisao", "radio", "radios", "channel", "canal", "kanal", "telekanal",
    "broadcasting", "novosti", "noticias", "nachrichten", "newspaper",
})  # fmt: skip
_OTHER = frozenset({
    "agency", "press", "media", "network", "world", "international", "online", "live", "service", "digital", "daily",
    "times", "post", "fm", "hd", "plus", "today", "the", "original",
    "english", "arabic", "deutsch", "german", "francais", "french", "espanol", "spanish", "russian", "turkish",
    "chinese", "portuguese", "italian", "urdu", "farsi", "persian", "hindi", "kurdi", "documentary", "edition",
})  # fmt: skip
_INITIALS_OF = _SENDS | {"voice", "agency", "press"}
_LEAST = 3
_WEAK = "weakAlias"
_HOST = re.compile(r"(?:www\.)?([\w-]{2,})(?:\.[a-z]{2,})+", re.ASCII | re.IGNORECASE)


def core(name: Name, *, places: bool = True) -> str:
    """Return an outlet's name without the words that outlets add or leave out, in one word; else whole.

    `places` says whether names of countries count.

    >>> from evenhand.screening.normal import read_name
    >>> [core(read_name(text, "name", person=False)) for text in ("RT News", "Sputnik International", "Daily News")]
    ['rt', 'sputnik', 'dailynews']
    """
    telling = [word for word in name.tokens if word not in _SENDS]
    own = [word for word in telling if word not in _OTHER and (places or KINDS.get(word) != "country")]
    kept = own if sum(map(len, own)) >= _LEAST else telling
    if name.numbers or all(word in KINDS or len(word) == 1 for word in kept):
        return name.joined
    return "".join(kept)


@lru_cache(maxsize=1 << 13)
def outlet_keys(name: Name) -> frozenset[str]:
    """Return what a listed outlet may be called in one word: all of it, without common words, by its first letters."""
    found = {name.joined, core(name)}
    if not _INITIALS_OF.isdisjoint(name.tokens):
        found |= acronyms(name)
    if host := _HOST.fullmatch(name.text.strip()):
        found.add(host[1].replace("-", "").lower())
    return frozenset(found)


@lru_cache(maxsize=1 << 13)
def asked_outlet_keys(name: Name) -> frozenset[str]:
    """Return the words under which a listed outlet may be meant by a name of ours; none for a person's."""
    return frozenset() if name.person else frozenset({name.joined, core(name), core(name, places=False)})


def is_whole(ours: Name, theirs: Name, *, media: bool) -> bool:
    """Return whether all of our name is all of a listed organisation's; common words of outlets do not count.

    A weak alias is none: its publisher does not ask anybody to look for it alone.
    """
    if ours.person or theirs.person or not ours.joined or theirs.field == _WEAK:
        return False
    if ours.joined == theirs.joined:
        return True
    return media and not asked_outlet_keys(ours).isdisjoint(outlet_keys(theirs))

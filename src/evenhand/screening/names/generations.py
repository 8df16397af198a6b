"""Which generation a person's name says: `Jr` and `II` are a son, `Sr` is a father."""

import re

SON, FATHER = "junior", "senior"

_WRITTEN = {
    SON: "jr jnr junior filho hijo mladshiy mladshii mladshyy",
    FATHER: "sr snr senior starshiy starshii starshyy",
}
_ORDINALS = {"II": "ii 2nd", "III": "iii 3rd neto", "IV": "iv 4th"}
_OF_WORD = {word: generation for generation, words in (_WRITTEN | _ORDINALS).items() for word in words.split()}
_OF_WORD |= {"the younger": SON, "der jungere": SON, "el joven": SON}
_OF_WORD |= {"the elder": FATHER, "der altere": FATHER, "el viejo": FATHER}
_OF_WORD |= {"the second": "II", "the third": "III", "the fourth": "IV"}
_BEHIND = re.compile(rf"(?<=\w)[\s,(]+({'|'.join(sorted(_OF_WORD, key=len, reverse=True))})\.?\)?\s*(?=,|$)")
_GIVEN_TOO = frozenset({"junior", "senior"})
_ALSO = frozenset({SON, "II"})


def without_generation(name: str) -> tuple[str, str]:
    """Return a name in lower-case Latin letters without its generation, and the generation, ``""`` if it says none.

    It counts at the end and before a comma only, behind two words at least: `Sr. Juan Gomez` is a señor, and
    Neto a surname as well. Behind a comma, `ROJAS, Ana Junior`, a word written out is a given name.

    >>> without_generation("hale jr., robert"), without_generation("robert hale iii"), without_generation("tio neto")
    (('hale, robert', 'junior'), ('robert hale', 'III'), ('tio neto', ''))
    """
    found = _BEHIND.search(name)
    if found and found[1] in _GIVEN_TOO and "," in name[: found.start()]:
        return name, ""
    rest = f"{name[: found.start()]}{name[found.end() :]}" if found else name
    return (rest, _OF_WORD[found[1]]) if found and len(rest.split()) > 1 else (name, "")


def are_apart(ours: str, theirs: str) -> bool:
    """Return whether two generations cannot be one person's; a second of the name is often a junior.

    >>> are_apart("junior", "senior"), are_apart("II", "III"), are_apart("junior", "II")
    (True, True, False)
    """
    return ours != theirs and {ours, theirs} != _ALSO

"""Russian, Ukrainian and Belarusian names as German and Polish texts spell them: as English ones do.

Lists spell them the English way. Letter by letter the spellings have too little in common: `Prigoschin, Jewgenij` and
`PRIGOZHIN, Yevgeniy`. The tables were written from general knowledge of these spellings.
"""

import re
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d_]+")
# How words of such names begin or end, and few others do; others are read a second time in vain.
_MARK = re.compile(
    r"^(?:wlad|wład|wjat|wiacz|wsew|wikt|wale|jewg|jur[ij]|siergi|alaks)|tsch(?:uk|enk|in$)|(?:sch|[sc]z)enk"
    r"|(?:[aeiuy]j|[eo]w(?:itsch|icz|na|a)?|[eo]wsk(?:i|a|ij)|jenko|ija|[dlnrt]ja|[kn]aja)$"
)
_IS_POLISH = re.compile(r"[łżźśćńó]|[scr]z|ie[jmnr]|alaks")
_GERMAN = re.compile(r"schtsch|dsch|tsch|sch|ch|ss|(?<=[aeiouy])s(?=[aeiouy])|[wzj]")
_POLISH = re.compile(r"szcz|dż|sz|cz|rz|ch|(?<=[^aeiouy\W])i(?=[aeou])|[żźśćńłócwj]")
_FROM_GERMAN = {
    "schtsch": "shch", "dsch": "dzh", "tsch": "ch", "ch": "kh", "ss": "s", "s": "z", "w": "v", "z": "ts", "j": "y",
}  # fmt: skip
_FROM_POLISH = {
    "szcz": "shch", "dż": "dzh", "sz": "sh", "cz": "ch", "rz": "zh", "ch": "kh", "i": "y", "ż": "zh", "ź": "z",
    "ś": "s", "ć": "ch", "ń": "n", "ł": "l", "ó": "u", "c": "ts", "w": "v", "j": "y",
}  # fmt: skip
_SOFT_E = re.compile(r"(?<=[^aeiouy\W])ie")


def in_english_spelling(text: str) -> tuple[str, ...]:
    """Return a name of several words as English texts would spell it, if it looks like one in German or Polish.

    German `sch` stands for two letters of Cyrillic, and both are given.

    >>> in_english_spelling("Prigoschin, Jewgenij Wiktorowitsch")
    ('prigozhin, yevgeniy viktorovich', 'prigoshin, yevgeniy viktorovich')
    >>> in_english_spelling("Siergiej Czemiezow"), in_english_spelling("Schneider Weiss GmbH")
    (('sergey chemezov',), ())
    """
    lower = text.lower()
    words = _WORD.findall(lower)
    if len(words) < 2:
        return ()
    if not any(map(_MARK.search, words)):
        return ()
    if _IS_POLISH.search(lower):
        return (_spelled(_POLISH, _SOFT_E.sub("e", lower), _FROM_POLISH),)
    found = (_spelled(_GERMAN, lower, _FROM_GERMAN | {"sch": each}) for each in ("zh", "sh"))
    return tuple(dict.fromkeys(each for each in found if each != lower))


def _spelled(letters: re.Pattern[str], text: str, english: Mapping[str, str]) -> str:
    return letters.sub(lambda found: english[found[0]], text)

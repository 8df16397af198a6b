"""In which of the letters' languages a sentence is written, as far as its script and its small words tell."""

import re
from collections import Counter

_SCRIPTS = {"ru": re.compile("[\u0400-\u04ff]"), "ar": re.compile("[\u0600-\u06ff]")}
# Words that one of these languages has and the others, Spanish and Italian too, have not.
_WORDS = {
    "en": re.compile(r"\b(?:the|of|and|to|you|your|can|our|any|is|are|with|by|for|this|at|or|be|may|under)\b"),
    "de": re.compile(
        r"\b(?:der|die|das|und|ihnen|ihrem|ihr|können|sind|bei|dem|den|nach|zu|oder|steht|rechtsweg|gerichte?)\b"
    ),
    "fr": re.compile(r"\b(?:le|les|vous|votre|vos|et|ou|du|est|sont|au|aux|nous|pouvez|devant|pour|dans|tribunaux)\b"),
}
_LEAST = 3


def language_told(text: str) -> str:
    """Return the language that a text is in, ``""`` where it cannot be told.

    >>> language_told("Der Rechtsweg steht nach dem Gesetz."), language_told("You can go to court."), language_told("x")
    ('de', 'en', '')
    """
    letters = sum(map(str.isalpha, text))
    for language, script in _SCRIPTS.items():
        if letters and 2 * len(script.findall(text)) > letters:
            return language
    counts = Counter({language: len(set(words.findall(text.lower()))) for language, words in _WORDS.items()})
    (first, most), (_, next_most) = counts.most_common(2)
    return first if most >= _LEAST and most > next_most else ""

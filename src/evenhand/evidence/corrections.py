"""Whether a text says that it corrects or takes back what was reported: by a small table of English words."""

from typing import Final

from evenhand.evidence.text_spans import lines, sentences
from evenhand.evidence.word_patterns import read_patterns
from evenhand.model.claims import Span

_TABLE: Final = "correction_words.txt"
LONGEST: Final = 200_000


def has_correction_words(text: str) -> bool:
    """Return whether a text has words of a correction, a retraction or an apology; English alone is read.

    >>> has_correction_words("CORRECTION: An earlier version wrongly said that X had paid.")
    True
    """
    return read_patterns(_TABLE)["corrects"].search(text[:LONGEST].lower()) is not None


def taken_back(text: str) -> tuple[tuple[Span, Span], ...]:
    """Return where a text says that something said is taken back or corrected: the words, and their sentence.

    What was only asked for ("demanded that it retract") or not done ("never withdrew the claim") is left out.

    >>> text = "The port accused Lund. On Tuesday it withdrew its accusation."
    >>> [(text[slice(*words)], sentence) for words, sentence in taken_back(text)]
    [('withdrew its accusation', (23, 61))]
    """
    if not has_correction_words(text):
        return ()
    found = (each for line in lines(text) if line[0] < LONGEST for each in sentences(text, line))
    return tuple((words, sentence) for sentence in found for words in _words_in(text, sentence))


def _words_in(text: str, sentence: Span) -> list[Span]:
    patterns, start = read_patterns(_TABLE), sentence[0]
    # INVARIANT: as many characters as the text, so that places agree: a letter whose small form is two stays.
    small = "".join(each.lower() if len(each.lower()) == 1 else each for each in text[slice(*sentence)])
    return [
        (start + match.start(), start + match.end())
        for match in patterns["takes_back"].finditer(small)
        if patterns["not_taken_back"].search(small[: match.start()]) is None
    ]

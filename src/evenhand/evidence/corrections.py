"""Whether a text says that it corrects or takes back what was reported: by a small table of English words."""

from typing import Final

from evenhand.evidence.word_patterns import read_patterns

LONGEST: Final = 200_000


def has_correction_words(text: str) -> bool:
    """Return whether a text has words of a correction, a retraction or an apology; English alone is read.

    >>> has_correction_words("CORRECTION: An earlier version wrongly said that X had paid.")
    True
    """
    return read_patterns("correction_words.txt")["corrects"].search(text[:LONGEST].lower()) is not None

"""The stance of a whole sentence of a report, where nothing is known of who speaks in it: five classes.

The first strong word decides; protests and strikes in the street are no demands of a speaker. Words:
`sentence_stances.txt`.
"""

from typing import Final, Literal

from evenhand.evidence.word_patterns import read_patterns

SentenceStance = Literal["accuses", "refuses", "requests", "threatens", "other"]
LONGEST: Final = 4_000
_STRONG: Final[tuple[SentenceStance, ...]] = ("threatens", "refuses", "requests", "accuses")


def sentence_stance(text: str) -> SentenceStance:
    """Return the stance of a sentence by its first strong word; "other" where there is none.

    >>> sentence_stance("The ministry rejected the proposal and threatened to leave the talks.")
    'refuses'
    """
    patterns = read_patterns("sentence_stances.txt")
    words = text[:LONGEST].lower()
    street = patterns["street"].search(words)
    # A demand from the street is no demand of a speaker, a threat from there is a threat.
    quiet = street.start() if street else len(words)
    first: tuple[int, SentenceStance] = (len(words), "other")
    for stance in _STRONG:
        found = patterns[stance].search(words)
        if found and found.start() < first[0] and (stance == "threatens" or found.start() < quiet):
            first = (found.start(), stance)
    return "accuses" if patterns["call_for_harm"].match(words, first[0]) else first[1]

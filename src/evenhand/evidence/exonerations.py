"""What clears somebody instead of accusing: a deed that was not done, a charge that fell, an accusation taken back."""

from typing import Final

from msgspec import structs

from evenhand.evidence.word_patterns import read_patterns
from evenhand.model.claims import Claim

_TABLE: Final = "exoneration_words.txt"
_BEFORE: Final = 80


def clears(words: str) -> bool:
    """Return whether what is said, in small letters and without marks, only clears somebody of a deed.

    What was left undone accuses; where the words go on to something else ("but"), they are not taken to clear.

    >>> clears("lund had not bribed the minister"), clears("lund had not warned the passengers")
    (True, False)
    """
    patterns = read_patterns(_TABLE)
    return patterns["clears"].search(words) is not None and patterns["turns"].search(words) is None


def is_taken_back(text: str, cue: int) -> bool:
    """Return whether an accusation whose noun or verb begins at `cue` is taken back: "withdrew her accusation".

    >>> is_taken_back("Holt withdrew her accusation that", 18), is_taken_back("Holt repeated her accusation that", 18)
    (True, False)
    """
    before = " ".join(text[max(cue - _BEFORE, 0) : cue].lower().split()) + " "
    return read_patterns(_TABLE)["taken_back"].search(before) is not None


def without_denied_own(claims: list[Claim]) -> list[Claim]:
    """Return claims in which nobody accuses who only denies having accused: "denied that she had accused Lund"."""
    by_id = {each.id: each for each in claims}

    def is_own(claim: Claim) -> bool:
        outer = by_id.get(claim.nested_in or "")
        return outer is not None and outer.stance == "denies" and outer.speaker.name == claim.speaker.name != ""

    return [
        structs.replace(each, stance="asserts") if each.stance == "accuses" and is_own(each) else each
        for each in claims
    ]

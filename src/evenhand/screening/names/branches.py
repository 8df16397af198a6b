"""Whether our name is a listed organisation's office or shop: its whole name, with places and words for a branch."""

from evenhand.screening.names.alignment import Alignment, left_over
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.words import (
    BRANCH_WORDS,
    KINDS,
    LEGAL_FORMS,
    LITTLE_WORDS,
    NUMBER_SIGNS,
    SHOP_WORDS,
    is_form_misspelt,
    is_form_word,
)

_LEFT = 0.05
_GENERAL = frozenset({"trade", "media", "noise", "particle"})
_OWN = frozenset({"", "common"})


def left_of_branch(ours: Name, theirs: Name, aligned: Alignment) -> float | None:
    """Return what our words beside their whole name count, or None if we are no branch of theirs by name.

    Their name must tell them from others (a word of its own or a country beside another) and stand in ours in one
    run; what is left over of ours must be places, words for a branch and general words, at least one of the first two.
    """
    left = aligned.ours_left
    if (
        not left
        or ours.person
        or theirs.person
        or not all(KINDS.get(word) == "particle" for word in aligned.theirs_left)
    ):
        return None
    in_branch = [_is_of_branch(word) for word in left]
    if not any(in_branch) or not all(of or _is_general(word) for of, word in zip(in_branch, left, strict=True)):
        return None
    if not _tells(theirs) or not _in_one_run(ours.tokens, left):
        return None
    return sum([_LEFT if _is_little(word) else left_over(word, False) for word in left])


def least_left(word: str) -> float:
    """Return the least that a word counts where nothing answers it, in names of persons and organisations."""
    if is_form_misspelt(word):
        return 0.0
    least = min(left_over(word, False), left_over(word, True))
    return min(least, _LEFT) if _is_little(word) else least


def _is_of_branch(word: str) -> bool:
    return word in BRANCH_WORDS or word in SHOP_WORDS or KINDS.get(word) == "country"


def _is_little(word: str) -> bool:
    return word in NUMBER_SIGNS or word in LITTLE_WORDS or _is_of_branch(word)


def _is_general(word: str) -> bool:
    return (
        word in NUMBER_SIGNS
        or word in LITTLE_WORDS
        or KINDS.get(word) in _GENERAL
        or len(word) == 1
        or (word,) in LEGAL_FORMS
        or is_form_word(word)
    )


def _tells(name: Name) -> bool:
    kinds = [KINDS.get(word, "") for word in name.tokens if KINDS.get(word) != "particle"]
    return len(kinds) + len(name.numbers) > 1 and (not _OWN.isdisjoint(kinds) or "country" in kinds)


def _in_one_run(words: tuple[str, ...], left: tuple[str, ...]) -> bool:
    """Return whether the words that are not left over follow each other; little words between them do not count."""
    rest, answered = list(left), list[bool]()
    for word in words:
        if word in rest:
            rest.remove(word)
            if KINDS.get(word) == "particle":
                continue
            answered.append(False)
        else:
            answered.append(True)
    return sum(now and not before for before, now in zip([False, *answered], answered, strict=False)) == 1

"""What the order of a person's names says: who is whose son, and which initial is a father's or middle name."""

import msgspec

from evenhand.screening.names.alignment import Alignment
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.words import weight_of

_SON_OF = frozenset({"bin", "ibn", "ben", "bn"})


def in_order(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Return whether equal words follow each other alike, the surname in front or behind.

    >>> in_order(("ali", "bin", "omar", "said"), ("said", "ali", "bin", "omar"))
    True
    >>> in_order(("ali", "bin", "omar", "said"), ("omar", "bin", "ali", "said"))
    False
    """
    if ours == theirs or len(ours) != len(theirs):
        return True
    return any(ours == theirs[at:] + theirs[:at] for at in range(1, len(theirs)))


def are_father_and_son(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Return whether one name says whose son the other is: `Ahmad bin Hasan` and `Hasan bin Ahmad`.

    >>> are_father_and_son(("ahmad", "bin", "hasan"), ("hasan", "ibn", "ahmad"))
    True
    >>> are_father_and_son(("ahmad", "bin", "hasan"), ("said", "ahmad", "bin", "hasan"))
    False
    """
    if _SON_OF.isdisjoint(ours) or _SON_OF.isdisjoint(theirs):
        return False
    sons = {(ours[at - 1], ours[at + 1]) for at in range(1, len(ours) - 1) if ours[at] in _SON_OF}
    return any(
        theirs[at] in _SON_OF and theirs[at - 1] != theirs[at + 1] and (theirs[at + 1], theirs[at - 1]) in sons
        for at in range(1, len(theirs) - 1)
    )


def has_further_initials(ours: tuple[str, ...], theirs: tuple[str, ...], aligned: Alignment) -> bool:
    """Return whether all that one of two persons' names has over are initials behind one that is answered.

    Beside Boris Rotenberg the `R` of `Rotenberg B. R.` is a father's or middle name, which lists leave out; that of
    `Rotenberg R. B.` is the given name.
    """
    mine, other = aligned.ours_left, aligned.theirs_left
    if mine and not other:
        return _are_further(mine, ours)
    return bool(other) and not mine and _are_further(other, theirs)


def _are_further(left: tuple[str, ...], tokens: tuple[str, ...]) -> bool:
    initials = tuple([word for word in tokens if len(word) == 1])
    return len(left) < len(initials) and initials[-len(left) :] == left


def without_further_initials(ours: Name, theirs: Name, aligned: Alignment) -> Alignment:
    """Return an alignment of which the lighter name counts without the initials that are left over.

    So they take away only what a word too many does: the rest of the name is answered as it is without them.
    """
    mine, other = (sum(map(weight_of, left)) for left in (aligned.ours_left, aligned.theirs_left))
    return msgspec.structs.replace(aligned, shorter=min(ours.weight - mine, theirs.weight - other))


def without_last(tokens: tuple[str, ...], left: tuple[str, ...]) -> list[str]:
    """Return words without those that are left over, each where it stands last.

    >>> without_last(("b", "b", "rotenberg"), ("b",))
    ['b', 'rotenberg']
    """
    words = list(reversed(tokens))
    for word in left:
        words.remove(word)
    return words[::-1]

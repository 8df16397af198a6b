"""One slip of the finger between two words: two letters swapped, one doubled, or the key beside the right one."""

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHIFT = 0.5
_REACH = 1.1
_PLACES = {key: (row, at + row * _SHIFT) for row, keys in enumerate(_KEYS) for at, key in enumerate(keys)}


def is_typo(ours: str, theirs: str) -> bool:
    """Return whether one word becomes the other by one slip, never in its first letter.

    Two names of different people differ by any letter, a typing error mostly by one of these.

    >>> is_typo("transservis", "transesrvis"), is_typo("belarus", "belafus"), is_typo("safari", "jafari")
    (True, True, False)
    """
    short, long = (ours, theirs) if len(ours) <= len(theirs) else (theirs, ours)
    at = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if at == 0:
        return False
    if len(short) == len(long):
        return _swapped(short, long, at) or (
            short[at + 1 :] == long[at + 1 :] and _beside(short[at : at + 1], long[at])
        )
    return len(long) - len(short) == 1 and long[at + 1 :] == short[at:] and _touched(long, at)


def _swapped(ours: str, theirs: str, at: int) -> bool:
    return ours[at : at + 2] == theirs[at : at + 2][::-1] and ours[at + 2 :] == theirs[at + 2 :]


def _touched(word: str, at: int) -> bool:
    """Return whether a letter too many is the one beside it or on a key beside that."""
    return any(other == word[at] or _beside(word[at], other) for other in (word[at - 1], *word[at + 1 : at + 2]))


def _beside(key: str, other: str) -> bool:
    if key not in _PLACES or other not in _PLACES:
        return False
    (row, at), (other_row, other_at) = _PLACES[key], _PLACES[other]
    return abs(row - other_row) <= 1 and abs(at - other_at) <= _REACH

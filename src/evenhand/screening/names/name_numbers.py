"""What the numbers in two names say: equal, different, or one that only one of the names has."""

from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.weights import NUMBER_ADDED, NUMBER_MORE, OTHER_NUMBERS, SAME_NUMBERS, SOME_NUMBERS
from evenhand.screening.names.words import NUMBER_WORDS

_LONG_NUMBER = 4


def number_weight(our_name: Name, their_name: Name, *, otherwise_equal: bool) -> float:
    """Return the weight of the numbers of two names, 0 where neither has one.

    `otherwise_equal` says that no telling word is left over. Then a number that only one of them has tells little:
    anybody can write one behind a name. Where each has one that the other lacks, the two are different, and a word for
    a number in front is a word of the name (`One Nation`, `Four Seasons`).
    """
    ours, theirs = our_name.numbers, their_name.numbers
    if ours == theirs:
        return SAME_NUMBERS if ours else 0.0
    if (figures := _figures(our_name)) == _figures(their_name) and len(figures) >= _LONG_NUMBER:
        return SAME_NUMBERS  # `11,420.2-1` is `11 420 21`
    if otherwise_equal and (ours < theirs or theirs < ours):
        return NUMBER_MORE if _begins_with_a_number_word(our_name if theirs < ours else their_name) else NUMBER_ADDED
    if not ours or not theirs:
        return NUMBER_MORE
    return SOME_NUMBERS if ours & theirs else OTHER_NUMBERS


def _figures(name: Name) -> str:
    return "".join(filter(str.isdigit, name.joined))


def _begins_with_a_number_word(name: Name) -> bool:
    return name.text.lower().split(maxsplit=1)[0] in NUMBER_WORDS

"""One slip of the finger."""

import pytest

from evenhand.screening.names.typos import is_typo


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("novosti", "novsoti"),
        ("novosti", "nivosti"),
        ("novosti", "novvosti"),
        ("novosti", "novoisti"),
        ("bank", "banl"),
    ],
)
def test_letters_swapped_doubled_or_from_the_key_beside_are_one_slip(ours: str, theirs: str) -> None:
    """Either word may be the one that was mistyped."""
    assert is_typo(ours, theirs)
    assert is_typo(theirs, ours)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("safari", "jafari"),
        ("petrov", "petkov"),
        ("alfa", "alfabet"),
        ("ab9c", "ab7c"),
        ("alfa", "alfap"),
    ],
)
def test_another_letter_or_another_beginning_is_another_name(ours: str, theirs: str) -> None:
    """People look at the first letter when they type."""
    assert not is_typo(ours, theirs)
    assert not is_typo(theirs, ours)

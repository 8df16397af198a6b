"""The most frequent texts of any number, in a space that does not grow."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.shadow_report.tally import HeavyHitters


def counted(texts: list[str], kept: int) -> HeavyHitters:
    frequent = HeavyHitters(kept)
    for text in texts:
        frequent.add(text)
    return frequent


def test_few_texts_are_counted_exactly_and_told_most_first() -> None:
    """Most logs name fewer hosts than are kept; equal counts stand by the alphabet."""
    frequent = counted(["b", "a", "c", "c"], 3)

    assert list(frequent.top(2).items()) == [("c", 2), ("a", 1)]
    assert frequent.error == 0


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(1, 5))
def test_a_count_is_never_too_high_and_too_low_by_the_error_at_most(texts: list[str], kept: int) -> None:
    """The error is told with the counts, and is bounded by the space that was given."""
    frequent, true = counted(texts, kept), Counter(texts)
    told = frequent.top(kept)

    assert len(told) <= kept
    assert frequent.error <= len(texts) / (kept + 1)
    assert all(true[text] - frequent.error <= count <= true[text] for text, count in told.items())
    assert all(text in told for text, count in true.items() if count > frequent.error)

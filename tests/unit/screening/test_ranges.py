"""The arithmetic of runs under the index, against loops."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.screening.index.ranges import in_order, spread, starts_of

RUNS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 9)), max_size=12)


@given(RUNS)
def test_the_positions_of_runs_are_those_that_a_loop_counts(runs: list[tuple[int, int]]) -> None:
    """Empty runs and no run at all too."""
    starts, lengths = (np.array(each, np.int64) for each in (zip(*runs, strict=True) if runs else ([], [])))

    assert spread(starts, lengths).tolist() == [start + at for start, length in runs for at in range(length)]


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 5)), max_size=20))
def test_pairs_are_grouped_by_key_in_order(pairs: list[tuple[int, int]]) -> None:
    """So that a key is found by halving, and its numbers come in the same order every time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evenhand.screening.index.ranges._AT_ONCE", 3)
        keys, numbers = in_order(array("Q", [key << 32 | number for key, number in pairs]))

    assert list(zip(keys.tolist(), numbers.tolist(), strict=True)) == sorted(pairs)
    assert (keys.dtype, numbers.dtype) == (np.uint32, np.int32)


@given(st.lists(st.integers(0, 9), max_size=12))
def test_starts_end_with_the_length_of_all(lengths: list[int]) -> None:
    """The run of n lies between starts n and n + 1."""
    assert starts_of(lengths).tolist() == [sum(lengths[:at]) for at in range(len(lengths) + 1)]

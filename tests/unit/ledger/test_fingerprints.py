"""Fingerprints of entries in one row, held to a dict."""

from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger.fingerprints import Fingerprints

PRINT = st.integers(0, 255).map(lambda number: bytes([number]) * 32)
GIVEN = st.lists(st.tuples(st.integers(0, 12), PRINT), max_size=30)


@given(GIVEN)
def test_each_entry_has_the_fingerprint_that_it_was_given_last(given_: list[tuple[int, bytes]]) -> None:
    """Also where entries come in another order, and where one is made again after a write that failed."""
    found, expected = Fingerprints(), dict[int, bytes]()

    for seq, fingerprint in given_:
        found[seq] = fingerprint
        expected[seq] = fingerprint

    assert [found.get(seq) for seq in range(14)] == [expected.get(seq) for seq in range(14)]


@given(st.integers(0, 9), st.integers(1, 9))
def test_entries_that_follow_one_another_are_counted_once(first: int, count: int) -> None:
    """Up to how many are kept is decided by it."""
    found = Fingerprints()

    for seq in (*range(first, first + count), first):
        found[seq] = b"x" * 32

    assert len(found) == count

"""What must hold of every text that settings name as an object's address."""

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from evenhand.store.object_addresses import COPIES, copy_of, is_address, wrong_address

ADDRESSES = st.one_of(
    st.lists(st.sampled_from([
        "s3", "s3a", "https", "://", "//", "/", "\\", "?", "#", "@", ":", ".", "..", "*", "%2e", "acts", "a-b", "A_b",
        "x.parquet", "日本", "\u202e", "\u0301", "\x00", "\n", " ", "~", "-", "CON", "n" * 300,
    ]), max_size=9).map("".join),
    st.text().map("s3://acts/{}".format), st.text().map("s3://{}/acts.csv".format), st.text(),
)  # fmt: skip


@given(ADDRESSES)
def test_an_address_that_is_taken_has_a_place_of_its_own_below_the_copies(text: str) -> None:
    """Whatever a key is, its copy never leaves the folder."""
    what = wrong_address(text)

    if not what:
        place = PurePosixPath(copy_of(text))
        assert is_address(text)
        assert place.parent.parent == PurePosixPath(COPIES)
        assert ".." not in place.parts
        assert 0 < len(f"{place.name}.tmp".encode()) <= 255
        assert not place.name.startswith((".", "-"))
        assert copy_of(text).isprintable()
        assert PurePosixPath(copy_of(f"{text}x")).parent != place.parent

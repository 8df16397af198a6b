"""XML read in pieces: what it costs grows with the file and never with its square."""

from typing import SupportsIndex

import pytest

from evenhand.lists.formats.xml_elements import elements
from evenhand.model.errors import ListUnreadable

MB = 1_000_000


class Watched(bytes):
    """A file that counts the pieces that were taken of it."""

    pieces = 0

    def __getitem__(self, key: SupportsIndex | slice) -> bytes:  # type: ignore[override]  # only slices are taken
        self.pieces += 1
        assert isinstance(key, slice)
        return super().__getitem__(key)


def read(data: bytes) -> int:
    """Return how many entries a file has."""
    return sum(1 for _ in elements("list.xml", data, root="export", wanted=("entry",)))


SHAPES = {
    "a comment": b"<export><!--%s--><entry/></export>",
    "a comment before the root": b"<!--%s--><export><entry/></export>",
    "a comment behind the root": b"<export><entry/></export><!--%s-->",
    "a comment inside an entry": b"<export><entry><!--%s--></entry></export>",
    "an instruction": b"<export><?x %s?><entry/></export>",
    "an attribute": b"<export><entry a='%s'/></export>",
    "a name": b"<export><x%s/><entry/></export>",
    "no end at all": b"<export><entry/><!--%s",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_comment_costs_no_more_the_longer_it_is(shape: str) -> None:
    """Four times the length, the same number of pieces: each is searched from the comment's beginning again."""
    pieces = []
    for size in (2 * MB, 8 * MB):
        file = Watched(SHAPES[shape] % (b"x" * size))
        with pytest.raises(ListUnreadable) as caught:
            read(file)
        assert str(caught.value) == (
            "list.xml:1: a comment, tag or instruction is too long; expected at most 1,048,576 bytes"
        )
        pieces.append(file.pieces)

    assert pieces[0] == pieces[1] <= 18


def test_long_texts_and_many_comments_are_read() -> None:
    """What publishers do write: a licence of a page, a remark of a megabyte, a comment at each entry."""
    licence = b"<!--%s-->" % (b"all rights reserved " * 40_000)
    entry = b"<entry><!-- note --><name>Made-up</name></entry>\n"
    text = b"<entry>%s<![CDATA[%s]]></entry>" % (b"remark " * 400_000, b"more " * 400_000)

    assert read(licence + b"<export>" + entry * 2_000 + licence + text + b"</export>") == 2_001

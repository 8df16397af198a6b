"""The picture of who stands above a party: each holder below what it holds, drawn once, readable on a phone."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.ownership import OwnershipLink
from evenhand.render.ownership_picture import WIDE, owner_boxes, ownership_picture


def owns(owner: str, owned: str, millionths: int = 510_000, name: str = "") -> OwnershipLink:
    return OwnershipLink(owner=owner, owner_name=name or owner, owned=owned, kind="ownership", known=millionths)


def test_each_owner_stands_below_what_it_owns() -> None:
    """Whoever reads downwards goes from the party to its owners, and from each to its own."""
    boxes = owner_boxes("a", "A", [owns("b", "a"), owns("c", "a"), owns("d", "b")], {"d"})

    assert [(each.id, each.depth, boxes[each.above].id) for each in boxes[1:]] == [
        ("b", 1, "a"), ("d", 2, "b"), ("c", 1, "a"),
    ]  # fmt: skip
    assert [each.id for each in boxes if each.listed] == ["d"]


def test_a_ring_is_drawn_once() -> None:
    """Companies that own each other would otherwise be drawn for ever."""
    boxes = owner_boxes("a", "A", [owns("b", "a"), owns("a", "b")], set())

    assert [(each.id, each.again) for each in boxes] == [("a", False), ("b", False), ("a", True)]
    assert "see above" in ownership_picture(boxes)


def test_a_name_is_text_and_is_cut_to_its_box() -> None:
    """An owner's name is what a table says: it can be long, and it can look like markup."""
    name = "<script>alert(1)</script>" + "W" * 200
    picture = str(ownership_picture(owner_boxes("a", "A", [owns("b", "a", name=name)], set())))

    drawn = list(ElementTree.fromstring(picture).iter())
    assert "<script" not in picture
    assert max(len(each.text or "") for each in drawn if each.tag == "text") < WIDE / 7
    assert name in [each.text for each in drawn if each.tag == "title"]


def test_without_owners_there_is_no_picture() -> None:
    """An empty frame says nothing."""
    assert ownership_picture(owner_boxes("a", "A", [], set())) == ""


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=14, unique=True))
def test_every_picture_ends_and_stays_within_its_frame(pairs: list[tuple[str, str]]) -> None:
    """Whatever owns whatever: each link from the party up is drawn, nothing is outside, no style is inline."""
    boxes = owner_boxes("a", "A", [owns(owner, owned) for owner, owned in pairs], set())
    picture = str(ownership_picture(boxes))

    reached = {each.id for each in boxes}
    assert sum(owned in reached for _, owned in pairs) == len(boxes) - 1
    assert "style" not in picture
    for x, width in re.findall(r'<rect class="[a-z ]*" x="(\d+)" y="\d+" width="(\d+)"', picture):
        assert int(x) + int(width) <= WIDE

"""Who stands above a party as inline SVG: a box a holder, each owner below what it owns, its share in the box.

The picture is as wide as a phone and grows downwards, so that it is never made smaller to fit. Colours are the page's:
the SVG has classes, no styles.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from evenhand.model.ownership import OwnershipLink
from evenhand.model.visible_text import visible
from evenhand.render.ownership_paths import link_words

WIDE = 360
_STEP, _TALL, _GAP, _INSET, _MOST_INDENTS = 18, 46, 10, 10, 6
_CHARACTER = 7.4  # of the widest common letters at 13 units


class OwnerBox(NamedTuple):
    """A box: whose, what it holds of the box above, how deep, and whether it was drawn further up already."""

    id: str
    name: str
    link: OwnershipLink | None
    depth: int
    above: int
    listed: bool
    again: bool


def owner_boxes(party: str, name: str, links: Sequence[OwnershipLink], listed: Collection[str]) -> list[OwnerBox]:
    """Return the party's box and those of all above it, each owner right below what it owns."""
    boxes = [OwnerBox(party, name, None, 0, -1, party in listed, again=False)]
    _add_above(boxes, 0, links, listed, {party})
    return boxes


def _add_above(
    boxes: list[OwnerBox], place: int, links: Sequence[OwnershipLink], listed: Collection[str], drawn: set[str]
) -> None:  # fmt: skip
    """Add the owners of the box at a place, each followed by its own; one that was drawn is not followed again."""
    below = boxes[place]
    for link in links:
        if link.owned == below.id:
            again = link.owner in drawn
            drawn.add(link.owner)
            boxes.append(
                OwnerBox(link.owner, link.owner_name, link, below.depth + 1, place, link.owner in listed, again)
            )
            if not again:
                _add_above(boxes, len(boxes) - 1, links, listed, drawn)


def ownership_picture(boxes: Sequence[OwnerBox]) -> Markup:
    """Return the boxes as SVG, ``""`` where there is no owner; the table beside it has the same in words."""
    if len(boxes) < 2:
        return Markup("")
    tall = len(boxes) * (_TALL + _GAP) - _GAP + 2
    shapes = "".join(f"{_line(boxes, place)}{_box(box, place)}" for place, box in enumerate(boxes))
    words = escape(f"{len(boxes) - 1} holders above {visible(boxes[0].name or boxes[0].id)}; the table has the same")
    return Markup(
        f'<svg class="owners" viewBox="0 0 {WIDE} {tall}" width="{WIDE}" height="{tall}" role="img" '
        f'aria-label="{words}">{shapes}</svg>'
    )


def _left(box: OwnerBox) -> int:
    return 1 + min(box.depth, _MOST_INDENTS) * _STEP


def _top(place: int) -> int:
    return 1 + place * (_TALL + _GAP)


def _line(boxes: Sequence[OwnerBox], place: int) -> str:
    """Return the line from the left of the box above, down and to a box."""
    box = boxes[place]
    if box.link is None:
        return ""
    start, left = _left(boxes[box.above]) + _STEP // 2, _left(box)
    start = min(start, left - 4)
    middle = _top(place) + _TALL // 2
    return f'<path class="link" d="M{start} {_top(box.above) + _TALL}V{middle}H{left}"/>'


def _box(box: OwnerBox, place: int) -> str:
    left, top = _left(box), _top(place)
    width = WIDE - 1 - left
    kind = " party" if box.link is None else " listed" if box.listed else ""
    below = "the party of this case" if box.link is None else link_words(box.link)
    marks = [each for each in (below, "listed" if box.listed else "", "see above" if box.again else "") if each]
    name = visible(box.name or box.id)
    first, second = escape(_cut(name, width)), escape(_cut(", ".join(marks), width))
    place_of_text = f'x="{left + _INSET}"'
    return (
        f"<g><title>{escape(name)}</title>"
        f'<rect class="box{kind}" x="{left}" y="{top}" width="{width}" height="{_TALL}" rx="5"/>'
        f'<text class="name" {place_of_text} y="{top + 19}">{first}</text>'
        f'<text class="share" {place_of_text} y="{top + 36}">{second}</text></g>'
    )


def _cut(text: str, width: int) -> str:
    most = int((width - 2 * _INSET) / _CHARACTER)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"

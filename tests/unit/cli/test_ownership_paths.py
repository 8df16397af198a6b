"""The ways of ownership as one line each."""

from datetime import date
from typing import Any

import msgspec
import pytest

from evenhand.model.finding import Finding
from evenhand.model.ownership import OwnershipLink
from evenhand.render.ownership_paths import path_line, path_lines
from tests.unit.cli.made import CASES


def link(owner: str, owned: str, **more: Any) -> OwnershipLink:
    return OwnershipLink(owner=owner, owned=owned, **{"kind": "ownership", **more})


@pytest.mark.parametrize(
    ("more", "drawn"),
    [
        ({"known": 510_000}, "L —51 %→ A"),
        ({"known": 333_333}, "L —33.3333 %→ A"),
        ({"unknown": True}, "L —?→ A"),
        ({"known": 200_000, "unknown": True}, "L —20 % and ?→ A"),
        ({"unknown": True, "kind": "ownership_or_control"}, "L —?, owns or controls→ A"),
        ({"kind": "control"}, "L —controls→ A"),
        ({"kind": "acts_for"}, "L ←acts for— A"),
        ({"known": 1, "as_of": date(2024, 3, 1)}, "L —0.0001 %, as of 2024-03-01→ A"),
        ({"known": 10_000, "until": date(2024, 3, 1)}, "L —1 %, until 2024-03-01→ A"),
        ({"kind": "control", "as_of": date(2024, 3, 1), "until": date(2025, 3, 1)},
         "L —controls, 2024-03-01 to 2025-03-01→ A"),
    ],
)  # fmt: skip
def test_a_link_says_what_is_held_and_when(more: dict[str, Any], drawn: str) -> None:
    """What nobody knows is a question mark; control and acting for are named, and the arrow shows who acts."""
    assert path_line([link("L", "A", **more)]) == drawn


def test_names_stand_beside_ids_and_say_who_is_meant_between() -> None:
    """An id alone means nothing to who reads it; a name is shown once where it is the id."""
    way = [
        link("B", "A", owner_name="Made-up Middle", owned_name="Made-up Shop", known=300_000),
        link("L", "B", owner_name="L", known=510_000),
    ]

    assert path_line(way) == "L —51 %→ Made-up Middle (B) —30 %→ Made-up Shop (A)"


def test_a_gap_is_shown_as_one() -> None:
    """The middle of a very long way is left out of the record."""
    assert path_line([link("B", "A", known=1_000_000), link("L", "Y", known=1_000_000)]) == "L —100 %→ Y … B —100 %→ A"


def test_a_name_cannot_turn_the_line_around() -> None:
    """Names come from outside."""
    assert "\\u202e" in path_line([link("L", "A", owner_name="Made-up\u202eTrust", known=1)])


def test_both_ways_of_a_finding_are_shown_and_equal_ones_once() -> None:
    """Two findings over one holding say it once."""
    near, far = (link("L", "A", known=10_000),), (link("B", "A", known=600_000), link("M", "B", known=900_000))
    finding = Finding(
        party_kind="advertiser", party_id="A", kind="owned_by_listed", score=1.0, certain=True, way=near, heaviest=far
    )
    decision = msgspec.structs.replace(CASES[0].decision, findings=(finding, finding))

    lines = path_lines(msgspec.structs.replace(CASES[0], decision=decision))

    assert lines == ("L —1 %→ A", "M —90 %→ B —60 %→ A (the largest shares)")

"""Which tables have names that are none."""

import pytest

from evenhand.intake.unlikely_names import doubt_of


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["DE", "RU"], "countries"), (["Germany", "de", "POL"], "countries"),
        (["K-100", "K-101", "K 102/3"], "numbers"), (["17", "18", "19"], "numbers"),
        (["03.04.2021", "2021-04-03 10:00", "44197"], "numbers"), (["1.234,50 €", "12500.75 EUR", "98"], "numbers"),
        (["550e8400-e29b-41d4-a716-446655440000"] * 3, "numbers"), ([*["H-1001"] * 9, "Made Up"], "numbers"),
    ],
)  # fmt: skip
def test_a_column_of_something_else_is_known_by_nearly_all_of_its_cells(names: list[str], kind: str) -> None:
    """The first of them is shown."""
    assert kind in doubt_of(names)
    assert f"`{names[0]}`" in doubt_of(names)


@pytest.mark.parametrize(
    "names",
    [
        [], ["DE"], ["17", "18"], ["1&1", "3M", "123 GmbH"], ["A1", "O2", "3M"], ["DE", "RU", "Made Up"],
        [*["H-1001"] * 8, "Made Up"], ["Studio 54", "Forever 21", "Motel 6", "Century 21"],
        ["Georgia Bank", "Cuba Libre"],
    ],
)  # fmt: skip
def test_a_name_or_two_that_look_like_something_else_are_names(names: list[str]) -> None:
    """Companies are called so."""
    assert doubt_of(names) == ""

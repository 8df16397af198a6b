"""The page on the API names what the API takes and gives, and OpenRefine's page the addresses it may frame from."""

import re

from evenhand.model.console import OPENREFINE
from evenhand.screening.names.weights import THRESHOLD
from evenhand.web.api.entity_query import READ_PROPERTIES
from evenhand.web.api.screener import MOST, Screener
from evenhand.web.api.screening import MOST_NAMES, MatchedEntity, operations
from tests.docs.pages import ROOT
from tests.each_case import each_case

PAGE = (ROOT / "docs" / "how-to" / "use-the-api.md").read_text("utf-8")


@each_case("name", [*READ_PROPERTIES, *MatchedEntity.__struct_fields__])
def test_what_a_match_takes_and_gives_is_on_the_page(name: str) -> None:
    """A property that nobody names is one that a program sends in vain, or a field that it does not know."""
    assert f"`{name}`" in PAGE


def test_the_limits_on_the_page_are_those_that_hold() -> None:
    """They are what a program is refused for."""
    match = next(each for each in operations(Screener()) if each.name == "match")
    default = next(each.schema["default"] for each in match.parameters if each.name == "limit")

    assert f"At most {MOST_NAMES:,} queries" in PAGE
    assert f"1 to {MOST} results ({default}), 0 to 1 ({THRESHOLD})" in PAGE


def test_the_page_of_openrefine_names_whose_pages_may_frame_a_preview() -> None:
    """Whoever runs OpenRefine elsewhere has to know that nothing is shown there."""
    page = (ROOT / "docs" / "how-to" / "openrefine.md").read_text("utf-8")

    assert all(f"`{origin}`" in page for origin in OPENREFINE)
    assert re.search(r"evenhand serve demo-network --preview-in https://\S+", page)

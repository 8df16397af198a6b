"""The page of headings says what the program knows."""

from tests.docs.pages import ROOT
from tools.headings_page import page


def test_the_page_of_headings_is_that_of_the_program() -> None:
    """A heading that is read and not written down cannot be looked up by whom it surprises."""
    assert (ROOT / "docs" / "reference" / "headings.md").read_text(encoding="utf-8") == page()

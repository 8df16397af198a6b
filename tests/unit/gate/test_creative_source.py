"""The attribute of served markup: whatever the fields hold, it stays one attribute and reads back."""

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.creative_source import creative_source

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def test_empty_fields_stay_and_trailing_ones_go() -> None:
    """The examples of the specification; the comma at the end of the second may be left out."""
    assert creative_source("mydsp.example", "ac1f9e", "89708971").endswith('="1.0,mydsp.example,ac1f9e,89708971"')
    assert creative_source("opaquedsp.example", crid="1472,20% off 300x250").endswith(
        '="1.0,opaquedsp.example,,1472%2C20%25%20off%20300x250"'
    )
    assert creative_source("dsp.example") == 'data-ad-creative-source="1.0,dsp.example"'


@given(st.lists(texts, min_size=4, max_size=4))
def test_what_goes_in_reads_back_and_ends_nothing(fields: list[str]) -> None:
    """No quote, tag, entity or end of a comment gets out of it."""
    before, value, after = creative_source(*fields).split('"')

    assert (before, after) == ("data-ad-creative-source=", "")
    assert not set(value) & set("<>&'\\ \n/")
    assert [unquote(each) for each in f"{value},,,".split(",")[1:5]] == fields

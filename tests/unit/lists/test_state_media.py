"""The state-media matrix: companies, outlets and the kind of control, never a verdict."""

from pathlib import Path

import pytest

from tests.unit.lists.made import made, refusal


@pytest.fixture
def data() -> bytes:
    return made("state-media").files["matrix.csv"]


def test_an_outlet_names_its_company_and_an_outlet_of_the_same_name_is_the_company() -> None:
    """One row is an outlet × address; the company is listed once, without its mark `*`."""
    company, outlet, daily = made("state-media").entities

    assert (company.id, company.caption) == ("media-iceland-made-up-broadcasting-mub", "Made-Up Broadcasting (MUB)")
    assert outlet.id == "media-iceland-made-up-broadcasting-mub-made-up-one-872833"
    assert outlet.values("parent") == (company.id,)
    assert outlet.values("website") == ("https://one.made-up.example/", "https://alt.made-up.example/")
    assert outlet.values("account") == ("instagram/madeupone", "x/made_up_one", "youtube/ucmadeup", "telegram/madeup")
    assert daily.values("parent", "controlTypology", "name") == ("IP", "Made-Up Daily")


def test_what_no_reader_could_use_is_counted() -> None:
    """A link with a blank inside names no account; an empty row names nobody."""
    assert made("state-media").left_out == {"empty row": 1, "link without a handle": 1}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"Made-Up  Daily", b"", "matrix.csv:4: Media company or Country is empty"),
        (b"Typology,", b"", "matrix.csv:1: missing columns `Typology`"),
        (b"URL,Typology", b"Typology,URL", "matrix.csv:1: columns in another order or twice"),
        (b"Typology,", b"Typology,Colour,", "matrix.csv:1: unknown columns `Colour`"),
        (b",IP,", b",IP", "matrix.csv:4: number of columns `18`; expected 19"),
    ],
)
def test_a_matrix_that_half_parses_is_refused_whole(
    tmp_path: Path, data: bytes, old: bytes, new: bytes, line: str
) -> None:
    """A shifted column would give outlets a control that nobody stated."""
    assert old in data
    assert refusal(tmp_path / "broken", "state-media", {"matrix.csv": data.replace(old, new, 1)}).startswith(line)

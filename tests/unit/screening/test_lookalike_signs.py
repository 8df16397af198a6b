"""Digits and signs in place of letters hide no name; names that have digits of their own are read as written."""

import pytest

from evenhand.screening import compare, screen
from evenhand.screening.explanation import sentence
from evenhand.screening.names.lookalike_signs import letters_for_signs
from tests.each_case import each_case
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of
from tests.unit.screening.test_prefilter import prefilter

NAME = "Zorblatt Siloma Trading"
DISGUISED = [
    "Z0rblatt Siloma Trading", "Z0rbl4tt S1l0ma Trad1ng", "Zorblatt $iloma Tr@ding", "ZORBLATT 5IL0MA TRADING",
    "Zorb1att Si1oma Trading", "Z0RBL@TT $IL0MA 7RADING", "Ｚ０ｒｂｌａｔｔ Siloma Trading",
    "Z\u200b0rblatt Sil0ma Trading",
    "Zorblatt Siloma Trad!ng 2", "Sil0ma Z0rblatt Tr4d1ng LLC", "Zorblatt Si£oma Trading",
    "Z0rblatt Sil0ma Trading L7d",
    "Z0rbl4tt S1l0ma 7r4d1ng",
]  # fmt: skip


@each_case("written", DISGUISED)
def test_a_name_is_found_with_signs_for_its_letters_and_says_so(written: str) -> None:
    """One comparison, index and prefilter find it; the finding says how it was read."""
    listed, party = entity("e", "Company", name=NAME, country="qm"), advertiser(written, country="DE")

    (finding,) = screen([("advertiser", party)], index_of(listed))

    assert finding.strength == "possible", written
    assert prefilter([party]).passing(index_of(listed)) == {"0"}
    assert compare(party, listed, SUFFIXES).score == finding.score
    (said,) = [each for each in finding.because if each.name == "name.lookalike"]
    assert (said.ours, said.weight) == (written, 0.0)
    assert set(said.theirs.split()) >= {"zorblatt", "siloma"}
    assert f"digits or signs stand in place of letters ({written}, read as {said.theirs})" in sentence(finding)


def test_a_listed_name_with_signs_is_found_by_its_letters() -> None:
    """The mirror, and the same signs on both sides, of which there is nothing to say."""
    listed = entity("e", name="Z0rblatt Sil0ma Trading")

    (plain,) = screen([("advertiser", advertiser(NAME))], index_of(listed))
    (same,) = screen([("advertiser", advertiser("Z0rblatt Sil0ma Trading"))], index_of(listed))

    assert "name.lookalike" in {each.name for each in plain.because}
    assert "name.lookalike" not in {each.name for each in same.because}
    assert plain.strength == same.strength == "possible"


@pytest.mark.parametrize(
    ("ours", "listed", "schema"),
    [("J0e Torum", "Joe Torum", "Person"), ("T0rum, Gr4nat", "Granat Torum", "Person"),
     ("Гран4т Т0руз", "Гранат Торуз", "Person"),
     ("З0рблатт 3аряна", "Зорблатт Заряна", "Organization"), ("Z0RQ", "ZORQ", "Organization")],
)  # fmt: skip
def test_persons_other_alphabets_and_short_names_are_read_alike(ours: str, listed: str, schema: str) -> None:
    """A fuller reading as written, in which the signs part the words, does not speak against them."""
    found = list(screen([("advertiser", advertiser(ours, schema=schema))], index_of(entity("e", schema, name=listed))))

    assert [each.entity_id for each in found] == ["e"]
    assert "name.lookalike" in {each.name for each in found[0].because}


@each_case(
    "name",
    ["3M", "7-Eleven", "4x4", "1&1", "H2O", "50Hertz", "K+S", "G4S", "N26", "A1 Telekom", "Radio1", "Studio 54",
     "Yahoo!", "Plus!Minus?", "@zorblatt", "X 24", "100€shop", "B92", "S4C", "M25", "O2", "TV2", "1-2-3.tv",
     "ab0123456789"],
)  # fmt: skip
def test_names_with_digits_of_their_own_are_read_as_written(name: str) -> None:
    """Few letters, a number before or behind, a mark at the end."""
    assert [each for each in letters_for_signs(name, person=False) if "Minus" not in each] == []


@each_case(
    ("ours", "listed"),
    [("3M", "EM Group"), ("4x4", "AXA"), ("H2O", "HZO"), ("50Hertz", "So Hertz"), ("K+S", "KTS"), ("G4S", "GAS Works"),
     ("7-Eleven", "T-Eleven"), ("Radio1", "Radioi"), ("1&1", "I&I"), ("N26", "NZG")],
)  # fmt: skip
def test_real_names_with_digits_match_no_other_name_by_them(ours: str, listed: str) -> None:
    """Nor the other way round."""
    for mine, other in ((ours, listed), (listed, ours)):
        assert list(screen([("advertiser", advertiser(mine))], index_of(entity("e", name=other)))) == []


def test_a_name_of_many_signs_has_few_readings() -> None:
    """`1` may be i or l; a name of thirty such words is not read in two to the power of thirty ways."""
    assert len(letters_for_signs("z1rb " * 30, person=False)) == 8

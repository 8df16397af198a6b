"""Chinese names of persons in the Latin spellings of Hong Kong, Singapore and Taiwan, and in pinyin."""

import pytest

from evenhand.screening import compare, screen
from evenhand.screening.names.chinese_names import chinese_readings
from evenhand.screening.names.weights import THRESHOLD
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of


def score_of(ours: str, theirs: str, schema: str = "Person") -> float:
    return compare(advertiser(ours, schema=schema), entity("e1", schema, name=theirs), SUFFIXES).score


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Cheung Kwok Keung", "Zhang Guoqiang"),
        ("Ng Chi Keung", "WU, Zhiqiang"),
        ("Tan Kok Leong", "Chen Guoliang"),
        ("Tsai Ming-chieh", "Cai Mingjie"),
        ("Chih-wei Hsieh", "XIE Zhiwei"),
        ("Chang Kuo-jung", "Zhang Guorong"),
        ("Wong Siu Ming", "Huang Xiaoming"),
    ],
)
def test_one_chinese_name_in_two_spellings_is_found_with_and_without_an_index(ours: str, theirs: str) -> None:
    """Cantonese, Hokkien and Wade-Giles spell one name as no letters would tell."""
    assert score_of(ours, theirs) >= THRESHOLD

    party = advertiser(ours, schema="Person")
    (found,) = screen([("advertiser", party)], index_of(entity("e1", "Person", name=theirs)))
    assert found.score == score_of(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Cheung Kwok Keung", "Wang Jianguo"),
        ("Ng Wei", "Wu Lei"),
        ("Wang Lin", "Huang Lin"),
        ("Zhang Wei Min", "Chang Wai Hung"),
        ("Anna Tan", "Anna Chen"),
    ],
)
def test_another_name_is_not_found_by_a_surname_of_one_sound(ours: str, theirs: str) -> None:
    """Two names in pinyin are two; and a surname beside a name that is not Chinese is left as it stands."""
    assert score_of(ours, theirs) < THRESHOLD


def test_companies_are_not_compared_by_the_syllables_of_persons() -> None:
    """`Cheung Kwok Keung Trading` is another firm than `Zhang Guoqiang Trading`."""
    assert score_of("Cheung Kwok Keung", "Zhang Guoqiang", "Company") < THRESHOLD


@pytest.mark.parametrize("name", ["Cheung", "Zhang Guoqiang Wai Man", "Nora Frost", "Cheung Frost"])
def test_a_name_of_one_of_five_or_of_other_syllables_is_no_chinese_name(name: str) -> None:
    """A surname and one to three syllables."""
    assert chinese_readings(tuple(name.lower().split())) == ()

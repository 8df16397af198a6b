"""How many persons a phrase counts."""

import pytest

from evenhand.evidence.source_counts import count_sources
from tests.each_case import each_case


@each_case(
    ("phrase", "n", "parts"),
    [
        ("three current and four former U.S. officials", 7, (3, 4)),
        ("a judge, a lawyer and two police officers", 4, (1, 1, 2)),
        ("two people familiar with the matter and the deal", 2, (2,)),
        ("two officials from the ministry and a diplomat", 3, (2, 1)),
        ("three people, including a former minister", 3, (3,)),
        ("three sources, two of them at the bank", 3, (3,)),
        ("an official, a member of the ruling party,", 1, (1,)),
        ("six of the eight judges", 6, (6,)),
        ("four executives at two companies", 4, (4,)),
        ("a group of ten lawmakers", 10, (10,)),
        ("half a dozen traders", 6, (6,)),
        ("twenty-one sailors", 21, (21,)),
        ("a hundred and five members", 105, (105,)),
        ("1,200 workers", 1200, (1200,)),
        ("neither of the two lawyers", 2, (2,)),
        ("both ministers", 2, (2,)),
        ("a 20-year-old man", 1, (1,)),
        ("her lawyer and two aides", 3, (1, 2)),
        ("a third source", 1, (1,)),
    ],
)
def test_numbers_and_articles_before_persons_add_up(phrase: str, n: int, parts: tuple[int, ...]) -> None:
    counted = count_sources(phrase)

    assert (counted.n, counted.parts, counted.bound, counted.as_written) == (n, parts, None, phrase)


@pytest.mark.parametrize(
    ("phrase", "n", "bound"),
    [
        ("more than a dozen officials", 12, "at_least"),
        ("no fewer than five witnesses", 5, "at_least"),
        ("three officials and others", 3, "at_least"),
        ("two or three guards", 2, "at_least"),
        ("up to 30 staff", 30, "at_most"),
        ("as many as 50 traders", 50, "at_most"),
        ("fewer than ten members", 10, "at_most"),
        ("nearly two dozen current and former officials", 24, "about"),
        ("a crowd of about 300 people", 300, "about"),
        ("five or so traders", 5, "about"),
        ("a couple of officials", 2, "about"),
        ("dozens of residents", None, "at_least"),
        ("hundreds of thousands of people", None, "at_least"),
    ],
)
def test_words_beside_a_number_bound_it(phrase: str, n: int | None, bound: str) -> None:
    counted = count_sources(phrase)

    assert (counted.n, counted.bound) == (n, bound)


@pytest.mark.parametrize(
    "phrase",
    [
        "officials",
        "several diplomats",
        "most of them",
        "a third of the members",
        "40 percent of voters",
        "one in five shopkeepers",
        "a few diplomats",
        "a number of analysts",
        "the ministry",
        "people familiar with the matter",
        "two million people",
        "",
        " , ",
    ],
)
def test_words_that_give_no_number_count_nobody(phrase: str) -> None:
    counted = count_sources(phrase)

    assert (counted.n, counted.parts, counted.bound) == (None, (), None)

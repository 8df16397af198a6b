"""Pairs of marks: what belongs together, what continues, and that apostrophes are no marks."""

import pytest

from evenhand.evidence.quotation_marks import find_quotations
from evenhand.evidence.text_spans import lines


def quoted(text: str) -> list[str]:
    return [text[slice(*each.span)] for each in find_quotations(text, lines(text))]


@pytest.mark.parametrize("pair", ["“”", '""', "«»", "„“", "»«", "‘’", "''"])
def test_each_kind_of_mark_is_read(pair: str) -> None:
    text = f"They said {pair[0]}we sold nothing,{pair[1]} and left."

    assert quoted(text) == [f"{pair[0]}we sold nothing,{pair[1]}"]


def test_apostrophes_are_no_marks() -> None:
    assert quoted("The banks' power wasn't Twoville's in the '90s, and it's the owners' now.") == []


def test_a_single_mark_may_hold_apostrophes() -> None:
    assert quoted("‘We don’t want the boys’ toys,’ she said.") == ["‘We don’t want the boys’ toys,’"]


def test_marks_within_marks_belong_to_the_outer_quotation() -> None:
    text = "“They said ‘no’ and then “never” to us,” she said."

    assert quoted(text) == ["“They said ‘no’ and then “never” to us,”"]


def test_quotations_ten_deep_are_one() -> None:
    text = "He said " + "“a ‘b " * 5 + "c" + "’ d”" * 5

    assert quoted(text) == [text[8:]]


def test_an_unclosed_mark_ends_with_its_paragraph() -> None:
    text = "“We sold nothing.\nNobody answered."

    assert quoted(text) == ["“We sold nothing."]


def test_a_quotation_goes_on_in_the_paragraph_that_opens_with_its_mark() -> None:
    text = "“We sold nothing.\n“We never will,” she said."

    first, second = find_quotations(text, lines(text))

    assert (first.closed, second.closed, second.continues) == (False, True, 0)


def test_a_closed_quotation_does_not_go_on() -> None:
    _, second = find_quotations(
        "“We sold nothing.”\n“We never will,” she said.", lines("“We sold nothing.”\n“We never will,” she said.")
    )

    assert second.continues is None

"""A denial is tied to an accusation of the same party and of the same matter, or to none. All texts are made up."""

import pytest

from tests.unit.evidence.test_who_denies import exchanged, read

TWO_FIRMS = """Ada Brun accused Coastway Bus of burning the timetables.

Jo Mills accused Brightline Rail of selling rusted bolts.

{denial}"""


def links(body: str) -> list[tuple[str, ...]]:
    """Return which claims each claim of a report denies."""
    return [claim.denies for claim in read(body)[1]]


@pytest.mark.parametrize(
    ("denial", "answers"),
    [
        ("Brightline Rail denied that the bolts were rusted.", ("c2",)),
        ("Brightline Rail denied the accusation.", ("c2",)),
        ("“We never burnt a timetable,” Coastway Bus said.", ("c1",)),
        ("Lund Water denied that it had poisoned the well.", ()),
        ("“I promised the stage to nobody,” Per Dahl said.", ()),
        ("Per Dahl denied any wrongdoing.", ()),
    ],
)
def test_a_denial_answers_the_accusation_of_its_own_side_and_of_the_same_matter(
    denial: str, answers: tuple[str, ...]
) -> None:
    assert links(TWO_FIRMS.format(denial=denial))[-1] == answers


@pytest.mark.parametrize("denial", ["Brightline Rail denied it.", "Brightline Rail called the claim “nonsense”."])
def test_with_the_accused_exchanged_the_other_accusation_is_denied(denial: str) -> None:
    body = exchanged(TWO_FIRMS.format(denial=""), "Brightline Rail", "Coastway Bus")

    assert links(body + denial)[-1] == ("c1",)


@pytest.mark.parametrize(
    "aside",
    [
        "“Nobody told us that the ferry was late,” said Inga Moe, an islander.",
        "Pensioners accused the harbour of neglect.",
        "Ola Vik accused Per Dahl of hiding a loan.",
    ],
)
def test_a_denial_of_one_matter_is_not_tied_to_the_accusation_of_another(aside: str) -> None:
    denial = "Lund Water said that it had never poured oil into the river."

    assert links(f"{aside}\n\n{denial}")[-1] == links(f"{denial}\n\n{aside}")[0] == ()


@pytest.mark.parametrize("firm", ["Lund Water", "Coastway Bus"])
def test_nobody_denies_an_accusation_that_names_somebody_else(firm: str) -> None:
    accused = f"Ola Vik was accused by the port of having owned shares in {firm}."

    assert links(f"{firm} denied that the report was late.\n\n{accused}")[0] == ()


def test_these_statements_are_all_of_the_paragraph_before() -> None:
    told = "Two clerks said that Lund Water hid the leak. A third clerk said that it shredded the records."

    first, second, denial = read(f"{told}\n\nThe company called those statements untrue.")[1]

    assert (first.denied_by, second.denied_by) == ((denial.id,), (denial.id,))


def test_that_it_was_something_points_to_no_claim_before() -> None:
    """In "denied that it was a bribe" the word "it" stands for what the sentence itself tells of."""
    body = "“I got no answer at all,” Ada Brun said.\n\nLund Water received the note, but denies that it was a bribe."

    assert links(body)[-1] == ()


@pytest.mark.parametrize("word", ["it", "that", "this"])
def test_it_is_the_last_thing_that_was_said_by_another(word: str) -> None:
    body = "Ada Brun accused Lund Water of fraud.\n\nOla Vik said that the books of Lund Water were cooked."

    assert links(f"{body} Lund Water denied {word}.")[-1] == ("c2",)


@pytest.mark.parametrize(("pronoun", "name"), [("She", "Ada Brun"), ("He", "Ravi Anand")])
def test_nobody_denies_what_they_said_themselves_just_before(pronoun: str, name: str) -> None:
    body = f"{name} told the court that the clerk had a grudge. {pronoun} denied it."

    assert [claim.speaker.name for claim in read(body)[1]] == [name, ""]


def test_a_lawyers_word_on_what_a_client_did_not_do_answers_no_other_charge() -> None:
    body = "The port accused Ola Vik of theft.\n\n“He did not hit her,” Ola Vik’s lawyer, Jo Mills, said."

    assert links(body)[-1] == ()


def test_whose_denial_goes_on_denies_the_same() -> None:
    body = """Ada Brun accused Lund Water of hiding a leak.

Lund Water denied hiding any leak. “Every pipe is listed,” its director, Per Dahl, said.

“Not one page was withheld,” Per Dahl said."""

    assert links(body)[1:] == [("c1",), ("c1",), ("c1",)]


@pytest.mark.parametrize("whose", ["U.K.", "British", "Norwegian"])
def test_whose_accusations_they_are_is_read_with_or_without_dots(whose: str) -> None:
    """A state that is written in letters with dots answers as one that is a word: the mirror of a story."""
    body = f"The Palace fed the Gazette with forged timetables, according to three {whose} officials.\n\n"

    assert "c1" in links(f"{body}The Palace strongly denied {whose} accusations it had meddled in the vote.")[1]

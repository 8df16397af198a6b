"""What a speaker is, which office a person has, and which state a word stands for."""

import pytest

from evenhand.evidence import read_article
from evenhand.evidence.speaker_kinds import speaker_kind, spokesperson_of
from evenhand.evidence.speaker_roles import introduce
from evenhand.evidence.states import state_words, states_named, states_within


@pytest.mark.parametrize(
    ("phrase", "form", "kind"),
    [
        ("three former clerks", "noun", "anonymous"),
        ("a person close to the board", "noun", "anonymous"),
        ("internal papers", "noun", "document"),
        ("the company", "noun", "named_organisation"),
        ("One of the companies", "noun", "named_organisation"),
        ("the port ministry", "noun", "state"),
        ("Lima", "name", "state"),
        ("the United Kingdom", "name", "state"),
        ("the Coast Gazette", "name", "named_organisation"),
        ("Tidewater Pay", "name", "named_person"),
        ("", "none", "unspecified"),
    ],
)
def test_the_kind_of_a_speaker_follows_from_the_form_of_its_words(phrase: str, form: str, kind: str) -> None:
    """Two words with capitals may be a person or a firm: only the text can tell, "person" is the first guess."""
    assert speaker_kind(phrase, phrase, form) == kind


@pytest.mark.parametrize(
    ("text", "role", "organisation"),
    [
        ("Harbour board spokeswoman Inga Moe said so.", "spokeswoman", "Harbour board"),
        ("“No,” said Inga Moe, a lawyer for the harbour board.", "lawyer", "the harbour board"),
        ("Tidewater said no. “No,” wrote its chief executive, Inga Moe, in a post.", "chief executive", "Tidewater"),
        (
            "Peru’s port regulator came. “No,” said Inga Moe, the regulator’s director.",
            "director",
            "Peru’s port regulator",
        ),
        ("Senator Inga Moe said so.", "Senator", None),
        ("Inga Moe said so.", None, None),
    ],
)
def test_a_person_has_the_office_that_the_text_gives(text: str, role: str | None, organisation: str | None) -> None:
    found = introduce(text, "Inga Moe", [(0, len(text))])

    assert (found.role, found.organisation) == (role, organisation)


def test_a_person_with_an_office_but_without_a_body_speaks_for_nobody_else() -> None:
    assert not introduce("Senator Inga Moe said so.", "Inga Moe", [(0, 25)]).speaks


def test_an_unnamed_spokesperson_is_the_body_spoken_for() -> None:
    assert spokesperson_of("a harbour board spokeswoman") == "harbour board"
    assert spokesperson_of("a board member") is None


def test_every_state_has_a_name_an_adjective_and_a_seat() -> None:
    """All states alike: 193 members of the United Nations and what else keeps a government."""
    known = state_words()
    states = set().union(*known.names.values())

    assert len(states) == 198
    for table in known:
        assert set().union(*table.values()) == states


def test_a_seat_of_government_is_its_state_and_a_phrase_holds_the_states_it_names() -> None:
    assert states_named("the Hague") == {"Netherlands"}
    assert states_named("Lima’s port") == set()
    assert states_within("the Peruvian port ministry") == {"Peru"}


@pytest.mark.parametrize("name", ["Rui Tavares-Pinto", "Ann Lee-Smith", "Ola Vik"])
@pytest.mark.parametrize("office", ["accountant", "cashier", "lawyer"])
def test_whom_a_body_owns_behind_the_name_is_a_person(name: str, office: str) -> None:
    """ "X, the company's accountant" was read as "X, the company"."""
    text = f"Paper\n\nLISBON (Quay Wire) - “It is false,” said {name}, the company’s {office}.\n"

    (claim,) = read_article(text.encode(), "a.txt").claims

    assert (claim.speaker.kind, claim.speaker.name) == ("named_person", name)


def test_a_body_behind_a_name_still_shows_that_it_is_one() -> None:
    text = "Paper\n\nLISBON (Quay Wire) - “It is false,” said Atlas Mar, the company.\n"

    (claim,) = read_article(text.encode(), "a.txt").claims

    assert claim.speaker.kind == "named_organisation"

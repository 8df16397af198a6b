"""A name decides nothing: of any length, ending, origin or spelling it is read as any other is."""

import re

import pytest

from evenhand.evidence.claims import read_article
from evenhand.evidence.name_exchanges import exchange_words, exchanges
from evenhand.evidence.source_counts import count_sources
from evenhand.evidence.speaker_kinds import speaker_kind
from evenhand.evidence.states import state_words
from evenhand.model.claims import Article

PERSONS = """The harbour board met on Monday. {full}, a lawyer for the union, said the board had hidden fees.

"It was wrong," Mr. {last} said. The board denied it.

According to {full}, the fees were hidden for years. {last}{own} adviser said the board knew of it. A {last} tweet that
blasts the board was read aloud, and beating back the {last} challenge among the members took days.

A clerk told me his support for Mr. {last} makes him "more honest" than others. The board accused Mr. {last} of lying.
{last} also accused the board of theft."""
"""Each sentence is one that was once read otherwise where the name had another form."""

ALL_NAMES = [
    "Carlos Torres", "Eleni Papadopoulos", "Anna Kovács", "Luis Reyes", "Jane Roberts", "Tom Banks",
    "Wei Xu", "Mei Wu", "Nha Ng", "Bo Li",
    "Jin So", "Mei An", "Ha Do", "Dorothy Day", "Julie March", "Theresa May", "Billy Long",
    "Layla Nasser", "Karl Weber", "Ana Schroeder", "Mohamed Ahmed", "Omar Khaled", "Wen Zhang",
    "Mary O’Brien", "Rosa D’Souza", "Youssou N’Dour", "Hoda Al-Masri", "Jean-Luc Saint-Just", "Geun-hye Park",
    "Zoë Østergård", "Łukasz Škoda", "Şule Çelik", "Joan McDonald", "Betsy DeVos", "Martin King", "Emily Post",
    "Frank Church", "Edward Said",
]  # fmt: skip


def of(text: str, *words: str) -> list[tuple[object, ...]]:
    """Return all that is read of a text, with the same sign for each of some words."""
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)(?:[’']s?(?=\s[a-z]))?")

    def plain(value: str | None) -> str:
        return pattern.sub("N", value or "")

    article: Article = read_article(text.encode(), "mirror.txt")
    return [
        (
            claim.form, claim.stance, claim.speaker.kind, plain(claim.speaker.name), plain(claim.speaker.role),
            plain(claim.speaker.speaks_for), claim.resolution, claim.denies, claim.nested_in,
            [plain(text[slice(*span)]) for span in claim.content], claim.source_count and claim.source_count.n,
        )
        for claim in article.claims
    ]  # fmt: skip


def with_person(full: str) -> list[tuple[object, ...]]:
    last = full.rsplit(maxsplit=1)[-1]
    own = "’" if last.endswith("s") else "’s"
    return of(PERSONS.format(full=full, last=last, own=own), full, last)


@pytest.mark.parametrize("full", ALL_NAMES)
def test_a_person_is_read_alike_whatever_the_name_is(full: str) -> None:
    """A last -s is no plural, -er and -ed are no endings of words, two letters are a name, "He" behind "Lei" is one."""
    plain = with_person("Ada Lim")

    assert len(plain) >= 7
    assert with_person(full) == plain


@pytest.mark.parametrize("last", ["He", "An", "March"])
def test_a_name_like_a_word_of_grammar_is_one_behind_another_capital(last: str) -> None:
    """ "He" that opens a sentence stays the pronoun: nothing there shows that a person is called so."""
    text = (
        "The board met on Monday. Lei {last}, a clerk, said the board had hidden fees. It was Mr. {last} who won. "
        '"The fees were low," said Lei {last}. The board accused Mr. {last} of lying, and Lei {last}\'s aide said so.'
    )
    found = of(text.format(last=last), f"Lei {last}", last)

    assert found == of(text.format(last="Lim"), "Lei Lim", "Lim")
    assert len(found) >= 3


def test_every_state_is_read_alike() -> None:
    """Also those of several words and with an "and" within: Chad, Bosnia and Herzegovina, the Netherlands."""
    text = (
        "The harbour board met on Monday. {state} said on Monday that fees were hidden. Ada Lim, a former clerk, "
        "accused {state} of hiding fees. {state} denied the accusation. Officials said {state} must pay the fees."
    )
    plain = of(text.format(state="Chad"), "Chad")
    others = {name: " ".join(word if word in {"of", "the", "and", "da", "es"} else word.capitalize()
                             for word in name.split()) for name in state_words().names if name.isascii()}  # fmt: skip
    spelled = [name for key, name in others.items() if len(key) > 3 and "." not in key and "-" not in key]

    assert len(plain) == 4
    assert len(spelled) > 150
    assert [name for name in spelled if of(text.format(state=name), name) != plain] == []


@pytest.mark.parametrize(
    ("he", "she"),
    [
        ("Mr. Lim told his colleagues from the board that fees were hidden.",
         "Ms. Lim told her colleagues from the board that fees were hidden."),
        ("Lim assured his town's residents that the fees were low.",
         "Lim assured her town's residents that the fees were low."),
        ("The board chided him for hiding the fees.", "The board chided her for hiding the fees."),
        ("The fees were hidden for years, a source close to him said.",
         "The fees were hidden for years, a source close to her said."),
        ("His remarks indicated that the fees were hidden.", "Her remarks indicated that the fees were hidden."),
        ("According to him, the fees of the harbour were hidden for years.",
         "According to her, the fees of the harbour were hidden for years."),
    ],
)  # fmt: skip
def test_she_is_read_as_he_is(he: str, she: str) -> None:
    """English has one "her" for "his" and "him": what stands behind it tells which."""
    found = of(f"The board met on Monday in the town. {he}", "his", "him", "His", "Mr")

    assert found
    assert of(f"The board met on Monday in the town. {she}", "her", "Her", "Ms") == found


@pytest.mark.parametrize(("name", "longer"), [("Tran", "Trang"), ("Lim", "Limited"), ("Guo", "Guowei")])
def test_a_short_name_has_no_office_of_a_longer_one_that_begins_like_it(name: str, longer: str) -> None:
    """The office of Director Trang Duong was given to Mr. Tran."""
    text = (
        f"The board met on Monday. Harbour board director {longer} Duong spoke first. "
        f'"The fees were hidden from all of us," {name} said on Monday.'
    )

    assert [claim.speaker.role for claim in read_article(text.encode(), "x.txt").claims] == [None]


@pytest.mark.parametrize("name", ["Chile-Peru", "Oman-style", "United Kingdom-Chile"])
def test_joined_states_are_no_person(name: str) -> None:
    """A Chile-Peru treaty was somebody whom "he" could mean."""
    assert speaker_kind(name, name, "name") != "named_person"


@pytest.mark.parametrize("name", ["Ann Walter", "Omar Nasser", "Bea Sanders", "Ada Lim"])
def test_a_name_counts_as_one_person_whatever_it_ends_in(name: str) -> None:
    """Words in -er are persons by form; Walter is a name all the same."""
    assert count_sources(f"{name} and two clerks").parts == (1, 2)


def test_a_group_is_no_person_whom_an_exchange_could_name() -> None:
    """ "Longtime Brunites" was a name in full, and then "Brunites" a person."""
    text = (
        "The board met on Monday near Old Brunites Hall. Longtime Brunites won. The fees were low, many Brunites say."
    )

    assert [claim.speaker.kind for claim in read_article(text.encode(), "x.txt").claims] != ["named_person"]
    assert "many Brunites say" in exchanged("Slavic", text)


def exchanged(table: str, text: str) -> str:
    article = read_article(text.encode(), "x.txt")
    return dict(exchanges())[table](text, article)(text)


def test_an_exchange_writes_what_a_journalist_could() -> None:
    """Articles, owners and stops go with the new name: "an U.S. firm", "Novak' aide" and "the Chile" are faults."""
    assert exchange_words({"Torres": "Novak"})("Torres' aide and Torres’ clerk") == "Novak's aide and Novak’s clerk"
    assert exchange_words({"Iraqi": "Chilean", "Chilean": "Iraqi"})("an Iraqi, a Chilean") == "a Chilean, an Iraqi"
    assert exchange_words({"U.S.": "Chile"})("in the U.S. The U.S. firm") == "in the Chile. The Chile firm"
    assert "the Maldives" not in exchanged("states 1", "The board met in Chile on Monday. Chile denied it.")


def test_an_exchange_of_persons_leaves_titles_headlines_and_names_that_are_taken() -> None:
    """A "Rep." is no name, "Says" neither; a place called Park keeps the Korean table from making a person of it."""
    text = (
        "Says Lim Can Win\n\nThe board met on Monday near Kim Square. Rep. Ada Brun said the fees were hidden. "
        "Sen. Ola Vik, an aide, said that the board was wrong."
    )
    new = exchanged("Korean", text)

    assert "Can Win\n" in new
    assert [title for title in ("Rep.", "Sen.") if title not in new] == []
    assert [name for name in ("Brun", "Vik") if name in new] == []
    assert new.count("Kim") == 1


def test_an_exchange_of_she_knows_whose_from_whom() -> None:
    """Whom somebody told is "him", whose colleagues they were "his", a house of hers one "of his"."""
    text = "Vik told her that it was so. She met her colleagues and saw Vik accuse her of it in a house of his in Lima."

    assert exchanged("he and she", text) == (
        "Vik told him that it was so. He met his colleagues and saw Vik accuse him of it in a house of hers in Lima."
    )

"""Listed tokens found again: what one edit, another romanisation or another script makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.screening.index.vocabulary import Vocabulary
from evenhand.screening.names.similarity import firm_similarity
from evenhand.screening.names.word_keys import hash_of, hashes_of

TOKENS = [
    "gazprom", "novosti", "yusuf", "mohammed", "aleksandr", "sberbank", "maduro", "nzambamwita", "anna", "li", "a",
]  # fmt: skip


def vocabulary(tokens: list[str]) -> Vocabulary:
    return Vocabulary(tokens, Vocabulary.build(tokens))


def near(token: str, tokens: list[str] = TOKENS) -> dict[str, float]:
    ids, alike = vocabulary(tokens).near([token])[0]
    return {tokens[number]: value for number, value in zip(ids.tolist(), alike.tolist(), strict=True)}


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("gazprom", "gazprom"),
        ("gazprm", "gazprom"),
        ("gazpromm", "gazprom"),
        ("gazporm", "gazprom"),
        ("gasprom", "gazprom"),
        ("nowosti", "novosti"),
        ("youssef", "yusuf"),
        ("muhamad", "mohammed"),
        ("oleksandr", "aleksandr"),
        ("mohajmmad", "mohammed"),
        ("sberbqnkk", "sberbank"),
        ("mqaduroo", "maduro"),
        ("nzabanita", "nzambamwita"),
        ("a", "a"),
    ],
)
def test_a_listed_token_is_found_through_what_happens_to_names(asked: str, listed: str) -> None:
    """One letter lost, added, exchanged or swapped; another Latin spelling; another form of the name."""
    assert firm_similarity(asked, listed) > 0
    assert near(asked)[listed] == pytest.approx(firm_similarity(asked, listed), abs=1e-6)


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("alnovosti", {"al", "novosti"}),
        ("elnowosti", {"al", "novosti"}),
        ("abdelyousef", {"abd", "yusuf"}),
        ("ahdulyusf", {"abd", "yusuf"}),
    ],
)
def test_a_word_written_together_with_its_article_is_found_by_either_part(asked: str, parts: set[str]) -> None:
    """Also with a slip in the rest; how alike the two are as one word is the scorer's."""
    found = near(asked, [*TOKENS, "al", "abd"])

    assert {token for token, alike in found.items() if alike == 1.0} == parts


def test_a_token_like_none_finds_none() -> None:
    """Its answer is empty, not absent."""
    assert near("xyzzyx") == {}


def test_no_token_at_all_asks_nothing() -> None:
    """A party without a readable name, a list without names."""
    assert vocabulary(TOKENS).near([]) == []
    assert [each.tolist() for each in vocabulary([]).near(["anna"])[0]] == [[], []]


WORDS = st.text("abceiknostuvyz", min_size=1, max_size=9)


@given(st.lists(WORDS, min_size=1, max_size=12, unique=True), st.lists(WORDS, min_size=1, max_size=6))
def test_what_is_worked_out_at_saving_is_what_is_found_when_asked(tokens: list[str], asked: list[str]) -> None:
    """The precomputed answer of a listed token is that of any other; a second question is answered the same."""
    bare = Vocabulary.build(tokens)
    without = Vocabulary(tokens, bare)
    with_answers = Vocabulary(tokens, bare | vocabulary(tokens).worked_out())

    for _ in range(2):
        ours = with_answers.near([*asked, *tokens])
        theirs = without.near([*asked, *tokens])
        assert [(ids.tolist(), alike.tolist()) for ids, alike in ours] == [
            (ids.tolist(), alike.tolist()) for ids, alike in theirs
        ]


@given(st.lists(WORDS, min_size=1, max_size=10, unique=True), WORDS)
def test_every_answer_is_as_alike_as_the_plain_comparison_says(tokens: list[str], asked: str) -> None:
    """The vocabulary chooses whom to compare, it measures nothing itself."""
    found = near(asked, tokens)

    assert all(value == pytest.approx(firm_similarity(asked, token), abs=1e-6) for token, value in found.items())
    assert (firm_similarity(asked, asked) if asked in tokens else 0) == pytest.approx(found.get(asked, 0), abs=1e-6)


def test_very_many_tokens_are_worked_out_when_they_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million names must not take hours to save; nor is anything worked out twice."""
    assert Vocabulary(TOKENS, Vocabulary.build(TOKENS) | vocabulary(TOKENS).worked_out()).worked_out() == {}
    monkeypatch.setattr("evenhand.screening.index.vocabulary._MOST_PRECOMPUTED", 2)

    assert vocabulary(TOKENS).worked_out() == {}


@given(st.lists(st.text(max_size=6), max_size=5))
def test_keys_are_hashed_together_as_each_alone(keys: list[str]) -> None:
    """Half a character too: such a name must not stop a run."""
    assert hashes_of([*keys, "\ud800"]) == [hash_of(key) for key in (*keys, "\ud800")]
    assert hashes_of(keys) == [hash_of(key) for key in keys]

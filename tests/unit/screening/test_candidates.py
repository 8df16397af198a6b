"""Which listed names can be meant: an upper bound in arrays, against the plain score of every pair."""

import random

import numpy as np
import pytest

from evenhand.screening.index.candidates import CandidateIndex, CandidateIndexBuilder, probes_of
from evenhand.screening.index.score_bounds import own_left
from evenhand.screening.index.stored_arrays import Array
from evenhand.screening.index.vocabulary import Vocabulary
from evenhand.screening.names.name_score import score_names
from evenhand.screening.names.normal_form import Name, read_name
from evenhand.screening.names.weights import MARGIN, SAME_BIRTH_DAY, SAME_COUNTRY

GIVEN = ["anna", "boris", "cesar", "muhammad", "li", "ivan", "a", "b"]
FAMILY = ["petrov", "petrova", "castro", "al", "bin", "quandar", "nguyen", "torum"]
WORDS = ["quandar", "vessari", "bank", "trading", "holding", "radio", "and", "novosti", "company", "7"]


def person(text: str) -> Name:
    return read_name(text, "name", person=True)


def organisation(text: str) -> Name:
    return read_name(text, "name", person=False)


def made(names: list[Name]) -> tuple[list[str], dict[str, Array]]:
    making = CandidateIndexBuilder()
    for name in names:
        making.add(name)
    return making.arrays()


def reach(names: list[Name]) -> CandidateIndex:
    tokens, arrays = made(names)
    unmarked = {f"names.{each}": np.zeros(len(names), np.uint64) for each in ("births", "countries")}
    return CandidateIndex(arrays | unmarked | Vocabulary.build(tokens), Vocabulary(tokens, Vocabulary.build(tokens)))


def pairs(listed: list[Name], ours: list[Name], most: float = 0.0) -> list[tuple[int, int]]:
    found = reach(listed).reached(ours, [most] * len(ours), [(0, 0)] * len(ours))
    return list(zip(found.ours, found.theirs, strict=True))


def drawn(chance: random.Random, count: int) -> list[Name]:
    names = []
    for _ in range(count):
        if chance.random() < 0.5:
            names.append(person(" ".join([*chance.sample(GIVEN, chance.randint(1, 2)), chance.choice(FAMILY)])))
        else:
            names.append(organisation(" ".join(chance.sample(WORDS, chance.randint(1, 4)))))
    return names


def test_a_word_leads_to_its_names_those_with_initials_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorting and counting many names a part at a time changes nothing."""
    names = drawn(random.Random(4), 60)
    tokens, arrays = made(names)
    monkeypatch.setattr("evenhand.screening.index.candidates._MOST_COPIED", 3)

    in_parts = made(names)[1]

    for word, token in enumerate(tokens):
        holders = [number for number, name in enumerate(names) if token in (name.tokens or ("#7",))]
        holders.sort(key=lambda number: not any(len(each) == 1 for each in names[number].tokens))
        start, end = arrays["postings.starts"][word : word + 2]
        assert arrays["postings.ids"][start:end].tolist() == holders
    left = [sum(own_left(word) for word in dict.fromkeys(name.tokens)) for name in names]
    assert arrays["names.left"].tolist() == pytest.approx(left)
    assert all(arrays[key].tobytes() == in_parts[key].tobytes() for key in arrays)


@pytest.mark.parametrize("many", [256, 1])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_pair_that_scores_enough_is_out_of_reach(monkeypatch: pytest.MonkeyPatch, seed: int, many: int) -> None:
    """The bound is never below the score, also where common words are spared (here: all that can be)."""
    monkeypatch.setattr("evenhand.screening.index.candidates._MANY", many)
    chance = random.Random(seed)
    listed, ours = drawn(chance, 120), drawn(chance, 80)

    found = set(pairs(listed, ours, most=1.5))

    scored = {
        (one, other)
        for one, mine in enumerate(ours)
        for other, theirs in enumerate(listed)
        if (score := score_names(mine, theirs)) and score.total + 1.5 >= MARGIN
    }
    joined = {(one, other) for one, other in scored if ours[one].joined == listed[other].joined}
    assert scored - joined <= found
    assert len(scored) > 100


def test_the_nearest_come_first() -> None:
    """The best are kept where very many are in reach."""
    listed = [organisation(name) for name in ("Vessari Quandar Holding", "Vessari", "Vessari Quandar")]

    assert pairs(listed, [organisation("Vessari Quandar")], most=9.0)[0] == (0, 2)


def test_names_answer_alike_whatever_else_is_asked_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one, together, and in parts of one name."""
    chance = random.Random(5)
    listed, ours = drawn(chance, 60), drawn(chance, 20)
    together = pairs(listed, ours, most=2.0)

    alone = [(place, number) for place, name in enumerate(ours) for _, number in pairs(listed, [name], most=2.0)]
    monkeypatch.setattr("evenhand.screening.index.candidates._MOST_SUMS", 1)
    in_parts = pairs(listed, ours, most=2.0)

    assert together == alone == in_parts != []


def test_a_name_of_numbers_alone_is_found_by_them() -> None:
    """`24/7` is a name."""
    assert pairs([organisation("24/7"), organisation("Quandar 24")], [organisation("24/7")], most=9.0) == [(0, 0)]


def test_little_words_lead_nowhere_beside_others() -> None:
    """Half of all answers would come from them."""
    assert probes_of(person("Al Petrov")) == ("petrov",)
    assert probes_of(person("Al")) == ("al",)


def test_a_little_word_may_answer_one_that_is_none() -> None:
    """`abu` leads nowhere by itself, and still answers `abdu` of a name that another word led to."""
    assert pairs([person("ABDU, Abdallah"), person("ABU, Tarek")], [person("abu abdallah")]) == [(0, 0)]


def test_nothing_listed_and_nothing_asked_reach_nothing() -> None:
    """An empty list, a party without a name."""
    assert pairs([], [organisation("Vessari")]) == []
    assert pairs([organisation("Vessari")], []) == []


def test_who_shares_neither_birth_nor_country_gains_nothing_by_them() -> None:
    """A pair that only birth and country could lift is looked at where the marks of both meet, and not elsewhere."""
    tokens, arrays = made([person("SALIM, Hamza Badr"), person("SALIM, Hamza Badr")])
    marks = {"names.births": np.array([1, 2], np.uint64), "names.countries": np.array([4, 8], np.uint64)}
    built = Vocabulary.build(tokens)
    reach = CandidateIndex(arrays | marks | built, Vocabulary(tokens, built))
    ours, most = [person("Hamza Tarek")], SAME_BIRTH_DAY + SAME_COUNTRY

    near = [reach.reached(ours, [most + spare], [(1, 4)]).theirs for spare in range(8)]
    far = [reach.reached(ours, [most + spare], [(0, 0)]).theirs for spare in range(8)]

    assert [0] in near
    assert all(len(found) in {0, 2} for found in far)


def test_an_initial_that_both_have_answers_nothing_else() -> None:
    """Equal words answer each other first; two names that share `h` alone share nothing else by it."""
    listed = [organisation("Quandar H"), organisation("Torum Vessari H"), organisation("Torum H")]

    assert pairs(listed, [organisation("Quandar H")], most=0.5) == [(0, 0)]

"""The words of our names in arrays: what is known of them is what the plain functions say of each."""

import random

import numpy as np
import pytest

from evenhand.screening.index.query_words import QueryWords
from evenhand.screening.index.ranges import starts_of
from evenhand.screening.index.score_bounds import LIGHT, Bounds, Measures, counts, measures, packed
from evenhand.screening.index.vocabulary import Vocabulary
from evenhand.screening.names.normal_form import Name, read_name

LISTED = ["quandar", "vessari", "al", "bin", "petrov", "muhammad", "bank"]
TEXTS = ["Quandar Vessari", "Vesari al Petrov", "al", "A. B. Petrov", "Petrov Petrov", "24/7", "Mohamed bin al Quandar"]


def asked_words() -> QueryWords:
    weights, left = np.array([counts(word) for word in LISTED], np.float32).T
    return QueryWords(Vocabulary(LISTED, Vocabulary.build(LISTED)), weights, left, starts_of([3] * len(LISTED)))


def names() -> list[Name]:
    return [read_name(text, "name", person=person) for text in TEXTS for person in (True, False)]


def answers_of(asked: QueryWords, several: list[Name]) -> list[dict[str, float]]:
    """Return, of each word of each name, what its answers support."""
    words, known, kept = asked.probes(several).words, asked.known, asked.answers
    slices = [slice(known.starts[word], known.starts[word] + known.lengths[word]) for word in words]
    told = [(kept.tokens[each].tolist(), kept.support[each].tolist()) for each in slices]
    return [dict(zip([LISTED[token] for token in tokens], support, strict=True)) for tokens, support in told]


def test_names_measure_the_same_together_as_each_alone() -> None:
    """A word twice, a name of numbers, initials, light words alone and beside others."""
    asked, several = asked_words(), names()

    found = asked.measures(several, asked.probes(several))

    assert [Measures(*row) for row in found.tolist()] == [
        pytest.approx(np.array(measures(name), np.float32).tolist()) for name in several
    ]


def test_no_light_word_answers_a_light_one_beside_others() -> None:
    """Alone `al` leads to names that hold `al`; beside others it leads to none."""
    assert counts("al")[0] <= LIGHT
    alone, beside = (read_name(text, "name", person=True) for text in ("al", "al Petrov"))

    found = answers_of(asked_words(), [alone, beside])

    assert [list(each) for each in found] == [["al"], [], ["petrov"]]


def test_what_is_remembered_is_forgotten_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million advertisers bear more words than fit; forgetting changes no answer."""
    several = names()
    whole = answers_of(asked_words(), several)
    monkeypatch.setattr("evenhand.screening.index.query_words._MOST_WORDS", 2)
    asked = asked_words()

    assert [each for name in several for each in answers_of(asked, [name])] == whole
    assert len(asked.known.weight) < len({word for name in several for word in name.tokens})


@pytest.mark.parametrize("seed", [1, 2])
def test_the_table_lets_every_pair_pass_that_the_bound_does(seed: int) -> None:
    """What looks at every row is made of whole numbers; it may be wrong in favour of a pair only."""
    chance = random.Random(seed)
    size = 4_000
    theirs = [
        np.array([chance.choice(some) for _ in range(size)], np.float32) for some in (WEIGHTS, WEIGHTS, FEW, [0, 1])
    ]
    own = np.array(
        [[chance.choice(some) for some in (WEIGHTS, WEIGHTS, FEW, [0, 0, 0.15])] for _ in range(60)], np.float32
    )
    most = np.array([chance.choice([0, 0.6, 1.5, 2.1]) for _ in own], np.float32)
    answered = [np.array([chance.choice(WEIGHTS) * chance.random() for _ in range(size)]) for _ in range(3)]
    sums, places = packed(*answered), np.array([chance.randrange(len(own)) for _ in range(size)])
    bounds = Bounds(*theirs[:3], theirs[3].astype(np.uint8))

    fits = bounds.may_fit(sums, own, most, places, np.arange(size))
    over = bounds.over_margin(sums, own[places], most[places], np.arange(size))

    assert fits[over >= 0].all()
    assert 20 < (over >= 0).sum() <= fits.sum() < 0.7 * size


WEIGHTS = [0.0625, 0.3, 0.5, 0.9, 1.0, 1.25, 2.0, 3.4, 12.0]
FEW = [0, 0, 0, 1, 2]

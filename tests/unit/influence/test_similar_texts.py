"""Near-duplicate texts: what counts as the same, and that nothing but the texts decides."""

import random
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.influence.similar_texts import COPY, LIKE, plain_text, similar_texts
from evenhand.influence.text_sketches import SHINGLE, estimated_likeness, likeness, sketches
from evenhand.model.coordination import SimilarCreatives

OFFER = "spring sale at the corner bakery: two loaves of rye for the price of one until sunday evening"


def clusters_of(*texts: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return kind and creatives of the clusters of texts, which are numbered from 0."""
    found = similar_texts((str(number), text) for number, text in enumerate(texts))
    return [(cluster.kind, cluster.creatives) for cluster in found.clusters]


def shingles(text: str) -> set[str]:
    return {text[at : at + SHINGLE] for at in range(max(1, len(text) - SHINGLE + 1))}


def plain_likeness(a: str, b: str) -> float:
    """The share of common shingles, counted as a reader would."""
    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


def made_texts(seed: int, count: int, changed: int) -> list[str]:
    """Return texts of which two thirds repeat another with up to `changed` words replaced."""
    drawn = random.Random(seed)
    words = ["".join(drawn.choices("abcdefghiklmnoprstuvw", k=drawn.randint(2, 9))) for _ in range(600)]
    texts = [" ".join(drawn.choices(words, k=drawn.randint(3, 25))) for _ in range(count // 3)]
    while len(texts) < count:
        copied = drawn.choice(texts).split()
        for _ in range(drawn.randint(0, changed)):
            copied[drawn.randrange(len(copied))] = drawn.choice(words)
        texts.append(" ".join(copied))
    return texts


def test_case_spaces_links_and_mentions_make_no_other_text() -> None:
    """They are what differs between copies of one advertisement."""
    assert clusters_of(OFFER, f"  {OFFER.upper()}\n https://a.example/?id=7 @anna", OFFER.replace(" ", "  ")) == [
        ("copy", ("0", "1", "2"))
    ]


def test_whatever_separates_words_is_one_blank() -> None:
    """Every sign that Python takes for white space, alone, doubled and at the ends."""
    signs = [chr(code) for code in range(0x110000) if chr(code).isspace()]

    for sign in signs:
        for text in (f"a{sign}b", f"a {sign}b", f"{sign}a b", f"a b{sign}", f"a{sign}{sign}b"):
            assert plain_text(text) == "a b"
    assert (len(signs), plain_text(" "), plain_text("")) == (29, "", "")


def test_an_address_of_mail_is_no_mention() -> None:
    assert plain_text("write to anna@bakery.example") == "write to anna@bakery.example"


def test_a_text_with_a_letter_changed_is_a_copy_and_with_a_word_changed_a_rewording() -> None:
    letter, word = OFFER + "s", OFFER.replace("two loaves", "three loaves")
    assert plain_likeness(OFFER, letter) >= COPY > plain_likeness(OFFER, word) >= LIKE

    assert clusters_of(OFFER, letter) == [("copy", ("0", "1"))]
    assert clusters_of(OFFER, word) == [("rewording", ("0", "1"))]


def test_unlike_texts_have_objects_of_their_own() -> None:
    found = similar_texts([("a", OFFER), ("b", "vote for the harbour bridge on the fourth of may")])

    assert found.clusters == ()
    assert len(set(found.object_ids.values())) == 2
    assert all(each.startswith("creative_text:") for each in found.object_ids.values())


def test_creatives_of_one_cluster_have_one_object_whoever_else_is_there() -> None:
    """An object that changed its name from run to run would be tested again as if it were new."""
    alone = similar_texts([("a", OFFER), ("b", OFFER + "!")])
    beside = similar_texts([("x", "something else altogether, of no account"), ("b", OFFER + "!"), ("a", OFFER)])

    assert alone.object_ids["a"] == alone.object_ids["b"] == beside.object_ids["a"] == beside.object_ids["b"]


def test_the_text_used_most_is_the_example() -> None:
    found = similar_texts([("a", OFFER + "!"), ("b", OFFER), ("c", OFFER)])

    assert found.clusters[0].example == OFFER


def test_a_creative_without_words_is_reported_and_has_no_object() -> None:
    found = similar_texts([("a", ""), ("b", " https://a.example @anna\t"), ("c", "sale")])

    assert found.unreadable == dict.fromkeys(["a", "b"], "has no text besides links and mentions")
    assert set(found.object_ids) == {"c"}


@pytest.mark.parametrize("text", ["a", "🙂", "\ud800", "买面包", "\0\0", "a\nb"])
def test_a_text_of_few_letters_is_itself_and_no_other(text: str) -> None:
    """Also one that no encoding takes: half a surrogate pair."""
    assert clusters_of(text, text, text + " a longer sale") == [("copy", ("0", "1"))]


def test_texts_that_are_linked_by_a_third_are_one_cluster() -> None:
    words = OFFER.split()
    middle, far = " ".join([*words[:-2], "noon"]), " ".join([*words[2:-2], "noon"])
    assert plain_likeness(OFFER, far) < LIKE < min(plain_likeness(OFFER, middle), plain_likeness(middle, far))

    assert clusters_of(OFFER, middle, far) == [("rewording", ("0", "1", "2"))]


@settings(max_examples=20)
@given(st.lists(st.text(max_size=40), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_creatives_changes_nothing(texts: list[str], drawn: random.Random) -> None:
    rows = [(str(number), text) for number, text in enumerate(texts)]
    mixed = drawn.sample(rows, len(rows))

    assert similar_texts(rows) == similar_texts(mixed)


@given(
    st.lists(st.tuples(st.text("abc ", min_size=1, max_size=30), st.text("abc ", min_size=1, max_size=30)), max_size=9)
)
def test_the_likeness_of_two_texts_is_the_share_of_their_common_shingles(pairs: list[tuple[str, str]]) -> None:
    """The fast count against the plain one; a shorter text counts as one shingle."""
    found = likeness([a for a, _ in pairs], [b for _, b in pairs])

    assert found.tolist() == pytest.approx([plain_likeness(a, b) for a, b in pairs])


def test_sketches_estimate_the_likeness_of_short_and_of_long_texts() -> None:
    for size in (12, 40, 400, 4000):
        texts = made_texts(size, 60, 0)
        a = (" ".join(texts) * 3)[:size]
        b = a[: int(size * 0.9)] + "#" * (size - int(size * 0.9))
        estimated = estimated_likeness(sketches([a, b]), np.array([0]), np.array([1]))

        assert abs(estimated[0] - plain_likeness(a, b)) < 0.15


def test_nearly_every_pair_of_like_texts_is_found_and_no_other() -> None:
    """Truth is every pair compared, each pair by itself, so that no third text can link it."""
    texts = sorted({plain_text(each) for each in made_texts(1, 400, 2)})
    sets = {text: shingles(text) for text in texts}
    like = {
        (a, b) for a, b in combinations(texts, 2) if len(sets[a] & sets[b]) >= LIKE * len(sets[a] | sets[b])
    }  # fmt: skip

    found = similar_texts((text, text) for text in texts)
    together = [a for a, b in like if found.object_ids[a] == found.object_ids[b]]

    assert len(like) > 100
    assert len(together) / len(like) >= 0.98
    assert all(_are_linked(cluster.creatives, like) for cluster in found.clusters)


def _are_linked(texts: Sequence[str], like: set[tuple[str, str]]) -> bool:
    reached, rest = [texts[0]], set(texts[1:])
    for text in reached:
        near = {other for other in rest if (min(text, other), max(text, other)) in like}
        reached += near
        rest -= near
    return not rest


def test_a_cluster_is_of_copies_only_if_each_text_is_nearly_the_example() -> None:
    found = similar_texts((text, text) for text in made_texts(5, 300, 4))

    for cluster in found.clusters:
        least = min(plain_likeness(cluster.example, plain_text(text)) for text in cluster.creatives)
        assert (cluster.kind == "copy") == (least >= COPY)


def test_many_texts_from_one_template_end_and_say_what_was_not_compared() -> None:
    """Many texts that are nearly alike would take the square of their number."""
    drawn = random.Random(2)
    template = "order today with free delivery from the "
    texts = [template + "".join(drawn.choices("abcdefghiklmnopqrstuvwxyz", k=16)) for _ in range(500)]

    found = similar_texts((text, text) for text in texts)

    assert 0 < found.not_compared <= 500
    assert len(found.object_ids) == 500


def test_no_creatives_have_no_clusters() -> None:
    assert similar_texts([]) == SimilarCreatives(object_ids={})

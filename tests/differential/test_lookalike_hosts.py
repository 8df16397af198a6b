"""Look-alike hosts found by what labels have in common, against every two compared."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.influence.lookalike_hosts import lookalike_hosts
from evenhand.model.host_likeness import SHORTEST_TYPED, is_slip, slip_places
from evenhand.model.hosts import host_of
from tests.differential import lookalike_twin
from tests.suffixes import SUFFIXES

# Long and short words, digits, letters of other scripts (that become `xn--`), pairs of letters that look like one.
PARTS = ("harbour", "familia", "corners", "radio", "vvorld", "news", "fm", "24", "1", "аррӏе", "müller", "x_y")
SUFFIXES_USED = st.sampled_from(("com", "de", "co.uk", "xn--p1ai", "github.io"))
SIGNS = "aeqwsrnml10-öо"


@st.composite
def edited(draw: st.DrawFn, words: str) -> str:
    """Draw words with up to two signs left out, doubled, swapped, put in the place of another or besides."""
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2)))):
        at, sign = draw(st.integers(0, len(words) - 1)), draw(st.sampled_from(SIGNS))
        before, rest = words[:at], words[at:]
        ways = (rest[1:], rest[:1] + rest, rest[1::-1] + rest[2:], sign + rest[1:], sign + rest)
        words = before + draw(st.sampled_from(ways)) or sign
    return words


WORDS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map("-".join)
TWO = WORDS.flatmap(lambda words: st.tuples(edited(words), edited(words)))


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Draw accounts and hosts whose labels came of a few words each."""
    found = []
    for words in draw(st.lists(WORDS, min_size=1, max_size=2)):
        made = st.builds("{}.{}".format, edited(words), SUFFIXES_USED).map(host_of).filter(bool)
        found += draw(st.lists(st.tuples(st.sampled_from("abcd"), made), min_size=2, max_size=12))
    return found


@given(rows(), st.integers(0, 24))
@example([("a", "familia.com"), ("b", "famliia.com"), ("c", "famiiia.com")], 3)
@example([("a", "gazproms.com"), ("b", "azproms.com"), ("c", "gazprom.com"), ("d", "gaproms.com")], 4)
def test_the_same_hosts_look_like_the_same(drawn: list[tuple[str, str]], first: int) -> None:
    """Whichever words, slips, scripts and suffixes are among them, some of them an advertiser's own."""
    own, used = drawn[:first], drawn[first:]

    assert lookalike_hosts(own, used, SUFFIXES) == lookalike_twin.lookalike_hosts(own, used, SUFFIXES)


@pytest.mark.parametrize("suffixes", [20, 21])
def test_a_word_that_very_many_have_is_compared_with_nobody(suffixes: int) -> None:
    """Neither as itself nor as what another slipped from."""
    own = [(f"a{place}", f"bakeries.a{place:02}.example") for place in range(suffixes)]
    used = [("x", "bakeires.com"), ("y", "bakerles.com")]

    found = lookalike_hosts(own, used, AnySuffix())

    assert found == lookalike_twin.lookalike_hosts(own, used, AnySuffix())


class AnySuffix:
    """Takes all behind the first label for a public suffix."""

    def suffix_of(self, host: str) -> str:
        """Return what stands behind the first label."""
        return host.partition(".")[2]

    def knows(self, host: str) -> bool:
        """Return that the suffix is known."""
        return bool(host)


@given(TWO)
@example(("radi-ox1", "radio-x1"))
@example(("12--radios", "12-radios"))
def test_what_is_left_of_two_labels_one_slip_apart_is_equal(labels: tuple[str, str]) -> None:
    """Where a word or a hyphen loses a sign in one of them or in both."""
    typed, meant = labels

    if is_slip(typed, meant):
        assert left(typed) & left(meant)


def left(label: str) -> set[str]:
    """Return a label, and what is left of it without the sign at one of its places."""
    assert len(label) >= SHORTEST_TYPED
    return {label, *(label[:at] + label[at + 1 :] for at in slip_places(label))}

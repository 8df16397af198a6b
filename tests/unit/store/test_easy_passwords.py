"""Passwords that are easily guessed: refused with the reason, and no good one with them."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import BadInput
from evenhand.store.accounts import PasswordPolicy, checked_password, network_policy
from evenhand.store.easy_passwords import _common, _period, easy_because, names_in
from evenhand.store.network import read_network
from tests.each_case import each_case
from tests.networks import empty_network

WORDS, KEYS, AGAIN = "one or two common passwords or names", "keys in a row", "repeats itself"


@each_case(
    ("password", "why"),
    [("1qaz2wsx3edc", "a common password"), ("PASSWORD1234", "a common password"), ("P@ssw0rd123456", WORDS),
     ("$un5h1n3m0nk3y", WORDS),
     ("Summer2026!!", WORDS), ("administrator1", WORDS), ("iloveyou-dragon", WORDS), ("monkey19841984", WORDS),
     ("correct horse", WORDS), ("qwertyuiopas12", KEYS), ("abcdefghijkl", KEYS), ("zyxwvutsrqpo", KEYS),
     ("111122223333", KEYS), ("aaaaaaaaaaaa", AGAIN), ("abc1abc1abc1", AGAIN), ("sunshinesunshine", AGAIN)],
)  # fmt: skip
def test_what_guessers_try_first_is_refused(password: str, why: str) -> None:
    """Also with letters that look like others, and with a year and a sign behind."""
    assert easy_because(password).endswith(why)


@pytest.mark.parametrize(
    "password",
    ["seven made up words", "correct horse battery", "kjh2398sdfkjh23", "tr0ub4dor&3xx", "ünïcödé-wörter-sind-gut",
     "vier kurze deutsche Wörter", "пароль из нескольких слов", "9f8e-77aa-0c31-b24d", "a long one, twice"],
)  # fmt: skip
def test_what_is_not_easily_guessed_is_taken(password: str) -> None:
    """Three words are enough, in any script, and so are twelve characters drawn by chance."""
    assert easy_because(password) == ""


@given(st.text(string.ascii_letters, min_size=14, max_size=40))
def test_a_password_is_refused_alike_in_small_and_large_letters(password: str) -> None:
    """A guesser tries both."""
    assert easy_because(password.upper()) == easy_because(password.lower())


@given(st.sampled_from(sorted(_common())), st.text("0123456789!?.", max_size=8))
def test_a_common_password_with_digits_or_signs_behind_is_refused(common: str, behind: str) -> None:
    """Up to eight of them."""
    assert easy_because(common + behind)


@given(st.text("ab1", min_size=1, max_size=12), st.integers(2, 5))
def test_the_period_is_that_of_the_plain_way(part: str, times: int) -> None:
    """The shortest part whose repetition begins with the text, tried one by one."""
    text = part * times

    plain = next(size for size in range(1, len(text) + 1) if (text[:size] * len(text))[: len(text)] == text)

    assert _period(text) == plain


def test_a_long_password_is_looked_at_whole() -> None:
    """256 characters are the most."""
    assert easy_because("x1y2" * 64) == "it repeats itself"
    assert easy_because("".join(map(chr, range(0x4E00, 0x4E00 + 512, 2)))) == ""


@pytest.mark.parametrize("password", ["samplenetwork2026", "Sample-Network!!", "Anna.Bergson-1", "bergson-evenhand"])
def test_names_of_the_house_and_of_the_person_are_refused(password: str) -> None:
    """ASVS 5.0, 6.2.11: who knows where somebody works guesses these first."""
    policy = PasswordPolicy(names_in("Sample network", "evenhand"), None)

    with pytest.raises(BadInput, match="easily guessed"):
        checked_password(password, "a.bergson Anna Bergson", policy)


def test_the_names_of_a_network_are_those_of_its_settings(tmp_path: Path) -> None:
    """Its name, the parts of its origin, and ours."""
    made = empty_network(tmp_path / "network")
    made.write()
    network = read_network(made.folder)

    policy = network_policy(network)

    assert {"evenhand", *names_in(network.settings.network.name, network.settings.network.origin)} == policy.names
    assert policy.refused is None

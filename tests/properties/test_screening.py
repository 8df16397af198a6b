"""What must hold of every name."""

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.model.accounts import account_of
from evenhand.model.hosts import host_of
from evenhand.screening import compare
from evenhand.screening.identifiers import is_valid
from evenhand.screening.reach import host_in_name
from evenhand.screening.readings import readings
from evenhand.screening.script import latin
from evenhand.screening.similarity import similarity
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity

ANY = st.text(st.characters(), max_size=60)
WORDS = st.lists(
    st.sampled_from(["anna", "boris", "cesar", "ltd", "al", "4", "four", "radio", "novosti", "petrov"]),
    min_size=1,
    max_size=5,
)


@given(ANY)
def test_every_text_has_a_latin_form_in_ascii(text: str) -> None:
    """Readers behind it know only ASCII."""
    assert latin(text)[0].isascii()


@given(ANY)
def test_every_text_has_a_reading_host_account_and_number_without_an_error(text: str) -> None:
    """What parses is fuzzed."""
    assert readings(text)
    host = host_in_name(text, SUFFIXES)
    assert host is None or host_of(host) == host
    account = account_of(text)
    assert account == "" or account_of(account) == account
    assert isinstance([is_valid(scheme, text) for scheme in ("lei", "inn", "ogrn", "imo", "swift")], list)


@given(ANY, ANY)
@settings(max_examples=60)
def test_a_score_lies_between_nothing_and_one_and_is_never_certain_by_name(ours: str, theirs: str) -> None:
    """A name alone is never certain."""
    match = compare(advertiser(ours), entity("e", name=theirs), SUFFIXES)

    assert 0.0 <= match.score <= 1.0
    assert not match.certain


@given(WORDS)
def test_the_order_of_a_persons_names_changes_no_score(words: list[str]) -> None:
    """Some write the surname first."""
    listed = entity("e", "Person", name="Petrov Boris Anna")

    there = compare(advertiser(" ".join(words), schema="Person"), listed, SUFFIXES)
    back = compare(advertiser(" ".join(reversed(words)), schema="Person"), listed, SUFFIXES)

    assert abs(there.score - back.score) < 0.05


@given(st.text("abcdefgh", min_size=1, max_size=12), st.text("abcdefgh", min_size=1, max_size=12))
def test_likeness_of_tokens_is_symmetric(ours: str, theirs: str) -> None:
    """Neither list nor advertiser is the measure of the other."""
    assert similarity(ours, theirs) == similarity(theirs, ours)

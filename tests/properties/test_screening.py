"""What must hold of every name."""

from hypothesis import given
from hypothesis import strategies as st

from evenhand.intake.names import Named
from evenhand.model.accounts import account_of
from evenhand.model.check_digits import is_valid
from evenhand.model.hosts import host_of
from evenhand.screening import compare, screen
from evenhand.screening.names.name_variants import name_variants
from evenhand.screening.names.script import latin
from evenhand.screening.names.similarity import similarity
from evenhand.screening.parties.hosts import host_in_name
from evenhand.screening.parties.profile import profile_of_party
from evenhand.workflows.queries.lookup import look_up
from tests.each_case import each_case
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of

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
    assert name_variants(text)
    host = host_in_name(text, SUFFIXES)
    assert host is None or host_of(host) == host
    account = account_of(text)
    assert account == "" or account_of(account) == account
    assert isinstance([is_valid(scheme, text) for scheme in ("lei", "inn", "ogrn", "imo", "swift")], list)


@given(ANY, ANY)
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


WORD = st.sampled_from(
    ["vessari", "telewave", "quandar", "torum", "anna", "al", "bank", "вессари", "telewav", "a", "7"]
)
NAME = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
ENTITIES = (
    entity("e1", name="Vessari Telewave", alias=["Вессари", "VT"], website="https://vessari.example/"),
    entity("e2", "Person", name="TORUM, Anna Maria", birthDate="1970-03-12", country="qp"),
    entity("e3", name="Quandar Bank", registrationNumber="1234567", jurisdiction="qp"),
    entity("e4", "Person", name="Vessari Al Torum"),
    entity("e5", name="Telewave 7"),
)
INDEX = index_of(*ENTITIES)
BY_ID = {each.id: each for each in ENTITIES}
PARTY = st.builds(
    advertiser,
    NAME | st.text(st.characters(), max_size=12),
    schema=st.sampled_from(["Person", "Organization", "LegalEntity"]),
    country=st.sampled_from(["", "QP"]),
    domains=st.sampled_from([(), ("vessari.example",), ("vessari-shop.example",)]),
    birth_date=st.sampled_from(["", "1970"]),
)


@given(st.lists(PARTY, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_candidates_of_a_party_do_not_depend_on_its_neighbours(parties: list, chance) -> None:
    """Alone, in a file, in another order: the same names of the same entities. Else a delta would not be exact."""
    profiles = [profile_of_party(each, SUFFIXES) for each in parties]
    order = list(range(len(profiles)))
    chance.shuffle(order)

    alone = [INDEX.candidates([each])[0] for each in profiles]
    shuffled = INDEX.candidates([profiles[place] for place in order])

    assert INDEX.candidates(profiles) == alone
    assert shuffled == [alone[place] for place in order]


@given(st.lists(PARTY, min_size=1, max_size=4), PARTY)
def test_a_party_twice_in_one_file_gets_the_same_answer(parties: list, twin) -> None:
    """Case 5, whatever stands between."""
    named = [Named(line, "", party) for line, party in enumerate([twin, *parties, twin], 2)]

    first, *_, last = look_up(named, INDEX, 10, lambda *_: None)

    assert first.matches == last.matches


@given(PARTY)
def test_every_answer_of_the_index_is_that_of_the_plain_comparison(party) -> None:
    """The index chooses; it adds nothing to a score and takes nothing away."""
    for finding in screen([("advertiser", party)], INDEX):
        if finding.kind != "lookalike_domain":
            match = compare(party, BY_ID[finding.entity_id], SUFFIXES)
            assert (finding.score, finding.certain, finding.because) == (match.score, match.certain, match.because)


@given(PARTY)
def test_findings_are_ranked_without_ties(party) -> None:
    """Of equal scores the order is by list and id, never by chance."""
    found = [each for each in screen([("advertiser", party)], INDEX) if each.kind != "lookalike_domain"]

    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert len({each.entity_id for each in found}) == len(found)


@each_case(
    ("name", "entity_id"),
    [
        ("Vessari Telewave " + "x" * 10_000, None),
        ("Vessari Telewave " * 1_000, None),
        ("a" * 10_000, None),
        ("", None),
        ("V", None),
        ("\u202eVessari\u202c Telewave", "e1"),
        ("Ves\u200bsari\u00ad Tele\ufeffwave", "e1"),
        ("Vess\u0430ri Telew\u0430ve", "e1"),
        ("Vessari Telewave \U0001f4fb", "e1"),
        ("\ud800Vessari Telewave", "e1"),
        ("Vessari\0Telewave", "e1"),
        ("NaN", None),
        ("1.02775E+12", None),
        ("\ud800", None),
        ("\u0301" * 500, None),
    ],
)
def test_tricks_with_letters_neither_hide_a_name_nor_stop_a_file(name: str, entity_id: str | None) -> None:
    """Case 10: an answer for each, and for the rows before and behind."""
    usual = advertiser("Vessari Telewave", id="a0")
    asked = [usual, advertiser(name, id="a1"), advertiser("Vessari Telewave", id="a2")]

    found = list(screen([("advertiser", each) for each in asked], INDEX))

    ids = [(each.party_id, each.entity_id) for each in found]
    assert ("a0", "e1") in ids
    assert ("a2", "e1") in ids
    assert entity_id is None or ("a1", entity_id) in ids

"""Parties as arrays: a party that the prefilter holds back is like nobody in the index."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import IndexUnreadable
from evenhand.model.party import Payer
from evenhand.screening import Index
from evenhand.screening.index.entity_keys import LAYOUT
from evenhand.screening.index.prefilter import About, Prefilter
from evenhand.screening.index.score_bounds import Numbers
from evenhand.screening.index.stored_arrays import read_arrays, write_arrays
from evenhand.screening.index.token_similarities import firm_similarities
from evenhand.screening.names.weights import SCORER
from evenhand.screening.parties.profile import profile_of_party
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of, number

WORD = st.sampled_from([
    "vessari", "vesari", "telewave", "quandar", "torum", "anna", "a", "al", "bin", "bank", "trading", "вессари", "7",
    "company", "radio", "and", "formerly", "alias", "geb.", "mohammed", "muhamad", "vessaritelewave", "qb",
    "v3ssar1", "V€ssari", "t0rum", "No. 7", "est. 1999", "QB7",
])  # fmt: skip
NAME = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
HOSTS = st.sampled_from([(), ("vessari.example",), ("vessari-shop.example",), ("shop.vessari.example",)])
PARTY = st.builds(
    advertiser,
    NAME | st.text(st.characters(), max_size=8),
    schema=st.sampled_from(["Person", "Organization"]),
    country=st.sampled_from(["", "QP"]),
    domains=HOSTS,
    accounts=st.sampled_from([(), ("telegram/made_up",)]),
    identifiers=st.sampled_from([
        (), (number("registration", "1234567", "qp"),), (number("registration", "QP34567"),),
        (number("registration", "QP34567", "zz"),),
    ]),
    birth_date=st.sampled_from(["", "1970"]),
    aliases=st.lists(NAME, max_size=2).map(tuple),
)  # fmt: skip
ENTITY = st.builds(
    lambda schema, name, alias, more: entity("e", schema, name=name, alias=alias, **more),
    st.sampled_from(["Person", "Organization"]),
    NAME,
    st.lists(NAME, max_size=2),
    st.sampled_from([
        {}, {"website": "https://vessari.example/"}, {"account": "telegram/made_up"},
        {"registrationNumber": "1234567", "jurisdiction": "qp"}, {"registrationNumber": "QP34567"},
        {"registrationNumber": "QP34567", "jurisdiction": "qp"}, {"country": "qp", "birthDate": "1970"},
    ]),
)  # fmt: skip


def prefilter(parties: list[Payer]) -> Prefilter:
    return Prefilter.of(((str(place), party) for place, party in enumerate(parties)), SUFFIXES)


def near(party: Payer, index: Index) -> bool:
    profile = profile_of_party(party, SUFFIXES)
    return bool(index.candidates([profile])[0].names) or bool(index.lookalikes([profile])[0])


@given(st.lists(PARTY, min_size=1, max_size=8), st.lists(ENTITY, max_size=6))
def test_nobody_is_held_back_whom_the_index_offers_somebody(parties: list[Payer], entities: list) -> None:
    """By word, initial, joined word, acronym, number, account, host or look-alike: a delta must lose no finding."""
    index = index_of(*entities)

    passing = prefilter(parties).passing(index)

    assert {str(place) for place, party in enumerate(parties) if near(party, index)} <= passing


def test_most_are_held_back() -> None:
    """Else it would not pay: a common word alone lets nobody pass."""
    index = index_of(entity("e1", name="Vessari Trading Company"), entity("e2", "Person", name="Anna Torum"))
    plain = [advertiser(f"{word} Trading Company") for word in ("Plum", "Lantern", "Orchard", "Harbour")]

    assert prefilter([*plain, advertiser("Vesari Trading")]).passing(index) == {"4"}


@pytest.mark.parametrize("sums", [1, 40])
def test_it_lets_the_same_pass_in_small_parts(monkeypatch: pytest.MonkeyPatch, sums: int) -> None:
    """What a million advertisers need is cut to what fits into memory, and no name is parted."""
    words = ["Vessari", "Telewave", "Quandar", "Torum"]
    index = index_of(*(entity(f"e{a}{b}", name=f"{a} {b}") for a in words for b in words if a != b))
    parties = [advertiser(f"{a} {b}") for a in [*words, "Plum"] for b in words]
    whole = prefilter(parties).passing(index)

    monkeypatch.setattr("evenhand.screening.index.prefilter._MOST_SUMS", sums)

    assert prefilter(parties).passing(index) == whole
    assert 0 < len(whole) < len(parties)


def test_kept_in_a_file_it_lets_the_same_pass(tmp_path: Path) -> None:
    """The next run reads no name of those it knows."""
    index = index_of(entity("e1", name="Vessari Telewave"))
    made = prefilter([advertiser("Vessari Telewave"), advertiser("Plum Bakery"), advertiser("Вессари Telewave")])
    made.save(tmp_path / "parties.sieve")

    opened = Prefilter.open(tmp_path / "parties.sieve")

    assert opened.contents == made.contents
    assert opened.passing(index) == made.passing(index) != frozenset()


@given(st.lists(PARTY, min_size=2, max_size=8), st.data())
def test_two_parts_joined_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, parties: list, data: st.DataObject
) -> None:
    """Two processes make a half each: the file is the one that a single process writes, byte for byte."""
    numbered, at = (
        [(str(place), party) for place, party in enumerate(parties)],
        data.draw(st.integers(1, len(parties) - 1)),
    )
    folder = tmp_path_factory.mktemp("made-up")
    Prefilter.of(numbered, SUFFIXES).save(folder / "whole")

    behind = Prefilter.unpacked(Prefilter.of(numbered[at:], SUFFIXES).packed())
    Prefilter.of(numbered[:at], SUFFIXES).joined(behind).save(folder / "joined")

    assert (folder / "joined").read_bytes() == (folder / "whole").read_bytes()


def test_what_the_index_keeps_of_its_own_words_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most names of some networks are made of listed words: to compare them again took longer than to screen."""
    made = index_of(*(entity(f"e{word}", name=f"{word} Telewave") for word in ("Vessari", "Vesari", "Quandar")))
    made.save(tmp_path / "index")
    kept, parties = (
        Index.open(tmp_path / "index", SUFFIXES),
        [advertiser("Vessari Telewave"), advertiser("Quandar Plum")],
    )
    expected = prefilter(parties).passing(made)

    pairs: list[str] = []

    def compared(ours: Sequence[str], theirs: Sequence[str]) -> Numbers:
        pairs.extend(ours)
        return firm_similarities(ours, theirs)

    monkeypatch.setattr("evenhand.screening.index.vocabulary.firm_similarities", compared)

    assert prefilter(parties).passing(kept) == expected != frozenset()
    assert set(pairs) <= {"plum"}


@pytest.mark.parametrize(("other", "said"), [(About(LAYOUT, "0"), "scorer"), (About(0, SCORER), "layout")])
def test_of_another_scorer_or_layout_it_is_refused(tmp_path: Path, other: About, said: str) -> None:
    """Names were read otherwise then."""
    path = tmp_path / "parties.sieve"
    prefilter([advertiser("Vessari")]).save(path)
    write_arrays(path, other, read_arrays(path, About)[1])

    with pytest.raises(IndexUnreadable, match=f"of another {said} `0`"):
        Prefilter.open(path)


def test_nobody_passes_where_nobody_is() -> None:
    """No party, or no entry."""
    assert prefilter([]).passing(index_of(entity("e1", name="Vessari"))) == frozenset()
    assert prefilter([advertiser("Vessari")]).passing(index_of()) == frozenset()

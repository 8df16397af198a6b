"""The index: saved and opened it is the same, of other lists or scorer it is refused; what leads to an entity."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.model.errors import IndexUnreadable
from evenhand.model.listing import ListVersion
from evenhand.screening import Index, screen
from evenhand.screening.index.stored_arrays import read_arrays, write_arrays
from evenhand.screening.parties.profile import profile_of_party
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, index_of, number, version

LISTED = [
    entity("e1", name="Vessari Telewave", alias=["Вессари"], country="qp", website="https://vessari.example/"),
    entity("e2", "Person", name="TORUM, Anna Maria", birthDate="1970-03-12"),
    entity("e3", name="Quandar Holding Company", registrationNumber="123456", jurisdiction="qp"),
    entity("e4", name="State Radio", account="telegram/made_up_radio", controlTypology="SC"),
    entity("e5", name="Quandar Metal Works"),
]
PARTIES = [
    advertiser("vessari telewave", id="a1", country="QP"),
    advertiser("Anna Torum", id="a2", schema="Person", birth_date="1970"),
    advertiser("Plum Bakery", id="a3", domains=("shop.vessari.example",)),
    advertiser("Plum Bakery", id="a4", domains=("vessari-shop.example",)),
    advertiser("Plum Bakery", id="a5", identifiers=(number("registration", "123456", "qp"),)),
    advertiser("Plum Bakery", id="a6", accounts=("t.me/made_up_radio",)),
    advertiser("VessariTelewave", id="a7"),
    advertiser("Q M W", id="a8"),
    advertiser("Plum Bakery", id="a9"),
    advertiser("", id="a10"),
]
VERSIONS = (version("house-x", len(LISTED)),)


def found(index: Index) -> list[tuple[str, str, float, bool]]:
    asked = [("advertiser", party) for party in PARTIES]
    return [(each.party_id, each.entity_id, each.score, each.certain) for each in screen(asked, index)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "lists.idx"
    Index([(VERSIONS[0], LISTED)], SUFFIXES).save(path)
    return path


def test_every_way_leads_to_its_entity(saved: Path) -> None:
    """By name, script, joined word, host, number and account."""
    ways = {(party, entity_id) for party, entity_id, *_ in found(Index.open(saved, SUFFIXES))}

    assert ways >= {("a1", "e1"), ("a2", "e2"), ("a3", "e1"), ("a4", "e1"), ("a5", "e3"), ("a6", "e4"), ("a7", "e1")}
    assert not any(party in {"a9", "a10"} for party, _ in ways)


def test_an_opened_index_answers_as_the_built_one(saved: Path) -> None:
    """To the last digit of every score."""
    assert found(Index.open(saved, SUFFIXES, VERSIONS)) == found(Index([(VERSIONS[0], LISTED)], SUFFIXES)) != []


def test_an_opened_index_saves_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    """It can be copied by hash."""
    Index.open(saved, SUFFIXES).save(tmp_path / "again.idx")

    assert (tmp_path / "again.idx").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize(
    "versions",
    [
        (),
        (replace(VERSIONS[0], sha256="cd" * 32),),
        (replace(VERSIONS[0], reader_version=2),),
        (replace(VERSIONS[0], reader="other"),),
        (replace(VERSIONS[0], key="house-y"),),
        (*VERSIONS, version("house-y")),
    ],
)
def test_an_index_of_other_lists_is_refused(saved: Path, versions: tuple[ListVersion, ...]) -> None:
    """Case 11: other bytes, another reader, another list, one more or less."""
    with pytest.raises(IndexUnreadable, match=r"of other lists .*; build it again from the lists"):
        Index.open(saved, SUFFIXES, versions)


def test_a_date_of_publication_makes_no_other_list(saved: Path) -> None:
    """It comes from the operator; what is compared is what was read."""
    assert Index.open(saved, SUFFIXES, [replace(VERSIONS[0], entries=0)]).about.versions == VERSIONS


@pytest.mark.parametrize(("what", "value"), [("scorer", "0"), ("layout", 0)])
def test_an_index_of_another_scorer_or_layout_is_refused(saved: Path, tmp_path: Path, what: str, value: object) -> None:
    """Its words were weighed otherwise, or do not lie where they are looked for."""
    about, arrays = read_arrays(saved, dict)
    write_arrays(tmp_path / "old.idx", about | {what: value}, arrays)

    with pytest.raises(IndexUnreadable, match=f"of another {what} `0`; expected"):
        Index.open(tmp_path / "old.idx", SUFFIXES)


def test_a_file_without_scorer_and_lists_is_refused(saved: Path, tmp_path: Path) -> None:
    """Arrays of something else."""
    write_arrays(tmp_path / "other.idx", {"of": "something else"}, read_arrays(saved, dict)[1])

    with pytest.raises(IndexUnreadable, match="head of another version"):
        Index.open(tmp_path / "other.idx", SUFFIXES)


def test_an_index_of_no_entity_finds_nobody(tmp_path: Path) -> None:
    """A list that lost all its entries, saved and opened too."""
    empty = Index([], SUFFIXES)
    empty.save(tmp_path / "empty.idx")

    assert found(empty) == found(Index.open(tmp_path / "empty.idx", SUFFIXES, ())) == []


def test_every_entity_names_the_version_that_it_stands_on() -> None:
    """Two lists may have one id each for two entities."""
    index = Index([(version("house-x"), LISTED[:1]), (version("house-y"), LISTED[:1])], SUFFIXES)

    assert [index.version(index.entries[number]).key for number in (0, 1)] == ["house-x", "house-y"]
    asked = [("advertiser", PARTIES[0])]
    assert [(each.list, each.entity_id) for each in screen(asked, index)] == [("house-x", "e1"), ("house-y", "e1")]


def test_an_entity_that_a_key_leads_to_comes_with_all_its_names() -> None:
    """The name that agrees best explains the match, not the one that led there."""
    index = index_of(*LISTED)

    (candidates,) = index.candidates([profile_of_party(PARTIES[2], SUFFIXES)])

    assert candidates.by_key == {0}
    assert {name.text for name in candidates.names[0]} == {"Vessari Telewave", "Вессари"}


def test_an_acronym_leads_to_the_name_that_it_is_made_of() -> None:
    """As a candidate; it never suffices alone."""
    (candidates,) = index_of(*LISTED).candidates([profile_of_party(advertiser("QMW"), SUFFIXES)])

    assert candidates.names.keys() == {4}


def test_the_best_of_very_many_are_offered() -> None:
    """Of some hundred that come near those that come nearest, by the name of every index the same."""
    crowd = [entity(f"e{n}", name=f"Vessari {'Telewave' if n < 10 else 'Quandar'} Works") for n in range(300)]

    (candidates,) = index_of(*crowd).candidates([profile_of_party(advertiser("Telewave Vessari"), SUFFIXES)])

    assert set(range(10)) <= candidates.names.keys()
    assert len(candidates.names) <= 64

"""The sentence that says the point of a match: what agrees, what differs, what could not be compared."""

from typing import Any

import pytest

from evenhand.model.finding import Comparison, Finding
from evenhand.model.matches import PartyShown
from evenhand.model.ownership import OwnershipLink
from evenhand.screening import compare
from evenhand.screening.explanation import sentence
from evenhand.workflows.evaluation.listed_entries import entry_shown
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, number, version

LEI = "549300XIVJCBIGMRUD48"


def said(ours: str, listed: str, schema: str = "Organization", party: Any = None, **properties: Any) -> str:
    """Compare a made-up party with a made-up entry and return the sentence."""
    entry = entity("l1", schema, name=listed, **properties)
    us = advertiser(ours, schema=schema, **(party or {}))
    match = compare(us, entry, SUFFIXES)
    finding = Finding(
        party_kind="advertiser", party_id="a1", kind="listed", list="house-list", entity_id="l1", score=match.score,
        certain=match.certain, because=match.because,
    )  # fmt: skip
    shown = PartyShown(kind="advertiser", id="a1", name=us.name, schema=schema, birth_date=us.birth_date)
    return sentence(finding, shown, entry_shown(version("house-list"), entry))


@pytest.mark.parametrize(
    ("ours", "listed", "party", "properties", "says"),
    [
        ("Dravik Ostelmar", "OSTELMAR, Dravik", {"country": "QP"}, {"country": "qp"},
         "Same name in another order; the country is the same; no birth date to compare."),
        ("Dravik Ostelmar", "Dravik Ostelmar", {"birth_date": "1961", "country": "QM"},
         {"birthDate": "1975-02-01", "country": "qp"},
         "Same name; birth years differ (1961, 1975); countries differ (QM, QP)."),
        ("Dravik Ostelmer", "OSTELMAR, Dravik", {"country": "QP", "birth_date": "1961"},
         {"country": "qp", "birthDate": "1961"},
         "One letter differs in the surname (ostelmer, ostelmar); same birth year (1961); the country is the same."),
        ("Dravik Ostelmar", "Dravik Ostelmar", {"birth_date": "1961-03-01"}, {"birthDate": "1961-03-01"},
         "Same name; same birth date; no country to compare."),
        ("Dravik Ostelmar", "Dravik Ostelmar", {"birth_date": "1961-03-01"}, {"birthDate": "1961-09-30"},
         "Same name; same birth year, another day (1961-03-01, 1961-09-30); no country to compare."),
        ("Dravik Ostelmar", "Dravik Ostelmar", {}, {}, "Same name; no birth date or country to compare."),
        ("Дравик Остельмар", "Dravik Ostelmar", {}, {},
         "Same name in another alphabet; no birth date or country to compare."),
        ("Dravik Ostelmar", "OSTELMAR, Dravik Ivanovich", {}, {},
         "The listed name has all of ours and also ivanovich; no birth date or country to compare."),
        ("Aleksandr Ostelmar", "OSTELMAR, Alexander", {}, {},
         "Same name with another form in the given name (aleksandr, alexander); no birth date or country to compare."),
    ],
)  # fmt: skip
def test_the_sentence_on_a_person_says_name_birth_and_country(
    ours: str, listed: str, party: dict[str, Any], properties: dict[str, Any], says: str
) -> None:
    """A person judges by these three; what is not there to compare is said as well."""
    assert said(ours, listed, "Person", party, **properties) == says


@pytest.mark.parametrize("listed_births", [("1962",), ("1940", "1962"), ("1960", "1940")])
def test_birth_years_that_weigh_nothing_are_said_all_the_same(listed_births: tuple[str, ...]) -> None:
    """One year apart is no comparison of the score, but a person wants to know."""
    nearest = min(listed_births, key=lambda each: abs(int(each) - 1961))

    text = said("Dravik Ostelmar", "Dravik Ostelmar", "Person", {"birth_date": "1961"}, birthDate=listed_births)

    assert f"birth years differ (1961, {nearest})" in text


@pytest.mark.parametrize(
    ("ours", "listed", "party", "properties", "says"),
    [
        ("Pear Bakery", "Quandar Works", {"identifiers": (number("lei", LEI),)}, {"leiCode": LEI}, "Same LEI."),
        ("Quandar Works", "Quandar Works", {"identifiers": (number("lei", LEI),), "domains": ("quandar.example",)},
         {"leiCode": LEI, "website": "https://quandar.example/"}, "Same LEI, website and name."),
        ("Quandarworks", "Quandar Works", {}, {}, "Same name, written together or apart; no country to compare."),
        ("Zorbalt", "Quandar", {}, {"alias": "Zorbalt"}, "Same name (a listed alias); no country to compare."),
        ("Quandar Ostel Group", "Quandar Ostel", {}, {},
         "Our name is the listed name with general words added (group); no country to compare."),
        ("Quandar 7", "Quandar 8", {"country": "DE"}, {"country": "fr"},
         "Same name; numbers in the names differ (7, 8); countries differ (DE, FR)."),
    ],
)  # fmt: skip
def test_the_sentence_on_a_company_leads_with_its_strongest_ground(
    ours: str, listed: str, party: dict[str, Any], properties: dict[str, Any], says: str
) -> None:
    """A number, account or website of its own needs no birth date."""
    assert said(ours, listed, party=party, **properties) == says


def share(owner: str, owned: str, share: str) -> Comparison:
    return Comparison(
        name="ownership.share", ours=f"{owner}: {share}", theirs=owned, similarity=0.5, weight=0.0, effect="for"
    )


def link(owner: str, owned: str) -> OwnershipLink:
    return OwnershipLink(owner=owner, owned=owned, kind="ownership", known=300_000)


@pytest.mark.parametrize(
    ("kind", "certain", "because", "way", "says"),
    [
        ("owned_by_listed", True, (share("p1 (Alfa)", "a1", "30 %"), share("p2", "a1", "25 %")), ("p1",),
         "Owned 55 % by two listed parties."),
        ("owned_by_listed", True, (share("b", "a1", "55 %"), share("p1", "b", "80 %")), ("b", "p1"),
         "Owned 55 % by one listed party, through other companies."),
        ("owned_by_listed", False, (share("p1", "a1", "55 %"),), ("p1",),
         "Owned 55 % by one party that may be listed."),
        ("possibly_owned_by_listed", False, (share("p1", "a1", "55 %"),), ("p1",),
         "Owned 55 % by listed parties as far as known, up to 80 % with possible matches and unknown shares."),
        ("controlled_by_listed", True, (), ("p1",), "Controlled by one listed party."),
        ("acts_for_listed", False, (), ("p1",), "Acts for one party that may be listed."),
        ("recorded", True, (share("p1", "a1", "55 %"),), ("p1",),
         "Owned 55 % by one listed party, below the rule's threshold."),
    ],
)  # fmt: skip
def test_the_sentence_on_ownership_says_how_much_and_by_how_many(
    kind: Any, certain: bool, because: tuple[Comparison, ...], way: tuple[str, ...], says: str
) -> None:
    """Owners are counted at the top: a company between is no listed party."""
    links = tuple(link(owner, owned) for owner, owned in zip(way, ("a1", *way), strict=False))
    finding = Finding(
        party_kind="advertiser", party_id="a1", kind=kind, score=1.0, certain=certain, because=because, way=links,
        low=550_000, high=800_000,
    )  # fmt: skip

    assert sentence(finding) == says


def test_other_findings_say_what_is_on_record() -> None:
    """A cleared match, a look-alike domain, a rejected row, a rule that failed."""

    def of(kind: Any, name: str, ours: str, theirs: str, field: str = "") -> str:
        compared = Comparison(
            name=name, ours=ours, theirs=theirs, similarity=1.0, weight=0.0, effect="for", source_field=field
        )
        return sentence(
            Finding(party_kind="payer", party_id="p", kind=kind, score=1, certain=True, because=(compared,))
        )

    assert of("recorded", "judgement.not_same", "judgement:7", "l1") == "A person judged it to be another."
    assert of("lookalike_domain", "domain.lookalike", "rt-com.example", "rt.example") == (
        "The website rt-com.example looks like the listed website rt.example but is another."
    )
    assert of("lookalike_domain", "domain.shared", "a.rt.example", "b.rt.example") == (
        "The website a.rt.example shares only its registered domain with the listed website b.rt.example."
    )
    assert of("recorded", "row.rejected", "x", "a date", "birth_date").startswith("Not screened: row rejected")
    assert of("rule_error", "rule.error", "r-1", "") == "The rule `r-1` could not be applied."
    assert of("recorded", "recorded", "no", "", "context.payer_disclosed") == "On record: payer disclosed: no."
    bare = Finding(party_kind="payer", party_id="p", kind="coordination", score=1, certain=True)
    assert sentence(bare) == "Coordination."

"""What tells a party from others of its name, in one written form."""

import pytest

from evenhand.model.party import Advertiser, Identifier
from evenhand.screening.parties.identity import identity_values
from evenhand.store.public_suffixes import PublicSuffixes

SUFFIXES = PublicSuffixes()


def values(domains: tuple[str, ...] = (), country: str = "DE", **numbers: str) -> dict[str, frozenset[str]]:
    identifiers = tuple(Identifier(scheme=scheme.replace("_", "-"), value=value) for scheme, value in numbers.items())
    party = Advertiser(id="a", name="Bakery", country=country, domains=domains, identifiers=identifiers)
    return identity_values(party, SUFFIXES)


@pytest.mark.parametrize(
    ("scheme", "one", "other"),
    [
        ("registration", "HRB 12", "hrb-12"),
        ("registration", "No. 00123", "123"),
        ("vat", "DE 123456789", "123456789"),
        ("vat", "ATU12345678", "U 1234 5678"),
        ("tax", "12/345/67890", "12 345 67890"),
        ("lei", "5299 00t8bm49aursdo55", "529900T8BM49AURSDO55"),
        ("imo", "IMO 9078191", "9078191"),
    ],
)
def test_a_number_written_otherwise_is_the_same(scheme: str, one: str, other: str) -> None:
    """A correction of blanks, case or punctuation makes nobody another company."""
    assert values(**{scheme: one}) == values(**{scheme: other}) != {}


@pytest.mark.parametrize(("scheme", "kind"), [("hrb", "registration"), ("ru_inn", "tax"), ("leicode", "lei")])
def test_a_kind_is_one_whatever_it_is_called(scheme: str, kind: str) -> None:
    """A heading that is read otherwise is no other number."""
    assert set(values(**{scheme: "7788991"})) == {kind}


@pytest.mark.parametrize(("number", "tells"), [("HRB 1", True), ("7", True), ("1.02E+12", False), ("-", False)])
def test_a_number_too_short_to_be_compared_with_lists_tells_all_the_same(number: str, tells: bool) -> None:
    """It is compared with what the same party had before; one that a spreadsheet cut is nobody's."""
    assert bool(values(registration=number)) == tells


def test_another_number_is_another() -> None:
    """Or the mirror: a company that moves to the other country keeps its number."""
    assert values(registration="HRB 12") != values(registration="HRB 13")
    assert values(country="DE", registration="12345") == values(country="FR", registration="12345")


@pytest.mark.parametrize("host", ["bakery.co.uk", "www.bakery.co.uk", "shop.bakery.co.uk"])
def test_a_website_is_its_registered_domain(host: str) -> None:
    """Another page of one's own is no other company; a public suffix is shared by strangers."""
    assert values((host,)) == {"website": frozenset({"bakery.co.uk"})}


def test_a_platform_is_nobodys_own_website() -> None:
    """Two strangers have a page there."""
    assert values(("facebook.com", "m.youtube.com")) == {}

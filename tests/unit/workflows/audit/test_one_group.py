"""A rule of dates or a list that meets advertisers of one country alone is named, whichever country it is."""

import pytest

from evenhand.model.audit_coverage import OneGroup
from evenhand.workflows.audit.one_group import GroupsMet

RULE = "two-dates"


def met(*countries: str | None, rules: tuple[str, ...] = (RULE,), lists: tuple[str, ...] = ()) -> GroupsMet:
    """Return the notes of decisions about advertisers of these countries that a rule or list met, and of one other."""
    noted = GroupsMet()
    for number, country in enumerate(countries):
        noted.note(f"a{number}", {"country": country, "languages": "none"}, rules, lists)
    noted.note("other", {"country": "FR", "languages": "de"}, (), ())
    return noted


@pytest.mark.parametrize("country", ["RU", "US"], ids=["abroad", "mirror"])
def test_a_rule_of_dates_that_met_one_country_is_named(country: str) -> None:
    """That it applied is a fact to the audit: nobody whom it spared has the same facts."""
    (found,) = met(country, country).one_group()

    assert found == OneGroup(basis="rule", name=RULE, attribute="country", value=country, advertisers=2)


@pytest.mark.parametrize("country", ["RU", "US"], ids=["abroad", "mirror"])
def test_a_list_whose_entries_met_one_country_is_named(country: str) -> None:
    """Everybody on the media list is of one country: the report says so and judges nothing."""
    (found,) = met(country, country, country, rules=(), lists=("house-media",)).one_group()

    assert found == OneGroup(basis="list", name="house-media", attribute="country", value=country, advertisers=3)


@pytest.mark.parametrize("countries", [("RU",), ("RU", "US"), ("RU", None), (None, None), ("FR", "FR")])
def test_one_advertiser_others_and_unknown_ones_are_no_one_group(countries: tuple[str | None, ...]) -> None:
    """One is of one group always, an unknown country may be another; and of FR everybody is whose country is known."""
    assert met(*countries).one_group() == ()

"""Where a law that lets a protected attribute matter could apply."""

from datetime import date

import pytest

from evenhand.policy import Rulebook
from evenhand.policy.law_reach import LawReach, law_reach
from evenhand.store.shipped_rulebooks import shipped_rulebook
from tests.unit.policy.made_up import facts, raw


@pytest.fixture(scope="module")
def reach() -> LawReach:
    """Return where the laws behind the house rules apply."""
    rulebook = Rulebook.load(shipped_rulebook("house"))
    return law_reach(rulebook, rulebook.active(date(2026, 11, 27)))


def test_the_attributes_are_those_that_a_rule_relies_on_by_law(reach: LawReach) -> None:
    """And what is read before them decides whether the law applies at all."""
    assert reach.attributes == ("Advertiser.third_country_controlled", "Advertiser.union_established")
    assert reach.reads == ("context.political", "context.territories", "context.vote.union_wide_rules")


@pytest.mark.parametrize(
    ("political", "vote", "applies"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_the_law_applies_to_political_advertising_before_a_vote(
    reach: LawReach, political: bool, vote: bool, applies: bool
) -> None:
    """Whatever the attributes are and however long it is to the vote: they are facts of these cases alone."""
    plain = raw("political")
    plain["context"]["political"] = political
    plain["context"]["territories"] = ["EU"]
    plain["context"].pop("vote", None)
    if vote:
        at = plain["context"]["at"]
        plain["context"]["vote"] = {"union_wide_rules": True, "window_opens": at, "closes": at}

    assert reach.applies(facts(plain)) is applies


def test_without_such_a_rule_there_is_nothing_to_reach() -> None:
    """The rules of 2017 know of no law that asks where somebody is from."""
    rulebook = Rulebook.load(shipped_rulebook("two-names-2017"), historic=True)
    reach = law_reach(rulebook, rulebook.active(date(2017, 11, 1)))

    assert (reach.attributes, reach.reads, reach.applies(facts(raw("political")))) == ((), (), False)

"""The part of facts that rules see."""

from datetime import date

import pytest

from evenhand.policy import Rulebook, select_relevant_facts, without_at
from tests.unit.policy.made_up import HOUSE, entity, facts, raw

ACTIVE = Rulebook.load(HOUSE).active(date(2026, 3, 1))


@pytest.mark.parametrize(
    ("attribute", "value", "seen"),
    [
        ("country", "BR", False),
        ("spend_micros", 5, False),
        ("verification", 1, True),
        ("designated_share_bp", 1, True),
        ("evidence", {"named_sources": 0, "official_documents": 0, "anonymous_sources": 7, "denied": True}, False),
        ("evidence", {"named_sources": 1, "official_documents": 0, "anonymous_sources": 0, "denied": False}, True),
    ],
)
def test_only_what_an_active_rule_reads_is_in_the_part(attribute: str, value: object, seen: bool) -> None:
    """A change that no rule can see rules nobody again."""
    plain, changed = raw("plain-commercial"), raw("plain-commercial")
    entity(changed, "Advertiser")["attrs"][attribute] = value

    assert (select_relevant_facts(facts(plain), ACTIVE) != select_relevant_facts(facts(changed), ACTIVE)) is seen


def test_the_clock_is_in_neither_part() -> None:
    """Time-bound requests are found another way."""
    plain, later = raw("political"), raw("political")
    later["context"]["at"]["__extn"]["arg"] = "2026-03-02"

    assert select_relevant_facts(facts(plain), ACTIVE) == select_relevant_facts(facts(later), ACTIVE)
    assert without_at(facts(plain)) == without_at(facts(later))
    assert without_at(facts(plain))["context"]["political"] is True


def test_parents_and_tags_are_seen_where_rules_test_them() -> None:
    """Membership runs through designations; no house rule reads tags."""
    plain, listed, tagged = raw("plain-commercial"), raw("plain-commercial"), raw("plain-commercial")
    entity(listed, "Advertiser")["parents"] = [{"type": "Designation", "id": "ofac-sdn"}]
    entity(tagged, "Campaign")["tags"] = {"k": "v"}

    assert select_relevant_facts(facts(listed), ACTIVE) != select_relevant_facts(facts(plain), ACTIVE)
    assert select_relevant_facts(facts(tagged), ACTIVE) == select_relevant_facts(facts(plain), ACTIVE)

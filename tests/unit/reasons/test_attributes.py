"""Fields of the record and the attributes that tell them."""

from typing import Any

import pytest

from evenhand.reasons.attributes import attributes_of
from evenhand.reasons.dsa_rules import sent_body, validate_dsa
from evenhand.reasons.kinds import RESTRICTIONS
from tests.each_case import each_case
from tests.unit.reasons.test_dsa import VALID

DECISIONS = ("decision_account", "decision_monetary", "decision_provision", "decision_visibility")


@pytest.mark.parametrize(
    ("field", "record", "attributes"),
    [
        ("kind", {"kind": "label-ads"}, ("decision_visibility",)),
        ("kind", {"kind": ["label-ads"]}, DECISIONS),
        ("ends_on", {"kind": "end-payout"}, ("end_date_monetary_restriction",)),
        ("ends_on", {}, ("ends_on",)),
        ("ground.explanation_public", {"ground": {"type": "law"}}, ("illegal_content_explanation",)),
        ("ground.reference", {"ground": "law"}, ("incompatible_content_ground",)),
        ("content.types[0]", {}, ("content_type",)),
        ("redress.internal.url", {}, ("redress.internal.url",)),
    ],
)  # fmt: skip
def test_a_field_leads_to_the_attribute_that_tells_it(
    field: str, record: dict[str, Any], attributes: tuple[str, ...]
) -> None:
    """By the kind and the ground of this very record; what the database has no word for keeps its own."""
    assert attributes_of(field, record) == attributes


@each_case("kind", RESTRICTIONS)
def test_every_attribute_named_is_one_of_the_database(kind: str) -> None:
    """A misspelt name would send its reader nowhere: each one with a wrong value is refused under that name."""
    named = attributes_of("kind", {"kind": kind}) + attributes_of("ends_on", {"kind": kind})

    for attribute in named:
        assert attribute in sent_body(VALID | {attribute: 7})
        assert attribute in {error.field for error in validate_dsa(VALID | {attribute: 7})}

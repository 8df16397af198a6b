"""What a rule reads, by type, following its scope."""

import pytest

from evenhand.policy.attribute_access import access_of, truncate_before
from evenhand.policy.schema import read_schema
from evenhand.policy.syntax_tree import parse, to_handle
from tests.each_case import each_case
from tests.unit.policy.made_up import HOUSE

SCHEMA = read_schema((HOUSE / "schema.cedarschema").read_text())
BUY = 'principal, action == Action::"buy", resource'


@each_case(
    ("scope", "condition", "paths"),
    [
        (BUY, "principal has media", {"Advertiser.media"}),
        (BUY, "principal has media.control", {"Advertiser.media.control"}),
        (BUY, "principal has media && principal.media.taxpayer_funded", {"Advertiser.media.taxpayer_funded"}),
        (BUY, 'principal == Advertiser::"a"', {"Advertiser.@id"}),
        (BUY, 'context.payer == Payer::"p"', {"context.payer", "Payer.@id"}),
        (BUY, "context.payer.country like \"A*\"", {"context.payer", "Payer.country"}),
        (BUY, "(if context.political then context.payer else context.payer).verification > 1",
         {"context.political", "context.payer", "Payer.verification"}),
        (BUY, 'resource.hasTag("k")', {"Campaign.@tags"}),
        (BUY, 'resource.hasTag("k") && resource.getTag("k") == "v"', {"Campaign.@tags"}),
        (BUY, "resource.content.contains(ContentKind::\"news\")", {"Campaign.content"}),
        (BUY, "{a: principal.country}.a == \"x\"", {"Advertiser.country"}),
        (BUY, "principal is Advertiser", set()),
        (BUY, 'principal is Advertiser in Designation::"d"', {"Advertiser.@parents"}),
        (BUY, 'principal in [Designation::"d", Designation::"e"]', {"Advertiser.@parents"}),
        (BUY, 'action in Action::"dealing"', set()),
        (BUY, 'context.payer in (if context.political then Designation::"a" else Designation::"b")',
         {"context.payer", "Payer.@parents", "context.political"}),
        (BUY, 'Designation::"d".house', {"Designation.house"}),
        ('principal == Advertiser::"a", action, resource', "true", {"Advertiser.@id"}),
        ('principal is Payer in Designation::"d", action, resource', "true", {"Payer.@parents"}),
        ("principal, action, resource is Account", "resource.holder_matches", {"Account.holder_matches"}),
        ("principal is Payer, action, resource", "principal.verification > 1", {"Payer.verification"}),
        ("principal, action in Action::\"dealing\", resource", "principal.verification > 1",
         {"Payer.verification", "Advertiser.verification"}),
        (BUY, "context == context", {"context"}),
    ],
)  # fmt: skip
def test_a_rule_reads_by_type_what_its_scope_allows(scope: str, condition: str, paths: set[str]) -> None:
    """Linter, letters and the record of what was read all rest on these names."""
    (policy,) = parse(f"forbid ({scope}) when {{ {condition} }};")

    assert access_of(policy, SCHEMA).paths == paths


def test_membership_literals_and_named_entities_are_told_apart() -> None:
    """The first says which list, the second what must be among the facts."""
    (policy,) = parse(f'forbid ({BUY}) when {{ principal in Designation::"d" && Designation::"e".house }};')

    reads = access_of(policy, SCHEMA)

    assert (reads.members, reads.literals) == ({("Advertiser", "d")}, {("Designation", "e")})


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("when { context.political && context.at > datetime(\"2020-01-01\") }", "context.political"),
        ("unless { context.political } when { context.at > datetime(\"2020-01-01\") }", "unless"),
        ("when { context == context && context.political }", ""),
    ],
)  # fmt: skip
def test_a_rule_is_cut_before_it_reads_the_clock(condition: str, kept: str) -> None:
    """What is left could still apply at another time."""
    (policy,) = parse(f"forbid ({BUY}) {condition};")

    cut = truncate_before(policy, "context.at", SCHEMA)

    assert cut is not None
    assert kept in str(to_handle([cut]))
    assert "context.at" not in str(to_handle([cut]))


def test_a_rule_that_never_reads_the_clock_is_not_cut() -> None:
    """It cannot be time-bound."""
    (policy,) = parse(f"forbid ({BUY}) when {{ context.political }};")

    assert truncate_before(policy, "context.at", SCHEMA) is None

"""A rule that asks for one website, one name or a whole set names whoever has it: lint refuses it, in every form."""

from pathlib import Path

import pytest

from evenhand.policy.attribute_roles import with_role
from evenhand.policy.exact_texts import exact_texts
from evenhand.policy.rulebook.reading import read_draft
from evenhand.policy.schema import read_schema
from evenhand.policy.syntax_tree import nodes, parse
from tests.unit.policy.made_up import HOUSE, PERMIT, folder_with, forbid

ADVERTISER = "principal is Advertiser, action, resource"
HOST = "resource.landing_host"
OWNERS = "principal.owner_countries"
SCHEMA = read_schema((HOUSE / "schema.cedarschema").read_text())
PROXIES = {path.rpartition(".")[2] for path in with_role(SCHEMA, "proxy")}


def compared(condition: str) -> tuple[str, ...]:
    """Return the facts that a rule with this condition compares too exactly."""
    (policy,) = parse(f"forbid (principal, action, resource) when {{ {condition} }};")
    return exact_texts(nodes(policy), PROXIES)


@pytest.mark.parametrize("owners", ['["DE", "PW", "NR"]', '["RU", "CY", "BZ"]'], ids=["DE", "mirror"])
def test_a_rule_cannot_name_a_party_by_all_its_owners(tmp_path: Path, owners: str) -> None:
    """A law of one country that relies on the attribute was proved neutral."""
    rule = forbid(
        f'context.territories.contains("DE") && {OWNERS} == {owners}', scope=ADVERTISER, ground="illegal",
        legal_basis="Made-up Act | 5 | DE", relies_on="Advertiser.owner_countries",
    )  # fmt: skip

    draft = read_draft(folder_with(tmp_path, PERMIT, rule))

    (finding,) = draft.findings()

    assert (finding.code, finding.severity) == ("singles-out", "error")
    assert draft.shown(finding).excerpt.splitlines()[0].startswith("when { ")
    assert finding.message.startswith("asks for principal.owner_countries so exactly that it can single out a party: ")


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        (f'{HOST} == "lantern.example"', HOST),
        (f'"lantern.example" != {HOST}', HOST),
        (f'["lantern.example", "farm.example"].contains({HOST})', HOST),
        (f'[{HOST}].containsAny(["lantern.example"])', HOST),
        (f'{{host: {HOST}}} == {{host: "lantern.example"}}', HOST),
        (f'(if context.political then {HOST} else {HOST}) == "lantern.example"', HOST),
        (f'{HOST} like "*lantern*"', HOST),
        (f'{HOST} like "*.lantern.example"', HOST),
        ('principal.name == "TASS"', "principal.name"),
        ('context.payer.bank_account_number == "17"', "context.payer.bank_account_number"),
        ('resource.getTag("account") == "17"', "resource.getTag"),
        ('principal.languages == ["de", "mt", "ga"]', "principal.languages"),
        ('["de", "mt", "ga"] != principal.languages', "principal.languages"),
        (f'[["DE", "PW"], ["FR", "MC"]].contains({OWNERS})', OWNERS),
    ],
)
def test_a_website_a_name_and_a_whole_set_are_found_however_they_are_written(condition: str, fact: str) -> None:
    """Anybody who wants to name a party writes it in the form that nobody looks for."""
    assert compared(condition) == (fact,)


@pytest.mark.parametrize(
    "condition",
    [
        'principal.country == "DE"',
        '["RU", "BY"].contains(principal.country)',
        f'{OWNERS}.contains("DE")',
        f'{OWNERS}.containsAny(["RU", "BY"])',
        f'{OWNERS} == ["DE"]',
        f"{OWNERS} == []",
        'principal.scripts == ["Latn"]',
        'principal.sector == "gambling"',
        'context.territories == ["DE", "FR"]',
        'context.placement.slot == "front"',
        'resource.content == [ContentKind::"news", ContentKind::"sport"]',
        f'{HOST} like "*.ru"',
        f'{HOST} like "*.gov.uk"',
        f'{HOST} == ""',
        f"{HOST} == resource.other_host",
        'resource.hasTag("account")',
    ],
)
def test_words_that_many_share_and_single_members_of_a_set_are_criteria(condition: str) -> None:
    """Countries, languages, kinds of content and endings of hosts; whether they may matter is for the proofs."""
    assert compared(condition) == ()

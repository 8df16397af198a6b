"""Rules that read what a network has added to the schema: nothing fills it, and proofs know nothing of it."""

from pathlib import Path

import pytest

from evenhand.policy.rulebook.reading import read_draft
from tests.unit.policy.made_up import PERMIT, folder_with, forbid

BUY = 'principal is Advertiser, action == Action::"buy", resource'
CODES = ("attribute-without-role", "unfilled-attribute")


def said(folder: Path, attribute: str, condition: str) -> dict[str, str]:
    """Return what lint warns of by code, of a rule over a schema with one more attribute of advertisers."""
    written = folder_with(folder, PERMIT, forbid(condition, "r", BUY))
    schema = written / "schema.cedarschema"
    head = "entity Advertiser in [Designation] {\n"
    schema.write_text(schema.read_text().replace(head, f"{head}  {attribute}\n"))
    found = [each for each in read_draft(written).findings() if each.code in CODES]
    assert {each.severity for each in found} <= {"warning"}
    return {each.code: each.message for each in found}


@pytest.mark.parametrize("countries", ['["RU", "BY", "IR"]', '["US", "GB", "DE"]'], ids=["abroad", "mirror"])
def test_a_country_by_another_name_is_asked_about(tmp_path: Path, countries: str) -> None:
    """All 78 proofs held of a rule that held all who bank in one of three countries, and no run could apply it."""
    found = said(
        tmp_path, "bank_country?: String,",
        f"principal has bank_country && {countries}.contains(principal.bank_country)",
    )  # fmt: skip

    assert found.keys() == set(CODES)
    assert found["unfilled-attribute"].startswith("reads Advertiser.bank_country, which no run fills")
    assert found["attribute-without-role"].startswith(
        "reads Advertiser.bank_country, of which the schema tells no role"
    )


@pytest.mark.parametrize("role", ['@proxy("nationality")', '@protected("time zone")', '@direction("up")'])
def test_one_with_a_role_is_only_not_filled(tmp_path: Path, role: str) -> None:
    """A proof varies it as its role says."""
    found = said(tmp_path, f"{role} risk?: Long,", "principal has risk && principal.risk > 5")

    assert found.keys() == {"unfilled-attribute"}


def test_what_runs_fill_is_not_asked_about(tmp_path: Path) -> None:
    """Neither the shipped attributes nor a network's own shares of a designation."""
    shares = '@share_of("house-asset-freeze") @direction("up") house_share?: Long,'
    condition = "principal has house_share && principal.house_share > 5000 && principal.verification < 2"

    assert said(tmp_path, shares, condition) == {}

"""Values that rules compare facts with and no fact can have."""

from pathlib import Path

import pytest

from evenhand.policy.rulebook.reading import read_draft
from tests.unit.policy.made_up import PERMIT, folder_with, forbid

FOUND = {"unknown-place", "out-of-range"}
BUY = 'principal is Advertiser, action == Action::"buy", resource'
OF_THREE = "principal.verification is from 0 to 3"


def said(folder: Path, condition: str) -> list[tuple[str, str, str]]:
    """Return (code, severity, message) of what is said of the values in a rule with a condition."""
    draft = read_draft(folder_with(folder, PERMIT, forbid(condition, "r", BUY)))
    return [(each.code, each.severity, each.message) for each in draft.findings() if each.code in FOUND]


@pytest.mark.parametrize(
    ("condition", "questions"),
    [
        ('context.territories.contains("UK")', "`UK` (did you mean GB?)"),
        ('context.territories.contains("EL")', "`EL` (did you mean GR?)"),
        ('context.territories.contains("de")', "`de` (did you mean DE?)"),
        ('context.territories.contains("FRA")', "`FRA` (did you mean FR?)"),
        ('context.territories.contains("Germany")', "`Germany` (did you mean DE?)"),
        ('context.territories.containsAny(["DE", "FX"])', "`FX`"),
        ('["DE", "JJ"].containsAll(context.territories)', "`JJ`"),
        ('!(context.territories.contains("EAA") || context.territories.contains("UK"))',
         "`EAA` (did you mean EEA?), `UK` (did you mean GB?)"),
        ('context.territories == ["EUU"]', "`EUU` (did you mean EU?)"),
        ('context has bound_by && context.bound_by.contains("DEU")', "`DEU` (did you mean DE?)"),
        ('principal.country == "UK"', "`UK` (did you mean GB?)"),
        ('["UK"].contains(context.payer.country)', "`UK` (did you mean GB?)"),
    ],
)  # fmt: skip
def test_a_place_that_nobody_knows_is_asked_back(tmp_path: Path, condition: str, questions: str) -> None:
    """Such a rule applies to nobody, and nothing else would say so."""
    ((code, severity, message),) = said(tmp_path, condition)

    assert (code, severity) == ("unknown-place", "warning")
    assert message.startswith(f"names {questions}, which no request can have")


@pytest.mark.parametrize("place", ["DE", "FR", "GB", "EU", "EEA", "UN", "QM", "XK", "ZZ"])
def test_countries_unions_and_codes_left_to_users_are_places(tmp_path: Path, place: str) -> None:
    """Invented places of made-up networks are among the last."""
    assert said(tmp_path, f'context.territories.contains("{place}") && principal.country != "{place}"') == []


def test_a_union_of_the_rulebook_is_a_place(tmp_path: Path) -> None:
    """`territories.csv` may name unions that nobody else knows."""
    folder = folder_with(tmp_path, PERMIT, forbid('context.territories.contains("BNL")', "r", BUY))
    assert [each.code for each in read_draft(folder).findings()] == ["unknown-place"]

    (folder / "territories.csv").write_text("territory,union,from,until\nBE,BNL,1958-02-03,\n", "utf-8")
    assert read_draft(folder).findings() == ()


def test_an_empty_text_says_that_no_country_is_known(tmp_path: Path) -> None:
    """It is what facts have where the table has none."""
    assert said(tmp_path, 'principal.country == ""') == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("principal.verification < 4", "`principal.verification < 4` always holds: " + OF_THREE),
        ("4 > principal.verification", "`principal.verification < 4` always holds: " + OF_THREE),
        ("principal.verification == 7", "`principal.verification == 7` never holds: " + OF_THREE),
        ("principal.verification >= 0", "`principal.verification >= 0` always holds"),
        ("principal.verification != -1", "`principal.verification != -1` always holds"),
        ("[2, 9].contains(principal.verification)", "`principal.verification == 9` never holds"),
        ("principal.designated_share_bp > 10000", "`principal.designated_share_bp > 10000` never holds"),
        ("context.payer.designated_share_bp <= 50000",
         "`context.payer.designated_share_bp <= 50000` always holds: context.payer."),
        ("principal has regime_share_bp && principal.regime_share_bp.eu > 10000",
         "`principal.regime_share_bp.eu > 10000` never holds"),
        ('principal.association.similarity.greaterThan(decimal("1.5"))',
         "`principal.association.similarity > 1.5` never holds: principal.association.similarity is from 0 to 1.0"),
        ("principal.spend_micros < 0", "`principal.spend_micros < 0` never holds: principal.spend_micros is from 0 up"),
    ],
)  # fmt: skip
def test_a_comparison_that_the_range_decides_is_told(tmp_path: Path, condition: str, message: str) -> None:
    """A rule with `< 4` is about everybody, one with `== 7` about nobody."""
    ((code, severity, text),) = said(tmp_path, condition)

    assert (code, severity) == ("out-of-range", "warning")
    assert text.startswith(message)


@pytest.mark.parametrize(
    "condition",
    [
        "principal.verification < 3", "principal.verification >= 1", "principal.verification == 0",
        "principal.designated_share_bp >= 10000", "principal.designated_share_bp > 0",
        'principal.association.similarity.greaterThanOrEqual(decimal("1.0"))', "principal.spend_micros > 0",
        "principal.verification < context.payer.verification",
    ],
)  # fmt: skip
def test_a_comparison_that_some_values_meet_is_a_criterion(tmp_path: Path, condition: str) -> None:
    """The ends of a range are values like others."""
    assert said(tmp_path, condition) == []

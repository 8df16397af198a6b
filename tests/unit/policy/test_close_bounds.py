"""A rule that asks for one day, one exact sum or next to it names whoever has it: lint refuses it, in every form."""

from pathlib import Path

import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import Rulebook
from evenhand.policy.close_bounds import close_bounds
from evenhand.policy.rulebook.reading import read_draft
from evenhand.policy.syntax_tree import nodes, parse
from tests.unit.policy.made_up import PERMIT, folder_with, forbid

ADVERTISER = "principal is Advertiser, action, resource"
SEEN = "principal.first_seen"
AGE = f"context.at.durationSince({SEEN})"
SPEND = "principal.spend_micros"


def compared(condition: str, unless: str = "false") -> tuple[str, ...]:
    """Return the facts that a rule with this condition compares too closely."""
    (policy,) = parse(f"forbid (principal, action, resource) when {{ {condition} }} unless {{ {unless} }};")
    return close_bounds(policy, nodes(policy))


@pytest.mark.parametrize(
    ("mine", "theirs"), [("2011-06-01", "2014-12-01"), ("2009-03-01", "2016-02-01")], ids=["abroad", "mirror"]
)
def test_a_rule_cannot_name_two_outlets_by_their_opening_days(tmp_path: Path, mine: str, theirs: str) -> None:
    """Only two advertisers have these days, and no fact of nationality or id is read: all proofs held."""
    condition = f'{SEEN} == datetime("{mine}") || {SEEN} == datetime("{theirs}")'
    folder = folder_with(tmp_path, PERMIT, forbid(condition, scope=ADVERTISER))

    (finding,) = read_draft(folder).findings()

    assert (finding.code, finding.severity, finding.about) == ("singles-out", "error", "first_seen")
    assert finding.message.startswith("asks for principal.first_seen so exactly that it can single out a party: ")
    with pytest.raises(RulebookInvalid, match=r"rules\.cedar:\d+:\d+: lint error singles-out of rule made-up"):
        Rulebook.load(folder)


@pytest.mark.parametrize(
    "condition",
    [
        f'{SEEN} != datetime("2011-06-01")',
        f'datetime("2011-06-01") == {SEEN}',
        f'{SEEN}.toDate() == datetime("2011-06-01")',
        f'[datetime("2011-06-01"), datetime("2014-12-01")].contains({SEEN})',
        f'[{SEEN}].containsAny([datetime("2011-06-01")])',
        f'{{day: {SEEN}}} == {{day: datetime("2011-06-01")}}',
        f'{SEEN} >= datetime("2011-06-01") && context.political && {SEEN} <= datetime("2011-06-01")',
        f'{SEEN} >= datetime("2011-06-01") && {SEEN} < datetime("2011-07-01")',
        f'!({SEEN} < datetime("2011-06-01") || {SEEN} > datetime("2011-06-01"))',
        f'{SEEN} < datetime("2011-06-01") || {SEEN} > datetime("2011-06-01")',
        f'({SEEN} < datetime("2011-06-01")) != ({SEEN} < datetime("2011-06-02"))',
        f'(if context.political then {SEEN} else {SEEN}) == datetime("2011-06-01")',
        f'if {SEEN} < datetime("2011-06-01") then false else {SEEN} < datetime("2011-06-02")',
        f'{SEEN}.offset(duration("1d")) == datetime("2011-06-02")',
        f'{SEEN}.durationSince(datetime("1970-01-01")).toDays() == 15126',
        f'{SEEN}.durationSince(datetime("1970-01-01")).toHours() - 363024 == 0',
        f"{AGE}.toDays() == 4000",
        f'{AGE} >= duration("4000d") && {AGE} < duration("4001d")',
        f'-{AGE}.toDays() <= -4000 && 2 * {AGE}.toDays() < 8002',
        f'{AGE}.toDays() * {AGE}.toDays() <= 16000000',
        f'context.at.offset(duration("-4000d")) == {SEEN}',
        f'(if {SEEN} == datetime("2011-06-01") then principal else principal).verification < 2',
    ],
)  # fmt: skip
def test_a_day_is_found_however_it_is_written(condition: str) -> None:
    """Anybody who wants to name a party writes the day in the form that nobody looks for."""
    assert compared(condition) == (SEEN,)


def test_the_second_bound_may_stand_in_an_unless() -> None:
    """`unless` takes away what comes after: what is left is two days."""
    from_on = f'{SEEN} >= datetime("%s")'

    assert compared(from_on % "2011-06-01", unless=from_on % "2011-06-03") == (SEEN,)
    assert compared(from_on % "2011-06-01", unless=from_on % "2013-06-03") == ()


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        (f"{SPEND} == 1234567", SPEND),
        (f"{SPEND} > 1234566 && {SPEND} < 1234568", SPEND),
        ("context.amount_micros == 99000000", "context.amount_micros"),
        ("resource.budget_micros >= 5000000 && resource.budget_micros < 5000001", "resource.budget_micros"),
        ('principal.association.similarity == decimal("0.8731")', "principal.association.similarity"),
        ("principal.designated_share_bp == 3333", "principal.designated_share_bp"),
        ("context.payer.designated_share_bp == 3333", "context.payer.designated_share_bp"),
        ("[41, 43].contains(principal.association.cluster_size)", "principal.association.cluster_size"),
    ],
)
def test_an_exact_sum_share_or_count_is_found_like_a_day(condition: str, fact: str) -> None:
    """Two parties with one turnover to the millionth do not exist."""
    assert compared(condition) == (fact,)


@pytest.mark.parametrize(
    "condition",
    [
        f'{SEEN} >= datetime("2011-06-01")',
        f'{SEEN} >= datetime("2011-01-01") && {SEEN} < datetime("2012-01-01")',
        f'{SEEN} >= datetime("2000-01-01") && {SEEN} < context.at',
        f'{AGE} >= duration("0d") && {AGE} < duration("14d")',
        f'{AGE} < duration("14d") || (context.political && {AGE} < duration("30d"))',
        f"{SEEN}.toDate() == context.at.toDate()",
        f'{SEEN}.toTime() < duration("6h")',
        'context.at == datetime("2026-11-29")',
        'context.at >= datetime("2026-11-29") && context.at < datetime("2026-11-30")',
        "context.at >= context.vote.window_opens && context.at < context.vote.closes",
        "principal.verification == 2",
        "principal.evidence.named_sources == 0",
        "principal.designated_share_bp >= 2500 && principal.designated_share_bp < 5000",
        "principal.association.cluster_size * principal.association.listed_links > 1000000",
        'principal.country == "DE"',
        'resource.content == [ContentKind::"news"]',
    ],
)
def test_one_bound_wide_bounds_and_small_numbers_are_criteria(condition: str) -> None:
    """Young accounts, a year's accounts, a level of verification: many have them, and anybody may come to."""
    assert compared(condition) == ()

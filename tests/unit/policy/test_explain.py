"""A rule in plain words says what the rule says: the house rules as prose, and each construct once."""

from pathlib import Path

import pytest

from evenhand.policy.rulebook.explain import explain, lines
from evenhand.policy.rulebook.reading import read_folder
from tests.unit.policy.made_up import HOUSE, PERMIT, TWO_NAMES, folder_with, forbid

EXPLAINED = Path(__file__).parent / "explained"
ON = 'principal is Advertiser, action == Action::"buy", resource'


@pytest.mark.parametrize("path", sorted(EXPLAINED.glob("*.txt")), ids=lambda path: path.stem)
def test_the_shipped_rules_read_as_prose(path: Path) -> None:
    """What people read is kept and reviewed as prose."""
    folder = TWO_NAMES if path.stem == "off-board-two" else HOUSE

    said = "\n".join(lines(explain(read_folder(folder, historic=True), path.stem))) + "\n"

    assert said == path.read_text()


def test_every_house_rule_is_kept_as_prose() -> None:
    """A new rule is read before it is in force."""
    assert {path.stem for path in EXPLAINED.glob("*.txt")} == {*read_folder(HOUSE).rules, "off-board-two"}


def when(folder: Path, condition: str, scope: str = ON) -> list[str]:
    """Return the lines of a made-up rule's condition."""
    return list(explain(read_folder(folder_with(folder, PERMIT, forbid(condition, scope=scope)), True), "made-up").when)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("principal.designated_share_bp >= 2550", "the advertiser's designated share is at least 25.5 %"),
        ("1 < principal.designated_share_bp", "0.01 % is less than the advertiser's designated share"),
        ("principal.spend_micros > 1500000", "the advertiser's spend is more than 1.50"),
        ("principal.verification != 2", "the advertiser's verification is not 2"),
        ("!(principal.verification <= 2)", "the advertiser's verification is more than 2"),
        ("principal.verification + 1 == 2 * 3", "the advertiser's verification plus 1 is 2 times 3"),
        ("-principal.verification < 5 - 1", "minus the advertiser's verification is less than 5 minus 1"),
        ('principal.first_seen < datetime("2020-01-01")', "the advertiser's first seen is before 2020-01-01"),
        ('context.at.offset(duration("-1d")) > principal.first_seen',
         "the request's time moved by -1d is after the advertiser's first seen"),
        ('context.at.durationSince(principal.first_seen) > duration("1d12h")',
         "the time from the advertiser's first seen to the request's time is more than 1 day and 12 hours"),
        ("context.at.toDate() == principal.first_seen.toDate()",
         "the day (UTC) of the request's time is the day (UTC) of the advertiser's first seen"),
        ('principal.first_seen.toTime().toHours() < 3',
         "the time of day (UTC) of the advertiser's first seen in hours is less than 3"),
        ('principal.association.similarity.lessThan(decimal("0.5"))',
         "the advertiser's association similarity is less than 0.5"),
        ('!principal.association.similarity.lessThan(decimal("0.5"))',
         "the advertiser's association similarity is at least 0.5"),
        ('principal.languages.contains("xx")', "`xx` is among the advertiser's languages"),
        ('!principal.languages.containsAll(["xx", "yy"])',
         "not all of `xx` and `yy` are among the advertiser's languages"),
        ('!principal.languages.containsAny(["xx"])', "none of `xx` is among the advertiser's languages"),
        ("principal.languages.isEmpty()", "the advertiser's languages is empty"),
        ('principal has media && !principal.media.sections.isEmpty()', None),
        ('resource.landing_host like "*.example"', "the campaign's landing host is of the form `*.example`"),
        ('!(resource.landing_host like "\\*?")', "the campaign's landing host is not of the form `\\*?`"),
        (r'resource.landing_host like "a\*b*"', r"the campaign's landing host is of the form `a\*b*`"),
        ("!(context has vote)", "the request has no value for vote"),
        ('context has origin_ip && context.origin_ip.isInRange(ip("10.0.0.0/8")) && !context.origin_ip.isIpv4()', None),
        ('resource.hasTag("a") && resource.getTag("a") == "b"', None),
        ('principal in Designation::"frozen"', "the advertiser is in the designation `frozen`"),
        ('!(context.payer in [Designation::"a", Designation::"b"])',
         "the payer is not in the designation `a` or the designation `b`"),
        ("context.payer is Payer", "the payer is a payer"),
        ('!(principal is Advertiser in Designation::"a")',
         "the advertiser is not an advertiser in the designation `a`"),
        ("resource.content == [ContentKind::\"public_information\"]", "the campaign's content is public information"),
        ('context.territories == ["AT", "DE"]', "the request's territories is `AT` and `DE`"),
        ("{a: 1, b_c: true} == {a: 1, b_c: true}", "a record of a 1 and b c true is a record of a 1 and b c true"),
        ("{} == {}", "an empty record is an empty record"),
        ("(if context.political then 1 else 2) == 1", "1 if the request is marked `political`, else 2 is 1"),
        ("true", "always"),
        ("!true", "never"),
        ('action == Action::"buy"', "the action is the action `buy`"),
        ("context.political == (principal.verification < 2)",
         "the request's political is the advertiser's verification is less than 2"),
        ('!(if context.political then principal.circumvention_confirmed else false)', None),
        ("{a: true}.a", "a record of a true is marked `a`"),
    ],
)  # fmt: skip
def test_each_construct_has_words(tmp_path: Path, condition: str, said: str | None) -> None:
    """One a line; where there are several, the test below has them."""
    got = when(tmp_path, condition)

    assert said is None or got == [said]
    assert got


def test_conditions_of_conditions_are_indented_and_negations_go_inside(tmp_path: Path) -> None:
    """Not (a and b) is said as: not a, or not b."""
    condition = "!(context.political && (principal.verification < 2 || !principal.designated_control))"
    chosen = "if context.political then principal.circumvention_confirmed else principal.designated_control"

    assert when(tmp_path, condition) == [
        "one of these holds:",
        "  - the request is not marked `political`",
        "  - all of these hold:",
        "    - the advertiser's verification is at least 2",
        "    - the advertiser is marked `designated control`",
    ]
    assert when(tmp_path, f"!({chosen})") == [
        "one of these holds:",
        "  - all of these hold:",
        "    - the request is marked `political`",
        "    - the advertiser is not marked `circumvention confirmed`",
        "  - all of these hold:",
        "    - the request is not marked `political`",
        "    - the advertiser is not marked `designated control`",
    ]
    address = 'context has origin_ip && context.origin_ip.isInRange(ip("10.0.0.0/8")) && !context.origin_ip.isIpv4()'
    assert when(tmp_path, address)[2:] == [
        "  - the request's origin ip is in the range 10.0.0.0/8",
        "  - the request's origin ip is no IPv4 address",
    ]
    assert when(tmp_path, 'resource.hasTag("a") && resource.getTag("a") == "b"')[1:] == [
        "  - the campaign has the tag `a`",
        "  - the tag `a` of the campaign is `b`",
    ]


def test_a_scope_says_whom_and_what_and_several_clauses_are_one(tmp_path: Path) -> None:
    """All of several `when`, any of several `unless`."""
    text = forbid(
        "context.political", scope='principal == Advertiser::"x", action == Action::"serve", resource in Campaign::"c"'
    )
    more = "} when { context.payer_disclosed && context.label_present } unless { context.territories.isEmpty() } "
    text = text.replace("};", f"{more} unless {{ principal.designated_control }};")

    said = explain(read_folder(folder_with(tmp_path, PERMIT, text), historic=True), "made-up")

    assert said.who == "an advertiser that is the advertiser `x`"
    assert said.what == "serve (a creative) in the campaign `c`"
    assert said.when == (
        "all of these hold:",
        "  - the request is marked `political`",
        "  - the request is marked `payer disclosed`",
        "  - the request is marked `label present`",
    )
    assert said.unless == (
        "one of these holds:",
        "  - the request's territories is empty",
        "  - the advertiser is marked `designated control`",
    )


def test_what_a_rule_looks_at_is_told_with_its_role(tmp_path: Path) -> None:
    """Protected, proxy, association, anonymous, direction, identity, tags, or free."""
    condition = (
        'principal.country == "" && resource.landing_host == "" && principal.association.listed_links > 1 && '
        'principal.evidence.anonymous_sources > 1 && principal.verification > 1 && principal == Advertiser::"x" && '
        'resource.hasTag("a") && context.political'
    )
    notes = {"legal_basis": "Act | 1 | XX", "relies_on": "Advertiser.country", "notice_days": "1",
             "effective_until": "2030-01-31"}  # fmt: skip
    folder = folder_with(tmp_path, PERMIT, forbid(condition, scope=ON, **notes))

    said = explain(read_folder(folder, historic=True), "made-up")

    assert {look.path: look.role.partition(":")[0] for look in said.looks_at} == {
        "Advertiser.@id": "who it is",
        "Advertiser.association.listed_links": "an association (listed neighbours)",
        "Advertiser.country": "protected (nationality)",
        "Advertiser.evidence.anonymous_sources": "anonymous (unnamed sources)",
        "Advertiser.verification": "a higher value never makes the outcome stricter",
        "Campaign.@tags": "its tags",
        "Campaign.landing_host": "a proxy of nationality",
        "context.political": "free to read",
    }
    relied = [look.path for look in said.looks_at if look.role.endswith("the law behind this rule relies on it")]
    assert relied == ["Advertiser.country"]
    assert said.ground == "the network's own terms, with regard to the law (XX): Act, 1"
    assert said.notice == "1 day before it takes effect on a client"
    assert said.in_force == "from 1 January 2017 until 31 January 2030, not included"

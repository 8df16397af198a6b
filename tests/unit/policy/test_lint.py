"""What the linter says, code by code, and of the shipped rulebooks what they expect of it."""

import json
from pathlib import Path

import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import Rulebook
from evenhand.policy.attribute_roles import roles
from evenhand.policy.rulebook.reading import read_draft
from evenhand.policy.schema import read_schema
from tests.data import DATA, needs_data
from tests.rulebook_overlays import Overlay, overlaid
from tests.unit.policy.made_up import HOUSE, PERMIT, TWO_NAMES, folder_with, forbid

EXAMPLE = DATA / "policy" / "example-rulebook"
BASIS = "Made-up Act | 1 | XX"
BUYING = 'principal, action == Action::"buy", resource'
ADVERTISER = "principal is Advertiser, action, resource"
PARTY = "principal.country"
TERRITORY = 'context.territories.contains("XX")'
KNOWN = """[{"uid": {"type": "Designation", "id": "ours"}, "attrs": {"publisher": "house", "house": true}},
            {"uid": {"type": "Designation", "id": "mapped"}, "attrs": {"publisher": "us", "house": false}},
            {"uid": {"type": "Designation", "id": "theirs"}, "attrs": {"publisher": "XX", "house": false}}]"""

MAPPED = "list,program,designation,ownership\nhouse-x,*,mapped,no\neu-fsf,*,theirs,yes\n"


def found(folder: Path, variant: str = "") -> list[tuple[str, str]]:
    """Return (code, rule) of each finding."""
    return [(each.code, each.rule) for each in read_draft(folder, variant).findings()]


def expected_of(folder: Path) -> list[tuple[str, list[tuple[str, str]]]]:
    lines = (folder / "tests" / "lint.jsonl").read_text().splitlines()
    return [(each["rulebook"], [(code, rule) for code, rule in each["expect"]]) for each in map(json.loads, lines)]


def without(rule: str, name: str) -> str:
    """Return a rule's text without one of its annotations."""
    return "".join(line for line in rule.splitlines(keepends=True) if not line.startswith(f"@{name}("))


def check_lint_tests(folder: Path, beside: str = "") -> None:
    """Hold what the linter finds in each rulebook of a folder, but for one code, to what the folder's tests say."""
    told = expected_of(folder)

    assert {name for name, _ in told} == {str(path.relative_to(folder)) for path in folder.rglob("*.cedar")}
    for variant, findings in told:
        assert (variant, [each for each in found(folder, variant) if each[0] != beside]) == (variant, findings)


@pytest.mark.parametrize("folder", [HOUSE, TWO_NAMES, pytest.param(EXAMPLE, marks=needs_data)], ids=lambda at: at.name)
def test_a_rulebook_and_each_of_its_variants_are_found_as_they_say(folder: Path) -> None:
    """The published example has ten variants, each wrong in one way; what ships has none.

    The example is older than what lint says of the gate.
    """
    check_lint_tests(folder, beside="gate-not-told" if folder == EXAMPLE else "")


def test_the_linter_finds_in_each_overlay_what_its_table_says(house_with_overlays: Path) -> None:
    """Each overlay is wrong in one way."""
    check_lint_tests(house_with_overlays)


def test_no_rulebook_that_ships_is_wrong_on_purpose() -> None:
    """`evenhand init` copies the house rulebook into the user's folder; the other is the network's own history."""
    shipped = {path.name for path in HOUSE.parent.rglob("*.cedar")}

    assert shipped == {"house.cedar", "two-names-2017.cedar", "staff.cedar", "guarantees.cedar"}


def test_an_overlay_fails_loudly_where_the_text_to_replace_is_not_there_once() -> None:
    """An edit of the house rulebook must not turn an overlay into the house rulebook itself."""
    overlay = Overlay(replaced={"when": "unless"})

    assert overlaid("when", overlay) == "unless"
    for text in ("", "when when"):
        with pytest.raises(AssertionError, match=r"to be replaced once, found [02] times: when"):
            overlaid(text, overlay)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (without(forbid("true"), "title"), "missing-annotation"),
        (without(forbid("true"), "owner"), "missing-annotation"),
        (without(forbid("true"), "effective_from"), "missing-annotation"),
        (without(forbid("true"), "verdict"), "missing-annotation"),
        (without(forbid("true"), "ground"), "missing-annotation"),
        (without(forbid("true"), "notice_days"), "missing-annotation"),
        (forbid("true", title=" "), "bad-annotation"),
        (forbid("true", rule_id="Made_Up"), "bad-annotation"),
        (forbid("true", verdict="deny"), "bad-annotation"),
        (forbid("true", effective_until="2017-01-01"), "bad-annotation"),
        (forbid("true", legal_basis="Made-up Act | XX"), "bad-annotation"),
        (forbid("true", legal_basis="Made-up Act | | XX"), "bad-annotation"),
        (forbid("true", sor_category="OTHER"), "bad-annotation"),
        (forbid("true", way_out=" "), "bad-annotation"),
        (forbid("true", verdict="label", label="two words"), "bad-annotation"),
        (forbid("true", language="xx-nope"), "bad-annotation"),
        (forbid("true", url="not a url"), "bad-annotation"),
        (forbid("true", sor_category="STATEMENT_CATEGORY_NONE"), "bad-annotation"),
        (forbid("true", sor_addition="STATEMENT_CATEGORY_VIOLENCE, X"), "bad-annotation"),
        (forbid("true", sor_keywords="KEYWORD_PHISHING, KEYWORD_NONE"), "bad-annotation"),
        (forbid("true", criteria=" "), "bad-annotation"),
        (forbid("true", why=""), "bad-annotation"),
        (forbid("true", effective_untill="2027-01-01"), "unknown-annotation"),
        (forbid("true", Effective_until="2027-01-01"), "unknown-annotation"),
        (forbid("true", whyy="it is late"), "unknown-annotation"),
        (forbid("true", verdict="limit", limit="one_a_day", label="made_up"), "misplaced-annotation"),
        (forbid("true", label="made_up"), "misplaced-annotation"),
        (forbid("true").replace("forbid", "permit"), "misplaced-annotation"),
        (forbid("true", ground="illegal"), "illegal-without-basis"),
        (forbid(f'{TERRITORY} && {PARTY} == ""', scope=ADVERTISER, relies_on="Advertiser.country"),
         "relies-without-basis"),
        (forbid(TERRITORY, legal_basis=BASIS, relies_on="Advertiser.country"), "relies-unread"),
        (forbid(f'{PARTY} == ""', scope=ADVERTISER, legal_basis=BASIS, relies_on="Advertiser.country"),
         "basis-without-territory"),
        (forbid("true", verdict="label"), "label-without-kind"),
        (forbid("true", verdict="limit"), "limit-without-kind"),
        (forbid('principal == Advertiser::"x"'), "names-party"),
        (forbid("true", scope='principal == Payer::"x", action, resource'), "names-party"),
        (forbid('[Advertiser::"x", Advertiser::"y"].contains(principal)', scope=ADVERTISER), "names-party"),
        (forbid('resource == Campaign::"c2"', scope=BUYING), "names-party"),
        (forbid("true", scope='principal, action == Action::"serve", resource in Campaign::"c7"'), "names-party"),
        (forbid('resource == Account::"a"', scope='principal, action == Action::"pay_out", resource'), "names-party"),
        (forbid('resource.landing_host == "lantern.example"', scope=BUYING), "singles-out"),
        (forbid('principal in Designation::"ours"'), "house-list-without-criteria"),
        (forbid('principal in Designation::"mapped"'), "house-list-without-criteria"),
        (forbid("true", scope='principal in Designation::"ours", action, resource'), "house-list-without-criteria"),
    ],
)  # fmt: skip
def test_an_error_refuses_the_rulebook(tmp_path: Path, rule: str, code: str) -> None:
    """One finding a code and rule, and nothing is ruled by such a rulebook."""
    folder = folder_with(tmp_path, PERMIT, rule, designations_json=KNOWN, designations_csv=MAPPED)
    rule_id = "Made_Up" if "Made_Up" in rule else "made-up"

    findings = [(each.code, each.rule, each.severity) for each in read_draft(folder).findings()]

    assert (code, rule_id, "error") in findings
    assert [each for each in findings if each[2] == "error"] == [(code, rule_id, "error")]
    with pytest.raises(RulebookInvalid, match=r"rules\.cedar:\d+:\d+"):
        Rulebook.load(folder)


@pytest.mark.parametrize(
    ("condition", "notes", "code"),
    [
        ('principal.country == ""', {}, "reads-protected"),
        ("principal.verification < 2", {"ground": "illegal", "legal_basis": BASIS, "notice_days": "7"},
         "notice-without-effect"),
        ("principal.verification < 2", {"effective_until": "2017-01-31", "notice_days": "30"}, "notice-beyond-end"),
        ("principal.verification < 2",
         {"effective_from": "9990-01-01", "effective_until": "9999-12-31", "notice_days": "9999"}, "notice-beyond-end"),
        ('principal.owner_countries == [""]', {"verdict": "hold"}, "reads-protected"),
        ("principal.spend_micros > 0", {"verdict": "hold"}, "reads-protected"),
        ('principal.country == "" && context.territories.contains("XX")',
         {"legal_basis": "Act | 1", "relies_on": "Advertiser.country"}, "reads-protected"),
        ("principal.association.cluster_size > 3", {}, "refuses-on-association"),
        ("principal.association == principal.association", {}, "refuses-on-association"),
        ("principal.evidence.anonymous_sources > 3", {}, "refuses-on-anonymous"),
        ("principal.evidence.named_sources > 3", {}, "refuses-on-claims"),
    ],
)  # fmt: skip
def test_a_warning_is_for_the_prover_and_refuses_nothing(
    tmp_path: Path, condition: str, notes: dict[str, str], code: str
) -> None:
    """Reading country may mean nothing: what a rule reads is text, what it makes of it is for the proof."""
    folder = folder_with(tmp_path, PERMIT, forbid(condition, scope=ADVERTISER, **notes))

    findings = read_draft(folder).findings()

    assert [(each.code, each.rule) for each in findings if each.severity == "warning"] == [(code, "made-up")]
    if len(findings) == 1:
        assert Rulebook.load(folder).lint == ()


@pytest.mark.parametrize(
    ("condition", "notes"),
    [
        ("principal.association.cluster_size > 3", {"verdict": "hold"}),
        ("principal.first_seen > datetime(\"2020-01-01\")", {}),
        ('principal.country == "" && context.territories.contains("XX")',
         {"legal_basis": BASIS, "relies_on": "Advertiser.country", "ground": "illegal"}),
        ('principal in Designation::"theirs"', {}),
        ('principal in Designation::"ours"', {"criteria": "who was named by two sources"}),
        ("true", {"verdict": "label", "label": "made_up"}),
    ],
)  # fmt: skip
def test_what_is_allowed_is_not_found(tmp_path: Path, condition: str, notes: dict[str, str]) -> None:
    """A linter that cries at everything is read by nobody."""
    rule = forbid(condition, scope=ADVERTISER, **notes)

    assert found(folder_with(tmp_path, PERMIT, rule, designations_json=KNOWN, designations_csv=MAPPED)) == []


@pytest.mark.parametrize(
    ("mistyped", "message"),
    [
        ({"effective_untill": "2027-01-01"}, "nothing reads @effective_untill (did you mean @effective_until?)"),
        ({"Effective_until": "2027-01-01"}, "nothing reads @Effective_until (did you mean @effective_until?)"),
        (
            {"whyy": "x", "way_outt": "x"},
            "nothing reads @way_outt (did you mean @way_out?), @whyy (did you mean @why?)",
        ),
        ({"note": "x"}, "nothing reads @note; known: @id, @title, @effective_from, @owner, @effective_until, "),
    ],
)
def test_a_mistyped_annotation_is_named_with_what_was_meant(
    tmp_path: Path, mistyped: dict[str, str], message: str
) -> None:
    """A rule with a mistyped end never ends, and nobody was told; what a run has recorded can be ruled again."""
    folder = folder_with(tmp_path, PERMIT, forbid("true", **mistyped))

    with pytest.raises(RulebookInvalid, match=r"rules\.cedar:1[45]:1: lint error unknown-annotation of rule") as raised:
        Rulebook.load(folder)

    assert message in str(raised.value)
    assert Rulebook.load(folder, historic=True).lint == ("unknown-annotation",)


def test_a_permit_with_the_annotations_of_a_restriction_allows_what_it_was_to_refuse(tmp_path: Path) -> None:
    """One word was mistyped, and the list of rules said `refuse`."""
    rule = forbid("true", sor_category="STATEMENT_CATEGORY_VIOLENCE").replace("forbid", "permit")
    folder = folder_with(tmp_path, PERMIT, rule)

    with pytest.raises(RulebookInvalid, match=r"rules\.cedar:\d+:1: lint error misplaced-annotation of rule") as raised:
        Rulebook.load(folder)

    assert "a permit allows, and @verdict, @ground, @notice_days, @sor_category are of a restriction" in str(
        raised.value
    )
    assert Rulebook.load(folder, historic=True).lint == ("misplaced-annotation",)


@pytest.mark.parametrize(
    "notes",
    [
        {"language": "de-AT"}, {"language": "gsw"}, {"url": "https://terms.example/criteria?of=media#1"},
        {"sor_category": "STATEMENT_CATEGORY_VIOLENCE", "sor_addition": "STATEMENT_CATEGORY_SELF_HARM"},
        {"sor_keywords": "KEYWORD_PHISHING, KEYWORD_OTHER"}, {"effective_until": "2027-01-01"},
        {"effective_until": "2017-02-01", "notice_days": "30"},
        {"why": "a", "to_verify": "b", "exempts": "c", "way_out": "d"},
    ],
)  # fmt: skip
def test_annotations_that_exist_are_taken_in_their_form(tmp_path: Path, notes: dict[str, str]) -> None:
    """Whatever the reference lists can be written."""
    assert found(folder_with(tmp_path, PERMIT, forbid("true", **notes))) == []


SERVING = 'principal is Advertiser, action == Action::"serve", resource'
SINCE_MIDNIGHT = 'context.at.durationSince(context.at.toDate()) < duration("9h")'
NIGHT = 'context.at.toTime() < duration("22h")'


@pytest.mark.parametrize(
    ("scope", "condition"),
    [
        ('principal is Advertiser, action in [Action::"buy", Action::"serve"], resource', NIGHT),
        (ADVERTISER, f"principal.verification < 2 && {NIGHT}"),
        ('principal is Payer, action == Action::"pay_out", resource', NIGHT),
        (
            'principal, action == Action::"buy", resource',
            'context.at.durationSince(context.at.toDate()) < duration("9h")',
        ),
    ],
)
def test_no_decision_that_stands_goes_by_the_hour_of_the_run(tmp_path: Path, scope: str, condition: str) -> None:
    """Who is decided at 16:18 would be refused and told so, at 23:00 allowed, at 08:00 refused again."""
    folder = folder_with(tmp_path, PERMIT, forbid(condition, scope=scope))

    assert found(folder) == [("time-of-day", "made-up")]
    with pytest.raises(RulebookInvalid, match=r"covers more than serving: .* write action == Action::.serve"):
        Rulebook.load(folder)


def test_a_rule_of_serving_may_go_by_the_hour_unless_another_makes_runs_rule_serving(tmp_path: Path) -> None:
    """The gate asks the hour of each bid; a run that ruled serving would ask it once for all of them."""
    night = forbid(f"principal.verification < 2 && {NIGHT}", scope=SERVING)
    also = forbid("principal.verification < 1", "also", SERVING)
    dealing = also.replace('== Action::"serve"', 'in Action::"dealing"')

    alone = found(folder_with(tmp_path / "alone", PERMIT, night))
    both = found(folder_with(tmp_path / "both", PERMIT, night, dealing))
    ruled = read_draft(folder_with(tmp_path / "ruled", PERMIT, night, also)).findings()

    assert (alone, both) == ([], [])
    assert [(each.code, each.rule, each.severity) for each in ruled] == [("time-of-day", "made-up", "error")]
    assert "let `also` cover both" in ruled[0].message


@pytest.mark.parametrize("condition", ['context.at < datetime("2027-01-01")', f"principal.first_seen{NIGHT[10:]}"])
def test_days_and_the_hours_of_facts_are_no_hour_of_the_run(tmp_path: Path, condition: str) -> None:
    """A run decides when its day comes, and what a fact is does not hang on the clock."""
    assert found(folder_with(tmp_path, PERMIT, forbid(condition, scope=ADVERTISER))) == []


@pytest.mark.parametrize(
    ("scope", "condition", "asked"),
    [
        (SERVING, 'resource.content.contains(ContentKind::"sport")', "resource.content"),
        (SERVING, "context.political && !context.label_present", "context.label_present"),
        (SERVING, 'resource in Campaign::"c"', "resource"),
        ('principal, action == Action::"buy", resource', 'resource.content.contains(ContentKind::"sport")', None),
        (SERVING, 'context.placement.slot == "front"', None),
    ],
)  # fmt: skip
def test_lint_says_what_no_bid_tells_the_gate(tmp_path: Path, scope: str, condition: str, asked: str | None) -> None:
    """Such a rule is proved and flips nobody, and the gate holds everybody to whom it may apply."""
    findings = read_draft(folder_with(tmp_path, PERMIT, forbid(condition, scope=scope))).findings()

    told = [
        (each.code, each.severity, each.message.partition(",")[0]) for each in findings if each.code == "gate-not-told"
    ]
    assert told == ([("gate-not-told", "warning", f"asks for {asked}")] if asked else [])


def test_a_permit_relies_on_nothing_and_a_payer_counts_only_where_it_can_be_the_principal(tmp_path: Path) -> None:
    """`principal.country` of a rule on `buy` is the advertiser's alone."""
    permit = PERMIT.replace("permit", '@relies_on("context.territories")\npermit')
    payer = forbid('principal.country == ""', "payer", legal_basis=BASIS, relies_on="Payer.country")
    rules = [permit, payer.replace("true", TERRITORY), payer.replace('"payer"', '"buyer"').replace(
        "principal, action", 'principal, action == Action::"buy"'
    )]  # fmt: skip

    findings = found(folder_with(tmp_path, *rules))

    assert ("permit-relies", "open") in findings
    assert ("relies-unread", "buyer") in findings
    assert ("relies-unread", "payer") not in findings


def test_ids_that_are_missing_or_given_twice_are_found_all(tmp_path: Path) -> None:
    """A policy without an id is told by its place in the whole text."""
    folder = folder_with(tmp_path, PERMIT, PERMIT, without(forbid("true"), "id"))
    (folder / "also.cedar").write_text(without(PERMIT, "id"))

    assert found(folder) == [("missing-id", "policy0"), ("duplicate-id", "open"), ("missing-id", "policy3")]


def test_a_historic_rulebook_is_loaded_and_says_in_spite_of_what(tmp_path: Path) -> None:
    """What was done once can be ruled again; a rule that nobody can rule by stays refused."""
    with pytest.raises(
        RulebookInvalid, match=r'cedar:\d+:21: lint error names-party of rule off-board-two: .*"rt"'
    ) as raised:
        Rulebook.load(TWO_NAMES)

    assert raised.value.excerpt.splitlines()[0].startswith('when { principal == Advertiser::"rt"')
    assert Rulebook.load(TWO_NAMES, historic=True).lint == ("names-party",)
    with pytest.raises(RulebookInvalid, match="invalid annotation @verdict"):
        Rulebook.load(folder_with(tmp_path, PERMIT, forbid("true", verdict="deny")), historic=True)


def test_the_role_of_an_attribute_is_also_that_of_the_record_around_it() -> None:
    """Records in records, sets of records and the contexts of all actions."""
    schema = read_schema("""
        entity User { @protected("a") home: { town: Set<{ street: String }> }, age: Long };
        action see appliesTo { principal: User, resource: User, context: { @proxy("a") host: String } };
        action go appliesTo { principal: User, resource: User, context: { host: String } };
    """)

    found = {path: dict(notes) for path, notes in roles(schema).items()}

    protected = {"protected": "a"}
    assert found == {
        "User.home": protected, "User.home.town": protected, "User.home.town.street": protected,
        "User.age": {}, "context.host": {"proxy": "a"},
    }  # fmt: skip

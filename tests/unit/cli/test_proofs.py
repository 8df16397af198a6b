"""`evenhand rules prove` and `diff`: what a person reads, what a script reads, and the exit status."""

import json
import shutil
from pathlib import Path

import pytest

from tests.commands import evenhand
from tests.unit.policy.made_up import HOUSE, TWO_NAMES

DAY = "2026-03-01T00:00:00Z"
LATER = """
@id("later") @title("Waits") @why("An example.") @verdict("hold") @ground("contract") @notice_days("0")
@effective_from("2031-01-01") @owner("policy-office")
forbid (principal is Advertiser, action == Action::"buy", resource) when { principal.country == "FR" };
"""


@pytest.fixture(scope="session")
def variants(house_with_overlays: Path) -> Path:
    return house_with_overlays / "variants"


def test_the_house_shows_what_a_release_must_show() -> None:
    """Each property in a sentence, with what the answer rests on."""
    said = evenhand("rules", "prove", HOUSE, "--at", DAY)

    assert said.status == 0
    assert "the outcome does not depend on nationality: proved  (by reading the rules)" in said.out
    assert said.out.startswith("2026-03-01: all 77 required properties are proved\n")


def test_a_rule_for_large_spenders_is_refuted_with_two_requests_that_differ_in_spend_alone(variants: Path) -> None:
    """Two advertisers, what each gets, and the one thing in which they differ; exit 1."""
    said = evenhand("rules", "prove", variants / "spend-threshold.cedar", "--at", DAY)

    assert said.status == 1
    lines = said.out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("the outcome does not depend on spend: refuted"))
    example = lines[start + 1 : start + 8]
    # Which of the two is `a` is the choice of the solver.
    gets = [line.split(": ")[-1] for line in example if line.startswith(("  a:", "  b:"))]
    assert sorted(gets) == ["held", "labelled"]
    assert sum("they differ in" in line for line in example) == 1
    assert any("they differ in advertiser's spend so far: " in line for line in example)


def test_a_script_gets_whole_certificates(tmp_path: Path) -> None:
    """With counterexamples as whole requests, and how many answers are wrong."""
    said = evenhand("rules", "prove", TWO_NAMES, "--at", "2017-11-01T00:00:00Z", "--json")

    assert said.status == 1
    wrong = [each for each in said.json["certificates"] if each["parameters"].get("class") == "identity"]
    assert [each["result"] for each in wrong] == ["refuted"]
    assert wrong[0]["counterexample"]["a"]["principal"] != wrong[0]["counterexample"]["b"]["principal"]
    assert said.json["wrong"] >= 1


def test_the_dependence_report_names_the_rules_of_each_attribute() -> None:
    """What outcomes can depend on belongs into the published rulebook; the house's, with its laws, is in the docs.

    The small rulebook, since the house's many rules take seconds.
    """
    said = evenhand("rules", "prove", TWO_NAMES, "--at", "2017-11-01T00:00:00Z", "--dependence")

    assert said.status == 0
    assert "advertiser's id (Advertiser.@id): off-board-two\n" in said.out
    assert "(Payer.designated_share_bp) [direction up]: owned-by-designated; payer-designated\n" in said.out
    last = said.out.splitlines()[-1]
    assert last.startswith("no effect on any outcome (51 attributes): ")
    assert "Advertiser.country" in last


def test_a_script_gets_the_dependence_report_by_attribute() -> None:
    """It depends on who asks, and not on their country."""
    said = evenhand("rules", "prove", TWO_NAMES, "--at", "2017-11-01T00:00:00Z", "--dependence", "--json")

    matters = {each["attribute"]: each["matters"] for each in said.json["attributes"]}
    assert (matters["Advertiser.@id"], matters["Advertiser.country"]) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        ("", "rewritten", "equivalent"),
        ("", "spend-threshold", "milder"),
        ("spend-threshold", "", "stricter"),
        ("spend-threshold", "unnamed-sources", "stricter"),
        ("law-everywhere", "spend-threshold", "milder"),
    ],
)
def test_a_difference_is_named_for_every_action(variants: Path, old: str, new: str, relation: str) -> None:
    """Over all facts, not over some."""
    before, after = (variants / f"{name}.cedar" if name else HOUSE for name in (old, new))

    found = evenhand("rules", "diff", before, after, "--at", DAY, "--json")

    relations = {each["action"]: each["relation"] for each in found.json["actions"]}
    assert relations == {"buy": relation, "pay_out": "equivalent", "serve": relation}


def test_a_difference_shows_an_advertiser_and_the_line_for_its_release(variants: Path) -> None:
    """What the old rulebook made of it and what the new one does; on another day the same."""
    said = evenhand("rules", "diff", HOUSE, variants / "spend-threshold.cedar", "--at", DAY)
    later = evenhand("rules", "diff", HOUSE, variants / "spend-threshold.cedar", "--at", "2026-04-01T00:00:00Z")

    lines = said.out.splitlines()
    assert lines[0] == "amended: unverified-political-advertiser"
    assert lines[1] == "buy: milder"
    assert [line.split(": ")[-1] for line in lines[2:8] if line.startswith(("  old:", "  new:"))] == [
        "held",
        "labelled",
    ]
    assert lines[-1].startswith('for release.toml:  diff = "sha256:')
    assert later.out.splitlines()[-1] == lines[-1]


def test_rulebooks_of_two_schemas_are_told_apart_and_not_compared(tmp_path: Path) -> None:
    """Facts mean two things there; the rules are still told by id."""
    other = tmp_path / "other"
    other.mkdir()
    for path in HOUSE.iterdir():
        if path.is_file():
            (other / path.name).write_bytes(path.read_bytes())
    (other / "schema.cedarschema").write_text((other / "schema.cedarschema").read_text("utf-8") + "\n", "utf-8")

    said = evenhand("rules", "diff", HOUSE, other, "--at", DAY)

    actions = ("buy", "pay_out", "serve")
    assert said.out.splitlines()[:3] == [f"{action}: unknown, the schemas differ" for action in actions]


def test_a_release_is_asked_for_every_day_on_which_the_rules_change(tmp_path: Path) -> None:
    """A rule that begins next month is refuted today, before anybody has approved it."""
    draft = Path(shutil.copytree(HOUSE, tmp_path / "draft"))
    (draft / "later.cedar").write_text(LATER, "utf-8")

    today = evenhand("rules", "prove", draft, "--at", DAY)
    release = evenhand("rules", "prove", draft, "--at", DAY, "--release", "--json")

    assert today.status == 0
    assert release.status == 1
    refuted = [each for each in json.loads(release.out)["certificates"] if each["result"] == "refuted"]
    assert [(each["property"], each["at"]) for each in refuted] == [("neutral", "2031-01-01")]


def test_a_day_is_taken_for_an_instant_of_it() -> None:
    """The help says "on this day", and a day was refused."""
    by_day, by_instant = (
        evenhand("rules", "prove", TWO_NAMES, "--at", at).out.splitlines()[:-1]
        for at in ("2017-11-30", "2017-11-30T23:00:00Z")
    )

    assert by_day == by_instant
    assert by_day[0].startswith("2017-11-30: ")

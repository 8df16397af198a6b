"""What decided about one party alone is found or named, whichever way it went."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.audit import AuditReport
from evenhand.model.audit_coverage import FreedMatch
from evenhand.model.judgement import Verdict
from evenhand.render.audit_overview import in_short
from evenhand.workflows.audit.audit_run import run_audit
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, empty_network


def audited(made: MadeNetwork) -> AuditReport:
    return run_audit(made.network, DAY_3, TOOLS, exploratory=True).report


def test_a_rule_that_spares_one_party_is_found(tmp_path: Path) -> None:
    """Equals of the spared one are all refused, and its own allow is compared with nobody."""
    made = empty_network(tmp_path / "network")
    for name in ("one", "two", "three"):
        made.add("house-media", id=f"m-{name}", schema="Organization", name=f"Vessari {name}", country="qm",
                 website=f"https://{name}.example", topic="typology:SC")  # fmt: skip
        made.add("advertisers", id=name, name=f"Vessari {name}", domains=f"{name}.example", country="QM")
    start, end = '@id("state-controlled-news-media")', ";\n"

    def spare(text: str) -> str:
        place = text.index(end, text.index("forbid", text.index(start)))
        return text[:place] + '\nunless { principal == Advertiser::"one" }' + text[place:]

    made.edit_rules(spare, historic=True)
    made.run()

    report = audited(made)

    assert {each.party.id: each.outcome.value for each in made.decisions()} == {
        "bakery": "allow", "one": "allow", "two": "refuse", "three": "refuse"
    }  # fmt: skip
    assert report.inconsistent == ()
    assert report.found
    ((rules, decisions),) = [(each.rules, each.decisions) for each in report.naming_rules]
    assert (rules, decisions) == (("state-controlled-news-media",), 4)
    assert any("`state-controlled-news-media`" in line and "compared with nobody" in line for line in in_short(report))


def test_rules_that_were_released_are_no_exception(begun: MadeNetwork, tmp_path: Path) -> None:
    made = begun.copy(tmp_path / "network")
    report = audited(made)

    assert (report.naming_rules, report.freed_matches) == ((), ())


def test_a_word_against_a_certain_match_is_named_and_that_against_a_possible_one_is_not(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """Until it is taken back: the last word counts."""
    made = begun.copy(tmp_path / "network")

    def say(party: str, entity: str, word: Verdict, hours: int) -> None:
        at = DAY_1 + timedelta(hours=hours)
        judge(made.network, StatedJudgement(party, entity, word, "A. Reviewer", "made up"), at, TOOLS)

    say("outlet", "m-tele", "not-same", 1)
    say("namesake", "s-mills", "not-same", 2)
    made.run(DAY_2)
    report = audited(made)

    (freed,) = report.freed_matches
    assert freed == FreedMatch(
        party="advertiser:outlet", list="house-media", entity_id="m-tele", by="A. Reviewer", seq=freed.seq
    )
    assert any("advertiser:outlet is not `m-tele`" in line and "A. Reviewer" in line for line in in_short(report))

    say("outlet", "m-tele", "same", 25)
    assert audited(made).freed_matches == ()


@pytest.mark.parametrize(("listed", "spared"), [("QM", "QN"), ("QN", "QM")])
def test_a_notice_that_is_given_again_is_named(tmp_path: Path, listed: str, spared: str) -> None:
    """An entry that leaves its list for an hour puts the restriction off; the one of another country begins."""
    made = empty_network(tmp_path / "network")
    for country in (listed, spared):
        made.add("house-media", id=f"m-{country}", schema="Organization", name=f"Vessari {country}",
                 website=f"https://{country}.example", topic="typology:SC")  # fmt: skip
        made.add("advertisers", id=country, name=f"Vessari {country}", domains=f"{country}.example", country=country)
        made.add("campaigns", id=f"c-{country}", advertiser_id=country, payer_id=country, budget="100", spent="4")
    made.run(DAY_1)
    row = made.row("house-media", f"m-{spared}")
    made.lists["house-media"].remove(row)
    approve = replace(TOOLS, accept_lists=frozenset({"house-media"}))
    made.run(DAY_2, approve)
    made.lists["house-media"].append(row)
    made.run(DAY_2 + timedelta(hours=1), approve)

    report = audited(made)

    assert [(each.advertiser, each.times) for each in report.renewed_notices] == [(spared, 2)]
    assert report.renewed_notices[0].begins > report.renewed_notices[0].first
    assert any(f"Advertiser `{spared}` was given notice" in line for line in in_short(report))

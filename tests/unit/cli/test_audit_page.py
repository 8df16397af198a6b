"""The page of an audit: whole, harmless, readable without network or script, and in the words that it may use."""

import re

import msgspec
import pytest

from evenhand.model.audit import AuditReport, FlipResult
from evenhand.render.audit_page import MOST_ODD, render_audit
from tests.unit.cli.audits import FULL, NOTHING, PROOF, group, odd
from tests.unit.cli.page_checks import check_headings, check_needs_nothing
from tests.unit.cli.test_report import Reader, read

MATCHES = msgspec.structs.replace(FULL, plan=msgspec.structs.replace(FULL.plan, adverse=("same",)))
NETWORK = msgspec.structs.replace(FULL, matches=MATCHES, proof=PROOF)


def page(report: AuditReport = FULL) -> str:
    return render_audit(report, "network <b>")


def text(reader: Reader) -> str:
    return re.sub(r"\s+", " ", " ".join(reader.words))


@pytest.mark.parametrize("report", [FULL, NOTHING, NETWORK])
def test_every_element_is_closed_and_headings_come_in_order(report: AuditReport) -> None:
    """A screen reader walks by headings; a skipped level is a lost one."""
    check_headings(page(report))


@pytest.mark.parametrize("report", [FULL, NOTHING, NETWORK])
def test_links_lead_to_places_on_the_page_and_nothing_is_loaded_or_run(report: AuditReport) -> None:
    """It opens from a mail, without network; the policy admits the style alone."""
    check_needs_nothing(page(report))


def test_what_came_from_outside_is_shown_and_not_run() -> None:
    """Names of advertisers and values of groups are other people's words."""
    html = page()

    assert "<b>" not in html
    assert "<i>a" not in html
    assert "\u202e" not in html


def test_sections_stand_in_the_order_of_weight() -> None:
    """What cannot be tested comes before any result, and limits before the numbers to repeat the run."""
    ids = [attrs.get("id") for tag, attrs in read(page()).tags if tag == "section"]

    wanted = ["asked", "untestable", "odd", "flips", "groups", "selection", "spend", "time", "limits", "repeat"]
    assert ids == wanted


def test_decisions_against_the_advertiser_stand_first_with_the_difference_marked() -> None:
    """Two columns; an attribute that is no fact of the rule and differs is marked, one that is equal is not shown."""
    html = page()

    order = re.findall(r'<details class="pair" id="leaf-(\d+)"', html)
    marked = re.findall(r'<tr class="differs"><th scope="row">(\w+)', html)

    assert order == ["5", "7", "3"]
    assert marked == ["Outcome", "country"] * 3
    assert "unknown" in text(read(html))


def test_only_so_many_pairs_are_shown_and_the_rest_is_named() -> None:
    """A page of thousands of pairs is read by nobody; the tables have them all."""
    many = msgspec.structs.replace(FULL, inconsistent=tuple(odd("adverse", seq) for seq in range(MOST_ODD + 4)))

    html = page(many)

    assert html.count('<details class="pair"') == MOST_ODD
    assert "4 more are in the table beside this page." in text(read(html))


def test_groups_without_a_result_beyond_the_first_are_counted() -> None:
    """All with a result are shown, however many."""
    groups = [group("worse", f"W{place}") for place in range(50)] + [
        group("not_shown", f"N{place}", p=0.5, q=1.0) for place in range(30)
    ]

    html = page(msgspec.structs.replace(FULL, groups=tuple(groups), time=()))

    assert html.count('<tr class="worse">') == 50
    assert "30 more groups, none of them with a result" in text(read(html))


def test_an_audit_without_a_decision_says_so_and_claims_nothing() -> None:
    """Nothing in the table is no proof of equal treatment."""
    shown = text(read(page(NOTHING)))

    assert "Nothing can be tested: no decision is in the table." in shown
    assert "Every refused decision" not in shown
    assert "No group could be tested." in shown


def test_a_ruling_that_an_attribute_changes_is_called_a_defect_of_the_rulebook() -> None:
    """A flip is no finding about people; and where none is found, the count of replays is said."""
    without = msgspec.structs.replace(FULL, flips=FlipResult(tested=400))
    alone = "when a protected attribute alone was set to another value (400 tried)"

    assert f"1 ruling changed {alone}: a defect" in text(read(page()))
    assert f"No ruling changed {alone}." in text(read(page(without)))


@pytest.mark.parametrize("word", ["discriminat", "bias", "clean", "because of"])
@pytest.mark.parametrize("report", [FULL, NOTHING, NETWORK])
def test_no_word_claims_more_than_was_counted(report: AuditReport, word: str) -> None:
    """An audit names differences and gives no reason for them (`audit.md` §4)."""
    assert word not in text(read(page(report))).lower()


def test_what_people_judged_is_in_words_of_its_own() -> None:
    """A match is judged to be the listed party; nobody is refused by a judgement."""
    shown = text(read(page(NETWORK)))

    assert "Advertisers with country X1 were judged to be the listed party more often than others" in shown.replace(
        "“", ""
    ).replace("”", "")
    assert "2 judgements same cannot be tested" in shown
    assert "People" not in text(read(page())).split()


def test_proof_and_replay_stand_side_by_side_and_a_law_is_no_finding() -> None:
    """What is proved, what came out again, and what a law decides are three things."""
    shown = text(read(page(NETWORK)))

    assert "nationality advertiser's country proved: no outcome depends on it, except where a law says so" in shown
    assert "not answered (the solver gave up)" in shown
    assert (
        "117 of 118 decisions came out as recorded. Otherwise: leaves 7. 2 decisions could not be ruled again" in shown
    )
    assert "Regulation X: 3 decisions came out as" in shown
    assert "(rule third-country)." in shown

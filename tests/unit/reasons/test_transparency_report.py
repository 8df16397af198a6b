"""The rows of a transparency report, and what is wrong with the files of one."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import report_template as template
from evenhand.reasons.report_check import check_report
from evenhand.reasons.transparency_report import (
    CountedComplaint,
    Period,
    automation_rows,
    complaint_rows,
    countable,
    identification_rows,
    measure_rows,
)
from tests.unit.reasons.test_exports import changed

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SECURITY = "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"
TERMS = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


def made(**values: Any) -> StatementOfReasons:
    return msgspec.convert(changed(**values), StatementOfReasons)


def as_file(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def cells(rows: Iterable[Sequence[str]], code: str) -> dict[str, str]:
    """Return what the row of a category has in each column; blanks and noughts are left out."""
    heading, *below = rows
    (row,) = (each for each in below if each[3] == code)
    return {name.strip(): cell for name, cell in zip(heading[5:21], row[5:21], strict=True) if cell not in ("", "0")}


def report(*statements: StatementOfReasons, complaints: Sequence[CountedComplaint] = ()) -> dict[str, bytes]:
    kept = countable(statements, YEAR).statements
    parts = {
        1: identification_rows("Made-up", YEAR),
        5: measure_rows(5, "Made-up", YEAR, kept),
        6: measure_rows(6, "Made-up", YEAR, kept),
        7: complaint_rows("Made-up", YEAR, complaints, ()),
        8: automation_rows("Made-up", YEAR, kept),
    }
    return {template.FILES[part]: as_file(rows) for part, rows in parts.items()}


def test_a_measure_counts_under_its_category_restriction_and_automation() -> None:
    """Law and terms have a part each; an advertising ban ends a service in part."""
    ban = made(automation__decision="full")
    held = made(kind="suspend-ads", ground__type="law", category=SECURITY, keywords=["KEYWORD_ILLEGAL_ORGANIZATIONS"])

    terms, law = (list(measure_rows(part, "Made-up", YEAR, (ban, held))) for part in (6, 5))

    measures, automated = template.MEASURES.strip(), template.SOLELY_AUTOMATED.strip()
    assert cells(terms, TERMS) == {measures: "1", automated: "1", "Provision of the service Termination": "1"}
    assert cells(law, "KEYWORD_ILLEGAL_ORGANIZATIONS") == {measures: "1", "Provision of the service Suspension": "1"}
    assert (cells(terms, "TOTAL"), cells(law, "TOTAL")[measures]) == (cells(terms, TERMS), "1")


def test_a_measure_without_a_sub_category_stands_under_other_with_words() -> None:
    """The Regulation wants each category to be the sum of its rows, and each KEYWORD_OTHER described."""
    rows = list(measure_rows(6, "Made-up", YEAR, (made(keywords=["KEYWORD_INAUTHENTIC_ACCOUNTS"]),)))

    (other,) = (row for row in rows if row[3] == template.OTHER and row[5] == "1")

    assert "names no sub-category" in other[4]
    assert rows[-1] == other


def test_what_cannot_occur_is_blank_and_what_did_not_is_nought() -> None:
    """Annex II, part I: a network restricts no interaction, so that cell says nothing."""
    heading, total, *_ = measure_rows(5, "Made-up", YEAR, ())
    by_name = dict(zip(heading, total, strict=True))

    assert by_name["Visibility restriction Interaction restricted"] == ""
    assert by_name["Monetary restriction Other"] == ""
    assert by_name["Monetary restriction Suspension"] == "0"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"scope": ["XA"]}, "it applies outside the European Economic Area only"),
        ({"waits_until": "2026-12-01"}, "its letter has not gone out"),
        ({"kind": "made-up"}, "the template has no column for its restriction"),
        ({"ground__type": "law"}, f"the template has no row for {TERMS} under this ground"),
    ],
)
def test_what_the_template_has_no_place_for_is_counted_apart(values: dict[str, Any], why: str) -> None:
    """A report that loses a measure silently is worse than one that says so."""
    assert countable([made(**values), made()], YEAR) == ((made(),), {why: 1})


@pytest.mark.parametrize("scope", ["EU", "DE", "FR", "NO"])
def test_a_measure_in_a_union_or_in_a_member_counts(scope: str) -> None:
    """`EU` stands for its members, all of which are in the EEA."""
    assert countable([made(scope=[scope])], YEAR).left_out == {}


@pytest.mark.parametrize(
    ("decided", "counts"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)]
)
def test_both_ends_of_the_period_count(decided: str, counts: int) -> None:
    """A year has no gap to the next."""
    assert len(countable([made(dates__decided=decided)], YEAR).statements) == counts


@pytest.mark.parametrize("source", ["government", "article-16", "trusted-flagger"])
def test_what_an_authority_or_a_notice_asked_for_is_not_own_initiative(source: str) -> None:
    """Annex II, 1.4: own initiative is what no order and no notice preceded; part 8 counts it all the same."""
    asked = made(source__type=source)

    assert cells(measure_rows(6, "Made-up", YEAR, (asked,)), "TOTAL") == {}
    values = [
        row[6] for row in automation_rows("Made-up", YEAR, (made(automation__decision="full", source__type=source),))
    ]
    assert (values[1], values[6]) == ("1", "0")


def test_a_measure_of_programs_and_people_is_in_neither_row_and_the_context_says_so() -> None:
    """`Not processed by automated means` would be untrue of what a program found and a person decided."""
    rows = list(automation_rows("Made-up", YEAR, (made(), made(automation__detection="no"))))

    assert [row[6:] for row in rows[1:3]] == [
        ("0", "1 more with automated means in part, in neither row"),
        ("1", "1 more with automated means in part, in neither row"),
    ]


def _values(
    complaints: Sequence[CountedComplaint], disputes: Sequence[CountedComplaint] = ()
) -> dict[tuple[str, str], str]:
    return {(row[4], row[5]): row[6] for row in complaint_rows("Made-up", YEAR, complaints, disputes)}


def test_complaints_count_by_what_was_complained_of_and_how_they_ended() -> None:
    """Part 7: filed in the period, and answered in the period, whichever year the other falls into."""
    may, june = date(2026, 5, 2), date(2026, 6, 2)
    complaints = [
        CountedComplaint(may, "decision_provision", "upheld", june, 700.0),
        CountedComplaint(may, "decision_provision", "reversed", june, 100.0),
        CountedComplaint(may, "decision_visibility", "varied", june, 50.5),
        CountedComplaint(may, "", "omitted", june, 1.0),
        CountedComplaint(date(2025, 12, 30), "decision_monetary", "reversed", may, 10.0),
        CountedComplaint(june, "decision_provision"),
    ]

    values = _values(complaints)

    assert [values[template.SUBMITTED, scope] for scope in (template.NUMBER, template.UPHELD, template.PARTIALLY)] == [
        "5",
        "1",
        "1",
    ]
    assert [values[template.SUBMITTED, scope] for scope in (template.REVERSED, template.OMITTED)] == ["2", "1"]
    assert values[template.SUBMITTED, template.MEDIAN] == "75.25"
    provision = template.REGARDING["decision_provision"]
    assert [values[provision, scope] for scope in (template.NUMBER, template.REVERSED, template.MEDIAN)] == [
        "3",
        "1",
        "400",
    ]
    assert values[template.REGARDING["decision_monetary"], template.NUMBER] == "0"
    assert values[template.NEWLY_IMPOSED, template.NUMBER] == ""


def test_the_share_of_followed_outcomes_is_out_of_those_that_reversed() -> None:
    """Annex II, 1.5.1; without any there is no share."""
    day = date(2026, 5, 2)
    disputes = [
        CountedComplaint(day, "", "reversed", day, 24.0, True),
        CountedComplaint(day, "", "varied", day, 24.0, False),
        CountedComplaint(day, "", "varied", day, 24.0, None),
        CountedComplaint(day, "", "upheld", day, 24.0, None),
    ]

    assert _values((), disputes)[template.DISPUTED, template.IMPLEMENTED] == "0.33"
    assert _values(())[template.DISPUTED, template.IMPLEMENTED] == ""


STATEMENTS = st.lists(
    st.builds(
        made,
        kind=st.sampled_from(["refuse-ads", "label-ads", "end-payout"]),
        ground__type=st.sampled_from(["law", "clause"]),
        category=st.sampled_from([SECURITY, TERMS]),
        keywords=st.sampled_from([[], ["KEYWORD_ILLEGAL_ORGANIZATIONS"], ["KEYWORD_NUDITY"]]),
        automation__decision=st.sampled_from(["none", "full"]),
    ),
    max_size=6,
)


@given(statements=STATEMENTS)
def test_a_written_report_passes_its_own_check(statements: list[StatementOfReasons]) -> None:
    """Sums, kinds of values, rows and headings are those of the template whatever was decided."""
    assert list(check_report(report(*statements))) == []


def test_a_report_of_a_period_that_has_not_ended_is_not_ready() -> None:
    """Nor is one without its day of publication; neither is looked at where no day is given."""
    found = [(each.line, each.code) for each in check_report(report(made()), date(2026, 12, 31))]

    assert found == [(3, "date"), (6, "period")]
    assert [each.code for each in check_report(report(made()), date(2027, 1, 1))] == ["date"]


# What was read in reports that were filed for 2025 and 2026, as facts about their form; no file of theirs is kept here.
SOUND = report(made(), complaints=[CountedComplaint(date(2026, 5, 2), "", "upheld", date(2026, 5, 3), 24.0)])
PART_5, PART_6, PART_7 = (template.FILES[part] for part in (5, 6, 7))


def edited(file: str, old: str, new: str) -> list[str]:
    text = SOUND[file].decode()
    assert old in text
    return [f"{each.line} {each.code}" for each in check_report(SOUND | {file: text.replace(old, new, 1).encode()})]


@pytest.mark.parametrize(
    "heading",
    [
        "Applicability,Service,Reporting period,Section,Indicator,Scope,Value,Contextual Information",
        'Applicability,Service,"Reporting period",Section,Indicator,Scope,Value,"Contextual Information"',
        "Applicability,Service,Reporting period,Section,Indicator,Scope,Value,Contextual information ",
        "\ufeffApplicability,Service,Reporting period,Section,Indicator,Scope,Value,Contextual Information",
    ],
)
def test_headings_as_they_were_filed_are_taken(heading: str) -> None:
    """Publishers quote, capitalise and trim headings in their own way; a spreadsheet program adds a mark."""
    assert edited(PART_7, ",".join(template.HEADINGS[7]), heading) == []


def test_headings_without_their_last_blanks_are_taken() -> None:
    """The template ends some headings in a blank, and half of those who filed do not."""
    assert edited(PART_5, "own initiative ,", "own initiative,") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (PART_7, "Reporting period,Section", "Period,Section", ["1 heading"]),
        (PART_7, ",Contextual Information", "", ["1 heading"]),
        (PART_7, "Median time,24,", "Median time,162.4 HRS,", ["6 value"]),
        (PART_7, "Total number,1,", "Total number,395348.0,", ["2 value"]),
        (PART_7, "Total number,1,", "Total number,1,,", ["2 cells"]),
        (PART_7, "Decisions upheld", "Decisions kept", ["0 row", "3 row"]),
        (PART_7, "2026-01-01/2026-12-31", "2026-12-31/2026-01-01", ["0 period", "2 period"]),
        (PART_6, f"{TERMS},,1,", f"{TERMS},,2,", ["2 sum", "92 sum"]),
        (PART_6, "KEYWORD_NUDITY", "KEYWORD_NUDITI", ["0 row", "98 category"]),
        (PART_6, "TOTAL,,1,0", "TOTAL,,1,few", ["2 count"]),
        (PART_6, "TOTAL,,1,0", f"TOTAL,,1,{'9' * 5000}", ["2 count"]),
        (PART_7, "Total number,1,", "Total number,٣,", ["2 value"]),
        (PART_6, "The record of these measures names no sub-category of this category.", "", ["99 description"]),
        (template.FILES[1], "2026-12-31", "31/12/2026", ["0 period", "6 date"]),
        (template.FILES[1], template.ENDS, "End", ["0 period", "0 row"]),
    ],
)  # fmt: skip
def test_what_the_template_does_not_take_is_named(file: str, old: str, new: str, found: list[str]) -> None:
    """File, line and code; dates, decimals and units as they were really filed are among them."""
    assert sorted(edited(file, old, new)) == found


def test_two_rows_of_other_in_a_category_have_two_descriptions() -> None:
    """Annex II, part I, 7: none may have an identical description; capitals do not make it another."""
    lines = SOUND[PART_6].decode().splitlines(keepends=True)
    again = lines[-1].replace("The record", "THE RECORD")

    found = [each.code for each in check_report({PART_6: "".join([*lines, again]).encode()})]

    assert found.count("description") == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "heading"),
        (b"\xff\xfe", "encoding"),
        (b'"never closed', "csv"),
        (b"a;b;c\r\n", "heading"),
        (b"\x00", "heading"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(raw: bytes, code: str) -> None:
    """Anything may be in a folder."""
    assert [each.code for each in check_report({PART_7: raw})] == [code]

"""`evenhand complaints --numbers` and `--calendar`, as a person calls them."""

import csv
from pathlib import Path

import pytest

from evenhand.reasons import report_template as template
from tests.commands import DAY_2, evenhand


@pytest.fixture
def complained(network: Path, tmp_path: Path) -> Path:
    """Return a network in which the refused company has complained on the second day."""
    words = tmp_path / "words.txt"
    words.write_text("We are not that company.", "utf-8")
    decision = evenhand("explain", network, "a2", "--json").json["in_force"][0]["decision"]["id"]
    filed = evenhand("complain", network, decision, "--reason", "not_the_entity", "--text", words, "--at", DAY_2)
    assert filed.status == 0, filed.err
    return network


def test_the_numbers_say_what_came_and_how_it_stands(complained: Path) -> None:
    """One complaint, open; persons are not verified where nobody says who they are; small groups stay out."""
    told = evenhand("complaints", complained, "--numbers")
    numbers = evenhand("complaints", complained, "--numbers", "--json").json

    assert told.status == 0, told.err
    assert told.out.startswith("1 complaint: 1 open, 0 decided, 0 ended without a decision\n")
    assert "Reasons given: not the entity 1\n" in told.out
    assert "By country: not shown, groups of fewer than ten\n" in told.out
    assert told.out.endswith("Persons not verified: without a staff.toml nothing shows who acted\n")
    assert (numbers["received"], numbers["by_reviewer"], numbers["persons_verified"]) == (1, None, False)
    assert set(numbers["by"]) == {"automation", "country", "language", "rule", "size"}


def test_a_period_and_the_reviewers_are_asked_for(complained: Path) -> None:
    """Days of the network's zone, both included."""
    day = ("--from", "2026-03-03", "--until", "2026-03-03")
    assert evenhand("complaints", complained, "--numbers", *day, "--json").json["received"] == 1
    assert evenhand("complaints", complained, "--numbers", "--until", "2026-03-02", "--json").json["received"] == 0
    assert evenhand("complaints", complained, "--numbers", "--internal", "--json").json["by_reviewer"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--numbers", "--from", "soon"), "--from: no day `soon`; expected a date, as 2026-01-01"),
        (("--numbers", "--from", "2026-03-03", "--until", "2026-03-02"), "--until: ends before it begins"),
        (("--from", "2026-03-03"), "belongs to the numbers; expected --numbers"),
        (("--calendar", "nofolder/x.ics"), "its folder is missing `nofolder/x.ics`"),
        (("--calendar", "deadlines.txt"), "no name of a calendar file `deadlines.txt`; expected a name that ends"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_one_clear_line(network: Path, arguments: tuple[str, ...], said: str) -> None:
    """Status 2, before anything is written."""
    answer = evenhand("complaints", network, *arguments)

    assert answer.status == 2
    assert said in answer.err


def test_the_open_deadlines_are_a_calendar_file(complained: Path, tmp_path: Path) -> None:
    """A network without complaints has one too; an acknowledged complaint waits for its admission."""
    file = tmp_path / "deadlines.ics"

    told = evenhand("complaints", complained, "--calendar", file)

    assert (told.status, told.out) == (0, f"1 open deadline: {file}\n")
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


def test_a_complaint_is_in_the_transparency_report(complained: Path, tmp_path: Path) -> None:
    """Part 7: one submitted, about a service that was ended in part, none decided yet."""
    out = tmp_path / "report"
    period = ("--from", "2026-01-01", "--until", "2026-12-31")

    assert evenhand("reasons", "numbers", complained, *period, "--out", out, "--json").json["complaints"] == 1

    rows = list(csv.reader((out / template.FILES[7]).read_text("utf-8").splitlines()))
    values = {(row[4], row[5]): row[6:] for row in rows}
    waits = ["1", "1 of them without a decision at the end of the period"]
    assert values[template.SUBMITTED, template.NUMBER] == waits
    assert values[template.REGARDING["decision_provision"], template.NUMBER] == waits
    assert values[template.SUBMITTED, template.MEDIAN] == ["", "No decision was told in the period."]

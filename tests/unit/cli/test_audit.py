"""`evenhand audit` over a table of decisions: what it prints, what it writes, how it ends."""

import json
from pathlib import Path
from shutil import copy

import pytest

from tests.commands import evenhand
from tests.unit.audit.made_tables import DECISIONS, PLAN_FILE

EQUAL = "advertiser,seq,outcome,strikes,rulebook,country\n" + "".join(
    f"a{number},{number},allow,0,p1,{'AB'[number % 2]}\n" for number in range(40)
)
PLAN = {
    "plan": 1, "advertiser": "advertiser", "seq": "seq", "outcome": "outcome", "adverse": ["refuse"],
    "favourable": ["allow"], "facts": ["strikes"], "rulebook": "rulebook", "groups": ["country"],
}  # fmt: skip


@pytest.fixture
def equal(tmp_path: Path) -> Path:
    """Return a table in which nobody was refused, its plan beside it."""
    path = tmp_path / "equal.csv"
    path.write_text(EQUAL)
    path.with_suffix(".plan.json").write_text(json.dumps(PLAN))
    return path


def test_findings_end_with_status_1_and_are_shown_after_what_cannot_be_tested() -> None:
    """Order of the report: first what was asked, then what nobody can know, then what was found."""
    answer = evenhand("audit", "--decisions", DECISIONS)

    assert (answer.status, answer.err) == (1, "")
    parts = [
        "Exploratory audit",
        "Asked:",
        "Cannot be tested: ",
        "Each is to be reviewed",
        "\nGroups",
        "Spend",
        "Limits",
    ]
    assert sorted(parts, key=answer.out.index) == parts
    assert 'Advertisers with country "C05" were refused more often than others with the same facts: ' in answer.out
    assert 'was refused; 84 advertisers with the same facts were not. Compared with "m1709"' in answer.out
    assert not {"discriminat", "bias", "clean"} & set(answer.out.casefold().split())


def test_the_whole_report_is_written_with_the_keys_of_its_format(tmp_path: Path) -> None:
    """The plan beside the table is found by itself; the report names the hash of its file."""
    out = tmp_path / "report.json"

    answer = evenhand("audit", "--decisions", DECISIONS, "--json", out)

    report = json.loads(out.read_bytes())
    assert (answer.status, report["schema"]) == (1, "evenhand-audit/1")
    assert answer.out.splitlines()[0].startswith("Exploratory audit")
    assert answer.out.splitlines()[1].endswith(f"Report: {out}")
    assert report.keys() >= KEYS


KEYS = {
    "schema", "rows", "decisions", "strata", "plan_sha256", "ledger", "inconsistent", "untestable", "groups",
    "selection", "spend", "flips", "policy_changes", "limits",
}  # fmt: skip


def test_nothing_found_ends_with_status_0_and_does_not_say_equal(equal: Path) -> None:
    """Not shown is not equal."""
    answer = evenhand("audit", "--decisions", equal)

    assert (answer.status, answer.err) == (0, "")
    assert "Not shown is not equal" in answer.out


def test_a_plan_elsewhere_is_named(equal: Path, tmp_path: Path) -> None:
    """Beside the table there is none."""
    moved = copy(PLAN_FILE, tmp_path / "plan.json")

    answer = evenhand("audit", "--decisions", equal, "--plan", moved)

    assert answer.status == 2
    assert "the plan names a column that the table lacks `on_list, verified, language`" in answer.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "evenhand: no decisions to audit; expected --decisions FILE"),
        (["--decisions", "nowhere.csv"], "evenhand: nowhere.csv: no such file; expected a table of decisions"),
        (["--decisions", "."], "evenhand: .: is a folder; expected a table of decisions"),
    ],
)
def test_bad_use_ends_with_status_2_in_one_line(arguments: list[str], message: str) -> None:
    """What, where, expected, what to do."""
    answer = evenhand("audit", *arguments)

    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(message)


def test_a_table_is_never_written_over(equal: Path) -> None:
    """The report is another file."""
    answer = evenhand("audit", "--decisions", equal, "--json", equal)

    assert (answer.status, equal.read_text()) == (2, EQUAL)


def test_a_folder_gets_the_page_and_its_tables(tmp_path: Path) -> None:
    """The page is for people, the tables have every row; a file in the place of the folder is never written over."""
    folder, taken = tmp_path / "audit", tmp_path / "taken"
    taken.write_text("mine")

    answer = evenhand("audit", "--decisions", DECISIONS, "--out", folder)
    refused = evenhand("audit", "--decisions", DECISIONS, "--out", taken)

    assert answer.status == 1
    assert {path.name for path in folder.iterdir()} == {
        "report.html", "report.xlsx", "groups.csv", "odd-decisions.csv", "selection.csv", "untestable.csv",
    }  # fmt: skip
    assert "C05" in (folder / "report.html").read_text(encoding="utf-8")
    assert (refused.status, taken.read_text()) == (2, "mine")
    assert "is no folder" in refused.err


@pytest.mark.parametrize("text", [EQUAL.splitlines()[0], EQUAL.replace("allow", ""), EQUAL.replace("p1", "")])
def test_an_audit_of_nothing_is_refused(text: str, equal: Path) -> None:
    """Status 0 would say that nothing was found among decisions; there is none to compare."""
    equal.write_text(text)

    answer = evenhand("audit", "--decisions", equal)

    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("evenhand: equal.csv: no decision to compare")

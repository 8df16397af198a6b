"""The runner of reference tables, on the visible ones and on made-up lines."""

import json
from pathlib import Path

import pytest

from tests.conformance import audit_reference
from tests.data import DATA, needs_data


@needs_data
def test_the_exact_test_agrees_with_the_reference_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """11 sets, four of them of up to 71 strata of real court records; references in exact rational arithmetic."""
    status = audit_reference.main([str(DATA / "audit" / "tables.jsonl")])

    assert json.loads(capsys.readouterr().out) == {"cases": 11, "agree": 11, "unsupported": 0, "disagree": []}
    assert status == 0


def test_the_runner_names_what_disagrees_and_what_is_no_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = {"odds_ratio": "inf", "ci_low": 0.48717948717948717, "ci_high": "inf"}
    right = {"informative": 1, "p_greater": 0.05, "p_less": 1.0, "p_two": 0.05, "p_mid_greater": 0.025, **ends}
    cases = [
        {"id": "right", "tables": [[1, 0, 0, 19]], "reference": right},
        {"id": "wrong", "tables": [[1, 0, 0, 19]], "reference": {**right, "ci_high": 9e9, "p_two": 0.0501}},
        {"id": "negative", "tables": [[1, -1, 0, 19]], "reference": right},
        {"id": "empty", "tables": [], "reference": {"informative": 0, "p_two": 1.0, "odds_ratio": None}},
    ]
    file = tmp_path / "tables.jsonl"
    file.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")

    status = audit_reference.main([str(file)])

    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"cases": 4, "agree": 2, "unsupported": 1, "disagree": ["wrong"]}
    assert "wrong: p_two is 0.05" in printed.err
    assert status == 1


def test_a_reference_is_compared_in_what_it_states(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that states nothing is no agreement."""
    file = tmp_path / "tables.jsonl"
    references = [{"p_less": 1.0}, {"p_less": 0.5}, {"informative": 2}, {}]
    rows = [{"id": n, "tables": [[1, 0, 0, 19]], "reference": each} for n, each in enumerate(references)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert audit_reference.main([str(file)]) == 1
    assert json.loads(capsys.readouterr().out) == {"cases": 4, "agree": 1, "unsupported": 1, "disagree": [1, 2]}


@pytest.mark.parametrize(
    ("count", "agree", "unsupported"), [(1, 1, 0), (1.0, 1, 0), (True, 0, 1), (1.5, 0, 1), (10**20, 0, 1), ("1", 0, 1)]
)
def test_only_whole_numbers_are_counts(
    count: object, agree: int, unsupported: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A truth value is none; one that no memory holds is said."""
    file = tmp_path / "tables.jsonl"
    file.write_text(json.dumps({"id": "x", "tables": [[count, 0, 0, 19]], "reference": {"informative": 1}}))

    assert audit_reference.main([str(file)]) == 0

    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"cases": 1, "agree": agree, "unsupported": unsupported, "disagree": []}
    assert printed.err.count("tables.jsonl:1: case x: unsupported") == unsupported

"""The questions of the rulebook's pack and the analyzer's cases, each with the known answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import policy_analyzer, rulebook_pack
from tests.data import DATA, needs_data
from tests.unit.policy.made_up import HOUSE

SAMPLE = Path(__file__).parents[1] / "fixtures" / "policy" / "analyzer-sample.jsonl"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = rulebook_pack.main([*arguments, "--only", "questions"])
    return status, json.loads(capsys.readouterr().out)


def test_every_question_of_the_house_rulebook_and_its_overlays_has_its_known_answer(
    house_with_overlays: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of 35, thirteen must be refuted: a prover that says yes to all would fail here."""
    out = tmp_path / "answers.jsonl"

    status, report = run(capsys, str(house_with_overlays), "--answers", str(out))

    answers = [json.loads(line) for line in out.read_text().splitlines()]
    asked = [json.loads(line) for line in (house_with_overlays / "tests" / "questions.jsonl").read_text().splitlines()]
    assert len(asked) == 36
    assert (status, report["proofs"], report["proofs_right"], report["disagree"]) == (0, len(asked), len(asked), [])
    assert [each["result"] for each in answers].count("refuted") == 13
    assert all((each["counterexample"] is not None) is (each["result"] == "refuted") for each in answers)


@needs_data
def test_every_question_of_the_example_rulebook_has_its_known_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """As published with the specification."""
    status, report = run(capsys, str(DATA / "policy" / "example-rulebook"))

    assert (status, report["proofs"], report["proofs_right"]) == (0, 28, 28)


def test_a_wrong_expectation_is_named_and_a_question_nobody_can_ask_is_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A runner that cannot fail proves nothing."""
    folder = tmp_path / "book"
    (folder / "tests").mkdir(parents=True)
    for name in ("schema.cedarschema", "house.cedar"):
        (folder / name).write_bytes((HOUSE / name).read_bytes())
    questions = [
        {"id": "wrong", "property": "complete", "at": "2026-03-01", "expect": "refuted"},
        {"id": "no-such", "property": "dead", "at": "2026-03-01", "rule": "no-such-rule", "expect": "proved"},
        {"id": "free", "property": "complete", "at": "2026-03-01"},
    ]
    (folder / "tests" / "questions.jsonl").write_text("".join(json.dumps(each) + "\n" for each in questions))
    out = tmp_path / "answers.jsonl"

    status, report = run(capsys, str(folder), "--answers", str(out))

    answers = {each["id"]: each for each in map(json.loads, out.read_text().splitlines())}
    assert (status, report["proofs"], report["disagree"]) == (1, 3, ["wrong", "no-such"])
    assert answers["no-such"]["result"] == "unknown"
    assert "no such rule" in answers["no-such"]["why"]


def test_the_analyzer_finds_what_was_worked_out_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """Eight cases: more, less, equal, incomparable; shadowed, redundant, overridden."""
    assert policy_analyzer.main([str(SAMPLE)]) == 0

    report = json.loads(capsys.readouterr().out)
    assert report == {"comparisons": 8, "rows": 15, "agree": 15, "unsupported": 0, "disagree": []}


def analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str], *cases: dict[str, Any]) -> tuple[Any, list[Any]]:
    source, out = tmp_path / "cases.jsonl", tmp_path / "answers.jsonl"
    source.write_text("".join(json.dumps({"id": str(n), **case}) + "\n" for n, case in enumerate(cases)))
    policy_analyzer.main([str(source), "--answers", str(out)])
    return json.loads(capsys.readouterr().out), [json.loads(line) for line in out.read_text().splitlines()]


SCHEMA = """
entity User { n: Long, at: datetime, deep: Set<Set<Long>> };
action see appliesTo { principal: User, resource: User };
"""


def findings(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> list[Any]:
    _, (answer,) = analysed(tmp_path, capsys, {"kind": "policies", "schema": SCHEMA, "pset1": text})
    return [row["answer"] for row in answer["rows"]]


def test_a_policy_for_nothing_or_for_everything_overrides_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cedar's own analyzer leaves both out; they are findings of another kind."""
    never = '@id("a") permit (principal, action, resource) when { principal.n < principal.n };'
    some = '@id("b") permit (principal, action, resource) when { principal.n > 3 };'
    all_forbid = '@id("c") forbid (principal, action, resource);'
    everyone = '@id("d") permit (principal, action, resource);'

    assert findings(tmp_path, capsys, never + some) == []
    assert findings(tmp_path, capsys, some + all_forbid) == []
    assert findings(tmp_path, capsys, some + everyone) == [{"finding": "shadowed", "rule": "b", "by": "d"}]


def test_policies_that_mean_the_same_are_one_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three of them, under two ids of their own and one that is given twice."""
    text = "".join(
        f"{name} permit (principal, action, resource) when {{ {condition} }};"
        for name, condition in (
            ('@id("x")', "principal.n > 3"),
            ('@id("x")', "principal.n >= 4"),
            ('@id("y")', "!(principal.n < 4)"),
        )
    )

    assert findings(tmp_path, capsys, text) == [{"finding": "redundant", "rules": ["policy0", "policy1", "y"]}]


def test_instants_beyond_the_calendar_count_as_cedar_counts_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cedar's JSON can say them, so a policy that lets every ISO text pass is still not one for everything."""
    early = (
        'permit (principal, action, resource) when { principal.at > datetime("0000-01-01").offset(duration("-2d")) };'
    )
    anyone = "permit (principal, action, resource);"
    case = {"kind": "compare", "schema": SCHEMA, "pset1": early, "pset2": anyone}

    _, (answer,) = analysed(tmp_path, capsys, case)

    assert [row["answer"] for row in answer["rows"]] == ["less"]


def test_what_the_prover_cannot_tell_is_unsupported_and_a_difference_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither may pass for agreement."""
    deep = "permit (principal, action, resource) when { principal.deep.contains([principal.n]) };"
    row = {"principal": "User", "action": "see", "resource": "User"}
    also = deep.replace(" };", " && principal.n > 0 };")
    case = {"kind": "compare", "schema": SCHEMA, "pset1": also, "pset2": deep}

    report, answers = analysed(
        tmp_path, capsys, {**case, "rows": [{**row, "expect": "less"}]},
        {**case, "pset1": "permit (principal, action, resource);", "pset2": "", "rows": [{**row, "expect": "less"}]},
        {**case, "pset2": "permit (principal, action, resource) when { no };"},
    )  # fmt: skip

    assert (report["rows"], report["agree"], report["unsupported"]) == (2, 0, 1)
    assert report["disagree"] == ["1"]
    assert ["why" in each for each in answers] == [True, False, True]


def test_a_case_is_named_once_and_what_is_not_answered_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong row is missing and unexpected at once; an unknown kind is no search for needless policies."""
    everyone = "permit (principal, action, resource);"
    row = {"principal": "User", "action": "see", "resource": "User", "expect": "less"}
    case = {"id": "x", "kind": "compare", "schema": SCHEMA, "pset1": everyone, "pset2": "", "rows": [row]}
    cases = [case, {**case, "id": "y", "kind": "tarot"}, {**case, "id": "z", "pset1": "permit ("}]
    source = tmp_path / "cases.jsonl"
    source.write_text("".join(json.dumps(each) + "\n" for each in cases))

    assert policy_analyzer.main([str(source)]) == 1

    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"comparisons": 3, "rows": 3, "agree": 0, "unsupported": 2, "disagree": ["x"]}
    assert "case x: not found" in printed.err
    assert "case y: unsupported: unknown kind `tarot`" in printed.err
    assert "case z: unsupported: " in printed.err
    del case["pset2"]
    source.write_text(json.dumps(case))
    assert policy_analyzer.main([str(source)]) == 2
    assert "cases.jsonl:1: case x: no `pset2`" in capsys.readouterr().err

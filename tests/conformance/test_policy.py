"""Other people's cases, and the example rulebook, through the same engine that rules advertisers."""

import json
from pathlib import Path

import pytest

from tests.conformance import cedar_corpus, rulebook_pack
from tests.data import DATA, needs_data
from tests.unit.policy.made_up import HOUSE

SIZES = {"corpus-dev-sample": 5_096, "handwritten": 74, "use-cases": 72}


@needs_data
@pytest.mark.parametrize(("name", "requests"), SIZES.items())
def test_the_engine_agrees_with_cedars_own_cases(name: str, requests: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The authority must be the authority."""
    status = cedar_corpus.main([str(DATA / "policy" / f"{name}.jsonl.gz"), "--engine", "cedar"])

    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (status, report["requests"], report["agree"], report["disagree"]) == (0, requests, requests, [])


# Not strictly valid: 497 cases. Valid, with facts that do not fit their own schema: 2 cases. Never to be supported.
UNSUPPORTED = {
    "evaluator": {"corpus-dev-sample": 3_976, "handwritten": 0, "use-cases": 12},
    "residual": {"corpus-dev-sample": 3_976, "handwritten": 0, "use-cases": 12},
    "sql": {"corpus-dev-sample": 3_976, "handwritten": 0, "use-cases": 17},
}


@needs_data
@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("engine", UNSUPPORTED)
def test_the_readers_agree_with_cedars_own_cases(engine: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A rulebook has one meaning, no matter who reads it; what a reader cannot take it says."""
    status = cedar_corpus.main([str(DATA / "policy" / f"{name}.jsonl.gz"), "--engine", engine])

    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    unsupported = UNSUPPORTED[engine][name]
    assert (status, report["disagree"], report["unsupported"]) == (0, [], unsupported)
    assert report["agree"] == SIZES[name] - unsupported


def test_a_case_without_expectations_is_answered_and_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Held-out cases come without; one that no reader can type says why."""
    case = {
        "id": "made-up", "schema": "entity U; action a appliesTo { principal: U, resource: U };",
        "policies": "permit (principal, action, resource);", "entities": [],
        "requests": [{"principal": {"type": "U", "id": "u"}, "action": {"type": "Action", "id": "a"},
                      "resource": {"type": kind, "id": "u"}, "context": {}} for kind in ("U", "V")],
    }  # fmt: skip
    untyped = {**case, "policies": "permit (principal, action, resource) when { principal.x };"}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case) + "\n" + json.dumps(untyped) + "\n")

    status = cedar_corpus.main(
        [str(tmp_path / "cases.jsonl"), "--engine", "evaluator", "--answers", str(tmp_path / "out")]
    )

    report = json.loads(capsys.readouterr().out)
    first, second = map(json.loads, (tmp_path / "out").read_text().splitlines())
    assert (status, report["agree"], report["unsupported"]) == (0, 0, 2)
    assert [each["decision"] for each in first["responses"]] == ["allow", "nodecision"]
    assert (second["supported"], second["responses"]) == (False, [None, None])
    assert second["why"].startswith("not strictly valid")


@needs_data
@pytest.mark.parametrize("engine", ["cedar", "evaluator", "residual", "sql"])
def test_the_example_rulebook_rules_as_published(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    """51 requests, five of them mirrors."""
    folder = str(DATA / "policy" / "example-rulebook")

    status = rulebook_pack.main([folder, "--only", "requests", "--engine", engine])

    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (status, report["requests"], report["agree"]) == (0, 51, 51)


def test_the_pack_runner_writes_answers_and_finds_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A runner that cannot fail proves nothing."""
    folder = tmp_path / "book"
    (folder / "tests").mkdir(parents=True)
    for name in ("schema.cedarschema", "house.cedar"):
        (folder / name).write_bytes((HOUSE / name).read_bytes())
    first = json.loads((HOUSE / "tests" / "requests.jsonl").read_text().splitlines()[0])
    first["expect"]["outcome"] = "refuse"
    (folder / "tests" / "requests.jsonl").write_text(json.dumps(first) + "\n")

    status = rulebook_pack.main([str(folder), "--answers", str(tmp_path / "out.jsonl")])

    assert status == 1
    assert json.loads(capsys.readouterr().out)["disagree"] == ["plain-commercial"]
    assert json.loads((tmp_path / "out.jsonl").read_text())["outcome"] == "allow"


@pytest.mark.parametrize(("validates", "status", "disagree"), [(True, 0, []), (False, 1, ["made-up#0"])])
def test_validation_is_compared_where_decisions_are_not_stated(
    validates: bool, status: int, disagree: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Either can be stated alone."""
    user = {"type": "U", "id": "u"}
    case = {
        "id": "made-up", "schema": "entity U; action a appliesTo { principal: U, resource: U };",
        "policies": "permit (principal, action, resource);", "entities": [], "shouldValidate": validates,
        "requests": [{"principal": user, "action": {"type": "Action", "id": "a"}, "resource": user, "context": {}}],
    }  # fmt: skip
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))

    assert cedar_corpus.main([str(tmp_path / "cases.jsonl"), "--engine", "cedar"]) == status
    assert json.loads(capsys.readouterr().out)["disagree"] == disagree


def test_a_folder_without_tests_of_a_rulebook_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was ruled; a question that is none is unknown, and says why."""
    folder = tmp_path / "book"
    (folder / "tests").mkdir(parents=True)
    for name in ("schema.cedarschema", "house.cedar"):
        (folder / name).write_bytes((HOUSE / name).read_bytes())
    assert rulebook_pack.main([str(folder)]) == 2

    (folder / "tests" / "questions.jsonl").write_text('{"id": "q", "property": "tarot", "expect": "proved"}\n\n')
    assert rulebook_pack.main([str(folder), "--only", "requests"]) == 2
    capsys.readouterr()

    assert rulebook_pack.main([str(folder), "--answers", str(tmp_path / "out")]) == 1
    assert json.loads(capsys.readouterr().out)["disagree"] == ["q"]
    assert "why" in json.loads((tmp_path / "out").read_text())

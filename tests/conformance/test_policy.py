"""Other people's cases, and the example rulebook, through the same engine that rules advertisers."""

import json
from pathlib import Path

import pytest

from tests.conformance import cedar_corpus, rulebook_pack
from tests.data import DATA, needs_data
from tests.unit.policy.made_up import HOUSE


@needs_data
@pytest.mark.parametrize(
    ("name", "requests"), [("corpus-dev-sample", 5_096), ("handwritten", 74), ("use-cases", 72)]
)  # fmt: skip
def test_the_engine_agrees_with_cedars_own_cases(name: str, requests: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The authority must be the authority."""
    status = cedar_corpus.main([str(DATA / "policy" / f"{name}.jsonl.gz"), "--engine", "cedar"])

    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (status, report["requests"], report["agree"], report["disagree"]) == (0, requests, requests, [])


@needs_data
def test_the_example_rulebook_rules_as_published(capsys: pytest.CaptureFixture[str]) -> None:
    """51 requests, five of them mirrors."""
    status = rulebook_pack.main([str(DATA / "policy" / "example-rulebook"), "--only", "requests"])

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


def test_questions_are_refused_and_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The prover is not here yet: exit status 2."""
    assert rulebook_pack.main([str(HOUSE), "--only", "questions"]) == 2
    assert "not here yet" in capsys.readouterr().err

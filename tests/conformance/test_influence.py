"""The runner of planted rings, on the visible scenarios and on bad folders."""

import json
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from tests.conformance import influence_planted
from tests.data import DATA, needs_data

PLANTED = DATA / "influence" / "planted"


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    """Run the module as a command line would."""
    monkeypatch.setattr("sys.argv", ["influence_planted", *arguments])
    status = influence_planted.main()
    told = capsys.readouterr()
    return status, told.out, told.err


@needs_data
@pytest.mark.parametrize(
    ("name", "least", "worlds"),
    [
        ("news_a", (0.9, 0.97), 20),
        ("static_a", (0.85, 0.95), 10),
        pytest.param("fans_a", (0.98, 0.97), 6, marks=pytest.mark.long),
    ],
)
def test_planted_rings_are_found_and_nobody_in_worlds_without(
    name: str, least: tuple[float, float], worlds: int, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    """Fans, small rings before real background, rare things among real political advertisers."""
    flagged = tmp_path / "flagged.csv"

    status, out, _ = run(capsys, monkeypatch, str(PLANTED / name), "--flagged", str(flagged))

    told = json.loads(out.splitlines()[-1])
    assert (status, told["null_runs"], told["null_runs_with_flags"]) == (0, worlds, 0)
    assert told["recall"] >= least[0]
    assert told["precision"] >= least[1]
    assert flagged.read_text().splitlines()[0] == "scenario,replay,account_id"
    assert len(flagged.read_text().splitlines()) == 1 + told["scenarios"][0]["flagged"]


@pytest.mark.parametrize(
    ("description", "told"),
    [
        (None, "no scenario.json"),
        ("{", "no JSON"),
        ('{"name": "x", "truth": "absent.csv"}', "no such file"),
        ('{"name": "x"}', "no events"),
    ],
)
def test_a_folder_that_is_no_scenario_is_refused(
    description: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Nothing is reported for what was not tested."""
    if description is not None:
        (tmp_path / "scenario.json").write_text(description)

    status, out, error = run(capsys, monkeypatch, str(tmp_path))

    assert (status, out) == (2, "")
    assert told in error


def scenario(folder: Path, truth: str, description: str = "{}") -> influence_planted.Scenario:
    (folder / "scenario.json").write_text(description)
    (folder / "truth.csv").write_text("account_id,expected\n" + truth, encoding="utf-8")
    (folder / "declared.csv").write_text("account_id,control_id\na,x\n", encoding="utf-8")
    (read,) = influence_planted.scenarios(folder)
    return read


def test_files_that_lie_in_a_scenario_are_read_by_their_usual_names(tmp_path: Path) -> None:
    """As events are; a scenario that says null has none."""
    read = scenario(tmp_path, "a,1\nb,yes\nc,True\nd,0\ne,\n")
    assert (read.expected, read.truth, read.declared) == (frozenset("abc"), frozenset("abcde"), {"a": "x"})

    without = scenario(tmp_path, "a,1\n", '{"truth": null, "declared": null}')
    assert (without.truth, without.declared) == (None, {})


@pytest.mark.parametrize(
    ("truth", "description", "told"),
    [
        ("a,maybe\n", "{}", "unknown value of `expected` `maybe`"),
        ("a\n", "{}", "truth.csv:2: not a row"),
        ("a,1\n", '{"options": {"resolution_s": 0}}', "resolution_s"),
        ("a,1\n", "[]", "Expected `object`"),
    ],
)
def test_what_a_scenario_cannot_say_is_named(truth: str, description: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"scenario\.json|truth\.csv") as error:
        scenario(tmp_path, truth, description)

    assert told in str(error.value)

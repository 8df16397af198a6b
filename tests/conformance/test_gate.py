"""The runners of the gate on the cases that lie in the repository and beside it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance import adomain, dsa_truth, openrtb_pairs, openrtb_requests
from tests.conformance.cases import Case, count, read_cases
from tests.data import DATA, needs_data

OURS = Path(__file__).parents[1] / "fixtures" / "gate"
GATE = DATA / "gate"


def beside(agrees: Callable[[Case], bool | None], name: str, least: int) -> object:
    return pytest.param(agrees, GATE / name, least, marks=needs_data)


@pytest.mark.parametrize(("agrees", "path", "least"), [
    (adomain.agrees, OURS / "adomain.json", 31),
    (dsa_truth.agrees, OURS / "dsa_truth.json", 23),
    (openrtb_pairs.agrees, OURS / "pairs.jsonl", 3),
    (adomain.agrees, OURS / "hosts.json", 307),
    (dsa_truth.agrees, OURS / "claims.json", 170),
    (openrtb_pairs.agrees, OURS / "raw_pairs.jsonl", 43),
    beside(adomain.agrees, "adomain.json", 31),
    beside(dsa_truth.agrees, "dsa_truth.json", 23),
    beside(openrtb_pairs.agrees, "openrtb_pairs.jsonl", 109),
    beside(openrtb_requests.agrees, "openrtb_requests.jsonl", 136),
])  # fmt: skip
def test_every_stated_case_agrees(agrees: Callable[[Case], bool | None], path: Path, least: int) -> None:
    """Other people's traffic, and the spellings and claims that a comparison of texts lets pass."""
    counts = count(read_cases([str(path)]), agrees)
    assert counts["disagree"] == []
    assert counts["agree"] == counts["cases"] >= least


def test_the_runners_notice_cases_that_do_not_hold() -> None:
    """A runner that agrees with everything would prove nothing."""
    host = {"id": "w1", "kind": "badv", "adomain": ["ford.com"], "badv": ["ford.com"], "block": False, "malformed": []}
    claim, pair = next(read_cases([str(OURS / "dsa_truth.json")])), next(read_cases([str(OURS / "pairs.jsonl")]))
    request = {"id": "w4", "valid": True, "request": []}

    assert count([host, {"id": "w2", "kind": "tarot"}], adomain.agrees) == {
        "cases": 2, "agree": 0, "unsupported": 1, "disagree": ["w1"],
    }  # fmt: skip
    assert not dsa_truth.agrees({**claim, "codes": ["dsa-missing"]})
    assert not openrtb_pairs.agrees({**pair, "removed": [[0, 0, 202, 356]]})
    assert not openrtb_requests.agrees(request)


def test_a_case_that_ends_in_an_error_disagrees_and_the_others_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Every case counts once, whatever is in it."""
    broken = {"id": "w5", "kind": "resolve"}
    half = {"id": "w6", "valid": False, "request": {"id": "\ud83d", "badv": 7}}

    assert count([broken, *[half] * 2], _answer) == {
        "cases": 3, "agree": 2, "unsupported": 0, "disagree": ["w5"],
    }  # fmt: skip
    assert "case w5: a field is missing" in capsys.readouterr().err


def test_a_response_too_deep_to_be_compared_is_still_judged() -> None:
    """What no reader takes stays as it is written, and the gate answers as the operator chose."""
    pair = next(read_cases([str(OURS / "pairs.jsonl")]))
    deep = {"request": pair["request"], "response_raw": f'{{"a":{"[" * 3000}{"]" * 3000}}}', "removed": []}

    assert openrtb_pairs.agrees({**pair, **deep})
    assert not openrtb_pairs.agrees({**pair, **deep, "removed": [[0, 0, 202, 356]]})


def test_a_request_with_half_a_character_is_a_valid_one() -> None:
    """JSON allows the escape, and the gate passes it as it is written."""
    assert openrtb_requests.agrees({"valid": True, "request": {"id": "1", "user": {"keywords": "\ud83d"}}})
    assert not openrtb_requests.agrees({"valid": True, "request": {"id": "1", "badv": "\ud83d"}})


def _answer(case: Case) -> bool | None:
    return adomain.agrees(case) if "kind" in case else openrtb_requests.agrees(case)


def test_a_case_is_compared_in_what_it_states() -> None:
    """A field that is not there states nothing; one without any is not supported."""
    host = {"kind": "badv", "adomain": ["ford.com"], "badv": ["ford.com"]}

    assert adomain.agrees({**host, "block": True})
    assert not adomain.agrees({**host, "block": True, "malformed": [0]})
    assert adomain.agrees(host) is None


def test_a_number_of_a_request_does_not_go_through_a_float(tmp_path: Path) -> None:
    """JSON has no largest number; what the gate gets is the text of the file."""
    path = tmp_path / "cases.jsonl"
    path.write_text('{"valid": true, "request": {"id": "1", "x": 1e999}}\n')

    assert openrtb_requests.main([str(path)]) == 0


@pytest.mark.parametrize("policy", [None, {}])
def test_a_case_without_a_policy_is_no_case_of_an_allowing_one(
    policy: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gate has no default either (`gate.md` §5)."""
    case = next(read_cases([OURS / "dsa_truth.json"]))
    (tmp_path / "cases.json").write_text(json.dumps([{**case, "policy": policy}]))

    assert dsa_truth.main([str(tmp_path / "cases.json")]) == (2 if policy is None else 1)
    assert "policy" in capsys.readouterr().err or policy == {}

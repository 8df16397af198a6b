"""The cases of demand chains, ours in the repository and all that lie beside it."""

import json
from pathlib import Path

import pytest

from tests.conformance.cases import count
from tests.conformance.dchain import agrees
from tests.data import DATA, needs_data

OURS = Path(__file__).parents[1] / "fixtures" / "gate" / "dchain.json"


@pytest.mark.parametrize("path", [OURS, pytest.param(DATA / "gate" / "dchain.json", marks=needs_data)])
def test_every_stated_case_of_a_chain_agrees(path: Path) -> None:
    """Ours try each field of `gate.md` §6 from both sides; those beside us hold the specification's own examples."""
    counts = count(json.loads(path.read_text(encoding="utf-8")), agrees)
    assert counts["disagree"] == []
    assert counts["agree"] == counts["cases"] >= 6


def test_the_runner_notices_a_case_that_does_not_hold() -> None:
    """A runner that agrees with everything would prove nothing."""
    wrong = {"id": "w1", "dchain": {"ver": "1.0", "complete": 1, "nodes": []}, "valid": True}
    unheard_of = {"id": "w2", "schain": {}}
    assert count([wrong, unheard_of], agrees) == {"cases": 2, "agree": 0, "unsupported": 1, "disagree": ["w1"]}

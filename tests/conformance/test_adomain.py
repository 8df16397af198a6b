"""The cases of reading `adomain`, ours in the repository and all that lie beside it."""

import json
from pathlib import Path

import pytest

from tests.conformance.adomain import run
from tests.data import DATA, needs_data

OURS = Path(__file__).parents[1] / "fixtures" / "gate" / "adomain.json"


@pytest.mark.parametrize("path", [OURS, pytest.param(DATA / "gate" / "adomain.json", marks=needs_data)])
def test_every_stated_case_of_reading_adomain_agrees(path: Path) -> None:
    """The cases cover each spelling that a comparison of texts lets pass."""
    counts = run(json.loads(path.read_text(encoding="utf-8")))
    assert counts["disagree"] == []
    assert counts["agree"] == counts["cases"] >= 31


def test_the_runner_notices_a_case_that_does_not_hold() -> None:
    """A runner that agrees with everything would prove nothing."""
    wrong = {"id": "w1", "kind": "badv", "adomain": ["ford.com"], "badv": ["ford.com"], "block": False, "malformed": []}
    unheard_of = {"id": "w2", "kind": "tarot"}
    assert run([wrong, unheard_of]) == {"cases": 2, "agree": 0, "unsupported": 1, "disagree": ["w1"]}

"""The runner of export cases on those that lie in the repository and beside it."""

from pathlib import Path

import pytest

from tests.conformance.cases import count, read_cases
from tests.conformance.prebid_export import agrees, fallen
from tests.data import DATA, needs_data

OURS = Path(__file__).parents[1] / "fixtures" / "gate" / "prebid_export.json"
BESIDE = pytest.param(DATA / "gate" / "prebid_export.json", 2, marks=needs_data)


@pytest.mark.parametrize(("path", "least"), [(OURS, 19), BESIDE])
def test_the_bids_that_fall_are_the_stated_ones(path: Path, least: int) -> None:
    """The first of ours is two outlets with eleven domains between them and six namesakes (`gate.md` §13)."""
    counts = count(read_cases([str(path)]), agrees)

    assert counts["disagree"] == []
    assert counts["agree"] == counts["cases"] >= least


def test_the_runner_notices_cases_that_do_not_hold() -> None:
    """One bid too many, one too few."""
    case = next(read_cases([str(OURS)]))

    assert not agrees({**case, "removed": case["removed"][1:]})
    assert not agrees({**case, "removed": [*case["removed"], len(case["bids"]) - 1]})


def test_the_other_side_compares_text_exactly() -> None:
    """The simulation must not be kinder than Prebid is: no folding, no sub-hosts."""
    bids = [{"adomain": ["RT.example"]}, {"adomain": ["rt.example"]}, {"adomain": ["www.rt.example"]}, {}]

    assert fallen(bids, (["rt.example"], False)) == [1]
    assert fallen(bids, (["rt.example"], True)) == [1, 3]

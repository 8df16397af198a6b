"""Transparency-log vectors of others and our own."""

from tests.conformance.tlog_vectors import run
from tests.data import DATA, needs_data


@needs_data
def test_every_vector_agrees() -> None:
    """A log that others cannot check proves nothing."""
    outcome = run(DATA / "ledger" / "vectors")

    assert outcome["cases"] > 600
    assert (outcome["disagree"], outcome["unsupported"]) == ([], 0)

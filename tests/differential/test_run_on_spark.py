"""A run with Spark writes what a run without it writes, byte for byte (architecture, fast paths).

One test, so that one Spark is started; each statement by itself: `test_statements_on_spark.py`, which takes longer.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.policy.sql import proposal
from evenhand.store.spark_engine import SparkEngine
from evenhand.workflows.evaluation import rulings, spark_screening
from tests.networks import DAY_1, TOOLS
from tests.rings import RING, ring_network
from tests.spark_cluster import IGNORED, spark_settings, why_no_spark


class Recording(SparkEngine):
    """Spark that keeps what it was asked."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.asked: list[str] = []
        self.answers: list[bytes | None] = []

    def ask(self, query: str, values: Sequence[object] = ()) -> Any:
        """Answer."""
        self.asked.append(query)
        return super().ask(query, values)

    def map(self, module: str, code: str, parts: Sequence[bytes], file: Path) -> list[bytes | None]:
        """Answer."""
        self.answers += super().map(module, code, parts, file)
        return self.answers


@IGNORED
@pytest.mark.skipif(bool(why_no_spark()), reason=why_no_spark())
def test_a_run_with_spark_writes_what_a_run_without_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings, decisions, ledger, register and tables; few are screened and ruled there here, as else many are."""
    monkeypatch.setattr(spark_screening, "_WORTH_WORKERS", 0)
    monkeypatch.setattr(spark_screening, "_AT_ONCE", 7)
    monkeypatch.setattr(rulings, "_WORTH_SQL", 0)
    monkeypatch.setattr(proposal, "_WORTH_COLUMNS", 0)
    plain = ring_network(tmp_path / "plain" / "network")
    plain.add("advertisers", id="like", name="Ozmerel Vantrik Foundry", country="DE")  # whom a list names
    plain.write()
    other = plain.copy(tmp_path / "other" / "network")
    (tmp_path / "settings").mkdir()

    plain.run(DAY_1)
    with spark_settings(tmp_path / "settings"):
        spark = Recording("local[2]")
        try:
            other.run(DAY_1, replace(TOOLS, spark=spark))
        finally:
            spark.stop()

    assert files_of(other.folder) == files_of(plain.folder)
    assert len(spark.answers) == 4
    assert any(msgspec.msgpack.decode(each or b"\x90") for each in spark.answers)
    assert any("`reasons`" in query for query in spark.asked)
    assert any("first_acts AS x" in query for query in spark.asked)
    assert set(RING) <= {each.party.id for each in other.decisions()}


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file by its path, but for the one that says when the register's was written."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del found["state/reading.json"]
    return found

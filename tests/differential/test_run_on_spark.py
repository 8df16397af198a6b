"""A run with Spark writes what a run without it writes, byte for byte (architecture, fast paths).

One short test, so that one Spark is started; each statement by itself, which takes longer:
`test_statements_on_spark.py`.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.errors import EngineUnavailable
from evenhand.policy.sql import proposal
from evenhand.store.spark_engine import SparkEngine
from evenhand.workflows.evaluation import rulings, spark_screening
from tests.networks import DAY_1, TOOLS
from tests.rings import RING, ring_network
from tests.spark_cluster import IGNORED, running_spark, spark_settings, why_no_spark


class Recording(SparkEngine):
    """Spark that keeps what it was asked."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.asked: list[str] = []
        self.answers: list[bytes | None] = []
        self.files: list[str] = []

    def ask(self, query: str, values: Sequence[object] = ()) -> Any:
        """Answer."""
        self.asked.append(query)
        return super().ask(query, values)

    def read(self, table: str, query: str, file: Path, rows: int) -> None:
        """Show a file."""
        self.files.append(file.name)
        super().read(table, query, file, rows)
        with pytest.raises(EngineUnavailable, match=f"another file .*`{rows} rows`; expected {rows + 1} rows"):
            super().read("other", query.replace("given_file", "other_file"), file, rows + 1)

    def map(self, module: str, code: str, parts: Sequence[bytes], file: Path) -> list[bytes | None]:
        """Answer."""
        self.answers += super().map(module, code, parts, file)
        return self.answers


pytestmark = [IGNORED, pytest.mark.skipif(bool(why_no_spark()), reason=why_no_spark())]


def test_a_run_with_spark_writes_what_a_run_without_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings, decisions, ledger, register and tables; few are screened and ruled there here, as else many are."""
    (tmp_path / "settings").mkdir()
    with spark_settings(tmp_path / "settings"):
        check_both_ways(tmp_path, "local[2]", monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("shared", ["", "?shared"])
def test_so_does_one_with_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: str) -> None:
    """Its workers get the acts as Arrow, or read them in the network's folder."""
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    (tmp_path / "cluster").mkdir()
    with running_spark(tmp_path / "cluster") as cluster:
        check_both_ways(tmp_path, cluster.address + shared, monkeypatch)


def check_both_ways(folder: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a network with an engine and without, and compare all that they left."""
    monkeypatch.setattr(spark_screening, "_WORTH_WORKERS", 0)
    monkeypatch.setattr(spark_screening, "_AT_ONCE", 7)
    monkeypatch.setattr(rulings, "_WORTH_SQL", 0)
    monkeypatch.setattr(proposal, "_WORTH_COLUMNS", 0)
    plain = ring_network(folder / "plain" / "network")
    plain.add("advertisers", id="like", name="Ozmerel Vantrik Foundry", country="DE")  # whom a list names
    plain.write()
    other = plain.copy(folder / "other" / "network")

    plain.run(DAY_1)
    spark = Recording(engine)
    try:
        other.run(DAY_1, replace(TOOLS, spark=spark))
    finally:
        spark.stop()

    assert files_of(other.folder) == files_of(plain.folder)
    assert spark.files == (["acts.parquet"] if spark.sees_files else [])
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

"""Parties screened by the workers of a cluster get the findings that one process finds.

A run with Spark as a whole: `test_run_on_spark.py`. Those on a cluster need Spark and Java: `make spark`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from evenhand.store.spark_engine import SparkEngine
from evenhand.workflows.evaluation import spark_screening
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, screen_parties
from evenhand.workflows.evaluation.spark_screening import answer, code
from tests.differential.test_shared_screening import LIST, made_up
from tests.spark_cluster import IGNORED, SparkThatLosesAWorker, running_spark, why_no_spark
from tests.unit.screening.made_up import SUFFIXES

PARTIES, MANY = 1_001, 20_001
NEEDS_SPARK = pytest.mark.skipif(bool(why_no_spark()), reason=why_no_spark())


class MadeUpSpark(SparkEngine):
    """Workers in this process; those of some places have no Evenhand."""

    def __init__(self, without: range | None = None) -> None:
        self.without, self.parts = without, 0

    def has_program(self, module: str, code: str) -> bool:
        """Answer for the workers that are there at first."""
        assert (module, code) == (spark_screening.__name__, spark_screening.code())
        return self.without != range(0)

    def map(self, module: str, code: str, parts: Sequence[bytes], file: Path) -> list[bytes | None]:
        """Answer."""
        assert self.has_program(module, code)
        self.parts = len(parts)
        lacking = self.without or ()
        return [None if place in lacking else answer(part, str(file)) for place, part in enumerate(parts)]


@pytest.fixture(autouse=True)
def few_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_screening, "_WORTH_WORKERS", 1)
    monkeypatch.setattr(spark_screening, "_AT_ONCE", 100)


def screened(index: Path, spark: SparkEngine | None, count: int = PARTIES) -> tuple[FindingsMemory, tuple[str, ...]]:
    """Return what a first run finds, and what it says."""
    parties, entries = made_up(count)
    lists = Lists({LIST.key: LIST}, lambda _: entries, lambda _: (), index=index)
    return screen_parties(parties, lists, None, SUFFIXES, lambda *_: None, spark=spark)


@pytest.mark.parametrize("without", [None, range(2, 5)], ids=["all workers", "some came later, without Evenhand"])
def test_workers_find_what_one_process_finds(tmp_path: Path, without: range | None) -> None:
    """Parts that a worker cannot screen are screened here: nobody is left out."""
    spark = MadeUpSpark(without)
    alone, said = screened(tmp_path / "index", None)
    there, said_there = screened(tmp_path / "index", spark)

    assert (list(there.seen.items()), said_there) == (list(alone.seen.items()), said)
    assert sum(map(len, (each.noticed for each in there.seen.values()))) > 500
    assert spark.parts == 11


def test_a_cluster_without_this_program_is_told_and_not_asked(tmp_path: Path) -> None:
    """Its operator may think that it screens."""
    spark = MadeUpSpark(range(0))
    alone, said = screened(tmp_path / "index", None)
    here, said_here = screened(tmp_path / "index", spark)

    assert here.seen == alone.seen
    assert said_here == (*said, "Screened here, not by the workers: not all of them have this very Evenhand")
    assert not spark.parts


def test_few_parties_and_other_rules_for_hosts_stay_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers read the public suffix list that Evenhand comes with; to start them takes seconds."""
    spark, index = MadeUpSpark(), tmp_path / "index"

    class Others:
        def suffix_of(self, host: str) -> str:
            return host

    assert spark_screening.workers_for(1, spark, index, SUFFIXES)[0] is not None
    assert spark_screening.workers_for(1, spark, None, SUFFIXES) == (None, ())
    assert spark_screening.workers_for(1, spark, index, Others()) == (None, ())  # type: ignore[arg-type]
    monkeypatch.setattr(spark_screening, "_WORTH_WORKERS", 2)
    assert spark_screening.workers_for(1, spark, index, SUFFIXES) == (None, ())


class Interrupted(SparkThatLosesAWorker):
    """Spark that loses a worker while it screens."""

    def map(self, module: str, code: str, parts: Sequence[bytes], file: Path) -> list[bytes | None]:
        """Answer, and kill meanwhile."""
        self.lose_one()
        return super().map(module, code, parts, file)


@NEEDS_SPARK
@IGNORED
@pytest.mark.long
def test_a_cluster_that_loses_a_worker_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had is screened by the other; the index goes over by itself."""
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    alone, said = screened(tmp_path / "index", None, MANY)
    with running_spark(tmp_path) as cluster:
        spark = Interrupted(cluster)
        try:
            there, said_there = screened(tmp_path / "index", spark, MANY)
        finally:
            spark.stop()

    assert spark.killed_during
    assert (there.seen, said_there) == (alone.seen, said)


@NEEDS_SPARK
@IGNORED
@pytest.mark.long
@pytest.mark.parametrize("python", ["/usr/bin/python3", "/nowhere/python3"])
def test_workers_with_another_python_or_none_do_not_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str
) -> None:
    """A cluster that has Spark alone goes on with its statements."""
    monkeypatch.setenv("PYSPARK_PYTHON", python)
    with running_spark(tmp_path) as cluster:
        spark = SparkEngine(cluster.address)
        try:
            assert not spark.has_program(spark_screening.__name__, code())
            assert spark.ask("SELECT 1 AS one").fetchall() == [(1,)]
        finally:
            spark.stop()

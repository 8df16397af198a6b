"""Spark as a second engine for statements that are written for DuckDB: cores of this machine, or a standalone cluster.

Workers that have this program can also apply a function of it to parts of something.

The only module that imports pyspark, which is an extra. Tables go over and answers come back as Arrow: the machines of
a cluster need no folder in common. Frames are kept where they were computed and computed again if that is lost.
"""

import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evenhand.model.errors import BadInput, EngineUnavailable

if TYPE_CHECKING:
    import duckdb

DUCKDB: Final = "duckdb"
PATIENCE_S: Final = 60
"""So long a master may take to answer, and so long a first executor may take to come."""
_ADDRESS: Final = re.compile(r"local\[[1-9]\d{0,2}\]|spark://([\w.-]+|\[[\da-fA-F:]+\]):(\d{1,5})(\?shared)?", re.ASCII)
_LOOPBACK: Final = "127.0.0.1"
_PARTITIONS: Final = "spark.sql.shuffle.partitions"
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    # Rows of one partition; of a table that goes over each batch is one.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "250000",
    # A larger table is no constant of the query: the planner, which runs here, would compute with it.
    "spark.sql.execution.arrow.localRelationThreshold": "64k",
}
_JAVA: Final = "install Java 17 (Debian: openjdk-17-jre-headless), or set JAVA_HOME"


@contextmanager
def chosen_engine(name: str) -> Iterator["SparkEngine | None"]:
    """Give the engine of a name, None for DuckDB; Spark starts when it is first asked, and is stopped at the end.

    Raises:
        BadInput: no such engine.
        EngineUnavailable: Spark's package or Java is not there.
    """
    engine = None if name == DUCKDB else SparkEngine(name)
    try:
        yield engine
    finally:
        if engine is not None:
            engine.stop()


class SparkEngine:
    """Spark at `local[N]`, `spark://HOST:PORT`, or that with `?shared`; views of one name replace each other.

    `sees_files` says whether the workers see this machine's files at the same paths: here they do, elsewhere by word.
    """

    def __init__(self, address: str) -> None:
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise BadInput("no such engine", where="--engine", got=address,
                           expected="duckdb, local[2] with another number of cores, or spark://HOST:PORT")  # fmt: skip
        _check_installed()
        self.sees_files = found[1] is None or found[3] is not None
        self._address = address.removesuffix("?shared")
        self._master = (found[1].strip("[]"), int(found[2])) if found[1] else None
        self._kept: dict[str, Any] = {}

    def put(self, table: str, rows: "duckdb.DuckDBPyRelation") -> None:
        """Make a view of rows that DuckDB has."""
        with self._failures():
            self._show(table, self._session.createDataFrame(rows.to_arrow_table()))

    def read(self, table: str, query: str, file: Path, rows: int) -> None:
        """Make a view of what a query says of `TABLE_file`, a view of a Parquet file that the workers read.

        Raises:
            EngineUnavailable: they do not see it, or see one of another number of rows than `rows`.
        """
        with self._failures():
            self._session.read.parquet(file.as_uri()).createOrReplaceTempView(f"{table}_file")
        self.make(table, query)
        with self._failures():
            seen = self._session.table(table).count()
        if seen != rows:
            raise EngineUnavailable(
                "Spark's workers see another file than this machine", where=file, got=f"{seen} rows",
                expected=f"{rows} rows", todo="name the engine without `?shared`; nothing was decided",
            )  # fmt: skip

    def make(self, table: str, query: str) -> None:
        """Make a view of what a query says, in Spark's words; it is computed once, when it is first read.

        The view is a leaf to the planner: with what it was made of in its plan, statements upon statements about views
        that name each other several times would grow until Java's memory is full.
        """
        with self._failures():
            frame = self._session.sql(query).persist()
            self._show(table, self._leaf(frame))
        self._kept[table] = frame

    def _leaf(self, frame: Any) -> Any:
        """Return the rows of a frame without its plan; a worker that is lost still has them made again."""
        from pyspark.sql import DataFrame  # noqa: PLC0415  an extra

        plan = frame._jdf.queryExecution()
        # No public method keeps rows that can be made again: a local checkpoint is lost with its worker.
        rows = self._session._jsparkSession.internalCreateDataFrame(plan.toRdd(), frame._jdf.schema(), False)
        return DataFrame(rows, self._session)

    def drop(self, table: str) -> None:
        """Remove a view."""
        self._forget(table)
        self._session.catalog.dropTempView(table)

    def ask(self, query: str, values: Sequence[object] = ()) -> "SparkAnswer":
        """Return the rows of a query in Spark's words, with `values` for its `?`.

        Raises:
            EngineUnavailable: Spark failed, or lost its master.
        """
        with self._failures():
            found = self._session.sql(query, args=list(values) or None).toArrow()
        return SparkAnswer(dict(zip(found.column_names, found.columns, strict=True)))

    def has_program(self, module: str, code: str) -> bool:
        """Return whether the workers have Python and a module of this program whose `code()` is the same.

        Twice as many parts are asked as there are cores; not every worker need be met.
        """
        context = self._session.sparkContext
        context.setLogLevel("OFF")  # that there is no Python is no failure
        try:
            answers = self._mapped(_answering(module, code), [b""] * 2 * context.defaultParallelism)
        except EngineUnavailable:
            return False
        finally:
            context.setLogLevel(_SETTINGS["spark.log.level"])
        return None not in answers

    def map(self, module: str, code: str, parts: Sequence[bytes], file: Path) -> list[bytes | None]:
        """Return what `answer(part, file)` of a module of this program makes of each part, with a copy of a file.

        Answers are in the order of the parts; None is that of a worker whose module is not there or not the same.

        Raises:
            EngineUnavailable: Spark failed, or the function did.
        """
        self._session.sparkContext.addFile(str(file))
        return self._mapped(_answering(module, code, file.name), parts)

    def _mapped(self, answer: "_Answer", parts: Sequence[bytes]) -> list[bytes | None]:
        with self._failures():
            return list(self._session.sparkContext.parallelize(parts, len(parts)).map(answer).collect())

    @property
    def process_id(self) -> int:
        """Return the id of the Java process beside this one."""
        return int(self._session.sparkContext._gateway.proc.pid)

    def stop(self) -> None:
        """Stop Spark, if it was started."""
        if "_session" in vars(self):
            self._session.stop()

    def _show(self, table: str, frame: Any) -> None:
        self._forget(table)
        frame.createOrReplaceTempView(table)

    def _forget(self, table: str) -> None:
        if table in self._kept:
            self._kept.pop(table).unpersist()

    @cached_property
    def _session(self) -> Any:
        own = _reachable_from(self._address, self._master) if self._master else _LOOPBACK
        session = self._started(own)
        context = session.sparkContext
        if self._master:
            self._wait_for_executor(session)
        if _PARTITIONS not in dict(context.getConf().getAll()):
            session.conf.set(_PARTITIONS, str(context.defaultParallelism))
        return session

    def _started(self, own: str) -> Any:
        """Return a session whose driver listens at one address of this machine."""
        from pyspark.sql import SparkSession  # noqa: PLC0415  an extra

        os.environ.setdefault("SPARK_LOCAL_IP", own)  # else Spark warns of each address that it does not take
        if self._master is None:
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        driver = {"spark.driver.bindAddress": own, "spark.driver.host": own}
        settings: dict[str, bool | float | int | str | None] = {**_SETTINGS, **driver}
        with self._failures():
            return SparkSession.builder.master(self._address).appName("evenhand").config(map=settings).getOrCreate()

    def _wait_for_executor(self, session: Any) -> None:
        """Wait for a first executor: without one Spark waits for ever.

        Raises:
            EngineUnavailable: none came.
        """
        until = time.monotonic() + PATIENCE_S
        executors = session.sparkContext._jsc.sc().statusTracker().getExecutorInfos
        while len(executors()) < 2:  # the first is the driver
            if time.monotonic() > until:
                session.stop()
                raise EngineUnavailable(
                    f"no worker of this Spark master gave an executor within {PATIENCE_S} s", where="--engine",
                    got=self._address, todo="start workers, or free cores and memory of those that are there",
                )  # fmt: skip
            time.sleep(0.2)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Raise every error of Spark as EngineUnavailable."""
        from py4j.protocol import Py4JError  # noqa: PLC0415  an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra

        try:
            yield
        except (PySparkException, Py4JError, OSError) as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            cause = next((line[2:] for line in lines if line.startswith(": ")), lines[0])  # an error in Java
            raise EngineUnavailable(
                "Spark failed", where=self._address, got=cause,
                todo="nothing was decided; it needs Java 17 or newer, and memory as spark-defaults.conf gives it",
            ) from error  # fmt: skip


@dataclass(frozen=True)
class SparkAnswer:
    """Rows that came back from Spark, as DuckDB gives its own."""

    columns: Mapping[str, Any]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows in their order."""
        return list(zip(*(column.to_pylist() for column in self.columns.values()), strict=True))

    def fetchnumpy(self) -> dict[str, Any]:
        """Return the columns by name."""
        return {name: column.to_numpy() for name, column in self.columns.items()}


_Answer = Callable[[bytes], bytes | None]


def _answering(module: str, code: str, file: str = "") -> _Answer:
    """Return what a worker does with a part; without a file, nothing but say whether it could.

    It goes over as it stands, with its imports in it: a worker without this program has to be able to say so.
    """

    def answer(part: bytes) -> bytes | None:
        import importlib  # noqa: PLC0415

        from pyspark import SparkFiles  # noqa: PLC0415

        try:
            program = importlib.import_module(module)
            is_same = program.code() == code
        except ImportError:
            is_same = False
        if not is_same:
            return None
        made: bytes = program.answer(part, SparkFiles.get(file)) if file else part
        return made

    return answer


def _check_installed() -> None:
    """Raise EngineUnavailable if the package or Java is not there."""
    if not all(map(find_spec, ("pyspark", "pyarrow"))):
        raise EngineUnavailable(
            "Spark's package is not installed", where="--engine", todo="pip install 'evenhand[spark]'"
        )
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=str(Path(home) / "bin") if home else None):
        raise EngineUnavailable("Spark needs Java, and there is no `java`", where="--engine", todo=_JAVA)


def _reachable_from(address: str, master: tuple[str, int]) -> str:
    """Return the address of this machine from which a master is reached: workers reach us there.

    Raises:
        EngineUnavailable: nothing answers there.
    """
    try:
        with socket.create_connection(master, timeout=PATIENCE_S) as opened:
            return str(opened.getsockname()[0])
    except (OSError, OverflowError, UnicodeError) as error:  # of a port or name that no machine can have, too
        raise EngineUnavailable(
            "no answer from the Spark master", where="--engine", got=f"{address} ({error})",
            todo="check its address and whether it runs",
        ) from error  # fmt: skip

"""Spark for tests: quiet and quick to start, and a standalone cluster on loopback whose workers can be killed."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from evenhand.store.spark_engine import SparkEngine

# Spark's own sockets are closed when they are collected; it warns of versions of pandas, which nobody uses here.
IGNORED = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning", "ignore::FutureWarning"
)
WORKERS = 2
PATIENCE_S = 120
# To compile takes longest of what is asked of few rows; then to verify the classes that were installed.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
DEFAULTS = f"""
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.sql.shuffle.partitions 2
spark.driver.extraJavaOptions {JAVA}
spark.executor.extraJavaOptions {JAVA}
spark.executor.memory 512m
"""
LOGGING = """
appender.none.type = Null
appender.none.name = none
rootLogger.level = error
rootLogger.appenderRef.none.ref = none
"""


def why_no_spark() -> str:
    """Return why Spark cannot be started, ``""`` if it can."""
    if not all(map(find_spec, ("pyspark", "pyarrow"))):
        return "not there: needs pyspark and pyarrow (`make spark`)"
    return "" if shutil.which("java") else "not there: needs Java (Debian package openjdk-17-jre-headless)"


@contextmanager
def spark_settings(folder: Path) -> Iterator[None]:
    """Let Spark read its defaults from a folder, as an operator would, and keep its files there."""
    (folder / "spark-defaults.conf").write_text(DEFAULTS, "utf-8")
    (folder / "log4j2.properties").write_text(LOGGING, "utf-8")
    before = dict(os.environ)
    os.environ |= {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder)}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


class SparkCluster:
    """A master and workers of one core each; a worker and its executor are one group of processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"spark://127.0.0.1:{port}"
        self._master = self._start("master.Master", "--port", port)
        _wait_for(port)
        self.workers = [
            self._start("worker.Worker", "--cores", 1, "--memory", "1g", "--work-dir", folder / "work", self.address)
            for _ in range(WORKERS)
        ]

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a process and what it started, as a machine that loses its power does."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        """Kill all of them."""
        for each in (*self.workers, self._master):
            self.kill(each)

    def _start(self, name: str, *options: object) -> "subprocess.Popen[bytes]":
        found = find_spec("pyspark")
        program = Path(found.origin if found and found.origin else "").parent / "bin" / "spark-class"
        command = [program, f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", "--webui-port", "0", *options]
        environment = {**os.environ, "SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": JAVA}
        with (self._folder / "daemons.log").open("ab") as log:
            return subprocess.Popen(
                list(map(str, command)), stdout=log, stderr=log, env=environment, start_new_session=True
            )


class SparkThatLosesAWorker(SparkEngine):
    """Spark on a cluster of which one worker is killed as soon as a job runs; `killed_during` counts those running."""

    def __init__(self, cluster: SparkCluster) -> None:
        super().__init__(cluster.address)
        self._cluster, self.killed_during = cluster, 0
        self.losing = threading.Thread(target=self._lose_one, daemon=True)

    def lose_one(self) -> None:
        """Wait for a job in a thread of its own, and kill the worker."""
        self.losing.start()

    def stop(self) -> None:
        """Stop when the worker is lost."""
        self.losing.join(PATIENCE_S)
        super().stop()

    def _lose_one(self) -> None:
        tracker = self._session.sparkContext.statusTracker()
        while not tracker.getActiveJobsIds():
            time.sleep(0.005)
        self._cluster.kill(self._cluster.workers[0])
        self.killed_during = len(tracker.getActiveJobsIds())


@contextmanager
def running_spark(folder: Path) -> Iterator[SparkCluster]:
    """Run a cluster for a while."""
    with spark_settings(folder):
        cluster = SparkCluster(folder)
        try:
            yield cluster
        finally:
            cluster.stop()


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no Spark master at port {port} within {PATIENCE_S} s")

"""What is said where Spark cannot be used; nothing here starts it."""

import socket

import pytest

from evenhand.model.errors import BadInput, EngineUnavailable
from evenhand.store import spark_engine
from evenhand.store.spark_engine import SparkEngine, chosen_engine
from tests.commands import evenhand


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package and Java pass for installed."""
    monkeypatch.setattr(spark_engine, "find_spec", str)
    monkeypatch.setattr(spark_engine.shutil, "which", lambda *_, **__: "java")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "spark",
        "local",
        "local[*]",
        "local[0]",
        "spark://host",
        "spark://:7077",
        "spark://h:999999",
        "spark://h:7077?folder",
        "local[2]?shared",
        "yarn",
        "duckdb ",
    ],
)
def test_an_unknown_engine_is_named_with_those_that_there_are(address: str) -> None:
    """`local[*]` is none: how many cores a machine has is nothing that a run should hang on."""
    with pytest.raises(BadInput, match=r"no such engine `.*`; expected duckdb, local\[2\] .*, or spark://HOST:PORT"):
        SparkEngine(address)


@pytest.mark.parametrize("address", ["local[1]", "local[16]", "spark://10.0.0.1:7077", "spark://[::1]:7077"])
def test_nothing_is_started_or_asked_before_it_is_needed(installed: None, address: str) -> None:
    """A run in which nothing changed needs no Spark; nor does one that is stopped."""
    with chosen_engine(address) as spark:
        assert spark is not None
        assert "_session" not in vars(spark)


@pytest.mark.parametrize(
    ("address", "sees"),
    [("local[2]", True), ("spark://10.0.0.1:7077", False), ("spark://10.0.0.1:7077?shared", True)],
)
def test_whose_workers_see_our_files(installed: None, address: str, sees: bool) -> None:
    """Those of this machine do; of others nobody knows unless it is said."""
    assert SparkEngine(address).sees_files is sees


def test_duckdb_needs_no_engine_beside_it() -> None:
    """It is what a run has anyway."""
    with chosen_engine("duckdb") as spark:
        assert spark is None


def test_without_the_package_the_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain install does not have it."""
    monkeypatch.setattr(spark_engine, "find_spec", lambda _: None)

    with pytest.raises(EngineUnavailable, match=r"Spark's package is not installed; pip install 'evenhand\[spark\]'"):
        SparkEngine("local[2]")


@pytest.mark.parametrize("home", ["", "/nowhere"])
def test_without_java_the_line_says_what_to_install(
    installed: None, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    """pyspark itself says of it no more than that its gateway ended."""
    monkeypatch.setenv("JAVA_HOME", home)
    monkeypatch.setattr(spark_engine.shutil, "which", lambda *_, **__: None)

    with pytest.raises(EngineUnavailable, match="there is no `java`; install Java 17"):
        SparkEngine("local[2]")


def test_a_master_that_does_not_answer_stops_the_run_at_once(installed: None) -> None:
    """Spark itself would try for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(EngineUnavailable, match=f"no answer from the Spark master `spark://127.0.0.1:{port} "):
        _ = SparkEngine(f"spark://127.0.0.1:{port}")._session


def test_the_command_line_says_it_in_one_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before anything is read or written."""
    folder = tmp_path_factory.mktemp("network")
    made = evenhand("init", folder / "network", "--origin", "ads.made-up.example/log")
    assert made.status == 0

    for verb in (("run",), ("influence", "run")):
        answer = evenhand(*verb, folder / "network", "--engine", "sparkle")
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.count("\n") == 1
        assert answer.err.startswith("evenhand: --engine: no such engine `sparkle`; expected duckdb")

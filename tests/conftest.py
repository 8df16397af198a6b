"""Profiles of Hypothesis, so that a green run stays green; what coverage is measured by; and where tests write."""

import functools
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer.main
from _pytest.assertion import rewrite
from argon2 import PasswordHasher
from coverage import Coverage
from coverage.plugin import FileReporter
from coverage.results import Analysis
from hypothesis import HealthCheck, is_hypothesis_test, settings

from evenhand.store import passwords
from tests.built_once import built_once, shared_folder
from tests.commands import Demo, make_demo
from tests.pure_answers import answers_found_once
from tests.rulebook_overlays import write_house_with_overlays

settings.register_profile(
    "ordinary", deadline=None, derandomize=True, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30
PRODUCTION_HASHER = passwords._HASHER
FORKING = {"faults", "test_laws.py"}
PROCESSES = {
    "browser", "faults", "test_gate_service.py", "test_installed.py", "test_postgres.py", "test_postgres_replica.py",
    "test_run_on_spark.py", "test_server.py", "test_slow_clients.py", "test_workers.py",
}  # fmt: skip
REPEATING = {"browser", "conformance", "contracts", "differential", "docs", "faults", "properties", "stories"}
EXAMPLES = {"test_gate_client.py"}  # a story, but the client of a gate has no other test


def pytest_configure() -> None:
    """Let tests write into memory where there is enough: their syncs wait for no disk, and no test is about a real one.

    Whoever sets `TMPDIR` decides otherwise.
    """
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Leave one measurement in a worker.

    The plugin begins one before it knows that it is in a worker, and never ends it: it went on wherever the other was
    paused, so that tests which are not measured cost what measuring costs.
    """
    if hasattr(session.config, "workerinput") and session.config.pluginmanager.has_plugin("_cov"):
        measure(session.config, False)
        while (begun := Coverage.current()) is not None:
            begun.stop()
        measure(session.config, True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Let Hypothesis look for constants in a thousand modules without measuring how it does that.

    What forks comes first: to fork a worker costs by its memory, and at the end it has a gigabyte. A test that needs
    other processes is marked, wherever it stands: `make test` leaves it to CI and to `make processes`.
    """
    measure(config, False)
    for item in items:
        if not PROCESSES.isdisjoint({folder_of(item), item.path.name}):
            item.add_marker("processes")
    yield
    measure(config, True)
    items.sort(key=lambda item: FORKING.isdisjoint({folder_of(item), item.path.name}))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Measure coverage by tests that give examples, and not by those that repeat: measuring doubles what a line costs.

    Coverage that random input or somebody else's vectors reach by chance would speak for no test of ours; nor does a
    line that commands, pages and stories pass on their way from one end to the other say that anything looks at it.
    What such a test builds and takes down is not measured either.
    """
    measure(item.config, not repeats(item))
    return (yield)


def measure(config: pytest.Config, wanted: bool) -> None:
    """Measure coverage from here on, or no longer; where it is not asked for, nothing happens."""
    plugin = config.pluginmanager.get_plugin("_cov")
    controller = getattr(plugin, "cov_controller", None)
    if controller is not None and controller.started is not wanted:
        (controller.resume if wanted else controller.pause)()


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[object]:
    """Make once what is the same for all tests of a worker; as fixtures, each of these would cost every test a bit."""
    with (
        answers_found_once(shared_folder(session.config) / "pure-answers"),
        _command_line_built_once(),
        _passwords_hashed_quickly(),
        _modules_analysed_once(),
    ):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[object]:
    """Spare the garbage collector what lives to the end: modules, and thousands of tests. Later it looks less often."""
    gc.disable()
    if not sys.dont_write_bytecode and "PYTEST_XDIST_WORKER" in os.environ:
        _rewrite_asserts(session.config)
    collected = yield
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)
    gc.enable()
    return collected


def _rewrite_asserts(config: pytest.Config) -> None:
    """Rewrite the tests' asserts where nobody has yet, each worker a part and none of it measured.

    In a new clone every worker rewrote all of them by itself, which takes ten seconds, and twenty where it is measured.
    """
    folders = [Path(each.partition("::")[0]) for each in config.args]
    modules = sorted(path for folder in folders for path in folder.rglob("*.py") if path.name.startswith("test_"))
    own = len(modules) * int(os.environ["PYTEST_XDIST_WORKER"][2:]) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    measure(config, False)
    for path in modules[own:] + modules[:own]:
        kept = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
        if not kept.exists() and rewrite.try_makedirs(kept.parent):
            source_hash, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source_hash, kept)
    measure(config, True)


def repeats(item: pytest.Item) -> bool:
    """Return whether a test goes through many inputs, given by a generator or by others, or through all layers."""
    is_drawn = is_hypothesis_test(getattr(item, "obj", None))
    return is_drawn or (folder_of(item) in REPEATING and item.path.name not in EXAMPLES)


def folder_of(item: pytest.Item) -> str:
    """Return the folder of `tests` that a test is in, "" for a page of `docs`."""
    return item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""


@pytest.fixture(scope="session")
def house_with_overlays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house rulebook with each overlay as `variants/NAME.cedar`; read only."""
    return write_house_with_overlays(tmp_path_factory.mktemp("overlays") / "house")


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The sample network after its three runs, and what was printed; copy it to change it."""
    made = built_once(tmp_path_factory, "demo", make_demo)
    return made._replace(folder=Path(shutil.copytree(made.folder, tmp_path_factory.mktemp("sample") / "demo-network")))


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same network without an audit; read only, copy it to serve it."""
    from tests.sample_network import build_sample  # noqa: PLC0415 - it loads most of the program, which few tests want

    made = built_once(tmp_path_factory, "sample", lambda folder: build_sample(folder / "network"))
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("sample") / "network"))


@contextmanager
def _modules_analysed_once() -> Iterator[None]:
    """Read each module once for the total of the coverage and for its table: a thousand take seven seconds."""
    analyse = Coverage._analyze
    known: dict[str, Analysis] = {}

    def once(self: Coverage, module: str, file_reporter: FileReporter) -> Analysis:
        if module not in known:
            known[module] = analyse(self, module, file_reporter)
        return known[module]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Coverage, "_analyze", once)
        yield


@contextmanager
def _command_line_built_once() -> Iterator[None]:
    """A process builds it once; a test that calls ten commands in its own would build it ten times."""
    build = typer.main.get_command
    typer.main.get_command = functools.cache(build)
    yield
    typer.main.get_command = build


@contextmanager
def _passwords_hashed_quickly() -> Iterator[None]:
    """A log-in would take 0.2 s each way; a hash carries its parameters, so that processes of tests take these too."""
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords._HASHER = PRODUCTION_HASHER


@pytest.fixture
def production_hasher() -> PasswordHasher:
    """Return what hashes passwords in production."""
    return PRODUCTION_HASHER

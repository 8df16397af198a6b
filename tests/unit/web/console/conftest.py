"""The sample network and its console, for all tests of pages; nothing in it may be written but the console's file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.web.console import job_runner
from evenhand.web.console.console import Console
from tests.people import write_staff
from tests.sample_network import add_report
from tests.unit.web.console.clients import Browser, browser, call_verb, console_of, copy_network


@pytest.fixture(scope="session")
def console_network(built_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample network for pages that only read; a test that writes copies it (`copy_network`)."""
    return copy_network(built_sample, tmp_path_factory.mktemp("console") / "network")


@pytest.fixture(scope="module")
def console(console_network: Path) -> Iterator[Console]:
    """Yield its console; a module that writes, or has another network, has a fixture of this name of its own."""
    with console_of(console_network) as made:
        yield made


@pytest.fixture(scope="module")
def ana(console: Console) -> Browser:
    """Return the browser of an analyst who is logged in there."""
    return browser(console, "ana")


@pytest.fixture(scope="module")
def written(console_network: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Yield the console of a copy with staff, in which the tests of a module record."""
    folder = copy_network(console_network, tmp_path_factory.mktemp("written") / "network")
    write_staff(folder)
    with console_of(folder) as made:
        yield made


@pytest.fixture(scope="module")
def reported(written: Console) -> Console:
    """Return the same with a saved report."""
    add_report(written.folder)
    return written


@pytest.fixture
def verbs_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let jobs call their verb in this process; that they start one of their own is seen in `test_jobs.py`."""
    monkeypatch.setattr(job_runner, "start_process", call_verb)

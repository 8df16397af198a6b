"""Two hosts write one ledger on Postgres: one at a time, and what was acknowledged survives whoever is cut off."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

import msgspec
import pytest

from evenhand.workflows.operations import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.ledgers import read_ledger
from tests.clusters import why_no_cluster
from tests.faults.ledger_host import TEN
from tests.hosts import Host, Hosts, loopback, namespaces, why_no_namespaces
from tests.unit.ledger.making import AT

PROJECT = Path(__file__).parents[2]
LONG_S = "60"
APART = [
    pytest.param(
        namespaces, marks=pytest.mark.skipif(bool(why_no_namespaces()), reason=why_no_namespaces() or "there")
    ),
    loopback,
]

pytestmark = pytest.mark.skipif(bool(why_no_cluster()), reason=why_no_cluster() or "there")


class Writer:
    """A process on a host that writes a ledger without end; what it was told is read line by line."""

    def __init__(self, host: Host, folder: Path, name: str, wait_s: str) -> None:
        command = [*host.prefix, sys.executable, "-m", "tests.faults.ledger_host", folder, name, wait_s]
        self._process = subprocess.Popen(
            [str(each) for each in command], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.name, self.acknowledged = name, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def read(self, lines: int) -> list[str]:
        """Wait for the next lines of what it prints; fewer if it ends."""
        assert self._process.stdout is not None
        read = [line for line in (self._process.stdout.readline().strip() for _ in range(lines)) if line]
        self.acknowledged = max([self.acknowledged, *(int(line) for line in read if line.isdigit())])
        return read

    def end(self, *, kill: bool = False) -> str:
        """Wait for its end, or kill it, and return what it said of it."""
        if kill:
            self._process.kill()
        while self.read(1):
            pass
        return self._process.communicate(timeout=60)[1]


@pytest.fixture(scope="module", params=APART, ids=["namespaces", "loopback"])
def hosts(request: pytest.FixtureRequest) -> Iterator[Hosts]:
    apart: Callable[[], AbstractContextManager[Hosts]] = request.param
    with apart() as hosts:
        yield hosts


def folders(hosts: Hosts, tmp_path: Path) -> tuple[Path, Path]:
    """Return the folder of one ledger as each of two hosts has it."""
    schema = hosts.cluster.new_schema().partition(" options=")[2]
    one, other = tmp_path / "one", tmp_path / "other"
    create_ledger(one, "ads.example/log", postgres=f"{hosts.one.address} options={schema}")
    shutil.copytree(one, other)
    settings = (one / "ledger.toml").read_text(encoding="utf-8")
    (other / "ledger.toml").write_text(settings.replace(hosts.one.address, hosts.other.address), encoding="utf-8")
    return one, other


@pytest.mark.parametrize("is_killed", [False, True], ids=["cut off", "killed"])
def test_when_a_host_is_lost_another_takes_over_and_what_was_acknowledged_is_there_once(
    hosts: Hosts, tmp_path: Path, is_killed: bool
) -> None:
    """Whoever was cut off and comes back adds nothing to what went on without it."""
    ours, theirs = folders(hosts, tmp_path)
    with Writer(hosts.one, ours, "one", "0") as one:
        assert one.read(20)[:1] == ["open"]
        with Writer(hosts.other, theirs, "refused", "0.2") as refused:
            said = refused.end()
        assert is_line(said, "LedgerBusy", "another session writes this ledger")

        hosts.one.cut()
        if is_killed:
            one.end(kill=True)
        with Writer(hosts.other, theirs, "other", LONG_S) as other:
            assert other.read(10)[:1] == ["open"]
            hosts.one.restore()
            said = "" if is_killed else one.end()
            assert is_killed or is_line(said, "StorageFailed", "cannot use the ledger's tables"), said
            assert len(other.read(10)) == 10
            other.end(kill=True)

    written = recorded(theirs)
    first, after = ([number for name, number in written if name == each] for each in ("one", "other"))
    assert written == [("one", number) for number in first] + [("other", number) for number in after]
    for writer, numbers in ((one, first), (other, after)):
        assert numbers == list(range(len(numbers)))
        assert TEN <= writer.acknowledged <= len(numbers) <= writer.acknowledged + TEN
    for folder in (theirs, ours):
        with open_ledger(folder, wait_s=60) as ledger:
            ledger.publish(AT)
        report = verify_folder(folder)
        assert (report.ok, report.entries) == (True, len(written))


def is_line(said: str, error: str, what: str) -> bool:
    """Return whether a process said one thing in one line."""
    return said.startswith(error) and what in said and said.count("\n") == 1


def recorded(folder: Path) -> list[tuple[str, int]]:
    """Return which host's which record each entry is, in the order of the ledger."""
    with read_ledger(folder) as ledger:
        payloads = [msgspec.json.decode(entry.body or b"") for entry in ledger.storage.entries()]
    return [(each["host"], each["n"]) for each in payloads]

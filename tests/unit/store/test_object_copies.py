"""Tables in an object store: fetched once for each state of the object, whole or not at all, and never missed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, StorageFailed, TableUnreadable
from evenhand.store import object_copies
from evenhand.store.network import Network, read_network
from evenhand.store.object_addresses import COPIES
from evenhand.store.object_copies import fetch_objects
from tests.networks import quiet
from tests.object_server import BUCKET, NO_STORE, SECRET, ObjectServer, object_server
from tests.unit.store.test_settings import SETTINGS

pytestmark = NO_STORE
KEY = "2026/acts.csv"
PART = 16 << 10


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    monkeypatch.setattr(object_copies, "_PART", PART)
    monkeypatch.setitem(object_copies._REQUESTS, "connect_timeout", 1)
    monkeypatch.setitem(object_copies._REQUESTS, "retries", {"mode": "standard", "total_max_attempts": 1})
    with object_server(tmp_path) as running:
        yield running


def network_of(folder: Path, **addresses: str) -> Network:
    folder.mkdir(exist_ok=True)
    lines = "".join(f'{name} = "{address}"\n' for name, address in addresses.items())
    (folder / "evenhand.toml").write_text(SETTINGS.replace("# events =", f"{lines}# events ="))
    return read_network(folder)


def copy(network: Network, table: str = "events") -> Path:
    return network.folder / getattr(network.settings.intake, table)


def bytes_of(parts: int, kind: str = "a") -> bytes:
    return "".join(f"{kind}{number:015}\n" for number in range(parts * PART // 17)).encode()


def test_an_object_is_fetched_once_for_each_of_its_states(server: ObjectServer, tmp_path: Path) -> None:
    """To see that nothing has changed takes one request."""
    network = network_of(tmp_path / "n", events=server.put(KEY, bytes_of(3)))

    fetch_objects(network, quiet)
    first = list(server.requests)
    fetch_objects(network, quiet)

    assert first == [("HEAD", KEY), *[("GET", KEY)] * 3]
    assert server.requests == [*first, ("HEAD", KEY)]
    assert (copy(network).read_bytes(), copy(network).name) == (bytes_of(3), "acts.csv")
    assert copy(network).stat().st_mode & 0o777 == 0o640

    server.put(KEY, bytes_of(2, "b"))
    fetch_objects(network, quiet)

    assert copy(network).read_bytes() == bytes_of(2, "b")


def test_an_empty_object_is_an_empty_file(server: ObjectServer, tmp_path: Path) -> None:
    """What to think of it is for who reads the table."""
    network = network_of(tmp_path / "n", events=server.put(KEY, b""))

    fetch_objects(network, quiet)

    assert copy(network).read_bytes() == b""


def test_a_copy_that_is_another_file_is_fetched_again(server: ObjectServer, tmp_path: Path) -> None:
    """Somebody's edit of a copy is no table of the store."""
    network = network_of(tmp_path / "n", events=server.put(KEY, b"in the store"))
    fetch_objects(network, quiet)

    copy(network).write_bytes(b"edited")
    fetch_objects(network, quiet)
    assert copy(network).read_bytes() == b"in the store"

    (network.folder / COPIES / "copies.json").write_bytes(b"{")
    copy(network).unlink()
    fetch_objects(network, quiet)
    assert copy(network).read_bytes() == b"in the store"


def test_copies_that_nobody_names_are_removed(server: ObjectServer, tmp_path: Path) -> None:
    """They hold what people did."""
    older = network_of(tmp_path / "n", events=server.put("10.csv", b"ten"), bids=server.put("bids.csv", b"bids"))
    fetch_objects(older, quiet)

    newer = network_of(tmp_path / "n", events=server.put("11.csv", b"eleven"), bids=f"s3://{BUCKET}/bids.csv")
    fetch_objects(newer, quiet)
    assert [each.exists() for each in (copy(older), copy(newer), copy(newer, "bids"))] == [False, True, True]

    fetch_objects(network_of(tmp_path / "n"), quiet)
    assert not list((tmp_path / "n").glob(f"{COPIES}/*/"))


def test_one_object_can_be_two_tables(server: ObjectServer, tmp_path: Path) -> None:
    """It is fetched once."""
    address = server.put(KEY, b"both")
    network = network_of(tmp_path / "n", events=address, declared=address)

    fetch_objects(network, quiet)

    assert server.count("GET") == 1
    assert copy(network) == copy(network, "declared")


def status(text: str) -> Callable[[ObjectServer], object]:
    return lambda server: setattr(server, "before", lambda: text)


FAILURES: dict[str, tuple[Callable[[ObjectServer], object], str]] = {
    "no object": (lambda server: server.remove(KEY), "there is no such object or bucket; put it there, or correct"),
    "a folder": (
        lambda server: (server.remove(KEY), server.put(f"{KEY}/part-0.parquet", b"")),
        "is a folder; expected one object; correct [intake] in evenhand.toml; nothing was decided",
    ),
    "not permitted": (status("403 Forbidden"), "these credentials may not read it `Forbidden`; see that they may"),
    "refused": (status("400 Bad Request"), "could not be fetched `[Errno 22] Bad Request`; see that the store answers"),
    "failing": (status("500 Internal Server Error"), "could not be fetched `[Errno 121] Internal Server Error`"),
    "half a body": (
        lambda server: setattr(server, "cut", 9),
        "could not be fetched `Response payload is not completed",
    ),
    "another part": (
        lambda server: setattr(server, "ranges", False),
        f"could not be fetched `{len(bytes_of(2)):,} bytes came, {PART:,} were asked for`",
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_one_line_and_leaves_the_last_copy(failure: str, server: ObjectServer, tmp_path: Path) -> None:
    """It says what, where and what to do; a run ends there."""
    address = server.put(KEY, bytes_of(2))
    network = network_of(tmp_path / "n", events=address)
    fetch_objects(network, quiet)
    server.put(KEY, bytes_of(2, "b"))
    fail, says = FAILURES[failure]

    fail(server)
    with pytest.raises(TableUnreadable) as stopped:
        fetch_objects(network, quiet)

    assert str(stopped.value).startswith(f"{address}: {says}")
    assert "\n" not in str(stopped.value)
    assert copy(network).read_bytes() == bytes_of(2)
    assert [each.name for each in copy(network).parent.iterdir()] == ["acts.csv"]


def test_a_bucket_that_is_not_there_is_said(server: ObjectServer, tmp_path: Path) -> None:
    """A store hides neither."""
    with pytest.raises(TableUnreadable, match="there is no such object or bucket"):
        fetch_objects(network_of(tmp_path / "n", events="s3://other/acts.csv"), quiet)


def test_an_object_that_is_replaced_while_it_is_fetched_is_not_mixed(server: ObjectServer, tmp_path: Path) -> None:
    """Half of the old rows and half of the new ones are a table that never was."""
    network = network_of(tmp_path / "n", events=server.put(KEY, bytes_of(3)))

    def replace() -> str:
        if server.count("GET") == 2:
            server.put(KEY, bytes_of(3, "b"))
        return ""

    server.before = replace
    with pytest.raises(TableUnreadable, match="was replaced while it was fetched; run again"):
        fetch_objects(network, quiet)
    assert not copy(network).exists()

    fetch_objects(network, quiet)
    assert copy(network).read_bytes() == bytes_of(3, "b")


def test_an_object_that_comes_back_is_fetched_after_a_failure(server: ObjectServer, tmp_path: Path) -> None:
    """What was noted of the old copy must not vouch for another file."""
    network = network_of(tmp_path / "n", events=server.put(KEY, b"first"))
    fetch_objects(network, quiet)
    noted = (network.folder / COPIES / "copies.json").read_bytes()

    server.put(KEY, b"other")
    server.cut = 2
    with pytest.raises(TableUnreadable):
        fetch_objects(network, quiet)

    assert (network.folder / COPIES / "copies.json").read_bytes() == b"{}" != noted


def test_without_credentials_it_is_said_where_they_go(
    server: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are given as to the tools of AWS."""
    network = network_of(tmp_path / "n", events=server.put(KEY, b""))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(TableUnreadable, match="no credentials for the object store; give them as to the tools of AWS"):
        fetch_objects(network, quiet)

    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(TableUnreadable, match="no credentials for the object store"):
        fetch_objects(network, quiet)


@pytest.mark.parametrize("endpoint", ["http://ana:hunter2@127.0.0.1:9", "ana:hunter2@127.0.0.1:9"])
def test_no_secret_is_shown_where_nothing_answers(
    endpoint: str, server: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Addresses of endpoints may have a password in them."""
    network = network_of(tmp_path / "n", events="s3://acts/a.csv")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)

    with pytest.raises(TableUnreadable, match="could not be fetched") as stopped:
        fetch_objects(network, quiet)

    assert "hunter2" not in str(stopped.value)
    assert SECRET not in str(stopped.value)


def test_a_disk_that_does_not_obey_is_no_fault_of_the_store(server: ObjectServer, tmp_path: Path) -> None:
    """What is to be done is another thing."""
    network = network_of(tmp_path / "n", events=server.put(KEY, b"x"))
    copy(network).mkdir(parents=True)

    with pytest.raises(StorageFailed, match="a copy of an object could not be written `not a regular file`"):
        fetch_objects(network, quiet)


def test_without_the_package_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain install has none of it."""
    monkeypatch.setitem(sys.modules, "s3fs", None)

    with pytest.raises(BadInput, match=r"^s3://acts/a\.csv: a table in an object store needs s3fs; run `pip install "):
        fetch_objects(network_of(tmp_path / "n", events="s3://acts/a.csv"), quiet)


_FETCH = """
import sys
from pathlib import Path
from evenhand.store import object_copies
from evenhand.store.network import read_network
object_copies._PART = int(sys.argv[2])
object_copies.fetch_objects(read_network(Path(sys.argv[1])), lambda *how_far: None)
"""


def test_a_fetch_that_is_killed_leaves_the_old_copy_and_is_made_again(server: ObjectServer, tmp_path: Path) -> None:
    """Nothing half-written is ever a table."""
    network = network_of(tmp_path / "n", events=server.put(KEY, bytes_of(4)))
    fetch_objects(network, quiet)
    server.put(KEY, bytes_of(4, "b"))
    reached, killed, before = threading.Event(), threading.Event(), server.count("GET")

    def wait() -> str:
        if server.count("GET") == before + 3:
            reached.set()
            killed.wait(20)
        return ""

    server.before = wait
    process = subprocess.Popen([sys.executable, "-c", _FETCH, str(network.folder), str(PART)])
    assert reached.wait(20)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    killed.set()

    assert copy(network).read_bytes() == bytes_of(4)
    assert copy(network).with_name("acts.csv.tmp").stat().st_size > 0

    server.before = str
    fetch_objects(network, quiet)
    assert copy(network).read_bytes() == bytes_of(4, "b")
    assert [each.name for each in copy(network).parent.iterdir()] == ["acts.csv"]

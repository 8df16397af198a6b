"""A Unix socket to listen on: what was left behind is taken away, what somebody uses is not."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from evenhand.web.gate.sockets import listening_on_path


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of a short name: the path of a socket has a hundred bytes at most."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def test_a_path_is_listened_on_and_goes_with_the_service(folder: Path) -> None:
    """Where it listens is said, as for a port."""
    said: list[str] = []

    with listening_on_path(folder / "s", said.append), socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(folder / "s"))

    assert said == [f"listening on unix:{folder / 's'}"]
    assert not (folder / "s").exists()


def test_a_socket_that_was_left_behind_is_taken_away(folder: Path) -> None:
    """Nobody tidies up after a service that was killed."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / "s"))

    with listening_on_path(folder / "s", list[str]().append):
        pass


def test_a_socket_that_is_in_use_stays(folder: Path) -> None:
    """Two services on one path would each see half of the bids."""
    with (
        listening_on_path(folder / "s", list[str]().append),
        pytest.raises(BadInput, match="s: cannot listen: another program or file has this path"),
        listening_on_path(folder / "s", list[str]().append),
    ):
        pass


def test_a_file_that_is_no_socket_stays(folder: Path) -> None:
    """It is somebody's."""
    (folder / "s").write_text("mine")

    with pytest.raises(BadInput, match="another program or file has this path"), listening_on_path(folder / "s", print):
        pass

    assert (folder / "s").read_text() == "mine"


@pytest.mark.parametrize(("name", "says"), [("absent/s", "No such file"), ("s" * 200, "cannot listen")])
def test_a_path_that_cannot_be_is_named(folder: Path, name: str, says: str) -> None:
    """One line, as for a port that is taken."""
    with pytest.raises(BadInput, match=says), listening_on_path(folder / name, print):
        pass

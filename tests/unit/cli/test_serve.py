"""`evenhand serve` listens before it says where, so that nobody who follows the address is refused."""

import os
import socket
from pathlib import Path

import msgspec
import pytest

from evenhand.cli.commands import serve
from evenhand.model.errors import BadInput
from tests.commands import evenhand


def test_who_follows_the_address_at_once_waits_for_the_server(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket goes on into the process that serves."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started: list[list[str]] = []
    monkeypatch.setattr(serve.os, "execv", lambda _, command: started.append(command))

    out = evenhand("serve", network, "--port", port).out

    assert f"Console: http://127.0.0.1:{port}" in out
    descriptor = msgspec.json.decode(started[0][-1])["listening"]
    with socket.socket(fileno=descriptor), socket.create_connection(("127.0.0.1", port), 5):
        assert os.get_inheritable(descriptor)


def test_a_port_that_is_taken_is_one_line(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2: another program has it."""
    monkeypatch.setattr(serve.os, "execv", lambda *_: pytest.fail("it was started"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        answer = evenhand("serve", network, "--port", port)

    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"evenhand: 127.0.0.1:{port}: cannot listen: Address already in use; name another")
    with pytest.raises(BadInput, match=r"no\.such\.host\.invalid:1: cannot listen: "):
        serve._listen("no.such.host.invalid", 1)

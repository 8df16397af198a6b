"""OpenSSH's own programs, for tests that compare ours with them."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evenhand.store.ssh_keys import read_public_key

needs_openssh = pytest.mark.skipif(
    not (shutil.which("ssh-keygen") and shutil.which("ssh-agent")), reason="not yet here: OpenSSH is not installed"
)


def make_key(path: Path, passphrase: str = "", kind: str = "ed25519") -> Path:
    """Make a key pair and return the file of its private half; beside it stands `.pub`."""
    run("ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "made up", "-f", str(path))
    return path


def public_of(path: Path) -> bytes:
    """Return the 32 bytes of a pair's public half."""
    return read_public_key(path.with_suffix(".pub").read_text("utf-8"))


def run(*command: str, data: bytes = b"", **environment: str) -> bytes:
    """Return what a program prints; a status other than 0 is an error."""
    done = subprocess.run(command, input=data, capture_output=True, check=False, env={**os.environ, **environment})
    if done.returncode:
        raise AssertionError(done.stderr.decode() + done.stdout.decode())
    return done.stdout


@contextmanager
def agent(folder: Path, *keys: Path) -> Iterator[str]:
    """Run an ssh-agent that holds these keys, and give the address of its socket."""
    address = folder / "agent.sock"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(address)], stdout=subprocess.DEVNULL) as process:
        try:
            while not _is_answered(address):
                assert process.poll() is None
                time.sleep(0.005)
            for key in keys:
                run("ssh-add", "-q", str(key), SSH_AUTH_SOCK=str(address))
            yield str(address)
        finally:
            process.terminate()


def _is_answered(address: Path) -> bool:
    """Return whether somebody listens at a socket, which is there a little earlier."""
    with socket.socket(socket.AF_UNIX) as call:
        return address.exists() and call.connect_ex(str(address)) == 0

"""A child whose n-th call of one kind fails, by `strace`: which calls a ledger makes, and what it says of it."""

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from evenhand.cli.app import run as command
from evenhand.model.errors import EvenhandError
from evenhand.workflows.operations import open_ledger
from tests.unit.ledger.making import AT, draw, records

STRACE = shutil.which("strace")
CALLS = (
    "openat", "mkdir", "rename", "unlink", "write", "pwrite64", "read", "pread64", "ftruncate", "fsync", "fdatasync",
    "syncfs", "flock", "fcntl", "newfstatat", "fstat", "getdents64", "close",
)  # fmt: skip
START, TURN = 254, 3  # the second turn fills a tile
DONE, REFUSED, FAULT = 0, 7, 9

Tell = Callable[[bytes], object]
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += ")
_KINDS = {
    "lock": r"private/lock", "key": r"signing\.key", "settings": r"ledger\.toml", "journal": r"sqlite-wal",
    "shared memory": r"sqlite-shm", "tables": r"ledger\.sqlite", "bundle": r"tile/entries", "tile": r"tile/",
    "checkpoint": r"checkpoint", "folder": r"",
}  # fmt: skip


class Call(NamedTuple):
    """The `nth` call of `name` (from 1) that a child makes, and to which kind of file."""

    name: str
    nth: int
    file: str


class Outcome(NamedTuple):
    """How a child ended, the indexes that were acknowledged to it, and what it said."""

    status: int
    acknowledged: list[int]
    said: str


def work(folder: Path, tell: Tell) -> None:
    """Open the ledger, append and publish, twice; tell each index once it is acknowledged."""
    with open_ledger(folder, draw=draw) as ledger:
        for _ in range(2):
            for receipt in ledger.append(records(TURN, ledger.size), AT):
                tell(b"%d\n" % receipt.seq)
            ledger.publish(AT)


def calls_of(folder: Path, log: Path) -> list[Call]:
    """Return the calls that `work` makes below `folder`, in order."""
    outcome = run(folder, "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}")
    assert outcome.status == DONE, outcome.said
    counts, calls = dict.fromkeys(CALLS, 0), []
    for line in log.read_text(encoding="utf-8").splitlines():
        if found := _LINE.match(line):
            name, arguments = found.groups()
            counts[name] += 1
            if str(folder) in arguments:
                kind = next(kind for kind, pattern in _KINDS.items() if re.search(pattern, arguments))
                calls.append(Call(name, counts[name], kind))
    return calls


def append_by_command(folder: Path, tell: Tell) -> int:
    """Append by the command line; tell what it says on standard error, and return its exit status."""
    lines = folder.with_name("lines.jsonl")
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    status = command(["ledger", "append", str(folder), str(lines)])
    tell(sys.stderr.getvalue().encode())
    return status


def run(folder: Path, *options: str, work: Callable[[Path, Tell], int | None] = work) -> Outcome:
    """Return how the work went in a child under `strace` with these options.

    Raises:
        PermissionError: `strace` may not attach here.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        os._exit(_child(folder, theirs, work))
    theirs.close()
    with ours, subprocess.Popen([STRACE or "", "-f", "-p", str(child), *options], stderr=subprocess.PIPE) as tracer:
        assert tracer.stderr is not None
        attached = b"attached" in tracer.stderr.readline()
        ours.send(b"g" if attached else b"x")
        said = b"".join(iter(lambda: ours.recv(65_536), b""))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        tracer.stderr.read()
    if not attached:
        raise PermissionError("strace may not attach to a process here")
    lines = said.decode().split("\n")
    return Outcome(status, [int(line) for line in lines if line.isdigit()], "\n".join(lines[-20:]))


def _child(folder: Path, told: socket.socket, work: Callable[[Path, Tell], int | None]) -> int:
    try:
        if told.recv(1) != b"g":
            return FAULT
        return work(folder, told.send) or DONE
    except EvenhandError as error:
        told.send(f"error: {error}".encode())
        return REFUSED
    except BaseException:  # noqa: BLE001  the child must end here, and the parent shows what it was
        told.send(traceback.format_exc().encode())
        return FAULT

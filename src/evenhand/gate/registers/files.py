"""Writing a register: the plain form checked like the compiled one, and files that are never half there."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from evenhand.gate.registers.host_warnings import HostWarnings
from evenhand.gate.registers.log_checkpoint import log_checkpoint
from evenhand.gate.registers.plain_form import decode_register, encode_register
from evenhand.gate.registers.register import PlainRegister
from evenhand.gate.registers.row_keys import DOMAIN, row_host
from evenhand.model.hosts import Suffixes
from evenhand.model.register import RegisterHead, RegisterRow


def write_register(rows: Iterable[RegisterRow], head: RegisterHead, path: Path, suffixes: Suffixes) -> tuple[str, ...]:
    """Write the plain form of a register and return warnings, each one sentence without full stop.

    Equal input in any order gives equal bytes: domains are written as hosts, rows by kind and id.
    What is written has been read back and checked first, so that `Gate` opens it. A reader sees the old
    file or the new one, never a part.

    Raises:
        RegisterInvalid: names the row, or the head's checkpoint; the old file stays.
        OSError: the folder cannot be written; the old file stays.
    """
    data = encode_register(head, map(with_hosts, rows))
    register = PlainRegister(*decode_register(data.split(b"\n"), path), path, suffixes)
    log_checkpoint(head.checkpoint, path)
    replace_file(path, [data])
    doubts, parties = HostWarnings(suffixes, head.shared_hosts), _parties(register)
    for host, party in parties.items():
        doubts.add(host, party)
    return doubts.sentences(parties.get)


def replace_file(path: Path, parts: Iterable[bytes | bytearray | memoryview]) -> None:
    """Put a file in its place so that a reader, now or after a power cut, finds the old one or the new one.

    Raises:
        OSError: the folder cannot be written, or a folder or device stands there; it stays.
    """
    with replacing(path) as file:
        for part in parts:
            file.write(part)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write, which then is put in its place as by `replace_file`; after an error the old one stays.

    Raises:
        OSError: as `replace_file`.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "no regular file, and not replaced", str(path))
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        error.filename = error.filename or str(path)  # of a write the system does not say to which file
        raise
    beside.replace(path)
    # INVARIANT: the new name is durable only when the folder is (POSIX fsync is per file).
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _parties(register: PlainRegister) -> dict[str, str]:
    """Return whose each domain is."""
    found = {}
    for kind, host, refs in register.entries():
        if kind == DOMAIN:
            row = register.row(refs[0])
            found[host] = f"{row.kind} {row.id}"
    return found


def with_hosts(row: RegisterRow) -> RegisterRow:
    """Return the row with its domains as hosts; one that is none stays, to be refused by name."""
    hosts = tuple(map(row_host, row.domains))
    if hosts == row.domains and len(hosts) == len(set(hosts)):
        return row
    domains = tuple(dict.fromkeys(host or domain for host, domain in zip(hosts, row.domains, strict=True)))
    return msgspec.structs.replace(row, domains=domains)

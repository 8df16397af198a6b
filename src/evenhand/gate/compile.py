"""Writing a register: all of it checked, and the old file in its place until the new one is safe on disk."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from evenhand.gate.keys import Keys, row_host
from evenhand.gate.plain import decode_register, encode_register
from evenhand.model.hosts import Suffixes, is_shared_host, registrable
from evenhand.model.register import RegisterHead, RegisterRow


def compile_register(
    rows: Iterable[RegisterRow], head: RegisterHead, path: Path, suffixes: Suffixes
) -> tuple[str, ...]:
    """Write the plain form of a register and return warnings, each one sentence without full stop.

    Equal input in any order gives equal bytes: domains are written as hosts, rows by kind and id.
    What is written has been read back and checked first, so that `Gate` opens it. A reader sees the old
    file or the new one, never a part.

    Raises:
        RegisterInvalid: names the row; the old file stays.
        OSError: the folder cannot be written; the old file stays.
    """
    data = encode_register(head, map(_with_hosts, rows))
    keys = Keys(decode_register(data, path)[1], path, suffixes)
    _replace(path, data)
    return tuple(sorted(_warnings(keys.domains, suffixes)))


def _with_hosts(row: RegisterRow) -> RegisterRow:
    """Return the row with its domains as hosts; one that is none stays, to be refused by name."""
    return msgspec.structs.replace(row, domains=tuple(dict.fromkeys(row_host(each) or each for each in row.domains)))


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    # INVARIANT: the new name is durable only when the folder is (POSIX fsync is per file).
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _warnings(domains: dict[str, RegisterRow], suffixes: Suffixes) -> Iterator[str]:
    """Yield what a person should look at: keys below a domain that other rows use, and platforms' hosts."""
    parties = {host: f"{row.kind} {row.id}" for host, row in domains.items()}
    registered = {host: registrable(host, suffixes) for host in domains}
    users: dict[str | None, set[str]] = defaultdict(set)
    for host, above in registered.items():
        users[above].add(parties[host])
    for host, above in registered.items():
        others = sorted(users[above] - {parties[host]})
        if others and host != above:
            yield f"{parties[host]}: `{host}` lies below `{above}`, which {', '.join(others)} uses too"
        if is_shared_host(host):
            yield f"{parties[host]}: `{host}` is a platform's host: it does not say who advertises and leads to no row"

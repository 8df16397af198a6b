"""The block lists that a network has exported: which file, in which format, when; so that each can be asked later.

One line an export in `snapshots/exports.jsonl`; the last line about a file counts. It is kept with the snapshots, since
nothing else knows where a list went: without it a reversal would leave an advertiser blocked in a file unseen.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from evenhand.gate import Gate
from evenhand.gate.blocking.block_lists import BlockLists, block_lists
from evenhand.gate.blocking.drift import Drift, drift
from evenhand.gate.blocking.formats import Format, format_of
from evenhand.gate.registers.files import replace_file
from evenhand.model.errors import BadInput, EvenhandError, NotFound
from evenhand.model.hosts import Suffixes
from evenhand.model.record import Record, sha256_hex
from evenhand.model.service import REGISTER_FILES
from evenhand.store.network import Network

FILE = "exports.jsonl"
Condition = Literal["current", "differs", "edited", "missing", "unreadable"]


class ExportedList(Record, frozen=True, kw_only=True):
    """A block list that was written to a file; a path within the network's folder is kept from there on.

    `version` is that of the Prebid that reads it, `observed` the file of traffic whose spellings it has, each ``""``
    where there was none. `sha256` is of the bytes written. `forgotten`: the file is in use no more.
    """

    v: Literal[1] = 1
    file: str
    format: str
    version: str = ""
    observed: str = ""
    sha256: str = ""
    at: datetime
    forgotten: bool = False


class ListCondition(Record, frozen=True, kw_only=True):
    """An exported list and how it stands to what the gate refuses now.

    `edited`: it differs, and not by our hand; `differs`: the register has changed since. `problem` says in one
    sentence what to do, ``""`` where it is current.
    """

    exported: ExportedList
    condition: Condition
    difference: Drift | None = None
    problem: str = ""


def exporting_network(register: Path) -> Path | None:
    """Return the folder of the network whose register is at this path, None where it is of none."""
    folder = register if register.is_dir() else register.absolute().parent.parent
    is_its_own = register.is_dir() or register.absolute().parent.name == "out"
    return folder if is_its_own and (folder / "evenhand.toml").is_file() else None


def note_export(folder: Path, exported: ExportedList) -> None:
    """Write down an export, durably; called before the file is written, so that no list can be there unknown.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder / "snapshots" / FILE
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    line = msgspec.json.encode(_kept_within(exported, folder)) + b"\n"
    with path.open("ab") as file:
        # A process that was killed may have left half a line, which must not swallow this one.
        torn = file.tell() > 0 and path.read_bytes()[-1:] != b"\n"
        file.write(b"\n" + line if torn else line)
        file.flush()
        os.fsync(file.fileno())


def read_exports(folder: Path) -> tuple[ExportedList, ...]:
    """Return the exports that are in use, in the order of their files.

    Raises:
        BadInput: a line cannot be read; names it.
    """
    path = folder / "snapshots" / FILE
    try:
        *whole, _ = path.read_bytes().split(b"\n")  # what comes after the last line end was never acknowledged
    except FileNotFoundError:
        return ()
    found: dict[str, ExportedList] = {}
    for number, line in enumerate(whole, 1):
        try:
            each = msgspec.json.decode(line, type=ExportedList)
        except msgspec.MsgspecError as error:
            if _is_half(line):
                continue
            raise BadInput(
                f"not the record of an export: {error}", where=path, line=number,
                todo="take the line out and export the list again",
            ) from error  # fmt: skip
        found[each.file] = each
    return tuple(each for _, each in sorted(found.items()) if not each.forgotten)


def forget_export(folder: Path, file: Path, at: datetime) -> None:
    """Write down that nobody uses an exported file any more.

    Raises:
        NotFound: no export to this file is known.
    """
    known = {place_of(folder, each): each for each in read_exports(folder)}
    exported = known.get(file.absolute()) or known.get((folder / file).absolute())
    if exported is None:
        files = ", ".join(each.file for each in known.values())
        raise NotFound("no export to this file is known", got=file, expected=files or "none is known")
    note_export(folder, msgspec.structs.replace(exported, forgotten=True, at=at))


def place_of(folder: Path, exported: ExportedList) -> Path:
    """Return where an exported file is."""
    return (folder / exported.file).absolute()


def text_of(exported: ExportedList, lists: BlockLists) -> bytes:
    """Return what an export would be now."""
    return _format(exported).text(lists)


def due_values(exported: ExportedList, lists: BlockLists) -> tuple[str, ...]:
    """Return what a host should have of these lists, each `type value`, sorted."""
    return tuple(sorted(f"{kind} {value}" for kind, value in _format(exported).due(lists).values))


def listed_values(folder: Path, exported: ExportedList) -> frozenset[str]:
    """Return what an exported file has, each `type value`, as the host reads it.

    Raises:
        BadInput: it is not in its format.
        OSError: it is not there.
    """
    path = place_of(folder, exported)
    return frozenset(f"{kind} {value}" for kind, value in _format(exported).read(path.read_bytes(), path).values)


def conditions(network: Network, at: datetime, suffixes: Suffixes) -> tuple[ListCondition, ...]:
    """Return how each exported list stands to what the gate refuses at `at`."""
    exports = read_exports(network.folder)
    if not exports:
        return ()
    gate = Gate(network.out / REGISTER_FILES[0], "use-last", suffixes)
    return tuple(_condition(network.folder, each, _lists(network.folder, each, gate, at, suffixes)) for each in exports)


def renew_exports(network: Network, at: datetime, suffixes: Suffixes) -> tuple[ListCondition, ...]:
    """Write anew each exported list that differs from what is due and that nobody has edited; return how each stands.

    A list made with a file of traffic is written anew only with that file: without it, it would let pass spellings
    that it has now.
    """
    for each in conditions(network, at, suffixes):
        if each.condition == "differs":
            gate = Gate(network.out / REGISTER_FILES[0], "use-last", suffixes)
            lists = _lists(network.folder, each.exported, gate, at, suffixes)
            if isinstance(lists, BlockLists):
                _write(network.folder, each.exported, text_of(each.exported, lists), at)
    return conditions(network, at, suffixes)


def _write(folder: Path, exported: ExportedList, data: bytes, at: datetime) -> None:
    note_export(folder, msgspec.structs.replace(exported, sha256=sha256_hex(data), at=at))
    replace_file(place_of(folder, exported), [data])


def _lists(folder: Path, exported: ExportedList, gate: Gate, at: datetime, suffixes: Suffixes) -> BlockLists | str:
    """Return what is due now, or why it cannot be said."""
    try:
        if not exported.observed:
            return block_lists(gate, at, suffixes)
        with (folder / exported.observed).open("rb") as lines:
            return block_lists(gate, at, suffixes, lines)
    except OSError as error:
        return f"the file of traffic {exported.observed} cannot be read ({error.strerror})"


def _condition(folder: Path, exported: ExportedList, lists: BlockLists | str) -> ListCondition:
    file = exported.file
    try:
        data = place_of(folder, exported).read_bytes()
    except OSError as error:
        problem = f"{file} cannot be read ({error.strerror}): export it there again, or, if no host uses it, forget it"
        return ListCondition(exported=exported, condition="missing", problem=problem)
    if isinstance(lists, str):
        return ListCondition(exported=exported, condition="unreadable", problem=f"{lists}: export the list again")
    form = _format(exported)
    try:
        difference = drift(form.due(lists), form.read(data, Path(file)))
    except EvenhandError as error:
        return ListCondition(exported=exported, condition="unreadable", problem=f"{error}: export the list again")
    if not difference.missing and not difference.extra:
        return ListCondition(exported=exported, condition="current", difference=difference)
    # Any of its notes: a process may have died between the note of a list and the list.
    is_ours = sha256_hex(data).encode() in (folder / "snapshots" / FILE).read_bytes()
    todo = "export it again" if is_ours else "it was edited since it was exported: correct it, or export it again"
    return ListCondition(
        exported=exported,
        condition="differs" if is_ours else "edited",
        difference=difference,
        problem=f"{file}: entries missing: {len(difference.missing)}, too many: {len(difference.extra)}; {todo}",
    )


def _format(exported: ExportedList) -> Format:
    return format_of(exported.format, exported.version or None)


def _kept_within(exported: ExportedList, folder: Path) -> ExportedList:
    files = _within([exported.file, exported.observed], folder)
    return msgspec.structs.replace(exported, file=files[0], observed=files[1])


def _within(files: Iterable[str], folder: Path) -> list[str]:
    """Return paths from the folder on where they are within it, so that a network may be moved."""
    whole = folder.absolute()
    paths = [Path(each) for each in files]
    return [
        "" if not str(path) or path == Path() else str(path.relative_to(whole) if path.is_relative_to(whole) else path)
        for path in paths
    ]


def _is_half(line: bytes) -> bool:
    """Return whether a line was cut short by a kill: its export was never written."""
    return not line.endswith(b"}")

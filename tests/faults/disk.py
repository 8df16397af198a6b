"""A disk that remembers what was written and synced, and what it could hold after the power went at any moment.

SQLite writes through a VFS of apsw's, the public folder through a `Files` of ours that makes the calls which
`store.files` makes (`test_syscalls.py` holds the two together). After a power cut any subset of what was written
since the last sync of a file may be there: a cut amid reordered writes leaves such a subset, too.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import apsw

from evenhand.model.errors import HistoryConflict
from evenhand.store.keys import SigningKey
from evenhand.store.public_files import CHECKPOINT, PublicFiles

Image = dict[str, bytes]
HALF = 2
NAMES = ("rename", "delete")  # these are the folder's to keep, not the file's


class Op(NamedTuple):
    """One thing that happened: to the file `path` below the folder, or told to a caller."""

    kind: Literal["write", "truncate", "rename", "delete", "sync", "sync folder", "sync all", "acknowledged", "signed"]
    path: str = ""
    offset: int = 0
    data: bytes = b""
    to: str = ""
    value: tuple[int, bytes] = (0, b"")


class Disk:
    """What happened below `folder`, in order, and what was there before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = read_image(folder)
        self.ops: list[Op] = []

    def note(self, op: Op) -> None:
        """Remember one thing."""
        self.ops.append(op)

    def unsynced(self, moment: int) -> list[int]:
        """Return which of the first `moment` things a power cut could take back."""
        left: list[int] = []
        for at, op in enumerate(self.ops[:moment]):
            match op.kind:
                case "write" | "truncate" | "rename" | "delete":
                    left.append(at)
                case "sync":
                    left = [each for each in left if self.ops[each].path != op.path or self.ops[each].kind in NAMES]
                case "sync folder":
                    left = [each for each in left if self.ops[each].kind not in NAMES]
                case "sync all":
                    left = []
        return left

    def image(self, moment: int, kept: dict[int, int]) -> Image:
        """Return what is there if of the unsynced things those in `kept` reached the disk, whole (1) or half (2)."""
        lost = set(self.unsynced(moment)) - kept.keys()
        files: dict[str, bytearray] = {path: bytearray(data) for path, data in self.before.items()}
        for at, op in enumerate(self.ops[:moment]):
            if op.kind in ("write", "truncate", "rename", "delete"):
                _apply(files, op, 0 if at in lost else kept.get(at, 1))
        return {path: bytes(data) for path, data in files.items()}

    def every_cut(self) -> Iterator[tuple[int, dict[int, int]]]:
        """Yield each moment with each subset of what is unsynced then, every subset once."""
        for moment in range(len(self.ops) + 1):
            unsynced = self.unsynced(moment)
            # Without the last write it is the image of a moment before.
            last = [moment - 1] if moment - 1 in unsynced else []
            rest = [each for each in unsynced if each not in last]
            for count in range(len(rest) + 1):
                for kept in itertools.combinations(rest, count):
                    yield moment, dict.fromkeys([*kept, *last], 1)

    def some_cuts(self, count: int, chance: random.Random) -> Iterator[tuple[int, dict[int, int]]]:
        """Yield each moment with nothing kept and with everything, then `count` drawn ones, torn writes among them."""
        for moment in range(len(self.ops) + 1):
            yield moment, {}
            yield moment, dict.fromkeys(self.unsynced(moment), 1)
        for _ in range(count):
            moment = chance.randrange(len(self.ops) + 1)
            drawn = {at: chance.choice((0, 1, HALF)) for at in self.unsynced(moment)}
            yield moment, {at: how for at, how in drawn.items() if how}


def _apply(files: dict[str, bytearray], op: Op, how: int) -> None:
    """Do one thing to the files: not (0), whole (1) or half (2); a write lengthens its file in any case."""
    if op.kind in NAMES:
        content = files.pop(op.path, None) if how else None
        if content is not None and op.kind == "rename":
            files[op.to] = content
        return
    file = files.setdefault(op.path, bytearray())
    if op.kind == "truncate":
        if how:
            del file[op.offset :]
        return
    data = op.data if how == 1 else op.data[: len(op.data) // 2] if how == HALF else b""
    if data:
        file.extend(bytes(max(0, op.offset + len(data) - len(file))))
        file[op.offset : op.offset + len(data)] = data


def read_image(folder: Path) -> Image:
    """Return the files below `folder`; SQLite's shared memory is never on a disk that lost its power.

    Nor are checksums of pages: they are removed, durably, before the first write.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    files = [path for path in files if path.suffix not in (".sqlite-shm", ".sqlite-sums")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def write_image(folder: Path, image: Image) -> None:
    """Make `folder` what the image says."""
    for path, data in image.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (folder / "private").chmod(0o700)
    (folder / "private" / "signing.key").chmod(0o600)


class RecordingFiles(PublicFiles):
    """The public folder, each call told to the disk as the calls that it makes."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk.folder / "public")
        self._disk = disk

    def put(self, path: str, data: bytes) -> None:
        """Write beside its place, move there."""
        super().put(path, data)
        self._note_file(f"public/{path}", data)

    def sync(self) -> None:
        """One `syncfs`."""
        super().sync()
        self._disk.note(Op("sync all"))

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Write beside its place, fsync, move there, fsync of the folder."""
        if self.get(CHECKPOINT) != old:
            raise HistoryConflict("another process published")
        super().swap_checkpoint(old, new)
        path = f"public/{CHECKPOINT}"
        self._disk.note(Op("write", f"{path}.tmp", data=new))
        self._disk.note(Op("sync", f"{path}.tmp"))
        self._disk.note(Op("rename", f"{path}.tmp", to=path))
        self._disk.note(Op("sync folder"))

    def _note_file(self, path: str, data: bytes) -> None:
        self._disk.note(Op("write", f"{path}.tmp", data=data))
        self._disk.note(Op("rename", f"{path}.tmp", to=path))


class RecordingKey(SigningKey):
    """A log's key, each head that it signs told to the disk before the signature is handed out."""

    def __init__(self, name: str, seed: bytes, disk: Disk) -> None:
        super().__init__(name, seed)
        self._disk = disk

    def sign(self, message: bytes) -> bytes:
        """Sign a head."""
        _, size, root, *_ = message.decode().split("\n")
        self._disk.note(Op("signed", value=(int(size), root.encode())))
        return super().sign(message)


class RecordingVfs(apsw.VFS):
    """SQLite's files; the default of every connection opened until `unregister`."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__("recording", "unix", makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        """Open a file that tells the disk of its writes and syncs."""
        return _RecordingFile(self._disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        """Delete a file: the journal, when the last connection closes."""
        super().xDelete(filename, syncdir)
        self._disk.note(Op("delete", str(Path(filename).relative_to(self._disk.folder))))
        if syncdir:
            self._disk.note(Op("sync folder"))


class _RecordingFile(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._disk, self._path = disk, str(Path(path).relative_to(disk.folder))

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._disk.note(Op("write", self._path, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self._disk.note(Op("truncate", self._path, size))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._disk.note(Op("sync", self._path))


def acknowledged(ops: Sequence[Op]) -> list[tuple[int, bytes]]:
    """Return index and payload of what callers were told is durable."""
    return [op.value for op in ops if op.kind == "acknowledged"]


def signed(ops: Sequence[Op]) -> list[tuple[int, bytes]]:
    """Return size and root (base64) of the heads that were signed."""
    return [op.value for op in ops if op.kind == "signed"]

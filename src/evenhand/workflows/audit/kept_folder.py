"""The auditor's folder that a program had made and keeps: one at a time, given away as one ZIP file."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from evenhand.store.network import Network
from evenhand.workflows.audit.folder_format import MANIFEST, FolderManifest

_KEPT: Final = Path("console") / "auditors-folder"
_PART: Final = 1 << 20


class KeptFolder(NamedTuple):
    """A folder of an auditor, and what it says it holds."""

    path: Path
    manifest: FolderManifest


def place_for(network: Network) -> Path:
    """Return where the next folder goes, by its number; `kept_folder` finds it once it is whole.

    The folder above it is made, for the operator's eyes only.
    """
    _home(network).mkdir(mode=0o700, parents=True, exist_ok=True)
    return _home(network) / str(max(_numbers(network), default=0) + 1)


def kept_folder(network: Network) -> KeptFolder | None:
    """Return the newest folder, None where there is none; older ones are removed."""
    numbers = sorted(_numbers(network))
    for each in numbers[:-1]:
        shutil.rmtree(_home(network) / str(each), ignore_errors=True)
    if not numbers:
        return None
    path = _home(network) / str(numbers[-1])
    try:
        return KeptFolder(path, msgspec.json.decode((path / MANIFEST).read_bytes(), type=FolderManifest))
    except (OSError, msgspec.MsgspecError):
        return None


def zipped(folder: Path, name: str) -> Iterator[bytes]:
    """Yield a folder as a ZIP file in which all is below `name`; written as it is read, so that it needs no space."""
    written = _Written()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo.from_file(path, f"{name}/{path.relative_to(folder).as_posix()}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(entry, "w") as into:
                while part := source.read(_PART):
                    into.write(part)
                    yield written.taken()
    yield written.taken()


class _Written:
    """A file that cannot be read or moved in: what was written is taken out of it."""

    def __init__(self) -> None:
        self._parts = bytearray()

    def write(self, data: bytes) -> int:
        self._parts += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is written is there."""

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def taken(self) -> bytes:
        found = bytes(self._parts)
        self._parts.clear()
        return found


def _home(network: Network) -> Path:
    return network.folder / _KEPT


def _numbers(network: Network) -> Iterator[int]:
    home = _home(network)
    yield from (int(each.name) for each in home.iterdir() if each.name.isdecimal()) if home.is_dir() else ()

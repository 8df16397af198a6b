"""Files that people handed in, each in a folder of its own below `console/uploads`, under names that are ours."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, get_args

import msgspec

from evenhand.model.errors import BadInput, NotFound, StorageFailed
from evenhand.model.staff import StaffCase
from evenhand.model.upload import TableName, Upload
from evenhand.store.atomic_files import replacing, write_whole
from evenhand.store.network import Network
from evenhand.store.table_files import check_name
from evenhand.workflows.people.acting import Acting, checked_person, permit
from evenhand.workflows.people.staff_overview import check_not_removed

FOLDER: Final = Path("console") / "uploads"
TABLES: Final[tuple[TableName, ...]] = get_args(TableName)
_RECORD: Final = "upload.json"
_KEPT_FOR: Final = timedelta(days=7)
_MOST_NAME: Final = 200
_CHUNK: Final = 1 << 20
_ENDINGS: Final = ((b"PK\x03\x04", ".xlsx"), (b"PK\x05\x06", ".xlsx"), (b"PAR1", ".parquet"))


def table_called(name: str) -> TableName:
    """Return the table of this name.

    Raises:
        BadInput: there is none.
    """
    found = next((each for each in TABLES if each == name), None)
    if found is None:
        raise BadInput("no such table", got=name, expected=", ".join(TABLES))
    return found


class SentFile(NamedTuple):
    """What a person handed in for a table: what they call it, which is shown and never used as a path; its content."""

    table: str
    name: str
    content: BinaryIO


def keep_upload(network: Network, upload: str, sent: SentFile, acting: Acting, at: datetime) -> Upload:
    """Keep what a person handed in and return it; `upload` is its new id.

    What is older than a week goes. Whether it is
    a table, `check_table` says.

    Raises:
        NotPermitted: the staff's rules do not let the person replace a table.
        BadInput: no such table, or nothing in the file.
        StorageFailed: it cannot be kept whole; nothing is left of it.
    """
    chosen, acting = table_called(sent.table), permit_upload(network, acting, at)
    with _clear(network.folder / FOLDER):
        _forget_old(network, at)
        start = sent.content.read(64)
        sent.content.seek(0)
        if not start.strip():
            raise BadInput("the file is empty", where=_shown(sent.name), expected="a table with a heading")
        check_name(_shown(sent.name), start)
        file = f"table{_ending(start)}"
        folder = network.folder / FOLDER / upload
        folder.mkdir(mode=0o700, parents=True)
        try:
            size, sha256 = _copy(sent.content, folder / file)
            kept = Upload(id=upload, table=chosen, name=_shown(sent.name), file=file, size=size, sha256=sha256,
                          person=acting.person, at=at)  # fmt: skip
            change_upload(network, kept)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return kept


def permit_upload(network: Network, acting: Acting, at: datetime) -> Acting:
    """Return who hands in a table, has one looked at or throws one away, with the role in which they may.

    Raises:
        NotPermitted: the staff's rules do not let the person replace a table, or `staff.toml` was taken away.
    """
    acting = checked_person(acting)
    check_not_removed(network, at)
    return permit(network, acting, "replace_table", StaffCase(), at)


def change_upload(network: Network, upload: Upload) -> None:
    """Write down how a file is to be read from now on, or which job looked at it."""
    path = upload_file(network, upload).with_name(_RECORD)
    with _clear(path):
        write_whole(path, msgspec.json.encode(upload), mode=0o600)


def find_upload(network: Network, upload: str) -> Upload:
    """Return what a person handed in, by its id.

    Raises:
        NotFound: there is none of this id, or it has gone.
    """
    found = next((each for each in all_uploads(network) if each.id == upload), None)
    if found is None:
        raise NotFound("there is no such upload", got=upload, todo="hand the file in again; one is kept for a week")
    return found


def all_uploads(network: Network) -> list[Upload]:
    """Return what is kept aside, the newest first."""
    folder = network.folder / FOLDER
    found = []
    for path in folder.glob(f"*/{_RECORD}") if folder.is_dir() else ():
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Upload))
        except (OSError, msgspec.MsgspecError):
            continue
    return sorted(found, key=lambda each: each.at, reverse=True)


def upload_file(network: Network, upload: Upload) -> Path:
    """Return the file of what was handed in."""
    return network.folder / FOLDER / upload.id / upload.file


def forget_upload(network: Network, upload: Upload) -> None:
    """Throw away what was handed in."""
    shutil.rmtree(upload_file(network, upload).parent, ignore_errors=True)


def _copy(content: BinaryIO, path: Path) -> tuple[int, str]:
    """Copy a file, durable, and return its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with replacing(path, mode=0o600) as file:
        while part := content.read(_CHUNK):
            digest.update(part)
            size += file.write(part)
    return size, digest.hexdigest()


def _forget_old(network: Network, at: datetime) -> None:
    for each in all_uploads(network):
        if each.at < at - _KEPT_FOR:
            forget_upload(network, each)


def _ending(start: bytes) -> str:
    """Return the ending of a file by what it begins with, whatever its sender calls it."""
    known = next((ending for magic, ending in _ENDINGS if start.startswith(magic)), "")
    return known or (".ndjson" if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else ".csv")


def _shown(name: str) -> str:
    """Return what a sender calls a file as it is shown: its last part alone, one line, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:_MOST_NAME] or "file"


@contextmanager
def _clear(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed("the file could not be kept, and nothing was changed", where=where, got=error.strerror,
                            todo="free space on the disk, then hand it in again") from error  # fmt: skip

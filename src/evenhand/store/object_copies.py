"""Copies in `state/` of the tables that are in an object store; the only module that imports s3fs, which is an extra.

Credentials, region and endpoint are those that the tools of AWS find on this machine; none is kept or shown.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from evenhand.model.errors import BadInput, StorageFailed, TableUnreadable
from evenhand.store.atomic_files import file_stamp, replacing, write_whole
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.store.object_addresses import COPIES

_RECORD: Final = "copies.json"
_PART: Final = 16 << 20  # bytes of one request
_MB: Final = 10**6
_USER: Final = re.compile(r"\S+@")  # what an endpoint's address may have before its host, with a password
# Of a server that does not answer a request is made six times, each for half a minute.
_REQUESTS: Final = {"connect_timeout": 10, "read_timeout": 30, "retries": {"mode": "standard", "total_max_attempts": 3}}
_ATTEMPTS: Final = 2


class _Copy(msgspec.Struct, frozen=True):
    """Of which state of its object a file is a copy, and what tells that file from any other in its place."""

    etag: str
    version: str
    changed_at: str
    size: int
    stamp: str = ""


def fetch_objects(network: Network, progress: Callable[[str, int, int], None]) -> None:
    """Bring the objects that a network's settings name into its folder; the network's lock must be held.

    An object that has ETag, version, size and time of change of its copy is not fetched again; to see that takes one
    request. A copy is replaced when the new one is whole. Copies of what the settings no longer name are removed.

    Raises:
        TableUnreadable: an object cannot be fetched, or was replaced meanwhile; its last copy stays.
        BadInput: s3fs is not installed.
        StorageFailed: the disk does not obey.
    """
    home = network.folder / COPIES
    if not network.objects and not home.exists():
        return
    paths = {address: network.folder / getattr(network.settings.intake, table)
             for table, address in network.objects.items()}  # fmt: skip
    try:
        copies, store = _read_copies(home), _store(next(iter(paths), ""))
        for address, path in paths.items():
            for folder in (network.state, home, path.parent):
                folder.mkdir(mode=0o750, exist_ok=True)
            _fetch(store, address, path, home / _RECORD, copies, progress)
        _remove_others(home, {path.parent.name for path in paths.values()})
    except OSError as error:
        raise StorageFailed("a copy of an object could not be written", where=error.filename or home,
                            got=error.strerror, todo="free space, then run again") from error  # fmt: skip


def _read_copies(home: Path) -> dict[str, _Copy]:
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((home / _RECORD).read_bytes(), type=dict[str, _Copy])
    return {}


def _remove_others(home: Path, wanted: set[str]) -> None:
    for each in home.iterdir():
        if each.is_dir() and each.name not in wanted:
            shutil.rmtree(each)


def _store(address: str) -> Any:
    """Return the store, None where no address is given; nothing is asked of it yet."""
    if not address:
        return None
    try:
        from s3fs import S3FileSystem  # noqa: PLC0415  an extra
    except ImportError:
        raise BadInput("a table in an object store needs s3fs", where=address,
                       todo="run `pip install 'evenhand[objects]'`") from None  # fmt: skip
    # Not every store knows `If-Match`: the ETag of each answer is compared here.
    store = S3FileSystem(
        config_kwargs=_REQUESTS, use_listings_cache=False, skip_instance_cache=True, local_expiry_check=True
    )
    store.retries = _ATTEMPTS
    return store


def _fetch(
    store: Any,
    address: str,
    path: Path,
    record: Path,
    copies: dict[str, _Copy],
    progress: Callable[[str, int, int], None],
) -> None:
    with _failures(address):
        source = store.open(address, "rb", cache_type="none")
    found = _state_of(source.details, address)
    if found.etag and copies.get(address) == replace(found, stamp=file_stamp(path)):
        return
    # INVARIANT: what is noted of a copy goes before the copy does: an object may come back to an earlier state.
    copies.pop(address, None)
    write_whole(record, msgspec.json.encode(copies), mode=0o640)
    with replacing(path, mode=0o640) as file:
        for part in _parts(source, address, found.size):
            file.write(part)
            progress(f"fetching {path.name}, MB", file.tell() // _MB, found.size // _MB)
    copies[address] = replace(found, stamp=file_stamp(path))
    write_whole(record, msgspec.json.encode(copies), mode=0o640)


def _state_of(details: Mapping[str, Any], address: str) -> _Copy:
    if details["type"] != "file":
        raise TableUnreadable("is a folder", where=address, expected="one object", todo=_CORRECT)
    return _Copy(details["ETag"], details["VersionId"] or "", str(details["LastModified"]), details["size"])


def _parts(source: Any, address: str, size: int) -> Iterator[bytes]:
    """Yield the bytes of an object, whose ETag is compared with each part's."""
    while (at := source.tell()) < size:
        with _failures(address):
            part: bytes = source.read(_PART)
        if len(part) != (wanted := min(_PART, size - at)):
            raise _failed(address, f"{len(part):,} bytes came, {wanted:,} were asked for")
        yield part


_CORRECT: Final = f"correct [intake] in {SETTINGS_FILE}; nothing was decided"
_LET_IN: Final = (
    "see that they may read it: `s3:GetObject`, and `s3:ListBucket` to be told what is missing; nothing was decided"
)


def _failed(address: str, got: str) -> TableUnreadable:
    return TableUnreadable(
        "could not be fetched", where=address, got=_USER.sub("", got),
        todo="see that the store answers, and what is set for the tools of AWS; nothing was decided",
    )  # fmt: skip


@contextmanager
def _failures(address: str) -> Iterator[None]:
    """Raise every error of the store as TableUnreadable."""
    from botocore import exceptions as boto  # noqa: PLC0415  an extra
    from s3fs.core import S3_RETRYABLE_ERRORS  # noqa: PLC0415  an extra
    from s3fs.utils import FileExpired  # noqa: PLC0415  an extra

    without_credentials = (
        boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError, boto.ProfileNotFound
    )  # fmt: skip
    try:
        yield
    except FileExpired as error:
        raise TableUnreadable("was replaced while it was fetched", where=address,
                              todo="run again; nothing was decided") from error  # fmt: skip
    except FileNotFoundError as error:
        raise TableUnreadable(
            "there is no such object or bucket", where=address, todo=f"put it there, or {_CORRECT}"
        ) from error
    except PermissionError as error:
        raise TableUnreadable("these credentials may not read it", where=address, got=error, todo=_LET_IN) from error
    except without_credentials as error:
        raise TableUnreadable(
            "no credentials for the object store", where=address, todo="give them as to the tools of AWS: "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile of ~/.aws; nothing was decided",
        ) from error  # fmt: skip
    except (OSError, ValueError, boto.BotoCoreError, boto.ClientError, *S3_RETRYABLE_ERRORS) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise _failed(address, lines[0]) from error

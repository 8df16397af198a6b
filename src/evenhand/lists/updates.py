"""Updates of a configured list: its files are fetched and put in force, or refused and the version in force stays."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec

from evenhand.lists.downloads import HttpClient, HttpResponse, fetch
from evenhand.lists.list_reader import read_files
from evenhand.lists.redirects import public_url
from evenhand.lists.removal_guard import ORDINARY, RemovalGuard
from evenhand.lists.versions import Versions
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListVersion
from evenhand.model.network import ListSource, file_name
from evenhand.model.record import Record, canonical, sha256_hex
from evenhand.model.run import ListNews
from evenhand.store.atomic_files import write_whole

GuardOf = Callable[[ListSource], RemovalGuard]

_RECORD_FILE = "fetched.json"
_SUFFIXES = (".csv", ".xml", ".json", ".jsonl")


class FetchedFile(Record, frozen=True, kw_only=True):
    """The address of a version's file, and the server's `ETag` and `Last-Modified`."""

    url: str
    name: str
    etag: str
    last_modified: str


class FetchRecord(Record, frozen=True, kw_only=True):
    """How a version was fetched: when first, when its servers last confirmed it, and from which addresses."""

    retrieved_at: datetime
    files: tuple[FetchedFile, ...]
    confirmed_at: datetime | None = None


def update_source(
    source: ListSource, versions: Versions, base: Path, client: HttpClient, at: datetime, guard: RemovalGuard
) -> ListNews:
    """Update a source, fetched by its `url` or read by its `path` below `base`, and return the result.

    Raises:
        ListUnreadable: what is stored is damaged.
    """
    return update(source, versions, client, at, guard) if source.urls else versions.take(source, base, guard)


def update(
    source: ListSource, versions: Versions, client: HttpClient, at: datetime, guard: RemovalGuard = ORDINARY
) -> ListNews:
    """Fetch a source's files, put the list in force as `Versions.put` does, and return the result.

    Files that their server has not changed are taken from the version in force. Whatever cannot be fetched or read
    leaves that version in force, and `problem` says why in one line. `at` is when that is.

    Raises:
        ListUnreadable: what is stored is damaged.
    """
    current = versions.current(source.key)
    known = fetch_record(versions, current) if current is not None else None
    stored = versions.files(current) if current is not None else {}
    try:
        files, record = _fetch_all(source, known, stored, client, at)
        _check_pins(source, files, record)
        read = read_files(files, source.key, where=public_url(source.urls[0]))
    except ListUnreadable as error:
        return versions.refused(source.key, error)
    news = versions.put(source.key, read, public_url(source.urls[0]), _modified_on(record, at), guard)
    if news.version is not None and news.status != "kept":
        before = fetch_record(versions, news.version)
        retrieved_at = before.retrieved_at if before is not None else at
        record = msgspec.structs.replace(record, retrieved_at=retrieved_at)
        write_whole(versions.folder_of(news.version) / _RECORD_FILE, canonical(record))
    return news


def fetch_record(versions: Versions, version: ListVersion) -> FetchRecord | None:
    """Return how a version was fetched, None if it was not fetched or the record is gone."""
    try:
        return msgspec.json.decode((versions.folder_of(version) / _RECORD_FILE).read_bytes(), type=FetchRecord)
    except (OSError, msgspec.DecodeError):
        return None


def _fetch_all(
    source: ListSource, known: FetchRecord | None, stored: Mapping[str, bytes], client: HttpClient, at: datetime
) -> tuple[dict[str, bytes], FetchRecord]:
    before = {file.url: file for file in (known.files if known is not None else ()) if file.name in stored}
    files: dict[str, bytes] = {}
    record: list[FetchedFile] = []
    for url in source.urls:
        old = before.get(url)
        response = fetch(url, _conditions(old), client)
        name = old.name if response.status == 304 and old is not None else _named(file_name(url), response.body)
        files[name] = stored[name] if response.status == 304 else response.body
        record.append(_fetched_file(url, name, response, old))
    return files, FetchRecord(retrieved_at=at, files=tuple(record), confirmed_at=at)


def _conditions(old: FetchedFile | None) -> dict[str, str]:
    if old is None:
        return {}
    conditions = {"If-None-Match": old.etag, "If-Modified-Since": old.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _named(name: str, body: bytes) -> str:
    """Return the name, with an ending by the file's first character if the address has none."""
    if name.endswith(_SUFFIXES):
        return name
    begins = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return name + {b"<": ".xml", b"{": ".jsonl"}.get(begins, ".csv")


def _fetched_file(url: str, name: str, response: HttpResponse, old: FetchedFile | None) -> FetchedFile:
    states = {key: response.headers.get(key, "") for key in ("etag", "last-modified")}
    if response.status == 304 and old is not None:
        states = {"etag": states["etag"] or old.etag, "last-modified": states["last-modified"] or old.last_modified}
    return FetchedFile(url=url, name=name, etag=states["etag"], last_modified=states["last-modified"])


def _check_pins(source: ListSource, files: Mapping[str, bytes], record: FetchRecord) -> None:
    """Refuse a file that has another hash than the operator pinned."""
    for pin, file in zip(source.pins, record.files, strict=bool(source.pins)):
        found = sha256_hex(files[file.name])
        if found != pin:
            todo = "if the publisher has changed it: check it and pin the new hash"
            what = "has another SHA-256 than is pinned:"
            raise ListUnreadable(what, where=public_url(file.url), got=found, expected=pin, todo=todo)


def _modified_on(record: FetchRecord, at: datetime) -> date | None:
    """Return the day on which the newest file changed at its server, as the servers say; never our clock.

    A day in the future is no day of publication.
    """
    latest = (at + timedelta(days=1)).date()
    days = [day for file in record.files if (day := _day(file.last_modified)) is not None and day <= latest]
    return max(days, default=None)


def _day(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):  # what absurd dates raise, beside the documented one
        return None

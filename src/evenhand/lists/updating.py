"""A configured list fetched from its addresses and put in force, or refused whole: the version in force stays."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec

from evenhand.lists.fetching import Reply, Web, fetch
from evenhand.lists.kept import replace_file
from evenhand.lists.reading import read_files
from evenhand.lists.redirects import shown
from evenhand.lists.removals import ORDINARY, RemovalGuard
from evenhand.lists.versions import Versions
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListVersion
from evenhand.model.network import ListSource, file_name
from evenhand.model.record import Record, canonical, sha256_hex
from evenhand.model.run import ListNews

GuardOf = Callable[[ListSource], RemovalGuard]

_FETCHED = "fetched.json"
_SUFFIXES = (".csv", ".xml", ".json", ".jsonl")


class FetchedFile(Record, frozen=True, kw_only=True):
    """Where a file of a version came from, and what its server called this state of it."""

    url: str
    name: str
    etag: str
    last_modified: str


class Fetched(Record, frozen=True, kw_only=True):
    """How a version was fetched: when first, when its servers last confirmed it, and how to ask them next time."""

    retrieved_at: datetime
    files: tuple[FetchedFile, ...]
    confirmed_at: datetime | None = None


def update_source(
    source: ListSource, versions: Versions, base: Path, web: Web, at: datetime, guard: RemovalGuard
) -> ListNews:
    """Return what becomes of a source: fetched by its `url`, or read by its `path` below `base`.

    Raises:
        ListUnreadable: what is kept is damaged.
    """
    return update(source, versions, web, at, guard) if source.urls else versions.take(source, base, guard)


def update(source: ListSource, versions: Versions, web: Web, at: datetime, guard: RemovalGuard = ORDINARY) -> ListNews:
    """Fetch a source's files, put the list in force and return what became of it; `Versions.put` says how.

    Files that their server has not changed are taken from the version in force. Whatever cannot be fetched or read
    leaves that version in force, and `problem` says why in one line. `at` is when that is.

    Raises:
        ListUnreadable: what is kept is damaged.
    """
    current = versions.current(source.key)
    known = fetched(versions, current) if current is not None else None
    kept = versions.files(current) if current is not None else {}
    try:
        files, record = _fetch_all(source, known, kept, web, at)
        _check_pins(source, files, record)
        read = read_files(files, source.key, where=shown(source.urls[0]))
    except ListUnreadable as error:
        return versions.refused(source.key, error)
    news = versions.put(source.key, read, shown(source.urls[0]), _modified_on(record, at), guard)
    if news.version is not None and news.status != "kept":
        before = fetched(versions, news.version)
        retrieved_at = before.retrieved_at if before is not None else at
        _remember(versions.folder_of(news.version), msgspec.structs.replace(record, retrieved_at=retrieved_at))
    return news


def fetched(versions: Versions, version: ListVersion) -> Fetched | None:
    """Return how a version was fetched, None if it was not, or if nobody knows any more."""
    try:
        return msgspec.json.decode((versions.folder_of(version) / _FETCHED).read_bytes(), type=Fetched)
    except (OSError, msgspec.DecodeError):
        return None


def _fetch_all(
    source: ListSource, known: Fetched | None, kept: Mapping[str, bytes], web: Web, at: datetime
) -> tuple[dict[str, bytes], Fetched]:
    before = {each.url: each for each in (known.files if known is not None else ()) if each.name in kept}
    files: dict[str, bytes] = {}
    record: list[FetchedFile] = []
    for url in source.urls:
        old = before.get(url)
        reply = fetch(url, _conditions(old), web)
        name = old.name if reply.status == 304 and old is not None else _named(file_name(url), reply.body)
        files[name] = kept[name] if reply.status == 304 else reply.body
        record.append(_fetched_file(url, name, reply, old))
    return files, Fetched(retrieved_at=at, files=tuple(record), confirmed_at=at)


def _conditions(old: FetchedFile | None) -> dict[str, str]:
    if old is None:
        return {}
    told = {"If-None-Match": old.etag, "If-Modified-Since": old.last_modified}
    return {name: value for name, value in told.items() if value}


def _named(name: str, body: bytes) -> str:
    """Return the name with an ending that says what the file is, where the address has none."""
    if name.endswith(_SUFFIXES):
        return name
    begins = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return name + {b"<": ".xml", b"{": ".jsonl"}.get(begins, ".csv")


def _fetched_file(url: str, name: str, reply: Reply, old: FetchedFile | None) -> FetchedFile:
    told = {key: reply.headers.get(key, "") for key in ("etag", "last-modified")}
    if reply.status == 304 and old is not None:
        told = {"etag": told["etag"] or old.etag, "last-modified": told["last-modified"] or old.last_modified}
    return FetchedFile(url=url, name=name, etag=told["etag"], last_modified=told["last-modified"])


def _check_pins(source: ListSource, files: Mapping[str, bytes], record: Fetched) -> None:
    """Refuse a file that has another hash than the operator pinned."""
    for pin, each in zip(source.pins, record.files, strict=bool(source.pins)):
        found = sha256_hex(files[each.name])
        if found != pin:
            todo = "if the publisher has changed it: check it and pin the new hash"
            what = "has another SHA-256 than is pinned:"
            raise ListUnreadable(what, where=shown(each.url), got=found, expected=pin, todo=todo)


def _modified_on(record: Fetched, at: datetime) -> date | None:
    """Return the day on which the newest file changed at its server, as the servers say; never our clock.

    A day in the future is no day of publication.
    """
    latest = (at + timedelta(days=1)).date()
    days = [day for each in record.files if (day := _day(each.last_modified)) is not None and day <= latest]
    return max(days, default=None)


def _day(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):  # what absurd dates raise, beside the documented one
        return None


def _remember(folder: Path, record: Fetched) -> None:
    replace_file(folder / _FETCHED, canonical(record))

"""A configured list fetched from its addresses and put in force, or refused whole: the version in force stays."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec

from evenhand.lists.fetching import Reply, Web, fetch, shown
from evenhand.lists.kept import replace_file
from evenhand.lists.reading import read_files
from evenhand.lists.removals import ORDINARY, RemovalGuard
from evenhand.lists.versions import Versions
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListVersion
from evenhand.model.network import ListSource, file_name
from evenhand.model.record import Record, canonical
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


def update_all(
    sources: Iterable[ListSource], versions: Versions, base: Path, web: Web, at: datetime, guard_of: GuardOf
) -> Iterator[ListNews]:
    """Yield what becomes of each source, one after another: fetched by its `url`, or read by its `path` below `base`.

    One that fails does not stop the next. `guard_of` says of each what a new version must keep.
    """
    for source in sources:
        try:
            if source.urls:
                yield update(source, versions, web, at, guard_of(source))
            else:
                yield versions.take(source, base, guard_of(source))
        except ListUnreadable as error:
            yield ListNews(key=source.key, status="kept", version=None, problem=str(error))


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
        read = read_files(files, source.key, where=shown(source.urls[0]))
    except ListUnreadable as error:
        return versions.refused(source.key, error)
    news = versions.put(source.key, read, shown(source.urls[0]), _modified_on(record), guard)
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


def _modified_on(record: Fetched) -> date | None:
    """Return the day on which the newest file changed at its server, as the servers say; never our clock."""
    days = [day for each in record.files if (day := _day(each.last_modified)) is not None]
    return max(days, default=None)


def _day(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except ValueError:
        return None


def _remember(folder: Path, record: Fetched) -> None:
    replace_file(folder / _FETCHED, canonical(record))

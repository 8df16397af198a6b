"""A list fetched and put in force: whole, or not at all."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.lists import Versions
from evenhand.lists.downloads import HttpClient, HttpResponse
from evenhand.lists.removal_guard import ORDINARY, RemovalGuard
from evenhand.lists.updates import fetch_record, update, update_source
from evenhand.model.errors import ListUnreadable
from evenhand.model.network import FetchSection, ListSource
from evenhand.model.record import sha256_hex
from evenhand.model.run import ListNews
from tests.unit.lists.made import made

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOUSE = made("house-own").files["house.csv"]
HEADING, FIRST, SECOND = HOUSE.splitlines(keepends=True)
BASE = "https://lists.example/"
SOURCE = ListSource(key="house-own", url=f"{BASE}House.CSV")
QUARTET = ListSource(key="ofac-sdn", url=tuple(f"{BASE}{name.upper()}" for name in made("ofac-sdn").files))


def world(get: Callable[[str, Mapping[str, str]], HttpResponse]) -> HttpClient:
    """Return a world in which nobody waits."""
    return HttpClient(get, [].append, lambda: 0.0, FetchSection())


class Server:
    """A server of files by name that knows ETag and Last-Modified; what it sent in full is remembered."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.modified = "Fri, 02 Jan 2026 03:04:05 GMT"
        self.sent: list[str] = []

    def get(self, url: str, headers: Mapping[str, str]) -> HttpResponse:
        name = url.rpartition("/")[2].lower()
        if name not in self.files:
            return HttpResponse(404, {}, b"")
        told = {"etag": f'"{hash(self.files[name])}"', "last-modified": self.modified}
        if headers.get("If-None-Match") == told["etag"]:
            return HttpResponse(304, {}, b"")
        self.sent.append(name)
        return HttpResponse(200, told, self.files[name])

    @property
    def web(self) -> HttpClient:
        return world(self.get)


class Network:
    """A network's folder of lists and a server to fetch them from."""

    def __init__(self, folder: Path, files: Mapping[str, bytes], source: ListSource = SOURCE) -> None:
        self.folder, self.server, self.source = folder, Server(files), source

    @property
    def versions(self) -> Versions:
        return Versions(self.folder)

    def update(self, at: datetime = AT, guard: RemovalGuard = ORDINARY) -> ListNews:
        return update(self.source, self.versions, self.server.web, at, guard)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path, {"house.csv": HOUSE})


@pytest.fixture
def quartet(tmp_path: Path) -> Network:
    return Network(tmp_path, made("ofac-sdn").files, QUARTET)


def rows(count: int) -> bytes:
    return HEADING + b"".join(FIRST.replace(b"h-1", b"h-%d" % number) for number in range(count))


def test_a_list_is_fetched_kept_and_in_force(network: Network) -> None:
    """Under its file's name in lower case, dated by its server where the file says nothing."""
    news = network.update()

    assert (news.status, news.problem) == ("new", "")
    assert news.version is not None
    assert list(news.version.files) == ["house.csv"]
    assert news.version.published_on == date(2026, 1, 2)
    assert network.versions.current("house-own") == news.version
    record = fetch_record(network.versions, news.version)
    assert record is not None
    assert (record.retrieved_at, record.files[0].url) == (AT, SOURCE.urls[0])


def test_a_file_s_own_date_is_before_the_server_s(tmp_path: Path) -> None:
    """When the publisher says a day, the server only says when somebody copied a file."""
    network = Network(tmp_path, {"un.xml": made("un-sc").files["consolidated.xml"]})
    network.source = ListSource(key="un-sc", url=f"{BASE}un.xml")
    network.server.modified = "Fri, 13 Feb 2026 03:04:05 GMT"

    news = network.update()

    assert news.version is not None
    assert news.version.published_on == date(2026, 1, 2)


@pytest.mark.parametrize("modified", ["", "yesterday", "Fri, 99 Jan 2026 03:04:05 GMT"])
def test_without_a_date_there_is_none(network: Network, modified: str) -> None:
    """Never the clock: a list fetched today may be of last year."""
    network.server.modified = modified

    news = network.update()

    assert news.version is not None
    assert news.version.published_on is None


def test_what_has_not_changed_is_not_sent_again(network: Network) -> None:
    """The server is asked with what it said last time, and the day of the first time stays."""
    first = network.update()

    again = network.update(AT + timedelta(days=1))

    assert (again.status, again.version) == ("unchanged", first.version)
    assert network.server.sent == ["house.csv"]
    assert again.version is not None
    record = fetch_record(network.versions, again.version)
    assert record is not None
    assert record.retrieved_at == AT


def test_only_the_files_that_changed_are_sent(quartet: Network) -> None:
    """OFAC's list is four files; three of them are taken from the version in force."""
    quartet.update()
    quartet.server.sent.clear()
    quartet.server.files["add.csv"] = quartet.server.files["add.csv"].replace(b"1 Sample Quay", b"2 Sample Quay")

    news = quartet.update()

    assert (news.status, quartet.server.sent) == ("new", ["add.csv"])
    assert news.version is not None
    assert len(news.version.files) == 4
    assert quartet.update().status == "unchanged"


def test_files_of_two_publications_are_no_list(quartet: Network) -> None:
    """Caught in the middle of the publisher's own change, the list half-parses; the next update finds it whole."""
    first = quartet.update()
    quartet.server.files["alt.csv"] = (
        quartet.server.files["alt.csv"].removesuffix(b"\x1a") + b'105,9,"aka","MADE-UP NEWCOMER",-0- \r\n'
    )

    news = quartet.update()

    assert (news.status, news.version) == ("kept", first.version)
    assert "ent_num of no entry `105`" in news.problem


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "https://lists.example/House.CSV: status 404; expected 200"),
        ({"house.csv": HEADING + b"h-1,Company\n"}, "house.csv:2: number of columns `2`"),
        ({"house.csv": HEADING}, "too many entries are missing or have ended, the version in force stays: `2 of 2`"),
        ({"house.csv": b"<html>Sorry, we are down</html>"}, "house.csv: a web page, no list"),
        ({"house.csv": b""}, "house.csv:1: "),
        ({"house.csv": HEADING + SECOND + SECOND}, "duplicate id"),
    ],
    ids=["gone", "half a row", "no rows", "a page", "empty", "an id twice"],
)
def test_a_bad_list_never_replaces_a_good_one(network: Network, files: dict[str, bytes], says: str) -> None:
    """The version in force stays, and one line says why."""
    good = network.update().version
    network.server.files = files

    news = network.update()

    assert (news.status, news.version) == ("kept", good)
    assert says in news.problem
    assert "\n" not in news.problem
    assert len(network.versions.all("house-own")) == 1
    network.server.files = {"house.csv": HOUSE + FIRST.replace(b"h-1", b"h-9")}
    assert network.update().status == "new"


def test_a_list_that_shrank_waits_for_the_operator(network: Network) -> None:
    """Nine tenths at least, or somebody says that it is right; then it is."""
    network.server.files["house.csv"] = rows(10)
    network.update()
    network.server.files["house.csv"] = rows(5)

    refused = network.update()
    taken = network.update(guard=RemovalGuard(accepted=True))

    assert refused.problem.startswith(
        f"{SOURCE.urls[0]}: too many entries are missing or have ended, the version in force stays: `5 of 10`"
    )
    assert "--accept-list house-own" in refused.problem
    assert (taken.status, network.update().status) == ("new", "unchanged")


def test_what_was_refused_is_asked_for_again_in_full(network: Network) -> None:
    """What a server said of bytes that were not kept must not be mistaken for the version in force."""
    network.update()
    network.server.files["house.csv"] = HEADING
    network.update()
    network.server.sent.clear()

    assert network.update().status == "kept"
    assert network.server.sent == ["house.csv"]


def test_a_version_that_was_not_fetched_is_asked_for_without_condition(network: Network) -> None:
    """Nobody knows what its server would have called it; a record that is damaged is none."""
    version = network.update().version
    assert version is not None
    record = network.versions.folder_of(version) / "fetched.json"
    record.write_bytes(b"{")

    assert network.update(AT + timedelta(days=1)).status == "unchanged"
    assert network.server.sent == ["house.csv"] * 2
    assert b"2026-01-03" in record.read_bytes()


def test_a_server_s_new_name_for_the_same_file_is_remembered(network: Network) -> None:
    """With nothing new a server may still say what it calls the file from now on."""
    version = network.update().version
    assert version is not None

    def renaming(url: str, headers: Mapping[str, str]) -> HttpResponse:
        assert "If-None-Match" in headers
        return HttpResponse(304, {"etag": '"new"'}, b"")

    update(SOURCE, network.versions, world(renaming), AT)

    record = fetch_record(network.versions, version)
    assert record is not None
    assert (record.files[0].etag, record.files[0].last_modified) == ('"new"', "Fri, 02 Jan 2026 03:04:05 GMT")


@pytest.mark.parametrize(
    ("address", "body", "name"),
    [
        ("files/content?token=1", HOUSE, "content.csv"),
        ("files/", b"\xef\xbb\xbf" + made("un-sc").files["consolidated.xml"], "files.xml"),
        ("entities", next(iter(made("other-ftm").files.values())), "entities.jsonl"),
    ],
)
def test_a_file_without_an_ending_gets_one_by_its_first_bytes(
    tmp_path: Path, address: str, body: bytes, name: str
) -> None:
    """Formats are told by names and first bytes, and the Union's address ends in `content`."""
    source = ListSource(key="other-list", url=BASE + address)
    outside = world(lambda *_: HttpResponse(200, {}, body))

    news = update(source, Versions(tmp_path), outside, AT)

    assert news.version is not None, news.problem
    assert list(news.version.files) == [name]


def test_a_list_with_a_path_is_read_as_a_run_reads_it(tmp_path: Path) -> None:
    """One that cannot be fetched keeps its version; what is kept and damaged is an error, with what to do."""
    (tmp_path / "own.csv").write_bytes(HOUSE)
    network = Network(tmp_path / "lists", {"house.csv": HOUSE})
    version = network.update().version
    assert version is not None
    (network.versions.folder_of(version) / "version.json").write_bytes(b"{")
    gone = ListSource(key="house-gone", url=f"{BASE}gone.csv")
    local = ListSource(key="house-local", path="own.csv")

    fetch = partial(
        update_source, versions=network.versions, base=tmp_path, client=network.server.web, at=AT, guard=ORDINARY
    )

    assert fetch(local).status == "new"
    assert "status 404" in fetch(gone).problem
    with pytest.raises(ListUnreadable, match="not a stored version"):
        fetch(SOURCE)


def test_a_run_reads_what_was_fetched_and_fetches_nothing(network: Network) -> None:
    """What a decision was made from must not depend on a server's mood."""
    never = network.versions.take(SOURCE, network.folder)
    version = network.update().version
    network.server.sent.clear()

    news = network.versions.take(SOURCE, network.folder)

    assert (never.status, never.version) == ("kept", None)
    assert "`evenhand lists update` fetches the first version" in never.problem
    assert (news.status, news.version, network.server.sent) == ("unchanged", version, [])


def test_a_fetched_version_that_today_s_reader_refuses_stays_and_says_so(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stricter reader is told at the run, not when somebody asks for the entries."""
    version = network.update().version

    def stricter(*arguments: object, where: Path, known: object) -> None:
        raise ListUnreadable("made-up strictness")

    monkeypatch.setattr("evenhand.lists.versions.read_files", stricter)
    news = network.versions.take(SOURCE, network.folder)

    assert (news.status, news.version, news.problem) == ("kept", version, "made-up strictness")


@pytest.mark.parametrize(
    "modified",
    [
        "yesterday",
        "Fri, 02 Jan 99999999999999999999 03:04:05 GMT",
        "Fri, 02 Jan 2026 99:99:99 GMT",
        "Fri, 02 Jan 2026 03:04:05 +99999999999999",
        "Fri, 99 Jan 2026 03:04:05 GMT",
        "Fri, 02 Jan -1 03:04:05 GMT",
        "2 " * 5_000,
        ",,,,,",
        "\u0660\u0661 Jan 2026",
        "Sun, 02 Jan 9999 03:04:05 GMT",
    ],
    ids=range(10),
)
def test_a_last_modified_that_is_no_day_is_no_date_of_publication(network: Network, modified: str) -> None:
    """The list is whole whatever the header says; a day in the future is none either."""
    network.server.modified = modified

    news = network.update()

    assert (news.status, news.problem) == ("new", "")
    assert news.version is not None
    assert news.version.published_on is None


def test_a_pinned_list_is_taken_with_its_hash_alone(network: Network) -> None:
    """Anyone who pins a hash has looked at that file; another one waits until somebody has looked again."""
    network.source = replace(SOURCE, sha256=sha256_hex(HOUSE))
    good = network.update()
    network.server.files["house.csv"] = HOUSE + FIRST.replace(b"h-1", b"h-9")

    bad = network.update()

    assert (good.status, bad.status, bad.version) == ("new", "kept", good.version)
    assert f"has another SHA-256 than is pinned: `{sha256_hex(network.server.files['house.csv'])}`" in bad.problem


def test_each_file_of_a_list_has_its_own_pin(quartet: Network) -> None:
    """In the order of the addresses; one that the server has not changed is held to it as well."""
    pins = [sha256_hex(data) for data in quartet.server.files.values()]
    quartet.source = replace(QUARTET, sha256=tuple(pins))
    assert quartet.update().status == "new"
    quartet.source = replace(QUARTET, sha256=(*pins[:3], pins[0]))

    assert "has another SHA-256 than is pinned" in quartet.update().problem

"""The lists of a run: what counts as unreadable, what stops a run, and what is said first."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.lists import Versions
from evenhand.lists.downloads import HttpClient, HttpResponse
from evenhand.lists.updates import update
from evenhand.model.errors import ListsMissing
from evenhand.model.network import FetchSection, ListSource
from evenhand.store.network import Network
from evenhand.workflows.run.list_intake import TakenLists, guards, take_lists
from tests.networks import DAY_1, MadeNetwork, empty_network
from tests.unit.lists.made import made

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUSE = made("house-own").files["house.csv"]
HEADING = HOUSE.splitlines(keepends=True)[0]
UNGUARDED = guards(dict, (), AT.date())
SDN = made("ofac-sdn").files


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Settings that tests change; none of them needs a ledger."""
    begun: MadeNetwork = empty_network(tmp_path_factory.mktemp("settings") / "network")
    begun.write()
    return begun.network


def network_of(settings: Network, folder: Path, *sources: ListSource) -> Network:
    return Network(folder, replace(settings.settings, lists=sources))


def taken(settings: Network, folder: Path, *sources: ListSource, at: datetime = AT) -> TakenLists:
    return take_lists(network_of(settings, folder, *sources), at, UNGUARDED)


def folder_with(files: dict[str, bytes]) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        path.mkdir()
        for name, data in files.items():
            (path / name).write_bytes(data)

    return make


UNREADABLE: list[tuple[str, Callable[[Path], object], str]] = [
    ("a mistyped path", Path.exists, "cannot be read (No such file or directory)"),
    ("an empty folder", folder_with({}), "unknown list format `no file in"),
    ("a folder without the file", folder_with({"readme.csv.txt": b"see below"}), "unknown list format"),
    ("a folder in the place of the files", lambda path: (path / "sdn.csv").mkdir(parents=True), "unknown list format"),
    (
        "sdn.csv without its companions",
        folder_with({"sdn.csv": SDN["sdn.csv"]}),
        "files missing of the quartet `alt.csv, add.csv, sdn_comments.csv`",
    ),
    ("a quartet with one file empty", folder_with(SDN | {"alt.csv": b"", "sdn.csv": b""}), "ent_num of no entry"),
    ("a quartet of empty files", folder_with(dict.fromkeys(SDN, b"")), "no entry; expected at least one"),
    ("an empty file", folder_with({"house.csv": b""}), "missing columns"),
    ("a first line cut off", folder_with({"house.csv": HEADING[:20]}), "missing columns"),
    ("entries without a heading", folder_with({"house.csv": HOUSE.removeprefix(HEADING)}), "missing columns"),
    ("an error page", folder_with({"list.xml": b"<!doctype html><html></html>"}), "a web page, no list"),
    ("no entry in JSON lines", folder_with({"list.jsonl": b"\n"}), "no entry; expected at least one"),
    ("a path to a file's inside", lambda path: path.parent.joinpath("x").write_bytes(b""), "cannot be read"),
    ("a byte that no path has", lambda path: (path.parent / "nul").touch(), "cannot be read (embedded null byte)"),
    ("a link to itself", lambda path: path.symlink_to(path), "cannot be read"),
]


@pytest.mark.parametrize(("make", "says"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_a_list_that_cannot_be_read_and_never_was_stops_the_run(
    settings: Network, tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    """Whatever the reason: without a version nobody is screened, and everybody would be allowed."""
    make(tmp_path / "list")
    path = "x/list" if (tmp_path / "x").exists() else "li\0st" if (tmp_path / "nul").exists() else "list"

    with pytest.raises(ListsMissing) as caught:
        taken(settings, tmp_path, ListSource(key="house-own", path=path))

    assert "a required list has no version to screen against, so nothing was decided: house-own: " in str(caught.value)
    assert says in str(caught.value)
    assert "set `required = false` for a list that may be missing" in str(caught.value)


@pytest.mark.parametrize(("hour", "entries"), [(22, 2), (23, 1)])
def test_entries_end_with_the_day_of_the_network_s_zone(
    settings: Network, tmp_path: Path, hour: int, entries: int
) -> None:
    """A listing until the 1st holds until midnight in Vienna, which is an hour before that of UTC."""
    (tmp_path / "own.csv").write_bytes(HOUSE.replace(b"2024-01-01,,", b"2024-01-01,2026-03-01,"))
    network = network_of(settings, tmp_path, ListSource(key="house-own", path="own.csv"))
    local = replace(network.settings, network=replace(network.settings.network, zone="Europe/Vienna"))

    found = take_lists(Network(tmp_path, local), datetime(2026, 3, 1, hour, tzinfo=UTC), UNGUARDED)

    assert len(found.lists.entities(found.lists.versions["house-own"])) == entries
    assert found.news[0].notes == (
        ("1 of 2 entries has ended and counts no more (last day): h-1 (2026-03-01)",) if entries == 1 else ()
    )


def test_lists_of_which_every_entry_has_ended_stop_the_run(settings: Network, tmp_path: Path) -> None:
    """Nobody would be screened: that is accepted by a person or not at all."""
    bakery = HOUSE.removeprefix(HEADING).splitlines(keepends=True)[0].replace(b"2024-01-01,,", b",2026-03-01,")
    (tmp_path / "own.csv").write_bytes(HEADING + bakery)

    with pytest.raises(ListsMissing, match="the configured lists have 0 entries in force: all have ended or not begun"):
        taken(settings, tmp_path, ListSource(key="house-own", path="own.csv"))


@pytest.mark.parametrize(
    ("key", "name", "says"),
    [
        ("un-sc", "ofac-sdn", "is not the list un-sc: `ofac-csv, a list of ofac`; expected a list of un"),
        ("ofac-sdn", "un-sc", "is not the list ofac-sdn: `un-xml, a list of un`; expected a list of ofac"),
        ("un-sc", "empty", "no entry; expected at least one"),
    ],
)
def test_a_list_in_the_place_of_another_stops_the_run(
    settings: Network, tmp_path: Path, key: str, name: str, says: str
) -> None:
    """Two paths exchanged, or a published list led to the empty house list: what a match means is said by the key."""
    folder_with({"own.csv": HEADING} if name == "empty" else made(name).files)(tmp_path / "list")

    with pytest.raises(ListsMissing, match="no version") as caught:
        taken(settings, tmp_path, ListSource(key=key, path="list"))

    assert says in str(caught.value)


def test_every_missing_list_is_named_at_once(settings: Network, tmp_path: Path) -> None:
    """Anyone who mends one path wants to know of the other; a fetched list says how it is fetched."""
    sources = (
        ListSource(key="house-one", path="one.csv"),
        ListSource(key="ofac-sdn", url="https://lists.example/sdn_advanced.xml"),
        ListSource(key="house-two", path="two.csv", required=False),
    )

    with pytest.raises(ListsMissing, match="2 required lists have no version") as caught:
        taken(settings, tmp_path, *sources)

    assert "house-one: " in str(caught.value)
    assert "ofac-sdn: never fetched; `evenhand lists update` fetches the first version" in str(caught.value)
    assert "house-two" not in str(caught.value)


def test_a_house_list_without_an_entry_is_a_list_but_not_the_only_one(settings: Network, tmp_path: Path) -> None:
    """`evenhand init` writes one: its heading shows that it is whole. Alone it would screen nobody."""
    (tmp_path / "own.csv").write_bytes(HEADING)
    (tmp_path / "more.csv").write_bytes(HOUSE)
    own, more = ListSource(key="house-own", path="own.csv"), ListSource(key="house-more", path="more.csv")

    both = taken(settings, tmp_path, own, more)
    with pytest.raises(ListsMissing, match="the configured lists have 0 entries, so nobody would be screened"):
        taken(settings, tmp_path, own)

    assert both.warnings == ()
    assert [each.version.entries for each in both.news if each.version] == [0, 2]


def test_a_list_keeps_its_earlier_version_when_all_that_is_left_is_a_heading(settings: Network, tmp_path: Path) -> None:
    """An empty house list is legal as the first version; as the next it is a list that lost all its entries."""
    (tmp_path / "own.csv").write_bytes(HOUSE)
    own = ListSource(key="house-own", path="own.csv")
    taken(settings, tmp_path, own)
    (tmp_path / "own.csv").write_bytes(HEADING)

    again = taken(settings, tmp_path, own)

    assert [each.status for each in again.news] == ["kept"]
    assert again.warnings[0].startswith("house-own was not updated: its earlier version without a date (2 entries) ")


@pytest.mark.parametrize(
    ("days", "most", "warns"), [(7, None, False), (8, None, True), (8, 10, False), (11, 10, True), (-40, None, False)]
)
def test_a_fetched_list_is_as_old_as_its_last_answer(
    settings: Network, tmp_path: Path, days: int, most: int | None, warns: bool
) -> None:
    """Seven days unless the setting says otherwise. "Not changed" is an answer; a future one is another clock's."""
    source = ListSource(key="house-own", url="https://lists.example/own.csv", max_age_days=most)
    network = network_of(settings, tmp_path, source)
    replies = iter([HttpResponse(200, {"etag": '"1"'}, HOUSE), HttpResponse(304, {}, b"")])
    web = HttpClient(lambda *_: next(replies), [].append, lambda: 0.0, FetchSection())
    long_ago, lately = AT - timedelta(days=400), AT - timedelta(days=days)

    for at in (long_ago, lately):
        update(source, Versions(network.lists), web, at)

    warnings = take_lists(network, AT, UNGUARDED).warnings
    said = f"house-own is old: last fetched on {lately.date()}, {days} days ago, and `max_age_days` is {most or 7}"
    assert warnings == ((f"{said}; run `evenhand lists update`.",) if warns else ())


def test_a_fetched_list_of_which_nobody_knows_when_may_be_old(settings: Network, tmp_path: Path) -> None:
    """Its folder was restored without the file that says so."""
    (tmp_path / "own.csv").write_bytes(HOUSE)
    taken(settings, tmp_path, ListSource(key="house-own", path="own.csv"))

    (warning,) = taken(settings, tmp_path, ListSource(key="house-own", url="https://lists.example/own.csv")).warnings

    assert warning.startswith("house-own may be old: its date is not known, and `max_age_days` is 7;")


def test_a_list_with_a_path_is_as_old_as_its_publication_and_only_where_asked(
    settings: Network, tmp_path: Path
) -> None:
    """An operator's own file has no date unless somebody gives it one."""
    (tmp_path / "own.csv").write_bytes(HOUSE)
    source = ListSource(key="house-own", path="own.csv", published_on=DAY_1.date() - timedelta(days=31))

    assert taken(settings, tmp_path, source, at=DAY_1).warnings == ()
    (warning,) = taken(settings, tmp_path, replace(source, max_age_days=30), at=DAY_1).warnings
    assert warning.endswith("31 days ago, and `max_age_days` is 30.")
    shutil.rmtree(tmp_path / "lists")
    (warning,) = taken(settings, tmp_path, replace(source, max_age_days=30, published_on=None)).warnings
    assert warning == "house-own may be old: its date is not known, and `max_age_days` is 30."

"""Kept versions: by content, atomically, and never a bad one over a good one."""

import fcntl
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.lists import Versions, diff, list_reader, version_files
from evenhand.lists.formats.entry import Entry
from evenhand.lists.formats.house import HOUSE_CSV
from evenhand.lists.removal_guard import RemovalGuard
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListedEntity
from evenhand.model.network import ListSource
from evenhand.model.record import files_sha256
from tests.unit.lists.made import made

HEADING, FIRST, SECOND = made("house-own").files["house.csv"].splitlines(keepends=True)
KEY = "house-own"


class Network:
    """A network's folder with one list that tests write anew."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.source = ListSource(key=KEY, path="own.csv", published_on=date(2026, 1, 1))
        self.versions = Versions(base / "lists")

    def publish(self, *rows: bytes) -> None:
        (self.base / "own.csv").write_bytes(b"".join((HEADING, *rows)))

    def take(self, *rows: bytes) -> Any:
        self.publish(*rows)
        return self.versions.take(self.source, self.base)

    def reopened(self) -> Versions:
        """The folder as another process finds it."""
        return Versions(self.base / "lists")


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path)


def rows(count: int) -> list[bytes]:
    return [FIRST.replace(b"h-1", f"h-{number}".encode()) for number in range(count)]


def test_a_first_version_is_kept_by_its_bytes_and_in_force(network: Network) -> None:
    """A decision names the hash; the same bytes must lead to the same entities for ever."""
    news = network.take(FIRST, SECOND)

    version = news.version
    assert (news.status, news.problem, version.entries) == ("new", "", 2)
    assert version.sha256 == files_sha256({"own.csv": HEADING + FIRST + SECOND})
    assert (version.publisher, version.reader, version.published_on) == ("house", "house-csv", date(2026, 1, 1))
    assert (network.base / "lists" / KEY / version.sha256 / "own.csv").read_bytes() == HEADING + FIRST + SECOND
    assert network.reopened().current(KEY) == version
    assert [entity.id for entity in network.reopened().entities(version)] == ["h-1", "h-2"]


def test_the_same_bytes_are_no_news_and_keep_their_date(network: Network) -> None:
    """A version is known by its bytes; a later setting does not date it anew."""
    first = network.take(FIRST)
    network.source = ListSource(key=KEY, path="own.csv", published_on=date(2027, 1, 1))

    again = network.take(FIRST)

    assert (again.status, again.version) == ("unchanged", first.version)


def test_the_file_s_own_date_wins(tmp_path: Path) -> None:
    """An operator's date stands in only where the publisher gives none."""
    fixtures = Path(__file__).parents[2] / "fixtures"
    source = ListSource(key="un-sc", path="lists/un_sc", published_on=date(1999, 1, 1))

    news = Versions(tmp_path).take(source, fixtures)

    assert news.version is not None
    assert news.version.published_on == date(2026, 1, 2)


def test_every_version_is_kept(network: Network) -> None:
    """What a decision of last year was made from can be read again."""
    first = network.take(FIRST).version
    second = network.take(FIRST, SECOND).version
    network.source = ListSource(key=KEY, path="own.csv", published_on=date(2020, 1, 1))
    third = network.take(*rows(3)).version

    kept = network.reopened().all(KEY)

    assert kept[0] == third
    assert sorted(version.sha256 for version in kept) == sorted(each.sha256 for each in (first, second, third))
    assert [len(network.reopened().entities(version)) for version in (first, second, third)] == [1, 2, 3]
    assert network.versions.all("house-other") == ()


def test_an_older_version_can_be_put_in_force_again(network: Network) -> None:
    """A publisher may withdraw a publication; the earlier bytes are not kept twice."""
    first = network.take(*rows(10)).version
    network.take(*rows(11))

    back = network.take(*rows(10))

    assert (back.status, back.version) == ("new", first)
    assert network.versions.current(KEY) == first


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ([b"h-1,Company\n"], "own.csv:2: number of columns `2`"),
        ([], "too many entries are missing or have ended, the version in force stays: `9 of 9`; expected at most 10 %"),
        (
            rows(8),
            "too many entries are missing or have ended, the version in force stays: `1 of 9`; expected at most 10 %",
        ),
    ],
)
def test_a_bad_list_leaves_the_version_in_force_and_says_so(
    network: Network, broken: list[bytes], problem: str
) -> None:
    """A list that half-parses is refused whole: yesterday's version stays."""
    good = network.take(*rows(9)).version

    news = network.take(*broken)

    assert (news.status, news.version) == ("kept", good)
    assert problem in news.problem
    assert "\n" not in news.problem
    assert network.reopened().current(KEY) == good
    assert len(network.versions.all(KEY)) == 1


def test_nine_tenths_of_the_entries_are_enough(network: Network) -> None:
    """Publishers do remove entries."""
    network.take(*rows(10))

    assert network.take(*rows(9)).status == "new"


def test_an_operator_can_say_that_the_short_list_is_right(network: Network) -> None:
    """Once: from then on the short list is the one in force, and the next is compared with it."""
    network.take(*rows(10))

    refused = network.take(*rows(2))
    taken = network.versions.take(network.source, network.base, RemovalGuard(accepted=True))

    assert "`--accept-list house-own`" in refused.problem
    assert (taken.status, taken.version.entries if taken.version else 0) == ("new", 2)
    assert network.take(*rows(2)).status == "unchanged"
    assert network.take(*rows(1)).status == "kept"


def ended(*rows: bytes) -> list[bytes]:
    return [row.replace(b"2024-01-01,,", b"2024-01-01,2026-03-01,") for row in rows]


def test_rows_that_have_ended_may_go_and_rows_that_a_version_ends_are_gone(network: Network) -> None:
    """Who tidies up what is over loses nothing; ends that are written in for all are a list that is lost."""
    on_the_day = RemovalGuard(day=date(2026, 3, 2))
    whole = [*rows(10)[:4], *ended(*rows(10)[4:])]
    network.take(*whole)

    network.publish(*whole[:4])
    tidied = network.versions.take(network.source, network.base, on_the_day)
    network.publish(whole[0], *ended(*whole[1:4]))
    emptied = network.versions.take(network.source, network.base, on_the_day)

    assert tidied.status == "new"
    assert emptied.status == "kept"
    assert "too many entries are missing" in emptied.problem
    assert "`3 of 4`" in emptied.problem


def test_a_version_counts_the_entries_that_are_in_force_on_a_day(network: Network) -> None:
    """Its hash and its number of entries are those of the published file, whatever the day."""
    first, last = rows(2)
    version = network.take(first, *ended(last)).version
    before, after = (network.reopened().on(version, date(2026, 3, day)) for day in (1, 2))

    assert [entity.id for entity in network.versions.entities(before)] == ["h-0", "h-1"]
    assert [entity.id for entity in network.versions.entities(after)] == ["h-0"]
    assert len(network.versions.entities(version)) == 2
    assert {(each.sha256, each.entries) for each in (version, before, after)} == {(version.sha256, 2)}
    assert (before.days, after.days) == (
        (date(2024, 1, 1), date(2026, 3, 1)), (date(2026, 3, 2), date.max),
    )  # fmt: skip
    assert network.versions.on(before, date(2026, 3, 2)) == after


def test_a_source_that_never_was_there_is_reported_without_a_version(network: Network) -> None:
    """The run goes on without the list and the report says so."""
    news = network.versions.take(network.source, network.base)

    assert (news.status, news.version) == ("kept", None)
    assert "own.csv: cannot be read" in news.problem


def test_kept_bytes_that_changed_are_refused(network: Network) -> None:
    """A decision must not be replayed from other bytes than it was made from."""
    version = network.take(FIRST).version
    file = network.base / "lists" / KEY / version.sha256 / "own.csv"

    file.write_bytes(file.read_bytes() + SECOND)
    with pytest.raises(ListUnreadable, match="stored files were changed"):
        network.versions.entities(version)
    file.unlink()
    with pytest.raises(ListUnreadable, match="stored file is missing"):
        network.reopened().entities(version)


def test_a_damaged_store_is_named(network: Network) -> None:
    """Nothing is taken over what nobody understands."""
    version = network.take(FIRST).version
    folder = network.base / "lists" / KEY

    (folder / version.sha256 / "version.json").write_bytes(b"{")
    with pytest.raises(ListUnreadable, match="not a stored version"):
        network.take(FIRST, SECOND)
    (folder / "current").write_text("../elsewhere")
    with pytest.raises(ListUnreadable, match=r"current: does not name a version `\.\./elsewhere`"):
        network.versions.current(KEY)


@pytest.mark.parametrize("key", ["", "..", "ofac", "ofac/sdn", "../ofac-sdn", "Ofac-Sdn"])
def test_a_key_is_a_name_and_no_path(tmp_path: Path, key: str) -> None:
    """The key names a folder."""
    with pytest.raises(ListUnreadable, match="key of a list"):
        Versions(tmp_path).current(key)


def other_reader(
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[ListedEntity], ListedEntity | None],
    version: int = HOUSE_CSV.version + 1,
) -> None:
    """Let the reader of house lists be of another version, that reads each entry as `change` has it."""

    def entries(*arguments: Any) -> Iterator[Entry]:
        for entry in HOUSE_CSV.entries(*arguments):
            assert isinstance(entry, Entry)
            if (entity := change(entry.entity)) is not None:
                yield entry._replace(entity=entity)

    monkeypatch.setitem(list_reader.FORMATS, HOUSE_CSV.reader, HOUSE_CSV._replace(version=version, entries=entries))


def renamed(entity: ListedEntity) -> ListedEntity:
    return msgspec.structs.replace(entity, caption="Made Anew") if entity.id == "h-2" else entity


def test_a_newer_reader_is_told_apart_from_a_newer_publication(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are the same version; what our own reader changed is counted by itself and never as an amendment."""
    first = network.take(FIRST, SECOND).version
    other_reader(monkeypatch, renamed)

    again = Network(network.base).take(FIRST, SECOND)

    assert (again.status, again.reader_changes) == ("unchanged", 1)
    assert again.version == msgspec.structs.replace(first, reader_version=HOUSE_CSV.version + 1)
    assert network.reopened().current(KEY) == again.version
    assert network.reopened().changed_by_reader(first) == {"h-2"}
    assert network.reopened().changed_by_reader(again.version) == frozenset()
    assert Network(network.base).take(FIRST, SECOND).reader_changes == 0


def test_a_publication_read_first_by_a_newer_reader_counts_its_changes_on_the_old_bytes(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Like is compared with like: both publications as the newer reader has them."""
    first = network.take(FIRST, SECOND).version
    other_reader(monkeypatch, renamed)

    news = Network(network.base).take(FIRST, SECOND, *rows(1))

    versions = network.reopened()
    assert (news.status, news.reader_changes) == ("new", 1)
    changes = diff(versions.entities(first), versions.entities(news.version))
    assert [(change.op, change.id) for change in changes] == [("added", "h-0")]


def test_an_older_version_put_back_names_the_reader_that_reads_it_now(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in force says how it was read, whenever it was kept."""
    network.take(FIRST)
    network.take(FIRST, SECOND)
    other_reader(monkeypatch, renamed)

    back = Network(network.base)
    back.versions.take(back.source, back.base)

    assert back.take(FIRST, SECOND).version.reader_version == HOUSE_CSV.version + 1


def test_a_version_that_stays_for_a_bad_list_names_the_reader_that_reads_it_now(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Screening must see that its entries are read otherwise, or a partial run would differ from a whole one."""
    network.take(FIRST, SECOND)
    other_reader(monkeypatch, renamed)

    news = Network(network.base).take(b"made-up nonsense")

    assert (news.status, news.version.reader_version, news.reader_changes) == ("kept", HOUSE_CSV.version + 1, 1)
    assert news.problem


def test_entries_that_only_a_newer_reader_leaves_out_are_not_missed(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that merges entries would make every next publication look too short."""
    network.take(*rows(10))
    other_reader(monkeypatch, lambda entity: entity if entity.id < "h-5" else None)

    news = Network(network.base).take(*rows(11))

    assert (news.status, news.reader_changes, news.version.entries) == ("new", 5, 6)


def test_without_a_record_of_what_was_read_every_entry_may_differ(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Screening everything again is dear; a match missed is dearer."""
    version = network.take(FIRST, SECOND).version
    (network.versions.folder_of(version) / f"as-read-by-house-csv-{HOUSE_CSV.version}").unlink()
    other_reader(monkeypatch, renamed)

    assert network.reopened().changed_by_reader(version) == {"h-1", "h-2"}
    assert network.reopened().left_out(version) == {}


def test_a_reader_that_cannot_read_the_old_bytes_still_takes_the_new(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stricter reader must not tie a network to the version that it refuses."""
    network.take(*rows(10))

    def stricter(entity: ListedEntity) -> ListedEntity:
        if entity.id == "h-0":
            raise ListUnreadable("made-up strictness")
        return entity

    other_reader(monkeypatch, stricter)
    news = Network(network.base).take(*rows(11)[1:])

    assert (news.status, news.reader_changes) == ("new", 10)


def test_what_was_read_of_an_entry_includes_its_relations(tmp_path: Path) -> None:
    """A reader that turns a relation round changes both of its entries."""
    fixtures = Path(__file__).parents[2] / "fixtures" / "lists"
    read = list_reader.read_list(fixtures / "ofac_sdn_xml", "ofac-sdn")
    assert read.relations
    tie = read.relations[0]
    turned = msgspec.structs.replace(tie, subject=tie.object, object=tie.subject)

    now, then = (
        version_files.digest_of(msgspec.structs.replace(read, relations=(each, *read.relations[1:]))).entries
        for each in (tie, turned)
    )

    assert {id_ for id_ in now if now[id_] != then[id_]} == {tie.subject, tie.object} & now.keys()


def test_two_processes_do_not_write_one_list_at_the_same_time(network: Network) -> None:
    """An update and a run may meet; one removes what the other has half written."""
    network.take(FIRST)
    folder = network.base / "lists" / KEY

    with version_files.locked(folder), (folder / "lock").open("wb") as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)

    assert network.take(FIRST, SECOND).status == "new"


class Killed(BaseException):
    """The process dies here."""


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int) -> Callable[[], int]:
    """Let the process die before the `step`-th sync or rename; return how many were reached."""
    reached = 0

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            nonlocal reached
            reached += 1
            if reached == step:
                raise Killed
            return call(*arguments)

        return wrapped

    for place, name in ((os, "fsync"), (Path, "rename"), (Path, "replace")):
        monkeypatch.setattr(place, name, dying(getattr(place, name)))
    return lambda: reached


STEPS = range(1, 19)


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step_leaves_the_old_version_or_the_new(network: Network, step: int) -> None:
    """The next run finds a whole version in force and takes the list anew."""
    old = network.take(FIRST).version

    with pytest.MonkeyPatch.context() as patch:
        killed_at(patch, step)
        with pytest.raises(Killed):
            network.take(FIRST, SECOND)

    found = network.reopened().current(KEY)
    assert found is not None
    assert found == old or found.entries == 2
    assert len(network.reopened().entities(found)) == found.entries
    assert network.take(FIRST, SECOND).version.entries == 2
    assert not list((network.base / "lists" / KEY).glob("*.partial"))
    assert {each.entries for each in network.versions.all(KEY)} == {1, 2}


def test_a_version_is_stored_in_eighteen_steps(network: Network) -> None:
    """The test above must stop at each of them."""
    network.take(FIRST)

    with pytest.MonkeyPatch.context() as patch:
        reached = killed_at(patch, 0)
        network.take(FIRST, SECOND)

    assert reached() == len(STEPS)

"""Kept versions: by content, atomically, and never a bad one over a good one."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evenhand.lists import Versions, versions
from evenhand.model.errors import ListUnreadable
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
        ([], "no entry"),
        (rows(8), "too few entries, the version in force stays: `8`; expected at least 90 % of 9"),
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


def test_without_a_version_in_force_a_short_list_is_taken(network: Network) -> None:
    """Deleting the pointer is how an operator says that the short list is right."""
    network.take(*rows(10))
    (network.base / "lists" / KEY / "current").unlink()

    assert network.take(*rows(2)).status == "new"


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
    with pytest.raises(ListUnreadable, match="kept bytes changed"):
        network.versions.entities(version)
    file.unlink()
    with pytest.raises(ListUnreadable, match="kept file is gone"):
        network.reopened().entities(version)


def test_a_damaged_store_is_named(network: Network) -> None:
    """Nothing is taken over what nobody understands."""
    version = network.take(FIRST).version
    folder = network.base / "lists" / KEY

    (folder / version.sha256 / "version.json").write_bytes(b"{")
    with pytest.raises(ListUnreadable, match="no kept version"):
        network.take(FIRST, SECOND)
    (folder / "current").write_text("../elsewhere")
    with pytest.raises(ListUnreadable, match=r"current: names no version `\.\./elsewhere`"):
        network.versions.current(KEY)


@pytest.mark.parametrize("key", ["", "..", "ofac", "ofac/sdn", "../ofac-sdn", "Ofac-Sdn"])
def test_a_key_is_a_name_and_no_path(tmp_path: Path, key: str) -> None:
    """The key names a folder."""
    with pytest.raises(ListUnreadable, match="key of a list"):
        Versions(tmp_path).current(key)


class Killed(BaseException):
    """The process dies here."""


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int) -> Callable[[], int]:
    """Let the process die before the `step`-th write, sync or rename; return how many were reached."""
    reached = 0

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            nonlocal reached
            reached += 1
            if reached == step:
                raise Killed
            return call(*arguments)

        return wrapped

    for place, name in ((versions, "_write"), (versions, "_sync"), (Path, "rename"), (Path, "replace")):
        monkeypatch.setattr(place, name, dying(getattr(place, name)))
    return lambda: reached


STEPS = range(1, 9)


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


def test_a_version_is_kept_in_eight_steps(network: Network) -> None:
    """The test above must stop at each of them."""
    network.take(FIRST)

    with pytest.MonkeyPatch.context() as patch:
        reached = killed_at(patch, 0)
        network.take(FIRST, SECOND)

    assert reached() == len(STEPS)

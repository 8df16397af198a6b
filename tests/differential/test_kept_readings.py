"""Lists taken from what their files were read as, beside the same lists read anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.lists import Versions, kept_readings, list_reader
from evenhand.lists.kept_readings import kept_reading
from evenhand.model.listing import ListVersion
from evenhand.model.network import ListSource
from evenhand.model.run import ListNews
from tests.unit.lists.made import MADE


def refused(*_: Any) -> Any:
    raise AssertionError("a list was read that is known")


def take(folder: Path, key: str) -> tuple[ListNews, tuple[Any, ...]]:
    """Return what another process makes of a list: its news, and all that it holds."""
    versions = Versions(folder)
    news = versions.take(ListSource(key=key, path=str(MADE[key])), folder)
    version = news.version
    assert version is not None
    held = versions.entities(version), versions.relations(version), versions.left_out(version)
    return news, (*held, versions.changed_by_reader(version))


@pytest.mark.parametrize("key", MADE)
def test_a_list_that_is_known_is_what_it_would_be_read_as(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """Entries, relations, dates and notes, in their order; and no entry of it is read."""
    take(tmp_path, key)
    (reading,) = (tmp_path / key).glob("*/reading.msgpack")
    reading.unlink()
    anew = take(tmp_path, key)

    for name, format_ in list_reader.FORMATS.items():
        monkeypatch.setitem(list_reader.FORMATS, name, format_._replace(entries=refused))

    assert reading.exists()
    assert take(tmp_path, key) == anew
    assert Versions(tmp_path).entities(version_of(anew[0])) == anew[1][0]


def version_of(news: ListNews) -> ListVersion:
    assert news.version is not None
    return news.version


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def turned(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, turned, Path.unlink])
def test_what_is_damaged_is_read_anew_and_kept_again(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    """An entry that is lost here would be lost to screening."""
    anew = take(tmp_path, "ofac-sdn")
    (reading,) = (tmp_path / "ofac-sdn").glob("*/reading.msgpack")
    whole = reading.read_bytes()
    damage(reading)

    assert kept_reading(reading.parent) is None
    assert take(tmp_path, "ofac-sdn")[1] == anew[1]
    assert reading.read_bytes() == whole


def test_what_other_code_read_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of a reader may change what it reads, whatever its version says."""
    take(tmp_path, "ofac-sdn")
    (reading,) = (tmp_path / "ofac-sdn").glob("*/reading.msgpack")
    monkeypatch.setattr(kept_readings, "_reader_sha256", lambda: "0" * 64)

    assert kept_reading(reading.parent) is None
    take(tmp_path, "ofac-sdn")
    assert kept_reading(reading.parent) is not None

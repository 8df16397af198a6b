"""Index and prefilter in files: used while right, built anew where not, nothing else written over."""

import errno
import mmap
from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.model.errors import IndexUnreadable
from evenhand.screening import screen
from evenhand.screening.index.cache import keep_prefilter, kept_index, kept_prefilter, prefilter_is_due
from evenhand.screening.index.prefilter import Prefilter
from tests.unit.screening.made_up import SUFFIXES, advertiser, entity, version

LISTED = [entity("e1", name="Made-up Vessari Telewave"), entity("e2", name="Made-up Quandar Holding")]


def test_the_first_time_it_is_built_and_kept_and_then_used(tmp_path: Path) -> None:
    """Both give the same findings."""
    path, lists = tmp_path / "lists.idx", [(version("house-x", 2), LISTED)]

    first, why_first = kept_index(path, lists, SUFFIXES)
    second, why_second = kept_index(path, lists, SUFFIXES)

    assert (why_first, why_second) == ("none was kept yet", "")
    asked = [("advertiser", advertiser("Made-up Vessari Telewave"))]
    assert list(screen(asked, first)) == list(screen(asked, second)) != []


def test_another_version_of_a_list_builds_it_again(tmp_path: Path) -> None:
    """And says so: a match against yesterday's list would be a silent miss."""
    path = tmp_path / "lists.idx"
    kept_index(path, [(version("house-x", 1), LISTED[:1])], SUFFIXES)

    index, why = kept_index(path, [(replace(version("house-x", 2), sha256="cd" * 32), LISTED)], SUFFIXES)

    assert "of other lists" in why
    assert len(index.entries) == 2
    assert kept_index(path, [(replace(version("house-x", 2), sha256="cd" * 32), LISTED)], SUFFIXES)[1] == ""


def test_a_damaged_one_is_built_again(tmp_path: Path) -> None:
    """A file that was cut is no reason to stop."""
    path, lists = tmp_path / "lists.idx", [(version("house-x", 2), LISTED)]
    kept_index(path, lists, SUFFIXES)
    path.write_bytes(path.read_bytes()[:-1])

    assert "cut short or changed" in kept_index(path, lists, SUFFIXES)[1]


def test_an_index_that_memory_is_too_small_for_is_one_line_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another index would not fit either, so none is built."""
    path, lists = tmp_path / "lists.idx", [(version("house-x", 2), LISTED)]
    kept_index(path, lists, SUFFIXES)
    before = path.read_bytes()

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(mmap, "mmap", fails)
    with pytest.raises(OSError, match="not enough memory to map it") as caught:
        kept_index(path, lists, SUFFIXES)

    assert caught.value.filename == str(path)
    assert path.read_bytes() == before


def test_another_file_is_never_written_over(tmp_path: Path) -> None:
    """A slip of the hand must not cost somebody a table."""
    path = tmp_path / "names.csv"
    path.write_text("name\nMade-up\n")

    for place in (path, tmp_path):
        with pytest.raises(IndexUnreadable, match="is no screening index, and stays; name another file"):
            kept_index(place, [(version("house-x", 2), LISTED)], SUFFIXES)
    assert path.read_text() == "name\nMade-up\n"


def keep(path: Path, *names: str) -> None:
    """Keep a prefilter of parties with these names, each name its own hash, beside what is kept already."""
    parties = {name.replace(" ", "-"): advertiser(name) for name in names}
    if prefilter_is_due(kept_prefilter(path), parties):
        keep_prefilter(path, Prefilter.of(parties.items(), SUFFIXES))


def test_a_sieve_is_kept_while_it_knows_nine_in_ten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new advertiser a day costs one reading, not that of all."""
    monkeypatch.setattr("evenhand.screening.index.cache._WORTH_A_SIEVE", 10)
    path = tmp_path / "state" / "parties.sieve"
    many = [f"Made-up {letter * 4}" for letter in "abcdefghij"]

    keep(path, *many[:9])
    assert kept_prefilter(path) is None  # too few to be worth it
    keep(path, *many)
    first = path.read_bytes()
    keep(path, *many[1:], "Made-up newcomer")
    assert path.read_bytes() == first
    keep(path, *many[2:], "Made-up newcomer", "Made-up other")

    prefilter = kept_prefilter(path)
    assert prefilter is not None
    assert sorted(prefilter.contents) == sorted(
        each.replace(" ", "-") for each in (*many[2:], "Made-up newcomer", "Made-up other")
    )


def test_a_damaged_sieve_is_none(tmp_path: Path) -> None:
    """Everybody is read then, and a new one is kept."""
    (tmp_path / "parties.sieve").write_bytes(b"EVHINDX1 and no more")

    assert kept_prefilter(tmp_path / "parties.sieve") is None

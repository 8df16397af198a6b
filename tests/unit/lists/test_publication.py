"""A list by itself: what it is called, of which version it is."""

import shutil
from pathlib import Path

import pytest

from evenhand.lists import Versions
from evenhand.lists.publication import read_publication, read_publications
from evenhand.model.network import ListSource
from tests.unit.lists.made import MADE


@pytest.mark.parametrize(
    ("made", "key"),
    [("ofac-sdn", "ofac-sdn"), ("un-sc", "un-sc"), ("state-media", "state-media"), ("house-own", "list-house")],
)
def test_a_list_is_called_as_its_publisher_calls_it_or_by_its_own_name(made: str, key: str) -> None:
    """Findings name it."""
    version, entities = read_publication(MADE[made])

    assert version.key == key
    assert version.entries == len(entities) > 0
    assert len(version.sha256) == 64


def test_a_file_is_called_by_its_name_without_endings(tmp_path: Path) -> None:
    """What somebody saved as `Our List.2026.csv`."""
    (made,) = MADE["house-own"].glob("*.csv")
    path = shutil.copy(made, tmp_path / "Our List.2026.csv")

    assert read_publication(Path(path))[0].key == "list-our-list"


def test_a_folder_of_several_lists_of_one_format_gives_each(tmp_path: Path) -> None:
    """House lists are often kept side by side; the folder is no list of several files."""
    (made,) = MADE["house-own"].glob("*.csv")
    for name in ("first.csv", "second.csv"):
        shutil.copy(made, tmp_path / name)

    assert [each.version.key for each in read_publications(tmp_path)] == ["list-first", "list-second"]


def test_a_kept_version_brings_its_key_and_date(tmp_path: Path) -> None:
    """It is the one that a network has in force."""
    (made,) = MADE["house-own"].glob("*.csv")
    kept = Versions(tmp_path)
    version = kept.take(ListSource(key="house-own", path=str(made)), Path()).version

    assert version is not None
    assert read_publication(kept.folder_of(version)) == (version, kept.entities(version))


def test_a_list_in_a_folder_below_another_is_read_too(tmp_path: Path) -> None:
    """A list that is passed over without a word is one that nobody is screened against."""
    (made,) = MADE["house-own"].glob("*.csv")
    (tmp_path / "deep").mkdir()
    shutil.copy(made, tmp_path / "first.csv")
    shutil.copy(made, tmp_path / "deep" / "second.csv")

    assert [each.version.key for each in read_publications(tmp_path)] == [
        f"list-{tmp_path.name.replace('_', '-').lower()}",
        "list-deep",
    ]

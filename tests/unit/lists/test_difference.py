"""The whole difference of two publications: the publisher's fields, and nobody else's changes."""

from collections import Counter
from pathlib import Path

import pytest

from evenhand.lists import Versions
from evenhand.lists.difference import difference
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import FieldChange
from evenhand.model.network import ListSource
from tests.data import DATA, first_entries, needs_data
from tests.unit.lists.made import FIXTURES, MADE, made, written

LISTS = DATA / "screening" / "lists"


def test_a_list_does_not_differ_from_itself() -> None:
    """Whatever its format."""
    for key, path in MADE.items():
        found, captions = difference(path, path)

        assert found.counts == {"added": 0, "removed": 0, "amended": 0, "unchanged": len(made(key).entities)}
        assert (found.fields, found.changes, captions, found.reader_changes) == ({}, (), {}, 0)


@pytest.mark.parametrize(
    ("key", "publisher", "list_"),
    [
        ("ofac-sdn", "ofac", "sdn"),
        ("un-sc", "un", "sc"),
        ("eu-fsf", "eu", "fsf"),
        ("uk-fcdo", "uk", "sanctions"),
        ("state-media", "gmf", "state-media"),
        ("house-own", "", ""),
        ("other-ftm", "", ""),
    ],
)
def test_a_list_is_named_by_its_entries(key: str, publisher: str, list_: str) -> None:
    """Files know their publisher by their form; a list of the network's own is named by `--list`."""
    found, _ = difference(MADE[key], MADE[key])
    told, _ = difference(MADE[key], MADE[key], key)

    assert (found.publisher, found.list) == (publisher, list_)
    assert key in (f"{told.publisher}-{told.list}", told.list)


def test_an_entry_of_ofac_differs_in_the_publisher_s_fields(tmp_path: Path) -> None:
    """A street is no property of ours, and a change of the list all the same."""
    files = dict(made("ofac-sdn").files)
    files["add.csv"] = files["add.csv"].replace(b"1 Sample Quay", b"2 Sample Quay")

    found, captions = difference(MADE["ofac-sdn"], written(tmp_path / "new", files))

    (change,) = found.changes
    assert change.fields == (
        FieldChange(
            field="addresses",
            before=("1 Sample Quay | Reykjavik | Iceland", "| | New Zealand"),
            after=("2 Sample Quay | Reykjavik | Iceland", "| | New Zealand"),
        ),
    )
    assert captions == {"ofac-sdn-101": "MADE-UP SHIPPING CO."}
    assert found.counts == {"added": 0, "removed": 0, "amended": 1, "unchanged": 3}


def test_entries_of_other_formats_differ_in_their_properties(tmp_path: Path) -> None:
    """A house list is compared as it is read."""
    heading, first, second = made("house-own").files["house.csv"].splitlines(keepends=True)
    for name, rows in (
        ("old", [first, second]),
        ("new", [second.replace(b"h-2", b"h-3"), first.replace(b",is", b",nz")]),
    ):
        written(tmp_path / name, {"own.csv": heading + b"".join(rows)})

    found, _ = difference(tmp_path / "old", tmp_path / "new", "house-own")

    assert [(change.op, change.id) for change in found.changes] == [
        ("amended", "h-1"), ("removed", "h-2"), ("added", "h-3"),
    ]  # fmt: skip
    assert (found.publisher, found.list, list(found.fields)) == ("house", "own", ["country", "jurisdiction"])


def test_kept_versions_bring_their_key_and_their_date(tmp_path: Path) -> None:
    """A publication without a date of its own was dated when it was taken."""
    source = ListSource(key="un-sc", path="un_sc")
    version = Versions(tmp_path).take(source, FIXTURES).version
    assert version is not None

    found, _ = difference(tmp_path / "un-sc" / version.sha256, FIXTURES / "un_sc")

    assert (found.old, found.publisher, found.list) == (found.new, "un", "sc")
    assert found.old.published_at == version.published_on


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("ofac-sdn", "un-sc", "a list of another format: `un-xml`; expected `ofac-csv`, as "),
        ("ofac-sdn", "cons", "another list: `ofac-cons`; expected `ofac-sdn`, as "),
        ("ofac-sdn", "nothing", "cannot be read"),
    ],
)
def test_two_lists_are_not_compared(tmp_path: Path, old: str, new: str, line: str) -> None:
    """All entries gone and as many new would be true and useless."""
    names = {"sdn": "cons_prim", "alt": "cons_alt", "add": "cons_add", "sdn_comments": "cons_comments"}
    files = {f"{names[name.removesuffix('.csv')]}.csv": data for name, data in made("ofac-sdn").files.items()}
    paths = MADE | {"cons": written(tmp_path / "cons", files), "nothing": tmp_path / "nothing"}

    with pytest.raises(ListUnreadable) as caught:
        difference(paths[old], paths[new])

    assert line in str(caught.value)


@needs_data
def test_the_sdn_list_of_2019_and_2021_differ_by_known_counts() -> None:
    """`lists.md` §2, counted by somebody else on the same files."""
    found, _ = difference(LISTS / "ofac_sdn_20190115", LISTS / "ofac_sdn_20210707")

    assert found.counts == {"added": 1858, "removed": 261, "amended": 842, "unchanged": 6276}
    assert found.fields == {
        "remarks": 633, "programs": 311, "aliases": 81, "addresses": 61, "name": 20, "flag": 5, "title": 3,
        "vessel_type": 1,
    }  # fmt: skip
    assert (found.old.entries, found.new.entries, found.reader_changes) == (7379, 8976, 0)
    (bank,) = (change for change in found.changes if change.id == "ofac-sdn-906")
    assert [field.field for field in bank.fields] == ["addresses", "aliases", "name", "remarks"]
    assert bank.fields[2].before == ("HAVANA INTERNATIONAL BANK, LTD.",)


@needs_data
def test_a_renumbered_and_resaved_sdn_list_is_no_change(tmp_path: Path) -> None:
    """`alt_num`, `add_num`, row order and line ends say nothing of an entry (acceptance case 7)."""
    files = first_entries(LISTS / "ofac_sdn_20210707", 1_000)
    lines = {name: data.splitlines() for name, data in files.items()}
    for name in ("alt.csv", "add.csv"):
        cells = (line.split(b",", 2) for line in lines[name])
        lines[name] = [b"%s,%d,%s" % (entry, at, rest) for at, (entry, _, rest) in enumerate(cells)]
    copy = {name: b"\n".join(reversed(each)) + b"\n" for name, each in lines.items()}

    found, _ = difference(written(tmp_path / "list", files), written(tmp_path / "copy", copy))

    assert Counter(change.op for change in found.changes) == {}
    assert found.old.sha256 != found.new.sha256

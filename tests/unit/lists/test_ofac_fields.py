"""OFAC's entries as published: every field of the delta, and nothing that says nothing."""

import pytest

from evenhand.lists.entry_changes import diff_fields
from evenhand.lists.formats.ofac import published_fields
from evenhand.model.errors import ListUnreadable
from tests.unit.lists.made import made

FIRST = "ofac-sdn-101"


@pytest.fixture
def files() -> dict[str, bytes]:
    return dict(made("ofac-sdn").files)


def test_every_field_that_has_a_value_is_there(files: dict[str, bytes]) -> None:
    """Null is no value; aliases and addresses lie in two other files, the end of the remarks in a third."""
    fields = dict(published_fields(files))

    shipping = fields[FIRST]
    assert shipping["programs"] == ("ALPHA", "BETA")
    assert shipping["aliases"][:2] == ("aka | MADE-UP LINES", "fka | OLD MADE-UP LINES")
    assert "MADE-UP HOLDING A.S" in shipping["remarks"][0]
    assert fields["ofac-sdn-103"]["type"] == ("vessel",)
    assert "title" not in shipping
    assert len(fields) == 4


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        ("sdn.csv", b'"ALPHA] [BETA"', b'"BETA"', "programs"),
        ("alt.csv", b'"fka"', b'"aka"', "aliases"),
        ("add.csv", b"Iceland", b"New Zealand", "addresses"),
        ("sdn_comments.csv", b"101,", b"102,", "remarks"),
    ],
)
def test_a_change_is_told_by_its_field(files: dict[str, bytes], name: str, old: bytes, new: bytes, field: str) -> None:
    """What no property of ours holds, a street or a remark on an alias, is a change of the list all the same."""
    assert old in files[name]
    changed = files | {name: files[name].replace(old, new, 1)}

    changes = {
        change.id: change for change in diff_fields(dict(published_fields(files)), dict(published_fields(changed)))
    }

    assert [each.field for each in changes[FIRST].fields] == [field]


def test_a_resaved_copy_is_no_change(files: dict[str, bytes]) -> None:
    """`alt_num`, `add_num`, row order, line ends, the last byte and an empty address do not count."""
    copy = {name: data.removesuffix(b"\x1a").replace(b"\r\n", b"\n").rstrip() for name, data in files.items()}
    for name in ("alt.csv", "add.csv"):
        lines = [line.split(b",", 2) for line in copy[name].split(b"\n")]
        copy[name] = b"\n".join(b",".join((entry, b"9" + number, rest)) for entry, number, rest in reversed(lines))
    copy["add.csv"] += b"\n102,15,-0- ,-0- ,-0- ,-0-"

    assert list(diff_fields(dict(published_fields(files)), dict(published_fields(copy)))) == []


def test_a_quartet_that_is_not_whole_is_refused(files: dict[str, bytes]) -> None:
    """The delta of half a list would remove the other half."""
    del files["add.csv"]

    with pytest.raises(ListUnreadable, match=r"files missing of the quartet `add\.csv`"):
        list(published_fields(files))

"""OFAC's quartet: what is read, and that nothing half-read passes."""

from pathlib import Path

import pytest

from evenhand.lists import diff, read_list
from evenhand.model.errors import ListUnreadable
from tests.unit.lists.made import MADE, made, refusal, written


@pytest.fixture
def files() -> dict[str, bytes]:
    return dict(made("ofac-sdn").files)


def test_the_four_files_are_read_as_one_entry_each() -> None:
    """Names, aliases, addresses and programs of an entry lie in three files."""
    shipping, person, vessel, aircraft = made("ofac-sdn").entities

    assert (shipping.id, shipping.schema) == ("ofac-sdn-101", "Organization")
    assert shipping.values("alias") == ("MADE-UP LINES",)
    assert shipping.values("previousName") == ("OLD MADE-UP LINES",)
    assert shipping.values("program") == ("ALPHA", "BETA")
    assert shipping.values("country") == ("is", "nz")
    assert [person.schema, vessel.schema, aircraft.schema] == ["Person", "Vessel", "Airplane"]
    assert vessel.values("alias") == ("NEW INVENTED STAR",)


def test_a_comment_continues_remarks_in_the_middle_of_a_word() -> None:
    """Remarks are cut at 1,000 characters; a separator between the parts would tear a name."""
    read = made("ofac-sdn")

    assert read.entities[0].values("linkedTo") == ("MADE-UP HOLDING A.S",)
    assert read.entities[0].values("vatCode") == ("IS 12345",)
    assert read.left_out == {"comment on an absent entry": 1, "country without a code": 1}


def test_the_consolidated_list_has_ids_of_its_own(tmp_path: Path, files: dict[str, bytes]) -> None:
    """An `ent_num` alone would not say which of the two lists an entry is on."""
    renamed = {
        "cons_prim.csv": files["sdn.csv"],
        "cons_alt.csv": files["alt.csv"],
        "cons_add.csv": files["add.csv"],
        "cons_comments.csv": files["sdn_comments.csv"],
    }

    read = read_list(written(tmp_path / "cons", renamed), "ofac-cons")

    assert read.entities[0].id == "ofac-cons-101"
    assert read.publisher == "ofac"


def test_a_resaved_copy_is_no_change(tmp_path: Path, files: dict[str, bytes]) -> None:
    """Row order, line ends, the last byte and the numbers of aliases and addresses say nothing of an entry."""
    copy = {name: data.removesuffix(b"\x1a").replace(b"\r\n", b"\n").rstrip() for name, data in files.items()}
    copy["alt.csv"] = b"\n".join(reversed(copy["alt.csv"].replace(b",1,", b",77,").split(b"\n")))

    read = read_list(written(tmp_path / "copy", copy), "ofac-sdn")

    assert list(diff(made("ofac-sdn").entities, read.entities)) == []


def test_a_copy_with_bare_lf_may_end_in_half_a_null(tmp_path: Path, files: dict[str, bytes]) -> None:
    """The copy of January 2019 ends so; its last row is whole in every column that says something."""
    copy = {name: data.removesuffix(b"\x1a").replace(b"\r\n", b"\n").rstrip() for name, data in files.items()}
    copy["add.csv"] = copy["add.csv"].removesuffix(b"-0-") + b"-0"

    assert len(read_list(written(tmp_path / "copy", copy), "ofac-sdn").entities) == 4


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("sdn.csv", b'"vessel"', b'"submarine"', "sdn.csv:3: unknown type `submarine`"),
        ("alt.csv", b'"fka"', b'"zka"', "alt.csv:2: unknown alt_type `zka`"),
        ("sdn.csv", b"\x1a", b'101,"TWICE"' + b",-0- " * 10, "sdn.csv:5: duplicate id `ofac-sdn-101`"),
        ("sdn.csv", b"102,", b"one,", "sdn.csv:2: ent_num `one`"),
        ("alt.csv", b"103,3", b"105,3", "alt.csv:3: ent_num of no entry `105`"),
        ("add.csv", b"-0- \r\n\x1a", b"-0", "add.csv:4: add_remarks is cut: `-0`"),
        ("add.csv", b",-0- \r\n\x1a", b"\r\n", "add.csv:4: number of columns `5`; expected 6"),
        ("sdn.csv", b"-0- ,-0- \r\n\x1a", b'"cut', "sdn.csv:4: incomplete row"),
        ("sdn.csv", b"Exampla", b"Ex\xe4mpla", "sdn.csv:2: bytes are not text"),
        ("sdn.csv", b"Exampla", b"Ex\0mpla", "sdn.csv:2: a NUL byte"),
    ],
)
def test_a_quartet_that_half_parses_is_refused_whole(
    tmp_path: Path, files: dict[str, bytes], name: str, old: bytes, new: bytes, line: str
) -> None:
    """A half-read list would let listed parties pass; the error names file and line."""
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1) if name != "add.csv" else files[name].removesuffix(old) + new

    assert refusal(tmp_path / "broken", "ofac-sdn", files).startswith(line)


def test_a_missing_member_of_the_quartet_is_named(tmp_path: Path, files: dict[str, bytes]) -> None:
    """Without aliases most listed parties would go unnoticed."""
    del files["alt.csv"]

    assert "files missing of the quartet `alt.csv`" in refusal(tmp_path / "broken", "ofac-sdn", files)


def test_two_quartets_in_one_folder_are_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    """Which of the two was meant is nothing to guess."""
    files["cons_prim.csv"] = files["sdn.csv"]

    assert "two lists in one folder" in refusal(tmp_path / "both", "ofac-sdn", files)


def test_the_file_alone_is_not_the_list() -> None:
    """`sdn.csv` without its three companions is the commonest mistake in a setting."""
    with pytest.raises(ListUnreadable, match=r"files missing of the quartet `alt\.csv, add\.csv, sdn_comments\.csv`"):
        read_list(MADE["ofac-sdn"] / "sdn.csv", "ofac-sdn")

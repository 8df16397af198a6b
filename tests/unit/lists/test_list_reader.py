"""Which format a file or folder is, and what is refused before any reader looks at it."""

from pathlib import Path

import pytest

from evenhand.lists import read_list
from evenhand.lists.publication import find_lists
from evenhand.model.errors import ListUnreadable
from tests.data import DATA, needs_data
from tests.unit.lists.made import MADE, made, refusal, written

LISTS = DATA / "screening" / "lists"


@pytest.mark.parametrize("key", MADE)
def test_each_made_list_is_recognised_and_keeps_its_bytes(key: str) -> None:
    """Formats are told by file names and first bytes; nobody states them."""
    read = made(key)

    assert read.files == {path.name: path.read_bytes() for path in MADE[key].iterdir()}
    assert len({entity.id for entity in read.entities}) == len(read.entities)


def test_other_files_in_the_folder_are_no_part_of_the_list(tmp_path: Path) -> None:
    """A licence beside a list is no change of the list."""
    files = made("state-media").files
    folder = written(tmp_path / "list", {**files, "LICENSE": b"text", "readme.txt": b"text"})
    (folder / "more.csv").mkdir()

    assert read_list(folder, "state-media").files == files


def test_a_place_without_a_list_is_named(tmp_path: Path) -> None:
    """The commonest mistake is a wrong path."""
    assert "unknown list format `no file in" in refusal(tmp_path / "empty", "house-own", {"notes.txt": b"x"})
    with pytest.raises(ListUnreadable, match=r"nowhere: cannot be read \(No such file or directory\)"):
        read_list(tmp_path / "nowhere", "house-own")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\n<!DOCTYPE html>\n<html lang='en'><title>503</title></html>", "a web page"),
        (b"<HTML><body>blocked</body></HTML>", "a web page"),
        (b"\xef\xbb\xbf\r\n<html>", "a web page"),
        (b"PK\x03\x04rest", "a ZIP archive (sheets in ODS and XLSX are some)"),
        (b"\x1f\x8b\x08rest", "a compressed file"),
        ("x,y".encode("utf-16"), "a file in UTF-16"),
        (b"", "an empty file"),
        (b" \r\n", "an empty file"),
    ],
)
@pytest.mark.parametrize("key", ["ofac-sdn", "ofac-xml", "un-sc", "eu-fsf", "uk-fcdo", "uk-ofsi"])
def test_what_was_saved_in_place_of_a_list_is_named(tmp_path: Path, key: str, data: bytes, kind: str) -> None:
    """Servers answer with a page, people save a sheet in another form; the columns of our own lists do not help."""
    files = made(key).files
    first = next(iter(files))

    said = refusal(tmp_path / "other", key, {**files, first: data})

    assert said == f"{first}: {kind}, no list; expected the publisher's file"


@pytest.mark.parametrize(
    ("key", "name", "data", "says"),
    [
        ("ofac-sdn", "sdn.xml", b"<sdnList xmlns='x'><sdnEntry/></sdnList>", "OFAC's `SDN.XML`"),
        ("ofac-sdn", "SDN_ENHANCED.xml", b"<?xml version='1.0'?><sanctionsData/>", "OFAC's enhanced XML"),
        ("uk-fcdo", "list.xml", b"<?xml version='1.0'?>\n<Designations/>", "the UK's list in XML"),
        ("uk-ofsi", "list.xml", b"<ArrayOfFinancialSanctionsTarget/>", "OFSI's list in XML"),
        ("eu-fsf", "list.csv", b"\xef\xbb\xbffileGenerationDate;Entity_LogicalId;x\n", "the EU's list in CSV"),
        ("eu-fsf", "list.xml", b"<WHOLE Date='1/1/2018'/>", "the EU's list in its older XML"),
        ("ch-seco", "a.xml", b"<?xml version='1.0'?>\n<swiss-sanctions-list date='x'/>", "SECO's list in XML"),
        ("house-x", "a.csv", b'\xef\xbb\xbf"id","schema","name","aliases","x"\n', "OpenSanctions' simplified CSV"),
        ("house-x", "a.csv", b"id,schema,name,aliases,birth_date\n", "OpenSanctions' simplified CSV"),
        (
            "house-x",
            "a.csv",
            b"_id,source,entity_number,type,programs,name,title\n",
            "the US Consolidated Screening List in CSV",
        ),
    ],
)
def test_a_form_that_is_not_read_is_named_with_the_one_that_is(
    tmp_path: Path, key: str, name: str, data: bytes, says: str
) -> None:
    """Publishers offer a list in several forms, and the address of one is soon taken for another's."""
    said = refusal(tmp_path / "other", key, {name: data})

    assert said.startswith(f"{name}: {says}, which is not read; expected ")
    with pytest.raises(ListUnreadable, match="which is not read; expected "):
        find_lists(tmp_path / "other")


@pytest.mark.parametrize("list_", ["sdn", "cons"])
def test_ofacs_main_file_under_another_name_is_known_by_its_rows(tmp_path: Path, list_: str) -> None:
    """It has no heading, and was taken for a list of our own that lacks every column."""
    main = {"sdn": "sdn.csv", "cons": "cons_prim.csv"}[list_]
    row = b'36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'

    told = refusal(tmp_path / "other", "ofac-sdn", {"ofac list.csv": row})

    assert told.startswith("ofac list.csv: OFAC's main CSV file under another name; expected the four files by OFAC's")
    assert "files missing of the quartet" in refusal(tmp_path / "alone", "ofac-sdn", {main: row})


def test_names_in_capitals_are_those_that_ofac_gives(tmp_path: Path) -> None:
    """OFAC's server calls the files `SDN.CSV`; a folder with both spellings could hold two lists."""
    files = made("ofac-sdn").files
    capitals = written(tmp_path / "capitals", {name.upper(): data for name, data in files.items()})

    assert read_list(capitals, "ofac-sdn") == made("ofac-sdn")
    told = refusal(tmp_path / "both", "ofac-sdn", {**files, "SDN.CSV": files["sdn.csv"]})
    assert told.endswith("one name twice, in capitals and not `sdn.csv`; expected each once")


def test_an_empty_file_of_comments_is_no_error(tmp_path: Path) -> None:
    """The list may have no overlong remark."""
    files = made("ofac-sdn").files

    read = read_list(written(tmp_path / "quartet", {**files, "sdn_comments.csv": b""}), "ofac-sdn")

    assert len(read.entities) == len(made("ofac-sdn").entities)


def test_two_lists_in_one_folder_are_refused(tmp_path: Path) -> None:
    """Which of them was meant is nothing to guess."""
    own, matrix = made("house-own").files["house.csv"], made("state-media").files["matrix.csv"]

    assert "more than one list `matrix.csv, own.csv`" in refusal(
        tmp_path / "two", "house-own", {"own.csv": own, "matrix.csv": matrix}
    )
    assert "more than one list `a.csv, b.csv`" in refusal(tmp_path / "same", "house-own", {"a.csv": own, "b.csv": own})


@needs_data
@pytest.mark.parametrize(
    ("folder", "key", "entries"),
    [
        ("ofac_sdn_20190115", "ofac-sdn", 7379),
        ("ofac_sdn_20210707", "ofac-sdn", 8976),
        ("ofac_cons_20251219", "ofac-cons", 442),
        ("un_sc_20260227", "un-sc", 1003),
        ("state_media_202402", "state-media", 1545),
    ],
)
def test_real_lists_are_read_whole(folder: str, key: str, entries: int) -> None:
    """Counts of `lists.md` §1 and §3."""
    assert len(read_list(LISTS / folder, key).entities) == entries


def test_hidden_characters_in_entries_are_noted_and_kept(tmp_path: Path) -> None:
    """A name that nobody can read rightly is still listed; who looks at it should know.

    Joiners belong to names, and a line separator is a blank like any other when a list is read.
    """
    heading, first, second = made("house-own").files["house.csv"].decode().splitlines(keepends=True)
    joined = second.replace("h-2", "h-3").replace(",,", ",\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645,", 1)
    text = heading + first.replace("Made", "Ma\u202ed\u2028e", 1) + second.replace("h-2", "h-2\U000e0041") + joined
    (tmp_path / "own.csv").write_text(text, "utf-8")

    read = read_list(tmp_path / "own.csv", "house-own")

    assert read.notes == ("2 entries have hidden characters (\\U000e0041, \\u202e): h-1, h-2\U000e0041",)
    assert "\u202e" in read.entities[0].caption
    assert read_list(tmp_path / "own.csv", "house-own").left_out == {}

"""A table handed in: looked at without a trace, and put in the place of the old one as a whole."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter

from evenhand.model.errors import BadInput, NotPermitted, StateRefused, StorageFailed
from evenhand.model.outcome import Outcome
from evenhand.model.upload import CheckedTable, Reading, Upload
from evenhand.store.network import Network
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.run import run
from evenhand.workflows.uploads import replacing, staging
from evenhand.workflows.uploads.checking import check_table
from evenhand.workflows.uploads.readings import reading_of
from evenhand.workflows.uploads.replacing import replace_table
from evenhand.workflows.uploads.staging import SentFile, find_upload, keep_upload, upload_file
from tests.networks import BY, DAY_2, DAY_3, TOOLS, MadeNetwork, full_network

OPS = Acting("ops")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = full_network(tmp_path_factory.mktemp("uploads") / "network")
    made.run()
    return made


def advertisers(made: MadeNetwork) -> str:
    return (made.folder / "data" / "advertisers.csv").read_text("utf-8")


def kept(network: Network, data: bytes, table: str = "payers", name: str = "t.csv") -> Upload:
    number = len(staging.all_uploads(network))
    return keep_upload(network, f"u{number}", SentFile(table, name, io.BytesIO(data)), OPS, DAY_2)


def checked(network: Network, upload: Upload) -> CheckedTable:
    return check_table(network, upload.table, upload_file(network, upload), upload.reading, DAY_2, TOOLS)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "console" not in path.parts and path.name not in ("lock", "ledger.sqlite-shm")
    }


def test_what_would_change_is_said_row_by_row_and_nothing_is_written(ran: MadeNetwork) -> None:
    """Added, removed and changed rows, cells rejected, what would stop a run, and outcomes of the rules in force."""
    before = files_of(ran.folder)
    text = advertisers(ran).replace("Harbour Lane Parts", "Harbour Lane Spares")
    text = text.replace("ferrolit.example", "h.example")
    lines = [line for line in text.splitlines() if not line.startswith(("minor,", "owned,"))]
    data = "\n".join([*lines, "new,Quillmark Bakery,," + "," * (lines[0].count(",") - 3), "bad,,,"]).encode()
    upload = kept(ran.network, data, "advertisers")

    found = checked(ran.network, upload)

    assert found.problem == ""
    assert (found.counts["added"], found.counts["removed"], found.counts["changed"]) == (2, 2, 1)
    (frozen,) = [each for each in found.changes if each.key == "frozen"]
    assert ("name", "Harbour Lane Parts", "Harbour Lane Spares") in frozen.fields
    assert ("domains", "ferrolit.example", "h.example") in frozen.fields
    assert found.rejected == 1
    assert {each.file for each in found.refused} == {"advertisers.csv"}
    moved = {(each.party, each.scope): (each.before, each.after) for each in found.outcomes}
    assert moved["frozen", "advertiser"] == (Outcome.REFUSE, Outcome.HOLD)
    assert moved["owned", "advertiser"][1] is None
    assert files_of(ran.folder) == before


def test_rows_that_other_tables_lose_are_said_to_be_theirs(ran: MadeNetwork) -> None:
    """`0 rows rejected` beside `too many rows` sends people to mend a mapping that is right."""
    lines = advertisers(ran).splitlines()
    upload = kept(ran.network, "\n".join(lines[:2]).encode(), "advertisers")

    found = checked(ran.network, upload)

    assert found.rejected == 0
    assert "of data/campaigns.csv)" in found.problem
    assert "rows of other tables name an id that this file lacks" in found.problem
    assert "mapping" not in found.problem


def test_rejected_cells_are_in_the_order_of_the_file(ran: MadeNetwork) -> None:
    """A payer that no table knows is found last, and may be in the first row."""
    lines = advertisers(ran).splitlines()
    columns = lines[0].split(",")
    first, last = lines[1].split(","), lines[-1].split(",")
    first[columns.index("payer_id")], last[columns.index("domains")] = "p-nobody", "no host"
    data = "\n".join([lines[0], ",".join(first), *lines[2:-1], ",".join(last)]).encode()

    found = checked(ran.network, kept(ran.network, data, "advertisers"))

    assert [each.line for each in found.refused] == sorted(each.line for each in found.refused)
    assert {"payer_id", "domains"} <= {each.column for each in found.refused}


def test_losses_are_those_that_stop_a_run(ran: MadeNetwork) -> None:
    """An empty table of payers is one; a person accepts it by the name that the run asks for."""
    found = checked(ran.network, kept(ran.network, b"id,name\nplain,Plain Payer\n"))

    assert [(each.option, each.table) for each in found.losses] == [("table", "payers")]
    assert "payers has lost a column" in found.losses[0].sentence


def test_ids_that_are_others_are_said_before_the_table_is_in_use(ran: MadeNetwork) -> None:
    """Each client would be a stranger; the page names what the ids have in common, as the run does."""
    head, *rows = advertisers(ran).splitlines()
    data = "\n".join([head, *(f"x-{row}" for row in rows)]).encode()

    found = checked(ran.network, kept(ran.network, data, "advertisers"))

    [loss] = [each for each in found.losses if each.option == "names"]
    assert loss.sentence.startswith(
        f"{len(rows)} of {len(rows)} known ids are gone from the table, and {len(rows)} ids"
    )
    assert "the same ids with `x-` in front of them: `bakery` is now `x-bakery`" in loss.sentence


def test_headings_and_days_are_mended_by_saying_what_they_are(ran: MadeNetwork) -> None:
    """What is not understood is said with what the file has; then it is read as a person says."""
    data = b"Kennung,Wer,Land\nplain,Plain Payer,DE\n"
    upload = kept(ran.network, data)
    wrong = checked(ran.network, upload)
    assert "has no column `id`" in wrong.problem
    assert "--column" not in wrong.problem
    assert wrong.header == ("Kennung", "Wer", "Land")
    assert wrong.sample == (("plain", "Plain Payer", "DE"),)

    reading = Reading(columns={"id": "Kennung", "name": "Wer"})
    right = check_table(ran.network, "payers", upload_file(ran.network, upload), reading, DAY_2, TOOLS)

    assert right.problem == ""
    assert {each.column: each.heading for each in right.columns if each.heading} == {
        "id": "Kennung", "name": "Wer", "country": "Land"
    }  # fmt: skip
    assert right.sample == (("plain", "Plain Payer", "DE"),)


def test_a_table_in_an_object_store_is_not_replaced_here(ran: MadeNetwork, tmp_path: Path) -> None:
    """The next run would fetch the old one again."""
    made = ran.copy(tmp_path / "network")
    made.settings["intake"]["payers"] = "s3://tables/payers.csv"
    made.write()
    upload = kept(made.network, b"id,name\nplain,Plain Payer\n")
    found = checked(made.network, upload)
    assert found.problem == "payers is at s3://tables/payers.csv: put the new table there, and a run fetches it"

    with pytest.raises(BadInput, match="the table cannot be read as it is"):
        replace_table(made.network, upload, found, OPS, DAY_2, TOOLS)


def sheets(**rows: list[list[str]]) -> bytes:
    """Return a workbook with these sheets."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, cells in rows.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(cells):
                sheet.write_row(number, 0, row)
    return made.getvalue()


FIRST, SECOND = [["id", "name"], ["a", "Alpha Works"]], [["id", "name"], ["b", "Beta Works"]]


@pytest.mark.parametrize(
    ("data", "sheet"),
    [
        (sheets(Notes=FIRST, PAYERS=SECOND), "PAYERS"),
        (sheets(Notes=FIRST, Zahler=SECOND), "Zahler"),
        (sheets(Zahler=FIRST, Payers=SECOND), "Payers"),
        (sheets(Zahler=FIRST, Pagadores=SECOND), ""),
        (sheets(One=FIRST, Other=SECOND), ""),
        (sheets(Anything=FIRST), ""),
        (b"id,name\na,Alpha Works\n", ""),
        (b"PK\x03\x04 and no more", ""),
    ],
)  # fmt: skip
def test_the_sheet_is_the_one_that_is_called_as_the_table(ran: MadeNetwork, data: bytes, sheet: str) -> None:
    """The first sheet of a workbook of all tables is that of another table; of two that could be it none is."""
    upload = kept(ran.network, data)

    assert reading_of(ran.network, "payers", upload_file(ran.network, upload)).sheet == sheet


def test_a_sheet_that_is_remembered_and_missing_is_chosen_anew(ran: MadeNetwork, tmp_path: Path) -> None:
    """Of several sheets none is taken silently: the names are there to choose from. A single one is the one."""
    made = ran.copy(tmp_path / "network")
    made.settings["intake.sheets"] = {"payers": "Old"}
    made.write()
    upload = kept(made.network, sheets(One=FIRST, Other=SECOND))
    reading = reading_of(made.network, "payers", upload_file(made.network, upload))
    single = kept(made.network, sheets(One=FIRST))
    known = kept(made.network, sheets(Payers=FIRST, Old=SECOND))

    found = check_table(made.network, "payers", upload_file(made.network, upload), reading, DAY_2, TOOLS)

    assert "has no sheet `Old`" in found.problem
    assert found.sheets == ("One", "Other")
    assert reading_of(made.network, "payers", upload_file(made.network, single)).sheet == ""
    assert reading_of(made.network, "payers", upload_file(made.network, known)).sheet == "Old"


def bomb() -> bytes:
    """Return a workbook of 260 MB that is 260 kB as a file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(270):
                part.write(b" " * (1 << 20))
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"just a line of words\n\n", "has no column"),
        (b"PK\x03\x04 and no more", "not a complete workbook"),
        (b"\xd0\xcf\x11\xe0 old", "a workbook of an old kind"),
        (b"id,name\n\"never closed,x\n", ""),
        (b"\x00\x01\x02\x03binary", "is binary"),
        (b"%PDF-1.7\nid", "has no column"),
        (b"other_id,other\n1,2\n", "has no column"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said_in_one_line(ran: MadeNetwork, data: bytes, said: str) -> None:
    found = checked(ran.network, kept(ran.network, data))

    assert said in found.problem
    assert "\n" not in found.problem
    assert "console/uploads" not in found.problem


def test_a_workbook_that_unpacks_to_hundreds_of_megabytes_is_refused(ran: MadeNetwork) -> None:
    """By what is unpacked, not by what the archive says of itself."""
    found = checked(ran.network, kept(ran.network, bomb()))

    assert "is larger than 256 MB unpacked" in found.problem


@pytest.mark.parametrize("name", ["../../staff.toml", "..\\..\\evil.csv", "/etc/passwd", "a\x00b\ncsv", "", "x" * 900])
def test_a_name_is_shown_and_leads_nowhere(ran: MadeNetwork, name: str) -> None:
    """What a sender calls a file is its last part, one line; the file here is called by what is in it."""
    upload = kept(ran.network, b"id,name\n", name=name)

    assert "/" not in upload.name
    assert "\\" not in upload.name
    assert upload.name.isprintable()
    assert 0 < len(upload.name) <= 200
    assert upload_file(ran.network, upload).parent.parent == ran.folder / "console" / "uploads"
    assert upload.file == "table.csv"
    assert find_upload(ran.network, upload.id) == upload


def test_an_empty_file_and_an_unknown_table_are_refused_and_leave_nothing(ran: MadeNetwork) -> None:
    before = len(staging.all_uploads(ran.network))

    with pytest.raises(BadInput, match="the file is empty"):
        kept(ran.network, b" \n\n")
    with pytest.raises(BadInput, match="no such table `staff`"):
        kept(ran.network, b"id,name\n", table="staff")

    assert len(staging.all_uploads(ran.network)) == before


def test_a_disk_that_is_full_keeps_nothing_by_halves(ran: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, and no folder with half a file."""
    before = files_of(ran.folder / "console")

    def full(*_: object, **__: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging, "_copy", full)
    with pytest.raises(StorageFailed, match="nothing was changed"):
        kept(ran.network, b"id,name\n")

    assert files_of(ran.folder / "console") == before


def test_what_is_not_put_in_place_goes_after_a_week(ran: MadeNetwork, tmp_path: Path) -> None:
    made = ran.copy(tmp_path / "network")
    first = kept(made.network, b"id,name\na,b\n")

    keep_upload(
        made.network, "later", SentFile("payers", "t", io.BytesIO(b"id,name\n")), OPS, DAY_2 + timedelta(days=8)
    )

    assert [each.id for each in staging.all_uploads(made.network) if each.id in (first.id, "later")] == ["later"]


def test_a_table_is_replaced_at_once_and_the_old_one_kept(ran: MadeNetwork, tmp_path: Path) -> None:
    """In its own file, where it is read as before; who did that and what changed is in the ledger."""
    made = ran.copy(tmp_path / "network")
    old = (made.folder / "data" / "payers.csv").read_bytes()
    settings = (made.folder / "evenhand.toml").read_bytes()
    new = old.replace(b"Plain Payer", b"Plainer Payer")
    upload = kept(made.network, new, name="Payers of March.csv")

    done = replace_table(made.network, upload, checked(made.network, upload), OPS, DAY_2, TOOLS)

    assert done == ("data/payers.csv", "data/payers.2026-03-03T120000Z.csv")
    assert (made.folder / done.file).read_bytes() == new
    assert (made.folder / done.kept).read_bytes() == old
    assert (made.folder / "evenhand.toml").read_bytes() == settings
    (note,) = made.payloads("task")
    assert b"Table payers replaced by Payers of March.csv (sha256:" in note
    assert b"changed 1, " in note
    assert replace_and_run(made) == "Plainer Payer"


def replace_and_run(made: MadeNetwork) -> str:
    """Return what the payer is called after a run with the tables on disk."""
    run(made.network, DAY_3, BY, TOOLS)
    return made.register()[1]["plain"].names[0]


def test_a_workbook_with_a_mapping_gets_a_name_and_its_settings_in_one_step(ran: MadeNetwork, tmp_path: Path) -> None:
    """The old file stays where it was, and `evenhand.toml` keeps its comments."""
    made = ran.copy(tmp_path / "network")
    settings = made.folder / "evenhand.toml"
    settings.write_text("# ours\n" + settings.read_text("utf-8"), "utf-8")
    workbook = io.BytesIO()
    with xlsxwriter.Workbook(workbook) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["nothing here"])
        sheet = book.add_worksheet("Zahler")
        for number, row in enumerate([["Kennung", "Wer"], ["plain", "Plain Payer"], ["morvane", "Morvane Holding"],
                                      ["tulquist", "Tulquist Capital"]]):  # fmt: skip
            sheet.write_row(number, 0, row)
    upload = kept(made.network, workbook.getvalue(), name="zahler.csv")
    reading = Reading(columns={"id": "Kennung", "name": "Wer"}, sheet="Zahler")
    upload = Upload(**{name: getattr(upload, name) for name in upload.__struct_fields__} | {"reading": reading})
    found = checked(made.network, upload)
    assert [each.table for each in found.losses] == ["payers"]

    with pytest.raises(BadInput, match="no text"):
        replace_table(made.network, upload, found, OPS, DAY_2, TOOLS)
    done = replace_table(made.network, upload, found, OPS, DAY_2, TOOLS, words="columns moved")

    assert done == ("data/payers-2026-03-03.xlsx", "data/payers.csv")
    assert settings.read_text("utf-8").startswith("# ours\n")
    assert made.network.settings.intake.payers == done.file
    assert made.network.settings.intake.sheets == {"payers": "Zahler"}
    assert made.network.settings.intake.columns == {"payers": {"id": "Kennung", "name": "Wer"}}
    assert b"columns moved" in made.payloads("task")[-1]
    assert replace_and_run(made) == "Plain Payer"


def test_a_table_that_changed_since_it_was_looked_at_is_not_replaced(ran: MadeNetwork, tmp_path: Path) -> None:
    """Somebody else's export came in between: what was compared is not what would go."""
    made = ran.copy(tmp_path / "network")
    path = made.folder / "data" / "payers.csv"
    upload = kept(made.network, path.read_bytes() + b"\n")
    found = checked(made.network, upload)
    path.write_bytes(path.read_bytes() + b"other,Other Payer,,,,\n")

    with pytest.raises(StateRefused, match="another than was compared"):
        replace_table(made.network, upload, found, OPS, DAY_2, TOOLS)

    assert b"Other Payer" in path.read_bytes()
    assert made.payloads("task") == []


@pytest.mark.parametrize("place", ["_copy", "write_whole"])
def test_a_disk_that_is_full_while_it_is_replaced_leaves_the_old_table(
    ran: MadeNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Whether the file or the settings cannot be written: the network reads as before, and the next try works."""
    made = ran.copy(tmp_path / "network")
    old = (made.folder / "data" / "payers.csv").read_bytes()
    mapped = Reading(columns={"country": ""} if place == "write_whole" else {})
    upload = kept(made.network, old + b"\n")
    upload = Upload(**{name: getattr(upload, name) for name in upload.__struct_fields__} | {"reading": mapped})
    found = checked(made.network, upload)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "x")

    with monkeypatch.context() as patched:
        patched.setattr(replacing, place, full)
        with pytest.raises(StorageFailed, match="is the old one"):
            replace_table(made.network, upload, found, OPS, DAY_2, TOOLS, words="so")

    assert made.network.settings.intake.payers == "data/payers.csv"
    assert (made.folder / "data" / "payers.csv").read_bytes() == old
    assert sorted(path.name for path in (made.folder / "data").glob("payers*")) == ["payers.csv"]
    replace_table(made.network, upload, found, OPS, DAY_3, TOOLS, words="so")


def test_a_file_outside_of_the_network_is_never_written_to(ran: MadeNetwork, tmp_path: Path) -> None:
    """A path that leads out is somebody's own table: the new one gets a place of its own."""
    made = ran.copy(tmp_path / "network")
    own = tmp_path / "mine.csv"
    own.write_bytes((made.folder / "data" / "payers.csv").read_bytes())
    made.settings["intake"]["payers"] = "../mine.csv"
    made.write()
    upload = kept(made.network, own.read_bytes() + b"\n")

    done = replace_table(made.network, upload, checked(made.network, upload), OPS, DAY_2, TOOLS)

    assert done == ("data/payers-2026-03-03.csv", "../mine.csv")
    assert not own.read_bytes().endswith(b"\n\n")


def test_the_staff_says_who_may_hand_in_and_replace(ran: MadeNetwork, tmp_path: Path) -> None:
    made = ran.copy(tmp_path / "network")
    upload = kept(made.network, (made.folder / "data" / "payers.csv").read_bytes() + b"\n")
    found = checked(made.network, upload)
    (made.folder / "staff.toml").write_text(
        '[[person]]\nid = "aud"\nname = "A"\nroles = ["auditor"]\n\n[[person]]\nid = "leg"\nname = "L"\n'
        'roles = ["legal"]\n', "utf-8",
    )  # fmt: skip

    for who in ("aud", "leg", "nobody"):
        with pytest.raises(NotPermitted):
            replace_table(made.network, upload, found, Acting(who), DAY_2, TOOLS)
        with pytest.raises(NotPermitted):
            keep_upload(made.network, "x", SentFile("payers", "t", io.BytesIO(b"id\n")), Acting(who), DAY_2)

    assert made.payloads("task") == []

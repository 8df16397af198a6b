"""Which block lists a network has exported is known, and whether each still says what the gate refuses."""

import shutil
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.model.errors import BadInput, NotFound
from evenhand.workflows.delivery import exported_lists
from evenhand.workflows.delivery.exported_lists import (
    ExportedList,
    conditions,
    exporting_network,
    forget_export,
    note_export,
    read_exports,
    renew_exports,
)
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_3, SUFFIXES, MadeNetwork

AT = DAY_1 + timedelta(hours=1)


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def export(made: MadeNetwork, name: str, *further: object, form: str = "csv") -> Path:
    """Export as a person does and return the file."""
    out = made.folder / name
    done = evenhand("gate", "export", "--register", made.folder, "--format", form, "--out", out, "--at",
                    f"{AT:%Y-%m-%dT%H:%M:%SZ}", *further)  # fmt: skip
    assert done.status == 0, done
    return out


def refuse_one_more(made: MadeNetwork) -> None:
    """Run again with another listed advertiser."""
    made.add("advertisers", id="mill", name="Second Lane", domains="second.ferrolit.example")
    made.run(DAY_3)


def states(made: MadeNetwork) -> list[tuple[str, str]]:
    return [(each.exported.file, each.condition) for each in conditions(made.network, DAY_3, SUFFIXES)]


def test_an_export_is_noted_with_its_file_format_and_hash(made: MadeNetwork) -> None:
    """Where a list went is known nowhere else; a file within the folder is kept from there on."""
    path = export(made, "prebid.json", "--prebid-version", "3.27", form="prebid-java")

    (noted,) = read_exports(made.folder)

    assert (noted.file, noted.format, noted.version, noted.at) == ("prebid.json", "prebid-java", "3.27", AT)
    assert noted.sha256 == exported_lists.sha256_hex(path.read_bytes())
    assert states(made) == [("prebid.json", "current")]


def test_a_network_that_was_moved_knows_its_exports(made: MadeNetwork, tmp_path: Path) -> None:
    """A path from the folder on goes with the folder."""
    export(made, "blocked.csv")
    made.folder.rename(tmp_path / "moved")
    moved = MadeNetwork(tmp_path / "moved", made.tables, made.lists, made.settings)

    assert states(moved) == [("blocked.csv", "current")]


def test_a_list_that_lacks_what_is_due_now_differs_until_it_is_renewed(made: MadeNetwork) -> None:
    """An edited one is not ours to write over, and one that is gone cannot be renewed."""
    for name in ("blocked.csv", "edited.csv", "gone.csv"):
        export(made, name)
    (made.folder / "edited.csv").write_text("type,value\n")
    (made.folder / "gone.csv").unlink()
    refuse_one_more(made)
    assert states(made) == [("blocked.csv", "differs"), ("edited.csv", "edited"), ("gone.csv", "missing")]

    renewed = renew_exports(made.network, DAY_3, SUFFIXES)

    assert [each.condition for each in renewed] == ["current", "edited", "missing"]
    assert "second.ferrolit.example" in (made.folder / "blocked.csv").read_text()
    assert (made.folder / "edited.csv").read_text() == "type,value\n"
    assert [bool(each.problem) for each in renewed] == [False, True, True]


def test_a_list_made_of_traffic_is_renewed_with_its_traffic_or_not_at_all(made: MadeNetwork) -> None:
    """Without it the new list would let pass spellings that the old one stops."""
    seen = made.folder / "observed.txt"
    seen.write_text("FERROLIT.example\n")
    path = export(made, "prebid.json", "--observed", seen, form="prebid-go")
    refuse_one_more(made)

    renew_exports(made.network, DAY_3, SUFFIXES)
    assert "FERROLIT.example" in path.read_text()

    seen.unlink()
    before = path.read_bytes()
    (state,) = renew_exports(made.network, DAY_3, SUFFIXES)
    assert (state.condition, path.read_bytes()) == ("unreadable", before)
    assert "observed.txt cannot be read" in state.problem


def test_a_forgotten_list_is_not_checked_until_it_is_exported_again(made: MadeNetwork) -> None:
    """Nobody uses the file any more; who forgets a file that is none is told which there are."""
    path = export(made, "blocked.csv")

    with pytest.raises(NotFound, match=r"other\.csv.*blocked\.csv"):
        forget_export(made.folder, Path("other.csv"), AT)
    forget_export(made.folder, path, AT)
    assert states(made) == []

    export(made, "blocked.csv")
    assert states(made) == [("blocked.csv", "current")]


def test_half_a_line_is_passed_over_and_swallows_no_other(made: MadeNetwork) -> None:
    """A process that was killed while it noted an export had not written the list yet."""
    notes = made.folder / "snapshots" / "exports.jsonl"
    export(made, "blocked.csv")
    whole = notes.read_bytes()
    for cut in (1, len(whole) // 2, len(whole) - 2):
        notes.write_bytes(whole + whole[:cut])
        assert [each.file for each in read_exports(made.folder)] == ["blocked.csv"]
        note_export(made.folder, ExportedList(file="other.csv", format="csv", at=AT))
        assert [each.file for each in read_exports(made.folder)] == ["blocked.csv", "other.csv"]


def test_a_line_that_is_no_note_is_named(made: MadeNetwork) -> None:
    """A list that nobody asks any more may block for ever; so it is not passed over."""
    export(made, "blocked.csv")
    with (made.folder / "snapshots" / "exports.jsonl").open("ab") as notes:
        notes.write(b'{"file":7}\n')

    with pytest.raises(BadInput, match=r"exports\.jsonl:2: not the record of an export"):
        read_exports(made.folder)


def test_only_a_register_of_a_network_has_its_exports_noted(made: MadeNetwork, tmp_path: Path) -> None:
    """A copy on an ad server belongs to no folder."""
    copy = tmp_path / "register.evh"
    shutil.copy(made.folder / "out" / "register.evh", copy)

    assert exporting_network(made.folder) == made.folder
    assert exporting_network(made.folder / "out" / "register.jsonl") == made.folder
    assert exporting_network(copy) is None
    done = evenhand("gate", "export", "--register", copy, "--format", "csv", "--out", tmp_path / "x.csv", "--stale",
                    "use-last", "--at", f"{AT:%Y-%m-%dT%H:%M:%SZ}")  # fmt: skip
    assert (done.status, read_exports(made.folder)) == (0, ())


def test_a_list_that_cannot_be_noted_is_not_written(made: MadeNetwork) -> None:
    """Or it would block for ever, and nobody would know."""
    (made.folder / "snapshots" / "exports.jsonl").mkdir()

    done = evenhand("gate", "export", "--register", made.folder, "--format", "csv", "--out", made.folder / "x.csv",
                    "--at", f"{AT:%Y-%m-%dT%H:%M:%SZ}")  # fmt: skip

    assert (done.status, (made.folder / "x.csv").exists()) == (2, False)
    assert "the export cannot be noted" in done.err


def test_the_verb_shows_renews_and_forgets(made: MadeNetwork) -> None:
    """Status 1 where a list is not current."""
    none = evenhand("gate", "exports", made.folder)
    assert (none.status, none.out.count("\n")) == (0, 1)
    path = export(made, "blocked.csv")
    refuse_one_more(made)
    at = ("--at", f"{DAY_3:%Y-%m-%dT%H:%M:%SZ}")

    differs = evenhand("gate", "exports", made.folder, *at)
    renewed = evenhand("gate", "exports", made.folder, "--renew", "--json", *at)
    forgotten = evenhand("gate", "exports", made.folder, "--forget", path, *at)
    both = evenhand("gate", "exports", made.folder, "--forget", path, "--renew")

    assert differs.status == 1
    assert differs.out.startswith("blocked.csv: csv, exported 2026-03-02T13:00Z; differs\n  ")
    assert differs.out.rstrip().endswith("entries missing: 1, too many: 0; export it again")
    assert (renewed.status, renewed.json["exports"][0]["condition"]) == (0, "current")
    assert msgspec.json.decode((made.folder / "snapshots" / "exports.jsonl").read_bytes().splitlines()[-1])["forgotten"]
    assert (forgotten.status, both.status) == (0, 2)

"""What else lists, designations, laws, places and hosts mean under a second rulebook, said row by row."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.policy.proofs import compare_rulebooks
from evenhand.policy.rulebook import RELEASED_FILES, RulebookContents, mapping_changes, read_folder
from evenhand.store.shipped_rulebooks import shipped_rulebook

Edit = Callable[[Path], None]

DAY = "2026-03-02"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the house rulebook, with one shared host."""
    shutil.copytree(shipped_rulebook("house"), tmp_path / "house")
    (tmp_path / "house" / "shared_hosts.txt").write_text("market.example\n", "utf-8")
    return tmp_path / "house"


def replace(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return edit


def append(name: str, line: str) -> Edit:
    return lambda folder: (folder / name).write_text((folder / name).read_text("utf-8") + line, "utf-8") and None


def edited(folder: Path, edit: Edit) -> tuple[RulebookContents, RulebookContents]:
    before = read_folder(folder)
    edit(folder)
    return before, read_folder(folder)


def within(name: str, parent: str) -> Edit:
    """Put a designation inside another."""

    def edit(folder: Path) -> None:
        path = folder / "designations.json"
        entities = json.loads(path.read_text("utf-8"))
        entity = next(each for each in entities if each["uid"]["id"] == name)
        entity["parents"] = [{"type": "Designation", "id": parent}]
        path.write_text(json.dumps(entities), "utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (replace("designations.csv", "ofac-sdn,CUBA,us-cuba-iran,yes", "ofac-sdn,CUBA,ofac-sdn,no"),
         "designations.csv: list ofac-sdn, program CUBA: now designation ofac-sdn, owners' shares do not count; was"
         " designation us-cuba-iran, owners' shares count"),
        (replace("designations.csv", "ofac-sdn,CUBA,us-cuba-iran,yes\n", ""),
         "designations.csv: list ofac-sdn, program CUBA: now no row; was designation us-cuba-iran, owners' shares"
         " count"),
        (replace("designations.csv", "ofac-sdn,*,ofac-sdn,yes", "ofac-sdn,*,,no"),
         "designations.csv: list ofac-sdn, any other program: now no designation; was designation ofac-sdn, owners'"
         " shares count"),
        (within("name-only-outlet-other", "possible-match"),
         'designations.json: designation name-only-outlet-other: now in possible-match, house true, publisher "house";'
         ' was in no other, house true, publisher "house"'),
        (append("laws.csv", "made-up,*,US,31 CFR 501 | 404 | US,\n"),
         "laws.csv: list made-up, any other program: now 31 CFR 501 | 404 | US (binds in US); was no law"),
        (append("territories.csv", "QP,EU,2026-01-01,\n"), "territories.csv: QP in EU: now from 2026-01-01; was never"),
        (append("territories.csv", "DE,EEA,1990-01-01,1991-01-01\n"),
         "territories.csv: DE in EEA: now from 1990-01-01 to the day before 1991-01-01, from 1994-01-01; was from"
         " 1994-01-01"),
        (append("shared_hosts.txt", "ferrolit.example\n"),
         "shared_hosts.txt: ferrolit.example: now a platform's host, by which nobody is found; was a host like others"),
    ],
)  # fmt: skip
def test_a_row_that_means_something_else_is_said_with_what_it_meant(house: Path, edit: Edit, said: str) -> None:
    """Two people approve this sentence, and what they approve is its hash: another row has another."""
    before, after = edited(house, edit)

    assert [str(each) for each in mapping_changes(before, after)] == [said]
    found, back = (compare_rulebooks(*pair, DAY, second=False) for pair in ((before, after), (after, before)))
    assert {each.relation for each in found.actions} == {"equivalent"}
    same = compare_rulebooks(before, before, DAY, second=False)
    assert len({found.sha256, back.sha256, same.sha256}) == 3


def test_the_layout_of_a_file_means_nothing(house: Path) -> None:
    """A spreadsheet writes other line ends, quotes and an order of its own; a note is for authors."""

    def save_anew(folder: Path) -> None:
        for name in ("designations.csv", "laws.csv", "territories.csv"):
            heading, *rows = (folder / name).read_text("utf-8").splitlines()
            if name != "laws.csv":  # of several laws of one program the order counts
                rows.sort(reverse=True)
            (folder / name).write_bytes("\r\n".join((heading, *rows, "")).encode())
        replace("laws.csv", "to be verified against the text", '"compared, and correct"')(folder)
        entities = json.loads((folder / "designations.json").read_text("utf-8"))
        (folder / "designations.json").write_text(json.dumps(entities[::-1], indent=1), "utf-8")
        (folder / "shared_hosts.txt").write_text("# ours\nMarket.Example # sellers\n", "utf-8")

    before, after = edited(house, save_anew)

    assert before.mapping_files.keys() == after.mapping_files.keys() == set(RELEASED_FILES)
    assert not before.mapping_files.items() & after.mapping_files.items()
    assert mapping_changes(before, after) == ()
    assert (
        compare_rulebooks(before, after, DAY, second=False).sha256
        == compare_rulebooks(before, before, DAY, second=False).sha256
    )


def test_no_row_hides_another(house: Path) -> None:
    """A list can be called as a program of another one reads; each is a row of its own."""
    before, after = edited(
        house,
        append("designations.csv", 'a,"b, program c",eu-fsf,yes\n"a, program b",c,un-sc,yes\n'),
    )

    assert [each.after[:18] for each in mapping_changes(before, after)] == ["designation eu-fsf", "designation un-sc,"]

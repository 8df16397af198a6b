"""Owners in a column of the clients decide as the same owners in the table of ownership do.

The two listed companies are of two invented countries; each test is done twice, with these swapped: same outcome.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.commands import DAY_1, DAY_2, ORIGIN, evenhand, write
from tests.stories.test_nothing_missing import HEADING, LIST

CELLS = {
    "half": "Orvanta Works (50 %); Hans Plum 50 %",
    "sum": "30 % Orvanta Works, 25 % Pellimar Trading",
    "below": "Orvanta Works 49,9 %\nHans Plum",
    "unknown": "Orvanta Works",
    "rest": "Orvanta Works; Hans Plum 51 %",
    "chain": "half 60 %",
    "none": "Hans Plum",
}
ROWS = """\
,half,50 %,Orvanta Works
,half,50 %,Hans Plum
,sum,30 %,Orvanta Works
,sum,25 %,Pellimar Trading
,below,"49,9 %",Orvanta Works
,below,,Hans Plum
,unknown,,Orvanta Works
,rest,,Orvanta Works
,rest,51 %,Hans Plum
half,chain,60 %,
,none,,Hans Plum
"""


def clients(cells: dict[str, str], near: str) -> str:
    rows = (f'{id_},Zq client {id_},{near},"{cells[id_]}"\n' for id_ in CELLS)
    return "id,name,country,owners\n" + "".join(rows)


@pytest.fixture(scope="module", params=[("qm", "qn"), ("qn", "qm")], ids=["as it is", "countries swapped"])
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with two listed companies, one of each country, and no client yet."""
    near, far = request.param
    folder = tmp_path_factory.mktemp("owners") / "network"
    assert evenhand("init", folder, "--origin", ORIGIN).status == 0
    companies = (("first", "Orvanta Works", near), ("second", "Pellimar Trading", far))
    listed = (f"{id_},Company,{name},,{country},,,,,,made-up,,,\n" for id_, name, country in companies)
    write(LIST, HEADING + "".join(listed))(folder)
    write("near.txt", near)(folder)
    return folder


def decided(folder: Path, cells: dict[str, str], rows: str = "", at: str = DAY_1) -> dict[str, Any]:
    """Return what a run decides of each client, and what it rests on, but for where that stands."""
    write("data/advertisers.csv", clients(cells, (folder / "near.txt").read_text()))(folder)
    write("data/ownership.csv", f"owner,owned,share,owner_name\n{rows}")(folder)
    report = evenhand("run", folder, "--at", at, "--json").json
    return {
        each["decision"]["party"]["id"]: (
            each["decision"]["outcome"], each["decision"]["grounds"],
            [{key: found[key] for key in ("kind", "low", "high", "path")} for found in each.get("findings", ())],
        )
        for each in report["cases"]
    }  # fmt: skip


def copy(begun: Path, folder: Path) -> Path:
    return Path(shutil.copytree(begun, folder))


def test_a_column_decides_as_the_table_of_ownership_does(begun: Path, tmp_path: Path) -> None:
    """Half, the sum of two, less than half, an unknown share, what is left for it, and an owner by its id."""
    stated = decided(copy(begun, tmp_path / "column"), CELLS)
    tabled = decided(copy(begun, tmp_path / "table"), dict.fromkeys(CELLS, ""), ROWS)

    assert stated == tabled
    assert {party: found[0] for party, found in stated.items()} == dict.fromkeys(CELLS.keys() - {"none"}, "hold")
    assert stated["sum"][1] != stated["below"][1]


def test_an_owner_who_comes_into_a_cell_is_noticed_by_the_next_run(begun: Path, tmp_path: Path) -> None:
    """Rows whose line is the same are taken over from the last reading; that one is not."""
    folder = copy(begun, tmp_path / "network")
    before = decided(folder, dict.fromkeys(CELLS, "Hans Plum"))

    after = decided(folder, {**dict.fromkeys(CELLS, "Hans Plum"), "none": "Orvanta Works 60 %"}, at=DAY_2)

    assert before == {}
    assert [(party, found[0]) for party, found in after.items()] == [("none", "hold")]


@pytest.mark.parametrize(("share", "outcome"), [(">1 %", "hold"), ("1 %", "allow")])
def test_a_share_that_cannot_be_read_frees_nobody(begun: Path, tmp_path: Path, share: str, outcome: str) -> None:
    """As one of the table of ownership: what was decided stays until the cell is correct, and ends when it is."""
    folder = copy(begun, tmp_path / "network")
    decided(folder, CELLS)

    decided(folder, {**CELLS, "half": f"Hans Plum {share}"}, at=DAY_2)

    asked = ("gate", "check", "--register", folder, "--at", DAY_2, "--json", "--advertiser", "half")
    assert evenhand(*asked).json["outcome"] == outcome
